package watcher

import (
	"context"
	"fmt"
	"time"

	"golang.org/x/sync/errgroup"

	"oshirase/breach"
	"oshirase/extract"
)

// batch is what one poll publishes. Documents are fetched side by side from
// the start; notices are stored in the listing's order of time, each with its
// document if it is there by the deadline.
type batch struct {
	watcher  *Watcher
	source   *watched
	deadline time.Time
	planned  []*revision
	fetching errgroup.Group
	stop     context.CancelFunc
	work     context.Context
}

// revision is one notice that may be stored.
type revision struct {
	notice   *breach.Notice
	item     *item
	document chan struct{} // closed when documents is set; nil: none is fetched
	text     documentText
	late     bool // stored without its document, which is a revision of its own
}

// documentsAtATime is how many documents of one source are fetched at a time;
// the client is politer still within one host.
const documentsAtATime = 4

// plan looks at a row and decides whether a revision is due.
func (b *batch) plan(ctx context.Context, it extract.Item) error {
	w, s := b.watcher, b.source
	head := w.head(s, &it)
	hash := listingHash(&head, it.Summary)
	known, today := s.state.Items[head.ID], w.now().Unix()/secondsPerDay
	if known == nil && it.Deleted {
		if id, withdrawn := s.state.byRow(it.RowKey); withdrawn != nil {
			return b.withdraw(ctx, id, withdrawn)
		}
	}
	var latest *breach.Notice
	if known == nil {
		var err error
		if latest, err = w.deps.Notices.LatestNotice(ctx, s.ID, head.ID); err != nil {
			return fmt.Errorf("look up notice %s: %w", head.ID, err)
		}
		known = &item{RowKey: it.RowKey}
		if latest != nil {
			known.adopt(latest)
		}
		s.state.Items[head.ID] = known
	}
	known.Seen, known.RowKey = today, it.RowKey
	switch {
	case known.Revision == 0:
		b.add(ctx, &revision{notice: w.first(s, &it, head, hash), item: known}, b.wanted(&it))
	case known.Hash != hash || known.Gone != it.Deleted:
		return b.changed(ctx, &it, head, hash, known, latest)
	case known.Document == breach.DocumentPending && !w.now().Before(known.Retry):
		return b.retry(ctx, head.ID, known, latest)
	}
	return nil
}

// adopt takes over what the stored notice says when the state is gone.
func (i *item) adopt(n *breach.Notice) {
	i.Hash, i.Revision, i.Document, i.Gone = n.ListingHash, n.Revision, n.DocumentState, n.Withdrawn
}

func (s *state) byRow(rowKey string) (id string, found *item) {
	if rowKey == "" {
		return "", nil
	}
	for id, it := range s.Items {
		if it.RowKey == rowKey {
			return id, it
		}
	}
	return "", nil
}

func (w *Watcher) first(s *watched, it *extract.Item, head breach.NoticeHead, hash string) *breach.Notice {
	head.Backlog = w.backlog(s, it)
	n := &breach.Notice{NoticeHead: head, ListingHash: hash}
	n.Text, n.TextTruncated = clip(it.Summary)
	return n
}

// changed makes the next revision of a row that the listing shows differently.
func (b *batch) changed(ctx context.Context, it *extract.Item, head breach.NoticeHead, hash string, known *item, latest *breach.Notice) error {
	latest, err := b.latest(ctx, head.ID, latest)
	if err != nil {
		return err
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
	refetch := latest.URL != head.URL
	if refetch || len(latest.Documents) == 0 {
		n.Text, n.TextTruncated = clip(it.Summary)
		n.Documents, n.DocumentState = nil, breach.DocumentNone
	}
	b.add(ctx, &revision{notice: &n, item: known}, refetch && b.wanted(it) || latest.DocumentState == breach.DocumentPending)
	return nil
}

// withdraw makes the revision that says that the source has deleted a row.
func (b *batch) withdraw(ctx context.Context, id string, known *item) error {
	known.Seen = b.watcher.now().Unix() / secondsPerDay
	if known.Gone {
		return nil
	}
	latest, err := b.latest(ctx, id, nil)
	if err != nil {
		return err
	}
	n := *latest
	n.Revision, n.SeenAt, n.Withdrawn, n.PreviousTitle = latest.Revision+1, b.watcher.now().UTC(), true, ""
	b.add(ctx, &revision{notice: &n, item: known}, false)
	return nil
}

// retry tries once more for a document that could not be had.
func (b *batch) retry(ctx context.Context, id string, known *item, latest *breach.Notice) error {
	latest, err := b.latest(ctx, id, latest)
	if err != nil {
		return err
	}
	n := *latest
	n.Revision, n.SeenAt, n.PreviousTitle = latest.Revision+1, b.watcher.now().UTC(), ""
	b.add(ctx, &revision{notice: &n, item: known, late: true}, true)
	return nil
}

func (b *batch) latest(ctx context.Context, id string, latest *breach.Notice) (*breach.Notice, error) {
	if latest != nil {
		return latest, nil
	}
	latest, err := b.watcher.deps.Notices.LatestNotice(ctx, b.source.ID, id)
	if err != nil {
		return nil, fmt.Errorf("look up notice %s: %w", id, err)
	}
	if latest == nil {
		return nil, fmt.Errorf("notice %s is past its retention: it is taken anew", id)
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

func (b *batch) add(ctx context.Context, r *revision, fetchDocument bool) {
	b.planned = append(b.planned, r)
	if !fetchDocument || r.notice.Backlog {
		return
	}
	if b.stop == nil {
		b.work, b.stop = context.WithCancel(ctx)
		b.fetching.SetLimit(documentsAtATime + 1) // one place is for the queue's own goroutine
	}
	r.notice.DocumentState = breach.DocumentPending
	r.document = make(chan struct{})
}

// cancel gives up what is being fetched.
func (b *batch) cancel() {
	if b.stop != nil {
		b.stop()
		_ = b.fetching.Wait() // fetchers return no error
	}
}

// publish stores the revisions and then the documents that came late. It
// returns how many were stored.
func (b *batch) publish(ctx context.Context) (stored int, err error) {
	defer b.cancel()
	b.fetchAll()
	var late []*revision
	for _, r := range b.planned {
		if r.document != nil && !r.late && !b.await(ctx, r) {
			late = append(late, r)
		} else if r.late {
			late = append(late, r)
			continue
		}
		n, err := b.store(ctx, r)
		stored += n
		if err != nil {
			return stored, err
		}
	}
	for _, r := range late {
		select {
		case <-r.document:
		case <-ctx.Done():
			return stored, context.Cause(ctx)
		}
		n, err := b.storeLate(ctx, r)
		stored += n
		if err != nil {
			return stored, err
		}
	}
	return stored, nil
}

// await waits for a document until the batch's deadline.
func (b *batch) await(ctx context.Context, r *revision) bool {
	timer := time.NewTimer(b.deadline.Sub(b.watcher.now()))
	defer timer.Stop()
	select {
	case <-r.document:
		b.watcher.put(r)
		return true
	case <-timer.C:
	case <-ctx.Done():
	}
	return false
}

// store inserts a revision. Somebody else's, or one of a life before, counts as
// well: then the item takes that over, and the next poll sees what differs.
func (b *batch) store(ctx context.Context, r *revision) (int, error) {
	n := r.notice
	n.ContentHash = breach.ContentHash(n)
	latest, stored, err := b.watcher.deps.Notices.InsertNotice(ctx, n)
	if err != nil {
		return 0, fmt.Errorf("store notice %s of source %q: %w", n.ID, b.source.ID, err)
	}
	r.item.adopt(latest)
	if !stored {
		return 0, nil
	}
	return 1, nil
}

// storeLate inserts the revision that brings the document, if it brings
// anything.
func (b *batch) storeLate(ctx context.Context, r *revision) (int, error) {
	if !r.late {
		next := *r.notice
		next.Revision, next.SeenAt, next.PreviousTitle = r.item.Revision+1, b.watcher.now().UTC(), ""
		r.notice = &next
	}
	before := r.notice.DocumentState
	b.watcher.put(r)
	if r.notice.DocumentState == before && before == breach.DocumentPending {
		return 0, nil
	}
	return b.store(ctx, r)
}
