package tracker

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"oshirase/breach"
)

// Facts come together in three ways: a further report speaks over what was
// known ([merge]), a copy or an earlier report only fills gaps ([fill]), and the
// text behind a title replaces what the title let one guess ([reread]). What a
// notice is silent about stays in each of them.

// merge is what is known after a later notice. A severity falls only together
// with a fact that explains it: a short follow-up ("restored") must not make an
// incident look mild.
func merge(old, c *breach.Case, basis string) breach.Case {
	m := overlay(old, c)
	if c.Severity.Rank() > old.Severity.Rank() || (basis == "text" && milder(old, c)) {
		m.Severity, m.SeverityReason, m.ENISA = c.Severity, c.SeverityReason, c.ENISA
	} else if c.Severity.Rank() < old.Severity.Rank() {
		m.Severity, m.SeverityReason, m.ENISA = old.Severity, old.SeverityReason, old.ENISA
	}
	bound(&m)
	return m
}

// milder reports whether c takes back what made the incident grave.
func milder(old, c *breach.Case) bool {
	return (c.LeakStatus == breach.LeakDenied && old.LeakStatus != breach.LeakDenied) ||
		(c.AffectedCount != nil && old.AffectedCount != nil && *c.AffectedCount < *old.AffectedCount)
}

// fill is what is known after a notice that is not the latest word.
func fill(old, c *breach.Case) breach.Case {
	m := overlay(c, old)
	if c.Severity.Rank() > old.Severity.Rank() {
		m.Severity, m.SeverityReason, m.ENISA = c.Severity, c.SeverityReason, c.ENISA
	}
	m.Index = old.Index
	bound(&m)
	return m
}

// reread is what is known after the text behind the only title was read. The
// title keeps what it alone holds.
func reread(old, c *breach.Case) breach.Case {
	m := *c
	if m.ReportNo == nil {
		m.ReportNo = old.ReportNo
	}
	if specificity(m.PrimaryVector) == 0 {
		m.PrimaryVector, m.Vectors, m.VERIS, m.ATTACK = old.PrimaryVector, old.Vectors, old.VERIS, old.ATTACK
	}
	m.Victim, m.VictimCode = or(m.Victim, old.Victim), or(m.VictimCode, old.VictimCode)
	bound(&m)
	return m
}

// overlay is base with everything that top tells put over it.
func overlay(base, top *breach.Case) breach.Case {
	m := *base
	m.Index = top.Index
	m.Victim = or(top.Victim, base.Victim)
	m.VictimCode = or(top.VictimCode, base.VictimCode)
	m.Clients = union(base.Clients, top.Clients)
	if speaksOver(top.PrimaryVector, base.PrimaryVector) {
		m.PrimaryVector = top.PrimaryVector
	}
	m.Vectors = vectors(m.PrimaryVector, base.Vectors, top.Vectors)
	m.VERIS, m.ATTACK = union(base.VERIS, top.VERIS), union(base.ATTACK, top.ATTACK)
	m.Severity, m.SeverityReason, m.ENISA = top.Severity, top.SeverityReason, top.ENISA
	if top.LeakStatus != "" && top.LeakStatus != breach.LeakUnknown {
		m.LeakStatus = top.LeakStatus
	}
	if top.AffectedCount != nil {
		m.AffectedCount, m.Counts = top.AffectedCount, top.Counts
	}
	if len(top.DataTypes) > 0 {
		m.DataTypes = top.DataTypes
	}
	if len(top.ExcludedDataTypes) > 0 {
		m.ExcludedDataTypes = top.ExcludedDataTypes
	}
	m.ReportNo = larger(base.ReportNo, top.ReportNo)
	m.Stage = later(base.Stage, top.Stage)
	m.RansomwareFamily = or(top.RansomwareFamily, base.RansomwareFamily)
	m.ThirdParty = or(top.ThirdParty, base.ThirdParty)
	m.ReportedTo = union(base.ReportedTo, top.ReportedTo)
	m.ServiceDisrupted = base.ServiceDisrupted || top.ServiceDisrupted
	m.Products, m.CVEs = union(base.Products, top.Products), union(base.CVEs, top.CVEs)
	if len(top.Dates) > 0 {
		m.Dates = top.Dates
	}
	if len(top.Measures) > 0 {
		m.Measures = top.Measures
	}
	m.Contact = or(top.Contact, base.Contact)
	m.Evidence = maps.Clone(base.Evidence)
	if m.Evidence == nil {
		m.Evidence = map[string][]breach.Quote{}
	}
	maps.Copy(m.Evidence, top.Evidence)
	m.Why = top.Why
	return m
}

// speaksOver reports whether a vector replaces another. Malware is what a
// ransomware infection is called in passing.
func speaksOver(top, base breach.Vector) bool {
	if base == breach.Ransomware && top == breach.Malware {
		return false
	}
	return specificity(top) >= specificity(base)
}

func vectors(primary breach.Vector, lists ...[]breach.Vector) []breach.Vector {
	all := []breach.Vector{primary}
	for _, list := range lists {
		for _, v := range list {
			// "unknown" is no vector beside a known one.
			if !slices.Contains(all, v) && specificity(v) > 0 {
				all = append(all, v)
			}
		}
	}
	return all
}

// maxUnion bounds what chains of notices may pile up, such as clients.
const maxUnion = 100

// union is a with what b has beyond it.
func union[T comparable](a, b []T) []T {
	all := slices.Clone(a)
	for _, x := range b {
		if len(all) < maxUnion && !slices.Contains(all, x) {
			all = append(all, x)
		}
	}
	return all
}

func or(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

func larger(a, b *int) *int {
	if a == nil || (b != nil && *b > *a) {
		return b
	}
	return a
}

func later(a, b breach.Stage) breach.Stage {
	if slices.Index(breach.Stages(), b) > slices.Index(breach.Stages(), a) {
		return b
	}
	return a
}

// Bounds of the evidence that an incident carries: the notices have all of it.
const (
	maxQuotes        = 5 // a field
	maxEvidenceBytes = 64 << 10
)

// bound keeps the evidence small enough for any server and receiver. Fields are
// cut in the order of their names, so that the same facts give the same bytes.
func bound(c *breach.Case) {
	if len(c.Evidence) == 0 {
		return
	}
	left := maxEvidenceBytes
	kept := make(map[string][]breach.Quote, len(c.Evidence))
	for _, field := range slices.Sorted(maps.Keys(c.Evidence)) {
		for _, q := range c.Evidence[field] {
			if len(kept[field]) == maxQuotes || len(q.Text) > left {
				break
			}
			left -= len(q.Text)
			kept[field] = append(kept[field], q)
		}
	}
	c.Evidence = kept
}

// told are the facts whose movement is worth an alert, in the order in which a
// person wants them.
var told = []struct {
	field string
	value func(*breach.Case) string
}{
	{"severity", func(c *breach.Case) string { return string(c.Severity) }},
	{"primary_vector", func(c *breach.Case) string { return string(c.PrimaryVector) }},
	{"leak_status", func(c *breach.Case) string { return string(c.LeakStatus) }},
	{"affected_count", func(c *breach.Case) string { return number(c.AffectedCount) }},
	{"data_types", func(c *breach.Case) string { return words(c.DataTypes) }},
	{"report_no", func(c *breach.Case) string { return number(c.ReportNo) }},
	{"stage", func(c *breach.Case) string { return string(c.Stage) }},
	{"ransomware_family", func(c *breach.Case) string { return c.RansomwareFamily }},
	{"third_party", func(c *breach.Case) string { return c.ThirdParty }},
	{"service_disrupted", func(c *breach.Case) string { return strconv.FormatBool(c.ServiceDisrupted) }},
}

// facts are the values that [breach.Change] tells of, by field.
func facts(c *breach.Case) map[string]string {
	values := make(map[string]string, len(told))
	for _, f := range told {
		values[f.field] = f.value(c)
	}
	return values
}

func differences(from, to map[string]string) []breach.Change {
	var changes []breach.Change
	for _, f := range told {
		if from[f.field] != to[f.field] {
			changes = append(changes, breach.Change{Field: f.field, From: from[f.field], To: to[f.field]})
		}
	}
	return changes
}

func number[T int | int64](n *T) string {
	if n == nil {
		return ""
	}
	return strconv.FormatInt(int64(*n), 10)
}

// words is a list as [breach.Change] has it: sorted, with commas between.
func words(list []breach.DataType) string {
	sorted := make([]string, len(list))
	for i, w := range list {
		sorted[i] = string(w)
	}
	slices.Sort(sorted)
	return strings.Join(sorted, ",")
}
