package classifier

import (
	"bytes"
	"slices"
	"strings"
)

var englishUnits = []counter{
	{"people", unitPeople}, {"customers", unitPeople}, {"individuals", unitPeople}, {"persons", unitPeople}, {"users", unitPeople},
	{"members", unitPeople}, {"residents", unitPeople}, {"patients", unitPeople}, {"employees", unitPeople}, {"students", unitPeople}, {"pupils", unitPeople},
	{"clients", unitPeople}, {"citizens", unitPeople}, {"current and former", unitPeople}, {"former and current", unitPeople}, {"present and former", unitPeople}, {"past and present", unitPeople},
	{"records", unitRecords}, {"accounts", unitAccounts}, {"items", unitRecords}, {"cards", unitRecords}, {"companies", unitOrganisations}, {"organizations", unitOrganisations}, {"corporate clients", unitPeople},
	{"customer", unitPeople}, {"person", unitPeople}, {"patient", unitPeople}, {"pupil", unitPeople}, {"student", unitPeople}, {"resident", unitPeople}, {"applicant", unitPeople}, {"member", unitPeople},
	{"personal records", unitRecords}, {"personal data", unitRecords},
	{"partners", unitPeople}, {"applicants", unitPeople}, {"shareholders", unitPeople}, {"subscribers", unitPeople}, {"contacts", unitPeople}, {"households", unitHouseholds}, {"families", unitHouseholds}, {"apartments", unitHouseholds},
	{"staff", unitPeople}, {"workers", unitPeople}, {"job seekers", unitPeople}, {"readers", unitPeople}, {"candidates", unitPeople}, {"subjects", unitPeople},
	{"cardholders", unitPeople}, {"email addresses", unitRecords}, {"e-mail addresses", unitRecords}, {"mail addresses", unitRecords}, {"addresses", unitRecords}, {"sets of", unitRecords}, {"pieces of", unitRecords}, {"former", unitPeople},
	{"contracts", unitRecords}, {"policies", unitRecords}, {"entries", unitThings}, {"cases", unitThings}, {"forms", unitThings}, {"bookings", unitThings}, {"reservations", unitThings}, {"orders", unitThings},
	{"slips", unitThings}, {"sheets", unitThings}, {"envelopes", unitThings}, {"letters", unitThings}, {"certificates", unitThings}, {"tickets", unitThings}, {"applications", unitThings}, {"statements", unitThings}, {"invoices", unitThings}, {"resumes", unitThings}, {"mails", unitThings}, {"e-mails", unitThings}, {"emails", unitThings}, {"photos", unitThings}, {"files", unitThings},
	{"card numbers", unitRecords}, {"names", unitRecords}, {"care plans", unitRecords}, {"logins", unitAccounts}, {"log-ins", unitAccounts}, {"profiles", unitAccounts}, {"registrations", unitRecords},
	{"retailers", unitOrganisations}, {"suppliers", unitOrganisations}, {"providers", unitOrganisations}, {"manufacturers", unitOrganisations}, {"municipalities", unitOrganisations}, {"restaurants", unitOrganisations}, {"hospitals", unitOrganisations}, {"schools", unitOrganisations}, {"universities", unitOrganisations}, {"organisations", unitOrganisations}, {"firms", unitOrganisations}, {"businesses", unitOrganisations}, {"cadets", unitPeople}, {"graduates", unitPeople}, {"donors", unitPeople}, {"ids", unitAccounts}, {"charts", unitThings}, {"questionnaires", unitThings},
}

// englishStops end the search for a counter: what follows is another thing.
var englishStops = []string{"and", "or", "of", "in", "on", "at", "by", "the", "to", "from", "was", "were", "had", "has", "which", "who", "that", "with", "for", "as", "months", "days", "hours", "minutes", "weeks", "times", "years", "percent", "yen", "dollars", "is", "are", "than", "will", "after", "before", "when", "since", "until", "other", "more"}

var (
	englishUnitWords = func() *lexicon {
		words := make([]string, len(englishUnits))
		for i, u := range englishUnits {
			words[i] = u.word
		}
		return newLexicon(words...)
	}()
	englishStopWords = newLexicon(englishStops...)
	// ofOurs do not end the search: 68,000 of our policyholders.
	ofOurs = newLexicon("of the ", "of our ", "of its ", "of their ", "of his ", "of her ", "of these ", "of those ")
)

// standIns stand for what is counted: 1,112 of them were opened; 904 had their
// names copied; of the attempts 713 succeeded.
var standIns = newLexicon("succeeded", "were successful", "of which, with", "of them", "had their", "have had their", "may have had their")

// spelled are the numbers that are written as words.
var spelled = map[string]int64{
	"one": 1, "single": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
	"eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16, "seventeen": 17, "eighteen": 18, "nineteen": 19,
	"twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90,
}

// spelledNumber reads a number written as words at i, where a word begins:
// thirteen, twenty-three. end is i where there is none.
func spelledNumber(t []byte, i int) (value int64, end int) {
	j := wordEnd(t, i)
	v := spelled[string(t[i:j])]
	if v == 0 {
		return 0, i
	}
	if v >= 20 && j < len(t) && t[j] == '-' {
		k := wordEnd(t, j+1)
		if d := spelled[string(t[j+1:k])]; d > 0 && d < 10 {
			return v + d, k
		}
	}
	if j < len(t) && t[j] != ' ' || hasPrefixAt(t, j, len(t), " of ") {
		return 0, i // two-page, seven., one of our engineers
	}
	return v, j
}

// wordEnd is where the Latin word that begins at i ends.
func wordEnd(t []byte, i int) int {
	e := i
	for e < len(t) && e-i < 24 && t[e] >= 'a' && t[e] <= 'z' {
		e++
	}
	return e
}

// numberOf reads a figure that stands after what it counts: number of accounts
// logged into: 5,318; the number of readers concerned at 41,200, 22,750 and 9,030.
func (r *reading) numberOf(p *page, f *figure) bool {
	t := p.folded.text
	head := t[max(0, int(f.start)-110):f.start]
	if len(head) == 0 || f.start < 2 || t[f.start-1] != ' ' {
		return false
	}
	if numberIs.ends(bytes.TrimRight(head, " ")) >= 0 {
		f.unit, f.kind = "number", unitPeople
		return true
	}
	if underLabel(head, t[f.numEnd:], f) {
		return true
	}
	i := lastIn(head, "number of ")
	if i < 0 || bytes.ContainsAny(head[i:], ".\n") {
		return false
	}
	head = head[i+len("number of "):]
	if d := bytes.IndexAny(head, "0123456789"); d >= 0 {
		if strings.Trim(strings.ReplaceAll(string(head[d:]), "and", ""), "0123456789, ") != "" {
			return false
		}
		head = head[:d]
	}
	link := string(bytes.TrimRight(head, " "))
	if !slices.ContainsFunc([]string{":", " is", " was", " at", " to", " reached", " as", " about", " totaled", " totalled"}, func(w string) bool { return strings.HasSuffix(link, w) }) {
		return false
	}
	for _, u := range englishUnits {
		if strings.HasPrefix(link, u.word) {
			f.unit, f.kind, f.total = u.word, u.kind, bytes.Contains(t[max(0, int(f.start)-110):f.start], []byte("total number"))
			return true
		}
	}
	return false
}

// numberIs leads to a figure of what was named before.
var numberIs = newLexicon("number is", "number was", "total is", "total was", "figure is", "figure was", "the total to", "put it at", "puts it at", "put the figure at", "puts the figure at", "established as", "established at", "corrected to", "revised to")

// monthNames stand before the day of a date: on May 16 a member of our staff.
var monthNames = newLexicon("january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december", "jan.", "feb.", "aug.", "sept.", "oct.", "nov.", "dec.")

// dayOf reports whether the number at i is the day of a date, or its year behind
// the day: October 31, 2025.
func dayOf(t []byte, i int) bool {
	head := bytes.TrimRight(t[max(0, i-20):i], " ")
	if monthNames.ends(head) >= 0 {
		return true
	}
	head, ok := bytes.CutSuffix(head, []byte(","))
	before := bytes.TrimRight(head, "0123456789")
	if !ok || len(before) == len(head) || len(before) < len(head)-2 || monthNames.ends(bytes.TrimRight(before, " ")) < 0 {
		return false
	}
	return year(t[i:])
}

// year reports whether t begins with a year of four digits.
func year(t []byte) bool {
	n := 0
	for n < len(t) && t[n] >= '0' && t[n] <= '9' {
		n++
	}
	return n == 4 && (bytes.HasPrefix(t, []byte("20")) || bytes.HasPrefix(t, []byte("19")))
}

// personNoun reports whether an English plural names people by its ending:
// policyholders, volunteers, trainees, applicants.
func personNoun(w string) bool {
	if slices.Contains([]string{"servers", "computers", "orders", "letters", "numbers", "routers", "papers", "characters", "errors", "centers", "papers", "folders", "quarters", "meters", "dollars", "stickers", "binders", "newspapers", "chapters", "trailers", "containers", "printers", "scanners", "monitors", "doors", "factors", "sectors", "followers", "viewers", "drivers", "buyers", "orders",
		"incidents", "documents", "payments", "attachments", "departments", "events", "percents", "cents", "accidents", "components", "contents", "environments", "statements", "agreements", "shipments", "investments", "restaurants", "plants", "variants", "committees", "degrees", "registers", "transfers", "offers", "posters", "lockers", "towers", "covers", "ledgers", "grants", "brochures"}, w) {
		return false
	}
	for _, e := range []string{"holders", "ers", "ors", "ees", "ants", "ents", "ians", "ists"} {
		if strings.HasSuffix(w, e) && len(w) > len(e)+2 {
			return true
		}
	}
	return slices.Contains([]string{"guests", "children", "parents", "families", "women", "men", "relatives", "alumni", "nurses", "boys", "girls", "executives", "officials", "athletes", "wrestlers", "councillors", "mothers", "fathers", "babies", "friends", "clerks", "spouses", "couples", "attendees", "delegates", "physicians", "teens", "adults", "minors", "staffers", "associates", "representatives"}, w)
}

// owned follow those who have them, and are what a figure counts: three staff
// mailboxes, 17 customer portals.
var owned = newLexicon(" mailbox", " e-mail account", " email account", " mail account", " portal", " computer", " laptop", " device", " phone", " smartphone", " terminal", " pc", " site", " website", " store", " branch")

// countsOwned reports whether t begins with a word of owned, in the singular or
// the plural.
func countsOwned(t []byte) bool {
	i := owned.at(t)
	if i < 0 {
		return false
	}
	end := len(owned.words[i])
	for _, plural := range []string{"es", "s"} {
		if hasPrefixAt(t, end, len(t), plural) {
			end += len(plural)
			break
		}
	}
	return !asciiWordAt(t, end)
}

func asciiWordAt(t []byte, i int) bool { return i < len(t) && asciiWord(t[i]) }

// englishUnit looks for a counter within the next words.
func (r *reading) englishUnit(p *page, f *figure, k int) bool {
	t := p.folded.text
	words := 0
	for j := k; j < len(t) && words < 5 && j-k < 56; j++ {
		if b := t[j]; b >= 0x80 || b >= '0' && b <= '9' || b == '$' || b == ',' || b == '.' || b == '(' || b == ')' || b == '\n' || b == ':' || b == ';' {
			return false
		}
		if j > k && t[j-1] != ' ' {
			continue
		}
		words++
		if i := ofOurs.at(t[j:]); i >= 0 {
			j += len(ofOurs.words[i]) - 1
			continue
		}
		if u := standIns.at(t[j:]); u >= 0 && j == k {
			f.unit, f.kind, f.end = standIns.words[u], unitPeople, int32(j+len(standIns.words[u]))
			return true
		}
		if englishStopWords.mayStart(t[j:]) && slices.ContainsFunc(englishStops, func(w string) bool { return hasPrefixAt(t, j, len(t), w) && !asciiWordAt(t, j+len(w)) }) {
			return false
		}
		for _, u := range englishUnits {
			if !englishUnitWords.mayStart(t[j:]) {
				break
			}
			if hasPrefixAt(t, j, len(t), u.word) && !asciiWordAt(t, j+len(u.word)) {
				if u.kind == unitPeople && countsOwned(t[j+len(u.word):]) {
					return false
				}
				f.unit, f.kind, f.end = u.word, u.kind, int32(j+len(u.word))
				return true
			}
		}
		e := wordEnd(t, j)
		for hasPrefixAt(t, e, len(t), "-") && wordEnd(t, e+1) > e+1 { // house-hunters
			e = wordEnd(t, e+1)
		}
		if w := string(t[j:e]); personNoun(w) {
			f.unit, f.kind, f.end = w, unitPeople, int32(e)
			return true
		}
	}
	return false
}
