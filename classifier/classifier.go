package classifier

import (
	"fmt"
	"io/fs"
	"sync"

	"oshirase/breach"
	"oshirase/classifier/learned"
)

// Config says where the rules are.
type Config struct {
	// Rules is the directory of the shipped rules. Required.
	Rules fs.FS
	// Extra is the user's own directory, layered over the shipped one: a rule of
	// the same id replaces, disabled: true drops, its learned.tsv is used instead.
	// Default none.
	Extra fs.FS
	// ExtraName is how faults name the user's directory. Default "".
	ExtraName string
}

// Classifier judges notices. It is safe for concurrent use.
type Classifier struct {
	rules   *ruleset
	plain   *machine        // as compiled
	alone   func() *machine // plain made ready to run without a model's words
	m       *machine        // ready to run
	k       kinds
	signals *signals
	scorer  *scorer // nil: the rules alone judge
	digest  string
	pool    sync.Pool // of *reading
}

// New reads and compiles the rules. Its error joins every fault found, each
// with file and line.
func New(cfg Config) (*Classifier, error) {
	if cfg.Rules == nil {
		return nil, fmt.Errorf("classifier: no rules directory given; pass the shipped configs/rules")
	}
	rs, err := loadRules(cfg.Rules, cfg.Extra, cfg.ExtraName)
	if err != nil {
		return nil, fmt.Errorf("load rules: %w", err)
	}
	m, err := compile(rs)
	if err != nil {
		return nil, fmt.Errorf("compile rules: %w", err)
	}
	c := &Classifier{rules: rs, k: newKinds(m), plain: m, alone: sync.OnceValue(func() *machine { return m.withWords(nil) })}
	return c.WithModel(rs.model), nil
}

// WithModel returns a classifier with the same rules and another learned model;
// with nil, the rules alone judge.
func (c *Classifier) WithModel(m *learned.Model) *Classifier {
	var words []string
	if m != nil {
		words = wordsOf(m.Signals)
	}
	other := c.finding(words)
	other.digest = c.rules.digest(m)
	if m != nil {
		other.scorer = newScorer(other.signals, m)
	}
	return other
}

// finding returns a classifier with the same rules and no model that finds the
// words as well.
func (c *Classifier) finding(words []string) *Classifier {
	other := &Classifier{rules: c.rules, k: c.k, plain: c.plain, alone: c.alone}
	if len(words) == 0 {
		other.m = c.alone()
	} else {
		other.m = c.plain.withWords(words)
	}
	other.signals = newSignals(other.m)
	other.pool.New = func() any { return &reading{c: other} }
	return other
}

// Digest names the rules, the model and the engine: the same digest gives the same
// findings.
func (c *Classifier) Digest() string { return c.digest }

// Screen reports whether a title makes its document worth fetching. It is
// generous: what it passes still has to be classified.
func (c *Classifier) Screen(title string) bool {
	r := c.pool.Get().(*reading)
	defer c.pool.Put(r)
	r.open(&breach.Notice{NoticeHead: breach.NoticeHead{Title: title}}, false)
	score, ok := r.titleScore()
	return ok && score > titleWorth || len(r.title.marks[c.k.incidentTitle])+len(r.title.marks[c.k.incidentTitleWeak]) > 0
}

// Classify judges one revision of a notice from its title, text, publisher and
// publication date. It is pure: the same notice gives the same finding.
func (c *Classifier) Classify(n *breach.Notice) breach.Finding {
	r := c.pool.Get().(*reading)
	defer c.pool.Put(r)
	return r.finding(n, false)
}
