package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"go.uber.org/zap"

	"oshirase/configs"
	"oshirase/notifier"
)

// ErrUnknownReceiver: no receiver of that id is configured.
var ErrUnknownReceiver = errors.New("no such receiver")

// Try sends one receiver of cfg a message that says it is a test, and returns
// the receiver's own reference of it. It needs no streams, and no other
// receiver is opened. A console receiver writes to console.
func Try(ctx context.Context, cfg *configs.Config, id string, console io.Writer) (kind, reference string, err error) {
	list, faults := receivers(cfg)
	if err := faults.Err(); err != nil {
		return "", "", err
	}
	at := slices.IndexFunc(list, func(r receiver) bool { return r.ID == id })
	if at < 0 {
		return "", "", CheckReceiver(cfg, id)
	}
	r := list[at]
	channel, err := r.open(console)
	if err != nil {
		return r.Kind, "", fmt.Errorf("receiver %q: %w", id, err)
	}
	n, err := notifier.New(notifier.Config{
		Receivers: []notifier.Receiver{{ID: r.ID, Language: r.Language, Channel: channel}}, TimeZone: cfg.TimeZone,
	}, nil, nil, zap.NewNop())
	if err != nil {
		return r.Kind, "", err
	}
	reference, err = n.Test(ctx, id)
	if err := errors.Join(err, n.Close()); err != nil {
		return r.Kind, reference, fmt.Errorf("receiver %q: %w", id, err)
	}
	return r.Kind, reference, nil
}

// CheckReceiver tells whether a receiver of that id is configured.
func CheckReceiver(cfg *configs.Config, id string) error {
	var ids []string
	for _, r := range cfg.Receivers {
		if r.ID == id {
			return nil
		}
		ids = append(ids, r.ID)
	}
	if near := configs.Nearest(id, ids); near != "" {
		return fmt.Errorf("%w: %q is not configured; did you mean %s?", ErrUnknownReceiver, id, near)
	}
	if len(ids) == 0 {
		return fmt.Errorf("%w: %q, and none is configured: name some under receivers", ErrUnknownReceiver, id)
	}
	return fmt.Errorf("%w: %q is not configured: use %s", ErrUnknownReceiver, id, strings.Join(ids, ", "))
}
