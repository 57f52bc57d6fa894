package web

import (
	"slices"
	"strconv"

	"oshirase/breach"
)

// picture is the alerts of the last days, a column a day, stacked by severity;
// the template draws it as SVG.
type picture struct {
	Width, Height int
	Columns       []column
	Top           int // alerts of the busiest day
}

type column struct {
	X, Width, LabelX int
	Label            string // day of the month
	Blocks           []block
	Total            int
}

type block struct {
	Y, Height int
	Severity  breach.Severity
}

// The picture's measures, in pixels.
const (
	columnWidth, columnGap = 18, 5
	pictureHeight          = 96
)

func draw(days []Day) picture {
	p := picture{Width: len(days) * (columnWidth + columnGap), Height: pictureHeight}
	totals := make([]int, len(days))
	for i, day := range days {
		for _, n := range day.Alerts {
			totals[i] += n
		}
		p.Top = max(p.Top, totals[i])
	}
	for i, day := range days {
		c := column{X: i * (columnWidth + columnGap), Width: columnWidth, Label: strconv.Itoa(day.Start.Day()), Total: totals[i]}
		c.LabelX = c.X + columnWidth/2
		y := pictureHeight
		for _, severity := range slices.Backward(breach.Severities()) {
			n := day.Alerts[severity]
			if n == 0 {
				continue
			}
			height := max(2, n*pictureHeight/max(p.Top, 4))
			y -= height
			c.Blocks = append(c.Blocks, block{max(y, 0), height, severity})
		}
		p.Columns = append(p.Columns, c)
	}
	return p
}
