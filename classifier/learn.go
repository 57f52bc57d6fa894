package classifier

import (
	"cmp"
	"slices"

	"oshirase/breach"
)

// A text is judged in windows, so that what stands far away changes nothing;
// windows overlap by half.
const windowSentences = 48

// How much surer, in thousandths of a logit, the model must be to take back what
// the rules say: that there is an incident, and what leaked, which vectors there
// are, what stood still, which report it is. Judged in folds, smaller doubts are
// right a little more often, and of a leak, told in so many ways, much more; but a
// model that few records taught must not undo the rules, and of facts it has the
// habits of those who labelled.
const (
	doubtIncident = 600
	doubtLeak     = 500
	doubt         = 1500
)

// Where the rules see what the model does not, passages of a longer text are asked
// by themselves: a page of advice may hold the tale of a real incident, a long
// report one sentence on the way in. Beyond closeSure, in thousandths of a logit,
// an incident stands, beyond namedSure where the title says whom one befell; a
// vector stands above -doubtIncident in the sentences around what the rules found,
// half as many.
const (
	closeSentences = 12
	closeSure      = 3000
	namedSure      = 1500
)

// sure is a score for an incident, in thousandths of a logit, beyond which no
// other window is looked at; below it, a better one may come.
const sure = 3000

// The reasons that a learned model gives.
const (
	ruleLearned = "learned."
	whyFor      = "for"
)

// window is a range of the text's sentences, hi exclusive.
type window struct{ lo, hi int }

// relevance says whether the notice tells of an incident: by the rules' score
// and, where there is a model, by what it learned from that and the signals of
// the text.
func (r *reading) relevance() verdict {
	v := r.weighRules()
	r.ruled = v
	sc := r.c.scorer
	r.near, r.several, r.single = window{}, r.isDigest(), false
	if len(r.text.text) == 0 {
		return r.relevanceOfTitle(v)
	}
	if sc == nil || !sc.known[sc.output[OutputIncident]] {
		return v
	}
	n := len(r.text.sentences)
	r.near = window{0, min(n, windowSentences)}
	first := r.gatherWindow(v, r.near)
	score := sc.one(first, sc.output[OutputIncident])
	r.learnSeveral(first)
	for lo := windowSentences / 2; score <= sure && lo+windowSentences/2 < n; lo += windowSentences / 2 {
		w := window{lo, min(n, lo+windowSentences)}
		if s := sc.one(r.gatherWindow(v, w), sc.output[OutputIncident]); s > score {
			r.near, score = w, s
		}
	}
	if v.breach && score <= -doubtIncident && n > closeSentences {
		title, enough := &r.title, int32(closeSure)
		if r.titleNamesVictim() { // what else it promises, such as advice, is not of the incident
			title, enough = nil, namedSure
		}
		for lo := 0; lo+closeSentences/2 < n; lo += closeSentences / 2 {
			w := window{lo, min(n, lo+closeSentences)}
			b := r.gather(title, w, false)
			b.answer(r.c.signals, v)
			if s := sc.one(b, sc.output[OutputIncident]); s > enough && s > score {
				r.near, score = w, s
			}
		}
	}
	if r.explaining {
		r.trace(r.gatherWindow(v, r.near), OutputIncident)
	}
	v.breach = score > 0 || v.breach && (score > -doubtIncident || r.ownSpoke())
	if !v.breach {
		return v
	}
	if p, where, ok := r.proof(&r.title, r.near, OutputIncident); ok {
		v.why = slices.Insert(v.why[:min(len(v.why), maxWhy-1)], 0, breach.RuleHit{Rule: ruleLearned + OutputIncident, Effect: whyFor, Quote: p.quote(where)})
	}
	return v
}

// titleNamesVictim reports whether the title, or a heading among the first lines of
// a text without one, begins with whom an incident befell.
func (r *reading) titleNamesVictim() bool {
	if p := &r.title; len(p.sentences) > 0 {
		return p.has(r.c.k.incidentTitle, p.sentences[0].span) && r.beginsWithVictim(p, 0)
	}
	for i, s := range r.text.sentences[:min(len(r.text.sentences), headLines)] {
		heads := i == 0 || s.block != r.text.sentences[i-1].block
		if heads && s.end-s.start <= maxHeading && r.incidentIn(i, i+1) && r.beginsWithVictim(&r.text, i) {
			return true
		}
	}
	return false
}

// headLines is among how many first lines the heading of a text is looked for.
const headLines = 3

func (r *reading) beginsWithVictim(p *page, sent int) bool {
	name, particle := r.leadingName(p, p.sentences[sent].span)
	return name.end > name.start && slices.Contains([]string{"で", "が", "は", "も", "の", "、", "に"}, particle)
}

func (r *reading) gatherWindow(v verdict, w window) *bag {
	b := r.gather(&r.title, w, false)
	b.answer(r.c.signals, v)
	return b
}

// How sure, in thousandths of a logit, the model must be of a title alone: one in
// a thousand is true. At titleSure it sees an incident where the rules see none,
// below titleDenied it takes one back; above titleWorth the document is worth
// reading.
const (
	titleSure   = 1000
	titleDenied = -2500
	titleWorth  = -1000
)

// relevanceOfTitle judges a title alone, by its words and concepts: what the
// rules say of it is no signal, for they were made by the titles that teach.
func (r *reading) relevanceOfTitle(v verdict) verdict {
	score, ok := r.titleScore()
	switch {
	case !ok:
	case v.breach:
		v.breach = score > titleDenied || r.ownSpoke()
	case score > titleSure:
		v.breach = true
		whole := span{0, int32(len(r.title.folded.text))}
		v.why = slices.Insert(v.why[:min(len(v.why), maxWhy-1)], 0, breach.RuleHit{Rule: ruleLearned + OutputIncident, Effect: whyFor, Quote: r.title.quote(whole)})
	}
	if ok && r.explaining {
		r.trace(r.gatherTitle(), OutputTitle)
	}
	return v
}

// titleScore is what the model says of the title alone; false where it was not
// asked about titles.
func (r *reading) titleScore() (int32, bool) {
	sc := r.c.scorer
	if sc == nil || !sc.known[sc.output[OutputTitle]] {
		return 0, false
	}
	return sc.one(r.gatherTitle(), sc.output[OutputTitle]), true
}

func (r *reading) gatherTitle() *bag {
	b := r.newBag()
	for i := range r.title.sentences {
		r.addSentence(b, &r.title, i)
	}
	return b
}

// ownSpoke reports whether a rule of the user's own names a vector: what they
// write themselves, no model takes back.
func (r *reading) ownSpoke() bool {
	for _, p := range []*page{&r.title, &r.text} {
		for _, kind := range r.c.k.vector {
			if slices.ContainsFunc(p.marks[kind], func(m mark) bool { return r.c.m.rules[m.rule].own }) {
				return true
			}
		}
	}
	return false
}

// learn corrects what the rules alone say of a case by what the model learned.
func (f *facts) learn(v *view) {
	r := f.r
	sc := r.c.scorer
	if sc == nil {
		return
	}
	if len(r.text.text) == 0 {
		f.learnFromTitle()
		return
	}
	w := window{v.lo, v.hi}
	if near := r.near; w.hi-w.lo > 2*windowSentences && near.lo < near.hi && near.lo >= w.lo && near.hi <= w.hi {
		w = near
	}
	b := r.gather(v.title, w, true)
	b.answers(r.c.signals, f)
	r.scores = sc.score(b, r.scores)
	f.traceCase(b)
	prove := func(field, output string) {
		if p, where, ok := r.proof(v.title, w, output); ok {
			f.ev.add(field, p, where)
			if len(f.Why) < maxWhy {
				f.Why = append(f.Why, breach.RuleHit{Rule: ruleLearned + field, Effect: whyFor, Quote: p.quote(where)})
			}
		}
	}
	f.looked = w
	f.learnVectors(prove)
	leaks, stages := breach.LeakStatuses(), breach.Stages()
	enough := int32(doubtLeak)
	if w.hi-w.lo > closeSentences { // in a longer case much else is told than the leak
		enough = doubt
	}
	if leak := leaks[leakOutputs.best(r.scores, len(leaks))]; r.surer(outputLeak, string(leak), string(f.LeakStatus), enough) && !(leak == breach.LeakDenied && f.leak.toldUndenied()) {
		f.LeakStatus = leak
		delete(f.ev, "leak_status")
		if leak != breach.LeakUnknown {
			prove("leak_status", outputLeak+string(leak))
		}
	}
	if stage := stages[stageOutputs.best(r.scores, len(stages))]; r.surer(outputStage, string(stage), string(f.Stage), doubt) && !f.follows(stage) {
		f.Stage = stage
		delete(f.ev, "stage")
		if stage != breach.StageFirst {
			prove("stage", outputStage+string(stage))
		}
	}
	if !f.coreStop && r.scores[sc.output[OutputCore]] > 0 { // what rules found stands: better a grave alert too many
		f.coreStop = true
		prove("core_operation", OutputCore)
	}
	f.noHarm = r.scores[sc.output[OutputNoHarm]] > 0
	if o := sc.output[OutputDisrupted]; sc.known[o] && r.corrects(o, f.ServiceDisrupted) {
		f.ServiceDisrupted = !f.ServiceDisrupted
		delete(f.ev, "service_disrupted")
		if f.ServiceDisrupted {
			prove("service_disrupted", OutputDisrupted)
		}
	}
}

// follows reports whether the number of the report contradicts that it is the
// first.
func (f *facts) follows(stage breach.Stage) bool {
	return stage == breach.StageFirst && f.ReportNo != nil && *f.ReportNo > 1
}

// titleShows is how much surer, in thousandths of a logit, the model must be of a
// vector than of none being shown, where the rules find none in a title alone.
const titleShows = 500

// learnFromTitle names the vector of a title alone that the rules name none for;
// what else a title tells, it tells by rules or not at all.
func (f *facts) learnFromTitle() {
	r, sc, vectors := f.r, f.r.c.scorer, breach.Vectors()
	if f.PrimaryVector != breach.UnknownVector || !sc.known[sc.output[outputOfTitle+string(breach.UnknownVector)]] {
		return
	}
	b := r.gatherTitle()
	r.scores = append(r.scores[:0], sc.bias...)
	for i := range vectors {
		r.scores[titleOutputs.of(i)] = sc.one(b, titleOutputs.of(i))
	}
	shown := vectors[titleOutputs.best(r.scores, len(vectors))]
	if r.explaining {
		r.trace(b, outputOfTitle+string(shown))
	}
	if r.scores[sc.output[outputOfTitle+string(shown)]]-r.scores[sc.output[outputOfTitle+string(breach.UnknownVector)]] <= titleShows {
		return
	}
	f.PrimaryVector, f.Vectors = shown, []breach.Vector{shown}
	f.attack = f.hasVector(attacks...)
	whole := span{0, int32(len(r.title.folded.text))}
	for _, field := range []string{"vectors", "primary_vector"} {
		f.ev.add(field, &r.title, whole)
	}
	f.Why = append(f.Why, breach.RuleHit{Rule: ruleLearned + "vectors", Effect: whyFor, Quote: r.title.quote(whole)})
}

// judges reports whether a model was asked for v in the text.
func (r *reading) judges(v breach.Vector) bool {
	sc := r.c.scorer
	return sc != nil && len(r.text.text) > 0 && sc.known[sc.output[outputVector+string(v)]]
}

// corrects reports whether the model's answer to a yes or no differs from the
// rules', beyond doubt.
func (r *reading) corrects(output int, rules bool) bool {
	if rules {
		return r.scores[output] < -doubt
	}
	return r.scores[output] > doubt
}

// surer reports whether the model prefers learned to what the rules say, by more
// than margin. What it has no answer for, it cannot hold against another.
func (r *reading) surer(prefix, learned, rules string, margin int32) bool {
	if learned == rules {
		return false
	}
	sc := r.c.scorer
	a, b := sc.output[prefix+learned], sc.output[prefix+rules]
	return sc.known[a] && sc.known[b] && r.scores[a]-r.scores[b] > margin
}

// standsByItself reports whether the passage around what the rules found for a
// vector does not speak against it, in a case so long that much else is told.
func (f *facts) standsByItself(v breach.Vector, output int) bool {
	r, s := f.r, f.signs[v]
	at := int(s.mark.sent)
	if s.page != &r.text || f.looked.hi-f.looked.lo <= closeSentences || at < f.looked.lo || at >= f.looked.hi {
		return false
	}
	b := r.gather(nil, window{max(f.looked.lo, at-closeSentences/4), min(f.looked.hi, at+1+closeSentences/4)}, true)
	b.answers(r.c.signals, f)
	if r.explaining {
		r.trace(b, outputVector+string(v))
		r.answers[len(r.answers)-1].Output += ", by its passage"
	}
	return r.c.scorer.one(b, output) > -doubtIncident
}

// learnVectors sets the vectors and their proof; what the rules found as well
// keeps the rules' proof.
func (f *facts) learnVectors(prove func(field, output string)) {
	scores, known, all := f.r.scores, f.r.c.scorer.known, breach.Vectors()
	outputOf := func(v breach.Vector) int { return vectorOutputs.of(slices.Index(all, v)) }
	scoreOf := func(v breach.Vector) int32 { return scores[outputOf(v)] }
	primary := all[primaryOutputs.best(scores, len(all))]
	own := func(v breach.Vector) bool { return f.signs[v] != nil && f.r.c.m.rules[f.signs[v].mark.rule].own }
	if at := slices.IndexFunc(f.Vectors, own); at == 0 || at > 0 && primary == breach.UnknownVector {
		primary = f.Vectors[at]
	}
	if !known[primaryOutputs.of(slices.Index(all, primary))] || !known[primaryOutputs.of(slices.Index(all, f.PrimaryVector))] {
		return
	}
	vectors := []breach.Vector{primary}
	if primary != breach.UnknownVector {
		for _, v := range all {
			if v == primary || v == breach.UnknownVector {
				continue
			}
			score := scoreOf(v)
			if known[outputOf(v)] && slices.Contains(accountedFor[primary], v) && !own(v) {
				if score > doubt {
					vectors = append(vectors, v)
				}
				continue
			}
			if score > 0 || own(v) || f.signs[v] != nil && (score > -doubt || !known[outputOf(v)] || f.standsByItself(v, outputOf(v))) {
				vectors = append(vectors, v)
			}
		}
		if at := slices.IndexFunc(vectors, namesIntrusion); primary == breach.UnauthorizedAccess && at > 0 && scoreOf(vectors[at]) > 0 && !own(primary) {
			primary = vectors[at]
			vectors[0], vectors[at] = vectors[at], vectors[0]
		}
		if primary != breach.UnauthorizedAccess && !own(breach.UnauthorizedAccess) && slices.ContainsFunc(vectors, statesMethod) {
			vectors = slices.DeleteFunc(vectors, func(v breach.Vector) bool { return v == breach.UnauthorizedAccess })
		}
		if at := slices.Index(vectors, breach.Defacement); primary == breach.VulnerabilityExploit && at > 0 && !own(primary) {
			primary = breach.Defacement // what was done comes before the weakness that let it
			vectors[0], vectors[at] = vectors[at], vectors[0]
		}
		slices.SortStableFunc(vectors[1:], func(a, b breach.Vector) int {
			return cmp.Compare(scoreOf(b), scoreOf(a))
		})
	}
	delete(f.ev, "vectors")
	delete(f.ev, "primary_vector")
	f.Why = f.Why[:0]
	for _, v := range vectors {
		if s := f.signs[v]; s != nil {
			f.ev.add("vectors", s.page, s.page.around(s.mark))
			f.Why = append(f.Why, f.r.hit(s.page, s.mark, whyFor))
		} else if v != breach.UnknownVector {
			prove("vectors", outputVector+string(v))
		}
	}
	if s := f.signs[primary]; s != nil {
		f.ev.add("primary_vector", s.page, s.page.around(s.mark))
	} else if primary != breach.UnknownVector {
		prove("primary_vector", outputPrimary+string(primary))
	}
	f.Vectors, f.PrimaryVector = vectors, primary
	f.attack = f.hasVector(attacks...)
}
