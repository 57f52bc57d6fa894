package eval

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"oshirase/breach"
	"oshirase/classifier"
)

// Report has the figures of one corpus. Facts are asked of records that are
// incidents with a text and were found to be.
type Report struct {
	Name    string `json:"name"`
	Rules   string `json:"rules"`
	Records int    `json:"records"`

	Relevance F1 `json:"relevance"` // texts
	Titles    F1 `json:"titles"`    // titles alone
	// TitleAlarms are the titles that are no incident; right is those that were
	// left alone.
	TitleAlarms Rate `json:"titles_left_alone"`

	PrimaryVector Rate                      `json:"primary_vector"`
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
	FamilyTold   Rate `json:"ransomware_family_where_told"`
	Disrupted    Rate `json:"service_disrupted"`
	Severity     Rate `json:"severity"`
	SeverityNear Rate `json:"severity_within_one"`
	Incidents    Rate `json:"incidents"`

	Errors []Error `json:"errors"` // the worst first
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

// Result is the reports of a run: one a corpus, and one over all where there
// are several.
type Result struct {
	Corpora []Report `json:"corpora"`
	Pooled  *Report  `json:"pooled"`
}

// All is the report over everything.
func (r *Result) All() *Report {
	if r.Pooled != nil {
		return r.Pooled
	}
	return &r.Corpora[0]
}

// Run classifies every record of the corpora and counts. After each record it
// calls progress, if given, with the number of records done. A bad line stops
// it when its corpus is read to the end, with every bad line in the error.
func Run(ctx context.Context, c *classifier.Classifier, progress func(done int), corpora ...Corpus) (*Result, error) {
	if len(corpora) == 0 {
		return nil, errors.New("no corpus to measure by")
	}
	res := &Result{}
	pooled := newReport("all", c.Digest())
	for _, corpus := range corpora {
		rep := newReport(corpus.Name, c.Digest())
		err := read(corpus, func(r *Record) error {
			if err := context.Cause(ctx); err != nil {
				return err
			}
			f := c.Classify(r.notice)
			rep.judge(r, &f)
			pooled.judge(r, &f)
			if progress != nil {
				progress(pooled.Records)
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
		if rep.Records == 0 {
			return nil, fmt.Errorf("%s: no records: a corpus has one JSON object a line", corpus.Name)
		}
		rep.finish()
		res.Corpora = append(res.Corpora, *rep)
	}
	if len(corpora) > 1 {
		pooled.finish()
		res.Pooled = pooled
	}
	return res, nil
}

// Measure holds the findings of judge against the labels of the records.
func Measure(name string, records []*Record, judge func(*Record) breach.Finding) *Report {
	rep := newReport(name, "")
	for _, r := range records {
		f := judge(r)
		rep.judge(r, &f)
	}
	rep.finish()
	return rep
}

func newReport(name, rules string) *Report {
	return &Report{Name: name, Rules: rules, ByVector: map[string]*F1{}, Confusion: map[string]map[string]int{}, Errors: []Error{}}
}

func (rep *Report) judge(r *Record, f *breach.Finding) {
	rep.Records++
	if r.notice.Text == "" {
		rep.Titles.addBool(r.Labels.IsBreach, f.IsBreach)
		if !r.Labels.IsBreach {
			rep.TitleAlarms.add(!f.IsBreach)
		}
		if r.Labels.IsBreach != f.IsBreach {
			rep.fail(r, "title", fmt.Sprint(r.Labels.IsBreach), fmt.Sprint(f.IsBreach), r.notice.Title, 100)
		}
		if r.Labels.IsBreach && f.IsBreach && r.Labels.PrimaryVector != nil {
			ok := *r.Labels.PrimaryVector == f.PrimaryVector
			rep.TitleVector.add(ok)
			if !ok {
				rep.fail(r, "title_vector", string(*r.Labels.PrimaryVector), string(f.PrimaryVector), r.notice.Title, 10)
			}
		}
		return
	}
	rep.Relevance.addBool(r.Labels.IsBreach, f.IsBreach)
	if r.Labels.IsBreach != f.IsBreach {
		rep.fail(r, "is_breach", fmt.Sprint(r.Labels.IsBreach), fmt.Sprint(f.IsBreach), why(f), 100)
	}
	if r.Labels.IsBreach && f.IsBreach {
		rep.facts(r, f)
	}
}

func (rep *Report) fail(r *Record, field, want, got, explain string, weight int) {
	rep.Errors = append(rep.Errors, Error{ID: r.ID, Field: field, Want: want, Got: got, Explain: explain, Note: r.Note, weight: weight})
}

func (rep *Report) facts(r *Record, f *breach.Finding) {
	l, m := r.Labels, merge(f)
	ask := func(field string, rate *Rate, want, got string, weight int) {
		rate.add(want == got)
		if want != got {
			rep.fail(r, field, want, got, quotes(f, field), weight)
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
	if family := text(l.RansomwareFamily); family != "" {
		rep.FamilyTold.add(family == m.RansomwareFamily)
	}
	want := text(l.ThirdParty)
	same := SameName(want, m.ThirdParty)
	rep.ThirdParty.add(same)
	if want != "" {
		rep.ThirdTold.add(same)
	}
	if !same {
		rep.fail(r, "third_party", want, m.ThirdParty, quotes(f, "third_party"), 20)
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
func merge(f *breach.Finding) breach.Case {
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

func set[T ~string](rep *Report, r *Record, f *breach.Finding, field string, into *F1, want, got []T) {
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
		rep.fail(r, field, strings.Join(missed, " "), strings.Join(extra, " "), quotes(f, field), 5*(len(missed)+len(extra)))
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

func why(f *breach.Finding) string {
	var out []string
	for _, w := range f.Why {
		out = append(out, w.Effect+" "+w.Rule+" "+w.Quote.Text)
	}
	return strings.Join(out, " | ")
}

func quotes(f *breach.Finding, field string) string {
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
