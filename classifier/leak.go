package classifier

import (
	"bytes"
	"math"

	"oshirase/breach"
)

// leakTold is what a case says of a leak, sentence by sentence: the rules weigh
// it, and the model learns from it.
type leakTold struct {
	times [sayConfirmed + 1]int
	at    [sayConfirmed + 1]mark // where each is said first
	on    [sayConfirmed + 1]*page
	title leakSay
	// first and last are what the text says first and last, and where.
	first, last     leakSay
	firstAt, lastAt int32
	weak            int // of the suspected, those that only describe a noun
	claims          int // what the attackers boast of
	untouched       int // data said not to be affected, without a word for a leak
	spared          mark
	sparedOn        *page
	couldSee        int // what others could look at
	seen            mark
	seenOn          *page
	left            bool // something is said of data leaving, beyond being looked at
	gone            bool // that it left
	open            span // a possibility that is not ruled out
	examined        bool // the matter is still looked into
	asked           bool // its text asks what became of data
}

func (l *leakTold) note(p *page, m mark, s leakSay) {
	if s == sayNothing {
		return
	}
	if l.times[s] == 0 {
		l.at[s], l.on[s] = m, p
	}
	l.times[s]++
	if l.first == sayNothing || m.start < l.firstAt {
		l.first, l.firstAt = s, m.start
	}
	if l.last == sayNothing || m.start > l.lastAt {
		l.last, l.lastAt = s, m.start
	}
}

// toldUndenied reports whether a leak is told and nothing heard that denies one:
// then the model may doubt it, not deny it.
func (l *leakTold) toldUndenied() bool {
	return l.times[sayPast]+l.times[sayConfirmed] > 0 && l.times[sayDenied]+l.untouched == 0 && l.title != sayDenied
}

// The names of what the model learns from a leakTold: for each leakSay how it
// may stand, then what else is told.
var (
	leakSayNames = [...]string{sayAttributive: "named", sayInvestigating: "examined", sayDenied: "denied", saySuspected: "suspected", sayPast: "told", sayConfirmed: "found"}
	leakPlaces   = [...]string{"leak ", "leak twice ", "leak first ", "leak last ", "title leak "}
	leakFlags    = [...]string{"leak left open", "leak claimed", "leak could be seen", "leak beyond a look", "leak only describes", "data untouched", "still examined", "asks for data"}
)

func leakSignals() []string {
	var out []string
	for _, name := range leakSayNames[sayAttributive:] {
		for _, place := range leakPlaces {
			out = append(out, place+name)
		}
	}
	return append(out, leakFlags[:]...)
}

// signal calls yield with the number, among leakSignals, of each that holds.
func (l *leakTold) signal(yield func(int)) {
	for s := sayAttributive; s <= sayConfirmed; s++ {
		for place, holds := range [...]bool{l.times[s] > 0, l.times[s] > 1, l.first == s, l.last == s, l.title == s} {
			if holds {
				yield(int(s-sayAttributive)*len(leakPlaces) + place)
			}
		}
	}
	said := int(sayConfirmed) * len(leakPlaces)
	for flag, holds := range [...]bool{l.open.start < l.open.end, l.claims > 0, l.couldSee > 0, l.left, l.weak > 0, l.untouched > 0, l.examined, l.asked} {
		if holds {
			yield(said + flag)
		}
	}
}

// readLeak reads the leak status: every leak word is judged by the predicate
// that follows it in its clause, else in its sentence, and the statements are
// then weighed against each other.
func (f *facts) readLeak(v *view) {
	f.hearLeak(v)
	f.weighLeak(v)
}

// hearLeak reads what each sentence says of a leak.
func (f *facts) hearLeak(v *view) {
	r, k, l := v.r, &v.r.c.k, &f.leak
	kinds := [...]int{k.leakNoun, k.leakAct, k.leakViewed, k.leakDelivered}
	money := f.onlyMoney(v)
	fresh := false // the newest of pasted reports speaks of the leak itself
	if r.older < math.MaxInt32 {
		for _, kind := range kinds {
			for _, m := range v.in(kind) {
				fresh = fresh || m.start < r.older && r.judgeLeak(&r.text, m, kind) > sayAttributive
			}
		}
	}
	for _, kind := range kinds {
		v.each(kind, func(p *page, m mark) {
			if p.in == "text" && (r.repeated[m.sent] || fresh && m.start >= r.older) {
				return
			}
			s := r.judgeLeak(p, m, kind)
			if s == saySuspected && p.in == "text" && bytes.HasPrefix(p.folded.text[m.end:], []byte("した可能性のある")) {
				l.weak++
			}
			if p.in == "text" && s >= sayPast && r.heading(m) {
				s = sayAttributive
			}
			if s >= sayPast && p.in == "text" && r.claimed(p, m) {
				l.claims++
				return
			}
			if s >= sayPast && kind == k.leakViewed && r.couldBeSeen(p, m) {
				if l.couldSee++; l.couldSee == 1 {
					l.seen, l.seenOn = m, p
				}
				return
			}
			if s >= sayPast && kind == k.leakAct && f.thingLost() {
				return // taking the medium out of the house is how it got lost
			}
			if money && !dataWords.in(p.folded.text[p.sentences[m.sent].start:p.sentences[m.sent].end]) {
				return // it was money that flowed out
			}
			if kind != k.leakViewed && (s > sayAttributive || s == sayAttributive && p.in == "title") {
				l.left = true
				l.gone = l.gone || s >= sayPast
			}
			if p.in == "title" {
				l.title = max(l.title, s)
				if s == sayAttributive && l.times[sayAttributive] == 0 {
					l.at[sayAttributive], l.on[sayAttributive] = m, p
				}
				return
			}
			l.note(p, m, s)
		})
	}
	f.hearTouched(v)
	l.open = v.openPossibility()
	l.examined = v.stillExamined()
	l.asked = v.asksForData()
}

// hearTouched reads what is said of data that an event affected or not; that it
// did is no leak yet.
func (f *facts) hearTouched(v *view) {
	r, l := v.r, &f.leak
	for _, m := range v.in(r.c.k.leakTouched) {
		if r.repeated[m.sent] || m.start >= r.older {
			continue
		}
		switch s := r.judgeLeak(&r.text, m, r.c.k.leakTouched); s {
		case sayDenied:
			if l.untouched++; l.untouched == 1 {
				l.spared, l.sparedOn = m, &r.text
			}
		case saySuspected, sayInvestigating:
			l.note(&r.text, m, s)
		}
	}
}

// thingLost reports whether a thing was lost or stolen, and no data by an attack,
// which is told in the same words.
func (f *facts) thingLost() bool {
	return f.PrimaryVector == breach.LostOrStolen && !f.hasVector(attacks...)
}

// onlyMoney reports whether the case is a fraud by mail, where what flowed out is
// money unless data are named.
func (f *facts) onlyMoney(v *view) bool {
	return f.PrimaryVector == breach.Phishing && v.any(v.r.c.k.deceit)
}

// weighLeak weighs against each other what the sentences say.
func (f *facts) weighLeak(v *view) {
	r, k, l := v.r, &v.r.c.k, &f.leak
	choose := func(status breach.LeakStatus, s leakSay) {
		f.LeakStatus = status
		if l.on[s] != nil {
			f.ev.add("leak_status", l.on[s], l.on[s].around(l.at[s]))
		}
	}
	said, at, on := l.times, &l.at, &l.on
	money, final := f.onlyMoney(v), v.any(k.stageFinal)
	open := l.open.start < l.open.end
	mistake := f.hasVector(breach.Misdelivery) && said[sayDenied] == 0 && said[saySuspected] == 0
	if said[sayConfirmed] == 0 && l.title == saySuspected && said[saySuspected] > 0 {
		said[sayPast] = 0 // the title is the careful word
	}
	if said[sayConfirmed] == 0 && said[saySuspected] > 2*said[sayPast] {
		said[sayPast] = 0 // a slip of the pen among hedges
	}
	if said[sayPast] > 0 {
		if said[sayConfirmed] == 0 {
			at[sayConfirmed], on[sayConfirmed] = at[sayPast], on[sayPast]
		}
		said[sayConfirmed] += said[sayPast]
	}
	opened := f.hasVector(breach.Misconfiguration, breach.Misdelivery)
	switch {
	case l.couldSee == 0 || l.title == saySuspected:
	case !opened && f.hasVector(breach.CredentialStuffing, breach.AccountTakeover): // what whoever logs on can see
		if said[saySuspected] == 0 {
			at[saySuspected], on[saySuspected] = l.seen, l.seenOn
		}
		said[saySuspected]++
	case opened || said[saySuspected]+said[sayDenied] == 0:
		if said[sayConfirmed] == 0 {
			at[sayConfirmed], on[sayConfirmed] = l.seen, l.seenOn
		}
		said[sayConfirmed]++
	}
	kept := (f.PrimaryVector == breach.Insider && !l.gone || f.thingLost()) && said[sayDenied] > 0
	switch {
	case f.PrimaryVector == breach.Impersonation && said[sayConfirmed] == 0 && said[sayDenied] > 0:
		choose(breach.LeakDenied, sayDenied)
	case l.weak > 0 && l.weak == said[saySuspected] && said[sayConfirmed] == 0 && l.title == sayAttributive && said[sayAttributive] > 0 && final:
		choose(breach.LeakConfirmed, sayAttributive) // boilerplate for those concerned, under a title that states it
	case f.PrimaryVector == breach.Impersonation && said[sayConfirmed]+said[sayDenied] == 0 && l.title == sayNothing:
		f.LeakStatus = breach.LeakUnknown // what a fake may take is no leak
	case f.PrimaryVector == breach.Insider && !l.left && said[sayConfirmed] > 0 && said[saySuspected] == 0:
		f.LeakStatus = breach.LeakUnknown // looked at by one's own, not said to have left
	case l.couldSee > 0 && said[sayConfirmed]+said[sayDenied] == 0 && l.title == saySuspected:
		f.LeakStatus = breach.LeakSuspected
		f.ev.add("leak_status", l.seenOn, l.seenOn.around(l.seen))
	case money && said[sayConfirmed]+said[saySuspected]+said[sayDenied] == 0:
		f.LeakStatus = breach.LeakUnknown
	case kept && said[saySuspected] == 0 && !l.examined:
		choose(breach.LeakDenied, sayDenied)
	case f.thingLost() && said[saySuspected]+said[sayInvestigating] == 0 && said[sayConfirmed] < 2:
		f.LeakStatus = breach.LeakUnknown
	case said[sayConfirmed] > 0:
		choose(breach.LeakConfirmed, sayConfirmed)
	case said[saySuspected] > 0:
		choose(breach.LeakSuspected, saySuspected)
	case mistake && len(r.text.text) > 0:
		choose(breach.LeakConfirmed, sayAttributive)
	case said[sayDenied] > 0 && open:
		f.LeakStatus = breach.LeakSuspected
		f.ev.add("leak_status", &r.text, l.open)
	case said[sayDenied] > 0 && final && !l.examined:
		choose(breach.LeakDenied, sayDenied)
	case said[sayDenied] > 0 && (said[sayInvestigating] > 0 || l.examined):
		choose(breach.LeakUnderInvestigation, sayDenied)
	case said[sayDenied] > 0:
		choose(breach.LeakDenied, sayDenied)
	case said[sayInvestigating] > 0:
		choose(breach.LeakUnderInvestigation, sayInvestigating)
	case open && l.claims+said[sayAttributive] == 0 && l.title == sayNothing:
		f.LeakStatus = breach.LeakSuspected
		f.ev.add("leak_status", &r.text, l.open)
	case l.title == saySuspected, l.claims > 0 && l.title < sayPast:
		f.LeakStatus = breach.LeakSuspected
	case l.title == sayAttributive || l.title >= sayPast:
		choose(breach.LeakConfirmed, sayAttributive)
	case said[sayAttributive] > 0:
		choose(breach.LeakConfirmed, sayAttributive)
	case f.hasVector(breach.UnauthorizedAccess, breach.Ransomware, breach.VulnerabilityExploit, breach.Defacement, breach.Malware, breach.AccountTakeover) && l.examined && l.asked:
		f.LeakStatus = breach.LeakUnderInvestigation
	case l.untouched > 0 && !f.thingLost():
		f.LeakStatus = breach.LeakDenied
		f.ev.add("leak_status", l.sparedOn, l.sparedOn.around(l.spared))
	default:
		f.LeakStatus = breach.LeakUnknown
	}
}
