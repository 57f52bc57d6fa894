package web_test

import (
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"oshirase/breach"
	"oshirase/web"
)

var regexpFile = regexp.MustCompile(`/static/style\.css\?v=[0-9a-f]{12}`)

// hostile are texts that a source may send.
func hostile(t *testing.T) []string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", "hostile.txt"))
	if err != nil {
		t.Fatal(err)
	}
	return strings.Split(strings.TrimSpace(string(b)), "\n")
}

// poison puts a text into every field that comes from a source.
func poison(t *testing.T, texts []string) (*shelf, web.Config, []string) {
	s := newShelf(t)
	s.hold = true
	defer s.flush()
	paths := []string{"/", "/alerts", "/alerts?limit=200", "/deliveries", "/deliveries?outcome=dead", "/login"}
	for _, text := range texts {
		n := notice("tdnet", text, text, "本文\n"+text+"\n続き", breach.Publisher{Name: text, Code: text}, now)
		n.URL, n.Source, n.PreviousTitle, n.Language = text, text, text, text
		facts := breach.Case{Victim: text, Severity: breach.High, PrimaryVector: breach.Vector(""), LeakStatus: breach.LeakConfirmed, AffectedCount: ptr[int64](3),
			Counts: []breach.Count{{Value: 3, Unit: text}}, ThirdParty: text,
			Evidence: map[string][]breach.Quote{
				text:          {{Text: text, In: "text", Start: len("本文\n"), End: len("本文\n") + len(text)}},
				"leak_status": {{Text: text, In: "title", Start: 0, End: len(text)}},
				"third_party": {{Text: text, In: "text", Start: -1, End: 1 << 40}},
			}}
		a := s.tell(event{notice: n, facts: facts, kind: breach.AlertNew, at: now, watch: []breach.WatchlistMatch{{Name: text, Tags: []string{text}}},
			changes: []breach.Change{{Field: text, From: text, To: text}}})
		s.deliver(a, text, breach.Dead, time.Second, text)
		s.put(breach.StreamAlerts, breach.Alert{ID: "ops" + text, Kind: breach.AlertOps, Severity: breach.Medium, CreatedAt: now, Ops: &breach.OpsEvent{Subject: text, Message: text}})
		paths = append(paths, "/incidents/"+a.Incident.ID)
		if len(text) < 128 {
			paths = append(paths, "/deliveries?receiver="+url.QueryEscape(text), "/login?next="+url.QueryEscape(text), "/incidents/gone?lang="+url.QueryEscape(text))
		}
		paths = append(paths, "/incidents/"+url.PathEscape(text), "/alerts?severity="+url.QueryEscape(text))
	}
	cfg := config(s.book)
	cfg.Sources = func() []web.Source {
		var list []web.Source
		for _, text := range texts {
			list = append(list, web.Source{ID: text, Kind: text, URL: text, State: web.SourceUnhealthy, Reason: text, Message: text})
		}
		return list
	}
	return s, cfg, paths
}

func TestNothingThatASourceSendsBecomesMarkup(t *testing.T) {
	texts := hostile(t)
	_, cfg, paths := poison(t, texts)
	root := serve(t, cfg)
	for _, path := range paths {
		got := get(t, root+path, "Accept-Language", "en")
		if got.status >= 500 {
			t.Fatalf("%s: %d\n%s", path, got.status, got.body)
		}
		if strings.Contains(got.header.Get("Content-Type"), "html") && got.header.Get("Location") == "" {
			checkMarkup(t, path, got.body)
		}
	}
	body := get(t, root+"/").body
	for _, text := range texts {
		if !strings.Contains(html.UnescapeString(body), text) {
			t.Errorf("the text is lost: %q", text)
		}
	}
}

// checkMarkup lets through only what our templates may make.
func checkMarkup(t *testing.T, path, body string) {
	t.Helper()
	elements := map[string]bool{}
	for _, name := range strings.Fields(`html head meta title link script noscript body a header div img b span nav section p strong time ul li main footer h1 h2 h3
		ol svg rect table caption thead tbody tr th td dl dt dd article figure blockquote figcaption mark form label select option input button details summary code i`) {
		elements[name] = true
	}
	scripts := 0
	for z := html.NewTokenizer(strings.NewReader(body)); z.Next() != html.ErrorToken; {
		token := z.Token()
		if token.Type != html.StartTagToken && token.Type != html.SelfClosingTagToken {
			continue
		}
		if !elements[token.Data] {
			t.Errorf("%s: element <%s>", path, token.Data)
		}
		if token.Data == "script" {
			scripts++
		}
		for _, a := range token.Attr {
			switch {
			case strings.HasPrefix(a.Key, "on") || a.Key == "style" || a.Key == "srcdoc" || strings.Contains(a.Val, "ZgotmplZ"):
				t.Errorf("%s: <%s %s=%q>", path, token.Data, a.Key, a.Val)
			case a.Key == "href" || a.Key == "src" || a.Key == "action":
				checkLink(t, path, token, a.Val)
			}
		}
	}
	if want := strings.Count(body, "/static/live.js"); scripts != want || want > 1 {
		t.Errorf("%s: %d scripts, %d of ours", path, scripts, want)
	}
}

func checkLink(t *testing.T, path string, token html.Token, link string) {
	t.Helper()
	u, err := url.Parse(link)
	if err != nil {
		t.Errorf("%s: link %q: %v", path, link, err)
		return
	}
	if u.Scheme == "" && u.Host == "" {
		return
	}
	rel, target := "", ""
	for _, a := range token.Attr {
		if a.Key == "rel" {
			rel = a.Val
		}
		if a.Key == "target" {
			target = a.Val
		}
	}
	if token.Data != "a" || (u.Scheme != "http" && u.Scheme != "https") || rel != "noopener noreferrer" || target != "_blank" {
		t.Errorf("%s: <%s> leads to %q with rel %q", path, token.Data, link, rel)
	}
}

func TestEveryAnswerIsGuarded(t *testing.T) {
	s := story(t)
	root := serve(t, config(s.book))
	for _, path := range []string{"/", "/incidents/" + grown(t, s), "/nowhere", "/login", "/static/style.css", "/static/live.js", "/api/v1/alerts", "/api/v1/nothing", "/healthz", "/metrics"} {
		h := get(t, root+path).header
		csp := h.Get("Content-Security-Policy")
		for _, want := range []string{"default-src 'none'", "style-src 'self'", "script-src 'self'", "frame-ancestors 'none'", "base-uri 'none'", "form-action 'self'"} {
			if !strings.Contains(csp, want) {
				t.Errorf("%s: the policy lacks %s", path, want)
			}
		}
		if strings.Contains(csp, "unsafe") || strings.Contains(csp, "http:") || strings.Contains(csp, "*") {
			t.Errorf("%s: a policy with holes: %s", path, csp)
		}
		for name, want := range map[string]string{"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer", "X-Frame-Options": "DENY", "Cross-Origin-Resource-Policy": "same-origin"} {
			if h.Get(name) != want {
				t.Errorf("%s: %s is %q", path, name, h.Get(name))
			}
		}
		if cache := h.Get("Cache-Control"); !strings.HasPrefix(path, "/static/") && cache != "no-store" {
			t.Errorf("%s: may be kept: %q", path, cache)
		}
	}
}

func TestOurFilesAreKeptForGoodByTheirVersion(t *testing.T) {
	root := serve(t, config(newShelf(t).book))
	versioned := regexpFile.FindString(get(t, root+"/").body)
	got := get(t, root+versioned)
	if got.status != 200 || !strings.Contains(got.header.Get("Cache-Control"), "immutable") || got.header.Get("Content-Type") != "text/css; charset=utf-8" {
		t.Errorf("%s: %d %v", versioned, got.status, got.header)
	}
	if again := get(t, root+versioned, "If-None-Match", got.header.Get("ETag")); again.status != 304 {
		t.Errorf("again: %d", again.status)
	}
	if other := get(t, root+"/static/style.css?v=old"); other.header.Get("Cache-Control") != "no-cache" {
		t.Errorf("another version: %s", other.header.Get("Cache-Control"))
	}
}

func TestAForeignNameForLoopbackIsRefused(t *testing.T) {
	s := story(t)
	root := serve(t, config(s.book))
	for host, want := range map[string]int{
		"rebound.example": 421, "rebound.example:8080": 421, "127.0.0.1.rebound.example": 421, "localhost.rebound.example": 421, "192.0.2.1": 421, "[2001:db8::1]:80": 421,
		"localhost": 200, "LOCALHOST:1": 200, "127.0.0.1": 200, "127.8.9.1:80": 200, "[::1]": 200, "[::1]:80": 200,
	} {
		for _, path := range []string{"/", "/api/v1/alerts"} {
			got := get(t, root+path, "Host", host)
			if got.status != want || (want == 421 && strings.Contains(got.body, "架空商事")) {
				t.Errorf("%s as %s: %d, want %d", path, host, got.status, want)
			}
		}
	}
	cfg := config(s.book)
	cfg.Token = breach.NewSecret("a token that is long enough")
	if got := get(t, serve(t, cfg)+"/api/v1/alerts", "Host", "soc.example", "Authorization", "Bearer a token that is long enough"); got.status != 200 {
		t.Errorf("a proxy's name, with the token: %d", got.status)
	}
}

func TestAnotherSiteCannotPostHere(t *testing.T) {
	cfg := config(newShelf(t).book)
	cfg.Token = breach.NewSecret(token)
	root := serve(t, cfg)
	for name, header := range map[string][]string{
		"by its origin": {"Origin", "https://evil.example"}, "by what the browser says": {"Sec-Fetch-Site", "cross-site"}, "from a neighbour": {"Sec-Fetch-Site", "same-site"},
	} {
		if got := post(t, root+"/login", "token="+token, header...); got.status != http.StatusForbidden || got.header.Get("Set-Cookie") != "" {
			t.Errorf("%s: %d", name, got.status)
		}
	}
	if got := post(t, root+"/login", "pad="+strings.Repeat("a", 20<<10)+"&token="+token); got.status != http.StatusForbidden {
		t.Errorf("a huge form: %d", got.status)
	}
	for _, method := range []string{http.MethodPut, http.MethodDelete, http.MethodPost} {
		r, err := http.NewRequestWithContext(t.Context(), method, root+"/api/v1/alerts", nil)
		if err != nil {
			t.Fatal(err)
		}
		if got := do(t, r, "Authorization", "Bearer "+token); got.status < 400 || got.status >= 500 {
			t.Errorf("%s: %d", method, got.status)
		}
	}
}

func TestAHugeHeaderIsRefused(t *testing.T) {
	root := serve(t, config(newShelf(t).book))
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, root+"/", nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("X-Huge", strings.Repeat("a", 64<<10))
	response, err := client(t).Do(r)
	if err != nil {
		return // the server hung up before it was told all
	}
	if err := response.Body.Close(); err != nil {
		t.Fatal(err)
	}
	if response.StatusCode != http.StatusRequestHeaderFieldsTooLarge {
		t.Errorf("%s", response.Status)
	}
}
