package classifier

import (
	"bytes"
	"slices"
)

// underLabel reads a figure that stands behind an English label with a colon, such as
// "Passengers concerned: approximately 19,840" or "Total: 2,961", where the label
// names whom it counts, or says that it is of those touched. head is what stands
// before the figure, after what follows it.
func underLabel(head, after []byte, f *figure) bool {
	if followsOn(after) {
		return false // 12,000 yen, 0120-123-456
	}
	head = bytes.TrimRight(head, " ")
	for again := true; again; {
		again = false
		for _, words := range []*lexicon{approxWords, atMostWords} {
			if w := words.ends(head); w >= 0 {
				head, again = bytes.TrimRight(head[:len(head)-len(words.words[w])], " "), true
			}
		}
	}
	label, ok := bytes.CutSuffix(head, []byte(":"))
	if !ok {
		return false
	}
	label = bytes.Trim(label[bytes.LastIndexAny(label, "\n.;()\"")+1:], "•・■●○◆ ")
	if len(label) > maxLabel || bytes.ContainsFunc(label, func(c rune) bool { return c >= 0x80 || c >= '0' && c <= '9' }) {
		return false
	}
	if l := string(label); l == "total" || l == "grand total" {
		f.unit, f.kind, f.total = "total", unitPeople, true
		return true
	}
	touched, things := false, false
	for w := range bytes.FieldsSeq(label) {
		word := string(bytes.Trim(w, ",'-"))
		kind, counts := countingWords[word]
		if !counts && personNoun(word) {
			kind, counts = unitPeople, true
		}
		if counts {
			f.unit, f.kind, f.total = word, kind, bytes.HasPrefix(label, []byte("total"))
			return true
		}
		touched = touched || word == "concerned" || word == "affected" || word == "impacted"
		things = things || uncounted[word]
	}
	if !touched || things {
		return false
	}
	f.unit, f.kind = "number", unitRecords
	return true
}

// followsOn reports whether what follows a figure makes it one of something else: a
// word, or more digits behind a dash.
func followsOn(after []byte) bool {
	rest := bytes.TrimLeft(after, " ")
	if len(rest) == 0 {
		return false
	}
	if rest[0] == '-' || rest[0] == '%' || rest[0] == '/' {
		return true
	}
	word := rest[:wordEnd(rest, 0)]
	return len(word) > 0 && !slices.Contains([]string{"who", "in", "and", "including"}, string(word))
}

// uncounted are what labels count that is neither people nor of them.
var uncounted = wordSet("stores", "shops", "servers", "systems", "files", "period", "days", "computers", "terminals", "devices", "plants", "offices", "branches", "sites", "services", "products", "countries", "mails", "e-mails", "emails", "companies", "organisations", "organizations")

// maxLabel is how long a label may be, in bytes.
const maxLabel = 70

// countingWords are the single words that count people, their records and accounts.
var countingWords = func() map[string]unitKind {
	kinds := map[string]unitKind{}
	for _, u := range englishUnits {
		if u.kind != unitThings && u.kind != unitOrganisations && !bytes.Contains([]byte(u.word), []byte(" ")) {
			kinds[u.word] = u.kind
		}
	}
	for _, vague := range []string{"former", "items", "contacts", "names", "addresses", "ids"} {
		delete(kinds, vague)
	}
	return kinds
}()
