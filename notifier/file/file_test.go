package file_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"oshirase/breach"
	"oshirase/notifier"
	"oshirase/notifier/file"
	"oshirase/notifier/notifiertest"
)

func open(t testing.TB, cfg file.Config) *file.Notifier {
	t.Helper()
	n, err := file.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func lines(t testing.TB, path string) []string {
	t.Helper()
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		t.Fatal(err)
	}
	whole, ends := strings.CutSuffix(string(text), "\n")
	if len(text) > 0 && !ends {
		t.Errorf("%s does not end with a line", path)
	}
	if whole == "" {
		return nil
	}
	return strings.Split(whole, "\n")
}

func message(a *breach.Alert) notifier.Message {
	return notifier.Compose(a, "archive", "ja", notifiertest.Tokyo, notifiertest.Now)
}

func TestTheFileKeepsTheChannelsPromises(t *testing.T) {
	notifiertest.Run(t, notifiertest.Suite{
		Behaviours: []notifiertest.Behaviour{notifiertest.Accepts, notifiertest.FailsNow},
		Verbatim:   true,
		Open: func(t *testing.T, b notifiertest.Behaviour) notifiertest.Opened {
			folder := filepath.Join(t.TempDir(), "alerts")
			if err := os.Mkdir(folder, 0o700); err != nil {
				t.Fatal(err)
			}
			path := filepath.Join(folder, "alerts.ndjson")
			channel := open(t, file.Config{Path: path})
			if b == notifiertest.FailsNow {
				if err := os.RemoveAll(folder); err != nil {
					t.Fatal(err)
				}
			}
			return notifiertest.Opened{Channel: channel, Received: func() []string { return lines(t, path) }}
		},
		Harmless: func(t *testing.T, line string) {
			var a breach.Alert
			if err := json.Unmarshal([]byte(line), &a); err != nil || a.ID == "" {
				t.Errorf("a line is no alert: %v", err)
			}
		},
	})
}

func TestOnlyTheOwnerReadsTheFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "alerts.ndjson")
	open(t, file.Config{Path: path})
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
}

func TestALineThatWasCutShortHarmsOnlyItself(t *testing.T) {
	path := filepath.Join(t.TempDir(), "alerts.ndjson")
	if err := os.WriteFile(path, []byte("{\"id\":\"whole\"}\n{\"id\":\"cu"), 0o600); err != nil {
		t.Fatal(err)
	}
	a := notifiertest.Alerts()[0].Alert
	if _, err := open(t, file.Config{Path: path}).Send(t.Context(), message(a)); err != nil {
		t.Fatal(err)
	}
	got := lines(t, path)
	if len(got) != 3 || got[0] != `{"id":"whole"}` || !strings.Contains(got[2], a.ID) {
		t.Errorf("lines %.200q", got)
	}
}

func TestAFileThatAnotherProgramMovedAwayIsMadeAnew(t *testing.T) {
	path := filepath.Join(t.TempDir(), "alerts.ndjson")
	n := open(t, file.Config{Path: path})
	for i := range 3 {
		if _, err := n.Send(t.Context(), message(notifiertest.Alerts()[i].Alert)); err != nil {
			t.Fatal(err)
		}
		if i == 1 {
			if err := os.Rename(path, path+"-moved"); err != nil {
				t.Fatal(err)
			}
		}
	}
	if a, b := len(lines(t, path+"-moved")), len(lines(t, path)); a != 2 || b != 1 {
		t.Errorf("%d and %d lines", a, b)
	}
}

func TestAFullFileIsMovedAwayAndTheOldestGoes(t *testing.T) {
	path := filepath.Join(t.TempDir(), "alerts.ndjson")
	n := open(t, file.Config{Path: path, MaxBytes: 1 << 20, Keep: 2})
	var wg sync.WaitGroup
	const writers, each = 4, 60
	for w := range writers {
		wg.Go(func() {
			for i := range each {
				a := *notifiertest.Alerts()[0].Alert
				a.ID = fmt.Sprint(w, "-", i)
				a.Notice.Title = strings.Repeat("題", 5<<10)
				if _, err := n.Send(t.Context(), message(&a)); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	seen := map[string]bool{}
	for _, p := range []string{path, path + ".1", path + ".2"} {
		info, err := os.Stat(p)
		if err != nil {
			t.Fatal(err)
		}
		if info.Size() > 1<<20 || info.Mode().Perm() != 0o600 {
			t.Errorf("%s has %d bytes, mode %v", p, info.Size(), info.Mode())
		}
		for _, line := range lines(t, p) {
			var a breach.Alert
			if err := json.Unmarshal([]byte(line), &a); err != nil || seen[a.ID] {
				t.Errorf("alert %q: %v, or twice", a.ID, err)
			}
			seen[a.ID] = true
		}
	}
	if _, err := os.Stat(path + ".3"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("more files than wanted are kept: %v", err)
	}
	if len(seen) < 100 {
		t.Errorf("%d alerts are in the files", len(seen))
	}
}

func TestWrongSettingsAreNamedWithTheirRemedy(t *testing.T) {
	for name, c := range map[string]struct {
		cfg  file.Config
		want string
	}{
		"no path":          {file.Config{}, "name the file"},
		"too small a size": {file.Config{Path: "x", MaxBytes: 10}, "use more"},
		"keep":             {file.Config{Path: "x", Keep: -1}, "between 1 and 1000"},
		"no folder":        {file.Config{Path: filepath.Join(t.TempDir(), "none", "x")}, "make its folder"},
		"a folder":         {file.Config{Path: t.TempDir()}, "is a directory"},
	} {
		if _, err := file.New(c.cfg); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: New = %v, want %q", name, err, c.want)
		}
	}
}
