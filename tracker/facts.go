package tracker

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"oshirase/breach"
)

// merge is what is known after c was told. What c is silent about stays;
// a notice that is not the latest fills gaps only. replace is true when c is a
// new reading of the only notice: then it speaks for itself.
func merge(old, c *breach.Case, f *breach.Finding, latest, replace bool) breach.Case {
	if replace {
		return reread(old, c)
	}
	if !latest {
		filled := overlay(*c, old)
		filled.Severity, filled.SeverityReason, filled.ENISA = worse(old, c)
		return filled
	}
	m := overlay(*old, c)
	m.Severity, m.SeverityReason, m.ENISA = c.Severity, c.SeverityReason, c.ENISA
	// A short follow-up ("restored") must not make an incident look mild: only a
	// text that speaks of the leak can lower it.
	if c.Severity.Rank() < old.Severity.Rank() && (f.Basis != "text" || c.LeakStatus == breach.LeakUnknown) {
		m.Severity, m.SeverityReason, m.ENISA = old.Severity, old.SeverityReason, old.ENISA
	}
	return m
}

// reread keeps the report number and family that the title alone may hold.
func reread(old, c *breach.Case) breach.Case {
	m := *c
	if m.ReportNo == nil {
		m.ReportNo = old.ReportNo
	}
	if specificity(m.PrimaryVector) == 0 {
		m.PrimaryVector, m.Vectors, m.VERIS, m.ATTACK = old.PrimaryVector, old.Vectors, old.VERIS, old.ATTACK
	}
	return m
}

func worse(a, b *breach.Case) (breach.Severity, string, *breach.ENISA) {
	if b.Severity.Rank() > a.Severity.Rank() {
		return b.Severity, b.SeverityReason, b.ENISA
	}
	return a.Severity, a.SeverityReason, a.ENISA
}

// overlay is base with everything that top tells put over it.
func overlay(base breach.Case, top *breach.Case) breach.Case {
	m := base
	m.Index = top.Index
	m.Victim = or(top.Victim, base.Victim)
	m.VictimCode = or(top.VictimCode, base.VictimCode)
	m.Clients = union(base.Clients, top.Clients)
	if specificity(top.PrimaryVector) >= specificity(base.PrimaryVector) {
		m.PrimaryVector = top.PrimaryVector
	}
	m.Vectors = vectors(m.PrimaryVector, base.Vectors, top.Vectors)
	m.VERIS, m.ATTACK = union(base.VERIS, top.VERIS), union(base.ATTACK, top.ATTACK)
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
	if top.ReportNo != nil {
		m.ReportNo = top.ReportNo
	}
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

// union is a with what b has beyond it.
func union[T comparable](a, b []T) []T {
	all := slices.Clone(a)
	for _, x := range b {
		if !slices.Contains(all, x) {
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

func later(a, b breach.Stage) breach.Stage {
	if slices.Index(breach.Stages(), b) > slices.Index(breach.Stages(), a) {
		return b
	}
	return a
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

// moved lists the facts that differ, in the order in which a person wants them.
func moved(a, b *breach.Case) []breach.Change {
	var changes []breach.Change
	add := func(field, from, to string) {
		if from != to {
			changes = append(changes, breach.Change{Field: field, From: from, To: to})
		}
	}
	add("severity", string(a.Severity), string(b.Severity))
	add("primary_vector", string(a.PrimaryVector), string(b.PrimaryVector))
	add("leak_status", string(a.LeakStatus), string(b.LeakStatus))
	add("affected_count", number(a.AffectedCount), number(b.AffectedCount))
	add("data_types", words(a.DataTypes), words(b.DataTypes))
	add("report_no", number(a.ReportNo), number(b.ReportNo))
	add("stage", string(a.Stage), string(b.Stage))
	add("ransomware_family", a.RansomwareFamily, b.RansomwareFamily)
	add("third_party", a.ThirdParty, b.ThirdParty)
	add("service_disrupted", strconv.FormatBool(a.ServiceDisrupted), strconv.FormatBool(b.ServiceDisrupted))
	return changes
}

func number[T int | int64](n *T) string {
	if n == nil {
		return ""
	}
	return strconv.FormatInt(int64(*n), 10)
}

func words(list []breach.DataType) string {
	sorted := make([]string, len(list))
	for i, w := range list {
		sorted[i] = string(w)
	}
	slices.Sort(sorted)
	return strings.Join(sorted, ",")
}
