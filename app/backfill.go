package app

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"go.uber.org/zap"

	"oshirase/configs"
	"oshirase/stream"
	"oshirase/watcher"
)

// Backfill stores what a source of cfg lists of past days and calls each after
// every day; see [watcher.Watcher.Backfill]. It works beside a running daemon, on
// the store of a stopped one, or on a cluster.
func Backfill(ctx context.Context, cfg *configs.Config, version, id string, from, to time.Time, tell bool, each func(watcher.Backfilled) error) (err error) {
	list, faults := sources(cfg)
	if err := faults.Err(); err != nil {
		return err
	}
	at := slices.IndexFunc(list, func(s watcher.Source) bool { return s.ID == id })
	if at < 0 {
		return fmt.Errorf("no source %q is configured: oshirase check lists them", id)
	}
	judge, err := NewClassifier(cfg)
	if err != nil {
		return err
	}
	bus, err := stream.Attach(ctx, streamConfig(cfg), zap.NewNop())
	if err != nil {
		return err
	}
	client, reader := fetchClient(cfg, version, time.Now), NewReader(cfg)
	defer func() {
		grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), cfg.ShutdownGrace)
		defer cancel()
		client.Close()
		err = errors.Join(err, reader.Close(grace), bus.Close(grace))
	}()
	states, err := bus.Bucket(ctx, stream.BucketConfig{Name: bucketSources})
	if err != nil {
		return err
	}
	w, err := watcher.New(watcher.Config{Sources: list[at : at+1], TimeZone: cfg.TimeZone, DocumentWait: cfg.DocumentWait, Screen: judge.Screen},
		watcher.Deps{Fetch: client, Reader: reader, Notices: bus, Evidence: bus, States: states})
	if err != nil {
		return err
	}
	return w.Backfill(ctx, id, from, to, tell, each)
}
