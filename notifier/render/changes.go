package render

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"oshirase/breach"
)

// changes words what moved: "漏えい: 可能性あり → 確認済み".
func (r renderer) changes() []Change {
	var list []Change
	for _, c := range r.alert.Changes {
		from, to := r.value(c.Field, c.From), r.value(c.Field, c.To)
		if from == to {
			// A move that no reader can see, such as a figure told with other words.
			continue
		}
		list = append(list, Change{r.label(c.Field), from, to})
	}
	return list
}

func (r renderer) label(field string) string {
	return cmp.Or(r.w.fields[field], Clean(field, maxName))
}

// value words a change's side, which is the field's JSON in short: an id, a
// number, true or false, or a comma-separated list of these.
func (r renderer) value(field, v string) string {
	w := r.w
	if v == "" {
		return w.notTold
	}
	switch field {
	case "severity":
		return r.ids(v, func(id string) string { return w.severities[breach.Severity(id)] })
	case "primary_vector", "vectors":
		return r.ids(v, func(id string) string { return w.vectors[breach.Vector(id)] })
	case "leak_status":
		return r.ids(v, func(id string) string { return w.leaks[breach.LeakStatus(id)] })
	case "data_types", "excluded_data_types":
		return r.ids(v, func(id string) string { return w.data[breach.DataType(id)] })
	case "stage":
		return r.ids(v, func(id string) string { return w.stages[breach.Stage(id)] })
	case "reported_to":
		return r.ids(v, func(id string) string { return w.authorities[breach.Authority(id)] })
	case "affected_count":
		if n, err := strconv.ParseInt(v, 10, 64); err == nil {
			return number(n)
		}
	case "report_no":
		if n, err := strconv.Atoi(v); err == nil {
			return fmt.Sprintf(w.reportNo, n)
		}
	case "service_disrupted", "withdrawn", "is_breach":
		switch v {
		case "true":
			return w.yes
		case "false":
			return w.no
		}
	}
	return Clean(v, maxQuote)
}

// ids words a comma-separated list; an id without a word is shown as it is.
func (r renderer) ids(v string, word func(string) string) string {
	parts := strings.Split(v, ",")
	if len(parts) > len(breach.DataTypes()) {
		return Clean(v, maxQuote)
	}
	for i, p := range parts {
		p = strings.TrimSpace(p)
		parts[i] = cmp.Or(word(p), Clean(p, maxName))
	}
	return strings.Join(parts, r.w.comma)
}

// quotable are the fields whose evidence a reader asks for first.
var quotable = []string{"primary_vector", "vectors", "leak_status", "affected_count", "severity",
	"service_disrupted", "third_party", "data_types", "ransomware_family"}

// quotes picks a short proof for what moved, then for the main facts; no text
// is quoted twice.
func (r renderer) quotes() []Quote {
	evidence := r.alert.Incident.Facts.Evidence
	var order []string
	for _, c := range r.alert.Changes {
		order = append(order, c.Field)
	}
	order = append(order, quotable...)
	var list []Quote
	seen := make(map[string]bool, len(order))
	for _, field := range order {
		if seen[field] || len(list) == maxQuotes {
			continue
		}
		seen[field] = true
		i := slices.IndexFunc(evidence[field], func(q breach.Quote) bool { return q.In == "text" })
		if i < 0 {
			continue // the title stands above already
		}
		text := Clean(evidence[field][i].Text, maxQuote)
		if text == "" || slices.ContainsFunc(list, func(q Quote) bool {
			return strings.Contains(q.Text, text)
		}) {
			continue
		}
		list = append(list, Quote{r.label(field), text})
	}
	return list
}
