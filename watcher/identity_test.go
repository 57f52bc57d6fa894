package watcher_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"oshirase/breach"
	"oshirase/watcher"
)

func TestFirstContactTellsWhatIsConfigured(t *testing.T) {
	for name, want := range map[watcher.FirstRun][]string{
		watcher.Baseline: {"(古い)", "(昨日)", "(今)"},
		watcher.Recent:   {"(古い)", "昨日", "今"},
		watcher.All:      {"古い", "昨日", "今"},
	} {
		t.Run(string(name), func(t *testing.T) {
			w := newWorld(t, firstRun(name))
			now := w.clock.now()
			rows := []row{{title: "今", link: "/3", at: now}, {title: "昨日", link: "/2", at: now.Add(-20 * time.Hour)}, {title: "古い", link: "/1", at: now.AddDate(0, 0, -9)}}
			w.site.feed(rows...)
			w.poll()
			w.want(want...)
			// What comes later is news, whatever its date says.
			w.site.feed(append([]row{{title: "新着", link: "/4", at: now.AddDate(0, 0, -5)}}, rows...)...)
			w.poll()
			w.want(append(want, "新着")...)
		})
	}
}

func TestARowIsPublishedOnce(t *testing.T) {
	for name, second := range map[string]row{
		"the same listing":     {title: "甲", link: "/a", guid: "1"},
		"flipped GUIDs":        {title: "甲", link: "/a", guid: "2"},
		"a tracking parameter": {title: "甲", link: "/a?utm_source=rss&utm_medium=feed", guid: "1"},
		"a tracking fragment":  {title: "甲", link: "/a#xtor=RSS-1", guid: "1"},
		"the move to https":    {title: "甲", link: "https", guid: "1"},
		"no GUID any more":     {title: "甲", link: "/a"},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			at := w.clock.now().Add(-time.Hour)
			first := row{title: "甲", link: "/a", guid: "1", at: at}
			if second.at = at; second.link == "https" {
				second.link = strings.Replace(w.site.URL, "http:", "https:", 1) + "/a"
			}
			w.site.feed(first)
			w.poll()
			w.site.feed(row{title: "乙", link: "/b", at: at.Add(time.Minute)}, second)
			w.poll()
			w.start()
			w.site.feed(second, row{title: "乙", link: "/b", at: at.Add(time.Minute)})
			w.poll()
			w.want("甲", "乙")
		})
	}
}

func TestEditsBackAndForthAreThreeRevisions(t *testing.T) {
	w := newWorld(t)
	at := w.clock.now().Add(-time.Hour)
	for _, title := range []string{"甲", "乙", "甲"} {
		w.site.feed(row{title: title, link: "/a", at: at})
		w.poll()
	}
	w.want("甲", "乙#2", "甲#3")
	list := w.stored()
	if list[1].PreviousTitle != "甲" || list[2].PreviousTitle != "乙" {
		t.Errorf("previous titles %q, %q", list[1].PreviousTitle, list[2].PreviousTitle)
	}
	w.start()
	w.poll()
	w.want("甲", "乙#2", "甲#3")
}

func TestALostStateIsMadeAnewFromTheNotices(t *testing.T) {
	w := newWorld(t, firstRun(watcher.Baseline))
	old := w.clock.now().AddDate(0, 0, -3)
	rows := []row{{title: "乙", link: "/b", at: old.Add(time.Hour)}, {title: "甲", link: "/a", at: old}}
	w.site.feed(rows...)
	w.poll()
	w.want("(甲)", "(乙)")
	w.loseState()
	// One row is new and one was edited meanwhile: neither is part of a baseline.
	rows[1].title = "甲（訂正）"
	w.site.feed(append([]row{{title: "丙", link: "/c", at: old.Add(2 * time.Hour)}}, rows...)...)
	w.poll()
	w.want("(甲)", "(乙)", "(甲（訂正）#2)", "丙")
	w.loseState()
	w.poll()
	w.want("(甲)", "(乙)", "(甲（訂正）#2)", "丙")
	w.wantTold("")
}

func TestARowThatIsOlderThanTheMemoryIsTakenOverWithItsEdit(t *testing.T) {
	w := newWorld(t)
	at := w.clock.now().Add(-time.Hour)
	w.site.feed(row{title: "甲", link: "/a", at: at})
	w.poll()
	w.clock.add(60 * 24 * time.Hour) // beyond what is recalled
	w.loseState()
	w.site.feed(row{title: "甲（訂正）", link: "/a", at: at})
	w.poll()
	w.want("甲", "甲（訂正）#2")
}

func TestDamagedStateCostsOnlyTime(t *testing.T) {
	w := newWorld(t, firstRun(watcher.Baseline))
	w.site.feed(row{title: "甲", link: "/a", at: w.clock.now()})
	w.poll()
	for _, key := range []string{"source:source", "rows:source"} {
		_, rev, err := w.states.Load(t.Context(), key)
		if err != nil || rev == 0 {
			t.Fatal(rev, err)
		}
		if _, err := w.states.Save(t.Context(), key, []byte(`{"items":[`), rev); err != nil {
			t.Fatal(err)
		}
	}
	w.start()
	w.site.feed(row{title: "乙", link: "/b", at: w.clock.now()}, row{title: "甲", link: "/a", at: w.clock.now()})
	w.poll()
	w.want("(甲)", "乙")
}

func TestACrashAfterPublishingRepeatsNothing(t *testing.T) {
	for _, key := range []string{"rows:source", "source:source"} {
		t.Run("before "+key+" is saved", func(t *testing.T) {
			f := &failing{}
			w := newWorld(t, f.with)
			at := w.clock.now().Add(-time.Hour)
			w.site.feed(row{title: "甲", link: "/a", at: at})
			f.saves = func(k string) error {
				if k == key {
					return errInjected
				}
				return nil
			}
			if err := w.PollOnce(t.Context(), "source"); err == nil {
				t.Fatal("the poll hides that its state is not saved")
			}
			f.saves = nil
			w.start()
			w.poll()
			w.want("甲")
			w.site.feed(row{title: "乙", link: "/b", at: at.Add(time.Minute)}, row{title: "甲", link: "/a", at: at})
			w.poll()
			w.want("甲", "乙")
		})
	}
}

func TestACrashInTheFirstContactLeavesTheRestABaseline(t *testing.T) {
	f := &failing{}
	w := newWorld(t, f.with, firstRun(watcher.Baseline))
	var rows []row
	for i := range 9 {
		rows = append(rows, row{title: fmt.Sprint("記事", i), link: fmt.Sprint("/", i), at: w.clock.now().Add(time.Duration(-i) * time.Minute)})
	}
	w.site.feed(rows...)
	inserts := 0
	f.inserted = func(*breach.Notice) error {
		if inserts++; inserts > 4 {
			return errInjected
		}
		return nil
	}
	if err := w.PollOnce(t.Context(), "source"); err == nil {
		t.Fatal("the poll hides its failure")
	}
	f.inserted = nil
	w.start()
	w.poll()
	list := w.stored()
	if len(list) != 9 {
		t.Fatalf("%d notices, want 9", len(list))
	}
	for _, n := range list {
		if !n.Backlog {
			t.Errorf("%s is told of after a crash in the first contact", n.Title)
		}
	}
}

func TestANoticeThatCannotBeStoredHoldsBackNoOther(t *testing.T) {
	f := &failing{}
	w := newWorld(t, f.with)
	at := w.clock.now().Add(-time.Hour)
	tries := 0
	f.inserted = func(n *breach.Notice) error {
		if strings.Contains(n.Title, "毒") {
			tries++
			return breach.Permanent(errInjected)
		}
		return nil
	}
	w.site.feed(row{title: "乙", link: "/b", at: at.Add(time.Minute)}, row{title: "毒", link: "/x", at: at}, row{title: "甲", link: "/a", at: at.Add(-time.Minute)})
	w.poll()
	w.want("甲", "乙")
	w.site.feed(row{title: "丙", link: "/c", at: at.Add(2 * time.Minute)}, row{title: "毒", link: "/x", at: at})
	w.poll()
	w.want("甲", "乙", "丙")
	if tries != 1 {
		t.Errorf("the same row was tried %d times", tries)
	}
}

func TestTwoDaemonsOnOneSourcePublishEachRowOnce(t *testing.T) {
	w := newWorld(t)
	at := w.clock.now().Add(-time.Hour)
	w.site.feed(row{title: "甲", link: "/a", at: at})
	other, err := watcher.New(w.cfg, w.deps)
	if err != nil {
		t.Fatal(err)
	}
	w.poll()
	if err := other.PollOnce(t.Context(), "source"); err != nil {
		t.Fatal(err)
	}
	w.site.feed(row{title: "乙", link: "/b", at: at.Add(time.Minute)}, row{title: "甲", link: "/a", at: at})
	w.poll()
	// The other's state is older than the store's: it is told so, and reads anew.
	w.site.feed(row{title: "丙", link: "/c", at: at.Add(2 * time.Minute)}, row{title: "乙", link: "/b", at: at.Add(time.Minute)})
	if err := other.PollOnce(t.Context(), "source"); err == nil {
		t.Error("a conflict over the state is hidden")
	}
	if err := other.PollOnce(t.Context(), "source"); err != nil {
		t.Fatal(err)
	}
	w.want("甲", "乙", "丙")
}

func TestAnUnchangedBodyIsNotReadAgain(t *testing.T) {
	var polls []watcher.Poll
	w := newWorld(t, func(w *world) { w.cfg.Observe = func(p watcher.Poll) { polls = append(polls, p) } })
	w.site.feed(feedOf(5, 5, w.clock.now(), time.Hour)...) // without ETag and Last-Modified
	w.poll()
	w.poll()
	w.start()
	w.poll()
	for i, p := range polls {
		if p.Unchanged != (i > 0) || p.Reason != "" {
			t.Errorf("poll %d: %+v", i, p)
		}
	}
}
