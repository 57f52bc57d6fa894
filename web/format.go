package web

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"oshirase/breach"
)

// moment is a time in words; the zero value is no time.
type moment struct {
	ISO   string // RFC 3339
	Clock string // day and minute
	Full  string
	Ago   string // from now, before or after
}

func (p *painter) moment(t time.Time) moment {
	if t.IsZero() {
		return moment{}
	}
	local := t.In(p.s.cfg.TimeZone)
	return moment{ISO: t.UTC().Format(time.RFC3339), Clock: local.Format(p.w["time.day"]), Full: local.Format(p.w["time.full"]), Ago: p.ago(t)}
}

// published shows no more of a time than is known.
func (p *painter) published(n *breach.NoticeHead) moment {
	m := p.moment(n.Published)
	if !n.Published.IsZero() && n.PublishedPrecision != breach.PrecisionMinute {
		m.Clock = n.Published.In(p.s.cfg.TimeZone).Format(p.w["time.date"])
		m.Full, m.Ago = m.Clock, ""
	}
	return m
}

const day = 24 * time.Hour

// ago rounds down; what is in the future by a clock's fault is now.
func (p *painter) ago(t time.Time) string {
	key, d := "ago", p.now.Sub(t)
	if d < 0 {
		key, d = "in", -d
	}
	switch {
	case d < time.Minute:
		return p.w[key+".now"]
	case d < time.Hour:
		return p.say(key+".minutes", int(d/time.Minute))
	case d < 2*day:
		return p.say(key+".hours", int(d/time.Hour))
	}
	return p.say(key+".days", int(d/day))
}

// lasting is a duration in two units at most.
func (p *painter) lasting(d time.Duration) string {
	switch {
	case d < time.Second:
		return p.say("for.ms", int(d/time.Millisecond))
	case d < time.Minute:
		return p.say("for.seconds", strconv.FormatFloat(d.Seconds(), 'f', 1, 64))
	case d < time.Hour:
		return p.say("for.minutes", int(d/time.Minute), int(d%time.Minute/time.Second))
	}
	return p.say("for.hours", int(d/time.Hour), int(d%time.Hour/time.Minute))
}

// say is a text that a test has seen to be there.
func (p *painter) say(key string, args ...any) string {
	text, err := p.w.t(key, args...)
	if err != nil {
		return key
	}
	return text
}

// number groups thousands.
func number(n int64) string {
	s := strconv.FormatInt(n, 10)
	sign := ""
	if n < 0 {
		sign, s = "-", s[1:]
	}
	var groups []string
	for len(s) > 3 {
		groups = append(groups, s[len(s)-3:])
		s = s[:len(s)-3]
	}
	groups = append(groups, s)
	slices.Reverse(groups)
	return sign + strings.Join(groups, ",")
}

// safeLink is raw where it leads to a web page, and empty otherwise.
func safeLink(raw string) string {
	u, err := url.Parse(raw)
	if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" || u.User != nil {
		return ""
	}
	return u.String()
}
