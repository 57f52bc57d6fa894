package web

import (
	"net/url"
	"strings"
	"testing"

	"oshirase/breach"
)

// FuzzLocalPath: a login never leads to another site, and where it leads is
// stable.
func FuzzLocalPath(f *testing.F) {
	for _, s := range []string{"/", "/alerts?a=b", "//evil.example", `/\evil.example`, "https://evil.example", "/%5cevil", "/a//b", "javascript:alert(1)", "/\t/x", "/?next=//x"} {
		f.Add(s)
	}
	base, err := url.Parse("http://127.0.0.1:8080/login")
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, next string) {
		got := localPath(next)
		to, err := base.Parse(got)
		if err != nil || to.Host != base.Host || to.Scheme != "http" || !strings.HasPrefix(got, "/") || strings.HasPrefix(got, "//") || strings.ContainsAny(got, "\\\r\n\t") {
			t.Fatalf("%q leads to %q (%v)", next, got, err)
		}
		if again := localPath(got); again != got {
			t.Fatalf("%q leads to %q, and then to %q", next, got, again)
		}
	})
}

// FuzzSafeLink: what is shown as a link leads to a web page and to nobody's
// account.
func FuzzSafeLink(f *testing.F) {
	for _, s := range []string{"https://www.example/a?b#c", "javascript:alert(1)", "HTTPS://x", "https://user@host/", "https:///x", "http://[::1]/", "https://例え.example/路"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		link := safeLink(raw)
		if link == "" {
			return
		}
		u, err := url.Parse(link)
		if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" || u.User != nil {
			t.Fatalf("%q is shown as %q", raw, link)
		}
	})
}

// FuzzAlertQuery: parameters either make a bounded query of the vocabulary or
// are refused.
func FuzzAlertQuery(f *testing.F) {
	for _, s := range []string{"", "limit=5&severity=high", "limit=-1", "vector=x", "watched=maybe", "before=" + strings.Repeat("a", 300), "%zz", "limit=5&limit=900"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		values, err := url.ParseQuery(raw)
		if err != nil {
			return
		}
		q, err := alertQuery(values)
		if err != nil {
			return
		}
		if q.Limit < 1 || q.Limit > maxRows || len(q.Before) > maxID || len(q.Incident) > maxID {
			t.Fatalf("%q gives %+v", raw, q)
		}
		if q.Severity != "" && q.Severity.Rank() < 0 || q.Vector != "" && !strings.Contains(strings.Join(ids(breach.Vectors()), " "), string(q.Vector)) {
			t.Fatalf("%q gives %+v", raw, q)
		}
	})
}
