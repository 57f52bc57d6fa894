package classifier

import "oshirase/breach"

// isDigest reports whether rules say that title or text announce several incidents.
// That incidents come one after the other says less where a processor was hit: then
// its clients do, and where one tells of its own matter, what is reported to it.
func (r *reading) isDigest() bool {
	k := &r.c.k
	return r.speaks(k.digest) || r.speaks(k.wave) && !r.speaks(k.vector[breach.ThirdParty]) && r.reportsOnOthers()
}

// speaks reports whether title or text have a mark of kind.
func (r *reading) speaks(kind int) bool { return len(r.title.marks[kind])+len(r.text.marks[kind]) > 0 }

// Scores against several incidents, in thousandths of a logit: up to doubtWave there
// are several where one is said to follow the other, up to doubtDigest where a list of
// them is announced; beyond sureSingle no text whose title names an incident is cut.
// Pages of one voice on several matters, which few records teach, lie between.
const doubtWave, doubtDigest, sureSingle = 2500, 5000, 8000

// learnSeveral corrects what rules say of several incidents by what the model
// learned of the first window, where such are announced.
func (r *reading) learnSeveral(b *bag) {
	sc := r.c.scorer
	if at := sc.output[OutputSeveral]; sc.known[at] && len(r.text.sentences) >= minSplit {
		score := sc.one(b, at)
		r.several = score > 0 || r.several && (score > -doubtWave || score > -doubtDigest && r.speaks(r.c.k.digest))
		r.single = score < -sureSingle && len(r.title.marks[r.c.k.incidentTitle]) > 0
	}
}
