package watcher

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"time"

	"oshirase/breach"
	"oshirase/extract"
)

// oldestFirst orders by time of publication; rows without one keep the
// listing's order turned round, since listings begin with the newest.
func oldestFirst(items []extract.Item) []extract.Item {
	ordered := slices.Clone(items)
	slices.Reverse(ordered)
	slices.SortStableFunc(ordered, func(a, b extract.Item) int {
		if a.Published.IsZero() || b.Published.IsZero() {
			return 0
		}
		return a.Published.Compare(b.Published)
	})
	return ordered
}

// head introduces the row as a notice.
func (w *Watcher) head(s *watched, it *extract.Item) breach.NoticeHead {
	publisher := it.Publisher
	if publisher == (breach.Publisher{}) {
		publisher = s.Publisher
	}
	now := w.now().UTC()
	return breach.NoticeHead{
		ID: breach.NoticeID(s.ID, it.Key), Revision: 1, Source: s.ID, Key: it.Key, URL: it.URL, Title: it.Title, PreviousTitle: it.PreviousTitle,
		Publisher: publisher, Published: it.Published, PublishedPrecision: it.Precision, FirstSeen: now, SeenAt: now,
		Language: s.Language, DocumentState: breach.DocumentNone, Withdrawn: it.Deleted,
		FallbackURL: it.Fallback, DocumentID: it.DocumentID, Action: it.Action,
	}
}

// listingHash is the hash of all that the listing shows of a row, its summary
// included: feeds that carry whole articles edit them in place. What flips and
// means nothing is left out: trackers and scheme of the link, counters and
// tokens inside an article.
func listingHash(n *breach.NoticeHead, summary string) string {
	shown := *n
	shown.URL = extract.NormalURL(n.URL)
	hash := breach.ListingHash(&shown)
	if summary == "" {
		return hash
	}
	if len(summary) >= wholeArticle {
		summary = extract.Fingerprint(summary)
	}
	sum := sha256.Sum256([]byte(hash + summary))
	return hex.EncodeToString(sum[:16])
}

// recentSpan is what first_run: recent tells of.
const recentSpan = 24 * time.Hour

// since reports whether a row says that it was published after t; one that does
// not say its date was not.
func since(it *extract.Item, t time.Time) bool {
	if it.Published.IsZero() {
		return false
	}
	end := it.Published
	if it.Precision == breach.PrecisionDay {
		end = end.AddDate(0, 0, 1)
	}
	return !end.Before(t)
}

// backlog reports whether a new row is only kept, and told to nobody.
func (w *Watcher) backlog(s *watched, it *extract.Item, flood bool) bool {
	switch {
	case it.Deleted:
		return true // told of nobody when it was there, and gone now
	case !s.state.FirstContact.IsZero():
		return flood && !since(it, w.floodLine(s))
	case s.FirstRun == All:
		return false
	case s.FirstRun == Baseline:
		return true
	}
	return !since(it, s.state.Contacting.Add(-recentSpan))
}
