package configs

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Fault is one thing wrong with a configuration.
type Fault struct {
	File    string
	Line    int    // 0 where there is no line to name
	Path    string // receivers[0].webhook_url
	Message string // what is wrong, and the remedy
}

func (f Fault) Error() string {
	place := f.File
	if f.Line > 0 {
		place = fmt.Sprintf("%s:%d", f.File, f.Line)
	}
	if f.Path == "" {
		return place + ": " + f.Message
	}
	return place + ": " + f.Path + ": " + f.Message
}

// Faults are all the faults of a configuration, in the order of its lines.
type Faults []Fault

func (f Faults) Error() string {
	lines := make([]string, len(f))
	for i, fault := range f {
		lines[i] = fault.Error()
	}
	if len(lines) == 1 {
		return lines[0]
	}
	return fmt.Sprintf("%d faults in the configuration:\n  %s", len(lines), strings.Join(lines, "\n  "))
}

// Err returns the faults, sorted by line, or nil when there are none.
func (f Faults) Err() error {
	if len(f) == 0 {
		return nil
	}
	sorted := slices.Clone(f)
	slices.SortStableFunc(sorted, func(a, b Fault) int { return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line)) })
	return sorted
}
