package configs

import (
	"cmp"
	"fmt"
	"net/url"
	"time"

	"go.yaml.in/yaml/v3"

	"oshirase/breach"
)

var sourceKeys = map[string]bool{"id": true, "kind": true, "enabled": true, "url": true, "schedule": true, "first_run": true,
	"robots": true, "documents": true, "language": true, "publisher": true}

const defaultSchedule = "@every 10m"

// sources are the enabled ones; the others are validated too, but for what
// only their kind knows. ids holds the lines of those that are known already.
func (d *decoder) sources(sections []Section, zone *time.Location, ids map[string]int) []Source {
	var list []Source
	for _, s := range sections {
		var raw sourceFile
		if !d.common(s, &raw, sourceKeys) {
			continue
		}
		at := section{d, s}
		at.id(raw.ID, ids)
		if raw.Kind == "" {
			at.fault("kind", "is missing: use feed, page, ir, ppc or tdnet, or name a source of the catalogue under catalogue")
		}
		if u, err := url.Parse(raw.URL); err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Hostname() == "" || u.User != nil {
			at.fault("url", "must be an http or https address without user name")
		}
		source := Source{
			ID: raw.ID, Kind: raw.Kind, URL: raw.URL, ScheduleText: cmp.Or(raw.Schedule, defaultSchedule),
			FirstRun: cmp.Or(FirstRun(raw.FirstRun), FirstRunRecent), Robots: cmp.Or(raw.Robots, "respect"),
			Documents: raw.Documents, Language: raw.Language, Publisher: breach.Publisher(raw.Publisher), Options: s.without(sourceKeys),
		}
		var err error
		if source.Schedule, err = parseSchedule(source.ScheduleText, zone); err != nil {
			reason := ": " + err.Error()
			if d.env.hide(raw.Schedule) != raw.Schedule {
				reason = "" // the parser quotes parts of what a variable holds
			}
			at.fault("schedule", "%q%s: write a cron line (*/5 * * * *) or @every 5m", raw.Schedule, reason)
		}
		at.oneOf("first_run", string(source.FirstRun), string(FirstRunBaseline), string(FirstRunRecent), string(FirstRunAll))
		at.oneOf("robots", source.Robots, "respect", "ignore")
		if source.Documents != "" {
			at.oneOf("documents", source.Documents, "all", "screened", "none")
		}
		if source.Language != "" {
			at.language("language", source.Language)
		}
		at.code("publisher.code", &source.Publisher.Code)
		at.corporateNumber("publisher.corporate_number", source.Publisher.CorporateNumber)
		if raw.Enabled == nil || *raw.Enabled {
			list = append(list, source)
		}
	}
	return list
}

var receiverKeys = map[string]bool{"id": true, "kind": true, "language": true}

func (d *decoder) receivers(sections []Section, language string) []Receiver {
	ids := map[string]int{}
	var list []Receiver
	for _, s := range sections {
		var raw receiverFile
		if !d.common(s, &raw, receiverKeys) {
			continue
		}
		at := section{d, s}
		at.id(raw.ID, ids)
		if raw.Kind == "" {
			at.fault("kind", "is missing: use slack, email, webhook, console or file")
		}
		if raw.Language != "" {
			at.language("language", raw.Language)
		}
		list = append(list, Receiver{ID: raw.ID, Kind: raw.Kind, Language: cmp.Or(raw.Language, language), Options: s.without(receiverKeys)})
	}
	return list
}

// common decodes the shared keys of a section and leaves the others to their
// owner, but for keys that stand twice.
func (d *decoder) common(s Section, into any, keys map[string]bool) bool {
	if s.node() == nil {
		return false // a fault of the list already
	}
	if s.node().Kind != yaml.MappingNode {
		d.fault(s.node(), s.path, "want a mapping, found %s", kindOf(s.node()))
		return false
	}
	inner := &decoder{file: d.file, env: d.env}
	inner.keys(s.node(), s.path, func(_, _ *yaml.Node, _ string) {})
	if len(inner.faults) == 0 {
		inner.faults = s.only(keys).Decode(into)
	}
	d.faults = append(d.faults, inner.faults...)
	return len(inner.faults) == 0
}

func (s section) id(id string, lines map[string]int) {
	if !breach.ValidToken(id) {
		s.fault("id", "%q: use lower-case letters, digits, - and _, at most 63, beginning with a letter or digit", id)
		return
	}
	if line, twice := lines[id]; twice {
		s.fault("id", "%q stands already at line %d: choose another", id, line)
		return
	}
	lines[id] = s.line("id")
}

func (s section) watchlist(entries []breach.WatchlistEntry) {
	names := map[string]int{}
	for i := range entries {
		e, key := &entries[i], fmt.Sprintf("watchlist[%d]", i)
		if e.Name == "" {
			s.fault(key+".name", "is missing: write the organisation's name")
		} else if line, twice := names[e.Name]; twice {
			s.fault(key+".name", "%q stands already at line %d: join the two", e.Name, line)
		} else {
			names[e.Name] = s.line(key)
		}
		s.code(key+".code", &e.Code)
		s.corporateNumber(key+".corporate_number", e.CorporateNumber)
	}
}
