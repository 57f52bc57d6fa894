package ledger

import (
	"context"
	"encoding/json"
	"time"

	"oshirase/breach"
)

// millis is 0 for no time.
func millis(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

func (b *batch) notice(ctx context.Context, r Record, n *breach.Notice) error {
	if err := b.exec(ctx, `INSERT INTO revisions (seq, notice, revision, seen, stored, data) VALUES (?, ?, ?, ?, ?, ?)
		ON CONFLICT DO NOTHING`, r.Sequence, n.ID, n.Revision, millis(n.SeenAt), millis(r.Stored), r.Data); err != nil {
		return err
	}
	return b.exec(ctx, `INSERT INTO notices (id, revision, source, title, publisher, code, url, first_seen, backlog, withdrawn, stored)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (id) DO UPDATE SET revision = excluded.revision, title = excluded.title, publisher = excluded.publisher,
			code = excluded.code, url = excluded.url, withdrawn = excluded.withdrawn, stored = excluded.stored
		WHERE excluded.revision > revision`,
		n.ID, n.Revision, n.Source, n.Title, n.Publisher.Name, n.Publisher.Code, n.URL,
		millis(n.FirstSeen), n.Backlog, n.Withdrawn, millis(r.Stored))
}

func (b *batch) finding(ctx context.Context, r Record, f *breach.Finding) error {
	return b.exec(ctx, `INSERT INTO findings (seq, id, notice, revision, source, breach, first_seen, backlog, stored, data)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
		r.Sequence, f.ID, f.Notice.ID, f.Notice.Revision, f.Notice.Source, f.IsBreach,
		millis(f.Notice.FirstSeen), f.Notice.Backlog, millis(r.Stored), r.Data)
}

// alert: one that is told once more comes with the same id.
func (b *batch) alert(ctx context.Context, r Record, a *breach.Alert) error {
	incident, watched := "", false
	if a.Incident != nil {
		incident, watched = a.Incident.ID, len(a.Incident.Watchlist) > 0
	}
	if err := b.exec(ctx, `INSERT INTO alerts (seq, id, kind, severity, vector, incident, watched, created, stored, data)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
		r.Sequence, a.ID, string(a.Kind), a.Severity.Rank(), string(a.PrimaryVector), incident, watched,
		millis(a.CreatedAt), millis(r.Stored), r.Data); err != nil || a.Incident == nil {
		return err
	}
	data, err := json.Marshal(a.Incident)
	if err != nil {
		return err
	}
	return b.exec(ctx, `INSERT INTO incidents (id, revision, stored, data) VALUES (?, ?, ?, ?)
		ON CONFLICT (id) DO UPDATE SET revision = excluded.revision, stored = excluded.stored, data = excluded.data
		WHERE excluded.revision > revision`, a.Incident.ID, a.Incident.Revision, millis(r.Stored), data)
}

func (b *batch) delivery(ctx context.Context, r Record, d *breach.Delivery) error {
	if err := b.exec(ctx, `INSERT INTO deliveries (seq, id, alert, receiver, outcome, at, stored, data) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT DO NOTHING`,
		r.Sequence, d.ID, d.AlertID, d.Receiver, string(d.Outcome), millis(d.At), millis(r.Stored), r.Data); err != nil {
		return err
	}
	return b.exec(ctx, `INSERT INTO outcomes (receiver, alert, seq, outcome, at, latency, stored) VALUES (?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (receiver, alert) DO UPDATE SET seq = excluded.seq, outcome = excluded.outcome, at = excluded.at,
			latency = CASE excluded.outcome WHEN 'sent' THEN excluded.latency ELSE latency END, stored = excluded.stored
		WHERE excluded.seq > seq`,
		d.Receiver, d.AlertID, r.Sequence, string(d.Outcome), millis(d.At), d.LatencyMS, millis(r.Stored))
}
