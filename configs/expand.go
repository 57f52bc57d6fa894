package configs

import (
	"regexp"
	"strings"

	"go.yaml.in/yaml/v3"
)

var variable = regexp.MustCompile(`\$\$\{|\$\{([^}]*)\}`)

// expand replaces ${NAME} in values, never in keys, after parsing: what a
// variable holds can be no YAML. $${ stands for ${ itself.
func (d *decoder) expand(node *yaml.Node, env func(string) (string, bool), path string) {
	switch node.Kind {
	case yaml.DocumentNode, yaml.SequenceNode:
		for _, child := range node.Content {
			d.expand(child, env, path)
		}
	case yaml.MappingNode:
		for i := 0; i+1 < len(node.Content); i += 2 {
			d.expand(node.Content[i+1], env, join(path, node.Content[i].Value))
		}
	case yaml.ScalarNode:
		if !strings.Contains(node.Value, "${") {
			return
		}
		node.Value = variable.ReplaceAllStringFunc(node.Value, func(found string) string {
			if found == "$${" {
				return "${"
			}
			name := found[2 : len(found)-1]
			value, set := env(name)
			if !set {
				d.fault(node, path, "the environment variable %q is not set: set it, or write $${ for a literal ${", name)
				return found
			}
			return value
		})
		node.Tag = "!!str"
	}
}
