package classifier

// stretch is a run of sentences that tell of one incident.
type stretch struct {
	lo, hi int    // sentences, hi exclusive
	name   span   // whom it befell, as far as the split knows; may be empty
	key    string // the name without its legal form
}

// minSplit is the number of sentences below which a text is one incident.
const minSplit = 3

// split divides a notice into its cases. It looks for named headings, then for
// the items of a digest, then for paragraphs with subjects of their own, then
// for matters that have nothing to do with each other; the first that finds two
// incidents decides. Where none does, title and text are one case: cutting one
// incident in two costs more than leaving two together.
func (r *reading) split() []view {
	if len(r.text.sentences) < minSplit || r.single {
		return []view{r.whole()}
	}
	digest := r.several
	for _, find := range []func(bool) []stretch{r.bySection, r.byItem, r.bySubject, r.byMatter} {
		segs := r.distinct(find(digest))
		if len(segs) < 2 {
			continue
		}
		views := make([]view, 0, len(segs))
		for _, s := range segs {
			v := r.part(s)
			v.head = span{0, r.text.sentences[segs[0].lo].start}
			views = append(views, v)
		}
		return views
	}
	return []view{r.whole()}
}

func (r *reading) whole() view {
	return view{r: r, title: &r.title, lo: 0, hi: len(r.text.sentences), where: span{0, int32(len(r.text.folded.text))}}
}

// part is the view of one stretch; what is told outside of all of them is not
// part of it, but the head may name the attack for all.
func (r *reading) part(s stretch) view {
	p := &r.text
	v := view{r: r, lo: s.lo, hi: s.hi, where: span{p.sentences[s.lo].start, p.sentences[s.hi-1].end}}
	if s.name.end > s.name.start {
		v.name = p.wholeName(s.name)
		v.nameAt = s.name
	}
	return v
}

// maxCases bounds the cases of one notice.
const maxCases = 64

// distinct drops segments that tell of no incident and joins neighbours of one
// name, or of which one speaks of the other.
func (r *reading) distinct(segs []stretch) []stretch {
	var out []stretch
	for _, s := range segs {
		if len(out) == maxCases {
			break
		}
		if s.lo >= s.hi {
			continue
		}
		joined := false
		for i := range out {
			if s.key != "" && (out[i].key == s.key || r.names(s.lo, s.hi, out[i].key) || r.names(out[i].lo, out[i].hi, s.key)) {
				if i == len(out)-1 {
					out[i].hi = s.hi
				}
				joined = true
				break
			}
		}
		if !joined {
			out = append(out, s)
		}
	}
	return out
}

// incidentIn reports whether sentences lo to hi tell of something that
// happened.
func (r *reading) incidentIn(lo, hi int) bool {
	p := &r.text
	return p.hasAny(p.events, span{p.sentences[lo].start, p.sentences[hi-1].end})
}

// nameSearch bounds how many sentences back a name is looked for, so that the
// split stays linear in the text.
const nameSearch = 200

// names reports whether sentences lo to hi name key.
func (r *reading) names(lo, hi int, key string) bool {
	if len(key) < 6 {
		return false
	}
	p := &r.text
	lo = max(lo, hi-nameSearch)
	return containsAny(string(p.folded.text[p.sentences[lo].start:p.sentences[hi-1].end]), key)
}
