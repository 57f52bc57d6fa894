package configs

import (
	"cmp"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

var (
	variable = regexp.MustCompile(`\$\$\{|\$\{([^}]*)\}|\$\{`)
	// variableName is a portable name: shells' defaults (${A:-b}) are not read.
	variableName = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)
)

// environment are the variables that a file takes its values from.
type environment struct {
	lookup func(string) (string, bool)
	shown  []shown
}

// shown is what stands for a variable's value in faults.
type shown struct{ value, as string }

// minHidden is the length in bytes from which a variable's value is hidden: a
// shorter one is no secret, and would be found in every word.
const minHidden = 4

func (e *environment) value(name string) (string, bool) {
	value, set := e.lookup(name)
	if set && len(value) >= minHidden {
		as := "${" + name + "}"
		quoted := strconv.Quote(value)
		e.shown = append(e.shown, shown{value, as}, shown{quoted[1 : len(quoted)-1], as})
		// A value that is part of another must not leave the rest of it.
		slices.SortStableFunc(e.shown, func(a, b shown) int { return cmp.Compare(len(b.value), len(a.value)) })
	}
	return value, set
}

// hide takes the variables' values out of a message: any of them may be a
// secret, also where one was put under the wrong key.
func (e *environment) hide(message string) string {
	if e == nil {
		return message
	}
	for _, s := range e.shown {
		message = strings.ReplaceAll(message, s.value, s.as)
	}
	return message
}

// expand replaces ${NAME} in values, never in keys, after parsing: what a
// variable holds can be no YAML. $${ stands for ${ itself.
func (d *decoder) expand(node *yaml.Node, path string) {
	switch node.Kind {
	case yaml.DocumentNode, yaml.SequenceNode:
		for i, child := range node.Content {
			d.expand(child, path+"["+strconv.Itoa(i)+"]")
		}
	case yaml.MappingNode:
		for i := 0; i+1 < len(node.Content); i += 2 {
			d.expand(node.Content[i+1], join(path, node.Content[i].Value))
		}
	case yaml.ScalarNode:
		if !strings.Contains(node.Value, "${") {
			return
		}
		node.Value = variable.ReplaceAllStringFunc(node.Value, func(found string) string {
			switch found {
			case "$${":
				return "${"
			case "${":
				d.fault(node, path, "${ is never closed: write ${NAME}, or $${ for a literal ${")
				return found
			}
			name := found[2 : len(found)-1]
			if !variableName.MatchString(name) {
				d.fault(node, path, "${%s} is no variable: write ${NAME} with letters, digits and _, or $${ for a literal ${", name)
				return found
			}
			value, set := d.env.value(name)
			if !set {
				d.fault(node, path, "the environment variable %q is not set: set it, or write $${ for a literal ${", name)
				return found
			}
			return value
		})
		node.Tag = "!!str"
	}
}
