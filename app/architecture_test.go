package app_test

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "oshirase"

// rooms is the table of docs/architecture.md: each room, and the rooms whose
// packages it may import. "*" is every room but cmd.
var rooms = map[string][]string{
	"breach":     {},
	"configs":    {"breach"},
	"fetch":      {},
	"extract":    {"breach"},
	"stream":     {"breach"},
	"watcher":    {"breach", "fetch", "extract"},
	"classifier": {"breach"},
	"tracker":    {"breach"},
	"notifier":   {"breach"},
	"ledger":     {"breach"},
	"audit":      {"breach", "classifier"},
	"web":        {"breach"},
	"app":        {"*"},
	"cmd":        {"*"},
}

// foreign names the modules that only one room may import.
var foreign = map[string][]string{
	"github.com/nats-io/nats.go":        {"stream"},
	"github.com/nats-io/nats-server/v2": {"stream"},
	"github.com/mmcdole/gofeed":         {"extract"},
	"github.com/robfig/cron/v3":         {"configs", "watcher"},
	"modernc.org/sqlite":                {"ledger"},
	"github.com/alecthomas/kong":        {"cmd"},
	"github.com/tetratelabs/wazero":     {"extract"},
	"gonum.org/v1/gonum":                {"classifier"},
	"net/smtp":                          {},
}

// testAllowances are imports that only a test file of the room makes: it
// proves the room against the real neighbour.
var testAllowances = map[string][]string{
	"classifier": {"configs"},
	"tracker":    {"stream"},
	"ledger":     {"stream"},
	"web":        {"ledger"},
	"watcher":    {"stream"},
	"notifier":   {"stream"},
}

func TestEveryPackageImportsOnlyWhatItsRoomMay(t *testing.T) {
	root, err := filepath.Abs("..")
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	err = filepath.WalkDir(root, func(file string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() {
			if name := entry.Name(); file != root && (strings.HasPrefix(name, ".") || name == "testdata") {
				return filepath.SkipDir
			}
			return nil
		}
		if filepath.Ext(file) != ".go" {
			return nil
		}
		rel, err := filepath.Rel(root, file)
		if err != nil {
			return err
		}
		room, _, nested := strings.Cut(filepath.ToSlash(rel), "/")
		if !nested {
			t.Errorf("%s: Go code lives in a room, not at the root", rel)
			return nil
		}
		may, known := rooms[room]
		if !known {
			t.Errorf("%s: the room %q is not in the table: put the code where it belongs, or add the room to the table and to docs/architecture.md", rel, room)
			return nil
		}
		seen[room] = true
		if strings.HasSuffix(file, "_test.go") {
			may = append(slices.Clone(may), testAllowances[room]...)
		}
		checkImports(t, file, rel, room, may)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for room := range rooms {
		if !seen[room] {
			t.Errorf("room %q of the table has no Go file", room)
		}
	}
}

func checkImports(t *testing.T, file, rel, room string, may []string) {
	t.Helper()
	parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ImportsOnly)
	if err != nil {
		t.Errorf("%s: %v", rel, err)
		return
	}
	for _, imp := range parsed.Imports {
		target, err := strconv.Unquote(imp.Path.Value)
		if err != nil {
			t.Errorf("%s: import %s: %v", rel, imp.Path.Value, err)
			continue
		}
		if rest, ours := strings.CutPrefix(target, module+"/"); ours {
			other, _, _ := strings.Cut(rest, "/")
			allowed := other == room || slices.Contains(may, other) || (slices.Contains(may, "*") && other != "cmd")
			if !allowed {
				t.Errorf("%s: room %s may not import %s", rel, room, path.Join(module, rest))
			}
			continue
		}
		for prefix, only := range foreign {
			if target != prefix && !strings.HasPrefix(target, prefix+"/") {
				continue
			}
			if !slices.Contains(only, room) && !strings.HasSuffix(file, "_test.go") {
				t.Errorf("%s: %s belongs to %s", rel, target, strings.Join(only, ", "))
			}
		}
	}
}

func TestTheTableOfRoomsStandsInTheArchitecturePage(t *testing.T) {
	page, err := os.ReadFile(filepath.Join("..", "docs", "architecture.md"))
	if err != nil {
		t.Fatal(err)
	}
	for room := range rooms {
		if !strings.Contains(string(page), "`"+room+"/`") && !strings.Contains(string(page), "`"+room+"/oshirase/`") {
			t.Errorf("docs/architecture.md does not name the room %s/", room)
		}
	}
}
