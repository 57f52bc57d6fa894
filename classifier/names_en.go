package classifier

import (
	"bytes"
	"slices"
	"unicode"
	"unicode/utf8"
)

// How many words into an English sentence the name of its subject may begin, how
// many it may have, and how far what is set behind it by commas or brackets may
// reach, in bytes.
const maxLeadWords, maxNameWords, maxAside = 6, 7, 90

// englishSubject returns the organisation that is the subject of the English
// sentence from i to end: a run of capitalised words, behind a trade or not, that a
// verb follows. It is empty where there is none: in a heading ("Sequence of
// events"), and where people, things or the publisher itself act.
func (r *reading) englishSubject(p *page, i, end int32) span {
	t := p.folded.text
	var name span
	words, placed := 0, false // behind a preposition: a hotel in Hakone
	for at := 0; at < maxLeadWords+maxNameWords; at++ {
		n := latinWord(t, i, end)
		if n == i {
			return span{}
		}
		word := string(t[i:n])
		switch {
		case p.capital(i) && words < maxNameWords && !opening[word] && !placed:
			if words == 0 {
				name.start = i
			}
			name.end = n
			words++
		case words > 0 && verbs[word]:
			if words == 1 && (personNoun(string(t[name.start:name.end])) || !r.organisation(p, name)) || p.touchesAny(p.events, name) {
				return span{}
			}
			return name
		case words > 0 && links[word] && n < end && t[n] == ' ' && p.capital(n+1):
		case at >= maxLeadWords:
			return span{}
		default:
			words, placed = 0, prepositions[word] || placed && p.capital(i)
		}
		i = pastAside(t, n, end)
		if i >= end || t[i] != ' ' {
			return span{}
		}
		i++
	}
	return span{}
}

// latinWord is where the word that begins at i ends.
func latinWord(t []byte, i, end int32) int32 {
	for i < end && (asciiWord(t[i]) || t[i] == '&' || t[i] == '-' || t[i] == '\'' || t[i] == '.') {
		i++
	}
	return i
}

// pastAside passes what is set behind a name: , a maker of pumps, or (Code: 6999),
// and the comma of Co., Ltd.
func pastAside(t []byte, i, end int32) int32 {
	rest := t[i:min(end, i+maxAside)]
	switch {
	case bytes.HasPrefix(rest, []byte(", ltd")), bytes.HasPrefix(rest, []byte(", inc")):
		return i + 1
	case bytes.HasPrefix(rest, []byte(", ")):
		if n := bytes.Index(rest[1:], []byte(", ")); n > 0 {
			return i + int32(n) + 2
		}
	case bytes.HasPrefix(rest, []byte(" (")):
		if n := bytes.IndexByte(rest, ')'); n > 0 {
			return i + int32(n) + 1
		}
	}
	return i
}

// capital reports whether the letter at folded offset i is printed as a capital.
func (p *page) capital(i int32) bool {
	if int(i) >= len(p.folded.text) {
		return false
	}
	c, _ := utf8.DecodeRuneInString(p.orig[p.start(int(i)):])
	return unicode.IsUpper(c) || unicode.IsDigit(c)
}

func wordSet(words ...string) map[string]bool {
	set := make(map[string]bool, len(words))
	for _, w := range words {
		set[w] = true
	}
	return set
}

var (
	// opening are words that a sentence or a heading may begin with, and that are
	// no name.
	opening = wordSet("the", "a", "an", "we", "our", "i", "it", "its", "they", "their", "he", "she", "this", "that", "these", "those", "there", "you", "your", "all", "some", "many", "most", "both", "each", "every", "no", "none", "not", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "another", "other", "others", "several",
		"on", "in", "at", "as", "by", "to", "of", "for", "from", "with", "after", "before", "since", "until", "if", "when", "while", "where", "why", "what", "which", "who", "how", "because", "although", "though", "but", "and", "or", "so", "also", "however", "please", "regarding", "concerning", "about", "according", "following", "due", "owing", "today", "yesterday", "now", "then", "later", "earlier", "meanwhile", "separately", "elsewhere", "nothing", "nobody", "whether", "such",
		"group", "company", "corporation", "notice", "notification", "apology", "report", "reports", "statement", "announcement", "update", "overview", "outline", "summary", "introduction", "background", "cause", "causes", "facts", "details", "scope", "impact", "effect", "effects", "timeline", "sequence", "course", "circumstances", "response", "responses", "measures", "countermeasures", "status", "state", "situation", "outlook", "inquiries", "contact", "information", "data", "items", "item", "number", "numbers", "period", "total", "result", "results", "findings", "conclusion", "content", "contents", "prevention", "recurrence", "requests", "request", "possible", "possibility", "personal", "current", "future", "damage", "leakage", "leak", "investigation", "access", "service", "services", "system", "systems", "production", "operations", "shipping", "orders", "date", "dates", "place", "persons", "people", "customers", "clients", "employees", "members", "users", "patients", "students", "police", "officials", "hackers", "attackers", "investigators", "staff", "names", "passwords", "accounts", "cards", "files", "records", "servers", "letters", "mails", "e-mails", "emails", "unauthorized", "unauthorised", "ransomware", "cyberattack", "phishing", "misdelivery", "loss",
		"january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
	// verbs follow a subject.
	verbs        = wordSet("said", "says", "announced", "announces", "disclosed", "confirmed", "confirms", "reported", "reports", "admitted", "admits", "revealed", "reveals", "apologised", "apologized", "apologises", "apologizes", "acknowledged", "has", "had", "have", "was", "were", "is", "are", "will", "suffered", "lost", "sent", "mailed", "found", "told", "tells", "stopped", "suspended", "resumed", "halted", "detected", "discovered", "published", "issued", "posted", "reset", "took", "shut", "faced", "warned", "notified", "informed", "believes", "thinks", "closed", "leaked", "exposed", "began", "became", "did", "does", "also", "now", "fired", "dismissed", "blamed", "put", "can", "could", "cannot", "would", "may", "might", "must", "saw", "fell", "gave", "left", "got", "learned", "noticed", "received", "restored", "operates", "runs", "provides", "handed", "showed", "switched", "uses", "used")
	prepositions = wordSet("of", "in", "at", "near", "from", "by", "for", "to", "on", "with", "off", "around")
	// links join the words of a name.
	links = wordSet("of", "and", "&", "for", "the", "de")
)

// isEnglish reports whether n is a Latin word that another Latin word follows, and
// nothing Japanese after them.
func isEnglish(t []byte, n span, end int32) bool {
	if n.end == n.start || n.end+1 >= end || t[n.end] != ' ' || t[n.end+1] < 'a' || t[n.end+1] > 'z' {
		return false
	}
	japanese := func(b byte) bool { return b >= 0xE3 && b <= 0xE9 }
	return !slices.ContainsFunc(t[n.start:min(end, n.end+maxAside)], japanese)
}
