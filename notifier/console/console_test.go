package console_test

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"

	"oshirase/breach"
	"oshirase/notifier"
	"oshirase/notifier/console"
	"oshirase/notifier/notifiertest"
)

// screen is a terminal that many may write to.
type screen struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (s *screen) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.buf.Write(p)
}

func TestTheConsoleKeepsTheChannelsPromises(t *testing.T) {
	notifiertest.Run(t, notifiertest.Suite{
		Behaviours: []notifiertest.Behaviour{notifiertest.Accepts},
		Open: func(t *testing.T, _ notifiertest.Behaviour) notifiertest.Opened {
			out := &screen{}
			channel, err := console.New(console.Config{}, out)
			if err != nil {
				t.Fatal(err)
			}
			return notifiertest.Opened{Channel: channel, Received: func() []string {
				out.mu.Lock()
				defer out.mu.Unlock()
				// Every block begins with a rule.
				var blocks []string
				for _, b := range strings.Split(out.buf.String(), "──────────────────") {
					if strings.TrimSpace(strings.Trim(b, "─")) != "" {
						blocks = append(blocks, b)
					}
				}
				return blocks
			}}
		},
	})
}

func TestAFileIsAppendedToAndItsOwnersAlone(t *testing.T) {
	path := filepath.Join(t.TempDir(), "alerts.txt")
	n, err := console.New(console.Config{Path: path, Columns: 60}, nil)
	if err != nil {
		t.Fatal(err)
	}
	for i := range 2 {
		a := notifiertest.Alerts()[i].Alert
		if _, err := n.Send(t.Context(), notifier.Compose(a, "console", "ja", notifiertest.Tokyo, notifiertest.Now)); err != nil {
			t.Fatal(err)
		}
		if i == 0 { // as logrotate does
			if err := os.Rename(path, path+".1"); err != nil {
				t.Fatal(err)
			}
		}
	}
	for _, p := range []string{path, path + ".1"} {
		text, err := os.ReadFile(p)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Count(string(text), "────") == 0 || strings.Contains(string(text), "\x1b") {
			t.Errorf("%s: %.200q", p, text)
		}
		if info, err := os.Stat(p); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("mode %v, %v", info.Mode(), err)
		}
	}
}

func TestColoursCloseAndNothingOfTheSourceIsAmongThem(t *testing.T) {
	out := &screen{}
	n, err := console.New(console.Config{Color: "always"}, out)
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range notifiertest.Hostile() {
		if _, err := n.Send(t.Context(), notifier.Compose(notifiertest.HostileAlert(text), "console", "en", notifiertest.Tokyo, notifiertest.Now)); err != nil {
			t.Fatal(err)
		}
	}
	text := out.buf.String()
	codes := regexp.MustCompile("\x1b\\[[0-9;]*m").FindAllString(text, -1)
	open := 0
	for _, c := range codes {
		if c == "\x1b[0m" {
			open--
		} else {
			open++
		}
		if open < 0 || open > 1 {
			t.Fatal("colours do not open and close in turn")
		}
	}
	if len(codes) == 0 || open != 0 || strings.Count(text, "\x1b") != len(codes) {
		t.Errorf("%d codes, %d open, %d escapes", len(codes), open, strings.Count(text, "\x1b"))
	}
}

type broken struct{}

func (broken) Write([]byte) (int, error) { return 0, errors.New("no space left on device") }

func TestWhatCannotBeWrittenMayHeal(t *testing.T) {
	n, err := console.New(console.Config{}, broken{})
	if err != nil {
		t.Fatal(err)
	}
	_, err = n.Send(t.Context(), notifier.Compose(notifiertest.Alerts()[0].Alert, "console", "ja", notifiertest.Tokyo, notifiertest.Now))
	if err == nil || breach.IsPermanent(err) || !strings.Contains(err.Error(), "no space left") {
		t.Errorf("Send = %v", err)
	}
}

func TestWrongSettingsAreNamed(t *testing.T) {
	for _, test := range []struct {
		cfg  console.Config
		want string
	}{
		{console.Config{Color: "sometimes"}, "use auto, always or never"},
		{console.Config{Columns: 10}, "not between 40 and 400"},
		{console.Config{Path: "/none-such/x"}, "create its folder or correct it"},
	} {
		if _, err := console.New(test.cfg, io.Discard); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("New(%+v) = %v, want %q", test.cfg, err, test.want)
		}
	}
}
