package app_test

import (
	"errors"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"oshirase/app"
	"oshirase/configs"
)

// nonsense is a key like no other: the fault about it names those that are.
const nonsense = "zzzzzzzzzzzzzzzz"

// accepted asks the loader which keys stand beside nonsense in text: those that
// the fault about it names, nil when nonsense is no key there.
func accepted(t *testing.T, text string) []string {
	t.Helper()
	cfg, err := configs.Parse("c.yaml", []byte(text), os.LookupEnv)
	if err == nil {
		err = app.Check(cfg)
	}
	var faults configs.Faults
	if !errors.As(err, &faults) {
		return nil
	}
	for _, f := range faults {
		if list, found := strings.CutPrefix(f.Message, "unknown key: use one of "); found && strings.HasSuffix(f.Path, nonsense) {
			return strings.Split(list, ", ")
		}
	}
	return nil
}

// kindsOf are the kinds that the daemon knows for an item of a list.
func kindsOf(t *testing.T, item string) []string {
	t.Helper()
	cfg, err := configs.Parse("c.yaml", []byte(item), os.LookupEnv)
	if err != nil {
		t.Fatal(err)
	}
	var faults configs.Faults
	if !errors.As(app.Check(cfg), &faults) {
		t.Fatal("any kind is taken")
	}
	_, list, _ := strings.Cut(faults[0].Message, ": use ")
	return strings.Split(list, ", ")
}

// walk finds the keys below prefix. at makes a configuration in which its
// argument stands in prefix's place.
func walk(t *testing.T, prefix string, at func(string) string, found map[string]bool) {
	t.Helper()
	for _, key := range accepted(t, at(nonsense+": 1")) {
		path := prefix + key
		nested := func(inner string) string { return at(key + ": {" + inner + "}") }
		items := func(inner string) string { return at(key + ": [{" + inner + "}]") }
		switch {
		case accepted(t, nested(nonsense+": 1")) != nil:
			walk(t, path+".", nested, found)
		case accepted(t, items(nonsense+": 1")) != nil:
			walk(t, path+"[].", items, found)
		default:
			found[path] = true
		}
	}
}

func acceptedKeys(t *testing.T) map[string]bool {
	t.Helper()
	found := map[string]bool{}
	walk(t, "", func(inner string) string { return "{" + inner + "}" }, found)
	for list, some := range map[string]struct{ item, shared string }{
		"sources":   {`id: a, url: "https://a.example/"`, "id kind enabled url schedule first_run robots documents language publisher"},
		"receivers": {"id: a", "id kind language"},
	} {
		delete(found, list)
		shared := strings.Fields(some.shared)
		for _, kind := range kindsOf(t, list+": [{"+some.item+", kind: "+nonsense+"}]") {
			own := map[string]bool{}
			walk(t, "", func(inner string) string { return list + ": [{" + some.item + ", kind: " + kind + ", " + inner + "}]" }, own)
			for key := range own {
				first, _, _ := strings.Cut(key, ".")
				if slices.Contains(shared, first) {
					found[list+"[]."+key] = true
				} else {
					found[list+"["+kind+"]."+key] = true
				}
			}
		}
	}
	return found
}

var documented = regexp.MustCompile("(?m)^\\| `([^`]+)` \\|")

func TestTheTableOfKeysIsThatOfTheLoader(t *testing.T) {
	text, err := os.ReadFile("../docs/configuration.md")
	if err != nil {
		t.Fatal(err)
	}
	table, kinds, _ := strings.Cut(string(text), "## Kinds of sources")
	told := map[string]bool{}
	for _, m := range documented.FindAllStringSubmatch(table, -1) {
		if told[m[1]] {
			t.Errorf("%s stands twice", m[1])
		}
		told[m[1]] = true
	}
	for _, kind := range kindsOf(t, `sources: [{id: a, url: "https://a.example/", kind: `+nonsense+`}]`) {
		if !strings.Contains(kinds, "\n| `"+kind+"` |") {
			t.Errorf("docs/configuration.md does not tell of kind %s", kind)
		}
	}
	keys := acceptedKeys(t)
	if len(keys) < 50 {
		t.Errorf("the loader names only %d keys", len(keys))
	}
	for key := range keys {
		if !told[key] {
			t.Errorf("docs/configuration.md does not tell of %s", key)
		}
	}
	for key := range told {
		if !keys[key] {
			t.Errorf("docs/configuration.md tells of %s, which is no key", key)
		}
	}
}

var documentedDefault = regexp.MustCompile("(?m)^\\| `([a-z_.]+)` \\| `([^`]*)` \\|")

func TestTheTableOfKeysTellsTheDefaults(t *testing.T) {
	text, err := os.ReadFile("../docs/configuration.md")
	if err != nil {
		t.Fatal(err)
	}
	rows := documentedDefault.FindAllStringSubmatch(string(text), -1)
	if len(rows) < 20 {
		t.Errorf("only %d defaults", len(rows))
	}
	without := load(t, "")
	for _, row := range rows {
		written := row[2]
		parts := strings.Split(row[1], ".")
		slices.Reverse(parts)
		for _, part := range parts {
			written = "{" + part + ": " + written + "}"
		}
		if with := load(t, written); !reflect.DeepEqual(with, without) {
			t.Errorf("%s is not the default", written)
		}
	}
}
