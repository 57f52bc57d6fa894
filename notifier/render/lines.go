package render

import "strings"

// Part is what a line of a view is.
type Part int

// The parts, in the order of reading. Heading stands before each group.
const (
	PartHeadline Part = iota
	PartNote
	PartTitle
	PartLink
	PartHeading
	PartChange
	PartFact
	PartEntry
	PartQuote
	PartLatency
	PartFooter
	PartBlank
)

// Line is one line of a view: a label, which may be empty, and a text.
type Line struct {
	Part        Part
	Label, Text string
}

// Lines is the view in reading order, for channels of plain text.
func (v *View) Lines() []Line {
	lines := []Line{{PartHeadline, "", v.Mark + " " + v.Headline}}
	for _, n := range v.Notes {
		lines = append(lines, Line{PartNote, "", n})
	}
	if v.Title != "" {
		lines = append(lines, Line{PartTitle, v.TitleLabel, v.Title})
	}
	if v.Link != "" {
		lines = append(lines, Line{PartLink, "", v.Link})
	}
	group := func(heading string, n int, line func(i int) Line) {
		if n == 0 {
			return
		}
		lines = append(lines, Line{Part: PartBlank}, Line{PartHeading, "", heading})
		for i := range n {
			lines = append(lines, line(i))
		}
	}
	group(v.Headings.Changes, len(v.Changes), func(i int) Line {
		return Line{PartChange, v.Changes[i].Label, v.Changes[i].From + " → " + v.Changes[i].To}
	})
	group(v.Headings.Watchlist, len(v.Watchlist), func(i int) Line { return Line{PartEntry, "", v.Watchlist[i]} })
	group(v.Headings.Facts, len(v.Facts), func(i int) Line { return Line{PartFact, v.Facts[i].Label, v.Facts[i].Value} })
	group(v.Headings.Quotes, len(v.Quotes), func(i int) Line { return Line{PartQuote, v.Quotes[i].Label, v.Quotes[i].Text} })
	group(v.Headings.Times, len(v.Times), func(i int) Line { return Line{PartFact, v.Times[i].Label, v.Times[i].Value} })
	if v.Latency != "" {
		lines = append(lines, Line{PartLatency, "", v.Latency})
	}
	return append(lines, Line{Part: PartBlank}, Line{PartFooter, "", v.Footer})
}

// Text is the view as plain text, wrapped at columns terminal columns; a link
// is never broken. Lines end in "\n".
func (v *View) Text(columns int) string {
	var b strings.Builder
	for _, l := range v.Lines() {
		for _, s := range l.Wrapped(columns) {
			b.WriteString(s)
			b.WriteByte('\n')
		}
	}
	return b.String()
}

// Wrapped is the line indented and wrapped for plain text.
func (l Line) Wrapped(columns int) []string {
	text := l.Text
	if l.Label != "" {
		text = l.Label + ": " + text
	}
	first, rest := "", ""
	switch l.Part {
	case PartBlank:
		return []string{""}
	case PartLink:
		return []string{l.Text}
	case PartNote:
		first, rest = "※ ", "   "
	case PartFact, PartChange, PartEntry, PartLatency:
		first, rest = "  ", "    "
	case PartQuote:
		text = l.Label + ": 「" + l.Text + "」"
		first, rest = "  ", "    "
	case PartHeading:
		first, rest = "■ ", "  "
	}
	wrapped := Wrap(text, columns-Width(rest))
	for i := range wrapped {
		if i == 0 {
			wrapped[i] = first + wrapped[i]
		} else {
			wrapped[i] = rest + wrapped[i]
		}
	}
	return wrapped
}
