package watcher

import (
	"context"
	"errors"
	"fmt"
	"mime"
	"net/url"
	"path"
	"strings"
	"time"
	"unicode/utf8"

	"oshirase/breach"
	"oshirase/extract"
	"oshirase/fetch"
)

// documentText is what became of a row's documents.
type documentText struct {
	state     breach.DocumentState
	documents []breach.Document
	text      string
}

// Waits between the attempts for a document that cannot be had; after the last
// it is given up.
var documentRetries = []time.Duration{time.Minute, 5 * time.Minute, 30 * time.Minute, 2 * time.Hour, 6 * time.Hour, 24 * time.Hour}

// fetchAll starts the fetching of all wanted documents.
func (b *batch) fetchAll() {
	if b.stop == nil {
		return
	}
	b.fetching.Go(func() error {
		for _, r := range b.planned {
			if r.document != nil {
				b.fetching.Go(func() error {
					defer close(r.document)
					r.text = b.watcher.documents(b.work, b.source, r.notice.URL)
					return nil
				})
			}
		}
		return nil
	})
}

// put takes the fetched text over into the notice and plans the next attempt.
func (w *Watcher) put(r *revision) {
	n := r.notice
	n.Documents, n.DocumentState = r.text.documents, r.text.state
	if r.text.state == breach.DocumentPending {
		if r.item.Attempts >= len(documentRetries) {
			n.DocumentState = breach.DocumentFailed
			return
		}
		r.item.Retry = w.now().Add(documentRetries[r.item.Attempts])
		r.item.Attempts++
		return
	}
	r.item.Attempts, r.item.Retry = 0, time.Time{}
	if r.text.text != "" {
		n.Text, n.TextTruncated = clip(r.text.text)
	}
}

// thinPage is the length in bytes below which a page that links PDFs is taken
// for their cover: PPC's pages hold a sentence, and the facts are in the PDFs.
const (
	thinPage    = 1500
	maxAttached = 2
)

// documents fetches the document behind a link, and the PDFs behind a page that
// holds little itself.
func (w *Watcher) documents(ctx context.Context, s *watched, link string) documentText {
	first, text, links, err := w.document(ctx, s, link)
	out := documentText{state: breach.DocumentFetched, documents: []breach.Document{first}, text: text}
	if err != nil {
		out.state = stateAfter(err)
		return out
	}
	if len(text) >= thinPage {
		return out
	}
	for _, pdf := range attached(links, link) {
		document, text, _, err := w.document(ctx, s, pdf)
		out.documents = append(out.documents, document)
		if err == nil && text != "" {
			out.text = strings.TrimSpace(out.text + "\n\n" + text)
		}
	}
	return out
}

// stateAfter tells whether a later attempt may succeed.
func stateAfter(err error) breach.DocumentState {
	if failed, ok := errors.AsType[*fetch.Error](err); ok {
		switch failed.Reason {
		case fetch.NotFound, fetch.Forbidden, fetch.TooLarge, fetch.PrivateAddress, fetch.RobotsDisallow, fetch.BadURL, fetch.ClientStatus, fetch.Redirects, fetch.Decompression:
			return breach.DocumentFailed
		}
		return breach.DocumentPending
	}
	if _, ok := errors.AsType[*extract.Error](err); ok {
		return breach.DocumentFailed
	}
	return breach.DocumentPending
}

// document fetches one document, keeps its bytes and reads its text. The
// returned Document tells in Problem what err is.
func (w *Watcher) document(ctx context.Context, s *watched, link string) (d breach.Document, text string, links []string, err error) {
	d.URL = link
	defer func() {
		if err != nil {
			d.Problem = err.Error()
		}
	}()
	response, err := w.deps.Fetch.Get(ctx, fetch.Request{URL: link, Robots: s.Robots})
	if err != nil {
		return d, "", nil, err
	}
	d.SHA256, d.Size, d.FetchedAt = response.SHA256, int64(len(response.Body)), response.FetchedAt
	if response.FinalURL != link {
		d.FinalURL = response.FinalURL
	}
	contentType := response.Header.Get("Content-Type")
	d.MediaType, _, _ = mime.ParseMediaType(contentType) // a wrong header is no media type
	meta := map[string]string{"url": link, "final-url": response.FinalURL, "content-type": contentType, "fetched-at": response.FetchedAt.Format(time.RFC3339), "source": s.ID}
	for _, name := range []string{"Date", "Last-Modified", "ETag", "Server"} {
		if v := response.Header.Get(name); v != "" {
			meta["header-"+strings.ToLower(name)] = v
		}
	}
	if err := w.deps.Evidence.PutEvidence(ctx, response.SHA256, response.Body, meta); err != nil {
		return d, "", nil, fmt.Errorf("keep the evidence: %w", err)
	}
	read, err := w.deps.Reader.Read(ctx, response.Body, contentType, response.FinalURL)
	if err != nil {
		return d, "", nil, err
	}
	if read.MediaType != "" {
		d.MediaType = read.MediaType
	}
	d.Problem = read.Problem
	return d, read.Body, read.Links, nil
}

// attached are the PDFs that a page links on its own host.
func attached(links []string, page string) []string {
	base, err := url.Parse(page)
	if err != nil {
		return nil
	}
	var found []string
	for _, link := range links {
		u, err := base.Parse(link)
		if err == nil && u.Host == base.Host && strings.EqualFold(path.Ext(u.Path), ".pdf") && len(found) < maxAttached {
			found = append(found, u.String())
		}
	}
	return found
}

// clip cuts text to what a notice may carry, between characters.
func clip(text string) (clipped string, cut bool) {
	if len(text) <= breach.MaxTextBytes {
		return text, false
	}
	end := breach.MaxTextBytes
	for end > 0 && !utf8.RuneStart(text[end]) {
		end--
	}
	return text[:end], true
}
