package fetch

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// loopback is the address that the sites of the tests are at, and no other.
var loopback = []netip.Prefix{netip.MustParsePrefix("127.0.0.1/32")}

// site serves on loopback until the test ends.
func site(t testing.TB, handler http.HandlerFunc) *httptest.Server {
	t.Helper()
	s := httptest.NewServer(handler)
	t.Cleanup(s.Close)
	return s
}

// client may ask loopback, as often as it likes.
func client(t testing.TB, change ...func(*Config)) *Client {
	t.Helper()
	cfg := Config{AllowAll: true, Interval: time.Nanosecond, Concurrency: 8, Timeout: 20 * time.Second}
	for _, c := range change {
		c(&cfg)
	}
	c := New(cfg)
	t.Cleanup(c.Close)
	return c
}

// get asks without robots.txt.
func get(t testing.TB, c *Client, url string) (*Response, error) {
	t.Helper()
	return c.Get(t.Context(), Request{URL: url, Robots: RobotsIgnore})
}

// refusal is the *Error that err must be, with the reason and the words.
func refusal(t testing.TB, err error, reason Reason, words ...string) *Error {
	t.Helper()
	failed, ok := errors.AsType[*Error](err)
	if !ok || failed.Reason != reason {
		t.Fatalf("error %v (%+v), want reason %q", err, failed, reason)
	}
	for _, w := range words {
		if !strings.Contains(err.Error(), w) {
			t.Errorf("error %q does not say %q", err, w)
		}
	}
	return failed
}

func write(t testing.TB, w http.ResponseWriter, body []byte) {
	if _, err := w.Write(body); err != nil {
		t.Logf("the client went away: %v", err)
	}
}
