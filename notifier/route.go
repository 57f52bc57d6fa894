package notifier

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"golang.org/x/text/unicode/norm"

	"oshirase/breach"
)

// Route leads the alerts that match to receivers. Routes are asked in order;
// every route that matches is taken, until one that matches is final.
type Route struct {
	Match Match `yaml:"match"`
	// To lists receiver ids.
	To List `yaml:"to"`
	// Final ends the search when the route matches.
	Final bool `yaml:"final"`
}

// Match says which alerts a route takes. Each key that is given must hold; of a
// list, one entry must. A match without keys takes every alert about an
// incident.
//
// Alerts about the monitor itself (kind ops) are taken only by a route that
// names the kind: {kind: ops} or {kind: [new, ops]}. No other key brings them
// in, so that {severity: ">=medium"} does not mix broken feeds with breaches.
// Of such an alert only kind, severity and source (the source or receiver that
// is in trouble) can hold; vector, watchlist, code and publisher never do.
type Match struct {
	// Severity holds severities and bounds: high, ">=high", "<medium".
	Severity List `yaml:"severity"`
	// Vector holds when any vector of the incident is listed.
	Vector List `yaml:"vector"`
	// Watchlist lists names or tags of watch-list entries; "*" stands for any.
	Watchlist List `yaml:"watchlist"`
	// Kind lists new, update, escalation, withdrawn, ops.
	Kind List `yaml:"kind"`
	// Source is the id of the source that the notice came from.
	Source List `yaml:"source"`
	// Code is the securities code of publisher or victim.
	Code List `yaml:"code"`
	// Publisher is part of the publisher's name, without regard to case and
	// width (NFKC).
	Publisher List `yaml:"publisher"`
}

// Validate tells what is wrong with the route by itself; see [Check] for what
// is wrong among routes.
func (r Route) Validate() []breach.Fault {
	var faults []breach.Fault
	if len(r.To) == 0 {
		faults = append(faults, breach.Fault{Key: "to", Message: "name the receivers that the route leads to"})
	}
	each := func(key string, list List, check func(string) error) {
		for i, s := range list {
			if err := check(s); err != nil {
				at := "match." + key
				if len(list) > 1 {
					at += fmt.Sprintf("[%d]", i)
				}
				faults = append(faults, breach.Fault{Key: at, Message: err.Error()})
			}
		}
	}
	each("severity", r.Match.Severity, func(s string) error { _, err := severities(s); return err })
	each("vector", r.Match.Vector, func(s string) error { return new(breach.Vector).UnmarshalText([]byte(s)) })
	each("watchlist", r.Match.Watchlist, notEmpty)
	each("kind", r.Match.Kind, func(s string) error { return new(breach.AlertKind).UnmarshalText([]byte(s)) })
	each("source", r.Match.Source, notEmpty)
	each("code", r.Match.Code, func(s string) error {
		if code, ok := breach.SecuritiesCode(s); !ok || code != s {
			return fmt.Errorf("%q is no securities code: use four characters such as 9326 or 130A", s)
		}
		return nil
	})
	each("publisher", r.Match.Publisher, notEmpty)
	return faults
}

func notEmpty(s string) error {
	if fold(s) == "" {
		return errors.New("is empty and would match everything: fill it in or remove it")
	}
	return nil
}

// Check finds routes that lead to no receiver. A fault's key starts with
// "routes[i]".
func Check(routes []Route, receivers []string) []breach.Fault {
	var faults []breach.Fault
	for i, route := range routes {
		for j, id := range route.To {
			key := fmt.Sprintf("routes[%d].to[%d]", i, j)
			switch {
			case !slices.Contains(receivers, id):
				known := "none is configured"
				if len(receivers) > 0 {
					known = "use one of " + strings.Join(receivers, ", ")
				}
				faults = append(faults, breach.Fault{Key: key, Message: fmt.Sprintf("unknown receiver %q: %s", id, known)})
			case slices.Index(route.To, id) < j:
				faults = append(faults, breach.Fault{Key: key, Message: fmt.Sprintf("receiver %q is there twice: remove one", id)})
			}
		}
	}
	return faults
}

// Step is one route's decision about an alert.
type Step struct {
	Route   int // index
	Matched bool
	// Why names the key that did not hold; empty when Matched.
	Why string
	To  []string
}

// Trace tells what each route decided, in order, up to the final one.
func Trace(routes []Route, a *breach.Alert) []Step {
	var steps []Step
	for i, r := range routes {
		why := r.Match.refusal(a)
		steps = append(steps, Step{Route: i, Matched: why == "", Why: why, To: r.To})
		if why == "" && r.Final {
			break
		}
	}
	return steps
}

// Route returns the ids of the receivers that the alert goes to, each once.
func (n *Notifier) Route(a *breach.Alert) []string {
	var ids []string
	for _, s := range Trace(n.routes, a) {
		if !s.Matched {
			continue
		}
		for _, id := range s.To {
			if !slices.Contains(ids, id) {
				ids = append(ids, id)
			}
		}
	}
	return ids
}

// refusal names the first key that does not hold, with what the alert has;
// empty when all hold.
func (m Match) refusal(a *breach.Alert) string {
	ops := a.Kind == breach.AlertOps || a.Incident == nil
	switch {
	case ops && !slices.Contains(m.Kind, string(breach.AlertOps)):
		return "kind: ops must be named"
	case len(m.Kind) > 0 && !slices.Contains(m.Kind, string(a.Kind)):
		return "kind: is " + string(a.Kind)
	case len(m.Severity) > 0 && !m.severityHolds(a.Severity):
		return "severity: is " + string(a.Severity)
	}
	if ops {
		return m.opsRefusal(a)
	}
	in := a.Incident
	vectors := append([]breach.Vector{a.PrimaryVector, in.Facts.PrimaryVector}, in.Facts.Vectors...)
	switch {
	case len(m.Vector) > 0 && !slices.ContainsFunc(vectors, func(v breach.Vector) bool { return slices.Contains(m.Vector, string(v)) }):
		return "vector: is " + string(a.PrimaryVector)
	case len(m.Source) > 0 && !slices.Contains(m.Source, a.Notice.Source):
		return "source: is " + a.Notice.Source
	case len(m.Code) > 0 && !m.codeHolds(in.Publisher.Code, a.Notice.Publisher.Code, in.Facts.VictimCode):
		return "code: is " + cmp.Or(in.Publisher.Code, "none")
	case len(m.Publisher) > 0 && !m.publisherHolds(in.Publisher.Name, a.Notice.Publisher.Name):
		return fmt.Sprintf("publisher: is %q", in.Publisher.Name)
	case len(m.Watchlist) > 0 && !m.watchlistHolds(in.Watchlist):
		return "watchlist: no entry matches"
	}
	return ""
}

func (m Match) opsRefusal(a *breach.Alert) string {
	switch {
	case len(m.Vector) > 0:
		return "vector: an ops alert has none"
	case len(m.Code) > 0:
		return "code: an ops alert has none"
	case len(m.Publisher) > 0:
		return "publisher: an ops alert has none"
	case len(m.Watchlist) > 0:
		return "watchlist: an ops alert has none"
	}
	subject := ""
	if a.Ops != nil {
		subject, _, _ = strings.Cut(a.Ops.Subject, "/")
	}
	if len(m.Source) > 0 && !slices.Contains(m.Source, subject) {
		return "source: is " + subject
	}
	return ""
}

func (m Match) severityHolds(s breach.Severity) bool {
	return slices.ContainsFunc(m.Severity, func(text string) bool {
		set, err := severities(text)
		return err == nil && slices.Contains(set, s)
	})
}

func (m Match) codeHolds(codes ...string) bool {
	return slices.ContainsFunc(codes, func(c string) bool { return slices.Contains(m.Code, c) })
}

func (m Match) publisherHolds(names ...string) bool {
	for _, want := range m.Publisher {
		for _, name := range names {
			if strings.Contains(fold(name), fold(want)) {
				return true
			}
		}
	}
	return false
}

func (m Match) watchlistHolds(matches []breach.WatchlistMatch) bool {
	for _, match := range matches {
		for _, want := range m.Watchlist {
			if want == "*" || fold(want) == fold(match.Name) || slices.Contains(match.Tags, want) {
				return true
			}
		}
	}
	return false
}

func fold(s string) string {
	return strings.ToLower(strings.TrimSpace(norm.NFKC.String(s)))
}
