package stream

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/nats-io/nats.go/jetstream"
	"go.uber.org/zap"
)

// maxDeadLetters bounds the index, oldest out first.
const maxDeadLetters = 100_000

// advisories are where the server tells that a consumer gave a message up.
var advisories = []string{
	"$JS.EVENT.ADVISORY.CONSUMER.MAX_DELIVERIES.",
	"$JS.EVENT.ADVISORY.CONSUMER.MSG_TERMINATED.",
}

// ensure creates what is missing and updates what the configuration changed.
func (b *Bus) ensure(ctx context.Context) error {
	// The index of dead letters comes before any consumer: the server sends
	// advisories only while somebody, or some stream, wants them.
	index := jetstream.StreamConfig{Name: b.names.object(StreamDeadLetters), MaxMsgs: maxDeadLetters}
	for _, stream := range pipeline {
		for _, a := range advisories {
			// Each stream by name: others on a shared cluster have their own.
			index.Subjects = append(index.Subjects, a+b.names.object(stream)+".*")
		}
	}
	configs := []jetstream.StreamConfig{index}
	for _, stream := range pipeline {
		configs = append(configs, jetstream.StreamConfig{
			Name:       b.names.object(stream),
			Subjects:   b.names.outAll(subjects[stream]),
			Duplicates: b.cfg.DuplicateWindow,
		})
	}
	for _, c := range configs {
		c.Storage = jetstream.FileStorage
		c.MaxAge = b.cfg.Retention
		c.Replicas = b.cfg.Replicas
		c.AllowDirect = true
		if c.Duplicates == 0 {
			c.Duplicates = min(2*time.Minute, c.MaxAge)
		}
		if err := retry(ctx, b.cfg.RetryFor, func(ctx context.Context) error { return b.ensureStream(ctx, c) }); err != nil {
			return fmt.Errorf("ensure stream %s: %w", c.Name, err)
		}
	}
	return b.ensureEvidence(ctx)
}

func (b *Bus) ensureStream(ctx context.Context, want jetstream.StreamConfig) error {
	s, err := b.js.Stream(ctx, want.Name)
	if errors.Is(err, jetstream.ErrStreamNotFound) {
		_, err = b.js.CreateStream(ctx, want)
		if errors.Is(err, jetstream.ErrStreamNameAlreadyInUse) {
			// Another process was a moment faster; the next attempt compares.
			return fmt.Errorf("%w: %w", errUnsettled, err)
		}
		return err
	}
	if err != nil {
		return err
	}
	have := s.CachedInfo().Config
	if have.Storage != jetstream.FileStorage || have.Retention != jetstream.LimitsPolicy {
		return fmt.Errorf("it exists with storage %s and retention %s, so it is another's: set nats.subject_prefix", have.Storage, have.Retention)
	}
	next, changed := merge(have, want)
	if len(changed) == 0 {
		return nil
	}
	if next.MaxAge < have.MaxAge || have.MaxAge == 0 {
		b.log.Warn("retention shortened; older messages go", zap.String("stream", want.Name),
			zap.Duration("from", have.MaxAge), zap.Duration("to", next.MaxAge))
	}
	if _, err := b.js.UpdateStream(ctx, next); err != nil {
		return fmt.Errorf("update %v: %w", changed, err)
	}
	b.log.Info("stream updated", zap.String("stream", want.Name), zap.Strings("changed", changed))
	return nil
}

// merge puts what the configuration decides into the stream's configuration
// and leaves everything else as an operator may have set it.
func merge(have, want jetstream.StreamConfig) (next jetstream.StreamConfig, changed []string) {
	next = have
	set := func(name string, differs bool, apply func()) {
		if differs {
			apply()
			changed = append(changed, name)
		}
	}
	haveSubjects, wantSubjects := slices.Sorted(slices.Values(have.Subjects)), slices.Sorted(slices.Values(want.Subjects))
	set("subjects", !slices.Equal(haveSubjects, wantSubjects), func() { next.Subjects = want.Subjects })
	set("retention", have.MaxAge != want.MaxAge, func() { next.MaxAge = want.MaxAge })
	set("duplicate window", have.Duplicates != want.Duplicates, func() { next.Duplicates = want.Duplicates })
	set("replicas", have.Replicas != want.Replicas, func() { next.Replicas = want.Replicas })
	set("direct reads", !have.AllowDirect, func() { next.AllowDirect = true })
	set("message limit", want.MaxMsgs > 0 && have.MaxMsgs != want.MaxMsgs, func() { next.MaxMsgs = want.MaxMsgs })
	return next, changed
}
