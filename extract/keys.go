package extract

import (
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// digest is 128 bits, in hex, of a SHA-256 over the length-prefixed parts.
func digest(parts ...string) string {
	h := sha256.New()
	var n [8]byte
	for _, p := range parts {
		binary.BigEndian.PutUint64(n[:], uint64(len(p)))
		h.Write(n[:])
		h.Write([]byte(p))
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}

// RowKey is the [Item.RowKey] of a row that shows these.
func RowKey(published time.Time, code, title string) string {
	at := ""
	if !published.IsZero() {
		at = strconv.FormatInt(published.Unix(), 10)
	}
	return digest("row", at, code, title)
}

// finish completes the rows of a listing: the row keys, the names of documents,
// a key for the rows that have none, and keys told apart. A row that repeats another is left out.
//
// A page that is rewritten in place for each report may be linked by several
// rows. The oldest of them has the link as its key, and each later one adds the
// digest of what it shows: a row that comes on top changes no older row's key.
func finish(l *Listing) {
	type shown struct{ key, row string }
	seen := map[shown]bool{}
	kept := l.Items[:0]
	repeated := 0
	for _, it := range l.Items {
		it.RowKey = RowKey(it.Published, it.Publisher.Code, it.Title)
		if it.DocumentID == "" && strings.Contains(it.URL, "1401") {
			if u, err := url.Parse(it.URL); err == nil {
				it.DocumentID = DocumentID(u)
			}
		}
		if it.Key == "" {
			it.Key = "row:" + it.RowKey
		}
		if s := (shown{it.Key, it.RowKey}); !seen[s] {
			seen[s] = true
			kept = append(kept, it)
		} else {
			repeated++
		}
	}
	clear(l.Items[len(kept):])
	l.Items = kept
	if repeated > 0 {
		l.warn("left out %d rows that repeat another row with the same link, date and title", repeated)
	}
	groups := map[string][]int{}
	for i, it := range l.Items {
		groups[it.Key] = append(groups[it.Key], i)
	}
	for _, rows := range groups {
		if len(rows) < 2 {
			continue
		}
		// Listings run newest first: of one day, the last row is the oldest.
		slices.SortFunc(rows, func(a, b int) int {
			return cmp.Or(l.Items[a].Published.Compare(l.Items[b].Published), cmp.Compare(b, a))
		})
		for _, i := range rows[1:] {
			l.Items[i].Key += " " + l.Items[i].RowKey
		}
	}
}

// maxWarnings bounds a listing's warnings; one more says how many were left out.
const maxWarnings = 20

func (l *Listing) warn(format string, args ...any) {
	if len(l.Warnings) < maxWarnings {
		l.Warnings = append(l.Warnings, fmt.Sprintf(format, args...))
		return
	}
	const more = "further warnings were left out"
	if !strings.HasPrefix(l.Warnings[len(l.Warnings)-1], more) {
		l.Warnings = append(l.Warnings, more)
	}
}
