package classifier

// holds reports whether a word of the condition's set stands in its scope
// around k. A word that k itself holds does not count, unless it is longer.
func (p *page) holds(c condition, k *mark) bool {
	hits := p.hits[c.set]
	if len(hits) == 0 {
		return false
	}
	_, ok := firstOutside(hits, p.scopeOf(c.scope, k), k.span)
	return ok
}

func (p *page) scopeOf(c scope, k *mark) span {
	s := p.sentences[k.sent]
	switch c.kind {
	case inClause:
		return p.clauses[k.clause]
	case inSentence:
		return s.span
	case inRest:
		return span{k.start, s.end}
	case inHead:
		return span{s.start, k.end}
	case inNext:
		end := s.end
		if int(k.sent)+1 < len(p.sentences) {
			end = p.sentences[k.sent+1].end
		}
		return span{s.start, end}
	case inParagraph:
		return p.paragraph(int(k.sent))
	case inBefore:
		return span{max(s.start, k.start-c.n), k.end}
	case inAfter:
		return span{k.start, min(s.end, k.end+c.n)}
	case inWindow:
		return span{max(s.start, k.start-c.n), min(s.end, k.end+c.n)}
	}
	return span{0, int32(len(p.text))}
}

// maxParagraph bounds how far a paragraph reaches, in sentences each way.
const maxParagraph = 12

func (p *page) paragraph(si int) span {
	s := p.sentences
	lo, hi := si, si
	for lo > 0 && si-lo < maxParagraph && s[lo-1].block == s[si].block {
		lo--
	}
	for hi+1 < len(s) && hi-si < maxParagraph && s[hi+1].block == s[si].block {
		hi++
	}
	return span{s[lo].start, s[hi].end}
}

// firstOutside is the first span of sorted list that lies in where and not in k.
func firstOutside(list []span, where, k span) (span, bool) {
	// Which half to take no processor foresees, so that no branch depends on it.
	lo := 0
	for n := len(list); n > 0; {
		half := int(uint(n+1) >> 1)
		lo += half & below(list[lo+half-1].start, where.start)
		n -= half
	}
	for ; lo < len(list) && list[lo].end <= where.end; lo++ {
		if !k.has(list[lo]) {
			return list[lo], true
		}
	}
	return span{}, false
}

// below is all ones where a is below b, else 0.
func below(a, b int32) int { return int(int64(a)-int64(b)) >> 63 }

// from lists the marks of kind that begin at or after offset at.
func (p *page) from(kind int, at int32) []mark { return marksFrom(p.marks[kind], at) }

func marksFrom(list []mark, at int32) []mark {
	lo := 0
	for n := len(list); n > 0; { // as in firstOutside
		half := int(uint(n+1) >> 1)
		lo += half & below(list[lo+half-1].start, at)
		n -= half
	}
	return list[lo:]
}

// first returns the first mark of kind inside where, and whether there is one.
func (p *page) first(kind int, where span) (mark, bool) {
	for _, m := range p.from(kind, where.start) {
		if m.start >= where.end {
			break
		}
		if m.end <= where.end {
			return m, true
		}
	}
	return mark{}, false
}

// within lists the marks of kind that lie inside where.
func (p *page) within(kind int, where span) []mark {
	list := p.from(kind, where.start)
	for i := range list {
		if list[i].end > where.end {
			return list[:i]
		}
	}
	return list
}

// hasAny reports whether a mark of one of kinds lies inside where.
func (p *page) hasAny(kinds []int, where span) bool {
	for _, kind := range kinds {
		if p.has(kind, where) {
			return true
		}
	}
	return false
}

// has reports whether a mark of kind lies inside where.
func (p *page) has(kind int, where span) bool {
	list := p.marks[kind]
	if n := len(list); n == 0 || list[0].start >= where.end || list[n-1].start < where.start { // most often
		return false
	}
	list = p.from(kind, where.start)
	for i := range list {
		if list[i].start >= where.end {
			return false
		}
		if list[i].end <= where.end {
			return true
		}
	}
	return false
}
