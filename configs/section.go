package configs

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"oshirase/breach"
)

// Section is a piece of the configuration that a plug-in's owner decodes. No
// format verb and no encoding shows what it holds, since that may be a secret.
type Section struct {
	file string
	path string
	// held stands behind a pointer to pointers: fmt follows one of them, and
	// cannot call Format on an unexported field of another struct.
	held *held
}

type held struct {
	node *yaml.Node
	env  *environment
	// shared are keys that stand beside the section's own and were decoded
	// before: they are named where a key is unknown.
	shared []string
}

func newSection(file, path string, node *yaml.Node, env *environment) Section {
	return Section{file, path, &held{node: node, env: env}}
}

// node is nil for the zero Section and in an empty file.
func (s Section) node() *yaml.Node {
	if s.held == nil {
		return nil
	}
	return s.held.node
}

func (s Section) env() *environment {
	if s.held == nil {
		return nil
	}
	return s.held.env
}

// Format prints the section's place only.
func (s Section) Format(f fmt.State, _ rune) { fmt.Fprintf(f, "[%s: %s]", s.file, s.path) }

// Decode fills into, a pointer to a struct with yaml tags, strictly. When
// nothing is wrong so far and into has a method Validate() []breach.Fault, its
// faults are added, each at its key's line.
func (s Section) Decode(into any) Faults {
	d := &decoder{file: s.file, env: s.env()}
	if s.held != nil {
		d.sharedPath, d.shared = s.path, s.held.shared
	}
	if s.node() != nil {
		d.value(s.node(), reflect.ValueOf(into).Elem(), s.path)
	}
	if len(d.faults) > 0 {
		return d.faults
	}
	for _, f := range unreadableSecrets(reflect.ValueOf(into).Elem()) {
		d.faults = append(d.faults, s.Locate(f))
	}
	if v, ok := into.(interface{ Validate() []breach.Fault }); ok {
		for _, f := range v.Validate() {
			d.faults = append(d.faults, s.Locate(f))
		}
	}
	return d.faults
}

// unreadableSecrets reports each secret of v whose file cannot be read now: a
// daemon must not find that out when the first alert comes.
func unreadableSecrets(v reflect.Value) []breach.Fault {
	if v.Kind() != reflect.Struct {
		return nil
	}
	var faults []breach.Fault
	for i := range v.NumField() {
		file, ok := v.Type().Field(i).Tag.Lookup("yaml")
		name, twin := strings.CutSuffix(file, "_file")
		if !ok || !twin || v.Field(i).Kind() != reflect.String || v.Field(i).String() == "" {
			continue
		}
		if _, err := breach.ReadSecret(name, breach.Secret{}, v.Field(i).String()); err != nil {
			faults = append(faults, breach.Fault{Key: file, Message: strings.TrimPrefix(err.Error(), file+": ")})
		}
	}
	return faults
}

// Locate adds file, line and path to a plug-in's fault. Its key may name places
// in lists: to[1].name.
func (s Section) Locate(f breach.Fault) Fault {
	line, path := 0, s.path
	if s.node() != nil {
		line = s.node().Line
	}
	node := s.node()
	for part := range strings.SplitSeq(f.Key, ".") {
		if part == "" {
			break
		}
		path = join(path, part)
		name, places, _ := strings.Cut(part, "[")
		key, value := find(node, name)
		if key == nil {
			node = nil
			continue
		}
		line, node = key.Line, value
		if item := itemOf(value, places); item != nil {
			line, node = item.Line, item
		}
	}
	return Fault{s.file, line, path, s.env().hide(f.Message)}
}

func find(node *yaml.Node, name string) (key, value *yaml.Node) {
	if node == nil || node.Kind != yaml.MappingNode {
		return nil, nil
	}
	for i := 0; i+1 < len(node.Content); i += 2 {
		if node.Content[i].Value == name {
			return node.Content[i], followed(node.Content[i+1])
		}
	}
	return nil, nil
}

// itemOf is the item of a list that place names: "1]".
func itemOf(list *yaml.Node, place string) *yaml.Node {
	i, err := strconv.Atoi(strings.TrimSuffix(place, "]"))
	if err != nil || list.Kind != yaml.SequenceNode || i < 0 || i >= len(list.Content) {
		return nil
	}
	return followed(list.Content[i])
}

// followed is what an alias stands for, and any other node itself.
func followed(node *yaml.Node) *yaml.Node {
	if node.Kind == yaml.AliasNode {
		return node.Alias
	}
	return node
}

// without is the section less the keys that were taken from it.
func (s Section) without(keys map[string]bool) Section {
	rest := s.filter(func(key string) bool { return !keys[key] })
	rest.held.shared = slices.Collect(maps.Keys(keys))
	return rest
}

// only is the section with no other keys.
func (s Section) only(keys map[string]bool) Section {
	return s.filter(func(key string) bool { return keys[key] })
}

func (s Section) filter(keep func(key string) bool) Section {
	all := s.node().Content
	rest := *s.node()
	rest.Content = nil
	for i := 0; i+1 < len(all); i += 2 {
		if keep(all[i].Value) {
			rest.Content = append(rest.Content, all[i], all[i+1])
		}
	}
	return newSection(s.file, s.path, &rest, s.env())
}
