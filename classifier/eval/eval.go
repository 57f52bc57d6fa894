package eval

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"oshirase/breach"
	"oshirase/classifier"
)

// Rate is right answers out of all asked.
type Rate struct {
	Right int     `json:"right"`
	Of    int     `json:"of"`
	Rate  float64 `json:"rate"`
}

func (r *Rate) add(ok bool) {
	r.Of++
	if ok {
		r.Right++
	}
	r.Rate = float64(r.Right) / float64(r.Of)
}

// F1 counts hits, false alarms and misses.
type F1 struct {
	TP        int     `json:"tp"`
	FP        int     `json:"fp"`
	FN        int     `json:"fn"`
	Precision float64 `json:"precision"`
	Recall    float64 `json:"recall"`
	F1        float64 `json:"f1"`
}

func (f *F1) done() {
	f.Precision, f.Recall, f.F1 = 1, 1, 1
	if f.TP+f.FP > 0 {
		f.Precision = float64(f.TP) / float64(f.TP+f.FP)
	}
	if f.TP+f.FN > 0 {
		f.Recall = float64(f.TP) / float64(f.TP+f.FN)
	}
	if 2*f.TP+f.FP+f.FN > 0 {
		f.F1 = float64(2*f.TP) / float64(2*f.TP+f.FP+f.FN)
	}
}

func (f *F1) addBool(want, got bool) {
	switch {
	case want && got:
		f.TP++
	case got:
		f.FP++
	case want:
		f.FN++
	}
}

// Report has the figures of one run. Facts are asked of records that are
// incidents with a text and were found to be.
type Report struct {
	Summary string `json:"summary"`
	Rules   string `json:"rules"`
	Records int    `json:"records"`

	Relevance F1 `json:"relevance"` // texts
	Titles    F1 `json:"titles"`    // titles alone
	// TitleFalseAlarms is the number of false alarms in a thousand titles.
	TitleFalseAlarms float64 `json:"title_false_alarms_per_1000"`
	TitleCount       int     `json:"title_count"`

	PrimaryVector Rate                      `json:"primary_vector"`
	MacroF1       float64                   `json:"primary_vector_macro_f1"`
	ByVector      map[string]*F1            `json:"by_primary_vector"`
	Confusion     map[string]map[string]int `json:"confusion"` // label → answer → count
	TitleVector   Rate                      `json:"title_primary_vector"`
	Vectors       F1                        `json:"vectors"`
	DataTypes     F1                        `json:"data_types"`
	ReportedTo    F1                        `json:"reported_to"`

	CountTold    Rate `json:"affected_count_where_told"`
	CountSilent  Rate `json:"affected_count_none_invented"`
	LeakStatus   Rate `json:"leak_status"`
	ReportNo     Rate `json:"report_no"`
	Stage        Rate `json:"stage"`
	ThirdParty   Rate `json:"third_party"`
	ThirdTold    Rate `json:"third_party_where_told"`
	Family       Rate `json:"ransomware_family"`
	Disrupted    Rate `json:"service_disrupted"`
	Severity     Rate `json:"severity"`
	SeverityNear Rate `json:"severity_within_one"`
	Incidents    Rate `json:"incidents"`

	Errors []Error `json:"errors"`
}

// Error is one wrong answer. Explain says what the classifier rested it on.
type Error struct {
	ID      string `json:"id"`
	Field   string `json:"field"`
	Want    string `json:"want"`
	Got     string `json:"got"`
	Explain string `json:"explain,omitempty"`
	Note    string `json:"note,omitempty"`
	weight  int
}

// Run classifies every record of the corpora and counts.
func Run(ctx context.Context, c *classifier.Classifier, corpora ...io.Reader) (Report, error) {
	rep := Report{Rules: c.Digest(), ByVector: map[string]*F1{}, Confusion: map[string]map[string]int{}}
	for i, in := range corpora {
		err := read(in, func(r *Record) error {
			if err := context.Cause(ctx); err != nil {
				return err
			}
			rep.Records++
			rep.judge(c, r)
			return nil
		})
		if err != nil {
			return rep, fmt.Errorf("corpus %d: %w", i+1, err)
		}
	}
	rep.finish()
	return rep, nil
}

func (rep *Report) judge(c *classifier.Classifier, r *Record) {
	f := c.Classify(r.notice)
	if r.notice.Text == "" {
		rep.TitleCount++
		rep.Titles.addBool(r.Labels.IsBreach, f.IsBreach)
		if r.Labels.IsBreach != f.IsBreach {
			rep.fail(r, f, "title", fmt.Sprint(r.Labels.IsBreach), fmt.Sprint(f.IsBreach), r.notice.Title, 100)
		}
		if r.Labels.IsBreach && f.IsBreach && r.Labels.PrimaryVector != nil {
			ok := *r.Labels.PrimaryVector == f.PrimaryVector
			rep.TitleVector.add(ok)
			if !ok {
				rep.fail(r, f, "title_vector", string(*r.Labels.PrimaryVector), string(f.PrimaryVector), r.notice.Title, 10)
			}
		}
		return
	}
	rep.Relevance.addBool(r.Labels.IsBreach, f.IsBreach)
	if r.Labels.IsBreach != f.IsBreach {
		rep.fail(r, f, "is_breach", fmt.Sprint(r.Labels.IsBreach), fmt.Sprint(f.IsBreach), why(f), 100)
	}
	if r.Labels.IsBreach && f.IsBreach {
		rep.facts(r, f)
	}
}

func (rep *Report) fail(r *Record, _ breach.Finding, field, want, got, explain string, weight int) {
	rep.Errors = append(rep.Errors, Error{ID: r.ID, Field: field, Want: want, Got: got, Explain: explain, Note: r.Note, weight: weight})
}

func (rep *Report) facts(r *Record, f breach.Finding) {
	l, m := r.Labels, merge(f)
	ask := func(field string, rate *Rate, want, got string, weight int) {
		rate.add(want == got)
		if want != got {
			rep.fail(r, f, field, want, got, quotes(f, field), weight)
		}
	}
	if l.PrimaryVector != nil {
		want, got := string(*l.PrimaryVector), string(f.PrimaryVector)
		ask("primary_vector", &rep.PrimaryVector, want, got, 50)
		if rep.Confusion[want] == nil {
			rep.Confusion[want] = map[string]int{}
		}
		rep.Confusion[want][got]++
	}
	set(rep, r, f, "vectors", &rep.Vectors, l.Vectors, m.Vectors)
	set(rep, r, f, "data_types", &rep.DataTypes, l.DataTypes, m.DataTypes)
	set(rep, r, f, "reported_to", &rep.ReportedTo, l.ReportedTo, m.ReportedTo)
	if l.AffectedCount != nil {
		ask("affected_count", &rep.CountTold, number(l.AffectedCount), number(m.AffectedCount), 40)
	} else {
		ask("affected_count", &rep.CountSilent, "none", number(m.AffectedCount), 40)
	}
	ask("leak_status", &rep.LeakStatus, string(l.LeakStatus), string(m.LeakStatus), 30)
	ask("report_no", &rep.ReportNo, digits(l.ReportNo), digits(m.ReportNo), 20)
	ask("stage", &rep.Stage, string(l.Stage), string(m.Stage), 15)
	ask("ransomware_family", &rep.Family, text(l.RansomwareFamily), m.RansomwareFamily, 20)
	want := text(l.ThirdParty)
	same := SameName(want, m.ThirdParty)
	rep.ThirdParty.add(same)
	if want != "" {
		rep.ThirdTold.add(same)
	}
	if !same {
		rep.fail(r, f, "third_party", want, m.ThirdParty, quotes(f, "third_party"), 20)
	}
	ask("service_disrupted", &rep.Disrupted, fmt.Sprint(l.ServiceDisrupted), fmt.Sprint(m.ServiceDisrupted), 15)
	ask("incidents", &rep.Incidents, fmt.Sprint(l.Incidents), fmt.Sprint(len(f.Cases)), 10)
	if l.Severity != nil {
		ask("severity", &rep.Severity, string(*l.Severity), string(f.Severity), 45)
		d := l.Severity.Rank() - f.Severity.Rank()
		rep.SeverityNear.add(-1 <= d && d <= 1)
	}
}

// merge reads a finding as the labels do: one record whatever the cases.
func merge(f breach.Finding) breach.Case {
	m := f.Cases[0]
	if len(f.Cases) == 1 {
		return m
	}
	rank := map[breach.LeakStatus]int{breach.LeakConfirmed: 4, breach.LeakSuspected: 3, breach.LeakUnderInvestigation: 2, breach.LeakDenied: 1}
	m.AffectedCount = nil
	for _, c := range f.Cases[1:] {
		m.Vectors = union(m.Vectors, c.Vectors)
		m.DataTypes = union(m.DataTypes, c.DataTypes)
		m.ReportedTo = union(m.ReportedTo, c.ReportedTo)
		if rank[c.LeakStatus] > rank[m.LeakStatus] {
			m.LeakStatus = c.LeakStatus
		}
		m.ServiceDisrupted = m.ServiceDisrupted || c.ServiceDisrupted
		if m.RansomwareFamily == "" {
			m.RansomwareFamily = c.RansomwareFamily
		}
		if m.ThirdParty == "" {
			m.ThirdParty = c.ThirdParty
		}
	}
	return m
}

func union[T comparable](a, b []T) []T {
	out := slices.Clone(a)
	for _, x := range b {
		if !slices.Contains(out, x) {
			out = append(out, x)
		}
	}
	return out
}

func set[T ~string](rep *Report, r *Record, f breach.Finding, field string, into *F1, want, got []T) {
	var missed, extra []string
	for _, w := range want {
		if slices.Contains(got, w) {
			into.TP++
		} else {
			into.FN++
			missed = append(missed, "-"+string(w))
		}
	}
	for _, g := range got {
		if !slices.Contains(want, g) {
			into.FP++
			extra = append(extra, "+"+string(g))
		}
	}
	if len(missed)+len(extra) > 0 {
		rep.fail(r, f, field, strings.Join(missed, " "), strings.Join(extra, " "), quotes(f, field), 5*(len(missed)+len(extra)))
	}
}

// SameName compares two names of organisations loosely: after NFKC, lower
// case, and without legal forms, blanks and punctuation, one contains the
// other. Two empty names are the same, an empty and a full one are not.
func SameName(a, b string) bool {
	a, b = bareName(a), bareName(b)
	if a == "" || b == "" {
		return a == b
	}
	return strings.Contains(a, b) || strings.Contains(b, a)
}

func bareName(s string) string {
	s = strings.ToLower(norm.NFKC.String(s))
	for _, w := range []string{"株式会社", "(株)", "有限会社", "合同会社", "co., ltd.", "inc.", "corporation", "corp."} {
		s = strings.ReplaceAll(s, w, "")
	}
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || unicode.IsPunct(r) || r == 'ー' {
			return -1
		}
		return r
	}, s)
}

func number(n *int64) string {
	if n == nil {
		return "none"
	}
	return fmt.Sprint(*n)
}

func digits(n *int) string {
	if n == nil {
		return "none"
	}
	return fmt.Sprint(*n)
}

func text(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

func why(f breach.Finding) string {
	var out []string
	for _, w := range f.Why {
		out = append(out, w.Effect+" "+w.Rule+" "+w.Quote.Text)
	}
	return strings.Join(out, " | ")
}

func quotes(f breach.Finding, field string) string {
	var out []string
	for _, c := range f.Cases {
		if field == "severity" {
			out = append(out, c.SeverityReason)
		}
		for _, q := range c.Evidence[field] {
			out = append(out, q.Text)
		}
	}
	return strings.Join(out, " | ")
}
