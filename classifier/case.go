package classifier

import (
	"slices"

	"oshirase/breach"
)

// facts is a case while it is read, with what severity needs beside it.
type facts struct {
	breach.Case
	r     *reading
	ev    evidence
	signs map[breach.Vector]*sign // what rules found for each vector
	leak  leakTold
	// coreStop: a core operation stood still. inside: a network or server was
	// entered.
	coreStop, inside, special, several bool
	looked                             window // the sentences of the case that the model looked at
	attack                             bool
	unnumbered                         bool
	ties                               []tie     // the organisations that are named, as far as they are bound to it
	tiedAsThird                        bool      // when ties were read, it had happened at another's
	deeds                              deedSet   // what is told of those that are not
	noHarm                             bool      // learned: the text claims no harm
	unnamed                            dataPlace // where the rules find other data that is no mention
}

// readByRules reads what a model may correct as the rules alone see it.
func (r *reading) readByRules(v *view) *facts {
	f := &facts{r: r, ev: evidence{}}
	f.Vectors = []breach.Vector{}
	f.readVectors(v)
	f.readLeak(v)
	f.readReport(v)
	f.readService(v)
	f.readTies(v)
	f.readDeeds(v)
	return f
}

func (r *reading) readCase(v view) breach.Case {
	f := r.readByRules(&v)
	f.learn(&v)
	f.readData(&v)
	f.readCounts(&v)
	f.readFamily(&v)
	f.readParties(&v)
	f.readBodies(&v)
	f.readDates(&v)
	f.readNames(&v)
	f.readContact(&v)
	f.readMapping(&v)
	f.readSeverity(&v)
	f.readENISA(&v)
	f.Evidence = f.ev
	return f.Case
}

func (f *facts) hasVector(vs ...breach.Vector) bool {
	return slices.ContainsFunc(vs, func(v breach.Vector) bool { return slices.Contains(f.Vectors, v) })
}

func (f *facts) hasData(ds ...breach.DataType) bool {
	return slices.ContainsFunc(ds, func(d breach.DataType) bool { return slices.Contains(f.DataTypes, d) })
}
