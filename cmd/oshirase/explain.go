package main

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"unicode"

	"oshirase/breach"
	"oshirase/classifier"
)

// explainer prints a finding for an analyst: the answer, the text with marks
// where each field rests, and the rules that spoke or were held back.
type explainer struct {
	w      io.Writer
	colour bool
	err    error
}

// palette colours fields on a terminal (SGR), in the order of fieldOrder.
var palette = []string{"1;31", "1;33", "1;35", "1;36", "1;32", "1;34", "4;31", "4;33", "4;35", "4;36", "4;32", "4;34"}

// maxQuotes bounds how many places of one rule the lists show.
const maxQuotes = 3

func (x *explainer) printf(format string, args ...any) {
	if x.err == nil {
		_, x.err = fmt.Fprintf(x.w, format, args...)
	}
}

func (x *explainer) explain(n *breach.Notice, e classifier.Explanation) error {
	f := &e.Finding
	if f.IsBreach {
		x.printf("incident · %s · %s · read from the %s · rules %s\n", f.Severity, f.PrimaryVector, f.Basis, f.Rules)
	} else {
		x.printf("no incident · read from the %s · rules %s\n", f.Basis, f.Rules)
	}
	for _, c := range f.Cases {
		x.facts(&c, len(f.Cases))
	}
	spots := spotsOf(f)
	fields := fieldsOf(spots)
	if len(fields) > 0 && x.colour {
		x.printf("\nmarks:")
		for i, field := range fields {
			x.printf(" \x1b[%sm%s\x1b[0m", palette[i%len(palette)], field)
		}
		x.printf("\n")
	}
	for _, part := range []struct{ in, text string }{{"title", n.Title}, {"text", n.Text}} {
		if part.text == "" {
			continue
		}
		x.printf("\n── %s\n", part.in)
		x.marked(part.text, part.in, spots, fields)
		x.printf("\n")
	}
	x.why("relevance rests on", f.Why)
	for _, c := range f.Cases {
		x.why(fmt.Sprintf("case %d rests on", c.Index+1), c.Why)
	}
	x.learned(e.Learned)
	x.rules("rules that spoke", e.Hits)
	x.rules("rules held back", e.Held)
	return x.err
}

// facts prints the fields of a case that say something.
func (x *explainer) facts(c *breach.Case, of int) {
	if of > 1 {
		x.printf("\ncase %d of %d\n", c.Index+1, of)
	}
	line := func(name, value string) {
		if value != "" {
			x.printf("  %-18s %s\n", name, printable(value))
		}
	}
	line("victim", c.Victim)
	line("severity", fmt.Sprintf("%s, by %s", c.Severity, cmp.Or(c.SeverityReason, "the rubric")))
	line("vectors", list(c.Vectors))
	line("leak", string(c.LeakStatus))
	if c.AffectedCount != nil {
		line("affected", fmt.Sprint(*c.AffectedCount))
	}
	line("data types", list(c.DataTypes))
	line("data types denied", list(c.ExcludedDataTypes))
	if c.ReportNo != nil {
		line("report", fmt.Sprint(*c.ReportNo))
	}
	line("stage", string(c.Stage))
	line("ransomware", c.RansomwareFamily)
	line("third party", c.ThirdParty)
	line("clients", strings.Join(c.Clients, ", "))
	line("reported to", list(c.ReportedTo))
	if c.ServiceDisrupted {
		line("service", "disrupted")
	}
}

// learned prints what the model's answers are made of.
func (x *explainer) learned(answers []classifier.LearnedAnswer) {
	if len(answers) == 0 {
		return
	}
	x.printf("\nlearned, in logits (above 0 speaks for it)\n")
	for _, a := range answers {
		where := ""
		if a.Case > 0 {
			where = fmt.Sprintf(" (case %d)", a.Case+1)
		}
		x.printf("  %+6.2f  %s%s\n", a.Score, a.Output, where)
		var parts []string
		for _, s := range a.Signals {
			parts = append(parts, fmt.Sprintf("%+.2f %s", s.Weight, s.Name))
		}
		if len(parts) > 0 {
			x.printf("          %s\n", strings.Join(parts, ", "))
		}
	}
}

func list[T ~string](values []T) string {
	out := make([]string, len(values))
	for i, v := range values {
		out[i] = string(v)
	}
	return strings.Join(out, ", ")
}

// spot is a place of the notice that a field rests on.
type spot struct {
	field      string
	in         string
	start, end int
}

func spotsOf(f *breach.Finding) []spot {
	var spots []spot
	for _, c := range f.Cases {
		for _, field := range slices.Sorted(maps.Keys(c.Evidence)) {
			for _, q := range c.Evidence[field] {
				spots = append(spots, spot{field, q.In, q.Start, q.End})
			}
		}
	}
	return spots
}

func fieldsOf(spots []spot) []string {
	seen := map[string]bool{}
	for _, s := range spots {
		seen[s.field] = true
	}
	return slices.Sorted(maps.Keys(seen))
}

// marked prints text with the places of its fields: in colour, or as
// ⟦field,field: words⟧ where a terminal would not show it.
func (x *explainer) marked(text, in string, spots []spot, fields []string) {
	cuts := []int{0, len(text)}
	for _, s := range spots {
		if s.in == in {
			cuts = append(cuts, min(max(s.start, 0), len(text)), min(max(s.end, 0), len(text)))
		}
	}
	slices.Sort(cuts)
	cuts = slices.Compact(cuts)
	for i := 0; i+1 < len(cuts); i++ {
		piece := visible(text[cuts[i]:cuts[i+1]])
		var on []string
		for _, field := range fields {
			if slices.ContainsFunc(spots, func(s spot) bool {
				return s.field == field && s.in == in && s.start <= cuts[i] && cuts[i+1] <= s.end
			}) {
				on = append(on, field)
			}
		}
		switch {
		case len(on) == 0:
			x.printf("%s", piece)
		case x.colour:
			x.printf("\x1b[%sm%s\x1b[0m", palette[slices.Index(fields, on[0])%len(palette)], piece)
		default:
			x.printf("⟦%s: %s⟧", strings.Join(on, ","), piece)
		}
	}
	x.printf("\n")
}

// visible keeps the lines of a stranger's text and drops its terminal escapes.
func visible(s string) string {
	return strings.Map(func(r rune) rune {
		if r != '\n' && r != '\t' && (unicode.IsControl(r) || unicode.Is(unicode.Cf, r)) {
			return -1
		}
		return r
	}, s)
}

func (x *explainer) why(heading string, hits []breach.RuleHit) {
	if len(hits) == 0 {
		return
	}
	x.printf("%s\n", heading)
	for _, h := range hits {
		x.printf("  %-9s %s  %s\n", h.Effect, h.Rule, quoted(h.Quote))
	}
	x.printf("\n")
}

// rules prints the marks grouped by rule, each with its first places.
func (x *explainer) rules(heading string, marks []classifier.RuleMark) {
	if len(marks) == 0 {
		x.printf("%s: none\n", heading)
		return
	}
	groups := map[string][]classifier.RuleMark{}
	for _, m := range marks {
		groups[m.Rule] = append(groups[m.Rule], m)
	}
	x.printf("%s\n", heading)
	for _, id := range slices.Sorted(maps.Keys(groups)) {
		group := groups[id]
		x.printf("  %s (%s), %s\n", id, group[0].For, times(len(group)))
		for _, m := range group[:min(maxQuotes, len(group))] {
			x.printf("      %s", quoted(m.Quote))
			switch {
			case m.By != nil:
				x.printf(" by %s, %s", quoted(*m.By), m.Within)
			case m.Within != "":
				x.printf(" by %s", m.Within)
			}
			x.printf("\n")
		}
	}
	x.printf("\n")
}

func times(n int) string {
	if n == 1 {
		return "once"
	}
	return fmt.Sprintf("%d times", n)
}

// quoted is a quote on one line with its place.
func quoted(q breach.Quote) string {
	const most = 60 // letters
	text := []rune(printable(q.Text))
	if len(text) > most {
		text = append(text[:most], '…')
	}
	return fmt.Sprintf("「%s」 at %s:%d", string(text), q.In, q.Start)
}
