// Package classifier turns a notice into a finding: whether it tells of a
// concrete incident, and for each incident who, how, what leaked, how many, how
// sure, how far, how bad, each with the words it rests on.
//
// Call [New] with the rules directory (configs/rules, and a user's own over
// it), then [Classifier.Classify] for each [breach.Notice].
// [Classifier.Screen] tells from a title whether its document is worth
// fetching, [Classifier.Explain] shows why a finding is as it is, and
// [Classifier.Lint] what is wrong with the rules. [ParseRecords] reads notices
// from JSON lines.
//
// A notice is read in steps. It is folded to one spelling with a way back to
// the printed bytes (normal.go, space.go, spelling.go), outlined into sentences
// and clauses (sentence.go), and scanned once by an automaton over the terms of
// all rules and the words of the model (automaton.go, machine.go); rules then look
// at the surroundings of each hit (page.go). What is left are marks, and the rest
// of the package is grammar over marks: relevance.go, split.go, vectors.go, leak_grammar.go, leak.go and
// doubt.go, data.go, count.go and so on, ending with the rubric in severity.go.
// Figures are read in figure.go, kanji.go, counter.go, english.go and count.go,
// corrected in headline.go, weighed in weigh.go and figuresignals.go, added up in
// sums.go and chosen in choice.go, where one.go and nonesignals.go speak for one
// person and for silence; lists of data in data.go, datareasons.go, excluded.go and
// field.go, weighed in dataweigh.go; other organisations in mention.go,
// thirdparty.go and stricken.go, those without a name in outside.go.
//
// What the rules alone answer is a signal among others: signals.go collects
// them with the concepts and words (vocabulary.go) of each sentence, scorer.go
// adds up what a model of package learned makes of them, and learn.go says where
// that corrects the rules.
//
// Classifying is pure: no clock, no network, no randomness; the same notice,
// rules and model give the same bytes. Time is linear in the text, and memory bounded by
// it. A Classifier is safe for concurrent use.
package classifier
