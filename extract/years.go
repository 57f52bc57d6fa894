package extract

import (
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"

	"golang.org/x/net/html"
)

// monthDay is a date that tells no year; month is 0 for none.
type monthDay struct{ month, day int }

var monthDayForms = []*regexp.Regexp{
	regexp.MustCompile(`(?:^|[^0-9年/.])([0-9]{1,2})\s*月\s*([0-9]{1,2})\s*日`),
	// 11/20 and 11.20 only where nothing else stands but a weekday.
	regexp.MustCompile(`^[^0-9\pL]*([0-9]{1,2})[/.]([0-9]{1,2})(?:\s*\([^)]{1,9}\))?[^0-9\pL]*$`),
}

// findMonthDay reads 11月20日, 11/20 or 11.20（金）.
func findMonthDay(s string) monthDay {
	s = fold(narrowText(s))
	for _, form := range monthDayForms {
		m := form.FindStringSubmatch(s)
		if m == nil {
			continue
		}
		month, _ := strconv.Atoi(m[1]) // digits by the pattern
		day, _ := strconv.Atoi(m[2])   // digits by the pattern
		if d := (calendar{2000, month, day}); month > 0 && day > 0 && d.valid() {
			return monthDay{month, day}
		}
	}
	return monthDay{}
}

// in is the day in a year, at midnight. 29 February moves to 1 March where the
// year has none.
func (d monthDay) in(year int, loc *time.Location) time.Time {
	return time.Date(year, time.Month(d.month), d.day, 0, 0, 0, 0, loc)
}

// yearless collects the rows of a list to give years to those that tell none.
type yearless struct {
	rows    []*html.Node
	days    []monthDay
	known   []time.Time
	missing bool
}

func (y *yearless) add(row *html.Node, day monthDay, known time.Time) {
	y.rows, y.days, y.known = append(y.rows, row), append(y.days, day), append(y.known, known)
	y.missing = y.missing || day.month > 0
}

// resolve dates the items, which are those of the rows. The nearest heading
// above that tells a year decides, then the page's address. Without either the
// order does: a list that runs newest first begins with the last such day before
// it was read, and each row is not after the one above; one that runs oldest
// first is read from its end.
func (y *yearless) resolve(p *page, items []Item) {
	if !y.missing {
		return
	}
	headings := yearHeadings(p.doc.Get(0), y.rows)
	loc, page := p.at.Location(), yearIn(p.self)
	latest := p.at.AddDate(0, 0, 1) // notices are dated ahead by a day at times
	for _, i := range y.newestFirst() {
		day := y.days[i]
		switch h := headings[y.rows[i]]; {
		case day.month == 0:
			if !y.known[i].IsZero() {
				latest = y.known[i]
			}
			continue
		case h.year > 0:
			year := h.year
			if h.fiscal && day.month < 4 {
				year++
			}
			items[i].Published = day.in(year, loc)
		case page > 0:
			items[i].Published = day.in(page, loc)
		default:
			year := latest.Year()
			if day.in(year, loc).After(latest) {
				year--
			}
			items[i].Published = day.in(year, loc)
		}
		latest = items[i].Published
	}
}

// newestFirst is the order of the rows from the newest to the oldest: the one
// of the page, unless more rows are later than the row above.
func (y *yearless) newestFirst() []int {
	rising, falling := 0, 0
	var before monthDay
	order := make([]int, len(y.days))
	for i, day := range y.days {
		order[i] = i
		if day.month == 0 {
			continue
		}
		// More than half a year is the other way over New Year.
		switch step := (day.month-before.month)*31 + day.day - before.day; {
		case before.month == 0 || step == 0:
		case step > 0 == (step < 186 && step > -186):
			rising++
		default:
			falling++
		}
		before = day
	}
	if rising > falling {
		for i := range order {
			order[i] = len(order) - 1 - i
		}
	}
	return order
}

type yearHeading struct {
	year   int
	fiscal bool // 年度, from April to March
}

var (
	headingYear = regexp.MustCompile(`^[^0-9]{0,12}((?:19|20)[0-9]{2})\s*(年度|年)?(?:[^0-9]|$)`)
	headingEra  = regexp.MustCompile(`^[^0-9]{0,12}?(令和|平成)\s*([0-9]{1,2}|元)\s*(年度|年)`)
	addressYear = regexp.MustCompile(`(?:^|[/=_-])((?:19|20)[0-9]{2})(?:[/._&-]|$)`)
)

// yearOf reads the year that a heading tells.
func yearOf(heading string) (yearHeading, bool) {
	if m := headingEra.FindStringSubmatch(heading); m != nil {
		n := 1
		if m[2] != "元" {
			n, _ = strconv.Atoi(m[2]) // digits by the pattern
		}
		return yearHeading{eras[m[1]] + n, m[3] == "年度"}, true
	}
	m := headingYear.FindStringSubmatch(heading)
	if m == nil {
		return yearHeading{}, false
	}
	year, _ := strconv.Atoi(m[1]) // digits by the pattern
	return yearHeading{year, m[2] == "年度" || strings.HasPrefix(strings.ToUpper(heading), "FY")}, true
}

// yearIn is the year that an address names: /news/2025/, ?year=2025; 0 for none.
func yearIn(address *url.URL) int {
	year := 0
	for _, m := range addressYear.FindAllStringSubmatch(address.Path+"?"+address.RawQuery, -1) {
		year, _ = strconv.Atoi(m[1]) // digits by the pattern
	}
	return year
}

// yearHeadings finds the year that the nearest heading above each row tells.
func yearHeadings(root *html.Node, rows []*html.Node) map[*html.Node]yearHeading {
	wanted := map[*html.Node]bool{}
	for _, row := range rows {
		wanted[row] = true
	}
	found := map[*html.Node]yearHeading{}
	var current yearHeading
	for n := range root.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		if wanted[n] {
			found[n] = current
		}
		if !tellsYear(n) {
			continue
		}
		text := fold(strings.Map(narrow, shortText(n, 60)))
		if told, ok := yearOf(text); ok {
			current = told
		}
	}
	return found
}

// tellsYear reports elements that may head the rows of a year.
func tellsYear(n *html.Node) bool {
	switch n.Data {
	case "h1", "h2", "h3", "h4", "h5", "h6", "caption", "legend":
		return true
	}
	class, _ := attr(n, "class")
	return class != "" && n.Data != "body" && strings.Contains(strings.ToLower(class), "year")
}

// shortText is the text of an element, or as much of it as shows that it is
// longer than limit bytes.
func shortText(n *html.Node, limit int) string {
	var b strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			b.WriteString(d.Data)
			if b.Len() > limit {
				break
			}
		}
	}
	return b.String()
}
