package tracker

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"oshirase/breach"
)

// watchlist finds the organisations that the operator cares for.
type watchlist struct{ entries []watched }

type watched struct {
	entry breach.WatchlistEntry
	names []string // normalised
}

func newWatchlist(entries []breach.WatchlistEntry) *watchlist {
	w := &watchlist{}
	for _, e := range entries {
		item := watched{entry: e}
		for _, name := range append([]string{e.Name}, e.Aliases...) {
			if n := normalName(name); n != "" && !slices.Contains(item.names, n) {
				item.names = append(item.names, n)
			}
		}
		w.entries = append(w.entries, item)
	}
	return w
}

// match lists the entries that a case touches, each once, with the strongest
// reason.
func (w *watchlist) match(f *breach.Finding, c *breach.Case) []breach.WatchlistMatch {
	var found []breach.WatchlistMatch
	for _, item := range w.entries {
		if on := item.touchedBy(f, c); on != "" {
			found = append(found, breach.WatchlistMatch{Name: item.entry.Name, Tags: item.entry.Tags, On: on})
		}
	}
	return found
}

func (item *watched) touchedBy(f *breach.Finding, c *breach.Case) string {
	e := &item.entry
	switch {
	case e.Code != "" && (e.Code == f.Notice.Publisher.Code || e.Code == c.VictimCode):
		return "code"
	case e.CorporateNumber != "" && e.CorporateNumber == f.Notice.Publisher.CorporateNumber:
		return "corporate_number"
	case item.named(f.Notice.Publisher.Name):
		return "publisher"
	case item.named(c.Victim):
		return "victim"
	case slices.ContainsFunc(c.Clients, item.named):
		return "client"
	case item.named(c.ThirdParty):
		return "third_party"
	case item.inText(f.Notice.Title):
		return "title"
	}
	return ""
}

// minInside is the length, in characters, from which a name may stand inside a
// longer one: shorter ones are parts of too many words.
const minInside = 3

// named reports whether printed is the organisation's name, or holds it.
func (item *watched) named(printed string) bool {
	n := normalName(printed)
	if n == "" {
		return false
	}
	return slices.ContainsFunc(item.names, func(name string) bool { return n == name || contains(n, name) })
}

func (item *watched) inText(text string) bool {
	n := normalText(text)
	return slices.ContainsFunc(item.names, func(name string) bool { return contains(n, name) })
}

// contains finds name in text where it is not part of a longer word: Latin
// letters must end at both sides, katakana too, since both run words together.
func contains(text, name string) bool {
	if utf8.RuneCountInString(name) < minInside {
		return false
	}
	for from := 0; ; {
		at := strings.Index(text[from:], name)
		if at < 0 {
			return false
		}
		at += from
		before, _ := utf8.DecodeLastRuneInString(text[:at])
		after, _ := utf8.DecodeRuneInString(text[at+len(name):])
		first, _ := utf8.DecodeRuneInString(name)
		last, _ := utf8.DecodeLastRuneInString(name)
		if !sameScript(before, first) && !sameScript(last, after) {
			return true
		}
		_, size := utf8.DecodeRuneInString(text[at:])
		from = at + size
	}
}

func sameScript(a, b rune) bool {
	latin := func(r rune) bool { return unicode.Is(unicode.Latin, r) || unicode.IsDigit(r) }
	katakana := func(r rune) bool { return unicode.Is(unicode.Katakana, r) || r == 'ー' }
	return (latin(a) && latin(b)) || (katakana(a) && katakana(b))
}
