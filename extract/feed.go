package extract

import (
	"bytes"
	"errors"
	"net/url"
	"regexp"
	"strings"
	"time"

	"github.com/mmcdole/gofeed"
	ext "github.com/mmcdole/gofeed/extensions"
	"golang.org/x/net/html/atom"

	"oshirase/breach"
)

// maxFeedItems bounds a feed; real ones have 10 to 100 rows.
const maxFeedItems = 5000

// xmlDeclaration finds the encoding that a feed names, to be corrected after
// the bytes were decoded.
var xmlDeclaration = regexp.MustCompile(`^<\?xml[^>]*\?>`)

// Feed reads RSS 0.9x, 1.0 and 2.0, Atom and JSON Feed. contentType is the
// HTTP header, base the feed's address, loc the zone of dates without one.
//
// A row's key is its link, normalised: feeds flip their GUIDs, and some GUIDs
// are no addresses. A row without a link has its GUID as key.
func Feed(body []byte, contentType string, base *url.URL, loc *time.Location) (Listing, error) {
	text, err := toUTF8(body, contentType)
	if err != nil {
		return Listing{}, err
	}
	clean := bytes.TrimLeft(bytes.TrimPrefix(text.text, []byte("\xef\xbb\xbf")), " \t\r\n")
	if len(clean) == 0 {
		return Listing{}, fail(NotAFeed, "the answer is empty: look at the address in a browser")
	}
	if looksLikeHTML(clean) {
		return Listing{}, fail(HTMLInstead, "%s stands where the feed was: the feed has moved or ended, correct url", pageTitle(clean))
	}
	feed, before := pastNoise(clean)
	feed = xmlDeclaration.ReplaceAll(feed, []byte(`<?xml version="1.0" encoding="UTF-8"?>`))
	parsed, cut, err := parseFeed(feed)
	if bound, ok := errors.AsType[*Error](err); ok {
		return Listing{}, bound
	}
	if err == nil && parsed.FeedType == "json" && len(parsed.Items) == 0 && !strings.Contains(parsed.FeedVersion, "jsonfeed") {
		err = errors.New("JSON without rows")
	}
	if err != nil {
		return Listing{}, fail(NotAFeed, "no feed that is known (%v); it begins with %s: look at the address in a browser", err, quote(fold(string(clean[:min(len(clean), 200)]))))
	}
	l := Listing{Format: strings.TrimSpace(parsed.FeedType + " " + parsed.FeedVersion), Title: fold(parsed.Title), Total: -1}
	if parsed.FeedType == "json" {
		l.Format = "json feed"
	}
	if before != "" {
		l.warn("%s stands before the feed and was passed over: tell the site's operator", quote(fold(before)))
	}
	if cut {
		l.warn("the feed is broken off: the rows before that were read")
	}
	if text.lie != "" {
		l.warn("the feed is declared as %s and written in %s: read by its bytes", quote(text.lie), text.charset)
	}
	for i, entry := range parsed.Items {
		if i == maxFeedItems {
			l.warn("the feed has %d rows, of which the first %d were read", len(parsed.Items), maxFeedItems)
			break
		}
		if entry != nil {
			l.Items = append(l.Items, feedItem(entry, base, loc))
		}
	}
	finish(&l)
	return l, nil
}

// feedStart finds where a feed begins.
var feedStart = regexp.MustCompile(`(?i)<\?xml\s|<(?:rss|rdf:rdf|feed)[\s>]`)

// noiseWindow is how far into an answer a feed may begin, in bytes: programs
// that write feeds put their own warnings before them.
const noiseWindow = 4 << 10

// pastNoise cuts off what stands before a feed.
func pastNoise(text []byte) (feed []byte, before string) {
	if text[0] == '{' {
		return text, ""
	}
	at := feedStart.FindIndex(text[:min(len(text), noiseWindow)])
	if at == nil || at[0] == 0 || text[0] == '<' && bytes.HasPrefix(text, []byte("<?")) {
		return text, ""
	}
	return text[at[0]:], string(text[:at[0]])
}

// looksLikeHTML recognises a web page, XHTML included, where XML was asked for.
func looksLikeHTML(text []byte) bool {
	for bytes.HasPrefix(text, []byte("<!--")) {
		_, rest, closed := bytes.Cut(text[4:], []byte("-->"))
		if !closed {
			break
		}
		text = bytes.TrimLeft(rest, " \t\r\n")
	}
	head := bytes.ToLower(text[:min(len(text), 1024)])
	if bytes.HasPrefix(head, []byte("<!doctype html")) || bytes.HasPrefix(head, []byte("<html")) {
		return true
	}
	for _, root := range []string{"<rss", "<rdf:rdf", "<feed"} {
		if bytes.Contains(head, []byte(root)) {
			return false
		}
	}
	return bytes.Contains(head, []byte("<html")) || bytes.Contains(head, []byte("<!doctype html"))
}

func feedItem(entry *gofeed.Item, base *url.URL, loc *time.Location) Item {
	it := Item{Title: plainText(entry.Title, base)}
	for _, link := range append([]string{entry.Link}, entry.Links...) {
		if u, ok := resolve(base, link); ok {
			it.URL, it.Key = u.String(), normalURL(u)
			break
		}
	}
	if it.Key == "" && strings.Contains(entry.GUID, "://") {
		// A GUID without a link is an address by default (RSS 2.0).
		if u, ok := resolve(nil, entry.GUID); ok {
			it.URL, it.Key = u.String(), normalURL(u)
		}
	}
	if it.Key == "" && entry.GUID != "" {
		it.Key = "guid:" + digest(entry.GUID)
	}
	if it.Key != "" && len(it.Key) > maxKey {
		it.Key = "link:" + digest(it.Key)
	}
	it.Published, it.Precision = feedDate(entry, loc)
	if corp := extension(entry.Extensions, "dc", "corp"); corp != "" {
		it.Publisher.Name = fold(corp)
	}
	if len(entry.Categories) > 0 {
		it.Label = fold(entry.Categories[0])
	}
	content := entry.Content
	if len(content) < len(entry.Description) {
		content = entry.Description
	}
	if summary := plainBlock(content, base); summary != it.Title {
		it.Summary = summary
	}
	if it.Title == "" {
		it.Title = fold(firstLine(it.Summary))
	}
	return it
}

// maxKey bounds a key that is stored with every notice, in bytes.
const maxKey = 512

// feedDate reads the dates as they are written: the parser takes "JST" for UTC
// and gives up on Japanese forms.
func feedDate(entry *gofeed.Item, loc *time.Location) (time.Time, breach.Precision) {
	for _, text := range []string{entry.Published, extension(entry.Extensions, "dc", "date"), entry.Updated, extension(entry.Extensions, "dcterms", "modified"), entry.Custom["date"]} {
		if text == "" {
			continue
		}
		if t, p, ok := parseDate(text, loc); ok {
			return t, p
		}
	}
	return time.Time{}, ""
}

func extension(all ext.Extensions, space, name string) string {
	for _, e := range all[space][name] {
		if e.Value != "" {
			return e.Value
		}
	}
	return ""
}

// plainText is markup as one line of text. What stands in angle brackets and
// is no element of HTML is text: titles say <NEC> and <A4>.
func plainText(markup string, base *url.URL) string {
	if !strings.ContainsAny(markup, "<&") {
		return fold(markup)
	}
	markup = tagStart.ReplaceAllStringFunc(markup, func(start string) string {
		if atom.Lookup([]byte(strings.ToLower(strings.TrimLeft(start, "</")))) == 0 {
			return "&lt;" + start[1:]
		}
		return start
	})
	return fold(plainBlock(markup, base))
}

var tagStart = regexp.MustCompile(`</?[A-Za-z][A-Za-z0-9]*`)

// plainBlock is markup as lines of text.
func plainBlock(markup string, base *url.URL) string {
	if !strings.ContainsAny(markup, "<&") {
		return foldLines(markup)
	}
	doc, err := parseHTML([]byte(markup))
	if err != nil { // grows without bound: the text without its tags will do
		return foldLines(tags.ReplaceAllString(markup, " "))
	}
	w := &renderer{base: base, known: map[string]bool{}}
	w.children(doc)
	w.flush()
	return joinLines(w.lines)
}

var tags = regexp.MustCompile(`<[^<>]*>`)

func firstLine(s string) string {
	line, _, _ := strings.Cut(s, "\n")
	if runes := []rune(line); len(runes) > 100 {
		return string(runes[:100])
	}
	return line
}
