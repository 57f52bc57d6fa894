package fetch

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// newsSite answers 304 to who knows the page, as a poll mostly meets it.
func newsSite(t testing.TB) *httptest.Server {
	page := []byte(strings.Repeat("<item><title>個人情報の漏えいに関するお知らせ</title></item>\n", 270)) // 22 KB
	return site(t, func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.URL.Path == "/robots.txt":
			write(t, w, []byte("User-agent: *\nDisallow: /private/\n"))
		case r.Header.Get("If-None-Match") != "":
			w.WriteHeader(http.StatusNotModified)
		default:
			w.Header().Set("ETag", `"v1"`)
			write(t, w, page)
		}
	})
}

// poll asks once, with the client or with a bare net/http client.
func poll(t testing.TB, c *Client, url, etag string) {
	got, err := c.Get(t.Context(), Request{URL: url, ETag: etag})
	if err != nil || got.NotModified != (etag != "") {
		t.Fatal(got, err)
	}
}

func pollBare(t testing.TB, bare *http.Client, url, etag string) {
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	if etag != "" {
		r.Header.Set("If-None-Match", etag)
	}
	answer, err := bare.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.Copy(io.Discard, answer.Body); err != nil {
		t.Fatal(err)
	}
	if err := answer.Body.Close(); err != nil {
		t.Fatal(err)
	}
}

func bareClient(t testing.TB) *http.Client {
	bare := &http.Client{Transport: &http.Transport{DisableCompression: true}}
	t.Cleanup(bare.CloseIdleConnections)
	return bare
}

// BenchmarkPoll is the client beside a bare one in the same run: what
// politeness and the checks cost. The server's share is in both.
func BenchmarkPoll(b *testing.B) {
	for _, kind := range []struct{ name, etag string }{{"304", `"v1"`}, {"200", ""}} {
		b.Run(kind.name+"/client", func(b *testing.B) {
			s, c := newsSite(b), client(b)
			b.ReportAllocs()
			for b.Loop() {
				poll(b, c, s.URL+"/feed", kind.etag)
			}
		})
		b.Run(kind.name+"/bare", func(b *testing.B) {
			s, bare := newsSite(b), bareClient(b)
			b.ReportAllocs()
			for b.Loop() {
				pollBare(b, bare, s.URL+"/feed", kind.etag)
			}
		})
	}
}

func TestAnUnchangedDocumentCostsLittleMoreThanABareRequest(t *testing.T) {
	s, c, bare := newsSite(t), client(t), bareClient(t)
	ours := testing.AllocsPerRun(300, func() { poll(t, c, s.URL+"/feed", `"v1"`) })
	floor := testing.AllocsPerRun(300, func() { pollBare(t, bare, s.URL+"/feed", `"v1"`) })
	if ours > 1.5*floor {
		t.Errorf("%.0f allocations, a bare client has %.0f", ours, floor)
	}
}
