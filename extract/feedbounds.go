package extract

import (
	"bytes"
	"encoding/xml"
	"strings"

	"github.com/mmcdole/gofeed"
	"golang.org/x/net/html/charset"
)

// Bounds of a feed's markup. Its parser calls itself for each element, and a
// stack that overflows ends the process; and it copies the namespaces in force
// for each element.
const (
	maxNesting  = 500        // feeds with XHTML in them have some 30
	maxElements = 1_000_000  // 5,000 rows have some 100,000
	maxCopies   = 20_000_000 // namespaces in force, summed over the elements
	// A feed with no more elements and declarations than these stays within the
	// bounds whatever its order, and needs no closer look.
	plainElements = 5000
	plainDeclared = 100
)

// parseFeed parses a feed in UTF-8 that begins with its markup. A feed that is
// broken off gives its whole rows.
func parseFeed(feed []byte) (parsed *gofeed.Feed, cut bool, err error) {
	if err := bounded(feed); err != nil {
		return nil, false, err
	}
	parsed, err = feedParser().Parse(bytes.NewReader(feed))
	if err == nil || !strings.Contains(err.Error(), "EOF") {
		return parsed, false, err
	}
	for _, end := range []struct{ row, rest string }{{"</item>", "</channel></rss>"}, {"</item>", "</rdf:RDF>"}, {"</entry>", "</feed>"}} {
		at := bytes.LastIndex(feed, []byte(end.row))
		if at < 0 {
			continue
		}
		whole := append(bytes.Clone(feed[:at+len(end.row)]), end.rest...)
		if mended, err := feedParser().Parse(bytes.NewReader(whole)); err == nil {
			return mended, true, nil
		}
	}
	return nil, false, err
}

// feedParser looks for no pictures: it would parse each row's HTML once more.
func feedParser() *gofeed.Parser {
	p := gofeed.NewParser()
	p.RSSTranslator = &gofeed.DefaultRSSTranslator{DisableContentImageScan: true}
	return p
}

// bounded refuses XML that would cost the parser its stack, or time and memory
// by the square. JSON is bounded by its own parser.
func bounded(feed []byte) error {
	starts, declared := 0, bytes.Count(feed, []byte("xmlns"))
	for rest := feed; ; {
		i := bytes.IndexByte(rest, '<')
		if i < 0 || i+1 >= len(rest) {
			break
		}
		rest = rest[i+1:]
		if c := rest[0]; c != '/' && c != '!' && c != '?' {
			starts++
		}
	}
	if starts <= plainElements && declared <= plainDeclared || feed[0] == '{' {
		return nil
	}
	// As gofeed reads, so that both see the same elements.
	d := xml.NewDecoder(bytes.NewReader(feed))
	d.Strict = false
	d.CharsetReader = charset.NewReaderLabel
	var open []int // namespaces declared by each open element
	inForce, copies, elements := 0, 0, 0
	for {
		token, err := d.Token()
		if err != nil {
			return nil // the end, or what the parser will complain about
		}
		switch t := token.(type) {
		case xml.StartElement:
			n := 0
			for _, a := range t.Attr {
				if a.Name.Space == "xmlns" || a.Name.Local == "xmlns" {
					n++
				}
			}
			open = append(open, n)
			inForce += n
			copies += inForce
			elements++
		case xml.EndElement:
			if last := len(open) - 1; last >= 0 {
				inForce -= open[last]
				open = open[:last]
			}
		}
		switch {
		case len(open) > maxNesting:
			return fail(LimitExceeded, "the feed's elements nest more than %d deep: look at the address in a browser", maxNesting)
		case elements > maxElements, copies > maxCopies:
			return fail(LimitExceeded, "the feed has more elements or namespaces than any feed needs: look at the address in a browser")
		}
	}
}
