package classifier

import (
	"cmp"
	"slices"

	"oshirase/breach"
)

// A text is judged in windows, so that what stands far away changes nothing;
// windows overlap by half.
const windowSentences = 48

// doubt is how much surer, in thousandths of a logit, the model must be to take
// back what the rules say: that there is an incident, what leaked, which report
// it is.
const doubt = 2000

// Names of the reasons that a learned model gives.
const (
	ruleLearned = "learned."
	whyFor      = "for"
	whyAgainst  = "against"
)

// relevance says whether the notice tells of an incident: by the rules' score
// and, where there is a model, by what it learned from that and the signals of
// the text. A title alone is left to the rules: one in a thousand titles is true,
// and a few words are too few signals to be as sure as that.
func (r *reading) relevance() verdict {
	v := r.weighRules()
	sc := r.c.scorer
	if sc == nil || len(r.text.text) == 0 || !sc.known[sc.output[OutputIncident]] {
		return v
	}
	n := len(r.text.sentences)
	r.near = [2]int{0, min(n, windowSentences)}
	score := r.windowScore(v, r.near)
	for lo := windowSentences / 2; score <= 0 && lo+windowSentences/2 < n; lo += windowSentences / 2 {
		w := [2]int{lo, min(n, lo+windowSentences)}
		if s := r.windowScore(v, w); s > score {
			r.near, score = w, s
		}
	}
	return r.relearn(v)
}

func (r *reading) windowScore(v verdict, w [2]int) int32 {
	b := r.gather(&r.title, w[0], w[1], false)
	b.answer(r.c.signals, v)
	return r.c.scorer.one(b, r.c.scorer.output[OutputIncident])
}

// relearn gives the verdict of the model on the title and the nearest window,
// with the sentence that speaks most for it among the reasons.
func (r *reading) relearn(v verdict) verdict {
	sc := r.c.scorer
	lo, hi := r.near[0], r.near[1]
	b := r.gather(&r.title, lo, hi, false)
	b.answer(r.c.signals, v)
	score := sc.one(b, sc.output[OutputIncident])
	v.breach = score > 0 || v.breach && (score > -doubt || r.ownSpoke())
	r.trace(b, OutputIncident)
	if !v.breach {
		return v
	}
	if p, where, ok := r.proof(&r.title, lo, hi, OutputIncident); ok {
		if len(v.why) == maxWhy {
			v.why = v.why[:maxWhy-1]
		}
		v.why = slices.Insert(v.why, 0, breach.RuleHit{Rule: ruleLearned + OutputIncident, Effect: whyFor, Quote: p.quote(where)})
	}
	return v
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
	if sc == nil || len(r.text.text) == 0 {
		return
	}
	lo, hi := v.lo, v.hi
	if hi-lo > 2*windowSentences && r.near[0] >= lo && r.near[1] <= hi {
		lo, hi = r.near[0], r.near[1]
	}
	b := r.gather(v.title, lo, hi, true)
	b.answers(r.c.signals, f)
	r.scores = sc.score(b, r.scores)
	if r.explaining {
		r.trace(b, outputPrimary+string(best(sc, r.scores, outputPrimary, breach.Vectors())))
		for _, v := range breach.Vectors() {
			if r.scores[sc.output[outputVector+string(v)]] > 0 {
				r.trace(b, outputVector+string(v))
			}
		}
		r.trace(b, outputLeak+string(best(sc, r.scores, outputLeak, breach.LeakStatuses())))
		r.trace(b, outputStage+string(best(sc, r.scores, outputStage, breach.Stages())))
		for _, output := range []string{OutputDisrupted, OutputCore, OutputNoHarm} {
			r.trace(b, output)
		}
	}
	prove := func(field, output string) {
		if p, where, ok := r.proof(v.title, lo, hi, output); ok {
			f.ev.add(field, p, where)
			if len(f.Why) < maxWhy {
				f.Why = append(f.Why, breach.RuleHit{Rule: ruleLearned + field, Effect: whyFor, Quote: p.quote(where)})
			}
		}
	}
	f.learnVectors(prove)
	if leak := best(sc, r.scores, outputLeak, breach.LeakStatuses()); r.surer(outputLeak, string(leak), string(f.LeakStatus)) {
		f.LeakStatus = leak
		delete(f.ev, "leak_status")
		if leak != breach.LeakUnknown {
			prove("leak_status", outputLeak+string(leak))
		}
	}
	if stage := best(sc, r.scores, outputStage, breach.Stages()); r.surer(outputStage, string(stage), string(f.Stage)) {
		f.Stage = stage
		delete(f.ev, "stage")
		if stage != breach.StageFirst {
			prove("stage", outputStage+string(stage))
		}
	}
	if o := sc.output[OutputCore]; sc.known[o] && r.corrects(o, f.coreStop) {
		f.coreStop = !f.coreStop
		delete(f.ev, "core_operation")
		if f.coreStop {
			prove("core_operation", OutputCore)
		}
	}
	o := sc.output[OutputNoHarm]
	f.noHarm = sc.known[o] && r.scores[o] > 0
	if o := sc.output[OutputDisrupted]; sc.known[o] && r.corrects(o, f.ServiceDisrupted) {
		f.ServiceDisrupted = !f.ServiceDisrupted
		delete(f.ev, "service_disrupted")
		if f.ServiceDisrupted {
			prove("service_disrupted", OutputDisrupted)
		}
	}
}

// corrects reports whether the model's answer to a yes or no differs from the
// rules', beyond doubt where it takes back.
func (r *reading) corrects(output int, rules bool) bool {
	if rules {
		return r.scores[output] < -doubt
	}
	return r.scores[output] > 0
}

// surer reports whether the model prefers learned to what the rules say, beyond
// doubt.
func (r *reading) surer(prefix, learned, rules string) bool {
	sc := r.c.scorer
	a, b := sc.output[prefix+learned], sc.output[prefix+rules]
	return learned != rules && sc.known[a] && r.scores[a]-r.scores[b] > doubt
}

// learnVectors sets the vectors and their proof; what the rules found as well
// keeps the rules' proof.
func (f *facts) learnVectors(prove func(field, output string)) {
	sc, scores := f.r.c.scorer, f.r.scores
	primary := best(sc, scores, outputPrimary, breach.Vectors())
	own := func(v breach.Vector) bool { return f.signs[v] != nil && f.r.c.m.rules[f.signs[v].mark.rule].own }
	if own(f.PrimaryVector) {
		primary = f.PrimaryVector
	}
	if !sc.known[sc.output[outputPrimary+string(primary)]] {
		return
	}
	vectors := []breach.Vector{primary}
	if primary != breach.UnknownVector {
		for _, v := range breach.Vectors() {
			if v != primary && v != breach.UnknownVector && (scores[sc.output[outputVector+string(v)]] > 0 || f.signs[v] != nil && scores[sc.output[outputVector+string(v)]] > -doubt || own(v)) {
				vectors = append(vectors, v)
			}
		}
		if primary != breach.UnauthorizedAccess && slices.ContainsFunc(vectors, statesMethod) {
			vectors = slices.DeleteFunc(vectors, func(v breach.Vector) bool { return v == breach.UnauthorizedAccess })
		}
		slices.SortStableFunc(vectors[1:], func(a, b breach.Vector) int {
			return cmp.Compare(scores[sc.output[outputVector+string(b)]], scores[sc.output[outputVector+string(a)]])
		})
	}
	delete(f.ev, "vectors")
	delete(f.ev, "primary_vector")
	f.Why = slices.DeleteFunc(f.Why, func(h breach.RuleHit) bool { return true })
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
