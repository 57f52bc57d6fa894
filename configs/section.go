package configs

import (
	"reflect"
	"strings"

	"go.yaml.in/yaml/v3"

	"oshirase/breach"
)

// Section is a piece of the configuration that a plug-in's owner decodes.
type Section struct {
	file string
	path string
	node *yaml.Node
}

// Decode fills into, a pointer to a struct with yaml tags, strictly. When
// nothing is wrong so far and into has a method Validate() []breach.Fault, its
// faults are added, each at its key's line.
func (s Section) Decode(into any) Faults {
	d := &decoder{file: s.file}
	if s.node != nil {
		d.value(s.node, reflect.ValueOf(into).Elem(), s.path)
	}
	if len(d.faults) > 0 {
		return d.faults
	}
	if v, ok := into.(interface{ Validate() []breach.Fault }); ok {
		for _, f := range v.Validate() {
			d.faults = append(d.faults, s.Locate(f))
		}
	}
	return d.faults
}

// Locate adds file, line and path to a plug-in's fault.
func (s Section) Locate(f breach.Fault) Fault {
	line, path := 0, s.path
	if s.node != nil {
		line = s.node.Line
	}
	node := s.node
	for part := range strings.SplitSeq(f.Key, ".") {
		if part == "" {
			break
		}
		path = join(path, part)
		key, value := find(node, part)
		if key == nil {
			node = nil
			continue
		}
		line, node = key.Line, value
	}
	return Fault{s.file, line, path, f.Message}
}

func find(node *yaml.Node, name string) (key, value *yaml.Node) {
	if node == nil || node.Kind != yaml.MappingNode {
		return nil, nil
	}
	for i := 0; i+1 < len(node.Content); i += 2 {
		if node.Content[i].Value == name {
			return node.Content[i], node.Content[i+1]
		}
	}
	return nil, nil
}

// without is the section less the keys that were taken from it.
func (s Section) without(keys map[string]bool) Section {
	rest := *s.node
	rest.Content = nil
	for i := 0; i+1 < len(s.node.Content); i += 2 {
		if !keys[s.node.Content[i].Value] {
			rest.Content = append(rest.Content, s.node.Content[i], s.node.Content[i+1])
		}
	}
	return Section{s.file, s.path, &rest}
}
