package web_test

import (
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"testing"
	"time"

	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
	"go.uber.org/zap/zaptest/observer"

	"oshirase/breach"
	"oshirase/web"
)

const token = "7c1e9a53f0b24d86"

func locked(t *testing.T) (string, *shelf) {
	s := story(t)
	cfg := config(s.book)
	cfg.Listen, cfg.Token = "0.0.0.0:0", breach.NewSecret(token)
	return serve(t, cfg), s
}

func TestBeyondLoopbackATokenIsNeeded(t *testing.T) {
	cfg := config(newShelf(t).book)
	for _, listen := range []string{"0.0.0.0:0", ":0", "[::]:0"} {
		cfg.Listen = listen
		if _, err := web.New(cfg); err == nil || !strings.Contains(err.Error(), "web.token_file") {
			t.Errorf("%s: error %v", listen, err)
		}
	}
	core, logs := observer.New(zapcore.WarnLevel)
	cfg.Token, cfg.Log = breach.NewSecret("short"), zap.New(core)
	s, err := web.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if logs.FilterMessageSnippet("short enough to be guessed").Len() != 1 || strings.Contains(logs.All()[0].Message, `"short"`) {
		t.Errorf("log %v", logs.All())
	}
}

func TestWithoutTheTokenNothingIsShown(t *testing.T) {
	root, s := locked(t)
	incident := grown(t, s)
	for _, path := range []string{"/api/v1/alerts", "/api/v1/incidents/" + incident, "/api/v1/sources", "/api/v1/openapi.yaml", "/metrics"} {
		for _, header := range [][]string{nil, {"Authorization", "Bearer wrong"}, {"Authorization", "Bearer "}, {"Authorization", "Basic " + token}, {"Authorization", token},
			{"Cookie", "oshirase_session=" + token}, {"Cookie", "oshirase_session=9999999999.00"}, {"Cookie", "oshirase_session="}} {
			got := get(t, root+path, header...)
			if got.status != http.StatusUnauthorized || !strings.HasPrefix(got.header.Get("WWW-Authenticate"), "Bearer") {
				t.Errorf("%s with %v: %d", path, header, got.status)
			}
		}
		if got := get(t, root+path, "Authorization", "bearer "+token); got.status != http.StatusOK {
			t.Errorf("%s with the token: %d", path, got.status)
		}
	}
	for _, path := range []string{"/", "/alerts?severity=high", "/incidents/" + incident, "/deliveries", "/nowhere"} {
		got := get(t, root+path)
		if want := "/login?next=" + url.QueryEscape(path); got.status != http.StatusSeeOther || got.header.Get("Location") != want {
			t.Errorf("%s: %d to %s", path, got.status, got.header.Get("Location"))
		}
	}
	if login := get(t, root+"/login"); login.status != 200 || strings.Contains(login.body, "架空商事") || strings.Contains(login.body, "security-news") {
		t.Errorf("the login page: %d\n%s", login.status, login.body)
	}
}

func TestALoginLastsAMonthAndShowsNoToken(t *testing.T) {
	s := story(t)
	cfg := config(s.book)
	cfg.Token = breach.NewSecret(token)
	clock := now
	cfg.Now = func() time.Time { return clock }
	root := serve(t, cfg)

	wrong := post(t, root+"/login", "token=wrong&next=%2Falerts", "Accept-Language", "en")
	if wrong.status != http.StatusForbidden || !strings.Contains(wrong.body, "not the token") || !strings.Contains(wrong.body, `value="/alerts"`) || wrong.header.Get("Set-Cookie") != "" {
		t.Errorf("a wrong token: %d\n%s", wrong.status, wrong.body)
	}
	in := post(t, root+"/login", "token="+token+"&next=%2Falerts%3Fseverity%3Dhigh")
	cookie := in.header.Get("Set-Cookie")
	if in.status != http.StatusSeeOther || in.header.Get("Location") != "/alerts?severity=high" {
		t.Fatalf("the login: %d to %s", in.status, in.header.Get("Location"))
	}
	for _, want := range []string{"HttpOnly", "SameSite=Strict", "Path=/"} {
		if !strings.Contains(cookie, want) {
			t.Errorf("the cookie lacks %s: %s", want, cookie)
		}
	}
	if strings.Contains(cookie, token) || strings.Contains(cookie, "Secure") {
		t.Errorf("cookie %s", cookie)
	}
	if over := post(t, root+"/login", "token="+token, "X-Forwarded-Proto", "https"); !strings.Contains(over.header.Get("Set-Cookie"), "Secure") {
		t.Errorf("behind TLS: %s", over.header.Get("Set-Cookie"))
	}
	session, _, _ := strings.Cut(cookie, ";")
	if page := get(t, root+"/", "Cookie", session); page.status != 200 || !strings.Contains(page.body, "架空商事") || !strings.Contains(page.body, `action="/logout"`) {
		t.Errorf("after the login: %d", page.status)
	}
	if page := get(t, root+"/login?next=%2Fdeliveries", "Cookie", session); page.header.Get("Location") != "/deliveries" {
		t.Errorf("logged in already: %d to %s", page.status, page.header.Get("Location"))
	}
	if altered := get(t, root+"/", "Cookie", session[:len(session)-1]+"x"); altered.status != http.StatusSeeOther {
		t.Errorf("an altered session: %d", altered.status)
	}
	expiry, mac, _ := strings.Cut(strings.TrimPrefix(session, "oshirase_session="), ".")
	if longer := get(t, root+"/", "Cookie", "oshirase_session=9"+expiry+"."+mac); longer.status != http.StatusSeeOther {
		t.Errorf("a session made longer: %d", longer.status)
	}
	clock = clock.Add(31 * 24 * time.Hour)
	if old := get(t, root+"/", "Cookie", session); old.status != http.StatusSeeOther {
		t.Errorf("an old session: %d", old.status)
	}
	if out := post(t, root+"/logout", ""); out.status != http.StatusSeeOther || !strings.Contains(out.header.Get("Set-Cookie"), "Max-Age=0") {
		t.Errorf("the logout: %d %s", out.status, out.header.Get("Set-Cookie"))
	}
}

func TestALoginLeadsNowhereElse(t *testing.T) {
	root, _ := locked(t)
	for next, want := range map[string]string{
		"/alerts?a=b": "/alerts?a=b", "": "/", "https://evil.example/": "/", "//evil.example/": "/", `/\evil.example`: "/", "evil": "/",
		"javascript:alert(1)": "/", "/%0d%0aSet-Cookie:x": "/%0d%0aSet-Cookie:x", "/a\r\nb": "/", "/\t/evil.example": "/",
	} {
		got := post(t, root+"/login", url.Values{"token": {token}, "next": {next}}.Encode())
		if got.header.Get("Location") != want {
			t.Errorf("next=%q leads to %q, want %q", next, got.header.Get("Location"), want)
		}
	}
}

func TestABrowserLogsInAndOut(t *testing.T) {
	root, _ := locked(t)
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	c := client(t)
	c.Jar, c.CheckRedirect = jar, nil
	visit := func(path string, form url.Values) string {
		t.Helper()
		ask := func() (*http.Response, error) { return c.Get(root + path) }
		if form != nil {
			ask = func() (*http.Response, error) { return c.PostForm(root+path, form) }
		}
		response, err := ask()
		if err != nil {
			t.Fatal(err)
		}
		if err := response.Body.Close(); err != nil {
			t.Fatal(err)
		}
		return response.Request.URL.Path
	}
	for _, step := range []struct {
		path string
		form url.Values
		ends string
	}{
		{"/deliveries", nil, "/login"}, {"/login", url.Values{"token": {token}, "next": {"/deliveries"}}, "/deliveries"},
		{"/", nil, "/"}, {"/logout", url.Values{}, "/login"}, {"/", nil, "/login"},
	} {
		if got := visit(step.path, step.form); got != step.ends {
			t.Errorf("%s ends at %s, want %s", step.path, got, step.ends)
		}
	}
}
