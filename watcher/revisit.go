package watcher

import (
	"context"
	"slices"
	"time"

	"oshirase/breach"
	"oshirase/extract"
)

// visits is when an announced notice is looked at again, counted from its
// announcement: companies edit, replace and withdraw what they published, most
// of it early.
var visits = []time.Duration{time.Hour, 6 * time.Hour, 24 * time.Hour, 3 * 24 * time.Hour, 7 * 24 * time.Hour, 30 * 24 * time.Hour, 90 * 24 * time.Hour}

const (
	// maxDue bounds how many documents one poll looks at again; the rest are
	// looked at by the next ones.
	maxDue = 10
	// goneTwice: a page counts as gone when it was not there twice, goneWait
	// apart; sites that are being rebuilt answer 404 for a moment.
	goneTwice = 2
	goneWait  = 10 * time.Minute
)

// lostProblem marks the document of a notice that was withdrawn because its page
// is gone.
const lostProblem = "the page is gone: it was not found twice"

func lostPage(n *breach.Notice) bool {
	return len(n.Documents) > 0 && n.Documents[0].Problem == lostProblem
}

// announced plans the revisits of a notice that people are told of.
func (w *Watcher) announced(s *watched, it *item, n *breach.Notice) {
	if it.Told == 0 {
		if s.Documents == DocumentsNone || w.cfg.Announced == nil || n.Backlog || n.Withdrawn || n.URL == "" || !w.cfg.Announced(n) {
			return
		}
		it.Told, it.Visit = n.SeenAt.Unix(), 0
	}
	if it.Due == 0 {
		w.nextVisit(s, it)
	}
}

// nextVisit sets when a notice is looked at next: visits whose time went by
// are not made up for.
func (w *Watcher) nextVisit(s *watched, it *item) {
	it.Due = 0
	for ; it.Visit < len(visits); it.Visit++ {
		after := visits[it.Visit]
		if kept := traitsOf(s.Kind).kept; kept > 0 && after >= kept {
			return // the source itself takes its documents away then
		}
		if due := it.Told + int64(after/time.Second); due > w.now().Unix() {
			it.Due = due
			return
		}
	}
}

// planDue takes up the documents whose time has come.
func (b *batch) planDue(ctx context.Context) error {
	w, rows := b.watcher, b.source.rows
	for _, id := range rows.dueNow(w.now(), maxDue) {
		it := rows.Items[id]
		if slices.ContainsFunc(b.planned, func(r *revision) bool { return r.item == it }) {
			continue
		}
		latest, err := b.latest(ctx, id)
		if err != nil {
			return err
		}
		rows.touched = true
		if latest == nil || latest.URL == "" || latest.Withdrawn && !it.Lost {
			it.Due, it.Told = 0, 0
			continue
		}
		r := &revision{notice: next(w, latest), before: latest, item: it, purpose: toVisit, document: make(chan struct{})}
		if latest.DocumentState == breach.DocumentPending {
			r.purpose = toRetry
		}
		b.planned = append(b.planned, r)
	}
	return nil
}

// next is the revision after n, with nothing changed yet.
func next(w *Watcher, n *breach.Notice) *breach.Notice {
	after := *n
	after.Revision, after.SeenAt, after.PreviousTitle = n.Revision+1, w.now().UTC(), ""
	return &after
}

// outcome makes the revision that a document brings; nil when it brings nothing.
func (w *Watcher) outcome(ctx context.Context, s *watched, r *revision) (*revision, error) {
	switch r.purpose {
	case toVisit:
		return w.visited(ctx, s, r), nil
	case toTell: // its notice was stored without it
		told := *r.notice
		told.Revision = r.item.Revision
		r = &revision{notice: next(w, &told), before: r.notice, item: r.item, read: r.read, purpose: r.purpose}
	}
	waiting := r.notice.DocumentState == breach.DocumentPending
	w.put(r)
	w.announced(s, r.item, r.before)
	if waiting && r.notice.DocumentState == breach.DocumentPending {
		return nil, nil
	}
	return r, nil
}

// visited compares what is there now with what was told.
func (w *Watcher) visited(ctx context.Context, s *watched, r *revision) *revision {
	n, before, it := r.notice, r.before, r.item
	if r.read.gone {
		if it.Missing++; it.Missing < goneTwice {
			it.Due = w.now().Add(goneWait).Unix()
			return nil
		}
		it.Missing = 0
		w.nextVisit(s, it)
		if before.Withdrawn {
			return nil
		}
		n.Withdrawn, n.Documents = true, slices.Clone(before.Documents)
		if len(n.Documents) == 0 {
			n.Documents = []breach.Document{{URL: n.URL}}
		}
		n.Documents[0].Problem = lostProblem
		return r
	}
	it.Missing = 0
	w.nextVisit(s, it)
	back := before.Withdrawn && it.Lost
	if r.read.state != breach.DocumentFetched || !back && unmoved(before, &r.read) {
		return nil
	}
	if w.keep(ctx, &r.read); r.read.state != breach.DocumentFetched {
		it.Due = w.now().Add(documentRetries[0]).Unix()
		return nil
	}
	if back {
		n.Withdrawn = false
	}
	n.Documents, n.DocumentState = r.read.documents, breach.DocumentFetched
	n.Text, n.TextTruncated = clip(r.read.text)
	return r
}

// unmoved reports whether a document says what its notice said. Tokens, counters
// and the notes of caches are no change.
func unmoved(before *breach.Notice, now *reading) bool {
	if before.DocumentState != breach.DocumentFetched {
		return true // only the listing was told of; the page is there, which is all that was asked
	}
	same := slices.EqualFunc(before.Documents, now.documents, func(a, b breach.Document) bool { return a.SHA256 == b.SHA256 })
	if same {
		return true
	}
	if now.text == "" {
		// A scan that was replaced is a change; a page that shows nothing for the
		// moment is none.
		return len(now.documents) == 0 || now.documents[0].MediaType != "application/pdf"
	}
	text, _ := clip(now.text)
	return extract.Fingerprint(text) == extract.Fingerprint(before.Text)
}
