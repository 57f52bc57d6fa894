package notifier

import (
	"fmt"
	"slices"
	"strings"

	"oshirase/breach"
)

// List is a configuration value: one text or a list of them.
type List []string

// UnmarshalYAML takes a list, or a single text as a list of one. (This form of
// the method needs no YAML library and keeps the decoder's strictness.)
func (l *List) UnmarshalYAML(unmarshal func(any) error) error {
	var one string
	if err := unmarshal(&one); err == nil {
		*l = List{one}
		return nil
	}
	var many []string
	if err := unmarshal(&many); err != nil {
		return err
	}
	*l = many
	return nil
}

// bounds are ordered so that ">=" is tried before ">".
var bounds = []struct {
	sign  string
	holds func(rank, bound int) bool
}{
	{">=", func(rank, bound int) bool { return rank >= bound }},
	{"<=", func(rank, bound int) bool { return rank <= bound }},
	{">", func(rank, bound int) bool { return rank > bound }},
	{"<", func(rank, bound int) bool { return rank < bound }},
}

// severities returns what text stands for: one severity, or those within a
// bound such as ">=high".
func severities(text string) ([]breach.Severity, error) {
	id, holds := strings.TrimSpace(text), func(rank, bound int) bool { return rank == bound }
	for _, b := range bounds {
		if rest, ok := strings.CutPrefix(id, b.sign); ok {
			id, holds = strings.TrimSpace(rest), b.holds
			break
		}
	}
	if id == "" {
		return nil, fmt.Errorf("severity %q names none: write high, or a bound such as >=high", text)
	}
	var bound breach.Severity
	if err := bound.UnmarshalText([]byte(id)); err != nil {
		return nil, fmt.Errorf("%w, alone or after >=, >, <= or <", err)
	}
	set := slices.DeleteFunc(breach.Severities(), func(s breach.Severity) bool {
		return !holds(s.Rank(), bound.Rank())
	})
	if len(set) == 0 {
		return nil, fmt.Errorf("severity %q holds for none", text)
	}
	return set, nil
}
