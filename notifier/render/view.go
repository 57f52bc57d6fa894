// Package render puts an alert into words: [New] makes the one neutral [View]
// that every channel dresses in its own markup.
//
// A view is plain text. Whatever came from a source went through [Clean], so no
// control character, terminal escape, direction override or ready-made link is
// left in it; a channel still escapes for its own medium, and then cuts with
// [Cut]. [View.Lines] gives the order in which a person reads it.
//
// The words come from tables, in Japanese and English, so an English alert is
// made from a Japanese notice without a translator: facts by template, names
// and quotes as printed. The same alert, language, zone and time give the same
// view. The package does no I/O.
package render

import (
	"cmp"
	"fmt"
	"net/netip"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"

	"golang.org/x/net/idna"

	"oshirase/breach"
)

// The limits of a view's parts, in runes.
const (
	maxTitle   = 300
	maxName    = 80
	maxValue   = 400
	maxQuote   = 200
	maxMessage = 800
	maxLink    = 2000 // bytes; Slack refuses longer ones
)

// The reasons of operations events that are no trouble.
const (
	ReasonTest      = "test"      // it only tries a receiver
	ReasonHeartbeat = "heartbeat" // the monitor says that it lives
)

// View is an alert in words.
type View struct {
	Language string // "ja" or "en"
	Kind     breach.AlertKind
	Severity breach.Severity
	// Badge is the severity in words, Mark its coloured sign, Color its colour
	// as #rrggbb (dark enough for white text).
	Badge, Mark, Color string
	// Headline says in one line what happened to whom; KindWord and Summary are
	// its parts beside the badge, for channels that set them apart.
	Headline, KindWord, Summary string
	// Subject is the stem of a mail's subject: stable while severity and vector
	// are, whatever later notices are titled.
	Subject string
	// Followup is true when the incident was told of before.
	Followup bool

	// Title is the notice's own title (an ops alert's message), TitleLabel what
	// to call it.
	Title, TitleLabel string
	// Link leads to the notice, http or https, percent-encoded; empty when
	// there is none. LinkLabel is the text of a button.
	Link, LinkLabel string

	Notes     []string // what the reader must know before the facts
	Changes   []Change // what moved
	Facts     []Fact
	Watchlist []string // the entries that matched, each with the reason
	Quotes    []Quote
	Times     []Fact
	// Latency tells how long it took from the publication, or from the first
	// look, until now.
	Latency string
	// Footer names the ids that the command line takes.
	Footer string

	Headings Headings
}

// Headings are the titles of a view's parts.
type Headings struct{ Changes, Facts, Watchlist, Quotes, Times string }

// Change is a fact that moved.
type Change struct{ Label, From, To string }

// Fact is one row of the table.
type Fact struct {
	// Key is the JSON name of the field that it comes from.
	Key          string
	Label, Value string
}

// Quote is a short piece of the original text.
type Quote struct{ Label, Text string }

// New renders a for a reader of language, with times in zone; now is the time
// of telling. An unknown language is a programming error: it gives English.
func New(a *breach.Alert, language string, zone *time.Location, now time.Time) *View {
	w, ok := tables[language]
	if !ok {
		language, w = "en", &english
	}
	r := renderer{w: w, language: language, zone: zone, alert: a}
	v := &View{
		Language: language,
		Kind:     a.Kind,
		Severity: a.Severity,
		Badge:    cmp.Or(w.severities[a.Severity], string(a.Severity)),
		Mark:     marks[a.Severity],
		Color:    cmp.Or(colors[a.Severity], colors[breach.Info]),
		Headings: Headings{w.changes, w.facts, w.watchlist, w.quotes, w.times},
	}
	if a.Incident == nil {
		r.ops(v, now)
		return v
	}
	r.incident(v, now)
	return v
}

// Colours are dark enough for white text (contrast of 4.5 to 1 or more).
var colors = map[breach.Severity]string{
	breach.Critical: "#a8071a",
	breach.High:     "#b8450c",
	breach.Medium:   "#8a6100",
	breach.Low:      "#1d5fa8",
	breach.Info:     "#56606b",
}

// green is for what is well.
const green = "#1a7f37"

var marks = map[breach.Severity]string{
	breach.Critical: "🔴",
	breach.High:     "🟠",
	breach.Medium:   "🟡",
	breach.Low:      "🔵",
	breach.Info:     "⚪",
}

type renderer struct {
	w        *words
	language string
	zone     *time.Location
	alert    *breach.Alert
}

func (r renderer) ops(v *View, now time.Time) {
	w, a := r.w, r.alert
	var event breach.OpsEvent
	if a.Ops != nil {
		event = *a.Ops
	}
	v.Times = []Fact{{"told", w.told, r.second(now)}}
	v.Footer = "Oshirase · " + w.alert + " " + Clean(a.ID, maxName)
	v.TitleLabel = w.opsLabel
	switch event.Reason {
	case ReasonTest:
		v.Headline, v.KindWord, v.Summary, v.Title = w.test, w.testWord, w.testSummary, w.testMessage
	case ReasonHeartbeat:
		v.Headline, v.KindWord, v.Summary, v.Title = w.lives, w.livesWord, w.livesSummary, Clean(event.Message, maxMessage)
	}
	if v.Headline != "" {
		v.Subject, v.Mark, v.Color = v.Headline, "🟢", green
		return
	}
	subject := Clean(event.Subject, maxName)
	format := w.ops
	if event.Healed {
		format, v.Mark, v.Color = w.opsHealed, "🟢", green
	}
	v.Headline = fmt.Sprintf(format, subject)
	v.Subject = v.Headline
	v.KindWord, v.Summary = w.opsKind(event.Healed), subject
	v.Title = Clean(event.Message, maxMessage)
	v.Facts = r.facts(nil, []Fact{
		{"subject", w.about, subject},
		{"reason", w.reason, cmp.Or(w.reasons[event.Reason], Clean(event.Reason, maxName))},
	})
}

func (r renderer) incident(v *View, now time.Time) {
	w, a := r.w, r.alert
	in := a.Incident
	who := r.who()
	vector := r.vector(a.PrimaryVector)
	head := who
	if n := in.Facts.ReportNo; n != nil {
		head += w.reportAfter + fmt.Sprintf(w.reportNo, *n)
	}
	kind := cmp.Or(w.kinds[a.Kind], Clean(string(a.Kind), maxName))
	v.Headline = fmt.Sprintf(w.headline, v.Badge, kind, vector, head)
	v.KindWord = kind
	v.Summary = fmt.Sprintf(w.summary, vector, head)
	v.Subject = fmt.Sprintf(w.subject, v.Badge, vector, who, r.openingTitle())
	v.Followup = a.Kind != breach.AlertNew
	v.Title, v.TitleLabel = Clean(a.Notice.Title, maxTitle), w.titleLabel
	if v.Link = safeLink(a.Notice.URL); v.Link != "" {
		v.LinkLabel = w.open
	}
	v.Notes = r.notes()
	v.Changes = r.changes()
	v.Facts = r.facts(in, nil)
	v.Watchlist = r.watchlist()
	v.Quotes = r.quotes()
	r.times(v, now)
	v.Footer = "Oshirase · " + w.incident + " " + Clean(in.ID, maxName)
}

// who is the publisher with its code, or the victim where no publisher is known.
func (r renderer) who() string {
	in := r.alert.Incident
	name := cmp.Or(in.Publisher.Name, r.alert.Notice.Publisher.Name, in.Facts.Victim)
	name = cmp.Or(Clean(name, maxName), r.w.unnamed)
	if code := Clean(cmp.Or(in.Publisher.Code, r.alert.Notice.Publisher.Code), 5); code != "" {
		name += " (" + code + ")"
	}
	return name
}

// reportNumber is the part of a title that changes from report to report.
var reportNumber = regexp.MustCompile(`[（(【〔\[]?\s*第\s*[0-9０-９一二三四五六七八九十]+\s*(報|版)\s*[）)】〕\]]?`)

// openingTitle is the title that opened the incident, without its number, so
// that a mail client keeps all reports in one thread.
func (r renderer) openingTitle() string {
	title := r.alert.Notice.Title
	if m := r.alert.Incident.Members; len(m) > 0 && m[0].Notice.Title != "" {
		title = m[0].Notice.Title
	}
	title = Clean(title, maxTitle)
	return Cut(cmp.Or(strings.TrimSpace(reportNumber.ReplaceAllString(title, "")), title), 100)
}

func (r renderer) vector(v breach.Vector) string {
	return cmp.Or(r.w.vectors[v], Clean(string(v), maxName))
}

func (r renderer) paren(s string) string {
	if s == "" {
		return ""
	}
	return r.w.open1 + s + r.w.close1
}

func (r renderer) notes() []string {
	var notes []string
	a := r.alert
	takenBack := slices.ContainsFunc(a.Changes, func(c breach.Change) bool { return c.Field == "is_breach" && c.To == "false" })
	switch {
	case a.Notice.Withdrawn:
		notes = append(notes, r.w.withdrawn)
	case takenBack:
		notes = append(notes, r.w.takenBack)
	}
	if !takenBack && !r.textRead() {
		switch a.Notice.DocumentState {
		case breach.DocumentPending:
			notes = append(notes, r.w.pending)
		case breach.DocumentFailed:
			notes = append(notes, r.w.failed)
		default:
			notes = append(notes, r.w.titleOnly)
		}
	}
	if r.w.original != "" && a.Notice.Language == "ja" {
		notes = append(notes, r.w.original)
	}
	return notes
}

// textRead reports whether more than the title was judged: a listing may carry
// the text itself, so a quote from it counts too.
func (r renderer) textRead() bool {
	if r.alert.Notice.DocumentState == breach.DocumentFetched {
		return true
	}
	for _, quotes := range r.alert.Incident.Facts.Evidence {
		for _, q := range quotes {
			if q.In == "text" {
				return true
			}
		}
	}
	return false
}

func (r renderer) watchlist() []string {
	var list []string
	for i, m := range r.alert.Incident.Watchlist {
		if i == maxEntries {
			list = append(list, "…")
			break
		}
		line := Clean(m.Name, maxName)
		if len(m.Tags) > 0 {
			line += " [" + Clean(strings.Join(m.Tags, ", "), maxName) + "]"
		}
		list = append(list, line+r.paren(cmp.Or(r.w.matchedOn[m.On], Clean(m.On, maxName))))
	}
	return list
}

func (r renderer) times(v *View, now time.Time) {
	w, n := r.w, r.alert.Notice
	var latency []string
	if !n.Published.IsZero() {
		v.Times = append(v.Times, Fact{"published", w.published, r.moment(n.Published, n.PublishedPrecision)})
		// A later revision, such as a withdrawal, is not as old as the publication.
		if n.Revision <= 1 && n.PublishedPrecision == breach.PrecisionMinute && now.After(n.Published) {
			latency = append(latency, fmt.Sprintf(w.sincePublished, r.lasting(now.Sub(n.Published))))
		}
	}
	if !n.SeenAt.IsZero() {
		v.Times = append(v.Times, Fact{"seen", w.seen, r.second(n.SeenAt)})
		if !now.Before(n.SeenAt) {
			latency = append(latency, fmt.Sprintf(w.sinceSeen, r.lasting(now.Sub(n.SeenAt))))
		}
	}
	v.Times = append(v.Times, Fact{"told", w.told, r.second(now)})
	v.Latency = strings.Join(latency, w.comma)
}

func (r renderer) minute(t time.Time) string { return t.In(r.zone).Format("2006-01-02 15:04 MST") }

func (r renderer) second(t time.Time) string { return t.In(r.zone).Format("2006-01-02 15:04:05 MST") }

func (r renderer) moment(t time.Time, p breach.Precision) string {
	switch p {
	case breach.PrecisionDay:
		return t.In(r.zone).Format("2006-01-02")
	case breach.PrecisionMonth:
		return t.In(r.zone).Format("2006-01")
	case breach.PrecisionYear:
		return t.In(r.zone).Format("2006")
	}
	return r.minute(t)
}

func (r renderer) lasting(d time.Duration) string {
	switch {
	case d < time.Minute:
		return fmt.Sprintf(r.w.seconds, int(d.Seconds()))
	case d < time.Hour:
		return fmt.Sprintf(r.w.minutes, int(d.Minutes()))
	case d < 48*time.Hour:
		return fmt.Sprintf(r.w.hours, int(d.Hours()), int(d.Minutes())%60)
	}
	return fmt.Sprintf(r.w.days, int(d.Hours()/24))
}

var plainHost = regexp.MustCompile(`^[A-Za-z0-9._-]+$`)

// safeLink returns raw as a link that stands unescaped in any markup, or ""
// when it is none that a person should follow: only http and https, and no
// user name, which could pose as the host.
func safeLink(raw string) string {
	u, err := url.Parse(raw)
	if err != nil || (u.Scheme != "http" && u.Scheme != "https") {
		return ""
	}
	host := u.Hostname()
	switch ip, err := netip.ParseAddr(host); {
	case err == nil && ip.Is6():
		host = "[" + ip.WithZone("").String() + "]"
	case !plainHost.MatchString(host):
		if host, err = idna.Lookup.ToASCII(host); err != nil || !plainHost.MatchString(host) {
			return ""
		}
	}
	if port := u.Port(); port != "" {
		host += ":" + port
	}
	u.User, u.Host = nil, host
	var b strings.Builder
	for _, c := range []byte(u.String()) {
		if c <= ' ' || c >= 0x7f || strings.IndexByte("<>\"'`|\\^{}", c) >= 0 {
			fmt.Fprintf(&b, "%%%02X", c)
			continue
		}
		b.WriteByte(c)
	}
	if b.Len() > maxLink {
		return ""
	}
	return b.String()
}
