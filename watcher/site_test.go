package watcher

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"oshirase/fetch"
)

var jst = time.FixedZone("JST", 9*3600)

// site is a web site that tells what was asked of it.
type site struct {
	*httptest.Server
	mu    sync.Mutex
	asked []string
}

func newSite(t *testing.T, serve http.HandlerFunc) *site {
	t.Helper()
	s := &site{}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		s.asked = append(s.asked, r.Method+" "+r.URL.RequestURI())
		s.mu.Unlock()
		serve(w, r)
	}))
	t.Cleanup(s.Close)
	return s
}

// requests are those since the last call.
func (s *site) requests() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	asked := s.asked
	s.asked = nil
	return asked
}

// looker asks a lister again and again, and remembers as the watcher does.
type looker struct {
	t      *testing.T
	lister Lister
	ask    Ask
}

func look(t *testing.T, lister Lister, address string, now time.Time) *looker {
	t.Helper()
	client := fetch.New(fetch.Config{AllowAll: true, Interval: time.Microsecond, Timeout: 5 * time.Second})
	t.Cleanup(client.Close)
	return &looker{t, lister, Ask{Fetch: client, Now: now, Source: &Source{ID: "s", URL: address, Zone: jst, Robots: fetch.RobotsIgnore}}}
}

// poll lists and keeps the memo.
func (l *looker) poll() Listed {
	l.t.Helper()
	listed, err := l.try()
	if err != nil {
		l.t.Fatal(err)
	}
	l.ask.Memo = listed.Memo
	return listed
}

// try lists and forgets.
func (l *looker) try() (Listed, error) {
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	return l.lister.List(ctx, l.ask)
}

func (l *looker) later(d time.Duration) { l.ask.Now = l.ask.Now.Add(d) }

func titles(l Listed) string {
	var all []string
	for _, it := range l.Items {
		all = append(all, it.Title)
	}
	return strings.Join(all, "|")
}
