package configs

import (
	"encoding"
	"fmt"
	"math"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"
)

// decoder fills Go values from YAML nodes, strictly, and goes on after a fault
// so that all are found at once. yaml.Node.Decode stops naming lines for
// nested unknown keys, and speaks of Go types.
type decoder struct {
	file   string
	env    *environment
	faults Faults
	// shared are further names that are known at sharedPath.
	sharedPath string
	shared     []string
}

func (d *decoder) fault(node *yaml.Node, path, format string, args ...any) {
	line := 0
	if node != nil {
		line = node.Line
	}
	d.faults = append(d.faults, Fault{d.file, line, path, d.env.hide(fmt.Sprintf(format, args...))})
}

var (
	sectionType  = reflect.TypeFor[Section]()
	durationType = reflect.TypeFor[time.Duration]()
	textType     = reflect.TypeFor[encoding.TextUnmarshaler]()
)

// value decodes node into v; a null leaves v as it is. What could be a secret
// that lacks its quotes is refused rather than dropped.
func (d *decoder) value(node *yaml.Node, v reflect.Value, path string) {
	if node.Kind == yaml.AliasNode {
		node = node.Alias
	}
	switch {
	case node.Style&yaml.TaggedStyle != 0:
		d.fault(node, path, "a value that begins with ! is a YAML tag: put it in quotes")
		return
	case node.Tag == "!!null" && node.Anchor != "":
		d.fault(node, path, "a value that begins with & is a YAML anchor: put it in quotes")
		return
	case node.Tag == "!!null":
		return
	case v.Type() == sectionType:
		v.Set(reflect.ValueOf(newSection(d.file, path, node, d.env)))
		return
	case v.Type() == durationType:
		d.duration(node, v, path)
		return
	case v.CanAddr() && v.Addr().Type().Implements(textType):
		if d.scalar(node, path, "a word") {
			if err := v.Addr().Interface().(encoding.TextUnmarshaler).UnmarshalText([]byte(node.Value)); err != nil {
				d.fault(node, path, "%v", err)
			}
		}
		return
	}
	switch v.Kind() {
	case reflect.Pointer:
		fresh := reflect.New(v.Type().Elem())
		d.value(node, fresh.Elem(), path)
		v.Set(fresh)
	case reflect.Struct:
		d.mapping(node, v, path)
	case reflect.Slice:
		d.sequence(node, v, path)
	case reflect.String:
		if d.scalar(node, path, "text") {
			v.SetString(node.Value)
		}
	case reflect.Bool:
		d.boolean(node, v, path)
	case reflect.Int, reflect.Int64:
		d.integer(node, v, path)
	case reflect.Float64:
		if d.scalar(node, path, "a number") {
			f, err := strconv.ParseFloat(node.Value, 64)
			if err != nil || math.IsNaN(f) || math.IsInf(f, 0) {
				d.fault(node, path, "%q is no number", node.Value)
				return
			}
			v.SetFloat(f)
		}
	default:
		d.fault(node, path, "a value of type %s cannot be configured", v.Type())
	}
}

func (d *decoder) scalar(node *yaml.Node, path, what string) bool {
	if node.Kind == yaml.ScalarNode {
		return true
	}
	d.fault(node, path, "want %s, found %s", what, kindOf(node))
	return false
}

func kindOf(node *yaml.Node) string {
	switch node.Kind {
	case yaml.MappingNode:
		return "a mapping"
	case yaml.SequenceNode:
		return "a list"
	}
	return "text"
}

func (d *decoder) boolean(node *yaml.Node, v reflect.Value, path string) {
	if !d.scalar(node, path, "true or false") {
		return
	}
	switch node.Value {
	case "true":
		v.SetBool(true)
	case "false":
		v.SetBool(false)
	default:
		d.fault(node, path, "%q is neither true nor false", node.Value)
	}
}

func (d *decoder) integer(node *yaml.Node, v reflect.Value, path string) {
	if !d.scalar(node, path, "a whole number") {
		return
	}
	n, err := strconv.ParseInt(strings.ReplaceAll(node.Value, "_", ""), 10, v.Type().Bits())
	if err != nil {
		d.fault(node, path, "%q is no whole number", node.Value)
		return
	}
	v.SetInt(n)
}

func (d *decoder) duration(node *yaml.Node, v reflect.Value, path string) {
	if !d.scalar(node, path, "a duration such as 30s, 5m or 90d") {
		return
	}
	if days, found := strings.CutSuffix(node.Value, "d"); found {
		if n, err := strconv.Atoi(days); err == nil && n >= 0 && n <= int(maxDuration/(24*time.Hour)) {
			v.SetInt(int64(time.Duration(n) * 24 * time.Hour))
			return
		}
	}
	t, err := time.ParseDuration(node.Value)
	if err != nil || t < 0 {
		d.fault(node, path, "%q is no duration: write 30s, 5m, 36h or 90d", node.Value)
		return
	}
	v.SetInt(int64(t))
}

func (d *decoder) sequence(node *yaml.Node, v reflect.Value, path string) {
	if node.Kind != yaml.SequenceNode {
		if node.Kind == yaml.ScalarNode && v.Type().Elem().Kind() == reflect.String {
			one := reflect.New(v.Type().Elem()).Elem()
			d.value(node, one, path)
			v.Set(reflect.Append(reflect.MakeSlice(v.Type(), 0, 1), one))
			return
		}
		d.fault(node, path, "want a list, found %s", kindOf(node))
		return
	}
	list := reflect.MakeSlice(v.Type(), len(node.Content), len(node.Content))
	for i, item := range node.Content {
		itemPath := fmt.Sprintf("%s[%d]", path, i)
		if item.Tag == "!!null" && item.Anchor == "" {
			d.fault(item, itemPath, "is empty: remove the dash, or write a value behind it")
			continue
		}
		d.value(item, list.Index(i), itemPath)
	}
	v.Set(list)
}

func (d *decoder) mapping(node *yaml.Node, v reflect.Value, path string) {
	if node.Kind != yaml.MappingNode {
		d.fault(node, path, "want a mapping, found %s", kindOf(node))
		return
	}
	fields := map[string]reflect.Value{}
	var names []string
	for i := range v.NumField() {
		if name, ok := v.Type().Field(i).Tag.Lookup("yaml"); ok && name != "-" {
			name, _, _ = strings.Cut(name, ",")
			fields[name] = v.Field(i)
			names = append(names, name)
		}
	}
	if path == d.sharedPath {
		names = append(names, d.shared...)
	}
	d.keys(node, path, func(key, value *yaml.Node, keyPath string) {
		field, known := fields[key.Value]
		if !known {
			d.unknown(key, keyPath, names)
			return
		}
		d.value(value, field, keyPath)
	})
}

// keys visits the keys of a mapping, each once; a key that stands twice is a
// fault.
func (d *decoder) keys(node *yaml.Node, path string, visit func(key, value *yaml.Node, path string)) {
	seen := map[string]int{}
	for i := 0; i+1 < len(node.Content); i += 2 {
		key, value := node.Content[i], node.Content[i+1]
		keyPath := join(path, key.Value)
		if key.Kind != yaml.ScalarNode || key.Style&yaml.TaggedStyle != 0 {
			d.fault(key, path, "a key must be a plain word")
			continue
		}
		if line, twice := seen[key.Value]; twice {
			d.fault(key, keyPath, "the key stands already at line %d: keep one", line)
			continue
		}
		seen[key.Value] = key.Line
		visit(key, value, keyPath)
	}
}

func (d *decoder) unknown(key *yaml.Node, path string, names []string) {
	if name, _, found := strings.Cut(key.Value, ":"); found {
		// What stands behind the colon may be a secret.
		path = strings.TrimSuffix(path, key.Value) + name
		d.fault(key, path, "a key needs a colon and a space behind it: write %s: and the value", name)
		return
	}
	if key.Value == "<<" {
		d.fault(key, path, "keys cannot be merged in: write them out")
		return
	}
	if near := Nearest(key.Value, names); near != "" {
		d.fault(key, path, "unknown key; did you mean %s?", near)
		return
	}
	sorted := slices.Sorted(slices.Values(names))
	d.fault(key, path, "unknown key: use one of %s", strings.Join(sorted, ", "))
}

func join(path, key string) string {
	if path == "" {
		return key
	}
	return path + "." + key
}

// Nearest is the name at the smallest edit distance, if that is a third of the
// word at most, and empty otherwise.
func Nearest(word string, names []string) string {
	best, distance := "", 1+len(word)/3
	for _, name := range names {
		if n := editDistance(word, name); n < distance || (n == distance && best == "" && n <= max(1, len(word)/3)) {
			best, distance = name, n
		}
	}
	return best
}

func editDistance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			change := diagonal
			if a[i] != b[j] {
				change++
			}
			diagonal = row[j+1]
			row[j+1] = min(change, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
