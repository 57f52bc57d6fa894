package classifier

import (
	"cmp"
	"slices"

	"oshirase/breach"
)

// maxDataWeighed bounds the mentions and items of a case that are weighed.
const maxDataWeighed = 300

// dataWeighing weighs the mentions of kinds of data of one case, and the items of
// lists that may be other data.
type dataWeighing struct {
	f       *facts
	s       *dataSignals
	hits    []dataHit
	other   int32       // its place in the vocabulary
	in      []bool      // by kind: touched, as the rules say
	tallies []dataTally // by kind
	weights []int32     // nil in training
	bias    int32
	// What was added up last, and holds for more than one mention.
	cases []int32 // by kind; unweighed where none was asked for
	sums  [2]sentenceSum
	ids   []int32
}

// dataTally is how often a kind is mentioned, and what the rules say of it.
type dataTally struct{ told, in, out int32 }

// sentenceSum is what a sentence speaks for the mentions in it, or for the items.
type sentenceSum struct {
	page *page
	sent int32
	sum  int32
}

// unweighed is a sum that nobody asked for yet.
const unweighed = -1 << 31

// dataPlace is a mention or an item with its score, in thousandths of a logit.
type dataPlace struct {
	kind  int32 // in the vocabulary
	page  *page
	where span
	score int32
}

func (f *facts) newDataWeighing(hits []dataHit, in map[breach.DataType]bool, weights []int32) *dataWeighing {
	all := breach.DataTypes()
	w := &dataWeighing{f: f, s: f.r.c.signals.data, hits: hits, other: index(all, breach.DataOther), in: make([]bool, len(all)), weights: weights, ids: f.r.dataIDs[:0], tallies: make([]dataTally, len(all)), cases: make([]int32, len(all))}
	for i := range hits {
		t := &w.tallies[hits[i].at]
		t.told++
		switch hits[i].say {
		case dataIn:
			t.in++
		case dataOut:
			t.out++
		}
	}
	for i, d := range all {
		w.cases[i], w.in[i] = unweighed, in[d]
	}
	return w
}

// each calls yield for every mention, hint and item that is weighed, in the order of
// the text, so that those of a sentence share what was read of it.
func (w *dataWeighing) each(yield func(h *dataHit, it *listItem)) {
	hits, hints, items := w.hits[:min(len(w.hits), maxDataWeighed)], w.f.r.hints, w.f.r.items
	for len(hits)+len(hints)+len(items) > 0 {
		list := &hits
		if len(hits) == 0 || len(hints) > 0 && hints[0].before(hits[0].page, hits[0].start) {
			list = &hints
		}
		if len(items) > 0 && (len(*list) == 0 || !(*list)[0].before(items[0].beside.page, items[0].whole.start+1)) {
			yield(nil, &items[0])
			items = items[1:]
			continue
		}
		yield(&(*list)[0], nil)
		*list = (*list)[1:]
	}
}

func (w *dataWeighing) sum(ids []int32) int32 {
	sum := int32(0)
	for _, id := range ids {
		sum += w.weights[id]
	}
	return sum
}

// weigh adds up what speaks for a mention or an item.
func (w *dataWeighing) weigh(h *dataHit, it *listItem) dataPlace {
	var place dataPlace
	var sent int32
	group := 0
	if it == nil {
		place, sent = dataPlace{kind: h.at, page: h.page, where: h.page.around(h.mark)}, h.sent
		w.ids = w.addMention(w.ids[:0], h)
	} else {
		place, sent, group = dataPlace{kind: w.other, page: it.beside.page, where: it.whole}, it.beside.sent, 1
		w.ids = w.addItem(w.ids[:0], it)
	}
	place.score = w.sum(w.ids)
	if known := &w.sums[group]; known.page != place.page || known.sent != sent {
		w.ids = w.addSentence(w.ids[:0], place.page, sent, group)
		*known = sentenceSum{place.page, sent, w.sum(w.ids)}
	}
	k := place.kind
	if w.cases[k] == unweighed {
		w.ids = w.addCase(w.ids[:0], k)
		w.cases[k] = w.bias + w.sum(w.ids)
	}
	place.score += w.sums[group].sum + w.cases[k]
	return place
}

// all lists every signal of a mention or an item.
func (w *dataWeighing) all(h *dataHit, it *listItem) (kind int32, ids []int32) {
	kind = w.other
	if it == nil {
		kind, ids = h.at, w.addSentence(w.addMention(nil, h), h.page, h.sent, 0)
	} else {
		ids = w.addSentence(w.addItem(nil, it), it.beside.page, it.beside.sent, 1)
	}
	return kind, w.addCase(ids, kind)
}

const doubtData = 300

// weighData asks the model of every kind that is mentioned, or may be: it was
// touched where one of its mentions weighs more than nothing. What a rule of the
// user's own found stays, and so does what the rules add that no word names. in is
// what the rules found.
//
// Within doubtData, in thousandths of a logit, the rules' yes stands.
func (f *facts) weighData(hits []dataHit, in map[breach.DataType]bool) {
	r := f.r
	sc := r.c.scorer
	if sc == nil || sc.data == nil || len(r.text.text) == 0 {
		return
	}
	all := breach.DataTypes()
	w := f.newDataWeighing(hits, in, sc.data)
	w.bias = sc.bias[sc.output[OutputData]]
	best := make([]dataPlace, len(all))
	weighed := make([]bool, len(all)) // by kind: by a mention or an item
	w.each(func(h *dataHit, it *listItem) {
		p := w.weigh(h, it)
		weighed[p.kind] = weighed[p.kind] || h == nil || !h.hint
		if b := &best[p.kind]; b.page == nil || p.score > b.score {
			*b = p
		}
	})
	if r.explaining {
		w.trace(best)
	}
	for i := range hits {
		if h := &hits[i]; h.say == dataIn && in[h.kind] && r.c.m.rules[h.rule].own {
			if b := &best[h.at]; b.score <= 0 {
				*b = dataPlace{kind: h.at, page: h.page, where: h.page.around(h.mark), score: 1}
			}
		}
	}
	if other := &best[w.other]; !weighed[w.other] && other.score <= 0 && in[breach.DataOther] {
		*other = f.unnamed
	}
	found := best[:0:0]
	for k, p := range best {
		switch {
		case p.page == nil:
		case p.score > 0, in[all[k]] && p.score > -doubtData:
			in[all[k]] = true
			found = append(found, p)
		case weighed[k]:
			delete(in, all[k])
		}
	}
	if len(found) > 0 || len(in) == 0 {
		delete(f.ev, "data_types")
	}
	slices.SortStableFunc(found, func(a, b dataPlace) int { // the title first
		return cmp.Or(cmp.Compare(b.page.in, a.page.in), cmp.Compare(a.where.start, b.where.start))
	})
	for _, p := range found {
		f.ev.add("data_types", p.page, p.where)
	}
	if card := index(all, breach.DataCardNumber); len(found) > 0 && in[breach.DataCardNumber] && w.tallies[card].told == 0 { // what a tampered checkout takes
		f.ev["data_types"] = append(f.ev["data_types"], f.ev["primary_vector"]...)
	}
	r.dataIDs = w.ids
}

// trace remembers what the best place of each kind is made of.
func (w *dataWeighing) trace(best []dataPlace) {
	r := w.f.r
	traced := map[int32]bool{}
	w.each(func(h *dataHit, it *listItem) {
		p := w.weigh(h, it)
		if traced[p.kind] || best[p.kind] != p {
			return
		}
		traced[p.kind] = true
		a := LearnedAnswer{Case: r.caseAt, Output: OutputData + " " + string(breach.DataTypes()[p.kind]), Score: float64(p.score) / 1000}
		_, ids := w.all(h, it)
		for _, id := range ids {
			if weight := w.weights[id]; weight != 0 {
				a.Signals = append(a.Signals, LearnedSignal{w.s.names[id], float64(weight) / 1000})
			}
		}
		slices.SortFunc(a.Signals, heaviestFirst)
		a.Signals = a.Signals[:min(len(a.Signals), maxSignalsShown)]
		r.answers = append(r.answers, a)
	})
}

// Mention is a mention of a kind of data, or an item of a list that may be other
// data, for training.
type Mention struct {
	Kind    breach.DataType
	Signals []string
}

// DataByHand are the signals of mentions that are weighed by hand, which learning
// begins with: the rules' own answer.
var DataByHand = []LearnedSignal{{"data " + dataTaken, 1.5}, {"data " + dataRefused, -1.5}}

// Mentions lists what the classifier weighs to tell which kinds of data were
// touched; none where the notice tells of several incidents. It is for training.
func (c *Classifier) Mentions(notice *breach.Notice) []Mention {
	r := c.pool.Get().(*reading)
	defer c.pool.Put(r)
	r.open(notice, false)
	r.relevance()
	views := r.split()
	if len(views) > 1 {
		return nil
	}
	v := &views[0]
	f := r.readByRules(v)
	f.learn(v)
	hits := r.findData(v)
	in, _ := f.readDataByRules(v, hits)
	f.readHints(v, hits)
	w := f.newDataWeighing(hits, in, nil)
	var out []Mention
	w.each(func(h *dataHit, it *listItem) {
		kind, ids := w.all(h, it)
		m := Mention{Kind: breach.DataTypes()[kind], Signals: make([]string, len(ids))}
		for i, id := range ids {
			m.Signals[i] = w.s.names[id]
		}
		out = append(out, m)
	})
	return out
}
