package classifier

import "oshirase/breach"

const (
	noneDigest = iota
	noneAttackOnly
	noneNoData
	noneTitleOnly
	noneUntold
)

var noneOthers = [...]string{"several incidents", "attack only", "no data", "title only", "said to be unknown"}

// addNone collects what speaks for telling none.
func (f *facts) addNone(b *bag, v *view, list []candidate) {
	s := &f.r.c.signals.figures
	b.add(s.none)
	b.add(s.noneLeak + index(breach.LeakStatuses(), f.LeakStatus))
	b.add(s.nonePrimary + index(breach.Vectors(), f.PrimaryVector))
	for _, v := range f.Vectors {
		b.add(s.noneVector + index(breach.Vectors(), v))
	}
	b.add(s.noneStage + index(breach.Stages(), f.Stage))
	for _, d := range f.DataTypes {
		b.add(s.noneData + index(breach.DataTypes(), d))
	}
	if len(f.DataTypes) == 0 {
		b.add(s.noneOthers + noneNoData)
	}
	b.add(s.noneFigures + int32(min(len(list), maxFiguresTold)))
	if f.attackOnly() {
		b.add(s.noneOthers + noneAttackOnly)
		b.add(s.noneAttack + index(breach.LeakStatuses(), f.LeakStatus))
	}
	if len(f.r.text.text) == 0 {
		b.add(s.noneOthers + noneTitleOnly)
	}
	if v.any(f.r.c.k.countUntold) {
		b.add(s.noneOthers + noneUntold)
	}
	if f.r.several {
		b.add(s.noneOthers + noneDigest)
	}
	for _, kind := range f.r.text.spoken {
		if len(v.in(int(kind))) > 0 {
			b.add(s.noneTells + s.kindOf[kind])
		}
	}
}
