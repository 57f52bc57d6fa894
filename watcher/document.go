package watcher

import (
	"context"
	"errors"
	"maps"
	"mime"
	"net/url"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"oshirase/breach"
	"oshirase/extract"
	"oshirase/fetch"
)

// reading is what became of a row's documents.
type reading struct {
	state     breach.DocumentState
	documents []breach.Document
	text      string
	raw       []raw
	gone      bool // the first of them is not there: 404 or 410
}

// raw is a received document before it is kept.
type raw struct {
	sha256 string
	body   []byte
	meta   map[string]string
}

// Waits between the attempts for a document that cannot be had; after the last
// it is given up.
var documentRetries = []time.Duration{time.Minute, 5 * time.Minute, 30 * time.Minute, 2 * time.Hour, 6 * time.Hour, 24 * time.Hour}

// fetchAll starts the fetching of all wanted documents.
func (b *batch) fetchAll() {
	planned := b.planned
	wanted := func(r *revision) bool { return r.document != nil }
	if !slices.ContainsFunc(planned, wanted) {
		return
	}
	b.fetching.Go(func() error {
		for _, r := range planned {
			if wanted(r) {
				b.fetching.Go(func() error {
					defer close(r.document)
					r.read = b.watcher.documents(b.work, b.source, &r.notice.NoticeHead)
					if r.purpose != toVisit {
						b.watcher.keep(b.work, &r.read)
					}
					return nil
				})
			}
		}
		return nil
	})
}

// put takes the fetched text over into the notice and plans the next attempt.
func (w *Watcher) put(r *revision) {
	n, it := r.notice, r.item
	if r.read.state != breach.DocumentFetched && n.DocumentState == breach.DocumentFetched {
		// What was read before stands until it can be read anew.
		if r.read.state == breach.DocumentPending {
			it.Due = w.now().Add(documentRetries[0]).Unix()
		}
		return
	}
	n.Documents, n.DocumentState = r.read.documents, r.read.state
	if r.read.state == breach.DocumentPending {
		if it.Attempts >= len(documentRetries) {
			n.DocumentState, it.Due = breach.DocumentFailed, 0
			return
		}
		it.Due = w.now().Add(documentRetries[it.Attempts]).Unix()
		it.Attempts++
		return
	}
	it.Attempts, it.Due = 0, 0
	if r.read.text != "" {
		n.Text, n.TextTruncated = clip(r.read.text)
	}
}

// keep stores what was received as evidence. What cannot be kept was not had:
// no notice names evidence that is not there.
func (w *Watcher) keep(ctx context.Context, read *reading) {
	for _, r := range read.raw {
		if err := w.deps.Evidence.PutEvidence(ctx, r.sha256, r.body, r.meta); err != nil {
			w.log.Warn("evidence cannot be kept; the document is fetched again later", zapError(err))
			read.state = breach.DocumentPending
			for i := range read.documents {
				read.documents[i].SHA256, read.documents[i].Problem = "", "the evidence could not be kept"
			}
		}
	}
	read.raw = nil
}

// thinPage is the length in bytes below which a page that links PDFs is taken
// for their cover: PPC's pages hold a sentence, and the facts are in the PDFs.
const (
	thinPage    = 1500
	maxAttached = 2
)

// documents fetches the document behind a notice, or its permanent copy, and
// the PDFs behind a page that holds little itself.
func (w *Watcher) documents(ctx context.Context, s *watched, head *breach.NoticeHead) reading {
	link := head.URL
	first, err := w.document(ctx, s, link)
	out := reading{gone: notThere(err)}
	if err != nil && head.FallbackURL != "" && stateAfter(err) == breach.DocumentFailed {
		if copied, fallbackErr := w.document(ctx, s, head.FallbackURL); fallbackErr == nil {
			link, first, err = head.FallbackURL, copied, nil
		}
	}
	out.add(first)
	if err != nil {
		out.state = stateAfter(err)
		return out
	}
	out.state, out.text, out.gone = breach.DocumentFetched, first.text, false
	if len(out.text) >= thinPage {
		return out
	}
	for _, pdf := range attached(first.links, link) {
		more, err := w.document(ctx, s, pdf)
		out.add(more)
		if err == nil && more.text != "" {
			out.text = strings.TrimSpace(out.text + "\n\n" + more.text)
		}
	}
	return out
}

func (r *reading) add(f fetched) {
	r.documents = append(r.documents, f.document)
	if f.raw.body != nil {
		r.raw = append(r.raw, f.raw)
	}
}

func notThere(err error) bool {
	failed, ok := errors.AsType[*fetch.Error](err)
	return ok && failed.Reason == fetch.NotFound
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

// fetched is one document. document.Problem tells in words what the error is.
type fetched struct {
	document breach.Document
	text     string
	links    []string
	raw      raw
}

// maxHeaderBytes bounds the response headers that evidence is kept with.
const maxHeaderBytes = 16 << 10

// provenance says where and when a document came from, with the response's
// headers; cookies are nobody's evidence.
func provenance(s *watched, link string, response *fetch.Response) map[string]string {
	meta := map[string]string{"url": link, "final-url": response.FinalURL, "status": strconv.Itoa(response.Status),
		"content-type": response.Header.Get("Content-Type"), "fetched-at": response.FetchedAt.Format(time.RFC3339), "source": s.ID}
	left := maxHeaderBytes
	for _, name := range slices.Sorted(maps.Keys(response.Header)) {
		value := strings.ToValidUTF8(strings.Join(response.Header[name], ", "), "\uFFFD")
		if left -= len(name) + len(value); name == "Set-Cookie" || left < 0 {
			continue
		}
		meta["header-"+strings.ToLower(name)] = value
	}
	return meta
}

// document fetches one document and reads its text.
func (w *Watcher) document(ctx context.Context, s *watched, link string) (f fetched, err error) {
	d := &f.document
	d.URL = link
	defer func() {
		if err != nil {
			d.Problem = err.Error()
		}
	}()
	response, err := w.deps.Fetch.Get(ctx, fetch.Request{URL: link, Robots: s.Robots})
	if err != nil {
		return f, err
	}
	d.SHA256, d.Size, d.FetchedAt = response.SHA256, int64(len(response.Body)), response.FetchedAt
	if response.FinalURL != strings.TrimSuffix(link, fragmentOf(link)) {
		d.FinalURL = response.FinalURL
	}
	contentType := response.Header.Get("Content-Type")
	d.MediaType, _, _ = mime.ParseMediaType(contentType) // a wrong header is no media type
	f.raw = raw{response.SHA256, response.Body, provenance(s, link, response)}
	read, err := w.deps.Reader.Read(ctx, response.Body, contentType, response.FinalURL+fragmentOf(link))
	if err != nil {
		return f, err
	}
	if read.MediaType != "" {
		d.MediaType = read.MediaType
	}
	d.Problem, f.text, f.links = read.Problem, read.Body, read.Links
	return f, nil
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

// fragmentOf is the fragment of a link, with its #: it is not sent, and names
// one notice of a page that holds many.
func fragmentOf(link string) string {
	if i := strings.IndexByte(link, '#'); i >= 0 {
		return link[i:]
	}
	return ""
}
