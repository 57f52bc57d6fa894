package fetch

import (
	"context"
	"fmt"
	"net/http"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/temoto/robotstxt"
)

// ruled is a site with a robots.txt.
func ruled(t testing.TB, robots http.HandlerFunc) (url string, asked *atomic.Int32) {
	t.Helper()
	asked = &atomic.Int32{}
	s := site(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/robots.txt" {
			asked.Add(1)
			robots(w, r)
		}
	})
	return s.URL, asked
}

func says(t testing.TB, text string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) { write(t, w, []byte(text)) }
}

func status(code int) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(code) }
}

func TestRobotsTxtIsObeyed(t *testing.T) {
	for name, test := range map[string]struct {
		text             string
		allowed, refused []string
	}{
		"nothing in it":             {"", []string{"/", "/a?b=c"}, nil},
		"everything":                {"User-agent: *\nDisallow: /\n", nil, []string{"/", "", "/a", "/?q=1"}},
		"a folder":                  {"User-agent: *\nDisallow: /ir/\n", []string{"/", "/ir", "/news/ir/"}, []string{"/ir/", "/ir/news?p=1"}},
		"the longest rule wins":     {"User-agent: *\nDisallow: /ir/\nAllow: /ir/news/\n", []string{"/ir/news/1"}, []string{"/ir/x"}},
		"our own group wins":        {"User-agent: *\nDisallow: /\n\nUser-agent: oshirase\nDisallow: /private/\n", []string{"/ir/"}, []string{"/private/x"}},
		"only another's group":      {"User-agent: GPTBot\nDisallow: /\n", []string{"/"}, nil},
		"a query":                   {"User-agent: *\nDisallow: /*?page=\n", []string{"/news"}, []string{"/news?page=2"}},
		"an ending":                 {"User-agent: *\nDisallow: /*.pdf$\n", []string{"/a.pdf.html"}, []string{"/a.pdf"}},
		"Japanese as it is written": {"User-agent: *\nDisallow: /お知らせ/\n", []string{"/採用/"}, []string{"/お知らせ/1", "/%E3%81%8A%E7%9F%A5%E3%82%89%E3%81%9B/1", "/%e3%81%8a%e7%9f%a5%e3%82%89%e3%81%9b/1"}},
		"Japanese in escapes":       {"User-agent: *\nDisallow: /%E3%81%8A%E7%9F%A5%E3%82%89%E3%81%9B/\n", nil, []string{"/お知らせ/1", "/%e3%81%8a%e7%9f%a5%e3%82%89%e3%81%9b/1"}},
		"allowed in one form only":  {"User-agent: *\nDisallow: /\nAllow: /%e3%81%8a%e7%9f%a5%e3%82%89%e3%81%9b/\n", []string{"/お知らせ/1"}, []string{"/x"}},
		"an escaped slash is none":  {"User-agent: *\nDisallow: /a%2fb\n", []string{"/a/b"}, []string{"/a%2Fb"}},
		"an escaped letter is one":  {"User-agent: *\nDisallow: /%7Eir/\n", nil, []string{"/~ir/x", "/%7eir/x"}},
		"a byte order mark":         {"\xef\xbb\xbfUser-agent: *\r\nDisallow: /ir/\r\n", []string{"/"}, []string{"/ir/"}},
		"a page where it should be": {"<!doctype html><html><body>404 Not Found</body></html>", []string{"/"}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			url, _ := ruled(t, says(t, test.text))
			c := client(t)
			for _, path := range test.allowed {
				if _, err := c.Get(t.Context(), Request{URL: url + path}); err != nil {
					t.Errorf("%s: %v", path, err)
				}
			}
			for _, path := range test.refused {
				_, err := c.Get(t.Context(), Request{URL: url + path})
				refusal(t, err, RobotsDisallow, "robots: ignore")
				if _, err := get(t, c, url+path); err != nil {
					t.Errorf("where robots are ignored: %v", err)
				}
			}
		})
	}
}

func TestARobotsTxtThatCannotBeHad(t *testing.T) {
	for name, test := range map[string]struct {
		robots http.HandlerFunc
		reason Reason // "" lets the page through
	}{
		"not found":         {status(404), ""},
		"gone":              {status(410), ""},
		"forbidden":         {status(403), ""},
		"unauthorised":      {status(401), ""},
		"a fault":           {status(500), ServerStatus},
		"unavailable":       {status(503), ServerStatus},
		"too many requests": {status(429), RateLimited},
		"no content":        {status(204), ""},
		"another compression": {func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Encoding", "br")
			write(t, w, []byte("User-agent: *"))
		}, Decompression},
		"a redirect to it": {func(w http.ResponseWriter, r *http.Request) {
			if r.URL.RawQuery == "" {
				http.Redirect(w, r, "/robots.txt?moved", http.StatusFound)
				return
			}
			write(t, w, []byte("User-agent: *\nDisallow: /\n"))
		}, RobotsDisallow},
		"redirects without end": {func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/robots.txt", http.StatusFound) }, ""},
		"rules without end": {func(w http.ResponseWriter, r *http.Request) {
			write(t, w, []byte("User-agent: *\nDisallow: /\n"+strings.Repeat("Allow: /nothing/of/all/this/\n", 40_000)))
		}, RobotsDisallow},
		"wildcards without end": {says(t, "User-agent: *\n"+strings.Repeat("Allow: /*a*b$\n", 3000)), RobotsDisallow},
	} {
		t.Run(name, func(t *testing.T) {
			url, _ := ruled(t, test.robots)
			_, err := client(t).Get(t.Context(), Request{URL: url + "/news"})
			if test.reason == "" {
				if err != nil {
					t.Error(err)
				}
				return
			}
			refusal(t, err, test.reason)
		})
	}
}

func TestRobotsTxtIsKept(t *testing.T) {
	now := time.Date(2026, 11, 20, 10, 0, 0, 0, time.UTC)
	answer := says(t, "User-agent: *\nDisallow: /ir/\n")
	url, asked := ruled(t, func(w http.ResponseWriter, r *http.Request) { answer(w, r) })
	c := client(t, func(c *Config) { c.Now = func() time.Time { return now } })
	ask := func(path string, reason Reason, total int32) {
		t.Helper()
		_, err := c.Get(t.Context(), Request{URL: url + path})
		if reason == "" && err != nil {
			t.Fatal(err)
		}
		if reason != "" {
			refusal(t, err, reason)
		}
		if got := asked.Load(); got != total {
			t.Fatalf("robots.txt is asked for %d times, want %d", got, total)
		}
	}
	ask("/", "", 1)
	ask("/ir/", RobotsDisallow, 1)
	now = now.Add(robotsAge - time.Second)
	ask("/", "", 1)
	now = now.Add(2 * time.Second)
	answer = status(500)
	ask("/ir/", RobotsDisallow, 2) // the old copy serves on
	ask("/", "", 2)
	now = now.Add(robotsFailed + time.Second)
	answer = status(404)
	ask("/ir/", "", 3)
}

func TestAFaultOfRobotsTxtIsRememberedForAShortWhile(t *testing.T) {
	now := time.Now()
	answer := status(500)
	url, asked := ruled(t, func(w http.ResponseWriter, r *http.Request) { answer(w, r) })
	c := client(t, func(c *Config) { c.Now = func() time.Time { return now } })
	for range 3 {
		_, err := c.Get(t.Context(), Request{URL: url + "/"})
		refusal(t, err, ServerStatus, "server error")
	}
	if asked.Load() != 1 {
		t.Errorf("asked %d times", asked.Load())
	}
	answer = says(t, "")
	now = now.Add(robotsFailed + time.Second)
	if _, err := c.Get(t.Context(), Request{URL: url + "/"}); err != nil {
		t.Error(err)
	}
}

func TestOneRequestForRobotsTxtServesAllWhoWait(t *testing.T) {
	arrived, goOn := make(chan struct{}, 9), make(chan struct{})
	url, asked := ruled(t, func(w http.ResponseWriter, r *http.Request) {
		arrived <- struct{}{}
		select {
		case <-goOn:
		case <-r.Context().Done():
		}
	})
	c := client(t)
	leader, stop := context.WithCancel(t.Context())
	var wg sync.WaitGroup
	wg.Go(func() {
		_, err := c.Get(leader, Request{URL: url + "/leader"})
		refusal(t, err, Stopped)
	})
	<-arrived
	for i := range 4 {
		wg.Go(func() {
			if _, err := c.Get(t.Context(), Request{URL: fmt.Sprint(url, "/", i)}); err != nil {
				t.Errorf("one who waited with a leader that gave up: %v", err)
			}
		})
	}
	stop()
	<-arrived
	close(goOn)
	wg.Wait()
	if n := asked.Load(); n > 5 {
		t.Errorf("asked %d times", n)
	}
}

func TestEachHopOfARedirectAsksItsOwnRobotsTxt(t *testing.T) {
	closed, _ := ruled(t, says(t, "User-agent: *\nDisallow: /\n"))
	s := site(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/go" {
			http.Redirect(w, r, closed+"/x", http.StatusFound)
		}
	})
	_, err := client(t).Get(t.Context(), Request{URL: s.URL + "/go"})
	refusal(t, err, RobotsDisallow, closed+"/x", "redirected from "+s.URL+"/go")
}

func TestTheCacheOfRobotsTxtIsBounded(t *testing.T) {
	now := time.Now()
	c := client(t, func(c *Config) { c.Now = func() time.Time { return now } })
	group := (&robotstxt.RobotsData{}).FindGroup(robotsName)
	for i := range 3 * maxRobots {
		c.robots.keep(fmt.Sprintf("https://h%d.example", i), robotsEntry{group: group, until: now.Add(robotsAge)})
		if i%7 == 0 {
			now = now.Add(time.Minute)
		}
	}
	if n := len(c.robots.byHost); n > maxRobots {
		t.Errorf("%d entries", n)
	}
}

func TestAHostileRobotsTxtTakesLittleMemory(t *testing.T) {
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	url, _ := ruled(t, says(t, "User-agent: *\n"+strings.Repeat("Disallow: /a\n", 38_000)+strings.Repeat("Disallow: /*a$\n", maxWildcards-1)))
	c := client(t)
	if _, err := c.Get(t.Context(), Request{URL: url + "/"}); err != nil {
		t.Fatal(err)
	}
	runtime.GC()
	runtime.ReadMemStats(&after)
	if kept := int64(after.HeapAlloc) - int64(before.HeapAlloc); kept > 24<<20 {
		t.Errorf("%d bytes are kept", kept)
	}
	runtime.KeepAlive(c)
}

func FuzzOneForm(f *testing.F) {
	f.Add("/%E3%81%8A知らせ/%2f?%zz%")
	f.Fuzz(func(t *testing.T, s string) {
		once := oneForm(s)
		if len(once) > len(s) {
			t.Errorf("%q grows to %q", s, once)
		}
		if strings.Count(once, "\n") != strings.Count(s, "\n") {
			t.Errorf("%q gives other lines: %q", s, once)
		}
	})
}
