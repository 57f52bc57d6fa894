package slack

import (
	"bytes"
	"encoding/json"
	"strings"
	"unicode/utf8"

	"oshirase/notifier/render"
)

// The limits of Block Kit (docs.slack.dev/reference/block-kit/blocks), in
// characters; one block that is too long makes Slack refuse the whole message.
const (
	maxBlocks     = 50
	maxHeader     = 148 // of 150: the mark may count twice
	maxSection    = 3000
	maxField      = 2000
	maxFields     = 10   // in one section
	maxContext    = 10   // elements
	maxFallback   = 3000 // of 40,000 that Slack takes; phones show a line or two
	maxQuoteChars = 600
)

// payload is a message to chat.postMessage or an incoming webhook.
type payload struct {
	Channel        string  `json:"channel,omitempty"`
	ThreadTS       string  `json:"thread_ts,omitempty"`
	ReplyBroadcast bool    `json:"reply_broadcast,omitempty"`
	Text           string  `json:"text"`
	Blocks         []block `json:"blocks"`
	UnfurlLinks    bool    `json:"unfurl_links"`
	UnfurlMedia    bool    `json:"unfurl_media"`
}

type block struct {
	Type     string `json:"type"`
	Text     *text  `json:"text,omitempty"`
	Fields   []text `json:"fields,omitempty"`
	Elements []text `json:"elements,omitempty"`
}

// text is mrkdwn with verbatim set, so that Slack makes no links and mentions
// of it by itself, or plain_text.
type text struct {
	Type     string `json:"type"`
	Text     string `json:"text"`
	Emoji    *bool  `json:"emoji,omitempty"`
	Verbatim *bool  `json:"verbatim,omitempty"`
}

var yes, no = true, false

func plain(s string, limit int) text {
	return text{Type: "plain_text", Text: nonEmpty(render.Cut(noPing(s), limit)), Emoji: &no}
}

// mrkdwn takes text that is escaped already.
func mrkdwn(s string) text {
	return text{Type: "mrkdwn", Text: nonEmpty(s), Verbatim: &yes}
}

// nonEmpty: Slack refuses empty text objects.
func nonEmpty(s string) string {
	if s == "" {
		return "–"
	}
	return s
}

var entities = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")

// escape makes s literal text of mrkdwn within limit characters: first the
// three characters that Slack wants escaped, then the cut, never inside an
// entity.
func escape(s string, limit int) string {
	s = entities.Replace(noPing(s))
	if utf8.RuneCountInString(s) <= limit {
		return s
	}
	cut := strings.TrimSuffix(render.Cut(s, limit), "…")
	if i := strings.LastIndexByte(cut, '&'); i >= 0 && !strings.Contains(cut[i:], ";") {
		cut = cut[:i]
	}
	return cut + "…"
}

var pings = strings.NewReplacer("@", "@\u200b", "#", "#\u200b")

// noPing parts @here, @channel and #general from their sign by a zero-width
// space. Slack does not read them as mentions unless link_names is set; a relay
// or another chat that speaks Slack's format may.
func noPing(s string) string {
	if !strings.ContainsAny(s, "@#") {
		return s
	}
	return pings.Replace(s)
}

func newPayload(v *render.View) payload {
	var b []block
	b = append(b, block{Type: "header", Text: ref(plain(v.Mark+" "+v.Headline, maxHeader))})
	if len(v.Notes) > 0 {
		b = append(b, section(notes(v)))
	}
	if v.Title != "" {
		b = append(b, section(title(v)))
	}
	if len(v.Changes) > 0 {
		b = append(b, section(list(v.Headings.Changes, changeLines(v))))
	}
	if len(v.Watchlist) > 0 {
		b = append(b, section(list(v.Headings.Watchlist, v.Watchlist)))
	}
	b = append(b, facts(v.Facts)...)
	for i, q := range v.Quotes {
		label := "*" + escape(q.Label, 100) + "*"
		if i == 0 {
			label = "*" + escape(v.Headings.Quotes, 100) + "*\n" + label
		}
		b = append(b, section(label+"\n> "+escape(q.Text, maxQuoteChars)))
	}
	b = append(b, footer(v))
	// More cannot come of a view; the limit is Slack's and is held regardless.
	b = b[:min(len(b), maxBlocks)]
	return payload{Text: fallback(v), Blocks: b}
}

func (p payload) encode() ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(p)
	return b.Bytes(), err
}

func ref(t text) *text { return &t }

func section(escaped string) block {
	return block{Type: "section", Text: ref(mrkdwn(cutEscaped(escaped, maxSection)))}
}

// cutEscaped holds a limit over text whose parts were escaped one by one.
func cutEscaped(s string, limit int) string {
	if utf8.RuneCountInString(s) <= limit {
		return s
	}
	cut := strings.TrimSuffix(render.Cut(s, limit), "…")
	for _, open := range []string{"&", "<"} {
		if i := strings.LastIndex(cut, open); i >= 0 && !strings.ContainsAny(cut[i:], ";>") {
			cut = cut[:i]
		}
	}
	return cut + "…"
}

func notes(v *render.View) string {
	lines := make([]string, len(v.Notes))
	for i, n := range v.Notes {
		lines[i] = ":information_source: " + escape(n, 300)
	}
	return strings.Join(lines, "\n")
}

// title is the notice's title as the one link of the message. A link button
// would need an app that answers clicks.
func title(v *render.View) string {
	t := escape(v.Title, 800)
	if v.Link != "" {
		// The view's link holds none of "<>|".
		t = "<" + entities.Replace(v.Link) + "|" + t + ">"
	}
	return "*" + escape(v.TitleLabel, 100) + "*\n" + t
}

func changeLines(v *render.View) []string {
	lines := make([]string, len(v.Changes))
	for i, c := range v.Changes {
		lines[i] = c.Label + ": " + c.From + " → " + c.To
	}
	return lines
}

func list(heading string, lines []string) string {
	var b strings.Builder
	b.WriteString("*" + escape(heading, 100) + "*")
	for _, l := range lines {
		b.WriteString("\n• " + escape(l, 500))
	}
	return b.String()
}

// wide is the length from which a fact gets a row of its own: two columns break
// long values badly.
const wide = 60

func facts(list []render.Fact) []block {
	var blocks []block
	var fields []text
	flush := func() {
		if fields != nil {
			blocks = append(blocks, block{Type: "section", Fields: fields})
			fields = nil
		}
	}
	for _, f := range list {
		label := "*" + escape(f.Label, 100) + "*\n"
		if render.Width(f.Value) > wide {
			flush()
			blocks = append(blocks, section(label+escape(f.Value, 1500)))
			continue
		}
		if fields = append(fields, mrkdwn(label+escape(f.Value, maxField-200))); len(fields) == maxFields {
			flush()
		}
	}
	flush()
	return blocks
}

func footer(v *render.View) block {
	var elements []text
	add := func(s string) {
		if s != "" && len(elements) < maxContext {
			elements = append(elements, mrkdwn(escape(s, 300)))
		}
	}
	for _, t := range v.Times {
		add(t.Label + ": " + t.Value)
	}
	add(v.Latency)
	add(v.Footer)
	return block{Type: "context", Elements: elements}
}

// fallback is what notifications, screen readers and clients without blocks show.
func fallback(v *render.View) string {
	parts := []string{v.Mark + " " + v.Headline}
	parts = append(parts, changeLines(v)...)
	parts = append(parts, v.Title)
	return escape(strings.Join(parts, " | "), maxFallback)
}
