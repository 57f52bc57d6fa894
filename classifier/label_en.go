package classifier

import "bytes"

// underLabel reads a figure that stands behind an English label with a colon, such as
// "Passengers concerned: approximately 19,840" or "Total: 2,961", where the label
// names whom it counts, or says that it is of those touched. head is what stands
// before the figure.
func underLabel(head []byte, f *figure) bool {
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
	label = bytes.TrimLeft(label[bytes.LastIndexAny(label, "\n.;()\"")+1:], "•・■●○◆ ")
	if len(label) > maxLabel || bytes.ContainsFunc(label, func(c rune) bool { return c >= 0x80 || c >= '0' && c <= '9' }) {
		return false
	}
	touched := false
	for w := range bytes.FieldsSeq(label) {
		word := string(bytes.Trim(w, ",'-"))
		switch kind, counts := countingWords[word]; {
		case word == "total":
			f.unit, f.kind, f.total = word, unitPeople, true
			return true
		case counts:
			f.unit, f.kind = word, kind
			return true
		case personNoun(word):
			f.unit, f.kind = word, unitPeople
			return true
		case word == "concerned" || word == "affected" || word == "impacted" || word == "subject":
			touched = true
		}
	}
	if touched {
		f.unit, f.kind = "number", unitRecords
	}
	return touched
}

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
	for _, adjective := range []string{"former", "items", "contacts", "names", "addresses", "ids"} {
		delete(kinds, adjective)
	}
	return kinds
}()
