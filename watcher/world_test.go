package watcher_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"html"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/robfig/cron/v3"
	"go.uber.org/goleak"
	"go.uber.org/zap"
	"go.uber.org/zap/zaptest"

	"oshirase/breach"
	"oshirase/extract"
	"oshirase/fetch"
	"oshirase/stream"
	"oshirase/watcher"
)

func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m, goleak.IgnoreTopFunction("github.com/nats-io/nats-server/v2/server/ats.Register.func1"))
}

// row is one entry of the site's feed.
type row struct {
	title, link, guid, summary string
	at                         time.Time
}

// page is what one address answers.
type page struct {
	status int
	header map[string]string
	body   string
	gate   chan struct{} // the answer waits until it is closed
}

// site is a web site that a test changes as it goes.
type site struct {
	*httptest.Server
	mu    sync.Mutex
	pages map[string]page
	gets  map[string]int
}

func newSite(t testing.TB) *site {
	s := &site{pages: map[string]page{}, gets: map[string]int{}}
	s.Server = httptest.NewServer(s)
	t.Cleanup(s.Close)
	return s
}

func (s *site) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	s.gets[r.URL.Path]++
	p, known := s.pages[r.URL.Path]
	s.mu.Unlock()
	if p.gate != nil {
		select {
		case <-p.gate:
		case <-r.Context().Done():
			return
		}
	}
	for k, v := range p.header {
		w.Header().Set(k, v)
	}
	if !known {
		p.status = http.StatusNotFound
	}
	if p.status != 0 {
		w.WriteHeader(p.status)
	}
	fmt.Fprint(w, p.body)
}

func (s *site) put(path string, p page) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.pages[path] = p
}

func (s *site) remove(path string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.pages, path)
}

func (s *site) asked(path string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.gets[path]
}

func (s *site) document(path, text string) {
	s.put(path, page{header: map[string]string{"Content-Type": "text/html; charset=utf-8"}, body: "<html><body><main><h1>お知らせ</h1><p>" + text + "</p></main></body></html>"})
}

func (s *site) feed(rows ...row) {
	var b bytes.Buffer
	b.WriteString(`<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel><title>お知らせ</title>`)
	for _, r := range rows {
		link := r.link
		if strings.HasPrefix(link, "/") {
			link = s.URL + link
		}
		fmt.Fprintf(&b, "<item><title>%s</title><link>%s</link>", html.EscapeString(r.title), html.EscapeString(link))
		if r.guid != "" {
			fmt.Fprintf(&b, `<guid isPermaLink="false">%s</guid>`, html.EscapeString(r.guid))
		}
		if r.summary != "" {
			fmt.Fprintf(&b, "<description>%s</description>", html.EscapeString(r.summary))
		}
		if !r.at.IsZero() {
			fmt.Fprintf(&b, "<pubDate>%s</pubDate>", r.at.Format(time.RFC1123Z))
		}
		b.WriteString("</item>")
	}
	b.WriteString("</channel></rss>")
	s.put("/feed", page{header: map[string]string{"Content-Type": "application/rss+xml"}, body: b.String()})
}

// ops collects what operations are told, each event once by what names it.
type ops struct {
	mu     sync.Mutex
	seen   map[string]bool
	events []breach.OpsEvent
}

func (o *ops) Report(_ context.Context, e breach.OpsEvent, occurrence string) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	if id := breach.OpsAlertID(e.Subject, e.Reason, occurrence); !o.seen[id] {
		o.seen[id] = true
		o.events = append(o.events, e)
	}
	return nil
}

// told lists the reasons, a healed one with a + before it.
func (o *ops) told() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	var list []string
	for _, e := range o.events {
		if e.Healed {
			e.Reason = "+" + e.Reason
		}
		list = append(list, e.Reason)
	}
	return strings.Join(list, " ")
}

// clock is a time that a test moves.
type clock struct {
	mu sync.Mutex
	t  time.Time
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.t
}

func (c *clock) add(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.t = c.t.Add(d)
}

// world is a site, a real stream and a watcher between them.
type world struct {
	*watcher.Watcher
	t      testing.TB
	site   *site
	bus    *stream.Bus
	states watcher.States
	ops    *ops
	clock  *clock
	cfg    watcher.Config
	deps   watcher.Deps
}

func newWorld(t testing.TB, change ...func(*world)) *world {
	t.Helper()
	log := zaptest.NewLogger(t, zaptest.Level(zap.PanicLevel))
	bus, err := stream.Open(t.Context(), stream.Config{DataDir: t.TempDir(), InProcess: true}, log)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		if err := bus.Close(ctx); err != nil {
			t.Error(err)
		}
	})
	states, err := bus.Bucket(t.Context(), stream.BucketConfig{Name: "sources"})
	if err != nil {
		t.Fatal(err)
	}
	w := &world{t: t, site: newSite(t), bus: bus, states: states, ops: &ops{seen: map[string]bool{}}, clock: &clock{t: time.Now()}}
	client := fetch.New(fetch.Config{AllowAll: true, Interval: time.Nanosecond, Concurrency: 8, Now: w.clock.now})
	t.Cleanup(client.Close)
	reader := extract.NewReader(extract.ReaderConfig{})
	t.Cleanup(func() {
		if err := reader.Close(context.Background()); err != nil {
			t.Error(err)
		}
	})
	w.cfg = watcher.Config{
		Sources: []watcher.Source{{
			ID: "source", Kind: watcher.KindFeed, URL: w.site.URL + "/feed", Schedule: cron.Every(10 * time.Minute),
			FirstRun: watcher.All, Documents: watcher.DocumentsNone, Zone: tokyo, Lister: watcher.Feed{},
		}},
		TimeZone: tokyo, Now: w.clock.now, Log: log,
		Announced: func(n *breach.Notice) bool { return strings.Contains(n.Title, "漏えい") },
	}
	w.deps = watcher.Deps{Fetch: client, Reader: reader, Notices: bus, Evidence: bus, States: states, Reporter: w.ops}
	for _, f := range change {
		f(w)
	}
	w.start()
	return w
}

var tokyo = time.FixedZone("JST", 9*60*60)

// documents lets the source fetch the document of every row.
func documents(w *world) { w.cfg.Sources[0].Documents = watcher.DocumentsAll }

func firstRun(f watcher.FirstRun) func(*world) {
	return func(w *world) { w.cfg.Sources[0].FirstRun = f }
}

// start makes a new watcher, as a restart of the daemon does.
func (w *world) start() {
	w.t.Helper()
	var err error
	if w.Watcher, err = watcher.New(w.cfg, w.deps); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) poll() {
	w.t.Helper()
	if err := w.PollOnce(w.t.Context(), "source"); err != nil {
		w.t.Fatal(err)
	}
}

// stored are all revisions in the stream, in its order.
func (w *world) stored() []breach.Notice {
	w.t.Helper()
	var list []breach.Notice
	_, err := w.bus.RecallNotices(w.t.Context(), "source", time.Time{}, func(n *breach.Notice) error {
		list = append(list, *n)
		return nil
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return list
}

// want compares the stored revisions: "title" for the first revision told,
// "(title)" for one of the backlog, "title#2" for a later one, "-" before what
// is withdrawn.
func (w *world) want(want ...string) {
	w.t.Helper()
	var got []string
	for _, n := range w.stored() {
		text := n.Title
		if n.Revision > 1 {
			text += fmt.Sprintf("#%d", n.Revision)
		}
		if n.Withdrawn {
			text = "-" + text
		}
		if n.Backlog {
			text = "(" + text + ")"
		}
		got = append(got, text)
	}
	if strings.Join(got, " ") != strings.Join(want, " ") {
		w.t.Errorf("stored %q, want %q", got, want)
	}
}

func (w *world) wantTold(want string) {
	w.t.Helper()
	if got := w.ops.told(); got != want {
		w.t.Errorf("operations were told %q, want %q: %v", got, want, w.ops.events)
	}
}

func (w *world) status() watcher.Status { return w.Status()[0] }

// latest is the last stored revision.
func (w *world) latest() breach.Notice {
	w.t.Helper()
	list := w.stored()
	if len(list) == 0 {
		w.t.Fatal("nothing is stored")
	}
	return list[len(list)-1]
}

// loseState forgets everything but the notices.
func (w *world) loseState() {
	w.t.Helper()
	for _, key := range []string{"source:source", "rows:source"} {
		if err := w.states.(*stream.Bucket).Delete(w.t.Context(), key); err != nil {
			w.t.Fatal(err)
		}
	}
	w.start()
}

// failing are notices and states that fail when a test says so.
type failing struct {
	watcher.Notices
	watcher.States
	mu       sync.Mutex
	saves    func(key string) error
	inserted func(n *breach.Notice) error // before the insertion
}

var errInjected = errors.New("injected failure")

func (f *failing) Save(ctx context.Context, key string, value []byte, revision uint64) (uint64, error) {
	f.mu.Lock()
	fail := f.saves
	f.mu.Unlock()
	if fail != nil {
		if err := fail(key); err != nil {
			return 0, err
		}
	}
	return f.States.Save(ctx, key, value, revision)
}

func (f *failing) InsertNotices(ctx context.Context, list []*breach.Notice, each func(int, *breach.Notice, bool, error) error) error {
	for i, n := range list {
		if f.inserted != nil {
			if err := f.inserted(n); err != nil {
				if err := each(i, nil, false, err); err != nil {
					return err
				}
				continue
			}
		}
		err := f.Notices.InsertNotices(ctx, []*breach.Notice{n}, func(_ int, latest *breach.Notice, stored bool, err error) error {
			return each(i, latest, stored, err)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// with puts the failing neighbours between watcher and stream.
func (f *failing) with(w *world) {
	f.Notices, f.States = w.deps.Notices, w.deps.States
	w.deps.Notices, w.deps.States = f, f
}
