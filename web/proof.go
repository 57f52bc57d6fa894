package web

import (
	"cmp"
	"slices"
	"strings"
	"unicode/utf8"

	"oshirase/breach"
)

// passage is a piece of a notice around what a verdict rests on.
type passage struct {
	Parts  []part
	Labels []string // the facts that rest on it
}

// part is a stretch of a passage.
type part struct {
	Text string
	Mark bool // the exact words of the evidence
}

// Bounds of what is shown of one notice.
const (
	maxPassages = 12
	around      = 60   // runes of context at either side
	maxMarked   = 400  // runes of one quote
	maxPassage  = 2000 // bytes after which a passage takes no more evidence in
)

// span is a stretch of a text, in bytes, with the fields that rest on it.
type span struct {
	start, end int
	fields     []string
}

// evidence are the quotes of a case in one part of a notice ("title" or
// "text"), merged where they overlap, in the order of the text. Quotes that do
// not stand where they say come without a place, as texts.
func evidence(c *breach.Case, in, text string) (spans []span, loose map[string][]string) {
	loose = map[string][]string{}
	for field, quotes := range c.Evidence {
		for _, q := range quotes {
			switch {
			case q.In != in || q.Text == "":
			case 0 <= q.Start && q.Start < q.End && q.End <= len(text) && text[q.Start:q.End] == q.Text:
				spans = append(spans, span{q.Start, q.End, []string{field}})
			default:
				loose[q.Text] = append(loose[q.Text], field)
			}
		}
	}
	slices.SortFunc(spans, func(a, b span) int {
		return cmp.Or(cmp.Compare(a.start, b.start), cmp.Compare(a.end, b.end), cmp.Compare(a.fields[0], b.fields[0]))
	})
	merged := spans[:0]
	for _, s := range spans {
		if n := len(merged); n > 0 && s.start < merged[n-1].end {
			last := &merged[n-1]
			last.end = max(last.end, s.end)
			last.fields = append(last.fields, s.fields...)
			continue
		}
		merged = append(merged, s)
	}
	return merged, loose
}

// marked is the whole of a short text with the evidence marked.
func marked(text string, spans []span) []part {
	var parts []part
	at := 0
	for _, s := range spans {
		parts = appendPart(parts, text[at:s.start], false)
		parts = appendPart(parts, text[s.start:s.end], true)
		at = s.end
	}
	return appendPart(parts, text[at:], false)
}

func appendPart(parts []part, text string, mark bool) []part {
	if text == "" {
		return parts
	}
	return append(parts, part{text, mark})
}

// passages are the places of a text that evidence stands in, each with what
// stands around it.
func (p *painter) passages(text string, spans []span, loose map[string][]string) []passage {
	var list []passage
	end := 0 // of the passage before
	for i := 0; i < len(spans) && len(list) < maxPassages; {
		first := spans[i]
		from := max(end, before(text, first.start))
		out := passage{}
		if from > 0 && from > end {
			out.Parts = append(out.Parts, part{Text: "…"})
		}
		at := from
		var fields []string
		for ; i < len(spans) && (at == from || (at-from < maxPassage && spans[i].start <= after(text, at))); i++ {
			s := spans[i]
			out.Parts = appendPart(out.Parts, text[at:s.start], false)
			out.Parts = appendPart(out.Parts, cut(text[s.start:s.end], maxMarked), true)
			fields = append(fields, s.fields...)
			at = s.end
		}
		end = after(text, at)
		out.Parts = appendPart(out.Parts, text[at:end], false)
		if end < len(text) {
			out.Parts = append(out.Parts, part{Text: "…"})
		}
		out.Labels = p.labels(fields)
		list = append(list, out)
	}
	for _, quote := range slices.Sorted(keys(loose)) {
		if len(list) < maxPassages {
			list = append(list, passage{[]part{{cut(quote, maxMarked), true}}, p.labels(loose[quote])})
		}
	}
	return list
}

func keys(m map[string][]string) func(func(string) bool) {
	return func(yield func(string) bool) {
		for k := range m {
			if !yield(k) {
				return
			}
		}
	}
}

// labels words fields, each once, in the order of the alphabet of their ids.
func (p *painter) labels(fields []string) []string {
	slices.Sort(fields)
	var list []string
	for _, field := range slices.Compact(fields) {
		list = append(list, p.w.id("field", field))
	}
	return list
}

// before goes back from a place, to the end of the sentence before or by the
// context's length.
func before(text string, at int) int {
	for range around {
		r, size := utf8.DecodeLastRuneInString(text[:at])
		if size == 0 || strings.ContainsRune("。\n", r) {
			break
		}
		at -= size
	}
	return at
}

// after goes on from a place, to the end of the sentence or by the context's
// length.
func after(text string, at int) int {
	for range around {
		r, size := utf8.DecodeRuneInString(text[at:])
		if size == 0 || r == '\n' {
			break
		}
		at += size
		if r == '。' {
			break
		}
	}
	return at
}

// cut shortens by runes.
func cut(s string, n int) string {
	if utf8.RuneCountInString(s) <= n {
		return s
	}
	runes := []rune(s)
	return string(runes[:n-1]) + "…"
}
