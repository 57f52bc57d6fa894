package web

import (
	"cmp"
	"slices"
	"strconv"

	"oshirase/breach"
)

// column is one day of the picture, stacked by severity. Heights are in
// hundredths of the picture's; the template draws each day as an SVG of its own,
// so that text keeps its size on a phone.
type column struct {
	Label  string // day of the month
	Date   string
	Total  int
	Today  bool
	Blocks []block
	Counts []int // worst first, for the table beside the picture
}

type block struct {
	Severity  breach.Severity
	Y, Height int
}

// flatTop is the total at which a column is full when no day has more: a single
// alert must not look like a flood.
const flatTop = 4

// leastBlock keeps one alert visible beside a hundred.
const leastBlock = 3

func (p *painter) columns(days []Day) []column {
	top := flatTop
	totals := make([]int, len(days))
	for i, d := range days {
		for _, n := range d.Alerts {
			totals[i] += n
		}
		top = max(top, totals[i])
	}
	columns := make([]column, len(days))
	for i, d := range days {
		start := d.Start.In(p.s.cfg.TimeZone)
		c := column{Label: strconv.Itoa(start.Day()), Date: start.Format(p.w["time.date"]), Total: totals[i], Today: i == len(days)-1}
		y := 100
		for _, severity := range slices.Backward(breach.Severities()) {
			n := d.Alerts[severity]
			c.Counts = append(c.Counts, n)
			if n == 0 {
				continue
			}
			height := min(max(leastBlock, n*100/top), y)
			y -= height
			c.Blocks = append(c.Blocks, block{severity, y, height})
		}
		columns[i] = c
	}
	return columns
}

// bar is one vector.
type bar struct {
	Vector breach.Vector
	Count  int
	Width  int // hundredths of the longest
}

// maxBars is how many vectors are drawn.
const maxBars = 8

func bars(counts map[breach.Vector]int) []bar {
	var list []bar
	for _, v := range breach.Vectors() {
		if n := counts[v]; n > 0 {
			list = append(list, bar{Vector: v, Count: n})
		}
	}
	slices.SortStableFunc(list, func(a, b bar) int { return cmp.Compare(b.Count, a.Count) })
	list = list[:min(len(list), maxBars)]
	for i := range list {
		list[i].Width = list[i].Count * 100 / list[0].Count
	}
	return list
}
