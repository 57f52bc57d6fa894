package watcher

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"sync"
	"time"

	"oshirase/breach"
	"oshirase/extract"
	"oshirase/fetch"
)

// TDnet lists the TSE's disclosures by its day lists: today and yesterday at
// each poll, the days that were missed while nobody polled, and, one at a time
// when nothing moves, the others that are still online, for late deletions and
// retitles.
//
// New rows come into the middle of the list and push others to the next page
// while one walks. A day is complete when as many different rows were seen as
// the last page read claims (全N件); until then it is walked again.
type TDnet struct {
	// PermanentCopy is where the exchange keeps each document for ten years,
	// asked when the list's own copy is gone. https://www2.jpx.co.jp/disc/ for
	// the list of www.release.tdnet.info, none for any other.
	PermanentCopy string `yaml:"permanent_copy"`

	mu sync.Mutex
	// walked is what is known of each day since its last whole walk; a cache.
	walked map[string]*tdnetDay
}

// tdnetDay are the rows of a day that are known, by key and by what they show,
// and the memo that the walk left: another one means that the walk was lost.
type tdnetDay struct {
	memo Memo
	rows seen
}

// seen are rows by key, and by what they show: a row that is deleted loses its
// link, and with it its key.
type seen struct{ keys, shows map[string]bool }

const (
	// tdnetPageRows is the number of rows on a full page of the list.
	tdnetPageRows = 100
	// maxTDnetPages is well beyond the busiest day known, 24 pages.
	maxTDnetPages = 100
	// tdnetWalks is how often a day is read again while rows are being inserted.
	tdnetWalks = 3
	// tdnetRewalk is how long a day whose total does not move is left with its
	// first page only: retitles and deletions further down do not change it.
	tdnetRewalk = 15 * time.Minute
	// tdnetDays is how many days are online, today included.
	tdnetDays = 31
	// tdnetMissed bounds how many missed days are read in one poll.
	tdnetMissed = 3
	// tdnetSweep is how often each past day is read: some three days an hour.
	tdnetSweep = 10 * time.Hour

	tdnetHost    = "www.release.tdnet.info"
	tdnetArchive = "https://www2.jpx.co.jp/disc/"
)

// Validate reports an archive that is no address.
func (t *TDnet) Validate() []breach.Fault { return addressFault("permanent_copy", t.PermanentCopy) }

func addressFault(key, address string) []breach.Fault {
	if address == "" {
		return nil
	}
	if u, err := url.Parse(address); err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" || u.User != nil {
		return []breach.Fault{{Key: key, Message: "must be an http or https address without user name"}}
	}
	return nil
}

// List implements [Lister]. Days are those of Tokyo.
func (t *TDnet) List(ctx context.Context, ask Ask) (Listed, error) {
	base, err := url.Parse(ask.Source.URL)
	if err != nil {
		return Listed{}, fmt.Errorf("url: %w", err)
	}
	now := ask.Now.In(extract.Japan)
	today := time.Date(now.Year(), now.Month(), now.Day(), 0, 0, 0, 0, extract.Japan)
	w := t.poll(ask, base)
	missing := 0
	var notFound error
	for i, day := range []time.Time{today, today.AddDate(0, 0, -1)} {
		switch err := w.day(ctx, day); {
		case gone(err): // a day that has no page yet, or no more
			missing++
			notFound = err
		case err != nil && i > 0 && !w.out.Unchanged && ctx.Err() == nil:
			// What was read of today counts.
			w.out.Memo[w.page(day, 1)] = ask.Memo[w.page(day, 1)]
			w.out.Incomplete = err.Error()
		case err != nil:
			return Listed{}, err
		}
	}
	if missing == 2 {
		return Listed{}, notFound
	}
	past, missed := w.past(today)
	if w.out.Unchanged {
		if err := w.others(ctx, past, missed); err != nil {
			return Listed{}, err
		}
	}
	return w.out, nil
}

// Day lists one day that is still online, whole.
func (t *TDnet) Day(ctx context.Context, ask Ask, day time.Time) (Listed, error) {
	base, err := url.Parse(ask.Source.URL)
	if err != nil {
		return Listed{}, fmt.Errorf("url: %w", err)
	}
	w := t.poll(ask, base)
	y, m, d := day.Date()
	day = time.Date(y, m, d, 0, 0, 0, 0, extract.Japan)
	walk, err := w.walk(ctx, day, nil, nil)
	if err != nil {
		return Listed{}, err
	}
	w.take(day, walk, Memo{Rows: walk.total, Walked: w.now(), Note: walk.digest()})
	return w.out, nil
}

func (t *TDnet) poll(ask Ask, base *url.URL) *tdnetWalk {
	w := &tdnetWalk{lister: t, ask: ask, base: base, archive: permanentCopies(t.PermanentCopy, base.Hostname() == tdnetHost)}
	w.out = Listed{Unchanged: true, Memo: map[string]Memo{}}
	w.out.Format = "tdnet"
	return w
}

// others reads the days that were missed or, when none was, a past one.
func (w *tdnetWalk) others(ctx context.Context, past, missed []time.Time) error {
	for _, day := range missed[:min(len(missed), tdnetMissed)] {
		err := w.day(ctx, day)
		if gone(err) {
			w.out.Memo[w.page(day, 1)] = Memo{Walked: w.now()}
		} else if err != nil {
			return err
		}
	}
	if len(missed) > 0 {
		return nil
	}
	return w.sweep(ctx, past)
}

// permanentCopies is the archive that is configured, or the exchange's own for
// its own services.
func permanentCopies(configured string, exchange bool) *url.URL {
	if configured == "" && exchange {
		configured = tdnetArchive
	}
	if configured == "" {
		return nil
	}
	u, err := url.Parse(strings.TrimSuffix(configured, "/") + "/")
	if err != nil {
		return nil // Validate has told
	}
	return u
}

// tdnetWalk is one poll.
type tdnetWalk struct {
	lister  *TDnet
	ask     Ask
	base    *url.URL
	archive *url.URL
	out     Listed
}

// now is the time of the poll as a memo keeps it.
func (w *tdnetWalk) now() time.Time { return w.ask.Now.UTC().Round(0) }

func (w *tdnetWalk) page(day time.Time, page int) string {
	return extract.TDnetPageURL(w.base, day, page).String()
}

// past are the days before yesterday that were walked and are online, the one
// that was walked longest ago first, and those between them that were not: the
// daemon was down. What is known of them is kept.
func (w *tdnetWalk) past(today time.Time) (walked, missed []time.Time) {
	var gap []time.Time
	for back := 2; back < tdnetDays; back++ {
		day := today.AddDate(0, 0, -back)
		memo, known := w.ask.Memo[w.page(day, 1)]
		if !known {
			gap = append(gap, day)
			continue
		}
		w.out.Memo[w.page(day, 1)] = memo
		missed = append(missed, gap...)
		gap = nil
		walked = append(walked, day)
	}
	return walked, missed
}

// sweep reads the past day that was read longest ago, whole. Nothing of it is
// told when it shows what it showed then.
func (w *tdnetWalk) sweep(ctx context.Context, past []time.Time) error {
	var oldest time.Time
	for _, day := range past {
		at := w.ask.Memo[w.page(day, 1)].Walked
		if oldest.IsZero() || at.Before(w.ask.Memo[w.page(oldest, 1)].Walked) {
			oldest = day
		}
	}
	if oldest.IsZero() || w.ask.Now.Sub(w.ask.Memo[w.page(oldest, 1)].Walked) < tdnetSweep {
		return nil
	}
	first := w.page(oldest, 1)
	walk, err := w.walk(ctx, oldest, nil, nil)
	if gone(err) {
		delete(w.out.Memo, first) // past the end of the window
		return nil
	}
	if err != nil {
		return err
	}
	memo := Memo{Walked: w.now(), Rows: walk.total, Note: walk.digest()}
	if walk.complete() && memo.Note == w.ask.Memo[first].Note {
		w.out.Memo[first] = memo
		return nil
	}
	w.take(oldest, walk, memo)
	return nil
}

// day reads one day: its first page, and the others when something moved.
func (w *tdnetWalk) day(ctx context.Context, day time.Time) error {
	first := w.page(day, 1)
	last := w.ask.Memo[first]
	due := w.ask.Now.Sub(last.Walked) >= tdnetRewalk
	response, memo, same, err := w.ask.get(ctx, first, "text/html")
	if err != nil {
		return err
	}
	if same && (!due || last.Rows <= tdnetPageRows) {
		w.out.Memo[first] = memo
		return nil
	}
	var known *seen
	if !due {
		known = w.lister.known(first, last)
	}
	if response.NotModified { // a walk needs the page itself
		response = nil
	}
	walk, err := w.walk(ctx, day, known, response)
	if err != nil {
		return err
	}
	memo = Memo{ETag: walk.first.ETag, LastModified: walk.first.LastModified, SHA256: walk.first.SHA256, Rows: walk.total, Walked: last.Walked, Note: last.Note}
	if known == nil {
		memo.Walked, memo.Note = w.now(), walk.digest()
	}
	if !walk.complete() {
		memo.SHA256, memo.ETag, memo.LastModified = "", "", ""
	}
	w.take(day, walk, memo)
	w.lister.remember(first, memo, walk)
	return nil
}

// take adds a day's rows to the answer.
func (w *tdnetWalk) take(day time.Time, walk *walk, memo Memo) {
	w.out.Unchanged = false
	w.out.Memo[w.page(day, 1)] = memo
	w.out.Warnings = append(w.out.Warnings, walk.warnings...)
	for _, item := range walk.items {
		item.Fallback = extract.TDnetCopy(w.archive, item.Publisher.Code, item.DocumentID)
		w.out.Items = append(w.out.Items, item)
	}
	w.out.Total = max(w.out.Total, 0) + walk.total
	if !walk.complete() {
		w.out.Incomplete = fmt.Sprintf("the list of %s claims %d rows, %d were read in %d walks", day.Format(time.DateOnly), walk.total, len(walk.rows.keys), tdnetWalks)
	}
}

// known are the rows of a day that the last walk saw, nil when it is not sure
// that all of them were taken: the memo that it left is not the one that came
// back.
func (t *TDnet) known(first string, memo Memo) *seen {
	t.mu.Lock()
	defer t.mu.Unlock()
	day := t.walked[first]
	if day == nil || day.memo != memo {
		return nil
	}
	return &day.rows
}

// remember keeps the rows of complete walks of the last days.
func (t *TDnet) remember(first string, memo Memo, k *walk) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.walked == nil || len(t.walked) > 4 {
		t.walked = map[string]*tdnetDay{}
	}
	delete(t.walked, first)
	if k.complete() {
		t.walked[first] = &tdnetDay{memo: memo, rows: k.rows}
	}
}

// gone reports an answer that the page is not there.
func gone(err error) bool {
	failed, ok := errors.AsType[*fetch.Error](err)
	return ok && failed.Reason == fetch.NotFound
}

func parseTDnet(response *fetch.Response, day time.Time) (extract.Listing, error) {
	base, err := url.Parse(response.FinalURL)
	if err != nil {
		return extract.Listing{}, err
	}
	return extract.TDnet(response.Body, base, day)
}
