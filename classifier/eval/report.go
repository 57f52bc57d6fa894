package eval

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// finish computes what needs every record.
func (rep *Report) finish() {
	for _, f := range []*F1{&rep.Relevance, &rep.Titles, &rep.Vectors, &rep.DataTypes, &rep.ReportedTo} {
		f.done()
	}
	if rep.TitleCount > 0 {
		rep.TitleFalseAlarms = 1000 * float64(rep.Titles.FP) / float64(rep.TitleCount)
	}
	for want, row := range rep.Confusion {
		for got, n := range row {
			if want == got {
				rep.vector(want).TP += n
				continue
			}
			rep.vector(want).FN += n
			rep.vector(got).FP += n
		}
	}
	n := 0
	for name, f := range rep.ByVector {
		f.done()
		if rep.Confusion[name] != nil {
			rep.MacroF1 += f.F1
			n++
		}
	}
	if n > 0 {
		rep.MacroF1 /= float64(n)
	}
	slices.SortStableFunc(rep.Errors, func(a, b Error) int {
		return cmp.Or(cmp.Compare(b.weight, a.weight), strings.Compare(a.Field, b.Field), strings.Compare(a.ID, b.ID))
	})
	rep.Summary = fmt.Sprintf("relevance P %.3f R %.3f · titles R %.3f, %.2f false per 1000 · vector %.3f (macro %.3f) · vectors F1 %.3f · count %.3f/%.3f · leak %.3f · data F1 %.3f · no %.3f · stage %.3f · third %.3f · family %.3f · severity %.3f (±1 %.3f) · %d records",
		rep.Relevance.Precision, rep.Relevance.Recall, rep.Titles.Recall, rep.TitleFalseAlarms, rep.PrimaryVector.Rate, rep.MacroF1, rep.Vectors.F1,
		rep.CountTold.Rate, rep.CountSilent.Rate, rep.LeakStatus.Rate, rep.DataTypes.F1, rep.ReportNo.Rate, rep.Stage.Rate, rep.ThirdParty.Rate, rep.Family.Rate,
		rep.Severity.Rate, rep.SeverityNear.Rate, rep.Records)
}

func (rep *Report) vector(name string) *F1 {
	if rep.ByVector[name] == nil {
		rep.ByVector[name] = &F1{}
	}
	return rep.ByVector[name]
}

// JSON is the report for machines, indented.
func (rep Report) JSON() ([]byte, error) {
	out, err := json.MarshalIndent(rep, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("encode report: %w", err)
	}
	return append(out, '\n'), nil
}

// worst is how many errors the report for people shows.
const worst = 40

// String is the report for people.
func (rep Report) String() string {
	var b strings.Builder
	f1 := func(name string, f F1) {
		fmt.Fprintf(&b, "%-28s precision %.3f  recall %.3f  F1 %.3f  (%d right, %d false, %d missed)\n", name, f.Precision, f.Recall, f.F1, f.TP, f.FP, f.FN)
	}
	rate := func(name string, r Rate) {
		fmt.Fprintf(&b, "%-28s %.3f  (%d of %d)\n", name, r.Rate, r.Right, r.Of)
	}
	fmt.Fprintf(&b, "rules %s, %d records\n\n", rep.Rules, rep.Records)
	f1("relevance, texts", rep.Relevance)
	f1("relevance, titles", rep.Titles)
	fmt.Fprintf(&b, "%-28s %.2f in 1,000 (%d titles)\n\n", "false alarms, titles", rep.TitleFalseAlarms, rep.TitleCount)
	rate("primary vector", rep.PrimaryVector)
	fmt.Fprintf(&b, "%-28s %.3f\n", "primary vector, macro F1", rep.MacroF1)
	rate("primary vector, titles", rep.TitleVector)
	f1("all vectors", rep.Vectors)
	f1("data types", rep.DataTypes)
	f1("reported to", rep.ReportedTo)
	rate("affected count, where told", rep.CountTold)
	rate("affected count, not invented", rep.CountSilent)
	rate("leak status", rep.LeakStatus)
	rate("report number", rep.ReportNo)
	rate("stage", rep.Stage)
	rate("third party", rep.ThirdParty)
	rate("third party, where told", rep.ThirdTold)
	rate("ransomware family", rep.Family)
	rate("service disrupted", rep.Disrupted)
	rate("severity", rep.Severity)
	rate("severity, within one step", rep.SeverityNear)
	rate("number of incidents", rep.Incidents)
	b.WriteString("\nprimary vectors: label, then answers\n")
	for _, want := range sorted(rep.Confusion) {
		fmt.Fprintf(&b, "  %-22s", want)
		row := rep.Confusion[want]
		for _, got := range sorted(row) {
			fmt.Fprintf(&b, " %s:%d", got, row[got])
		}
		b.WriteByte('\n')
	}
	if len(rep.Errors) > 0 {
		b.WriteString("\nworst errors\n")
	}
	for _, e := range rep.Errors[:min(worst, len(rep.Errors))] {
		fmt.Fprintf(&b, "  %s %s: want %s, got %s\n", e.ID, e.Field, e.Want, e.Got)
		if e.Explain != "" {
			fmt.Fprintf(&b, "      %s\n", clip(e.Explain, 300))
		}
	}
	fmt.Fprintf(&b, "\n%s\n", rep.Summary)
	return b.String()
}

func sorted[T any](m map[string]T) []string {
	out := make([]string, 0, len(m))
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}

func clip(s string, n int) string {
	r := []rune(s)
	if len(r) <= n {
		return s
	}
	return string(r[:n]) + "…"
}
