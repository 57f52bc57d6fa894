package eval

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
)

// Figure is one measured number of a report.
type Figure struct {
	// Key names it for machines, Name for people.
	Key, Name string
	// Goal is what the project aims at on data not seen in development; 0: none.
	Goal float64
	// Less is true where small is good.
	Less bool
	// Fields are the fields of [Error] that lower the figure.
	Fields []string

	of func(*Report) float64
	// asked is how many answers the figure rests on.
	asked func(*Report) int
	// detail shows the counts behind the number.
	detail func(*Report) string
}

// Value is the figure of rep, NaN where it was not measured.
func (f Figure) Value(rep *Report) float64 { return f.of(rep) }

// Text is the figure of rep for people, a dash where it was not measured.
func (f Figure) Text(rep *Report) string { return show(f.Value(rep), f.Less) }

// Counts shows the counts of rep behind the figure.
func (f Figure) Counts(rep *Report) string { return f.detail(rep) }

// GoalText is the goal for people, empty where there is none.
func (f Figure) GoalText() string {
	if f.Goal == 0 {
		return ""
	}
	return map[bool]string{false: "≥ ", true: "≤ "}[f.Less] + fmt.Sprintf("%.2f", f.Goal)
}

// Short reports whether the figure was measured and misses its goal.
func (f Figure) Short(rep *Report) bool {
	v := f.of(rep)
	switch {
	case f.Goal == 0 || math.IsNaN(v):
		return false
	case f.Less:
		return v > f.Goal
	}
	return v < f.Goal
}

// Figures lists every figure, in the order of the report.
func Figures() []Figure {
	rate := func(key, name string, goal float64, of func(*Report) *Rate, fields ...string) Figure {
		return Figure{Key: key, Name: name, Goal: goal, Fields: fields,
			of:     func(r *Report) float64 { return of(r).Value() },
			asked:  func(r *Report) int { return of(r).Of },
			detail: func(r *Report) string { return fmt.Sprintf("%d of %d", of(r).Right, of(r).Of) }}
	}
	pick := func(key, name string, goal float64, of func(*Report) *F1, value func(F1) float64, fields ...string) Figure {
		return Figure{Key: key, Name: name, Goal: goal, Fields: fields,
			of:    func(r *Report) float64 { return value(*of(r)) },
			asked: func(r *Report) int { return of(r).TP + of(r).FN },
			detail: func(r *Report) string {
				return fmt.Sprintf("%d right, %d false, %d missed", of(r).TP, of(r).FP, of(r).FN)
			}}
	}
	relevance := func(r *Report) *F1 { return &r.Relevance }
	titles := func(r *Report) *F1 { return &r.Titles }
	return []Figure{
		pick("relevance_precision", "relevance, precision", 0.97, relevance, F1.Precision, "is_breach"),
		pick("relevance_recall", "relevance, recall", 0.99, relevance, F1.Recall, "is_breach"),
		pick("relevance_f1", "relevance, F1", 0, relevance, F1.F1, "is_breach"),
		pick("titles_precision", "titles, precision", 0, titles, F1.Precision, "title"),
		pick("titles_recall", "titles, recall", 0.97, titles, F1.Recall, "title"),
		{Key: "title_false_alarms", Name: "titles, false in 1,000", Goal: 0.5, Less: true, Fields: []string{"title"},
			asked: func(r *Report) int { return r.TitleAlarms.Of },
			of:    func(r *Report) float64 { return 1000 * ratio(r.TitleAlarms.Of-r.TitleAlarms.Right, r.TitleAlarms.Of) },
			detail: func(r *Report) string {
				return fmt.Sprintf("%d of %d", r.TitleAlarms.Of-r.TitleAlarms.Right, r.TitleAlarms.Of)
			}},
		rate("title_primary_vector", "titles, primary vector", 0, func(r *Report) *Rate { return &r.TitleVector }, "title_vector"),
		rate("primary_vector", "primary vector", 0.95, func(r *Report) *Rate { return &r.PrimaryVector }, "primary_vector"),
		{Key: "primary_vector_macro_f1", Name: "primary vector, macro F1", Goal: 0.92, Fields: []string{"primary_vector"},
			of: (*Report).macroF1, asked: func(r *Report) int { return len(r.Confusion) }, detail: func(r *Report) string { return fmt.Sprintf("%d classes", len(r.Confusion)) }},
		pick("vectors_f1", "all vectors, micro F1", 0.95, func(r *Report) *F1 { return &r.Vectors }, F1.F1, "vectors"),
		rate("affected_count_told", "count, exact where told", 0.95, func(r *Report) *Rate { return &r.CountTold }, "affected_count"),
		rate("affected_count_silent", "count, none invented", 0.98, func(r *Report) *Rate { return &r.CountSilent }, "affected_count"),
		rate("leak_status", "leak status", 0.93, func(r *Report) *Rate { return &r.LeakStatus }, "leak_status"),
		pick("data_types_f1", "data types, micro F1", 0.95, func(r *Report) *F1 { return &r.DataTypes }, F1.F1, "data_types"),
		rate("report_no", "report number", 0.99, func(r *Report) *Rate { return &r.ReportNo }, "report_no"),
		rate("stage", "stage", 0.92, func(r *Report) *Rate { return &r.Stage }, "stage"),
		rate("third_party", "third party", 0.90, func(r *Report) *Rate { return &r.ThirdParty }, "third_party"),
		rate("third_party_told", "third party, where told", 0, func(r *Report) *Rate { return &r.ThirdTold }, "third_party"),
		rate("ransomware_family", "ransomware family", 0.98, func(r *Report) *Rate { return &r.Family }, "ransomware_family"),
		rate("ransomware_family_told", "ransomware family, where told", 0, func(r *Report) *Rate { return &r.FamilyTold }, "ransomware_family"),
		pick("reported_to_f1", "reported to, micro F1", 0, func(r *Report) *F1 { return &r.ReportedTo }, F1.F1, "reported_to"),
		rate("service_disrupted", "service disrupted", 0, func(r *Report) *Rate { return &r.Disrupted }, "service_disrupted"),
		rate("severity", "severity, exact", 0.90, func(r *Report) *Rate { return &r.Severity }, "severity"),
		rate("severity_within_one", "severity, within one step", 0.99, func(r *Report) *Rate { return &r.SeverityNear }, "severity"),
		rate("incidents", "number of incidents", 0, func(r *Report) *Rate { return &r.Incidents }, "incidents"),
	}
}

// macroF1 is the mean over the classes that labels name.
func (rep *Report) macroF1() float64 {
	sum := 0.0
	for _, name := range slices.Sorted(maps.Keys(rep.Confusion)) { // floats add up alike in one order
		sum += rep.ByVector[name].F1()
	}
	if len(rep.Confusion) == 0 {
		return math.NaN()
	}
	return sum / float64(len(rep.Confusion))
}

// Summary is one line with the figures that have a goal.
func (rep *Report) Summary() string {
	var parts []string
	for _, f := range Figures() {
		if f.Goal == 0 {
			continue
		}
		parts = append(parts, f.Name+" "+show(f.Value(rep), f.Less))
	}
	return fmt.Sprintf("%s: %d records · %s", rep.Name, rep.Records, strings.Join(parts, " · "))
}

func show(v float64, less bool) string {
	switch {
	case math.IsNaN(v):
		return "–"
	case less:
		return fmt.Sprintf("%.2f", v)
	}
	return fmt.Sprintf("%.3f", v)
}
