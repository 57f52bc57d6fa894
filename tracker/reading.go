package tracker

import "oshirase/breach"

// reading is a case as the joining sees it.
type reading struct {
	f      *breach.Finding
	c      *breach.Case
	stem   string
	quoted []string
	follow bool
	// corrects: it may repeat the report number of what it corrects.
	corrects bool
	// own: the organisation itself tells, not a newspaper.
	own bool
	// stems are those of the titles that it was held against.
	stems map[string]string
}

// stemOf is the stem of a member's title, read once.
func (r *reading) stemOf(title string) string {
	stem, ok := r.stems[title]
	if !ok {
		stem = titleStem(title)
		r.stems[title] = stem
	}
	return stem
}

func newReading(f *breach.Finding, c *breach.Case) *reading {
	return &reading{
		f: f, c: c, stem: titleStem(f.Notice.Title), quoted: quotedStems(f.Notice.Title),
		follow: isFollowUp(f.Notice.Title, c), corrects: isCorrection(f.Notice.Title), own: about(f, c) == f.Notice.Publisher,
		stems: map[string]string{},
	}
}
