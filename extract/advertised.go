package extract

import (
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/PuerkitoBio/goquery"
)

// maxAdvertised bounds how many feeds of a page are named.
const maxAdvertised = 20

// FeedLinks are the addresses of the feeds that a web page advertises in its
// head, in its order. The parameters are those of [Feed].
func FeedLinks(body []byte, contentType string, base *url.URL) ([]string, error) {
	p, err := openPage(body, contentType, base, time.Time{})
	if err != nil {
		return nil, err
	}
	var links []string
	p.doc.Find("link[rel][href]").Each(func(_ int, s *goquery.Selection) {
		kind := strings.ToLower(s.AttrOr("type", ""))
		feed := slices.ContainsFunc([]string{"rss+xml", "atom+xml", "rdf+xml", "feed+json"}, func(t string) bool { return strings.Contains(kind, t) })
		if !feed || !slices.Contains(strings.Fields(strings.ToLower(s.AttrOr("rel", ""))), "alternate") || len(links) == maxAdvertised {
			return
		}
		if u, ok := resolve(p.base, s.AttrOr("href", "")); ok && !slices.Contains(links, u.String()) {
			links = append(links, u.String())
		}
	})
	return links, nil
}
