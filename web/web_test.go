package web_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"oshirase/breach"
	"oshirase/web"
)

var now = time.Date(2026, 11, 24, 6, 0, 0, 0, time.UTC)

const hostile = `<script>document.title="owned"</script>"><img src=x onerror=alert(1)>`

// shelf is a reader with what it is given.
type shelf struct {
	alerts []breach.Alert
	err    error
}

func (s shelf) Alerts(context.Context, int, time.Time) ([]breach.Alert, error) {
	return s.alerts, s.err
}
func (s shelf) Alert(_ context.Context, id string) (*breach.Alert, error) {
	for i := range s.alerts {
		if s.alerts[i].ID == id {
			return &s.alerts[i], nil
		}
	}
	return nil, s.err
}
func (s shelf) IncidentAlerts(_ context.Context, id string) ([]breach.Alert, error) {
	var list []breach.Alert
	for _, a := range s.alerts {
		if a.Incident != nil && a.Incident.ID == id {
			list = append(list, a)
		}
	}
	return list, s.err
}
func (s shelf) Deliveries(context.Context, string, int) ([]breach.Delivery, error) {
	return []breach.Delivery{{Receiver: "soc", Outcome: breach.Dead, At: now, Reason: hostile}}, s.err
}
func (s shelf) Summary(context.Context, time.Time, time.Time, int) (web.Summary, error) {
	return web.Summary{Notices: 7, Breaches: 1, Alerts: map[breach.Severity]int{breach.High: 1},
		Receivers: []web.ReceiverSummary{{ID: "soc", Sent: 1, Dead: 1, Slowest: time.Second}},
		Days:      []web.Day{{Start: now, Alerts: map[breach.Severity]int{breach.High: 3, breach.Low: 1}}}}, s.err
}

func alerts() []breach.Alert {
	incident := &breach.Incident{ID: "i1", Members: []breach.Member{{Notice: breach.NoticeHead{Title: hostile, URL: "javascript:alert(1)", Source: "tdnet", Revision: 1}}}}
	return []breach.Alert{{ID: "a1", Kind: breach.AlertNew, Severity: breach.High, CreatedAt: now, Incident: incident, Notice: breach.NoticeHead{Title: hostile}}}
}

func config(s shelf) web.Config {
	return web.Config{
		Listen: "127.0.0.1:0", Version: "test", Reader: s,
		Sources: func() []web.Source {
			return []web.Source{{ID: "tdnet", Kind: "tdnet", URL: "javascript:alert(2)", State: "unhealthy", Reason: "timeout", Message: hostile}}
		},
		Describe: func(a *breach.Alert, lang string) web.AlertView {
			return web.AlertView{Badge: "高", KindWord: "新規", Summary: "不正アクセス: 架空商事 " + lang, Title: a.Notice.Title, Link: "javascript:alert(3)",
				Watchlist: []string{hostile}, Changes: []web.Change{{Label: "漏えい", From: hostile, To: "確認"}}, Facts: []web.Fact{{Label: "手口", Value: hostile}}, Quotes: []web.Fact{{Label: "漏えい", Value: hostile}}}
		},
		Health:  func(context.Context) []web.Check { return []web.Check{{Name: "streams"}} },
		Ready:   func() bool { return true },
		Metrics: prometheus.NewRegistry(), Now: func() time.Time { return now },
	}
}

// serve runs a server until the test ends and returns its root.
func serve(t testing.TB, cfg web.Config) string {
	t.Helper()
	s, err := web.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- s.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	return "http://" + s.Addr()
}

func get(t testing.TB, client *http.Client, address string, header ...string) (*http.Response, string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i+1 < len(header); i += 2 {
		if header[i] == "Host" {
			r.Host = header[i+1]
		}
		r.Header.Set(header[i], header[i+1])
	}
	response, err := client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response, string(body)
}

func TestPagesShowWhatHappenedAndNothingOfAStrangersScript(t *testing.T) {
	root := serve(t, config(shelf{alerts: alerts()}))
	for _, path := range []string{"/", "/?lang=en", "/incidents/i1", "/incidents/i1?lang=en"} {
		response, body := get(t, http.DefaultClient, root+path)
		if response.StatusCode != http.StatusOK || !strings.Contains(body, "架空商事") {
			t.Errorf("%s: %s\n%s", path, response.Status, body)
		}
		for _, bad := range []string{"<script>document", "<img src=x", "href=\"javascript", "ZgotmplZ)"} {
			if strings.Contains(body, bad) {
				t.Errorf("%s holds %s", path, bad)
			}
		}
		if policy := response.Header.Get("Content-Security-Policy"); !strings.Contains(policy, "default-src 'none'") || strings.Contains(policy, "unsafe") {
			t.Errorf("%s: policy %s", path, policy)
		}
		if strings.Contains(body, "<no value>") || strings.Contains(body, " style=") || strings.Contains(body, "onclick") {
			t.Errorf("%s: a gap, or inline code:\n%s", path, body)
		}
	}
}

func TestAnEmptyMonitorHelps(t *testing.T) {
	cfg := config(shelf{})
	cfg.Sources = func() []web.Source { return nil }
	_, body := get(t, http.DefaultClient, serve(t, cfg)+"/", "Accept-Language", "ja")
	if !strings.Contains(body, "まだアラートはありません") || !strings.Contains(body, "sources に追加") {
		t.Error(body)
	}
}

func TestWhatIsUnknownOrBrokenSaysSo(t *testing.T) {
	root := serve(t, config(shelf{}))
	for path, want := range map[string]int{"/incidents/none": 404, "/api/v1/incidents/none": 404, "/api/v1/alerts/none": 404, "/api/v1/alerts?limit=0": 400, "/api/v1/alerts?before=yesterday": 400, "/nowhere": 404, "/static/../web.go": 404, "/static/": 404} {
		if response, body := get(t, http.DefaultClient, root+path); response.StatusCode != want {
			t.Errorf("%s: %s, want %d\n%s", path, response.Status, want, body)
		}
	}
	broken := serve(t, config(shelf{err: errors.New("disk on fire")}))
	for _, path := range []string{"/", "/incidents/i", "/api/v1/alerts", "/api/v1/deliveries"} {
		response, body := get(t, http.DefaultClient, broken+path)
		if response.StatusCode != http.StatusInternalServerError || strings.Contains(body, "disk on fire") {
			t.Errorf("%s: %s %s", path, response.Status, body)
		}
	}
}

func TestTheAPIGivesWhatThePageShows(t *testing.T) {
	root := serve(t, config(shelf{alerts: alerts()}))
	for path, key := range map[string]string{"/api/v1/alerts": "alerts", "/api/v1/deliveries": "deliveries", "/api/v1/sources": "sources", "/api/v1/incidents/i1": "incident", "/api/v1/alerts/a1": "kind"} {
		_, body := get(t, http.DefaultClient, root+path)
		var answer map[string]any
		if err := json.Unmarshal([]byte(body), &answer); err != nil || answer[key] == nil {
			t.Errorf("%s: %v %s", path, err, body)
		}
	}
	if _, body := get(t, http.DefaultClient, root+"/api/v1/openapi.yaml"); !strings.Contains(body, "openapi: 3.1.0") {
		t.Error(body)
	}
}

func TestHealthTellsWhichPartIsUnwell(t *testing.T) {
	cfg := config(shelf{})
	ready := false
	cfg.Ready = func() bool { return ready }
	cfg.Health = func(context.Context) []web.Check {
		return []web.Check{{Name: "streams", Err: errors.New("the disk is full")}, {Name: "other"}}
	}
	root := serve(t, cfg)
	if response, body := get(t, http.DefaultClient, root+"/healthz"); response.StatusCode != 503 || body != "streams: the disk is full\nother: ok\n" {
		t.Errorf("%s %q", response.Status, body)
	}
	if response, _ := get(t, http.DefaultClient, root+"/readyz"); response.StatusCode != 503 {
		t.Error(response.Status)
	}
	_, page := get(t, http.DefaultClient, root+"/?lang=en")
	if !strings.Contains(page, "The monitor has a problem") || !strings.Contains(page, "the disk is full") {
		t.Error(page)
	}
}

func TestBeyondLoopbackAskForTheToken(t *testing.T) {
	cfg := config(shelf{alerts: alerts()})
	cfg.Listen = "0.0.0.0:0"
	if _, err := web.New(cfg); err == nil || !strings.Contains(err.Error(), "web.token_file") {
		t.Fatalf("error %v", err)
	}
	cfg.Token = breach.NewSecret("hunter2")
	root := strings.Replace(serve(t, cfg), "[::]", "127.0.0.1", 1)
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	client := &http.Client{Jar: jar}
	if response, _ := get(t, client, root+"/api/v1/alerts"); response.StatusCode != http.StatusUnauthorized {
		t.Errorf("the API without a token: %s", response.Status)
	}
	if response, _ := get(t, client, root+"/metrics", "Authorization", "Bearer wrong"); response.StatusCode != http.StatusUnauthorized {
		t.Errorf("a wrong token: %s", response.Status)
	}
	if response, _ := get(t, client, root+"/api/v1/alerts", "Authorization", "Bearer hunter2"); response.StatusCode != http.StatusOK {
		t.Errorf("the right token: %s", response.Status)
	}
	if response, body := get(t, client, root+"/"); response.Request.URL.Path != "/login" || strings.Contains(body, "架空商事") {
		t.Errorf("the page without a token: %s", response.Request.URL)
	}
	if response, _ := get(t, client, root+"/healthz"); response.StatusCode != http.StatusOK {
		t.Errorf("health: %s", response.Status)
	}
	for _, token := range []string{"wrong", "hunter2"} {
		response, err := client.PostForm(root+"/login", url.Values{"token": {token}})
		if err != nil {
			t.Fatal(err)
		}
		response.Body.Close()
		if in := response.StatusCode == http.StatusOK; in != (token == "hunter2") {
			t.Errorf("login with %s: %s", token, response.Status)
		}
	}
	response, body := get(t, client, root+"/")
	if response.Request.URL.Path != "/" || !strings.Contains(body, "架空商事") {
		t.Errorf("after the login: %s", response.Request.URL)
	}
	at, err := url.Parse(root)
	if err != nil {
		t.Fatal(err)
	}
	for _, cookie := range jar.Cookies(at) {
		if strings.Contains(cookie.Value, "hunter2") {
			t.Error("the cookie shows the token")
		}
	}
}

func TestAForeignNameForLoopbackIsRefused(t *testing.T) {
	root := serve(t, config(shelf{alerts: alerts()}))
	if response, _ := get(t, http.DefaultClient, root+"/", "Host", "rebound.example"); response.StatusCode != http.StatusMisdirectedRequest {
		t.Errorf("%s", response.Status)
	}
	if response, _ := get(t, http.DefaultClient, root+"/", "Host", "localhost:1"); response.StatusCode != http.StatusOK {
		t.Errorf("%s", response.Status)
	}
}

func TestThePageWorksInABrowser(t *testing.T) {
	binary, err := exec.LookPath("chromium")
	if err != nil {
		if os.Getenv("CI") != "" {
			t.Fatal("chromium is missing: .ci/run installs it")
		}
		t.Skip("chromium is not installed")
	}
	root := serve(t, config(shelf{alerts: alerts()}))
	profile := t.TempDir()
	out, err := exec.CommandContext(t.Context(), binary, "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
		"--disable-background-networking", "--disable-component-update", "--disable-sync", "--user-data-dir="+profile,
		"--virtual-time-budget=3000", "--dump-dom", root+"/?lang=ja").Output()
	if err != nil {
		t.Fatal(err)
	}
	dom := string(out)
	if strings.Contains(dom, "<title>owned") || !strings.Contains(dom, "監視に問題があります") || !strings.Contains(dom, "架空商事") {
		t.Errorf("the browser sees:\n%s", dom)
	}
}
