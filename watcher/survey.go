package watcher

import (
	"context"
	"fmt"
	"slices"
	"time"

	"go.uber.org/zap"

	"oshirase/breach"
	"oshirase/extract"
)

// traits are what is peculiar to a kind of source.
type traits struct {
	// partial: a listing may be empty, or only what moved, and need not overlap
	// the one before.
	partial bool
	// daily: there are rows on every trading day of the TSE, and on no other.
	daily bool
	// kept is how long the source keeps its documents; 0: for good.
	kept time.Duration
}

// tdnetKept is how long the TSE's list keeps a document.
const tdnetKept = (tdnetDays - 1) * 24 * time.Hour

func traitsOf(kind string) traits {
	switch kind {
	case KindTDnet:
		return traits{partial: true, daily: true, kept: tdnetKept}
	case KindTDnetSearch, KindYanoshin: // may be narrowed to what is rare
		return traits{partial: true, kept: tdnetKept}
	}
	return traits{}
}

const (
	// floodRows and floodShare (in percent): more new rows than this at once from
	// a source that is known are no news but a site that was rebuilt.
	floodRows  = 20
	floodShare = 80
	// leastWindow is how many rows a window must have for its overlap to say
	// something.
	leastWindow = 5
)

// floodLine is from when on a row of a flood is news by its own date.
func (w *Watcher) floodLine(s *watched) time.Time {
	line := w.now().Add(-recentSpan)
	if ok := s.state.LastSuccess; !ok.IsZero() && ok.Before(line) {
		line = ok
	}
	return line.Add(-recentSpan)
}

// survey compares the listing as a whole with what is known, before anything of
// it is stored, and tells operations of a window that no longer overlaps the
// last one and of a flood.
func (w *Watcher) survey(ctx context.Context, s *watched, items []extract.Item) (flood bool, err error) {
	if s.state.FirstContact.IsZero() || traitsOf(s.Kind).partial || s.rows.recalled || len(items) == 0 || s.state.Rows < leastWindow {
		return false, nil
	}
	fresh, held, older := 0, 0, 0
	line := w.floodLine(s)
	newest := &items[0]
	for i := range items {
		it := &items[i]
		if s.rows.Items[breach.NoticeID(s.ID, it.Key)] != nil {
			continue
		}
		fresh++
		if !since(it, line) {
			held++
		}
		if !it.Published.IsZero() && it.Published.Before(s.state.LastSuccess.Add(-recentSpan)) {
			older++
		}
		if it.Published.After(newest.Published) {
			newest = it
		}
	}
	flood = fresh > floodRows && fresh*100 > len(items)*floodShare && held > 0
	gap := fresh == len(items) && len(items) >= leastWindow && older == 0
	// The same listing, seen again after a crash, is the same event.
	occurrence := newest.Key + " " + newest.Published.UTC().Format(time.RFC3339)
	if flood {
		err := w.tell(ctx, s, ReasonFlood, false, occurrence, fmt.Sprintf(
			"%d of %d rows are new at once: those without a date of the last days are kept and nobody is told of them; look whether the site was rebuilt", fresh, len(items)))
		if err != nil {
			return false, err
		}
	}
	if gap {
		return flood, w.tell(ctx, s, ReasonGap, false, occurrence, fmt.Sprintf(
			"none of the %d rows was there at the last success, %s: rows in between may have been missed; look at the site, and poll more often",
			len(items), s.state.LastSuccess.Format(time.RFC3339)))
	}
	return flood, nil
}

// Bounds of how long a silence must be to be unusual.
const (
	leastQuiet = 7 * 24 * time.Hour
	mostQuiet  = 180 * 24 * time.Hour
)

// measure notes what the listing says of itself.
func (w *Watcher) measure(s *watched, items []extract.Item) {
	if len(items) > 0 {
		s.state.Rows = len(items)
	}
	var dates []time.Time
	for i := range items {
		if !items[i].Published.IsZero() && !items[i].Published.After(w.now().AddDate(0, 0, 1)) {
			dates = append(dates, items[i].Published)
		}
	}
	if len(dates) == 0 {
		return
	}
	slices.SortFunc(dates, time.Time.Compare)
	if last := dates[len(dates)-1]; last.After(s.state.Newest) {
		s.state.Newest = last.UTC()
	}
	s.state.Quiet = 0
	if len(dates) < 10 {
		return // too few to tell what is usual
	}
	longest := time.Duration(0)
	for i := 1; i < len(dates); i++ {
		longest = max(longest, dates[i].Sub(dates[i-1]))
	}
	s.state.Quiet = min(max(2*longest, leastQuiet), mostQuiet)
}

// silence is the condition of a listing that is read well and says nothing.
// known is false when the listing cannot tell.
func (w *Watcher) silence(s *watched) (quiet *fault, known bool) {
	newest, now := s.state.Newest, w.now()
	traits := traitsOf(s.Kind)
	if traits.daily {
		day := lastDisclosed(now)
		switch {
		case !newest.Before(day):
			return nil, true
		case now.Sub(day) > 2*24*time.Hour:
			return nil, false // the listing goes back to yesterday only
		}
		return &fault{ReasonZeroRows, fmt.Sprintf("no rows for %s, a trading day: look whether the list has moved", day.Format(time.DateOnly))}, true
	}
	if traits.partial || s.state.Quiet == 0 || now.Sub(newest) <= s.state.Quiet {
		return nil, true
	}
	return &fault{ReasonSilent, fmt.Sprintf("no row is newer than %s, which is unusually long: look whether the list has moved", newest.In(w.cfg.TimeZone).Format(time.DateOnly))}, true
}

// stand brings the standing conditions up to date; changed reports whether the
// state has to be saved.
func (w *Watcher) stand(ctx context.Context, s *watched) (changed bool, err error) {
	now, known := w.silence(s)
	if !known {
		return false, nil
	}
	for reason, t := range s.state.Standing {
		if now != nil && now.reason == reason {
			continue
		}
		message := fmt.Sprintf("it shows new rows again after %s; the trouble was: %s", w.now().Sub(t.Since).Round(time.Second), t.Message)
		if err := w.tell(ctx, s, reason, true, "healed "+t.Since.Format(time.RFC3339), message); err != nil {
			return changed, err
		}
		delete(s.state.Standing, reason)
		changed = true
	}
	if now == nil || s.state.Standing[now.reason] != nil {
		return changed, nil
	}
	t := &trouble{Since: w.now().UTC(), Reason: now.reason, Message: now.message, Told: true}
	// A crash between the telling and the saving finds the same silence.
	if err := w.tell(ctx, s, now.reason, false, "silent since "+s.state.Newest.Format(time.RFC3339), now.message); err != nil {
		return changed, err
	}
	if s.state.Standing == nil {
		s.state.Standing = map[Reason]*trouble{}
	}
	s.state.Standing[now.reason] = t
	w.log.Warn("a source is silent", zapSource(s), zap.String("reason", string(now.reason)), zap.String("message", now.message))
	return true, nil
}
