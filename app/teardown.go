package app

import (
	"context"
	"errors"
	"fmt"
	"slices"
)

// teardown is what must be undone, registered beside its set-up and run
// backwards.
type teardown struct{ steps []step }

type step struct {
	name string
	undo func(context.Context) error
}

func (t *teardown) add(name string, undo func(context.Context) error) {
	t.steps = append(t.steps, step{name, undo})
}

// run undoes every step, last first, even when one fails, and empties the list.
func (t *teardown) run(ctx context.Context) error {
	var failed []error
	for _, s := range slices.Backward(t.steps) {
		if err := s.undo(ctx); err != nil {
			failed = append(failed, fmt.Errorf("stop %s: %w", s.name, err))
		}
	}
	t.steps = nil
	return errors.Join(failed...)
}
