package app

import (
	"context"
	"encoding/json"
	"maps"
	"slices"
	"time"

	"go.uber.org/zap"

	"oshirase/breach"
	"oshirase/ledger"
	"oshirase/notifier/render"
	"oshirase/stream"
	"oshirase/web"
)

// project keeps the ledger up with one stream.
func (a *App) project(ctx context.Context, name string) error {
	position, err := a.ledger.Position(ctx, name)
	if err != nil {
		return err
	}
	return a.bus.Follow(ctx, stream.ReplayQuery{Stream: name, After: position}, func(m stream.Message) error {
		record := ledger.Record{Stream: m.Stream, Sequence: m.Sequence, Stored: m.Stored, Data: m.Data}
		if !json.Valid(m.Data) {
			a.log.Error("a message is no JSON and is left out of the ledger", zap.String("stream", name), zap.Uint64("sequence", m.Sequence))
			return a.ledger.Skip(ctx, name, m.Sequence)
		}
		return a.ledger.Apply(ctx, record)
	})
}

// prune drops from the ledger what the streams have dropped.
func (a *App) prune(ctx context.Context) error {
	daily := time.NewTicker(24 * time.Hour)
	defer daily.Stop()
	for {
		select {
		case <-daily.C:
			if err := a.ledger.Prune(ctx, a.now().Add(-a.cfg.Retention)); err != nil && ctx.Err() == nil {
				a.log.Error("prune the ledger; it is tried again tomorrow", zap.Error(err))
			}
		case <-ctx.Done():
			return nil
		}
	}
}

// FollowDeliveries calls each for every delivery, those to come included, until
// ctx ends or each fails.
func (a *App) FollowDeliveries(ctx context.Context, each func(breach.Delivery) error) error {
	return a.bus.Follow(ctx, stream.ReplayQuery{Stream: breach.StreamDeliveries}, func(m stream.Message) error {
		d, err := decode[breach.Delivery](m)
		if err != nil {
			return err
		}
		return each(*d)
	})
}

// readModel shows the ledger to the web page.
type readModel struct{ *ledger.Ledger }

// Summary implements [web.Reader].
func (r readModel) Summary(ctx context.Context, since, today time.Time, n int) (web.Summary, error) {
	counts, err := r.Since(ctx, since)
	if err != nil {
		return web.Summary{}, err
	}
	days, err := r.Days(ctx, today, n)
	if err != nil {
		return web.Summary{}, err
	}
	s := web.Summary{Notices: counts.Notices, Breaches: counts.Breaches, Alerts: counts.Alerts}
	for _, id := range slices.Sorted(maps.Keys(counts.Receiver)) {
		told := counts.Receiver[id]
		s.Receivers = append(s.Receivers, web.ReceiverSummary{ID: id, Sent: told.Sent, Dead: told.Dead, Slowest: told.Slowest})
	}
	for _, d := range days {
		s.Days = append(s.Days, web.Day(d))
	}
	return s, nil
}

// sourceHealth shows the watcher's sources to the web page.
func (a *App) sourceHealth() []web.Source {
	if a.watcher == nil {
		return nil
	}
	var list []web.Source
	for _, s := range a.watcher.Status() {
		state := "healthy"
		switch {
		case !s.Polled:
			state = "waiting"
		case !s.Healthy:
			state = "unhealthy"
		case s.Failures > 0:
			state = "failing"
		}
		list = append(list, web.Source{
			ID: s.ID, Kind: s.Kind, URL: s.URL, State: state, Reason: string(s.Reason), Message: s.Message,
			LastSuccess: s.LastSuccess, NextPoll: s.NextPoll, Failures: s.Failures, Rows: s.Rows,
		})
	}
	return list
}

// describe puts an alert into words for the page, as receivers read it.
func (a *App) describe(alert *breach.Alert, language string) web.AlertView {
	v := render.New(alert, language, a.cfg.TimeZone, a.now())
	out := web.AlertView{
		Badge: v.Badge, KindWord: v.KindWord, Summary: v.Summary, Title: v.Title, Link: v.Link,
		Notes: v.Notes, Watchlist: v.Watchlist, Latency: v.Latency, Facts: facts(v.Facts), Times: facts(v.Times),
	}
	for _, c := range v.Changes {
		out.Changes = append(out.Changes, web.Change(c))
	}
	for _, q := range v.Quotes {
		out.Quotes = append(out.Quotes, web.Fact{Label: q.Label, Value: q.Text})
	}
	return out
}

func facts(list []render.Fact) []web.Fact {
	out := make([]web.Fact, len(list))
	for i, f := range list {
		out[i] = web.Fact{Label: f.Label, Value: f.Value}
	}
	return out
}
