package watcher_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"oshirase/breach"
	"oshirase/watcher"
)

// backfill runs from the 24th to the 26th of November and returns what each day
// came to: rows/stored, or "gone".
func (w *world) backfill(tell bool) string {
	w.t.Helper()
	var days []string
	from := time.Date(2026, 11, 24, 0, 0, 0, 0, tokyo)
	err := w.Backfill(w.t.Context(), "source", from, from.AddDate(0, 0, 2), tell, func(b watcher.Backfilled) error {
		text := fmt.Sprintf("%d/%d", b.Rows, b.Stored)
		if b.Gone {
			text = "gone"
		}
		if b.Waiting > 0 {
			text += fmt.Sprintf(" %d waiting", b.Waiting)
		}
		days = append(days, text)
		return nil
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return strings.Join(days, ", ")
}

func TestPastDaysAreStoredOnceAndNobodyIsTold(t *testing.T) {
	now := time.Date(2026, 11, 26, 16, 0, 0, 0, tokyo)
	w := newWorld(t, tse(now), documents)
	w.tdnet(now)
	if err := w.Backfill(t.Context(), "source", now, now, false, nil); err == nil || !strings.Contains(err.Error(), "never polled") {
		t.Errorf("a source that was never polled: %v", err)
	}
	w.poll()
	w.tdnet(now.AddDate(0, 0, -1), tdnetRow(leak, false))
	w.site.put("/inbs/140120261126500001.pdf", page{status: http.StatusServiceUnavailable})
	if got, want := w.backfill(false), "gone, 1/1 1 waiting, 0/0"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	w.want("(" + leak + ")")
	// The document that could not be had is tried again, once it can be read.
	w.site.document("/inbs/140120261126500001", "本文です。")
	w.site.put("/inbs/140120261126500001.pdf", page{status: http.StatusNotFound})
	w.clock.add(time.Hour)
	if got, want := w.backfill(false), "gone, 1/1, 0/0"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	w.want("("+leak+")", "("+leak+"#2)")
	if n := w.latest(); n.DocumentState != breach.DocumentFailed {
		t.Errorf("state %s", n.DocumentState)
	}
	for range 2 {
		if got, want := w.backfill(false), "gone, 1/0, 0/0"; got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
	// The daemon that comes to the day finds it there.
	w.poll()
	w.want("("+leak+")", "("+leak+"#2)")
}

func TestPastDaysAreToldOfWhenThatIsWanted(t *testing.T) {
	now := time.Date(2026, 11, 26, 16, 0, 0, 0, tokyo)
	w := newWorld(t, tse(now))
	w.tdnet(now)
	w.poll()
	w.tdnet(now.AddDate(0, 0, -1), tdnetRow(leak, false))
	w.tdnet(now, strings.Replace(tdnetRow("別の件", true), "500001", "500002", 1))
	if got, want := w.backfill(true), "gone, 1/1, 1/0"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	w.want(leak)
}

func TestASourceWithoutDaysCannotBeBackfilled(t *testing.T) {
	w := newWorld(t)
	w.site.feed(row{title: "甲", link: "/a", at: w.clock.now()})
	w.poll()
	err := w.Backfill(t.Context(), "source", time.Now(), time.Now(), false, func(watcher.Backfilled) error { return nil })
	if err == nil || !strings.Contains(err.Error(), "a past day cannot be asked for") {
		t.Error(err)
	}
}
