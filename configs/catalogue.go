package configs

import (
	"cmp"
	"embed"
	"fmt"
	"io/fs"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"go.yaml.in/yaml/v3"

	"oshirase/breach"
)

//go:embed sources
var shipped embed.FS

// Entry is a source of the catalogue: a real public one, with what is known of
// it. It is watched once the configuration switches it on, by its id or by one
// of its groups.
type Entry struct {
	Source
	Groups []string
	Notes  Text
	// Terms are what its publisher asks of those who read it, where known.
	Terms Text
	// ByName entries are switched on by their id alone, never by a group.
	ByName bool

	section Section
}

// Text is a line in both languages.
type Text struct {
	JA string `yaml:"ja"`
	EN string `yaml:"en"`
}

// In is the text in ja or en.
func (t Text) In(language string) string {
	if language == "en" {
		return cmp.Or(t.EN, t.JA)
	}
	return cmp.Or(t.JA, t.EN)
}

type catalogueFile struct {
	Groups  []string  `yaml:"groups"`
	Sources []Section `yaml:"sources"`
}

// entryFile are the keys that an entry has beside those of a source.
type entryFile struct {
	Notes  Text `yaml:"notes"`
	Terms  Text `yaml:"terms"`
	ByName bool `yaml:"by_name"`
}

var entryKeys = map[string]bool{"notes": true, "terms": true, "by_name": true}

// Catalogue lists the shipped sources, by file and in each file's order.
func Catalogue() ([]Entry, error) {
	entries, faults := catalogue()
	return slices.Clone(entries), faults.Err()
}

var catalogue = sync.OnceValues(func() ([]Entry, Faults) {
	d := &decoder{}
	var list []Entry
	ids := map[string]int{}
	names, err := fs.Glob(shipped, "sources/*.yaml")
	if err != nil {
		return nil, Faults{{File: "sources", Message: err.Error()}}
	}
	for _, name := range names {
		data, err := shipped.ReadFile(name)
		if err != nil {
			return nil, Faults{{File: name, Message: err.Error()}}
		}
		d.file = "catalogue " + name
		list = append(list, d.entries(data, ids)...)
	}
	return list, d.faults
})

// entries reads one file of the catalogue.
func (d *decoder) entries(data []byte, ids map[string]int) []Entry {
	root := d.parse(data)
	if root == nil {
		return nil
	}
	whole := newSection(d.file, "", root, nil)
	var file catalogueFile
	d.faults = append(d.faults, whole.Decode(&file)...)
	var list []Entry
	for _, s := range file.Sources {
		var more entryFile
		d.faults = append(d.faults, s.only(entryKeys).Decode(&more)...)
		section := s.without(entryKeys)
		for _, source := range d.sources([]Section{section}, time.UTC, ids) {
			list = append(list, Entry{Source: source, Groups: file.Groups, Notes: more.Notes, Terms: more.Terms, ByName: more.ByName, section: section})
		}
	}
	return list
}

// selection is what the configuration switches on of the catalogue.
type selection struct {
	entries []Entry
	// listedBy names the watch-list's entry that switched an id on.
	listedBy map[string]string
	remarks  []string
}

// choose resolves catalogue and the codes of the watch-list. Every name that is
// no entry and no group is a fault.
func (s section) choose(names []string, watchlist []watchlistFile) selection {
	all, faults := catalogue()
	s.d.faults = append(s.d.faults, faults...)
	chosen := selection{listedBy: map[string]string{}}
	var known []string
	for _, e := range all {
		known = append(known, e.ID)
		known = append(known, e.Groups...)
	}
	for i, name := range names {
		if slices.Contains(known, name) {
			continue
		}
		remedy := "oshirase sources lists them"
		if near := Nearest(name, known); near != "" {
			remedy = fmt.Sprintf("did you mean %s? %s", near, remedy)
		}
		s.fault(fmt.Sprintf("catalogue[%d]", i), "%q is no source and no group of the catalogue: %s", name, remedy)
	}
	for _, e := range all {
		grouped := slices.ContainsFunc(e.Groups, func(g string) bool { return slices.Contains(names, g) })
		entry := slices.IndexFunc(watchlist, func(w watchlistFile) bool { return w.pulls(e) })
		switch {
		case slices.Contains(names, e.ID), grouped && !e.ByName:
		case entry >= 0 && !e.ByName:
			chosen.listedBy[e.ID] = watchlist[entry].Name
		case grouped:
			chosen.remarks = append(chosen.remarks, fmt.Sprintf("source %s is left out of its group: name it in catalogue to switch it on. %s", e.ID, cmp.Or(e.Terms.EN, e.Notes.EN)))
			continue
		default:
			continue
		}
		chosen.entries = append(chosen.entries, e)
	}
	return chosen
}

// merged are the sections of all sources: those of the catalogue that are
// switched on, each with what an own entry of the same id says instead, and the
// own ones.
func (c selection) merged(own []Section) []Section {
	var list []Section
	overridden := map[int]bool{}
	for _, e := range c.entries {
		at := slices.IndexFunc(own, func(s Section) bool { return s.text("id") == e.ID })
		if at < 0 {
			list = append(list, e.section)
			continue
		}
		overridden[at] = true
		list = append(list, own[at].over(e.section))
	}
	for i, s := range own {
		if !overridden[i] {
			list = append(list, s)
		}
	}
	return list
}

// tell fills in where sources come from, and what the operator should know of
// them.
func (c selection) tell(sources []Source) []string {
	remarks := c.remarks
	for i := range sources {
		s := &sources[i]
		at := slices.IndexFunc(c.entries, func(e Entry) bool { return e.ID == s.ID })
		if s.Terms = termsOf(s.URL); at >= 0 && s.Terms == (Text{}) {
			s.Terms = c.entries[at].Terms
		}
		if name, listed := c.listedBy[s.ID]; listed {
			remarks = append(remarks, fmt.Sprintf("source %s is watched because the watch-list holds %q (ir_source: false there leaves it out)", s.ID, name))
		}
		switch {
		case s.Robots == "ignore":
			remarks = append(remarks, fmt.Sprintf("source %s ignores robots.txt: you have accepted its terms. %s", s.ID, s.Terms.EN))
		case at >= 0 && c.entries[at].ByName && s.Terms != (Text{}):
			remarks = append(remarks, fmt.Sprintf("source %s: %s", s.ID, s.Terms.EN))
		}
	}
	for i := range remarks {
		remarks[i] = strings.TrimSpace(remarks[i])
	}
	return remarks
}

// text is a key's text, or empty.
func (s Section) text(key string) string {
	if _, value := find(s.node(), key); value != nil && value.Kind == yaml.ScalarNode {
		return value.Value
	}
	return ""
}

// over is s, with the keys that it leaves out taken from base; none where it is
// of another kind.
func (s Section) over(base Section) Section {
	if kind := s.text("kind"); kind != "" && kind != base.text("kind") {
		return s
	}
	joined := *s.node()
	joined.Content = slices.Clone(joined.Content)
	for i := 0; i+1 < len(base.node().Content); i += 2 {
		key := *base.node().Content[i]
		if there, _ := find(s.node(), key.Value); there != nil {
			continue
		}
		key.Line = joined.Line // a fault of the two together is the entry's
		joined.Content = append(joined.Content, &key, base.node().Content[i+1])
	}
	return newSection(s.file, s.path, &joined, s.env())
}

// termsOf are the terms of the catalogue's source at the same host.
func termsOf(address string) Text {
	u, err := url.Parse(address)
	if err != nil {
		return Text{}
	}
	return termsByHost()[u.Hostname()]
}

var termsByHost = sync.OnceValue(func() map[string]Text {
	all, _ := catalogue() // its faults are told where it is chosen from
	terms := map[string]Text{}
	for _, e := range all {
		u, err := url.Parse(e.URL)
		if err != nil || e.Terms == (Text{}) {
			continue
		}
		if _, there := terms[u.Hostname()]; !there {
			terms[u.Hostname()] = e.Terms
		}
	}
	return terms
})

// watchlistFile is a watch-list's entry as users write it.
type watchlistFile struct {
	Name            string   `yaml:"name"`
	Code            string   `yaml:"code"`
	CorporateNumber string   `yaml:"corporate_number"`
	Aliases         []string `yaml:"aliases"`
	Tags            []string `yaml:"tags"`
	// IRSource switches the company's source in the catalogue on; default true.
	IRSource *bool `yaml:"ir_source"`
}

// pulls reports whether the entry is of the company whose disclosures e lists.
func (w watchlistFile) pulls(e Entry) bool {
	code, ok := breach.SecuritiesCode(strings.ToUpper(w.Code))
	return ok && code == e.Publisher.Code && (w.IRSource == nil || *w.IRSource)
}
