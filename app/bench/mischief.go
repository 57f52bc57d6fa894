package bench

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// Mischief is a [Site] that misbehaves in the ways that sites do, each feed and
// request in another, until it is told to be calm.
type Mischief struct {
	*Site
	calm atomic.Bool
	mu   sync.Mutex
	gets map[string]int
	bomb []byte // 64 MiB of spaces in gzip
}

// NewMischief makes one.
func NewMischief(items int) *Mischief {
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	blank := bytes.Repeat([]byte(" "), 1<<20)
	for range 64 {
		_, _ = z.Write(blank) // a buffer takes everything
	}
	_ = z.Close()
	return &Mischief{Site: NewSite(items), gets: map[string]int{}, bomb: packed.Bytes()}
}

// Calm lets every feed answer well from now on, or not.
func (m *Mischief) Calm(calm bool) { m.calm.Store(calm) }

// ServeHTTP implements [http.Handler].
func (m *Mischief) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	number, isFeed := strings.CutPrefix(r.URL.Path, "/feed/")
	feed, err := strconv.Atoi(number)
	if m.calm.Load() || !isFeed || err != nil {
		m.Site.ServeHTTP(w, r)
		return
	}
	m.mu.Lock()
	m.gets[r.URL.Path]++
	turn := m.gets[r.URL.Path]
	m.mu.Unlock()
	ways := m.ways()
	// Every feed is well in one turn of four, and goes through all ways.
	if turn%4 == 0 {
		m.Site.ServeHTTP(w, r)
		return
	}
	ways[(feed+turn)%len(ways)](w, r, feed)
}

type way func(w http.ResponseWriter, r *http.Request, feed int)

func status(code int, header ...string) way {
	return func(w http.ResponseWriter, _ *http.Request, _ int) {
		for i := 0; i+1 < len(header); i += 2 {
			w.Header().Set(header[i], header[i+1])
		}
		w.WriteHeader(code)
		_, _ = io.WriteString(w, "Service Unavailable")
	}
}

func body(contentType, text string) way {
	return func(w http.ResponseWriter, _ *http.Request, _ int) {
		w.Header().Set("Content-Type", contentType)
		_, _ = io.WriteString(w, text)
	}
}

func (m *Mischief) ways() []way {
	return []way{
		status(http.StatusInternalServerError),
		status(http.StatusServiceUnavailable, "Retry-After", "1"),
		status(http.StatusTooManyRequests, "Retry-After", "1"),
		status(http.StatusNotFound),
		status(http.StatusGone),
		status(http.StatusForbidden),
		status(http.StatusNotModified),
		status(http.StatusFound, "Location", "/feed/x"),
		body("text/html; charset=utf-8", "<!DOCTYPE html><html><head><title>メンテナンス中</title></head><body><p>ただいまメンテナンス中です。</p></body></html>"),
		body("application/rss+xml", ""),
		body("application/rss+xml; charset=x-unknown", "<?xml version=\"1.0\" encoding=\"x-unknown\"?><rss version=\"2.0\"><channel><title>t</title></channel></rss>"),
		body("application/rss+xml", "<rss version=\"2.0\"><channel><title>お知らせ</title></channel></rss>"),
		body("application/rss+xml", "<rss><channel><item><title>\x00\x01\xff"),
		m.cut, m.reset, m.slow, m.huge, m.loop, m.notGzip, m.gzipBomb, m.hugeHeader, m.shuffled, m.shuffled,
	}
}

// cut breaks off in the middle of the body.
func (m *Mischief) cut(w http.ResponseWriter, _ *http.Request, feed int) {
	text := m.body(feed, m.items)
	w.Header().Set("Content-Length", strconv.Itoa(len(text)))
	_, _ = io.WriteString(w, text[:len(text)/2])
	panic(http.ErrAbortHandler)
}

// reset closes the connection without an answer.
func (m *Mischief) reset(http.ResponseWriter, *http.Request, int) { panic(http.ErrAbortHandler) }

// slow never answers.
func (m *Mischief) slow(_ http.ResponseWriter, r *http.Request, _ int) { <-r.Context().Done() }

// huge sends blanks until the client has enough.
func (m *Mischief) huge(w http.ResponseWriter, _ *http.Request, _ int) {
	blank := bytes.Repeat([]byte(" "), 64<<10)
	for range 1024 {
		if _, err := w.Write(blank); err != nil {
			return
		}
	}
}

func (m *Mischief) loop(w http.ResponseWriter, r *http.Request, _ int) {
	http.Redirect(w, r, r.URL.Path, http.StatusMovedPermanently)
}

func (m *Mischief) notGzip(w http.ResponseWriter, _ *http.Request, _ int) {
	w.Header().Set("Content-Encoding", "gzip")
	_, _ = io.WriteString(w, "this is no gzip")
}

func (m *Mischief) gzipBomb(w http.ResponseWriter, _ *http.Request, _ int) {
	w.Header().Set("Content-Encoding", "gzip")
	_, _ = w.Write(m.bomb)
}

func (m *Mischief) hugeHeader(w http.ResponseWriter, _ *http.Request, _ int) {
	w.Header().Set("X-Huge", strings.Repeat("x", 2<<20))
	_, _ = io.WriteString(w, "ok")
}

// shuffled is the feed in another order, with other GUIDs and trackers on its
// links: the same items.
func (m *Mischief) shuffled(w http.ResponseWriter, _ *http.Request, feed int) {
	text := m.body(feed, m.items+added(feed, m.version.Load()))
	head, rest, _ := strings.Cut(text, "<item>")
	rest = strings.TrimSuffix(rest, "</channel></rss>\n")
	items := strings.Split(rest, "<item>")
	var b strings.Builder
	b.WriteString(head)
	flip := time.Now().UnixNano()
	for i := range items {
		item := items[len(items)-1-i]
		item = strings.Replace(item, ".html</link>", fmt.Sprintf(".html?utm_source=rss&amp;utm_campaign=%d</link>", flip), 1)
		item = strings.Replace(item, "urn:feed:", fmt.Sprintf("urn:%d:", flip), 1)
		b.WriteString("<item>" + item)
	}
	b.WriteString("</channel></rss>\n")
	w.Header().Set("Content-Type", "application/rss+xml; charset=utf-8")
	_, _ = io.WriteString(w, b.String())
}
