package console_test

import (
	"bytes"
	"strings"
	"sync"
	"testing"

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
