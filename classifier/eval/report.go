package eval

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"

	"oshirase/breach"
)

// finish computes what needs every record.
func (rep *Report) finish() {
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
	slices.SortStableFunc(rep.Errors, func(a, b Error) int {
		return cmp.Or(cmp.Compare(b.weight, a.weight), strings.Compare(a.Field, b.Field), strings.Compare(a.ID, b.ID))
	})
}

func (rep *Report) vector(name string) *F1 {
	if rep.ByVector[name] == nil {
		rep.ByVector[name] = &F1{}
	}
	return rep.ByVector[name]
}

// MarshalJSON adds the summary and the figures by key, null where not measured.
func (rep Report) MarshalJSON() ([]byte, error) {
	type plain Report // without this method
	figures := map[string]*float64{}
	for _, f := range Figures() {
		figures[f.Key] = measured(f.Value(&rep))
	}
	return json.Marshal(struct {
		Summary string              `json:"summary"`
		Figures map[string]*float64 `json:"figures"`
		plain
	}{rep.Summary(), figures, plain(rep)})
}

// JSON is the result for machines, indented.
func (r *Result) JSON() ([]byte, error) {
	out, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("encode report: %w", err)
	}
	return append(out, '\n'), nil
}

// worst is how many errors the report for people shows.
const worst = 40

// String is the result for people: the figures of each corpus and of all beside
// the goals, then what went wrong in all.
func (r *Result) String() string {
	var b strings.Builder
	reports := make([]*Report, 0, len(r.Corpora)+1)
	for i := range r.Corpora {
		reports = append(reports, &r.Corpora[i])
	}
	if r.Pooled != nil {
		reports = append(reports, r.Pooled)
	}
	all := r.All()
	fmt.Fprintf(&b, "rules %s, %d records\n\n", all.Rules, all.Records)
	const name, column = 30, 10
	fmt.Fprintf(&b, "%-*s %7s", name, "figure", "goal")
	for i := range reports {
		fmt.Fprintf(&b, " %*s", column, heading(i, r))
	}
	fmt.Fprintf(&b, "  counts\n")
	for _, f := range Figures() {
		fmt.Fprintf(&b, "%-*s %7s", name, f.Name, f.GoalText())
		for _, rep := range reports {
			mark := ""
			if f.Short(rep) {
				mark = "*"
			}
			fmt.Fprintf(&b, " %*s", column, show(f.Value(rep), f.Less)+mark)
		}
		fmt.Fprintf(&b, "  %s\n", f.detail(all))
	}
	b.WriteString("– not measured: nothing was asked; * short of the goal\n")
	if len(r.Corpora) > 1 {
		for i, rep := range r.Corpora {
			fmt.Fprintf(&b, "%s: %s, %d records\n", heading(i, r), rep.Name, rep.Records)
		}
	}
	all.confusion(&b)
	all.worst(&b, worst)
	b.WriteByte('\n')
	for _, rep := range reports {
		fmt.Fprintln(&b, rep.Summary())
	}
	return b.String()
}

func heading(i int, r *Result) string {
	switch {
	case r.Pooled != nil && i == len(r.Corpora):
		return "all"
	case r.Pooled != nil:
		return fmt.Sprintf("corpus %d", i+1)
	}
	return "measured"
}

// confusion prints the matrix of primary vectors: a row a label, with its own
// figures, a column an answer.
func (rep *Report) confusion(w io.Writer) {
	if len(rep.Confusion) == 0 {
		return
	}
	var columns []string
	for _, v := range breach.Vectors() {
		if rep.ByVector[string(v)] != nil {
			columns = append(columns, string(v))
		}
	}
	fmt.Fprintf(w, "\nprimary vectors: a row a label, a column an answer\n%-4s%-24s", "", "")
	for i := range columns {
		fmt.Fprintf(w, "%4d", i+1)
	}
	fmt.Fprintf(w, "  precision recall\n")
	for i, want := range columns {
		fmt.Fprintf(w, "%3d %-24s", i+1, want)
		for _, got := range columns {
			cell := "·"
			if n := rep.Confusion[want][got]; n > 0 {
				cell = fmt.Sprint(n)
			}
			fmt.Fprintf(w, "%4s", cell)
		}
		f := rep.ByVector[want]
		fmt.Fprintf(w, "  %9s %6s\n", show(f.Precision(), false), show(f.Recall(), false))
	}
}

func (rep *Report) worst(w io.Writer, n int) {
	if len(rep.Errors) == 0 {
		return
	}
	fmt.Fprintf(w, "\nworst errors (%d of %d)\n", min(n, len(rep.Errors)), len(rep.Errors))
	for _, e := range rep.Errors[:min(n, len(rep.Errors))] {
		fmt.Fprintf(w, "  %s\n", e)
	}
}

// String is the error on one line, and its explanation on the next.
func (e Error) String() string {
	s := fmt.Sprintf("%s %s: want %s, got %s", e.ID, e.Field, cmp.Or(e.Want, "nothing more"), cmp.Or(e.Got, "nothing more"))
	if e.Explain != "" {
		s += "\n      because of: " + clip(strings.ReplaceAll(e.Explain, "\n", " "), 300)
	}
	if e.Note != "" {
		s += "\n      note on the label: " + clip(e.Note, 200)
	}
	return s
}

func clip(s string, n int) string {
	r := []rune(s)
	if len(r) <= n {
		return s
	}
	return string(r[:n]) + "…"
}
