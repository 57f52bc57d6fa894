package render

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"oshirase/breach"
)

// The most entries that a rendering lists before it says how many more.
const (
	maxListed  = 6
	maxCounts  = 4
	maxQuotes  = 4
	maxEntries = 12
)

// rubricLine is how the classifier begins the line of the rubric that decided.
var rubricLine = regexp.MustCompile(`^(critical|high|medium|low|info)( \([a-d]\))?: `)

func (r renderer) rubric(reason string) string {
	line := rubricLine.ReplaceAllString(reason, "")
	return cmp.Or(r.w.rubric[line], Clean(line, maxQuote))
}

// itself is how a publisher calls itself: 当社, 当委員会, 弊社.
var itself = regexp.MustCompile(`^(?:[当弊](?:社|行|院|会|庫|館|園|店|校|学|局|庁|省|市|町|村|県|組合|委員会|法人|大学|学園|病院|協会|機構|財団|グループ|センター|サイト|ショップ)|[当弊]社グループ)$`)

// facts is the table: rows about which the notice is silent are left out, save
// the leak status, whose silence is worth knowing. extra comes first.
func (r renderer) facts(in *breach.Incident, extra []Fact) []Fact {
	w := r.w
	var facts []Fact
	add := func(key, value string) {
		if value != "" {
			facts = append(facts, Fact{key, w.fields[key], Cut(value, maxValue)})
		}
	}
	for _, f := range extra {
		if f.Value != "" {
			facts = append(facts, f)
		}
	}
	if in == nil {
		return facts
	}
	c := &in.Facts
	add("vectors", r.vectors(c))
	add("severity", cmp.Or(w.severities[r.alert.Severity], string(r.alert.Severity))+r.paren(r.rubric(c.SeverityReason)))
	add("leak_status", r.leak(c.LeakStatus))
	add("affected_count", r.affected(c))
	add("counts", r.breakdown(c))
	add("data_types", r.data(c.DataTypes))
	add("excluded_data_types", r.data(c.ExcludedDataTypes))
	victim := c.Victim
	if victim == in.Publisher.Name || itself.MatchString(victim) {
		victim = ""
	}
	add("victim", Clean(victim, maxName)+r.paren(Clean(c.VictimCode, 5)))
	add("third_party", Clean(c.ThirdParty, maxName))
	add("clients", r.printed(c.Clients))
	add("ransomware_family", Clean(c.RansomwareFamily, maxName))
	if c.ServiceDisrupted {
		add("service_disrupted", w.yes)
	}
	add("reported_to", r.authorities(c.ReportedTo))
	add("stage", r.stage(c))
	add("dates", r.dates(c.Dates))
	add("products", r.printed(c.Products))
	add("cves", r.printed(c.CVEs))
	add("attack", r.printed(c.ATTACK))
	if n := len(in.Members); n > 1 {
		first := in.Members[0].Notice
		day := r.moment(cmp.Or(first.Published, first.FirstSeen, in.OpenedAt), breach.PrecisionDay)
		facts = append(facts, Fact{"members", w.notices, fmt.Sprintf(w.noticesText, n, day)})
	}
	return facts
}

func (r renderer) vectors(c *breach.Case) string {
	list := c.Vectors
	if len(list) == 0 {
		list = []breach.Vector{c.PrimaryVector}
	}
	return join(r, list, r.vector)
}

func (r renderer) leak(l breach.LeakStatus) string {
	return cmp.Or(r.w.leaks[l], Clean(string(l), maxName))
}

func (r renderer) data(list []breach.DataType) string {
	return join(r, list, func(d breach.DataType) string { return cmp.Or(r.w.data[d], Clean(string(d), maxName)) })
}

func (r renderer) authorities(list []breach.Authority) string {
	return join(r, list, func(a breach.Authority) string {
		return cmp.Or(r.w.authorities[a], Clean(string(a), maxName))
	})
}

// printed lists names as the notice prints them.
func (r renderer) printed(list []string) string {
	more := len(list) - maxListed
	if more > 0 {
		list = list[:maxListed]
	}
	s := join(r, list, func(s string) string { return Clean(s, maxName) })
	if more > 0 {
		s += fmt.Sprintf(" (+%d)", more)
	}
	return s
}

func join[T any](r renderer, list []T, word func(T) string) string {
	words := make([]string, len(list))
	for i, v := range list {
		words[i] = word(v)
	}
	return strings.Join(words, r.w.comma)
}

// affected is the headline number, with unit and certainty where the count that
// it comes from is known.
func (r renderer) affected(c *breach.Case) string {
	if c.AffectedCount == nil {
		return ""
	}
	i := slices.IndexFunc(c.Counts, func(n breach.Count) bool { return n.Value == *c.AffectedCount })
	if i < 0 {
		return number(*c.AffectedCount)
	}
	return r.count(c.Counts[i], false)
}

// breakdown lists the figures beside the headline number, each once: a notice
// repeats them in title, text and table.
func (r renderer) breakdown(c *breach.Case) string {
	var list []string
	headline := c.AffectedCount
	seen := make(map[string]bool, len(c.Counts))
	for _, n := range c.Counts {
		text := r.count(n, true)
		switch {
		case headline != nil && n.Value == *headline:
			headline = nil
		case !seen[text]:
			list = append(list, text)
		}
		seen[text] = true
	}
	if len(list) > maxCounts {
		list = append(list[:maxCounts], "…")
	}
	return strings.Join(list, r.w.comma)
}

func (r renderer) count(n breach.Count, population bool) string {
	w := r.w
	var b strings.Builder
	if p := Clean(n.Population, 40); population && p != "" {
		b.WriteString(p + " ")
	}
	if n.AtMost {
		b.WriteString(w.atMost)
	}
	if n.Approx {
		b.WriteString(w.approx)
	}
	b.WriteString(number(n.Value))
	unit := Clean(n.Unit, 20)
	unit = cmp.Or(w.units[unit], unit)
	if r.language == "en" && unit != "" {
		b.WriteByte(' ')
	}
	b.WriteString(unit)
	b.WriteString(r.paren(cmp.Or(w.certainties[n.Certainty], "")))
	return b.String()
}

func (r renderer) stage(c *breach.Case) string {
	stage := cmp.Or(r.w.stages[c.Stage], Clean(string(c.Stage), maxName))
	if c.ReportNo == nil {
		return stage
	}
	return fmt.Sprintf(r.w.reportNo, *c.ReportNo) + r.paren(stage)
}

func (r renderer) dates(list []breach.Date) string {
	var out []string
	for _, d := range list {
		if d.Role == "other" || d.Role == "published" {
			continue
		}
		if len(out) == maxListed {
			out = append(out, "…")
			break
		}
		day := date(d.From)
		if d.To != "" && d.To != d.From {
			day += "–" + date(d.To)
		}
		out = append(out, cmp.Or(r.w.roles[d.Role], Clean(d.Role, 40))+" "+day)
	}
	return strings.Join(out, r.w.comma)
}

// date shows YYYY-MM-DDTHH:MM with a space, and --MM-DD without the dashes.
func date(s string) string {
	return strings.TrimPrefix(strings.Replace(Clean(s, 20), "T", " ", 1), "--")
}
