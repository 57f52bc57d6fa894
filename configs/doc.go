// Package configs holds the configuration: the commented built-in one
// (oshirase.yaml, shown by [Example]), the classification rules ([Rules]), the
// catalogue of public sources ([Catalogue]) and the loader.
//
// [Load] goes from defaults over strict decoding to validation, and reports
// every fault at once, each with file, line, path and remedy. What belongs to a
// plug-in (a source kind, a channel, a route) stays a [Section], which the
// plug-in's owner decodes with the same strictness.
package configs

import (
	"embed"
	"io/fs"
)

//go:embed oshirase.yaml
var example []byte

//go:embed rules
var rules embed.FS

// Example is the commented built-in configuration.
func Example() []byte { return example }

// Rules is the shipped rule data, one YAML file a topic.
func Rules() fs.FS {
	sub, err := fs.Sub(rules, "rules")
	if err != nil {
		panic(err) // the folder is embedded above
	}
	return sub
}
