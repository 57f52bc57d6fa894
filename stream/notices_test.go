package stream

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"oshirase/breach"
)

func TestManyNoticesAreStoredOnceAndInOrder(t *testing.T) {
	b := open(t)
	var list []*breach.Notice
	for i := range 300 {
		list = append(list, notice("source", fmt.Sprint("key", i), 1, fmt.Sprint("件", i)))
	}
	insert := func() (stored int) {
		next := 0
		err := b.InsertNotices(t.Context(), list, func(i int, latest *breach.Notice, isStored bool, err error) error {
			if err != nil || i != next || latest == nil || latest.ID != list[i].ID {
				t.Fatalf("answer %d, want %d: %v %v", i, next, latest, err)
			}
			if next++; isStored {
				stored++
			}
			return nil
		})
		if err != nil || next != len(list) {
			t.Fatalf("%d answers: %v", next, err)
		}
		return stored
	}
	if got := insert(); got != 300 {
		t.Errorf("%d stored", got)
	}
	if got := insert(); got != 0 {
		t.Errorf("%d stored again", got)
	}
	for i, m := range all(t, b, breach.StreamNotices) {
		if want := fmt.Sprintf("%s-1", list[i].ID); m.ID != want {
			t.Fatalf("message %d is %s, want %s", i, m.ID, want)
		}
	}
}

func TestOneNoticeThatCannotBeStoredHoldsBackNoOther(t *testing.T) {
	b := open(t)
	huge := notice("source", "b", 1, "乙")
	huge.Text = strings.Repeat("あ", maxPayload)
	list := []*breach.Notice{notice("source", "a", 1, "甲"), huge, notice("source", "a", 2, "甲2"), notice("source", "a", 4, "甲4"), notice("source", "c", 1, "丙")}
	var got []string
	err := b.InsertNotices(t.Context(), list, func(i int, latest *breach.Notice, stored bool, err error) error {
		switch {
		case breach.IsPermanent(err):
			got = append(got, "permanent")
		case err != nil:
			return err
		case stored:
			got = append(got, "stored")
		default:
			got = append(got, fmt.Sprint("there is ", latest.Revision))
		}
		return nil
	})
	if want := "stored, permanent, stored, there is 2, stored"; err != nil || strings.Join(got, ", ") != want {
		t.Errorf("got %s, want %s: %v", strings.Join(got, ", "), want, err)
	}
	stop := errors.New("enough")
	if err := b.InsertNotices(t.Context(), list, func(int, *breach.Notice, bool, error) error { return stop }); !errors.Is(err, stop) {
		t.Errorf("the caller's error is lost: %v", err)
	}
}

func TestNoticesOfOneSourceAreRecalled(t *testing.T) {
	b := open(t)
	recall := func(source string, since time.Time) (any bool, titles string) {
		var list []string
		any, err := b.RecallNotices(t.Context(), source, since, func(n *breach.Notice) error {
			list = append(list, n.Title)
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		return any, strings.Join(list, " ")
	}
	if any, titles := recall("source", time.Time{}); any || titles != "" {
		t.Errorf("an empty stream recalls %v %q", any, titles)
	}
	for _, n := range []*breach.Notice{notice("source", "a", 1, "甲"), notice("other", "a", 1, "他"), notice("source", "a", 2, "甲2"), notice("source-2", "a", 1, "別")} {
		if _, _, err := b.InsertNotice(t.Context(), n); err != nil {
			t.Fatal(err)
		}
	}
	if any, titles := recall("source", time.Time{}); !any || titles != "甲 甲2" {
		t.Errorf("recalled %v %q", any, titles)
	}
	if any, titles := recall("source", time.Now().Add(3*time.Hour)); !any || titles != "" {
		t.Errorf("recalled of the future: %v %q", any, titles)
	}
}
