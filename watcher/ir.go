package watcher

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"time"

	"oshirase/breach"
	"oshirase/extract"
)

// IR lists a company's IR page. When a service fills it by a script (XJ-Storage,
// EIR, IR Pocket), the service's own list is read; else the page's list is found
// by itself, as by [Page].
type IR struct {
	// Origins replace the addresses of the services.
	Origins struct {
		XJStorage string `yaml:"xj_storage"` // https://www.xj-storage.jp
		EIR       string `yaml:"eir"`        // that which the page names
		IRPocket  string `yaml:"irpocket"`   // https://xml.irpocket.com
	} `yaml:"origins"`
	// PermanentCopy is where the exchange keeps each document for ten years, for
	// rows that are TDnet's too; none. It needs the publisher's code.
	PermanentCopy string `yaml:"permanent_copy"`
}

// irLook is how often the page is looked at for the services that fill it.
const irLook = 24 * time.Hour

// Validate reports options that cannot work.
func (l *IR) Validate() []breach.Fault {
	faults := addressFault("permanent_copy", l.PermanentCopy)
	faults = append(faults, addressFault("origins.xj_storage", l.Origins.XJStorage)...)
	faults = append(faults, addressFault("origins.eir", l.Origins.EIR)...)
	return append(faults, addressFault("origins.irpocket", l.Origins.IRPocket)...)
}

func (l *IR) origin(b extract.Backend) string {
	switch b.Kind {
	case extract.XJStorage:
		return l.Origins.XJStorage
	case extract.EIR:
		return l.Origins.EIR
	}
	return l.Origins.IRPocket
}

// List implements [Lister].
func (l *IR) List(ctx context.Context, ask Ask) (Listed, error) {
	at := addressAt(ask.Source.URL, ask.Now.In(ask.Source.Zone))
	memo := ask.Memo[at]
	known := l.recall(memo)
	var response []byte
	var contentType string
	if len(known) == 0 || ask.Now.Sub(memo.Walked) >= irLook {
		answer, fresh, unchanged, err := ask.get(ctx, at, acceptPage)
		switch {
		case err != nil:
			return Listed{}, err
		case unchanged && len(known) == 0:
			return Listed{Unchanged: true, Memo: map[string]Memo{at: fresh}}, nil
		case !unchanged:
			response, contentType = answer.Body, answer.Header.Get("Content-Type")
			if known, err = extract.Backends(response, contentType); err != nil {
				return Listed{}, err
			}
			fresh.Note = memo.Note
			if len(known) == 0 {
				return l.own(ask, answer.FinalURL, response, contentType, at, fresh)
			}
			note, err := json.Marshal(known)
			if err != nil {
				return Listed{}, fmt.Errorf("remember the service: %w", err)
			}
			fresh.Note = string(note)
		}
		memo = fresh
		memo.Walked = ask.Now.UTC().Round(0)
	}
	out, err := l.services(ctx, ask, known)
	if err != nil {
		return Listed{}, err
	}
	out.Memo[at] = memo
	return out, nil
}

// recall are the services that the page had when it was looked at; a note of
// selectors is none.
func (l *IR) recall(memo Memo) []extract.Backend {
	var known []extract.Backend
	if err := json.Unmarshal([]byte(memo.Note), &known); err != nil {
		return nil
	}
	return known
}

// own reads the list that the page itself has, or is.
func (l *IR) own(ask Ask, final string, body []byte, contentType, at string, memo Memo) (Listed, error) {
	base, err := url.Parse(final)
	if err != nil {
		return Listed{}, err
	}
	listing, err := extract.IRList(body, contentType, base) // the address of a service itself
	if err != nil {
		note := memo.Note
		if listing, note, err = found(body, contentType, base, ask, note); err != nil {
			return Listed{}, err
		}
		memo.Note = note
	}
	memo.Rows = len(listing.Items)
	l.copies(ask, &listing)
	return Listed{Listing: listing, Memo: map[string]Memo{at: memo}}, nil
}

// services reads the lists of all services.
func (l *IR) services(ctx context.Context, ask Ask, known []extract.Backend) (Listed, error) {
	var out Listed
	first := true
	var failure error
	for _, b := range known {
		for _, address := range b.Addresses(ask.Now, l.origin(b)) {
			listed, err := listAt(ctx, ask, address, "*/*", func(body []byte, contentType string, base *url.URL) (extract.Listing, error) {
				listing, err := extract.IRList(body, contentType, base)
				if err != nil && b.Kind == extract.EIR {
					if page, _, other := extract.Discover(body, contentType, base, ask.Now.In(extract.Japan)); other == nil {
						return page, nil // the list as a page
					}
				}
				return listing, err
			})
			switch {
			case err != nil:
				failure = fmt.Errorf("%s, which fills the page: %w", b.Kind, err)
			case first:
				out, first = listed, false
			default:
				out = joined(out, listed)
			}
		}
	}
	if first {
		return Listed{}, failure
	}
	if failure != nil {
		out.Incomplete = failure.Error()
	}
	l.copies(ask, &out.Listing)
	return out, nil
}

// copies adds the permanent copies of rows that are TDnet's too.
func (l *IR) copies(ask Ask, listing *extract.Listing) {
	archive := permanentCopies(l.PermanentCopy, false)
	for i := range listing.Items {
		it := &listing.Items[i]
		it.Fallback = extract.TDnetCopy(archive, ask.Source.Publisher.Code, it.DocumentID)
	}
}
