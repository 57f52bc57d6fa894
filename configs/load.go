package configs

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"reflect"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
)

// maxConfigBytes is more than thousands of sources need.
const maxConfigBytes = 16 << 20

// Load reads the configuration at path; the empty path is the built-in one.
// Every fault is in the error, a [Faults].
func Load(path string, env func(string) (string, bool)) (*Config, error) {
	if path == "" {
		return Parse("built-in configuration", example, env)
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, Faults{{File: path, Message: notOpened(err)}}
	}
	defer file.Close()
	data, err := io.ReadAll(io.LimitReader(file, maxConfigBytes+1))
	if err != nil {
		return nil, Faults{{File: path, Message: err.Error()}}
	}
	if len(data) > maxConfigBytes {
		return nil, Faults{{File: path, Message: fmt.Sprintf("larger than %d MiB: this is no configuration", maxConfigBytes>>20)}}
	}
	return Parse(path, data, env)
}

// notOpened says why a file could not be opened, and the remedy.
func notOpened(err error) string {
	remedy := "correct the path, or start from oshirase check --print"
	if errors.Is(err, fs.ErrPermission) {
		remedy = "make it readable for this user"
	}
	return fmt.Sprintf("%v: %s", errors.Unwrap(err), remedy)
}

// Parse reads a configuration held in memory; name stands for it in faults.
func Parse(name string, data []byte, env func(string) (string, bool)) (*Config, error) {
	d := &decoder{file: name, env: &environment{lookup: env}}
	root := d.parse(data)
	if len(d.faults) > 0 {
		return nil, d.faults.Err()
	}
	f := defaults()
	if root != nil {
		d.expand(root, "")
		d.value(root, reflect.ValueOf(&f).Elem(), "")
	}
	cfg := d.config(&f, root)
	if err := d.faults.Err(); err != nil {
		return nil, err
	}
	return cfg, nil
}

// parse returns the top mapping, or nil for an empty file.
func (d *decoder) parse(data []byte) *yaml.Node {
	if !utf8.Valid(data) {
		d.faults = append(d.faults, Fault{d.file, lineOf(data, unreadable(data)), "", "the file is not UTF-8: save it as UTF-8"})
		return nil
	}
	reader := yaml.NewDecoder(bytes.NewReader(data))
	var document yaml.Node
	err := reader.Decode(&document)
	if errors.Is(err, io.EOF) {
		return nil
	}
	if err != nil {
		d.syntax(data, err)
		return nil
	}
	var second yaml.Node
	if err := reader.Decode(&second); !errors.Is(err, io.EOF) {
		if err != nil {
			d.syntax(data, err)
			return nil
		}
		d.fault(&second, "", "a second document begins here: keep one")
		return nil
	}
	root := document.Content[0]
	if root.Tag == "!!null" && root.Style&yaml.TaggedStyle == 0 {
		return nil
	}
	if n := nodes(root, map[*yaml.Node]bool{}); n > maxNodes {
		d.fault(root, "", "aliases repeat more than %d values: write them out", maxNodes)
		return nil
	}
	return root
}

// maxNodes bounds what aliases may multiply to.
const maxNodes = 1_000_000

// nodes counts the values below node with every alias followed, and stops
// counting past maxNodes or at an alias inside itself.
func nodes(node *yaml.Node, inside map[*yaml.Node]bool) int {
	if node.Kind == yaml.AliasNode {
		node = node.Alias
	}
	if inside[node] {
		return maxNodes + 1
	}
	inside[node] = true
	defer delete(inside, node)
	n := 1
	for _, child := range node.Content {
		if n += nodes(child, inside); n > maxNodes {
			return n
		}
	}
	return n
}
