package classifier

import (
	"bytes"
	"hash/maphash"
	"slices"
	"strings"
	"unicode/utf8"

	"oshirase/breach"
)

// reading is the work on one notice; it is reused to keep its memory.
type reading struct {
	c           *Classifier
	n           *breach.Notice
	title, text page
	figures     []figure
	dataHits    []dataHit
	hints       []dataHit // what may be data, for the model alone
	dataIDs     []int32   // signals of one mention
	items       []listItem
	denial      denial
	english     englishClause
	older       int32 // where the text turns to earlier reports pasted below
	whenSeen    []moment
	later       []bool          // by sentence of text: under a heading of what comes after
	repeated    []bool          // by sentence of text: printed before
	seen        map[uint64]span // sentences by hash, while repeated is made
	bag         bag
	scores      []int32 // by output of the model, for one case
	sums        []int32 // by sentence, for one output of the model
	named       []mention
	candidates  []candidate
	explaining  bool
	caseAt      int // the case that is read, -1 before any
	answers     []LearnedAnswer
	near        window  // the window of sentences that speaks most for an incident
	several     bool    // title or text announce several incidents
	single      bool    // the model is sure of one
	ruled       verdict // what rules say of the whole notice
}

// view is what one case is read from: the title (nil where the text tells of
// several incidents) and a range of the text's sentences.
type view struct {
	r      *reading
	title  *page
	lo, hi int // sentences of r.text, hi exclusive
	where  span
	name   string // the victim that the split was made by
	nameAt span   // where it stands in the text
	head   span   // what the text says before the first of several incidents
}

// open makes the notice ready: its marks, its days, its figures.
func (r *reading) open(n *breach.Notice, explain bool) {
	r.n = n
	r.explaining, r.caseAt, r.answers = explain, -1, r.answers[:0]
	r.several, r.single, r.ruled = false, false, verdict{}
	r.denial, r.english = denial{}, englishClause{}
	r.c.m.run(&r.title, "title", n.Title, explain)
	r.c.m.run(&r.text, "text", n.Text, explain)
	r.title.sortSpoken(&r.c.k)
	r.text.sortSpoken(&r.c.k)
	r.markRepeats()
	r.readMoments()
	r.markConcepts()
	r.readPasted()
	r.markAftermath()
}

func (r *reading) finding(n *breach.Notice, explain bool) breach.Finding {
	r.open(n, explain)
	f := breach.Finding{
		ID:     breach.FindingID(n.ID, n.Revision, r.c.digest),
		Notice: n.NoticeHead,
		Rules:  r.c.digest,
		Basis:  "text",
		Cases:  []breach.Case{},
	}
	if len(r.text.text) == 0 {
		f.Basis = "title"
	}
	v := r.relevance()
	f.IsBreach, f.Why = v.breach, v.why
	if !f.IsBreach {
		return f
	}
	r.readFigures()
	for i, cv := range r.split() {
		r.caseAt = i
		c := r.readCase(cv)
		c.Index = i
		f.Cases = append(f.Cases, c)
	}
	worst := 0
	for i, c := range f.Cases {
		if c.Severity.Rank() > f.Cases[worst].Severity.Rank() {
			worst = i
		}
	}
	f.Severity, f.PrimaryVector = f.Cases[worst].Severity, f.Cases[worst].PrimaryVector
	return f
}

// markRepeats finds sentences that the text prints again, so that a page that
// shows an article twice tells it once.
func (r *reading) markRepeats() {
	p := &r.text
	r.repeated = r.repeated[:0]
	const long = 90 // bytes; short lines repeat without meaning anything
	candidates := 0
	for _, s := range p.sentences {
		if s.end-s.start >= long {
			candidates++
		}
	}
	if candidates < 2 || len(p.sentences) <= 4 {
		r.repeated = append(r.repeated, make([]bool, len(p.sentences))...)
		return
	}
	if r.seen == nil {
		r.seen = make(map[uint64]span)
	}
	for _, s := range p.sentences {
		r.repeated = append(r.repeated, s.end-s.start >= long && r.isRepeat(s.span))
	}
	if candidates > 1<<12 {
		r.seen = nil
	}
	clear(r.seen)
}

var repeatSeed = maphash.MakeSeed()

// isRepeat reports whether the text printed s before, and remembers it.
func (r *reading) isRepeat(s span) bool {
	t := r.text.folded.text
	for key := maphash.Bytes(repeatSeed, t[s.start:s.end]); ; key++ {
		before, ok := r.seen[key]
		if !ok {
			r.seen[key] = s
			return false
		}
		if bytes.Equal(t[before.start:before.end], t[s.start:s.end]) {
			return true
		}
	}
}

// line is the original text of s without the breaks of wrapped lines, for names
// that run over one: a PDF breaks them anywhere. Between Latin letters a break
// is a space.
func (p *page) line(s span) string {
	text := p.quote(s).Text
	if !strings.ContainsAny(text, "\r\n") {
		return text
	}
	var b strings.Builder
	b.Grow(len(text))
	for part := range strings.FieldsFuncSeq(text, func(r rune) bool { return r == '\r' || r == '\n' }) {
		if part = strings.TrimSpace(part); part == "" {
			continue
		}
		if b.Len() > 0 && b.String()[b.Len()-1] < utf8.RuneSelf && part[0] < utf8.RuneSelf {
			b.WriteByte(' ')
		}
		b.WriteString(part)
	}
	return b.String()
}

// quote cuts the original text of s.
func (p *page) quote(s span) breach.Quote {
	a, b := p.start(int(s.start)), p.finish(int(s.end))
	b = min(max(a, b), len(p.orig))
	for a < b && !utf8.RuneStart(p.orig[a]) {
		a--
	}
	for b < len(p.orig) && !utf8.RuneStart(p.orig[b]) {
		b++
	}
	t := p.orig[a:b]
	trimmed := strings.TrimLeft(t, " \t\r\n\u3000")
	a += len(t) - len(trimmed)
	trimmed = strings.TrimRight(trimmed, " \t\r\n\u3000")
	q := breach.Quote{Text: trimmed, In: p.in, Start: a, End: a + len(trimmed)}
	if p.invalid {
		q.Text = strings.ToValidUTF8(trimmed, "\uFFFD")
	}
	return q
}

// maxQuote bounds a quote in bytes of the folded text.
const maxQuote = 360

// around is the clause of m, or the neighbourhood of m in a long clause.
func (p *page) around(m mark) span {
	c := p.clauses[m.clause]
	if c.end-c.start <= maxQuote && c.has(m.span) {
		return c
	}
	a, b := max(c.start, m.start-maxQuote/2), min(max(c.end, m.end), m.end+maxQuote/2)
	for a > 0 && !utf8.RuneStart(p.folded.text[a]) {
		a--
	}
	for int(b) < len(p.folded.text) && !utf8.RuneStart(p.folded.text[b]) {
		b++
	}
	return span{a, b}
}

// each calls f for every mark of kind in the view, title first.
func (v *view) each(kind int, f func(p *page, m mark)) {
	if v.title != nil {
		for _, m := range v.title.marks[kind] {
			f(v.title, m)
		}
	}
	for _, m := range v.in(kind) {
		f(&v.r.text, m)
	}
}

// in lists the marks of kind in the view's part of the text.
func (v *view) in(kind int) []mark {
	list := marksFrom(v.r.text.marks[kind], v.where.start)
	if n := len(list); n == 0 || list[n-1].start < v.where.end { // most often
		return list
	}
	return list[:len(list)-len(marksFrom(list, v.where.end))]
}

func (v *view) any(kind int) bool {
	return v.title != nil && len(v.title.marks[kind]) > 0 || len(v.in(kind)) > 0
}

func (r *reading) hit(p *page, m mark, effect string) breach.RuleHit {
	return breach.RuleHit{Rule: r.c.m.rules[m.rule].ID, Effect: effect, Quote: p.quote(m.span)}
}

// evidence collects quotes by field, each place once and few a field.
type evidence map[string][]breach.Quote

const maxEvidence = 4

func (e evidence) add(field string, p *page, s span) {
	have := e[field]
	if len(have) >= maxEvidence {
		return
	}
	if q := p.quote(s); q.Text != "" && !slices.Contains(have, q) {
		e[field] = append(have, q)
	}
}
