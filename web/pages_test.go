package web_test

import (
	"context"
	"errors"
	"flag"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"oshirase/breach"
	"oshirase/web"
)

var update = flag.Bool("update", false, "write the golden files anew")

// fileVersion is that of a style sheet or script in its address.
var fileVersion = regexp.MustCompile(`\?v=[0-9a-f]{12}`)

func golden(t *testing.T, name, got string) {
	t.Helper()
	got = fileVersion.ReplaceAllString(got, "?v=X")
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s differs; look, then run with -update:\n%s", path, diff)
	}
}

// grown is the incident of the story that grew.
func grown(t testing.TB, s *shelf) string {
	t.Helper()
	alerts, err := s.book.Alerts(t.Context(), breach.AlertQuery{Limit: 1, Severity: breach.Critical, Kind: breach.AlertEscalation})
	if err != nil || len(alerts) != 1 {
		t.Fatal(alerts, err)
	}
	return alerts[0].Incident.ID
}

func TestWhatPeopleRead(t *testing.T) {
	s := story(t)
	root := serve(t, config(s.book))
	incident := "/incidents/" + grown(t, s)
	empty := config(newShelf(t).book)
	empty.Sources = func() []web.Source { return nil }
	emptyRoot := serve(t, empty)
	locked := config(s.book)
	locked.Token = breach.NewSecret("a token that is long enough")
	lockedRoot := serve(t, locked)
	for name, page := range map[string]string{
		"overview": root + "/", "incident": root + incident, "alerts": root + "/alerts?severity=high&watched=true",
		"deliveries": root + "/deliveries?outcome=dead", "empty": emptyRoot + "/", "login": lockedRoot + "/login", "unknown": root + "/incidents/gone",
	} {
		for _, lang := range []string{"ja", "en"} {
			t.Run(name+"."+lang, func(t *testing.T) {
				got := get(t, page, "Accept-Language", lang)
				if got.header.Get("Content-Language") != lang {
					t.Errorf("language %s", got.header.Get("Content-Language"))
				}
				golden(t, name+"."+lang+".html", got.body)
			})
		}
	}
}

func TestThePageAnswersInOneLook(t *testing.T) {
	cfg := config(story(t).book)
	body := get(t, serve(t, cfg)+"/", "Accept-Language", "ja").body
	for what, want := range map[string]string{
		"what happened, and how bad":  "本日のアラートは 3件です（緊急 1件、高 1件、低 1件）",
		"who of mine is touched":      "架空商事 [supplier, tier-1]",
		"whether the monitor is well": "監視に注意が必要です",
		"which source is not":         "情報源 security-news から取得できていません",
		"what to do about it":         "フィードの新しいURLを設定してください",
		"who was not told":            "soc-mail に届けられなかった通知が 1件あります",
		"what moved":                  "58000",
	} {
		if !strings.Contains(body, want) {
			t.Errorf("the page does not tell %s: %q is missing", what, want)
		}
	}
}

func TestTheLightTellsHowTheMonitorIs(t *testing.T) {
	empty := newShelf(t).book
	well := func() []web.Source { return sources()[:2] }
	for name, test := range map[string]struct {
		change func(*web.Config)
		want   string
	}{
		"all is well":          {func(c *web.Config) { c.Sources = well }, `<section class="state well"`},
		"a source is broken":   {func(*web.Config) {}, `<section class="state warning"`},
		"a part does not work": {func(c *web.Config) { c.Health = failing }, `<section class="state trouble"`},
		"it has not begun": {func(c *web.Config) {
			c.Sources, c.Ready = well, func() bool { return false }
		}, `<section class="state starting"`},
	} {
		t.Run(name, func(t *testing.T) {
			cfg := config(empty)
			test.change(&cfg)
			if body := get(t, serve(t, cfg)+"/").body; !strings.Contains(body, test.want) {
				t.Errorf("want %s in\n%s", test.want, body)
			}
		})
	}
}

func failing(context.Context) []web.Check {
	return []web.Check{{Name: "streams", Err: errors.New("the disk is full")}, {Name: "other"}}
}

func TestTheLanguageIsTheReadersOwn(t *testing.T) {
	cfg := config(newShelf(t).book)
	cfg.Language = "en"
	root := serve(t, cfg)
	for name, test := range map[string]struct {
		path   string
		header []string
		want   string
	}{
		"nothing is asked for":          {"/", nil, "en"},
		"the browser asks":              {"/", []string{"Accept-Language", "ja-JP,ja;q=0.9,en;q=0.5"}, "ja"},
		"the browser prefers another":   {"/", []string{"Accept-Language", "de, ja;q=0.5"}, "ja"},
		"the browser asks for neither":  {"/", []string{"Accept-Language", "de"}, "en"},
		"the header is no header":       {"/", []string{"Accept-Language", strings.Repeat("-;q=x,", 200)}, "en"},
		"the address asks":              {"/?lang=ja", []string{"Accept-Language", "en"}, "ja"},
		"the reader chose it before":    {"/", []string{"Accept-Language", "en", "Cookie", "oshirase_lang=ja"}, "ja"},
		"the address asks for nonsense": {"/?lang=xx", []string{"Accept-Language", "ja"}, "ja"},
		"the cookie holds nonsense":     {"/", []string{"Cookie", "oshirase_lang=../../etc"}, "en"},
	} {
		t.Run(name, func(t *testing.T) {
			got := get(t, root+test.path, test.header...)
			if lang := got.header.Get("Content-Language"); lang != test.want || !strings.Contains(got.body, `<html lang="`+test.want+`">`) {
				t.Errorf("language %s, want %s", lang, test.want)
			}
		})
	}
	kept := get(t, root+"/?lang=ja").header.Get("Set-Cookie")
	if !strings.Contains(kept, "oshirase_lang=ja") || !strings.Contains(kept, "HttpOnly") {
		t.Errorf("the choice is not kept: %q", kept)
	}
}

func TestPagesBehindAPageAreReached(t *testing.T) {
	s := newShelf(t)
	for i := range 7 {
		key := string(rune('a' + i))
		s.tell(event{notice: notice("tdnet", key, "公表 "+key, "", breach.Publisher{}, now), kind: breach.AlertNew, at: now,
			facts: breach.Case{Severity: breach.Low, PrimaryVector: breach.DDoS}})
	}
	root := serve(t, config(s.book))
	next := regexp.MustCompile(`<a href="(/alerts\?[^"]*before=[^"]*)">以前`)
	path := "/alerts?limit=3&severity=low"
	var seen []string
	for range 3 {
		body := get(t, root+path, "Accept-Language", "ja").body
		for _, m := range regexp.MustCompile(`公表 [a-g]`).FindAllString(body, -1) {
			seen = append(seen, m[len(m)-1:])
		}
		m := next.FindStringSubmatch(body)
		if m == nil {
			break
		}
		path = strings.ReplaceAll(m[1], "&amp;", "&")
		if q, err := url.Parse(path); err != nil || q.Query().Get("severity") != "low" {
			t.Fatalf("the page behind forgets the filter: %s", path)
		}
	}
	if got := strings.Join(seen, ""); got != "gfedcba" {
		t.Errorf("seen %s", got)
	}
}

func TestAnAlertLeadsToItsIncident(t *testing.T) {
	s := story(t)
	root := serve(t, config(s.book))
	alerts, err := s.book.Alerts(t.Context(), breach.AlertQuery{Limit: 9})
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range alerts {
		want := "/#monitor"
		if a.Incident != nil {
			want = "/incidents/" + a.Incident.ID + "#alert-" + a.ID
		}
		if got := get(t, root+"/alerts/"+a.ID); got.status != 303 || got.header.Get("Location") != want {
			t.Errorf("alert %s leads to %s (%d), want %s", a.ID, got.header.Get("Location"), got.status, want)
		}
	}
}

func TestWhatIsUnknownWrongOrBrokenSaysSo(t *testing.T) {
	root := serve(t, config(newShelf(t).book))
	for path, want := range map[string]int{
		"/incidents/none": 404, "/alerts/none": 404, "/nowhere": 404, "/static/none": 404, "/static/": 404, "/static/../web.go": 307,
		"/alerts?severity=terrible": 400, "/alerts?limit=0": 400, "/deliveries?outcome=x": 400, "/alerts?before=" + strings.Repeat("a", 200): 400,
		"/api/v1/incidents/none": 404, "/api/v1/alerts/none": 404, "/api/v1/nothing": 404, "/api/v1/alerts?limit=1000": 400, "/api/v1/alerts?watched=perhaps": 400,
		"/api/v1/deliveries?limit=ten": 400, "/api/v1/alerts?before=gone": 200,
	} {
		got := get(t, root+path)
		if got.status != want {
			t.Errorf("%s: %d, want %d\n%s", path, got.status, want, got.body)
		}
		if strings.HasPrefix(path, "/api/") && want != 200 && got.header.Get("Content-Type") != "application/problem+json" {
			t.Errorf("%s: %s", path, got.header.Get("Content-Type"))
		}
	}
	s := newShelf(t)
	broken := serve(t, config(s.book))
	if err := s.book.Close(); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"/", "/alerts", "/deliveries", "/incidents/i", "/alerts/a", "/api/v1/alerts", "/api/v1/alerts/a", "/api/v1/incidents/i", "/api/v1/deliveries"} {
		got := get(t, broken+path, "Accept-Language", "en")
		if got.status != 500 || strings.Contains(got.body, "sql") || strings.Contains(got.body, "database is closed") {
			t.Errorf("%s: %d %s", path, got.status, got.body)
		}
		if !strings.Contains(got.body, "the log tells why") {
			t.Errorf("%s does not tell where to look: %s", path, got.body)
		}
	}
}

func TestAPageThatDidNotMoveIsNotSentAgain(t *testing.T) {
	s := story(t)
	root := serve(t, config(s.book))
	first := get(t, root+"/")
	tag := first.header.Get("ETag")
	if again := get(t, root+"/", "If-None-Match", tag); tag == "" || again.status != 304 || again.body != "" {
		t.Errorf("tag %q: %d", tag, again.status)
	}
	s.tell(event{notice: notice("tdnet", "more", "新しい公表", "", breach.Publisher{}, now), kind: breach.AlertNew, at: now, facts: breach.Case{Severity: breach.Low, PrimaryVector: breach.DDoS}})
	if moved := get(t, root+"/", "If-None-Match", tag); moved.status != 200 || !strings.Contains(moved.body, "新しい公表") {
		t.Errorf("after news: %d", moved.status)
	}
}
