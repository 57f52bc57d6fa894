package classifier

import (
	"bytes"
	"unicode/utf8"
)

// contactReach is how many lines below its heading a contact may stand.
const contactReach = 6

// maxContact bounds a contact in bytes of the original text.
const maxContact = 240

// readContact finds the desk for those concerned or the press: the first line at
// or under a heading of inquiries that holds a telephone number or an address
// for mail.
func (f *facts) readContact(v *view) {
	p := &v.r.text
	seen := 0 // sentences before it were looked at
	for _, m := range v.in(v.r.c.k.fieldForm) {
		word := string(p.folded.text[m.start:m.end])
		if !containsAny(word, "問合せ", "窓口", "ダイヤル", "コールセンタ", "本件に関する") {
			continue
		}
		for seen = max(seen, int(m.sent)); seen < min(v.hi, int(m.sent)+contactReach); seen++ {
			s := p.sentences[seen]
			if !reachable(p.folded.text[s.start:s.end]) {
				continue
			}
			q := p.quote(s.span)
			if f.Contact = q.Text; len(f.Contact) > maxContact {
				n := maxContact
				for n > 0 && !utf8.RuneStart(f.Contact[n]) {
					n--
				}
				f.Contact = f.Contact[:n]
			}
			f.ev.add("contact", p, s.span)
			return
		}
	}
}

// reachable reports whether a telephone number or a mail address stands in t.
func reachable(t []byte) bool {
	if i := bytes.IndexByte(t, '@'); i > 0 && i+1 < len(t) && asciiWord(t[i-1]) && asciiWord(t[i+1]) {
		return true
	}
	digits, dashes := 0, 0
	for _, b := range t {
		switch {
		case b >= '0' && b <= '9':
			digits++
		case (b == '-' || b == '(' || b == ')') && digits > 0:
			dashes++
		default:
			digits, dashes = 0, 0
		}
		if digits >= 9 && (dashes >= 2 || dashes == 0 && digits == 10) && digits <= 11 {
			return true
		}
	}
	return false
}
