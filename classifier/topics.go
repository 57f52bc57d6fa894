package classifier

import (
	"slices"

	"oshirase/breach"
)

// topics are what a rule may speak for; the function lists a topic's values,
// nil means any.
var topics = map[string]func() []string{
	"incident":  fixed("title", "title_weak", "apology", "information", "pointing"),
	"against":   fixed("title", "title_strong", "text", "text_strong", "outage"),
	"grammar":   fixed("negated", "possible", "denied_possible", "investigating", "past", "hypothetical", "imagined", "prevented", "caused", "untrue", "told_en", "survey", "generic", "abuse", "excluded", "listed", "planned", "found"),
	"vector":    values(breach.Vectors),
	"leak":      fixed("noun", "act", "viewed", "exposed", "delivered", "touched", "denied", "investigating", "suspected", "confirmed", "impact"),
	"data":      values(breach.DataTypes),
	"hint":      values(breach.DataTypes),
	"field":     fixed("advice", "asked", "container", "document", "form", "method", "noun", "personal", "spared", "tried"),
	"authority": values(breach.Authorities),
	"service":   fixed("disrupted", "core", "cause"),
	"stage":     fixed("final", "update", "first"),
	"count":     fixed("people", "thing", "actor", "account", "several", "touched", "whole", "whole_before", "aftermath", "target", "received", "mutual", "preliminary", "superseded", "not_affected", "viewer", "untold", "one", "many", "several_told"),
	"party":     fixed("named_service", "self", "org_suffix", "entrusts", "serves", "provides", "uses", "role", "outsider", "told", "place", "group", "helper", "common_word"),
	"case":      fixed("background", "reference", "digest", "wave", "not_name", "aside", "relation"),
	"severity":  fixed("internal", "card", "special_care", "media", "many_clients", "money", "core_sector", "core_service", "settled", "secret", "requester", "visitors", "restored", "unaffected", "attempt", "no_people"),
	"date":      fixed("intrusion", "detected", "known", "contained", "investigation_end", "reported_ppc", "reported_police", "published", "restored", "exposed"),
	"family":    nil,
	"product":   nil,
	"measure":   nil,
	"detail":    nil,
	"list":      nil,
}

func fixed(v ...string) func() []string { return func() []string { return v } }

func values[T ~string](list func() []T) func() []string {
	return func() []string {
		var out []string
		for _, v := range list() {
			out = append(out, string(v))
		}
		return out
	}
}

func topicNames() []string {
	var out []string
	for k := range topics {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}
