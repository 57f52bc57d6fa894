package ledger_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"oshirase/breach"
	"oshirase/ledger"
)

// all is everything that can be asked, for comparing two ledgers.
func all(ctx context.Context, t rapid.TB, l *ledger.Ledger) map[string]any {
	t.Helper()
	out := map[string]any{}
	put := func(name string, v any, err error) {
		t.Helper()
		if err != nil {
			t.Fatal(name, err)
		}
		out[name] = v
	}
	for _, stream := range []string{breach.StreamNotices, breach.StreamFindings, breach.StreamAlerts, breach.StreamDeliveries} {
		p, err := l.Position(ctx, stream)
		put("position "+stream, p, err)
	}
	alerts, err := l.Alerts(ctx, breach.AlertQuery{Limit: ledger.MaxRows})
	put("alerts", alerts, err)
	deliveries, err := l.Deliveries(ctx, breach.DeliveryQuery{Limit: ledger.MaxRows})
	put("deliveries", deliveries, err)
	current, err := l.Deliveries(ctx, breach.DeliveryQuery{Limit: ledger.MaxRows, Current: true})
	put("current", current, err)
	for _, id := range []string{"i1", "i2", "i3"} {
		incident, err := l.Incident(ctx, id)
		put(id, incident, err)
	}
	for _, n := range []string{"n1", "n2", "n3", "n4"} {
		for revision := 1; revision <= 2; revision++ {
			notice, err := l.Notice(ctx, n, revision)
			put(fmt.Sprintf("%s revision %d", n, revision), notice, err)
			finding, err := l.Finding(ctx, fmt.Sprintf("f-%s-%d", n, revision))
			put(fmt.Sprintf("the finding on %s revision %d", n, revision), finding, err)
		}
	}
	counts, err := l.Since(ctx, now.Add(-time.Hour))
	put("counts", counts, err)
	days, err := l.Days(ctx, now, 2)
	put("days", days, err)
	vectors, err := l.Vectors(ctx, now.Add(-time.Hour))
	put("vectors", vectors, err)
	seen, err := l.Seen(ctx, now.Add(-time.Hour))
	put("seen", seen, err)
	outcomes, err := l.Outcomes(ctx, now.Add(-time.Hour))
	put("outcomes", outcomes, err)
	return out
}

func ids(alerts []breach.Alert) (list []string) {
	for _, a := range alerts {
		list = append(list, a.ID)
	}
	return list
}

func TestTheStreamsBecomeListsAndCounts(t *testing.T) {
	l, _ := open(t, newPath(t))
	apply(t, l, story(t).records...)
	ctx := t.Context()

	for name, test := range map[string]struct {
		query breach.AlertQuery
		want  []string
	}{
		"everything, newest first":     {breach.AlertQuery{Limit: 10}, []string{"a3", "o1", "a2", "a1"}},
		"a page":                       {breach.AlertQuery{Limit: 2}, []string{"a3", "o1"}},
		"the page behind it":           {breach.AlertQuery{Limit: 2, Before: "o1"}, []string{"a2", "a1"}},
		"nothing behind what is gone":  {breach.AlertQuery{Limit: 2, Before: "gone"}, nil},
		"nothing behind the last":      {breach.AlertQuery{Limit: 2, Before: "a1"}, nil},
		"as severe as that":            {breach.AlertQuery{Limit: 10, Severity: breach.High}, []string{"a2", "a1"}},
		"by vector":                    {breach.AlertQuery{Limit: 10, Vector: breach.Misdelivery}, []string{"a3"}},
		"by kind":                      {breach.AlertQuery{Limit: 10, Kind: breach.AlertEscalation}, []string{"a2"}},
		"by incident":                  {breach.AlertQuery{Limit: 10, Incident: "i1"}, []string{"a2", "a1"}},
		"of the watch-list":            {breach.AlertQuery{Limit: 10, Watched: true}, []string{"a2"}},
		"about incidents":              {breach.AlertQuery{Limit: 10, Incidents: true}, []string{"a3", "a2", "a1"}},
		"about the monitor":            {breach.AlertQuery{Limit: 10, Kind: breach.AlertOps}, []string{"o1"}},
		"a limit that is out of range": {breach.AlertQuery{Limit: -1}, []string{"a3"}},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := l.Alerts(t.Context(), test.query)
			if err != nil || !slices.Equal(ids(got), test.want) {
				t.Errorf("alerts %v, %v; want %v", ids(got), err, test.want)
			}
		})
	}
	if a, err := l.Alert(ctx, "a1"); err != nil || a == nil || a.Notice.Title != "不正アクセスに関するお知らせ" {
		t.Errorf("alert: %v, %v", a, err)
	}
	if a, err := l.Alert(ctx, "gone"); err != nil || a != nil {
		t.Errorf("no alert: %v, %v", a, err)
	}

	counts, err := l.Since(ctx, now)
	if diff := cmp.Diff(ledger.Counts{
		Notices: 3, Breaches: 2,
		Alerts: map[breach.Severity]int{breach.High: 1, breach.Critical: 1, breach.Low: 1},
		Receiver: map[string]ledger.Told{
			"soc": {Sent: 3, Slowest: 9 * time.Second}, "mail": {Dead: 1},
		},
	}, counts); diff != "" || err != nil {
		t.Errorf("counts: %v %s", err, diff)
	}
	tokyo := time.FixedZone("JST", 9*60*60)
	days, err := l.Days(ctx, now.In(tokyo), 2)
	if diff := cmp.Diff([]ledger.Day{
		{Start: time.Date(2026, 11, 23, 0, 0, 0, 0, tokyo), Alerts: map[breach.Severity]int{}},
		{Start: time.Date(2026, 11, 24, 0, 0, 0, 0, tokyo), Alerts: counts.Alerts},
	}, days); diff != "" || err != nil {
		t.Errorf("days: %v %s", err, diff)
	}
	vectors, err := l.Vectors(ctx, now)
	if diff := cmp.Diff(map[breach.Vector]int{breach.Ransomware: 1, breach.Misdelivery: 1}, vectors); diff != "" || err != nil {
		t.Errorf("an incident counts once, as it stands: %v %s", err, diff)
	}
	if n, err := l.Watched(ctx, now); err != nil || n != 1 {
		t.Errorf("watched %d, %v", n, err)
	}
	seen, err := l.Seen(ctx, now)
	if diff := cmp.Diff(map[string]int{"tdnet": 2, "ppc": 1}, seen); diff != "" || err != nil {
		t.Errorf("seen: %v %s", err, diff)
	}
	outcomes, err := l.Outcomes(ctx, now)
	if diff := cmp.Diff(map[string]map[breach.Outcome]int{
		"soc":  {breach.Sent: 2, breach.Acknowledged: 1},
		"mail": {breach.Dead: 1, breach.Failed: 1, breach.Suppressed: 1},
	}, outcomes); diff != "" || err != nil {
		t.Errorf("outcomes: %v %s", err, diff)
	}
	if later, err := l.Since(ctx, now.Add(time.Hour)); err != nil || later.Notices+later.Breaches+len(later.Alerts)+len(later.Receiver) != 0 {
		t.Errorf("after everything: %+v, %v", later, err)
	}
}

func TestAnIncidentIsItsLatestSnapshotAndLeadsToItsProofs(t *testing.T) {
	l, _ := open(t, newPath(t))
	apply(t, l, story(t).records...)
	ctx := t.Context()
	i, err := l.Incident(ctx, "i1")
	if err != nil || i == nil || i.Revision != 2 || len(i.Members) != 1 {
		t.Fatal(i, err)
	}
	finding, err := l.Finding(ctx, i.Members[0].FindingID)
	if err != nil || finding == nil || finding.Notice.Revision != 2 {
		t.Errorf("finding %+v, %v", finding, err)
	}
	notice, err := l.Notice(ctx, finding.Notice.ID, finding.Notice.Revision)
	if err != nil || notice == nil || notice.Text != "不正アクセスに関するお知らせ（第2報）の本文" {
		t.Errorf("notice %+v, %v", notice, err)
	}
	deliveries, err := l.Deliveries(ctx, breach.DeliveryQuery{Limit: 9, Incident: "i1"})
	if err != nil || len(deliveries) != 5 {
		t.Errorf("deliveries %+v, %v", deliveries, err)
	}
	none, err := l.Incident(ctx, "gone")
	noFinding, findingErr := l.Finding(ctx, "gone")
	noNotice, noticeErr := l.Notice(ctx, "n1", 9)
	if none != nil || noFinding != nil || noNotice != nil || errors.Join(err, findingErr, noticeErr) != nil {
		t.Errorf("what is not there: %v, %v, %v, %v", none, noFinding, noNotice, errors.Join(err, findingErr, noticeErr))
	}
}

func TestWhatFailedLastIsListedAndNotWhatHealed(t *testing.T) {
	l, _ := open(t, newPath(t))
	apply(t, l, story(t).records...)
	for outcome, want := range map[breach.Outcome]string{breach.Failed: "d7", breach.Dead: "d6"} {
		got, err := l.Deliveries(t.Context(), breach.DeliveryQuery{Limit: 9, Outcome: outcome, Current: true})
		if err != nil || len(got) != 1 || got[0].ID != want {
			t.Errorf("%s: %+v, %v; want %s", outcome, got, err, want)
		}
	}
	every, err := l.Deliveries(t.Context(), breach.DeliveryQuery{Limit: 9, Receiver: "soc", Alert: "a1"})
	if err != nil || len(every) != 2 || every[0].ID != "d2" {
		t.Errorf("each attempt: %+v, %v", every, err)
	}
}

func TestHoweverTheMessagesComeTheLedgerIsTheSame(t *testing.T) {
	whole, _ := open(t, newPath(t))
	records := story(t).records
	apply(t, whole, records...)
	want := all(t.Context(), t, whole)
	rapid.Check(t, func(r *rapid.T) {
		l, _ := open(t, newPath(t))
		defer closing(t, l)
		// Streams are fed side by side: any merge that keeps each stream's order,
		// cut anywhere, with repeats as after a crash.
		queues := map[string][]ledger.Record{}
		for _, rec := range records {
			queues[rec.Stream] = append(queues[rec.Stream], rec)
		}
		at := map[string]int{}
		for {
			var open []string
			for stream, queue := range queues {
				if at[stream] < len(queue) {
					open = append(open, stream)
				}
			}
			if len(open) == 0 {
				break
			}
			slices.Sort(open)
			stream := rapid.SampledFrom(open).Draw(r, "stream")
			back := rapid.IntRange(0, at[stream]).Draw(r, "repeated")
			end := rapid.IntRange(at[stream]+1, len(queues[stream])).Draw(r, "until")
			if err := l.Apply(t.Context(), queues[stream][back:end]...); err != nil {
				r.Fatal(err)
			}
			at[stream] = end
		}
		if diff := cmp.Diff(want, all(t.Context(), r, l)); diff != "" {
			r.Fatal(diff)
		}
	})
}

func TestABatchIsTakenWholeOrNotAtAll(t *testing.T) {
	l, _ := open(t, newPath(t))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := l.Apply(ctx, story(t).records...); err == nil {
		t.Fatal("a batch was taken after its context had ended")
	}
	if p, err := l.Position(t.Context(), breach.StreamNotices); err != nil || p != 0 {
		t.Errorf("position %d, %v", p, err)
	}
}

func TestAMessageThatNobodyCanReadIsLoggedAndLeftBehind(t *testing.T) {
	l, logs := open(t, newPath(t))
	h := newHistory(t)
	h.raw(breach.StreamAlerts, []byte(`{"id": `))
	h.raw(breach.StreamAlerts, []byte(`{"id": "a", "severity": "terrible"}`))
	h.alert(alert("a1", breach.AlertNew, breach.Low, breach.Misdelivery, "i1", 1, head(1, 1, "tdnet", "t"), now))
	apply(t, l, h.records...)
	if p, err := l.Position(t.Context(), breach.StreamAlerts); err != nil || p != 3 {
		t.Errorf("position %d, %v", p, err)
	}
	if a, err := l.Alerts(t.Context(), breach.AlertQuery{Limit: 9}); err != nil || len(a) != 1 {
		t.Errorf("alerts %v, %v", a, err)
	}
	if n := logs.FilterMessage("a message cannot be read and is left out of the ledger").Len(); n != 2 {
		t.Errorf("%d lines in the log, want 2: %v", n, logs.All())
	}
}

func TestPagesCoverEverythingOnceWhileMoreArrives(t *testing.T) {
	l, _ := open(t, newPath(t))
	h := newHistory(t)
	add := func(from, to int) {
		h.records = nil
		for i := from; i < to; i++ {
			// The same millisecond for all: places must not depend on it.
			h.alert(alert(fmt.Sprintf("a%03d", i), breach.AlertNew, breach.Low, breach.DDoS, fmt.Sprintf("i%d", i), 1, head(i, 1, "s", "t"), now))
		}
		apply(t, l, h.records...)
	}
	add(0, 95)
	var seen []string
	before := ""
	for page := 0; ; page++ {
		got, err := l.Alerts(t.Context(), breach.AlertQuery{Limit: 10, Before: before})
		if err != nil {
			t.Fatal(err)
		}
		if len(got) == 0 {
			break
		}
		seen = append(seen, ids(got)...)
		before = got[len(got)-1].ID
		add(95+page, 96+page)
	}
	if len(seen) != 95 || seen[0] != "a094" || seen[94] != "a000" || len(slices.Compact(slices.Sorted(slices.Values(seen)))) != 95 {
		t.Errorf("%d rows, %v", len(seen), seen)
	}
}

func TestASkippedMessageIsBehindThePosition(t *testing.T) {
	l, _ := open(t, newPath(t))
	records := story(t).records
	for _, step := range []struct{ skip, want uint64 }{{3, 3}, {2, 3}, {5, 5}} {
		if err := l.Skip(t.Context(), breach.StreamNotices, step.skip); err != nil {
			t.Fatal(err)
		}
		if p, err := l.Position(t.Context(), breach.StreamNotices); err != nil || p != step.want {
			t.Errorf("position %d, %v; want %d", p, err, step.want)
		}
	}
	apply(t, l, records...)
	if n, err := l.Notice(t.Context(), "n1", 1); err != nil || n != nil {
		t.Errorf("what was skipped came back: %v, %v", n, err)
	}
}

func TestAStreamThatNobodyKnowsIsRefused(t *testing.T) {
	l, _ := open(t, newPath(t))
	if err := l.Apply(t.Context(), ledger.Record{Stream: "SEALS", Sequence: 1, Data: []byte("{}")}); err == nil || !strings.Contains(err.Error(), "SEALS") {
		t.Errorf("error %v", err)
	}
}

func TestPruneForgetsWhatTheStreamsForgot(t *testing.T) {
	l, _ := open(t, newPath(t))
	h := story(t)
	h.at = now.Add(48 * time.Hour)
	h.alert(alert("a9", breach.AlertUpdate, breach.Low, breach.Misdelivery, "i2", 2, head(2, 1, "ppc", "t"), h.at))
	apply(t, l, h.records...)
	if err := l.Prune(t.Context(), now.Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	if a, err := l.Alerts(t.Context(), breach.AlertQuery{Limit: 10}); err != nil || !slices.Equal(ids(a), []string{"a9"}) {
		t.Errorf("alerts left: %v, %v", ids(a), err)
	}
	if i, err := l.Incident(t.Context(), "i1"); err != nil || i != nil {
		t.Errorf("an incident that nothing tells of any more: %v, %v", i, err)
	}
	if i, err := l.Incident(t.Context(), "i2"); err != nil || i == nil || i.Revision != 2 {
		t.Errorf("an incident that went on: %v, %v", i, err)
	}
	if d, err := l.Deliveries(t.Context(), breach.DeliveryQuery{Limit: 9}); err != nil || len(d) != 0 {
		t.Errorf("deliveries left: %v, %v", d, err)
	}
	if p, err := l.Position(t.Context(), breach.StreamDeliveries); err != nil || p != 8 {
		t.Errorf("the position moved with the pruning: %d, %v", p, err)
	}
	for n := range 5 {
		if notice, err := l.Notice(t.Context(), fmt.Sprintf("n%d", n), 1); err != nil || notice != nil {
			t.Errorf("notice left: %v, %v", notice, err)
		}
	}
}

func TestReadersAndTheWriterDoNotWaitForEachOther(t *testing.T) {
	l, _ := open(t, newPath(t))
	h := newHistory(t)
	var group sync.WaitGroup
	stop := make(chan struct{})
	for range 6 {
		group.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
				}
				a, err := l.Alerts(t.Context(), breach.AlertQuery{Limit: 20})
				if err != nil {
					t.Error(err)
					return
				}
				for _, a := range a {
					// What is read is of one moment: an alert never without its incident.
					if i, err := l.Incident(t.Context(), a.Incident.ID); err != nil || i == nil {
						t.Error("an alert without its incident", i, err)
						return
					}
				}
			}
		})
	}
	for i := range 60 {
		h.records = nil
		h.alert(alert(fmt.Sprintf("a%d", i), breach.AlertNew, breach.Low, breach.DDoS, fmt.Sprintf("i%d", i), 1, head(i, 1, "s", "t"), now))
		apply(t, l, h.records...)
	}
	close(stop)
	group.Wait()
}
