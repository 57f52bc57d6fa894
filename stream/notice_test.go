package stream

import (
	"fmt"
	"sync"
	"sync/atomic"
	"testing"

	"oshirase/breach"
)

func TestARevisionIsStoredOnlyBehindTheOneBefore(t *testing.T) {
	b := open(t)
	insert := func(revision int, title string) (latest *breach.Notice, stored bool) {
		t.Helper()
		latest, stored, err := b.InsertNotice(t.Context(), notice("tdnet", "a", revision, title))
		if err != nil {
			t.Fatal(err)
		}
		return latest, stored
	}
	if latest, stored := insert(2, "B"); stored || latest != nil {
		t.Fatalf("revision 2 of nothing: stored %v, latest %v", stored, latest)
	}
	for revision, title := range []string{"A", "B", "A"} {
		revision++
		if latest, stored := insert(revision, title); !stored || latest.Revision != revision {
			t.Fatalf("revision %d: stored %v, latest %d", revision, stored, latest.Revision)
		}
		for _, other := range []int{1, revision, revision + 2} {
			latest, stored := insert(other, "other")
			if stored || latest == nil || latest.Revision != revision || latest.Title != title {
				t.Fatalf("revision %d after %d: stored %v, latest %+v", other, revision, stored, latest)
			}
		}
	}
	latest, err := b.LatestNotice(t.Context(), "tdnet", breach.NoticeID("tdnet", "a"))
	if err != nil || latest.Revision != 3 || latest.Title != "A" {
		t.Errorf("latest %+v, %v", latest, err)
	}
	if got := all(t, b, breach.StreamNotices); len(got) != 3 {
		t.Errorf("%d messages, want A, B, A", len(got))
	}
}

func TestOfManyWatchersOneStoresARevision(t *testing.T) {
	b := open(t)
	for revision := 1; revision <= 5; revision++ {
		var won atomic.Int32
		var wg sync.WaitGroup
		for w := range 8 {
			wg.Go(func() {
				latest, stored, err := b.InsertNotice(t.Context(), notice("tdnet", "a", revision, fmt.Sprintf("watcher %d", w)))
				if err != nil {
					t.Error(err)
					return
				}
				if stored {
					won.Add(1)
				}
				if latest == nil || latest.Revision != revision {
					t.Errorf("watcher %d: latest %+v, want revision %d", w, latest, revision)
				}
			})
		}
		wg.Wait()
		if won.Load() != 1 {
			t.Fatalf("revision %d was stored by %d watchers", revision, won.Load())
		}
	}
}

func TestANoticeNobodyStoredIsNotThere(t *testing.T) {
	b := open(t)
	if n, err := b.LatestNotice(t.Context(), "tdnet", "0123"); n != nil || err != nil {
		t.Errorf("latest %v, %v", n, err)
	}
	for _, subject := range []string{"notices.tdnet.0123", "notices.>", "notices.*.0123"} {
		if ok, err := b.Exists(t.Context(), breach.StreamNotices, subject); ok || err != nil {
			t.Errorf("exists %s: %v, %v", subject, ok, err)
		}
	}
	n := fill(t, b, "tdnet", 1)[0]
	for _, subject := range []string{n.Subject(), "notices.>", "notices.*." + n.ID} {
		if ok, err := b.Exists(t.Context(), breach.StreamNotices, subject); !ok || err != nil {
			t.Errorf("exists %s: %v, %v", subject, ok, err)
		}
	}
	if _, err := b.LatestNotice(t.Context(), "td net", "0123"); err == nil {
		t.Error("a source with a space was looked up")
	}
}

func TestARevisionBelowOneIsPermanent(t *testing.T) {
	b := open(t)
	if _, _, err := b.InsertNotice(t.Context(), notice("tdnet", "a", 0, "お知らせ")); !breach.IsPermanent(err) {
		t.Errorf("error %v, want a permanent one", err)
	}
}
