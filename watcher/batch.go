package watcher

import (
	"context"
	"fmt"
	"time"

	"go.uber.org/zap"
	"golang.org/x/sync/errgroup"

	"oshirase/breach"
	"oshirase/extract"
)

// batch is what one poll publishes. Documents are fetched side by side from
// the start; notices are stored in the listing's order of time, each with its
// document if it is there by the deadline.
type batch struct {
	watcher *Watcher
	source  *watched
	flood   bool // new rows that are not recent by their own date are backlog
	hurry   <-chan struct{}
	// history: the rows are of the past, and their documents are read although
	// nobody is told; quiet: nobody is.
	history, quiet bool
	// deadline is until when a notice waits for its document, and end until when
	// the poll does, so that it is over before the next.
	deadline time.Time
	end      time.Time
	planned  []*revision
	again    []extract.Item // rows whose stored notice turned out to be another
	fetching errgroup.Group
	work     context.Context
	stop     context.CancelFunc
}

// revision is one notice that may be stored.
type revision struct {
	notice *breach.Notice
	before *breach.Notice // the latest stored one; nil: none is known
	item   *item
	row    *extract.Item
	// document is closed when read is set; nil: none is fetched.
	document chan struct{}
	read     reading
	purpose  purpose
}

// purpose is why a document is fetched.
type purpose int

const (
	toTell  purpose = iota // with its notice, which waits for it for a while
	toRetry                // it could not be had before
	toVisit                // to see whether it changed
)

// documentsAtATime is how many documents of one source are fetched at a time;
// the client is politer still within one host.
const documentsAtATime = 4

func (w *Watcher) newBatch(ctx context.Context, s *watched, flood bool, hurry <-chan struct{}) *batch {
	now := w.now()
	b := &batch{watcher: w, source: s, flood: flood, hurry: hurry, deadline: now.Add(w.cfg.DocumentWait)}
	patience := min(w.cfg.PollTimeout, s.period(now)) * 4 / 5
	b.end = now.Add(max(patience, w.cfg.DocumentWait))
	b.work, b.stop = context.WithCancel(ctx)
	b.fetching.SetLimit(documentsAtATime + 1) // one place is for the queue's own goroutine
	return b
}

// cancel gives up what is being fetched.
func (b *batch) cancel() {
	b.stop()
	_ = b.fetching.Wait() // fetchers return no error
}

// plan looks at a row and decides whether a revision is due.
func (b *batch) plan(ctx context.Context, it extract.Item) error {
	w, rows := b.watcher, b.source.rows
	head := w.head(b.source, &it)
	hash := listingHash(&head, it.Summary)
	known, today := rows.Items[head.ID], w.now().Unix()/secondsPerDay
	if b.history && known == nil && it.Deleted {
		return nil // what it was is not there to be read
	}
	if known == nil && it.Deleted {
		if id, withdrawn := rows.byRow(it.RowKey); withdrawn != nil {
			return b.withdraw(ctx, id, withdrawn)
		}
	}
	if known == nil {
		known = &item{}
		rows.Items[head.ID] = known
	}
	if key := short(it.RowKey); known.Seen != today || known.RowKey != key {
		known.Seen, known.RowKey, rows.touched = today, key, true
	}
	switch {
	case known.Revision == 0 && known.Refused && known.Hash == short(hash):
		return nil
	case known.Revision == 0:
		b.first(&it, head, hash, known)
	case known.Hash != short(hash), known.Gone != it.Deleted && !known.Lost:
		return b.changed(ctx, &it, head, hash, known)
	}
	return nil
}

func (b *batch) first(it *extract.Item, head breach.NoticeHead, hash string, known *item) {
	head.Backlog = b.quiet || b.watcher.backlog(b.source, it, b.flood)
	n := &breach.Notice{NoticeHead: head, ListingHash: hash}
	n.Text, n.TextTruncated = clip(it.Summary)
	b.add(&revision{notice: n, item: known, row: it}, b.wanted(it) && (!n.Backlog || b.history))
}

// changed makes the next revision of a row that the listing shows differently.
// Its document is read again: a report that is rewritten in place keeps its
// address, and only the row tells.
func (b *batch) changed(ctx context.Context, it *extract.Item, head breach.NoticeHead, hash string, known *item) error {
	latest, err := b.latest(ctx, head.ID)
	if err != nil {
		return err
	}
	if latest == nil { // its time in the stream is over: it is taken anew
		known.Revision = 0
		b.first(it, head, hash, known)
		return nil
	}
	n := *latest
	n.NoticeHead = head
	n.Revision, n.FirstSeen, n.ListingHash = latest.Revision+1, latest.FirstSeen, hash
	n.Backlog = latest.Backlog
	n.DocumentState = latest.DocumentState
	n.PreviousTitle = ""
	if latest.Title != head.Title {
		n.PreviousTitle = latest.Title
	}
	if extract.NormalURL(latest.URL) != extract.NormalURL(head.URL) || latest.DocumentState != breach.DocumentFetched {
		n.Text, n.TextTruncated = clip(it.Summary)
		n.Documents, n.DocumentState = nil, breach.DocumentNone
	}
	b.add(&revision{notice: &n, before: latest, item: known, row: it}, b.wanted(it) && !n.Backlog)
	return nil
}

// withdraw makes the revision that says that the source has deleted a row.
func (b *batch) withdraw(ctx context.Context, id string, known *item) error {
	known.Seen = b.watcher.now().Unix() / secondsPerDay
	if known.Gone {
		return nil
	}
	latest, err := b.latest(ctx, id)
	if err != nil || latest == nil {
		return err
	}
	n := *latest
	n.Revision, n.SeenAt, n.Withdrawn, n.PreviousTitle = latest.Revision+1, b.watcher.now().UTC(), true, ""
	b.add(&revision{notice: &n, before: latest, item: known}, false)
	return nil
}

func (b *batch) latest(ctx context.Context, id string) (*breach.Notice, error) {
	latest, err := b.watcher.deps.Notices.LatestNotice(ctx, b.source.ID, id)
	if err != nil {
		return nil, fmt.Errorf("look up notice %s: %w", id, err)
	}
	return latest, nil
}

// wanted reports whether the row's document is worth fetching. A summary that
// is a whole article needs none.
func (b *batch) wanted(it *extract.Item) bool {
	if it.URL == "" || it.Deleted || it.Routine || len(it.Summary) >= wholeArticle {
		return false
	}
	switch b.source.Documents {
	case DocumentsNone:
		return false
	case DocumentsScreened:
		return b.watcher.cfg.Screen(it.Title)
	}
	return true
}

// wholeArticle is the length in bytes (about 700 Japanese characters) from
// which a feed's own text is taken for the article.
const wholeArticle = 2000

func (b *batch) add(r *revision, fetchDocument bool) {
	b.planned = append(b.planned, r)
	if !fetchDocument {
		return
	}
	if r.notice.DocumentState != breach.DocumentFetched {
		r.notice.DocumentState = breach.DocumentPending
	}
	r.document = make(chan struct{})
}

// publish stores the revisions and then the documents that came late. It
// returns how many were stored.
func (b *batch) publish(ctx context.Context) (stored int, err error) {
	for range 2 { // the second time for rows whose stored notice is not what was thought
		n, err := b.publishPlanned(ctx)
		if stored += n; err != nil || len(b.again) == 0 {
			return stored, err
		}
		rows := b.again
		b.planned, b.again = nil, nil
		for _, it := range rows {
			if err := b.plan(ctx, it); err != nil {
				return stored, err
			}
		}
	}
	return stored, nil
}

func (b *batch) publishPlanned(ctx context.Context) (stored int, err error) {
	b.fetchAll()
	var ready, late []*revision
	flush := func() error {
		n, err := b.store(ctx, ready)
		stored, ready = stored+n, nil
		return err
	}
	for _, r := range b.planned {
		if r.purpose != toTell {
			late = append(late, r)
			continue
		}
		if r.document != nil {
			if !done(r.document) { // what is ready does not wait with it
				if err := flush(); err != nil {
					return stored, err
				}
			}
			if b.await(ctx, r, b.deadline) {
				b.watcher.put(r)
			} else {
				late = append(late, r)
			}
		}
		ready = append(ready, r)
	}
	if err := flush(); err != nil {
		return stored, err
	}
	n, err := b.publishLate(ctx, late)
	return stored + n, err
}

// publishLate stores what the documents bring that their notices did not wait
// for. One that is not there at the end is tried again at the next poll.
func (b *batch) publishLate(ctx context.Context, late []*revision) (stored int, err error) {
	for _, r := range late {
		if !b.await(ctx, r, b.end) {
			if ctx.Err() != nil {
				return stored, context.Cause(ctx)
			}
			r.item.Due, b.source.rows.touched = b.watcher.now().Unix(), true
			continue
		}
		next, err := b.watcher.outcome(ctx, b.source, r)
		if err != nil {
			return stored, err
		}
		b.source.rows.touched = true
		if next == nil {
			continue
		}
		n, err := b.store(ctx, []*revision{next})
		stored += n
		if err != nil {
			return stored, err
		}
	}
	return stored, nil
}

func done(c <-chan struct{}) bool {
	select {
	case <-c:
		return true
	default:
		return false
	}
}

// await waits for a document until a time, or until the daemon stops.
func (b *batch) await(ctx context.Context, r *revision, until time.Time) bool {
	if done(r.document) {
		return true
	}
	timer := time.NewTimer(until.Sub(b.watcher.now()))
	defer timer.Stop()
	select {
	case <-r.document:
		return true
	case <-timer.C:
	case <-b.hurry:
	case <-ctx.Done():
	}
	return done(r.document)
}

// store inserts revisions in their order. Somebody else's, or one of a life
// before, counts as well: then the item takes that over, and the row is looked
// at again.
func (b *batch) store(ctx context.Context, list []*revision) (stored int, err error) {
	w := b.watcher
	var due []*revision
	var notices []*breach.Notice
	for _, r := range list {
		r.notice.ContentHash = breach.ContentHash(r.notice)
		if r.before != nil && r.before.ContentHash == r.notice.ContentHash {
			r.item.adopt(r.before) // nothing that a reader would see has moved
			continue
		}
		due, notices = append(due, r), append(notices, r.notice)
	}
	if len(due) == 0 {
		return 0, nil
	}
	b.source.rows.touched = true
	err = w.deps.Notices.InsertNotices(ctx, notices, func(i int, latest *breach.Notice, isStored bool, err error) error {
		r := due[i]
		switch {
		case breach.IsPermanent(err):
			w.log.Error("a notice cannot be stored and is left out", zapSource(b.source), zap.String("notice", r.notice.ID), zapError(err))
			r.item.Refused, r.item.Hash = true, short(r.notice.ListingHash)
			return nil
		case err != nil:
			return fmt.Errorf("store notice %s of source %q: %w", r.notice.ID, b.source.ID, err)
		case latest == nil:
			return fmt.Errorf("store notice %s of source %q: the revision before it is gone: it is taken anew at the next poll", r.notice.ID, b.source.ID)
		}
		r.item.adopt(latest)
		if isStored {
			stored++
		} else if r.row != nil && r.item.Hash != short(r.notice.ListingHash) {
			b.again = append(b.again, *r.row)
		}
		if r.item.Document == breach.DocumentPending && r.item.Due == 0 && r.document == nil {
			r.item.Due = w.now().Unix()
		}
		w.announced(b.source, r.item, latest)
		return nil
	})
	return stored, err
}
