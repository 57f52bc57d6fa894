package stream

import (
	"slices"
	"strings"

	"oshirase/breach"
)

// StreamDeadLetters is the index of messages that a consumer gave up: see
// [Bus.DeadLetters].
const StreamDeadLetters = "DEADLETTERS"

// subjects are what each stream takes, without prefix. ALERTS also takes the
// re-driven ones, retries.<receiver>.<alert-id>, which are meant for one
// receiver and not for subscribers.
var subjects = map[string][]string{
	breach.StreamNotices:    {"notices.>"},
	breach.StreamFindings:   {"findings.>"},
	breach.StreamAlerts:     {"alerts.>", "retries.>"},
	breach.StreamDeliveries: {"deliveries.>"},
}

// pipeline lists the streams that carry events, in the order of the work.
var pipeline = []string{breach.StreamNotices, breach.StreamFindings, breach.StreamAlerts, breach.StreamDeliveries}

// public are the subjects that subscribers may listen to, without prefix.
var public = []string{"notices.>", "findings.>", "alerts.>", "deliveries.>"}

// names adds the prefix on the way out and takes it off on the way in.
type names struct {
	subject string // "acme." or empty
	name    string // "acme_" or empty
}

// newNames takes a valid prefix. Prefixes hold no underscore, so two different
// ones never make the same name.
func newNames(prefix string) names {
	prefix = strings.TrimSuffix(prefix, ".")
	if prefix == "" {
		return names{}
	}
	return names{subject: prefix + ".", name: strings.ReplaceAll(prefix, ".", "_") + "_"}
}

func (n names) out(subject string) string { return n.subject + subject }

func (n names) outAll(list []string) []string {
	out := make([]string, len(list))
	for i, s := range list {
		out[i] = n.out(s)
	}
	return out
}

func (n names) in(subject string) string { return strings.TrimPrefix(subject, n.subject) }

// object is the server's name of a stream, bucket or consumer.
func (n names) object(name string) string { return n.name + name }

func (n names) plain(object string) string { return strings.TrimPrefix(object, n.name) }

// streamOf finds the stream that takes a subject given without prefix.
func streamOf(subject string) (string, bool) {
	first, _, _ := strings.Cut(subject, ".")
	for _, stream := range pipeline {
		if slices.Contains(subjects[stream], first+".>") {
			return stream, true
		}
	}
	return "", false
}

// validSubject reports whether a message may be published on subject: tokens
// of printable characters, no wildcard.
func validSubject(subject string) bool {
	for token := range strings.SplitSeq(subject, ".") {
		if token == "" || token == "*" || token == ">" {
			return false
		}
	}
	return validFilter(subject)
}

// validFilter is validSubject with wildcards allowed.
func validFilter(filter string) bool {
	tokens := strings.Split(filter, ".")
	for i, token := range tokens {
		if token == "" || (token == ">" && i != len(tokens)-1) {
			return false
		}
	}
	return !strings.ContainsFunc(filter, func(r rune) bool { return r <= ' ' || r == 0x7f })
}
