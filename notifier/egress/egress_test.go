package egress

import (
	"context"
	"crypto/tls"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"oshirase/breach"
	"oshirase/notifier"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func client(t *testing.T, url string, secrets ...string) *Client {
	t.Helper()
	cfg := Config{Endpoint: breach.NewSecret(url)}
	for _, s := range secrets {
		cfg.Secrets = append(cfg.Secrets, breach.NewSecret(s))
	}
	c, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	return c
}

func TestTheStatusDecidesTheAnswer(t *testing.T) {
	now := time.Now()
	c := client(t, "http://127.0.0.1/hook")
	for name, test := range map[string]struct {
		status           int
		header, body     string
		pause, permanent bool
		wait             time.Duration
		says             string
	}{
		"yes":                           {status: 204},
		"accepted":                      {status: 202},
		"429 in seconds":                {status: 429, header: "9", pause: true, wait: 9 * time.Second},
		"429 with a date":               {status: 429, header: now.Add(2 * time.Hour).UTC().Format(http.TimeFormat), pause: true, wait: time.Hour},
		"429 with a date that is past":  {status: 429, header: now.Add(-time.Hour).UTC().Format(http.TimeFormat), pause: true, wait: time.Second},
		"429 with nonsense":             {status: 429, header: "soon", pause: true, wait: defaultWait},
		"429 with a negative wait":      {status: 429, header: "-5", pause: true, wait: time.Second},
		"429 with its wait in the body": {status: 429, body: `{"retry_after": 2.5}`, pause: true, wait: 2500 * time.Millisecond},
		"503 that asks for a rest":      {status: 503, header: "30", pause: true, wait: 30 * time.Second},
		"503 alone":                     {status: 503, wait: defaultWait},
		"502":                           {status: 502, wait: defaultWait},
		"a request that took too long":  {status: 408, wait: defaultWait},
		"401":                           {status: 401, permanent: true, says: "correct the secret"},
		"404":                           {status: 404, permanent: true, says: "correct the URL"},
		"413":                           {status: 413, permanent: true, says: "raise the size"},
		"422 with its reason":           {status: 422, body: "field x is\x00 missing", permanent: true, says: "field x is missing"},
		"a redirect":                    {status: 308, permanent: true, says: "redirects are not followed"},
	} {
		t.Run(name, func(t *testing.T) {
			r := &Response{Status: test.status, Header: http.Header{}, Body: []byte(test.body)}
			if test.header != "" {
				r.Header.Set("Retry-After", test.header)
			}
			err := c.Answer(r, "")
			if (err == nil) != (test.status < 300) {
				t.Fatalf("Answer = %v", err)
			}
			wait, _ := breach.RetryDelay(err)
			if notifier.IsPause(err) != test.pause || breach.IsPermanent(err) != test.permanent || wait != test.wait {
				t.Errorf("Answer = %v: pause %v, permanent %v, wait %s", err, notifier.IsPause(err), breach.IsPermanent(err), wait)
			}
			if err != nil && !strings.Contains(err.Error(), test.says) {
				t.Errorf("Answer = %v, want %q", err, test.says)
			}
		})
	}
}

func TestNoErrorShowsMoreOfTheEndpointThanItsHost(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		w.WriteHeader(http.StatusBadRequest)
		_, _ = io.WriteString(w, "you asked for "+r.URL.RequestURI()+" with "+r.Header.Get("Authorization"))
	}))
	defer server.Close()
	user := strings.Replace(server.URL, "://", "://name:s3cr3t-user@", 1)
	c := client(t, user+"/s3cr3t-path?key=s3cr3t-query", "s3cr3t-token")
	resp, err := c.Post(t.Context(), http.Header{"Authorization": {"Bearer s3cr3t-token"}}, []byte("{}"))
	if err != nil {
		t.Fatal(err)
	}
	refused := c.Answer(resp, "")
	server.Close()
	_, gone := c.Post(t.Context(), nil, nil)
	over, cancel := context.WithTimeout(t.Context(), 0)
	defer cancel()
	_, late := c.Post(over, nil, nil)
	for _, err := range []error{refused, gone, late} {
		if err == nil || strings.Contains(err.Error(), "s3cr3t") || !strings.Contains(err.Error(), c.Host()) {
			t.Errorf("error %v", err)
		}
	}
}

func TestAnEndlessAnswerIsCutAndARedirectNotFollowed(t *testing.T) {
	elsewhere := 0
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/endless":
			for r.Context().Err() == nil {
				if _, err := w.Write(make([]byte, 64<<10)); err != nil {
					return
				}
			}
		case "/away":
			http.Redirect(w, r, "/elsewhere", http.StatusTemporaryRedirect)
		case "/elsewhere":
			elsewhere++
		}
	}))
	defer server.Close()
	c := client(t, server.URL+"/endless")
	resp, err := c.Post(t.Context(), nil, nil)
	if err != nil || len(resp.Body) != maxResponse {
		t.Errorf("%d bytes were read, %v", len(resp.Body), err)
	}
	if resp, err = client(t, server.URL+"/away").Post(t.Context(), nil, nil); err != nil || resp.Status != http.StatusTemporaryRedirect || elsewhere != 0 {
		t.Errorf("status %d, %v, %d requests elsewhere", resp.Status, err, elsewhere)
	}
}

func TestAnUnknownCertificateIsRefused(t *testing.T) {
	server := httptest.NewUnstartedServer(http.NotFoundHandler())
	server.TLS = &tls.Config{MinVersion: tls.VersionTLS12}
	server.Config.ErrorLog = log.New(io.Discard, "", 0) // the refusal is meant
	server.StartTLS()
	defer server.Close()
	_, err := client(t, server.URL+"/hook").Post(t.Context(), nil, nil)
	if err == nil || breach.IsPermanent(err) || !strings.Contains(err.Error(), "certificate") {
		t.Errorf("Post = %v", err)
	}
}

func TestPlainHTTPStaysInPrivateNetworks(t *testing.T) {
	for url, want := range map[string]string{
		"https://hooks.example/x":        "",
		"http://127.0.0.1:9/x":           "",
		"http://[::1]/x":                 "",
		"http://10.0.0.7/x":              "",
		"http://siem/x":                  "",
		"http://siem.internal./x":        "",
		"http://hooks.example/s3cr3t":    "uses http to hooks.example: use https",
		"http://203.0.113.7/s3cr3t":      "use https",
		"ftp://hooks.example/s3cr3t":     `the scheme "ftp"`,
		"hooks.example/s3cr3t":           "is no URL",
		"https:///s3cr3t":                "is no URL",
		"https://hooks.example:x/s3cr3t": "is no URL",
	} {
		err := CheckURL(url)
		if (err == nil) != (want == "") || err != nil && (!strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "s3cr3t")) {
			t.Errorf("CheckURL(%q) = %v, want %q", url, err, want)
		}
	}
}
