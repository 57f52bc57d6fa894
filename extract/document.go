package extract

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"mime"
	"net/http"
	"net/url"
	"regexp"
	"strings"

	"github.com/PuerkitoBio/goquery"
	"github.com/andybalholm/cascadia"
	"golang.org/x/net/html"

	"oshirase/extract/pdf"
)

// ReaderConfig configures [NewReader]; zero fields mean their defaults.
type ReaderConfig struct {
	// CacheDir keeps PDFium's compiled code between runs; none.
	CacheDir string
	// MaxText bounds a document's text in bytes; 4 MiB.
	MaxText int
}

// Reader reads documents. It is safe for use by several goroutines.
type Reader struct {
	pdf     *pdf.Engine
	maxText int
}

// Text is a document's readable text.
type Text struct {
	Title     string
	Body      string // lines; the cells of a table's row divided by tabs
	MediaType string // by the bytes
	Charset   string
	// Problem says why there is no text, or why it is doubtful.
	Problem string
	Links   []string // absolute, in order, each once
}

// NewReader makes a reader; PDFium is compiled at the first PDF. Close it.
func NewReader(cfg ReaderConfig) *Reader {
	return &Reader{pdf: pdf.New(pdf.Config{CacheDir: cfg.CacheDir}), maxText: cmp.Or(cfg.MaxText, 4<<20)}
}

// Close lets PDFium go.
func (r *Reader) Close(ctx context.Context) error { return r.pdf.Close(ctx) }

// Read reads an HTML page, a PDF or plain text: what the bytes are counts more
// than contentType, the HTTP header. rawURL is the document's address, for its
// links.
func (r *Reader) Read(ctx context.Context, body []byte, contentType, rawURL string) (Text, error) {
	declared, _, _ := mime.ParseMediaType(contentType) // a wrong header declares nothing
	switch {
	case len(bytes.TrimSpace(body)) == 0:
		return Text{}, fail(Unreadable, "the document is empty: look at the address in a browser")
	case isPDF(body):
		return r.readPDF(ctx, body)
	case declared == "application/pdf" || strings.HasSuffix(strings.ToLower(strings.TrimSpace(pathOf(rawURL))), ".pdf"):
		return Text{}, fail(Unreadable, "no PDF although it is named one; it is %s: look at the address in a browser", pageTitle(body))
	case binaryFile(body):
		return Text{}, fail(NotADocument, "a file of type %s holds no text that can be read here", quote(cmp.Or(declared, "unknown")))
	}
	text, err := toUTF8(body, contentType)
	if err != nil {
		return Text{}, err
	}
	out := Text{MediaType: "text/plain", Charset: text.charset}
	if declared == "text/html" || declared == "application/xhtml+xml" || markup(text.text) {
		out.MediaType = "text/html"
		base, err := url.Parse(rawURL)
		if err != nil {
			base = nil // links stay unresolved and are left out
		}
		if err := readHTML(text.text, base, &out); err != nil {
			return Text{}, err
		}
	} else {
		out.Body = foldLines(string(text.text))
	}
	if len(out.Body) > r.maxText {
		return Text{}, fail(LimitExceeded, "the text has %d bytes, more than the %d that are kept: look at it by hand", len(out.Body), r.maxText)
	}
	if out.Body == "" {
		out.Problem = "the page holds no text of its own: it may be filled by a script; look at it in a browser"
	}
	return out, nil
}

func pathOf(rawURL string) string {
	u, err := url.Parse(rawURL)
	if err != nil {
		return ""
	}
	return u.Path
}

// binaryFile recognises what is no text in any Japanese charset: the signatures
// of archives, pictures and the like, and zero bytes that UTF-16 does not
// explain.
func binaryFile(body []byte) bool {
	if known := http.DetectContentType(body); !strings.HasPrefix(known, "text/") && known != "application/octet-stream" {
		return true
	}
	head := body[:min(len(body), 4096)]
	return bytes.IndexByte(head, 0) >= 0 && wideASCII(head) == "" &&
		!bytes.HasPrefix(head, []byte{0xff, 0xfe}) && !bytes.HasPrefix(head, []byte{0xfe, 0xff})
}

func markup(text []byte) bool {
	head := bytes.ToLower(text[:min(len(text), 2048)])
	for _, tag := range []string{"<html", "<!doctype", "<body", "<head", "<div", "<p>", "<table", "<br"} {
		if bytes.Contains(head, []byte(tag)) {
			return true
		}
	}
	return false
}

func (r *Reader) readPDF(ctx context.Context, body []byte) (Text, error) {
	read, err := r.pdf.Text(ctx, body)
	switch {
	case errors.Is(err, pdf.ErrPassword):
		return Text{}, fail(Unreadable, "the PDF asks for a password: open it by hand")
	case errors.Is(err, pdf.ErrLimit):
		return Text{}, fail(LimitExceeded, "%v: open it by hand", err)
	case errors.Is(err, pdf.ErrDamaged), errors.Is(err, pdf.ErrNotPDF):
		return Text{}, fail(Unreadable, "%v: it may be incomplete, open it by hand", err)
	case err != nil:
		return Text{}, err
	}
	out := Text{MediaType: "application/pdf", Body: joinPages(read.Pages)}
	switch {
	case read.Characters == 0:
		out.Problem = fmt.Sprintf("the PDF's %d pages are pictures without text (a scan): read it by hand", read.PageCount)
		out.Body = ""
	case read.Unmapped*10 > read.Characters:
		out.Problem = fmt.Sprintf("%d of the PDF's %d characters have no Unicode map: the text is doubtful, read it by hand", read.Unmapped, read.Characters)
	case read.Truncated:
		out.Problem = fmt.Sprintf("only the first %d of the PDF's %d pages were read", len(read.Pages), read.PageCount)
	}
	return out, nil
}

func joinPages(pages []string) string {
	cleaned := make([]string, 0, len(pages))
	for _, p := range pages {
		if p = foldLines(p); p != "" {
			cleaned = append(cleaned, p)
		}
	}
	return strings.Join(cleaned, "\n")
}

var (
	// furniture is what surrounds a notice on the pages of Japanese companies.
	furniture = cascadia.MustCompile(`header, footer, nav, aside, [role=navigation], [role=banner], [role=contentinfo], [role=search], [role=dialog], [hidden], [aria-hidden=true], #header, #footer, #nav, #gnav, #globalnav, #sidebar, #side, .header, .footer, .nav, .gnav, .global-nav, .globalnav, .sidebar, .side-nav, .breadcrumb, .breadcrumbs, .topicpath, .pankuzu, .modal, .cookie, .cookie-banner, .sns, .share, .pagetop, .page-top, .skip, .menu, .drawer, .related`)
	dialog    = cascadia.MustCompile(`dialog, [role=dialog], [role=alertdialog], .modal`)
	// content is where a page puts what it is about, the surest first.
	content = []goquery.Matcher{
		cascadia.MustCompile(`article, [itemprop=articleBody], .news-detail, .news_detail, .newsDetail, .entry-content, .entry-body, .post-content, .article-body, .article__body`),
		cascadia.MustCompile(`main, [role=main], #main, #contents, #content, .contents, .main-contents, .area_main, .l-main, .l-contents`),
	}
)

// enough is the share of a page's own words that a content element must hold to
// be taken for the notice.
const enough = 0.4

// readHTML reads what a page is about, without what surrounds it.
func readHTML(text []byte, base *url.URL, out *Text) error {
	root, err := parseHTML(text)
	if err != nil {
		return err
	}
	doc := goquery.NewDocumentFromNode(root)
	fragment := ""
	if base != nil {
		fragment = base.Fragment
	}
	if at, ok := doc.Find("base[href]").First().Attr("href"); ok {
		if u, ok := resolve(base, at); ok {
			base = u
		}
	}
	if section := sectionAt(root, fragment); section != nil {
		// One notice of a page that holds many.
		w := &renderer{base: base, known: map[string]bool{}}
		renderNodes(section, w)
		if own(w.lines) >= leastSection {
			out.Title = w.lines[0].text
			out.Body, out.Links = joinLines(w.lines), w.links
			return nil
		}
	}
	out.Title = fold(doc.Find("title").First().Text())
	if heading := doc.Find("h1"); heading.Length() == 1 {
		if h := fold(heading.Text()); h != "" {
			out.Title = h
		}
	}
	whole := render(doc.Selection, base)
	hidden := inDialog(doc, base)
	// A page that is all furniture by name is none: keep it then.
	doc.FindMatcher(furniture).FilterFunction(func(_ int, s *goquery.Selection) bool {
		return !s.Is("html, body") && s.Find("main, article").Length() == 0
	}).Remove()
	body := render(doc.Selection, base)
	if own(body.lines) == 0 {
		body = whole
	}
	chosen := body
	for _, matcher := range content {
		best := (*renderer)(nil)
		doc.FindMatcher(matcher).Each(func(_ int, s *goquery.Selection) {
			if r := render(s, base); best == nil || own(r.lines) > own(best.lines) {
				best = r
			}
		})
		if best != nil && float64(own(best.lines)) >= enough*float64(own(body.lines)) && own(best.lines) > 0 {
			chosen = best
			break
		}
	}
	if hidden != nil && own(hidden.lines) > own(chosen.lines) {
		chosen = hidden
	}
	out.Body = joinLines(withoutMenus(chosen.lines))
	if out.Body == "" {
		out.Body = joinLines(chosen.lines)
	}
	out.Links = chosen.links
	return nil
}

// leastDialog is how many letters a dialog must hold to be a notice: the
// question about cookies has some 100.
const leastDialog = 150

// inDialog is the longest dialog of the page: some companies show their notice
// in one, over a page that says little itself.
func inDialog(doc *goquery.Document, base *url.URL) (longest *renderer) {
	doc.FindMatcher(dialog).Each(func(_ int, s *goquery.Selection) {
		if r := render(s, base); own(r.lines) >= leastDialog && (longest == nil || own(r.lines) > own(longest.lines)) {
			longest = r
		}
	})
	return longest
}

func render(s *goquery.Selection, base *url.URL) *renderer {
	w := &renderer{base: base, known: map[string]bool{}}
	for _, n := range s.Nodes {
		if n.Type == html.DocumentNode {
			w.children(n)
		} else {
			w.node(n)
		}
	}
	w.flush()
	return w
}

// own counts the characters that are not inside links.
func own(lines []line) int {
	n := 0
	for _, l := range lines {
		n += l.chars - l.linked
	}
	return n
}

// menuLinks is how many links in a row, with no text between them, are a menu.
const menuLinks = 4

// maxInPage bounds the words of a link that only moves the reader inside the
// page ("ページの先頭へ"), in letters.
const maxInPage = 12

// withoutMenus drops runs of lines that are links and nothing else, links to
// the page's own top, and the copyright at its end.
func withoutMenus(lines []line) []line {
	isLink := func(l line) bool {
		return !l.heading && (l.links > 0 && l.linked*10 >= l.chars*9 || l.links >= menuLinks && l.linked*10 >= l.chars*6)
	}
	var kept []line
	for i := 0; i < len(lines); {
		end, links := i, 0
		for end < len(lines) && isLink(lines[end]) {
			links += lines[end].links
			end++
		}
		if links >= menuLinks {
			i = end
			continue
		}
		end = max(end, i+1)
		for _, l := range lines[i:end] {
			if !(isLink(l) && l.inPage && l.chars <= maxInPage) {
				kept = append(kept, l)
			}
		}
		i = end
	}
	for len(kept) > 1 && copyright.MatchString(kept[len(kept)-1].text) {
		kept = kept[:len(kept)-1]
	}
	return kept
}

var copyright = regexp.MustCompile(`(?i)^\W*(copyright|©|\(c\)|all rights reserved)`)
