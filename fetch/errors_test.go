package fetch

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestNoErrorShowsASecret(t *testing.T) {
	const secret = "s3cret"
	s := site(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/moves":
			http.Redirect(w, r, "/missing?key="+secret+"#"+secret, http.StatusFound)
		case "/leaves":
			http.Redirect(w, r, "http://10.0.0.1/?key="+secret, http.StatusFound)
		case "/nowhere":
			w.Header().Set("Location", "http://[::"+secret)
			w.WriteHeader(http.StatusFound)
		case "/broken":
			panic(http.ErrAbortHandler)
		default:
			w.WriteHeader(http.StatusNotFound)
		}
	})
	c := client(t, func(c *Config) { c.AllowAll = false; c.AllowPrivate = loopback })
	for _, raw := range []string{
		s.URL + "/moves?key=" + secret, s.URL + "/leaves?key=" + secret, s.URL + "/nowhere?key=" + secret, s.URL + "/broken?key=" + secret,
		s.URL + "/missing?key=" + secret + "#" + secret, strings.Replace(s.URL, "http://", "http://user:"+secret+"@", 1),
		"http://user:" + secret + "@[bad", "http://a.example:x/?" + secret, secret + "@\x7f", "http://127.0.0.1:1/?" + secret,
	} {
		_, err := get(t, c, raw)
		if err == nil {
			t.Fatalf("%s: no error", raw)
		}
		for e := err; e != nil; e = errors.Unwrap(e) {
			if strings.Contains(fmt.Sprintf("%v %+v %q", e, e, e.Error()), secret) {
				t.Errorf("%s: %#v", raw, e)
			}
		}
		if failed, ok := errors.AsType[*Error](err); !ok || strings.Contains(failed.URL, secret) {
			t.Errorf("%s: %+v", raw, failed)
		}
	}
}

func TestAMessageFromAHostIsBoundedAndPlain(t *testing.T) {
	got := clip("a\r\n\x1b[31mb\xff" + strings.Repeat("漏", 1000))
	if len(got) > maxMessage+len("…") || !utf8.ValidString(got) || strings.ContainsFunc(got, func(r rune) bool { return r < ' ' }) {
		t.Errorf("%q", got)
	}
}

func TestEveryReasonIsListedOnce(t *testing.T) {
	seen := map[Reason]bool{}
	for _, r := range Reasons() {
		if seen[r] || r == "" || strings.ToLower(string(r)) != string(r) {
			t.Errorf("reason %q", r)
		}
		seen[r] = true
	}
}
