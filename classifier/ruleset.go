package classifier

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"oshirase/classifier/learned"
)

// engineVersion changes with the code that reads rules' hits, so that the
// digest of equal rules under another engine differs.
const engineVersion = "4"

// Fault is one thing wrong with a rule file.
type Fault struct {
	File    string `json:"file"`
	Line    int    `json:"line"`
	Rule    string `json:"rule,omitempty"`
	Message string `json:"message"`
}

func (f Fault) Error() string {
	if f.Rule == "" {
		return fmt.Sprintf("%s:%d: %s", f.File, f.Line, f.Message)
	}
	return fmt.Sprintf("%s:%d: rule %s: %s", f.File, f.Line, f.Rule, f.Message)
}

// ruleset is the union of the shipped rules and the user's.
type ruleset struct {
	lists    map[string][]string
	rules    []Rule
	dropped  []string // the ids of shipped rules that the user disabled
	concepts []Concept
	model    *learned.Model // nil where there is none
}

// modelFile is the name of the learned model in a directory of rules.
const modelFile = "learned.tsv"

// loadRules reads every *.yaml at the top of base, then of extra over it: a
// rule with the same id or a list with the same name replaces the shipped one.
// Files of extra are named with the prefix extraName.
func loadRules(base, extra fs.FS, extraName string) (*ruleset, error) {
	rs := &ruleset{lists: map[string][]string{}}
	var faults []error
	for layer, dir := range []fs.FS{base, extra} {
		if dir == nil {
			continue
		}
		names, err := fs.Glob(dir, "*.yaml")
		if err != nil {
			return nil, fmt.Errorf("list rule files: %w", err)
		}
		if layer == 0 && len(names) == 0 {
			return nil, errors.New("load rules: no *.yaml file in the rules directory; point it at configs/rules")
		}
		slices.Sort(names)
		if m, err := loadModel(dir); err != nil {
			name := modelFile
			if layer == 1 {
				name = path.Join(extraName, name)
			}
			faults = append(faults, fmt.Errorf("%s: %w", name, err))
		} else if m != nil {
			rs.model = m
		}
		seen := map[string]bool{}
		for _, name := range names {
			data, err := fs.ReadFile(dir, name)
			if err != nil {
				return nil, fmt.Errorf("read rule file: %w", err)
			}
			if layer == 1 {
				name = path.Join(extraName, name)
			}
			f, errs := parseFile(name, data)
			faults = append(faults, errs...)
			for k, v := range f.Lists {
				if seen["@"+k] {
					faults = append(faults, Fault{File: name, Line: 1, Message: fmt.Sprintf("list %q is defined twice", k)})
				}
				seen["@"+k] = true
				rs.lists[k] = v
			}
			for _, c := range f.Concepts {
				if seen["concept "+c.ID] {
					faults = append(faults, Fault{name, c.line, c.ID, "the concept is defined twice in one directory"})
				}
				seen["concept "+c.ID] = true
				if i := slices.IndexFunc(rs.concepts, func(o Concept) bool { return o.ID == c.ID }); i >= 0 {
					rs.concepts[i] = c
				} else {
					rs.concepts = append(rs.concepts, c)
				}
			}
			for _, r := range f.Rules {
				if seen[r.ID] {
					faults = append(faults, Fault{name, r.line, r.ID, "the id is used twice in one directory"})
				}
				seen[r.ID] = true
				r.own = layer == 1
				i := slices.IndexFunc(rs.rules, func(o Rule) bool { return o.ID == r.ID })
				switch {
				case i >= 0:
					rs.rules[i] = r
				case r.Disabled && layer == 1:
					faults = append(faults, Fault{name, r.line, r.ID, "disabled, but there is no shipped rule of this id to drop: correct the id"})
				default:
					rs.rules = append(rs.rules, r)
				}
			}
		}
	}
	rs.rules = slices.DeleteFunc(rs.rules, func(r Rule) bool {
		if r.Disabled {
			rs.dropped = append(rs.dropped, r.ID)
		}
		return r.Disabled
	})
	slices.SortStableFunc(rs.rules, func(a, b Rule) int { return cmp.Compare(a.ID, b.ID) })
	slices.SortStableFunc(rs.concepts, func(a, b Concept) int { return cmp.Compare(a.ID, b.ID) })
	if len(rs.concepts) > maxConcepts {
		faults = append(faults, fmt.Errorf("%d concepts: at most %d fit, so merge or drop some of yours", len(rs.concepts), maxConcepts))
	}
	return rs, errors.Join(faults...)
}

// loadModel reads the model of dir; nil where dir has none.
func loadModel(dir fs.FS) (*learned.Model, error) {
	file, err := dir.Open(modelFile)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer file.Close()
	return learned.Parse(file)
}

func parseFile(name string, data []byte) (file, []error) {
	var f file
	var doc yaml.Node
	if err := yaml.Unmarshal(data, &doc); err != nil {
		return f, yamlFaults(name, err)
	}
	dec := yaml.NewDecoder(bytes.NewReader(data))
	dec.KnownFields(true)
	var errs []error
	if err := dec.Decode(&f); err != nil && !errors.Is(err, io.EOF) {
		errs = yamlFaults(name, err)
	}
	for i, line := range entryLines(&doc, "concepts") {
		c := &f.Concepts[i]
		c.file, c.line = name, line
		switch {
		case c.ID == "" || strings.ContainsAny(c.ID, " +:#\t\r\n"):
			errs = append(errs, Fault{name, line, c.ID, "id is missing or has blanks, +, : or #"})
		case slices.Contains(takenNames, c.ID):
			errs = append(errs, Fault{name, line, c.ID, "the id is a signal of the engine's own: choose another"})
		case len(c.Terms) == 0:
			errs = append(errs, Fault{name, line, c.ID, "terms are missing"})
		}
	}
	lines := entryLines(&doc, "rules")
	for i := range f.Rules {
		r := &f.Rules[i]
		r.file = name
		if i < len(lines) {
			r.line = lines[i]
		}
		if msg := r.fault(); msg != "" {
			errs = append(errs, Fault{name, r.line, r.ID, msg})
		}
	}
	return f, errs
}

var (
	yamlLine    = regexp.MustCompile(`^(?:yaml: )?line (\d+): (.*)$`)
	yamlUnknown = regexp.MustCompile(`^field (.*) not found in type classifier\.(\w+)$`)
	yamlFields  = map[string]string{
		"file":    "a file has lists, rules and concepts",
		"Rule":    "a rule has id, for, note, terms, near, unless, in, weight, examples, counter and disabled",
		"Context": "a context has within and any",
		"Concept": "a concept has id, note, terms and quiet",
	}
)

// yamlFaults turns the decoder's complaints into faults with a line each.
func yamlFaults(name string, err error) []error {
	texts := []string{err.Error()}
	if te, ok := errors.AsType[*yaml.TypeError](err); ok {
		texts = te.Errors
	}
	var out []error
	for _, text := range texts {
		f := Fault{File: name, Line: 1, Message: strings.TrimPrefix(text, "yaml: ")}
		if m := yamlLine.FindStringSubmatch(text); m != nil {
			f.Line, _ = strconv.Atoi(m[1]) // digits by the pattern
			f.Message = m[2]
		}
		if m := yamlUnknown.FindStringSubmatch(f.Message); m != nil {
			f.Message = fmt.Sprintf("unknown field %q: %s", m[1], yamlFields[m[2]])
		}
		out = append(out, f)
	}
	return out
}

// entryLines finds the line of each entry under key.
func entryLines(doc *yaml.Node, key string) []int {
	var lines []int
	if len(doc.Content) == 0 || doc.Content[0].Kind != yaml.MappingNode {
		return nil
	}
	top := doc.Content[0].Content
	for i := 0; i+1 < len(top); i += 2 {
		if top[i].Value != key {
			continue
		}
		for _, n := range top[i+1].Content {
			lines = append(lines, n.Line)
		}
	}
	return lines
}

func (r *Rule) fault() string {
	if r.ID == "" {
		return "id is missing"
	}
	if r.Disabled {
		return ""
	}
	topic, value, ok := strings.Cut(r.For, "/")
	if !ok || value == "" {
		return fmt.Sprintf("for is %q: write topic/value, such as vector/ransomware", r.For)
	}
	known, ok := topics[topic]
	if !ok {
		return fmt.Sprintf("unknown topic %q: use one of %s", topic, strings.Join(topicNames(), ", "))
	}
	if known != nil && !slices.Contains(known(), value) {
		return fmt.Sprintf("topic %s has no value %q", topic, value)
	}
	if len(r.Terms) == 0 {
		return "terms are missing"
	}
	if r.In != "" && r.In != "title" && r.In != "text" {
		return fmt.Sprintf("in is %q: use title, text or nothing", r.In)
	}
	for _, c := range slices.Concat(r.Near, r.Unless) {
		if _, err := parseScope(c.Within); err != nil {
			return err.Error()
		}
		if len(c.Any) == 0 {
			return "a context without any"
		}
	}
	return ""
}

// digest is 128 bits, in hex, over the rules, the model and the engine's version. File
// names, lines, notes and examples do not count: they change no verdict.
func (rs *ruleset) digest(m *learned.Model) string {
	h := sha256.New()
	word := func(parts ...string) {
		for _, p := range parts {
			fmt.Fprintf(h, "%d:%s", len(p), p)
		}
	}
	word("engine", engineVersion)
	names := make([]string, 0, len(rs.lists))
	for k := range rs.lists {
		names = append(names, k)
	}
	slices.Sort(names)
	for _, k := range names {
		word("list", k)
		word(rs.lists[k]...)
	}
	for _, c := range rs.concepts {
		word("concept", c.ID, fmt.Sprint(c.Quiet))
		word(c.Terms...)
	}
	for _, r := range rs.rules {
		word("rule", r.ID, r.For, r.In, fmt.Sprint(r.Weight))
		word(r.Terms...)
		for _, c := range r.Near {
			word("near", c.Within)
			word(c.Any...)
		}
		for _, c := range r.Unless {
			word("unless", c.Within)
			word(c.Any...)
		}
	}
	if m != nil {
		word("model", string(m.Encode()))
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}
