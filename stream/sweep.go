package stream

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/nats-io/nats.go/jetstream"
)

// sweepTo is the share of Config.MaxEvidence, in percent, that a sweep leaves:
// the next document does not bring the next sweep.
const sweepTo = 90

// SweepEvidence keeps the evidence within Config.MaxEvidence: above it the
// oldest documents go until a tenth is free, first those that are not precious,
// then the others. precious is asked only when something must go. It returns
// how many went; without a bound it does nothing.
func (b *Bus) SweepEvidence(ctx context.Context, precious func(context.Context) (map[string]bool, error)) (removed int, err error) {
	if b.cfg.MaxEvidence == 0 {
		return 0, nil
	}
	fail := func(err error) (int, error) { return removed, fmt.Errorf("sweep the evidence: %w", err) }
	store, err := b.evidenceStore(ctx)
	if err != nil {
		return fail(err)
	}
	kept, err := store.List(ctx)
	if errors.Is(err, jetstream.ErrNoObjectsFound) {
		return 0, nil
	}
	if err != nil {
		return fail(err)
	}
	total := int64(0)
	for _, o := range kept {
		total += int64(o.Size)
	}
	if total <= b.cfg.MaxEvidence {
		return 0, nil
	}
	dear, err := precious(ctx)
	if err != nil {
		return fail(err)
	}
	slices.SortStableFunc(kept, func(a, b *jetstream.ObjectInfo) int {
		if dear[a.Name] != dear[b.Name] {
			if dear[a.Name] {
				return 1
			}
			return -1
		}
		return a.ModTime.Compare(b.ModTime)
	})
	for _, o := range kept {
		if total <= b.cfg.MaxEvidence/100*sweepTo {
			break
		}
		if err := store.Delete(ctx, o.Name); err != nil && !errors.Is(err, jetstream.ErrObjectNotFound) { // another daemon sweeps too
			return fail(err)
		}
		total -= int64(o.Size)
		removed++
	}
	return removed, nil
}
