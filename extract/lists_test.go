package extract

import (
	"flag"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the golden files anew")

// readAt is when the lists of testdata/lists were read.
var readAt = time.Date(2026, 11, 24, 12, 0, 0, 0, tokyo)

func mustURL(t testing.TB, s string) *url.URL {
	t.Helper()
	u, err := url.Parse(s)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

// show writes a listing as a person would check it.
func show(l Listing) string {
	var b strings.Builder
	for _, it := range l.Items {
		date := "-"
		if !it.Published.IsZero() {
			date = it.Published.Format("2006-01-02 15:04 ") + string(it.Precision)
		}
		fmt.Fprintf(&b, "%s | %s | %s\n", date, it.Title, it.URL)
		for _, extra := range []struct{ name, value string }{
			{"label", it.Label}, {"code", it.Publisher.Code}, {"name", it.Publisher.Name}, {"before", it.PreviousTitle},
			{"document", it.DocumentID}, {"action", string(it.Action)}, {"text", it.Summary},
		} {
			if extra.value != "" {
				fmt.Fprintf(&b, "  %s: %s\n", extra.name, strings.ReplaceAll(extra.value, "\n", " / "))
			}
		}
		if it.Deleted {
			b.WriteString("  deleted\n")
		}
		if it.Routine {
			b.WriteString("  routine\n")
		}
	}
	for _, w := range l.Warnings {
		fmt.Fprintf(&b, "! %s\n", w)
	}
	return b.String()
}

// golden compares with the file, or writes it.
func golden(t *testing.T, file, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", file, diff)
	}
}

func fixtures(t testing.TB, pattern string) []string {
	t.Helper()
	files, err := filepath.Glob(pattern)
	if err != nil || len(files) == 0 {
		t.Fatalf("no fixtures at %s (%v)", pattern, err)
	}
	return files
}

func readFile(t testing.TB, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// sound holds a listing against what every listing promises.
func sound(t *testing.T, l Listing) {
	t.Helper()
	keys := map[string]bool{}
	for _, it := range l.Items {
		switch {
		case it.Key == "" || it.RowKey == "":
			t.Errorf("a row has no key: %+v", it)
		case keys[it.Key]:
			t.Errorf("the key %q stands twice", it.Key)
		case len(it.Key) > maxKey+64:
			t.Errorf("a key of %d bytes", len(it.Key))
		case it.Title == "" || it.Title != fold(it.Title):
			t.Errorf("the title is %q", it.Title)
		case it.URL != "":
			if u, err := url.Parse(it.URL); err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.User != nil {
				t.Errorf("the link is %q", it.URL)
			}
		}
		keys[it.Key] = true
	}
	if len(l.Warnings) > maxWarnings+1 {
		t.Errorf("%d warnings", len(l.Warnings))
	}
}
