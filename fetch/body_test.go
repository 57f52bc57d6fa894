package fetch

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"context"
	"errors"
	"io"
	"net/http"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func packed(t testing.TB, into func(io.Writer) io.WriteCloser, body []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	w := into(&b)
	if _, err := w.Write(body); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func gzipped(w io.Writer) io.WriteCloser { return gzip.NewWriter(w) }
func zlibbed(w io.Writer) io.WriteCloser { return zlib.NewWriter(w) }

func deflated(w io.Writer) io.WriteCloser {
	f, err := flate.NewWriter(w, flate.BestCompression)
	if err != nil {
		panic(err) // the level is a constant
	}
	return f
}

// serve answers body under a content encoding.
func serve(t testing.TB, encoding string, body []byte) string {
	return site(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Encoding", encoding)
		write(t, w, body)
	}).URL
}

func TestEveryEncodingThatIsOfferedIsUndone(t *testing.T) {
	text := []byte(strings.Repeat("個人情報の漏えいに関するお知らせ\n", 500))
	for name, test := range map[string]struct {
		encoding string
		body     []byte
	}{
		"none":                      {"", text},
		"identity":                  {"identity", text},
		"gzip":                      {"gzip", packed(t, gzipped, text)},
		"gzip in capitals":          {"GZIP", packed(t, gzipped, text)},
		"x-gzip":                    {"x-gzip", packed(t, gzipped, text)},
		"gzip in two members":       {"gzip", append(packed(t, gzipped, text[:3000]), packed(t, gzipped, text[3000:])...)},
		"deflate as zlib":           {"deflate", packed(t, zlibbed, text)},
		"deflate bare":              {"deflate", packed(t, deflated, text)},
		"a charset in its place":    {"UTF-8", text},
		"the word none":             {"none", text},
		"an empty gzip of no bytes": {"gzip", nil},
	} {
		t.Run(name, func(t *testing.T) {
			want := text
			if test.body == nil {
				want = nil
			}
			got, err := get(t, client(t), serve(t, test.encoding, test.body))
			if err != nil || !bytes.Equal(got.Body, want) {
				t.Errorf("%d bytes, %v", len(got.Body), err)
			}
		})
	}
}

func TestWhatCannotBeUnpackedIsAFault(t *testing.T) {
	text := []byte(strings.Repeat("お知らせ", 2000))
	whole := packed(t, gzipped, text)
	broken := bytes.Clone(whole)
	broken[len(broken)-6] ^= 0xff // the checksum
	for name, test := range map[string]struct {
		encoding string
		body     []byte
	}{
		"gzip that is none":       {"gzip", text},
		"gzip cut in the middle":  {"gzip", whole[:len(whole)/2]},
		"a wrong checksum":        {"gzip", broken},
		"brotli, not asked for":   {"br", text},
		"zstd, not asked for":     {"zstd", text},
		"two encodings":           {"gzip, gzip", whole},
		"deflate that is neither": {"deflate", []byte("\xff\xff\xff\xff")},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := get(t, client(t), serve(t, test.encoding, test.body))
			refusal(t, err, Decompression, "browser")
		})
	}
}

// zeros are n bytes that compress a thousandfold.
func zeros(t testing.TB, into func(io.Writer) io.WriteCloser, n int) []byte {
	t.Helper()
	var b bytes.Buffer
	w := into(&b)
	block := make([]byte, 1<<20)
	for ; n > 0; n -= len(block) {
		if _, err := w.Write(block); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestABodyEndsAtItsLimitAndIsNeverCut(t *testing.T) {
	const limit = 1 << 20
	small := func(c *Config) { c.MaxBody = limit }
	member := packed(t, gzipped, nil)
	for name, handler := range map[string]http.HandlerFunc{
		"a length that is told": func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Length", strconv.Itoa(40<<20))
			write(t, w, make([]byte, 1000))
		},
		"one byte too many": func(w http.ResponseWriter, r *http.Request) { write(t, w, make([]byte, limit+1)) },
		"a body without end": func(w http.ResponseWriter, r *http.Request) {
			for r.Context().Err() == nil {
				if _, err := w.Write(make([]byte, 64<<10)); err != nil {
					return
				}
			}
		},
		"a gzip bomb": func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Encoding", "gzip")
			write(t, w, zeros(t, gzipped, 6<<20))
		},
		"a deflate bomb": func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Encoding", "deflate")
			write(t, w, zeros(t, zlibbed, 6<<20))
		},
		"empty gzip members without end": func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Encoding", "gzip")
			many := bytes.Repeat(member, 1000)
			for r.Context().Err() == nil {
				if _, err := w.Write(many); err != nil {
					return
				}
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := get(t, client(t, small), site(t, handler).URL)
			refusal(t, err, TooLarge, "1048576 bytes", "http.max_body_mib")
		})
	}
	s := site(t, func(w http.ResponseWriter, r *http.Request) { write(t, w, make([]byte, limit)) })
	if got, err := get(t, client(t, small), s.URL); err != nil || len(got.Body) != limit {
		t.Errorf("a body at the limit: %v", err)
	}
	_, err := client(t).Get(t.Context(), Request{URL: s.URL, Robots: RobotsIgnore, MaxBytes: 100})
	refusal(t, err, TooLarge, "more than 100")
}

func TestAPromisedLengthTakesNoMemory(t *testing.T) {
	answer := &http.Response{Header: http.Header{}, ContentLength: 1 << 30, Body: io.NopCloser(strings.NewReader("ab"))}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	body, err := readBody(answer, 2<<30)
	runtime.ReadMemStats(&after)
	if took := after.TotalAlloc - before.TotalAlloc; took > 8<<20 || string(body) != "ab" || err != nil {
		t.Errorf("%d bytes for %q, %v", took, body, err)
	}
}

func TestHeadersEndAtTheirLimit(t *testing.T) {
	s := site(t, func(w http.ResponseWriter, r *http.Request) {
		for i := range 100 {
			w.Header().Set("X-"+strconv.Itoa(i), strings.Repeat("x", 8<<10))
		}
	})
	_, err := get(t, client(t), s.URL)
	refusal(t, err, TooLarge, "headers", "262144 bytes")
}

func TestASlowHostCostsNoMoreThanTheTimeout(t *testing.T) {
	for name, handler := range map[string]http.HandlerFunc{
		"before its headers": func(w http.ResponseWriter, r *http.Request) { <-r.Context().Done() },
		"in its body": func(w http.ResponseWriter, r *http.Request) {
			write(t, w, []byte("<html>"))
			if err := http.NewResponseController(w).Flush(); err != nil {
				t.Error(err)
			}
			<-r.Context().Done()
		},
		"in a compressed body": func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Encoding", "gzip")
			write(t, w, packed(t, gzipped, []byte("abc"))[:5])
			if err := http.NewResponseController(w).Flush(); err != nil {
				t.Error(err)
			}
			<-r.Context().Done()
		},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := get(t, client(t, func(c *Config) { c.Timeout = 50 * time.Millisecond }), site(t, handler).URL)
			refusal(t, err, Timeout, "http.timeout")
		})
	}
}

func TestACallerThatStopsIsNoFaultOfTheHost(t *testing.T) {
	asked := make(chan struct{})
	s := site(t, func(w http.ResponseWriter, r *http.Request) { close(asked); <-r.Context().Done() })
	ctx, cancel := context.WithCancel(t.Context())
	go func() { <-asked; cancel() }()
	_, err := client(t).Get(ctx, Request{URL: s.URL, Robots: RobotsIgnore})
	refusal(t, err, Stopped)
}

// drip gives one byte a second.
type drip struct{ ctx context.Context }

func (d drip) Read(p []byte) (int, error) {
	select {
	case <-time.After(time.Second):
		p[0] = 'a'
		return 1, nil
	case <-d.ctx.Done():
		return 0, context.Cause(d.ctx)
	}
}

func (drip) Close() error { return nil }

func TestABodyThatDripsEndsWithTheTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeoutCause(t.Context(), 30*time.Second, errTimeout)
		defer cancel()
		start := time.Now()
		body, err := readBody(&http.Response{Header: http.Header{}, ContentLength: -1, Body: drip{ctx}}, 1<<20)
		if !errors.Is(err, errTimeout) || time.Since(start) > 31*time.Second || body != nil {
			t.Errorf("%q, %v after %s", body, err, time.Since(start))
		}
	})
}

func FuzzBody(f *testing.F) {
	f.Add([]byte("abc"), "gzip", 10)
	f.Add(packed(f, gzipped, []byte("個人情報")), "gzip", 100)
	f.Add(packed(f, zlibbed, []byte("個人情報")), "deflate", 3)
	f.Add(packed(f, deflated, []byte("個人情報")), "deflate", 100)
	f.Fuzz(func(t *testing.T, sent []byte, encoding string, limit int) {
		limit = limit&0xffff + 1
		read := func() ([]byte, error) {
			return readBody(&http.Response{
				Header: http.Header{"Content-Encoding": {encoding}}, ContentLength: int64(len(sent)), Body: io.NopCloser(bytes.NewReader(sent)),
			}, int64(limit))
		}
		body, err := read()
		if len(body) > limit {
			t.Errorf("%d bytes of %d", len(body), limit)
		}
		if err != nil && !errors.Is(err, errTooLarge) && !errors.Is(err, errDecompression) {
			t.Errorf("error %v", err)
		}
		if again, err2 := read(); !bytes.Equal(again, body) || (err == nil) != (err2 == nil) {
			t.Errorf("twice the same gives %q and %q", body, again)
		}
	})
}
