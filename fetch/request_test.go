package fetch

import (
	"bufio"
	"crypto/sha256"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
)

func TestADocumentComesWithWhatTheNextPollNeeds(t *testing.T) {
	now := time.Date(2026, 11, 20, 10, 0, 0, 0, time.FixedZone("", 9*3600))
	s := site(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("ETag", `W/"v1"`)
		w.Header().Set("Last-Modified", "Fri, 20 Nov 2026 00:00:00 GMT")
		write(t, w, []byte("お知らせ"))
	})
	got, err := get(t, client(t, func(c *Config) { c.Now = func() time.Time { return now } }), s.URL+"/news?page=1#top")
	if err != nil {
		t.Fatal(err)
	}
	if string(got.Body) != "お知らせ" || got.Status != 200 || got.NotModified || got.ETag != `W/"v1"` || got.LastModified != "Fri, 20 Nov 2026 00:00:00 GMT" {
		t.Errorf("%+v", got)
	}
	if want := fmt.Sprintf("%x", sha256.Sum256(got.Body)); got.SHA256 != want {
		t.Errorf("SHA256 %q, want %q", got.SHA256, want)
	}
	if got.URL != s.URL+"/news?page=1#top" || got.FinalURL != s.URL+"/news?page=1" || !got.FetchedAt.Equal(now) || got.FetchedAt.Location() != time.UTC {
		t.Errorf("URL %q, final %q, at %v", got.URL, got.FinalURL, got.FetchedAt)
	}
}

func TestAnUnchangedDocumentIsNoDocument(t *testing.T) {
	s := site(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("If-None-Match") == `"v1"` && r.Header.Get("If-Modified-Since") == "then" {
			w.WriteHeader(http.StatusNotModified)
			return
		}
		t.Errorf("validators %q %q", r.Header.Get("If-None-Match"), r.Header.Get("If-Modified-Since"))
	})
	got, err := client(t).Get(t.Context(), Request{URL: s.URL, Robots: RobotsIgnore, ETag: `"v1"`, LastModified: "then"})
	if err != nil || !got.NotModified || got.Body != nil || got.SHA256 != "" || got.Status != 304 {
		t.Fatalf("%+v, %v", got, err)
	}
	if got.ETag != `"v1"` || got.LastModified != "then" {
		t.Errorf("the validators are lost: %q %q", got.ETag, got.LastModified)
	}
}

func TestA304ThatNobodyAskedForIsAFault(t *testing.T) {
	s := site(t, func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(http.StatusNotModified) })
	_, err := get(t, client(t), s.URL)
	refusal(t, err, OtherStatus, "304 Not Modified")
}

func TestEveryStatusHasItsReasonAndRemedy(t *testing.T) {
	s := site(t, func(w http.ResponseWriter, r *http.Request) {
		var status int
		if _, err := fmt.Sscanf(r.URL.Path, "/%d", &status); err != nil {
			t.Error(err)
		}
		w.WriteHeader(status)
	})
	c := client(t)
	for status, want := range map[int]struct {
		reason Reason
		remedy string
	}{
		206: {OtherStatus, "browser"}, 300: {OtherStatus, "browser"}, 301: {OtherStatus, "browser"}, // nowhere to go
		400: {ClientStatus, "browser"}, 401: {Forbidden, "http.contact"}, 403: {Forbidden, "http.contact"},
		404: {NotFound, "correct url"}, 410: {NotFound, "correct url"}, 418: {ClientStatus, "browser"},
		500: {ServerStatus, "tried again"}, 503: {ServerStatus, "tried again"},
	} {
		_, err := get(t, c, fmt.Sprintf("%s/%d", s.URL, status))
		if e := refusal(t, err, want.reason, want.remedy, s.URL, fmt.Sprint(status)); e.Status != status {
			t.Errorf("status %d, want %d", e.Status, status)
		}
	}
	if got, err := get(t, c, s.URL+"/204"); err != nil || len(got.Body) != 0 || got.Status != 204 {
		t.Errorf("204: %+v, %v", got, err)
	}
}

func TestTheClientSaysWhoItIsAndNothingElse(t *testing.T) {
	var header http.Header
	s := site(t, func(w http.ResponseWriter, r *http.Request) { header = r.Header })
	for contact, want := range map[string]string{
		"soc@example.com":         "Oshirase/1.2 (+soc@example.com)",
		"":                        "Oshirase/1.2",
		"https://example.com/bot": "Oshirase/1.2 (+https://example.com/bot)",
		"a@b\r\nCookie: x=1":      "Oshirase/1.2 (+a@bCookie:x=1)",
		"a) Mozilla/5.0 (\x00\x7f連絡先 c@d.example": "Oshirase/1.2 (+aMozilla/5.0c@d.example)",
	} {
		if _, err := get(t, client(t, func(c *Config) { c.Contact, c.Version = contact, "1.2\n" }), s.URL); err != nil {
			t.Fatal(err)
		}
		if got := header.Get("User-Agent"); got != want {
			t.Errorf("contact %q gives %q, want %q", contact, got, want)
		}
		if got := header["Cookie"]; got != nil {
			t.Errorf("a cookie: %q", got)
		}
	}
	if header.Get("Referer") != "" || header.Get("Accept") != "*/*" || header.Get("Accept-Encoding") != "gzip, deflate" {
		t.Errorf("headers %v", header)
	}
}

// raw answers every connection with the same bytes and closes it.
func raw(t testing.TB, answer string) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	t.Cleanup(func() { _ = l.Close(); <-done })
	go func() {
		defer close(done)
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			if _, err := http.ReadRequest(bufio.NewReader(conn)); err == nil {
				_, _ = conn.Write([]byte(answer)) // the client may have gone
			}
			_ = conn.Close()
		}
	}()
	return "http://" + l.Addr().String()
}

func TestAValidatorThatCannotBeSentBackIsForgotten(t *testing.T) {
	for name, etag := range map[string]string{
		"a control character": "\"a\x01b\"",
		"longer than needed":  `"` + strings.Repeat("x", 2000) + `"`,
	} {
		got, err := get(t, client(t), raw(t, "HTTP/1.1 200 OK\r\nETag: "+etag+"\r\nContent-Length: 2\r\n\r\nok"))
		if err == nil && got.ETag != "" || err != nil && !strings.Contains(err.Error(), "header") {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
	s := site(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Header["If-None-Match"] != nil || r.Header["If-Modified-Since"] != nil {
			t.Errorf("sent %v", r.Header)
		}
	})
	if _, err := client(t).Get(t.Context(), Request{URL: s.URL, Robots: RobotsIgnore, ETag: "a\r\nX: 1", LastModified: "\x00"}); err != nil {
		t.Error(err)
	}
}

func TestAFormIsPostedAndFollowsNoRedirect(t *testing.T) {
	s := site(t, func(w http.ResponseWriter, r *http.Request) {
		if err := r.ParseForm(); err != nil || r.Method != http.MethodPost || r.PostForm.Get("q") != "不正アクセス" {
			t.Errorf("%s %v %v", r.Method, r.PostForm, err)
		}
		if r.URL.Path == "/moved" {
			http.Redirect(w, r, "/", http.StatusFound)
		}
	})
	form := url.Values{"q": {"不正アクセス"}}
	if _, err := client(t).Get(t.Context(), Request{URL: s.URL, Robots: RobotsIgnore, Form: form}); err != nil {
		t.Error(err)
	}
	_, err := client(t).Get(t.Context(), Request{URL: s.URL + "/moved", Robots: RobotsIgnore, Form: form})
	refusal(t, err, Redirects)
}

func TestWhatIsNoHTTPIsTheHostsFault(t *testing.T) {
	for name, test := range map[string]struct {
		answer string
		reason Reason
	}{
		"nothing at all":            {"", Network},
		"another protocol":          {"SSH-2.0-OpenSSH_9.6\r\n", Network},
		"a body that is broken off": {"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc", Network},
		"a chunk of no length":      {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", Network},
		"control characters":        {"HTTP/1.1 200 OK\r\nA\x1b[31mB\nC: \x07d\r\n\r\n", Network},
		"two lengths":               {"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab", Network},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := get(t, client(t), raw(t, test.answer))
			refusal(t, err, test.reason, "tried again")
			if strings.ContainsFunc(err.Error(), func(r rune) bool { return r < ' ' }) {
				t.Errorf("a control character in %q", err)
			}
		})
	}
}

func TestWhereNobodyListensTheConnectionIsRefused(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	at := l.Addr().String()
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	_, err = get(t, client(t), "http://"+at)
	refusal(t, err, Refused, "down or the port is wrong")
}
