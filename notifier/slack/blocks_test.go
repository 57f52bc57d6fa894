package slack

import (
	"bytes"
	"encoding/json"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	api "github.com/slack-go/slack"

	"oshirase/notifier/notifiertest"
	"oshirase/notifier/render"
)

func TestBlocksOfEveryExample(t *testing.T) {
	for _, e := range notifiertest.Alerts() {
		for _, language := range render.Languages() {
			t.Run(e.Name+"."+language, func(t *testing.T) {
				raw, err := newPayload(message(e.Alert, language).View).encode()
				if err != nil {
					t.Fatal(err)
				}
				withinLimits(t, raw)
				var pretty bytes.Buffer
				if err := json.Indent(&pretty, raw, "", "  "); err != nil {
					t.Fatal(err)
				}
				notifiertest.Golden(t, e.Name+"."+language+".json", pretty.Bytes())
			})
		}
	}
}

// harmless checks what arrived at Slack: within limits, and without any control
// sequence that is not ours.
func harmless(t *testing.T, body string) {
	t.Helper()
	withinLimits(t, []byte(body))
}

var (
	sequence = regexp.MustCompile(`<[^>]*>?`)
	link     = regexp.MustCompile(`<[^|>]*\|([^>]*)>`)
)

// withinLimits checks a message against Block Kit's limits and decodes it with
// an independent library.
func withinLimits(t testing.TB, raw []byte) {
	t.Helper()
	var lib api.WebhookMessage
	if err := json.Unmarshal(raw, &lib); err != nil {
		t.Fatalf("slack-go cannot decode the message: %v", err)
	}
	for _, b := range lib.Blocks.BlockSet {
		if _, unknown := b.(*api.UnknownBlock); unknown {
			t.Errorf("slack-go does not know a block of type %s", b.BlockType())
		}
	}
	var p payload
	if err := json.Unmarshal(raw, &p); err != nil {
		t.Fatal(err)
	}
	if len(p.Blocks) == 0 || len(p.Blocks) > 50 {
		t.Errorf("%d blocks", len(p.Blocks))
	}
	check := func(what string, x text, limit int) {
		if n := utf8.RuneCountInString(x.Text); n == 0 || n > limit {
			t.Errorf("%s has %d characters of %d", what, n, limit)
		}
		if x.Type == "plain_text" {
			return
		}
		if x.Verbatim == nil || !*x.Verbatim {
			t.Errorf("%s is not verbatim: Slack would make links of it", what)
		}
		inert(t, what, x.Text)
	}
	for _, b := range p.Blocks {
		switch b.Type {
		case "header":
			check("header", *b.Text, 150)
		case "section":
			if b.Text != nil {
				check("section", *b.Text, 3000)
			}
			if len(b.Fields) > 10 || b.Text == nil && len(b.Fields) == 0 {
				t.Errorf("a section has %d fields and no text", len(b.Fields))
			}
			for _, f := range b.Fields {
				check("field", f, 2000)
			}
		case "context":
			if len(b.Elements) == 0 || len(b.Elements) > 10 {
				t.Errorf("context has %d elements", len(b.Elements))
			}
			for _, e := range b.Elements {
				check("context", e, 2000)
			}
		default:
			t.Errorf("unexpected block %q", b.Type)
		}
	}
	if n := utf8.RuneCountInString(p.Text); n == 0 || n > 4000 {
		t.Errorf("the fallback has %d characters", n)
	}
	inert(t, "fallback", p.Text)
	if strings.Contains(p.Text, "<") {
		t.Errorf("the fallback holds a control sequence: %q", p.Text)
	}
}

// inert checks that text holds no control sequence but a link with an http URL,
// no bare ampersand, and no mention.
func inert(t testing.TB, what, s string) {
	t.Helper()
	for _, m := range sequence.FindAllString(s, -1) {
		address, _, ok := strings.Cut(strings.Trim(m, "<>"), "|")
		u, err := url.Parse(strings.ReplaceAll(address, "&amp;", "&"))
		if !ok || !strings.HasSuffix(m, ">") || err != nil || (u.Scheme != "http" && u.Scheme != "https") {
			t.Errorf("%s holds the control sequence %q", what, m)
		}
	}
	rest := strings.NewReplacer("&amp;", "", "&lt;", "", "&gt;", "").Replace(s)
	if strings.Contains(rest, "&") {
		t.Errorf("%s holds a bare or broken entity: %q", what, s)
	}
	visible := link.ReplaceAllString(s, "$1")
	for _, ping := range []string{"@here", "@channel", "@everyone", "@U0"} {
		if strings.Contains(visible, ping) {
			t.Errorf("%s holds %s", what, ping)
		}
	}
	if strings.Contains(visible, "://") {
		t.Errorf("%s holds a live link: %q", what, visible)
	}
}

func FuzzBlocks(f *testing.F) {
	for _, s := range notifiertest.Hostile() {
		f.Add(s[:min(len(s), 5000)])
	}
	f.Add(strings.Repeat("&", 2999) + "<!channel>")
	f.Fuzz(func(t *testing.T, s string) {
		a := notifiertest.HostileAlert(s)
		a.Notice.URL = "https://notice.example/" + s
		for _, language := range render.Languages() {
			raw, err := newPayload(message(a, language).View).encode()
			if err != nil {
				t.Fatal(err)
			}
			withinLimits(t, raw)
		}
	})
}
