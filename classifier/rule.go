package classifier

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Rule is one rule as it stands in a file of the rules directory; docs/rules.md
// explains the form to those who write them.
type Rule struct {
	// ID names the rule, dotted, unique over all files of a directory.
	ID string `yaml:"id"`
	// For is what a hit speaks for: a topic and a value, such as
	// vector/ransomware.
	For string `yaml:"for"`
	// Note tells the analyst why the rule is as it is.
	Note string `yaml:"note"`
	// Terms make the rule speak; {a|b} stands for each of its parts, @name for a
	// list.
	Terms []string `yaml:"terms"`
	// Near must all be found, Unless must not, around a term.
	Near   []Context `yaml:"near"`
	Unless []Context `yaml:"unless"`
	// In limits the rule to "title" or "text"; empty means both.
	In string `yaml:"in"`
	// Weight tells a strong sign from a weak one, where the topic weighs;
	// default 1.
	Weight int `yaml:"weight"`
	// Examples must make the rule speak, Counter must not; both are tests.
	Examples []string `yaml:"examples"`
	Counter  []string `yaml:"counter"`
	// Disabled drops the rule.
	Disabled bool `yaml:"disabled"`

	file string
	line int
	own  bool // of the user's directory
}

// Context is a condition on the surroundings of a term.
type Context struct {
	// Within is the place to look: clause, sentence, paragraph, text, or
	// before:N, after:N, window:N in bytes-independent letters, limited to the
	// sentence.
	Within string   `yaml:"within"`
	Any    []string `yaml:"any"`
}

// Concept is a family of words for one idea, such as all ways to say that
// something was handed on. By itself it decides nothing: which concepts speak
// for what, alone or two in one sentence, is learned; see learned.tsv.
type Concept struct {
	// ID names the concept, unique over all files of a directory.
	ID string `yaml:"id"`
	// Note tells the analyst what belongs to it.
	Note string `yaml:"note"`
	// Terms are its words, in the form of a rule's.
	Terms []string `yaml:"terms"`
	// Quiet concepts are met in sentences of any matter: a sentence with no other
	// tells nothing of how an incident went.
	Quiet bool `yaml:"quiet"`

	file string
	line int
}

// file is the shape of one rule file.
type file struct {
	Lists    map[string][]string `yaml:"lists"`
	Rules    []Rule              `yaml:"rules"`
	Concepts []Concept           `yaml:"concepts"`
}

// scope is where a rule looks.
type scope struct {
	kind scopeKind
	n    int32 // letters for before, after and window
}

type scopeKind uint8

const (
	inText scopeKind = iota
	inClause
	inSentence
	inParagraph
	inRest
	inHead
	inNext
	inBefore
	inAfter
	inWindow
)

var scopeNames = [...]string{inText: "text", inClause: "clause", inSentence: "sentence", inParagraph: "paragraph", inRest: "rest", inHead: "head", inNext: "next", inBefore: "before", inAfter: "after", inWindow: "window"}

func parseScope(s string) (scope, error) {
	name, count, found := strings.Cut(s, ":")
	kind := scopeKind(max(0, slices.Index(scopeNames[:], name)))
	switch {
	case scopeNames[kind] != name:
	case kind < inBefore:
		if !found {
			return scope{kind: kind}, nil
		}
	default:
		n, err := strconv.Atoi(count)
		if err == nil && n > 0 && n <= 400 {
			return scope{kind, int32(n) * 3}, nil
		}
	}
	return scope{}, fmt.Errorf("unknown scope %q: use clause, sentence, rest, head, next, paragraph, text, before:N, after:N or window:N (N letters, at most 400)", s)
}

// Limits on what one rule may expand to, so that a slip in a user's rule shows
// as an error and not as a machine of a gigabyte.
const (
	maxExpansion = 4000
	maxTerms     = 60000
	maxTermBytes = 240
)

// expand writes out the alternatives {a|b} of a term; they nest.
func expand(term string) ([]string, error) {
	out, rest, err := expandUntil(term, "")
	if err != nil {
		return nil, fmt.Errorf("term %q: %w", term, err)
	}
	if rest != "" {
		return nil, fmt.Errorf("term %q: } without {", term)
	}
	return out, nil
}

// expandUntil reads term up to one of the stop bytes and returns what stands
// for it and the rest, which begins with the stop byte.
func expandUntil(term, stop string) ([]string, string, error) {
	out := []string{""}
	for term != "" {
		i := strings.IndexAny(term, "{"+stop)
		if i < 0 {
			i = len(term)
		}
		for k := range out {
			out[k] += term[:i]
		}
		term = term[i:]
		if term == "" || term[0] != '{' {
			break
		}
		var parts []string
		for sep := byte('{'); sep != '}'; {
			sub, rest, err := expandUntil(term[1:], "|}")
			if err != nil {
				return nil, "", err
			}
			if rest == "" {
				return nil, "", errors.New("{ without }")
			}
			parts, sep, term = append(parts, sub...), rest[0], rest
		}
		term = term[1:]
		if len(out)*len(parts) > maxExpansion {
			return nil, "", fmt.Errorf("it stands for more than %d words: split it", maxExpansion)
		}
		next := make([]string, 0, len(out)*len(parts))
		for _, o := range out {
			for _, p := range parts {
				next = append(next, o+p)
			}
		}
		out = next
	}
	return out, term, nil
}
