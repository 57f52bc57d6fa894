package fetch

import (
	"crypto/x509"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
)

// secure serves over TLS and returns the option that trusts it.
func secure(t testing.TB, handler http.HandlerFunc) (*httptest.Server, func(*Config)) {
	t.Helper()
	s := httptest.NewUnstartedServer(handler)
	s.Config.ErrorLog = log.New(io.Discard, "", 0) // refused handshakes are meant
	s.StartTLS()
	t.Cleanup(s.Close)
	pool := x509.NewCertPool()
	pool.AddCert(s.Certificate())
	return s, func(c *Config) { c.roots = pool }
}

func TestARedirectIsFollowedToItsEnd(t *testing.T) {
	var s *httptest.Server
	s = site(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/1":
			w.Header().Set("Location", "2?q=お知らせ#x") // relative, unescaped
			w.WriteHeader(http.StatusMovedPermanently)
		case "/2":
			http.Redirect(w, r, strings.Replace(s.URL, "http:", "", 1)+"/3", http.StatusSeeOther) // //host/3
		case "/3":
			http.Redirect(w, r, "/end", http.StatusPermanentRedirect)
		default:
			write(t, w, []byte("ok"))
		}
	})
	got, err := get(t, client(t), s.URL+"/1")
	if err != nil || got.FinalURL != s.URL+"/end" || got.URL != s.URL+"/1" || string(got.Body) != "ok" {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestRedirectsEnd(t *testing.T) {
	var asked atomic.Int32
	s := site(t, func(w http.ResponseWriter, r *http.Request) {
		asked.Add(1)
		n, err := strconv.Atoi(strings.TrimPrefix(r.URL.Path, "/"))
		switch {
		case err != nil: // a loop
			http.Redirect(w, r, r.URL.String(), http.StatusFound)
		case n > 0:
			http.Redirect(w, r, "/"+strconv.Itoa(n-1), http.StatusFound)
		}
	})
	_, err := get(t, client(t), s.URL+"/loop")
	refusal(t, err, Redirects, "too many redirects", s.URL+"/loop")
	if n := asked.Load(); n != 6 {
		t.Errorf("a loop is asked %d times, want 6", n)
	}
	if _, err := get(t, client(t), s.URL+"/5"); err != nil {
		t.Errorf("five hops: %v", err)
	}
	_, err = get(t, client(t), s.URL+"/6")
	refusal(t, err, Redirects)
}

func TestARedirectPassesTheSameChecks(t *testing.T) {
	for name, test := range map[string]struct {
		to     string
		reason Reason
		says   string
	}{
		"the metadata service":       {"http://169.254.169.254/latest/meta-data/", PrivateAddress, "169.254.169.254"},
		"a private address":          {"http://10.1.2.3/", PrivateAddress, "10.1.2.3"},
		"loopback by IPv6":           {"http://[::1]/", PrivateAddress, "::1"},
		"loopback mapped to IPv6":    {"http://[::ffff:127.0.0.2]/", PrivateAddress, "127.0.0.2"},
		"full-width digits":          {"http://１２７.０.０.２/", PrivateAddress, "127.0.0.2"},
		"a file":                     {"file:///etc/passwd", BadURL, "http and https"},
		"gopher":                     {"gopher://127.0.0.1/", BadURL, "http and https"},
		"a user name":                {"http://admin:hunter2@127.0.0.1/", BadURL, "user name"},
		"the port of a mail server":  {"http://127.0.0.1:25/", BadURL, "port 25"},
		"what is no address":         {"http://[::1", Redirects, "no address"},
		"no host":                    {"http:///x", BadURL, "no host"},
		"an escape that is none":     {"http://a%zz/", Redirects, "no address"},
		"an address of 10 kilobytes": {"/" + strings.Repeat("a", 10<<10), Redirects, "longer than"},
	} {
		t.Run(name, func(t *testing.T) {
			s := site(t, func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("Location", test.to)
				w.WriteHeader(http.StatusFound)
			})
			_, err := get(t, client(t, func(c *Config) { c.AllowAll, c.AllowPrivate = false, loopback }), s.URL+"/start?token=t0psecret")
			refusal(t, err, test.reason, test.says)
			if strings.Contains(err.Error(), "hunter2") || strings.Contains(err.Error(), "t0psecret") {
				t.Errorf("a secret in %q", err)
			}
			if test.reason == PrivateAddress && !strings.Contains(err.Error(), "redirected from "+s.URL+"/start") {
				t.Errorf("%q does not say who redirected", err)
			}
		})
	}
}

func TestARedirectMayNotLeaveTLS(t *testing.T) {
	plain := site(t, func(w http.ResponseWriter, r *http.Request) { t.Error("asked without TLS") })
	s, trust := secure(t, func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, plain.URL, http.StatusFound) })
	_, err := get(t, client(t, trust), s.URL)
	refusal(t, err, Redirects, "https to http")

	up := site(t, func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, s.URL+"/x", http.StatusFound) })
	s.Config.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {})
	if got, err := get(t, client(t, trust), up.URL); err != nil || got.FinalURL != s.URL+"/x" {
		t.Errorf("from http to https: %+v, %v", got, err)
	}
}

func TestTLSIsVerified(t *testing.T) {
	s, trust := secure(t, func(w http.ResponseWriter, r *http.Request) {})
	_, err := get(t, client(t), s.URL)
	refusal(t, err, TLS, "certificate")
	if got, err := get(t, client(t, trust), s.URL); err != nil || got.Status != 200 {
		t.Errorf("a host that is trusted: %v", err)
	}
	elsewhere := client(t, trust, func(c *Config) { c.resolver = names(t, map[string][]string{"other.example": {"127.0.0.1"}}) })
	_, err = get(t, elsewhere, strings.Replace(s.URL, "127.0.0.1", "other.example", 1))
	refusal(t, err, TLS, "other.example")
	plain := site(t, func(w http.ResponseWriter, r *http.Request) {})
	_, err = get(t, client(t), strings.Replace(plain.URL, "http:", "https:", 1))
	refusal(t, err, TLS, "protocol")
}
