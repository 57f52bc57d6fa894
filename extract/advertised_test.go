package extract_test

import (
	"net/url"
	"slices"
	"testing"

	"oshirase/extract"
)

func TestFeedsThatAPageAdvertisesAreNamedOnce(t *testing.T) {
	base, err := url.Parse("https://acme.example/news/")
	if err != nil {
		t.Fatal(err)
	}
	body := `<!DOCTYPE html><html><head>
<link rel="stylesheet" href="/a.css"><link rel="alternate" hreflang="en" href="/en/">
<link rel="alternate" type="application/rss+xml" title="RSS" href="feed">
<link rel="ALTERNATE home" type="Application/Atom+XML; charset=utf-8" href="//feeds.example/atom.xml">
<link rel="alternate" type="application/rss+xml" href="https://acme.example/news/feed">
<link rel="alternate" type="application/rss+xml" href="javascript:void(0)">
</head><body></body></html>`
	links, err := extract.FeedLinks([]byte(body), "text/html; charset=UTF-8", base)
	if want := []string{"https://acme.example/news/feed", "https://feeds.example/atom.xml"}; err != nil || !slices.Equal(links, want) {
		t.Errorf("%q %v, want %q", links, err, want)
	}
}
