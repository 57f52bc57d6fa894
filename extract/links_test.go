package extract

import (
	"net/url"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestOneDocumentHasOneAddress(t *testing.T) {
	for _, same := range [][]string{
		{"https://a.example/news/", "http://a.example/news/", "HTTPS://A.Example.:443/news/index.html", "https://a.example/news/Index.HTM", "https://a.example/news/#top", "https://a.example/news/?"},
		{"https://a.example/n?id=1&y=2026", "https://a.example/n?y=2026&id=1", "https://a.example/n?id=1&utm_source=x&y=2026", "https://a.example/n?id=1&y=2026&fbclid=abc&_=1732600000", "https://a.example/n?id=1&y=2026&PHPSESSID=0123"},
		{"https://a.example/n", "https://a.example/n;jsessionid=0A1B", "https://a.example/n#utm_source=x"},
		{"https://日本語.example/お知らせ", "https://xn--wgv71a119e.example/%E3%81%8A%E7%9F%A5%E3%82%89%E3%81%9B", "https://xn--wgv71a119e.example/%e3%81%8a%e7%9f%a5%e3%82%89%e3%81%9b"},
		{"https://a.example/%7Eir/", "https://a.example/~ir/"},
		{"https://a.example/", "https://a.example"},
		{"https://a.example/n?ref=rss", "https://a.example/n"},
	} {
		for _, link := range same[1:] {
			if a, b := normalURL(mustURL(t, same[0])), normalURL(mustURL(t, link)); a != b {
				t.Errorf("%s is %q, %s is %q", same[0], a, link, b)
			}
		}
	}
}

func TestDifferentDocumentsHaveDifferentAddresses(t *testing.T) {
	for _, pair := range [][2]string{
		{"https://a.example/n?id=1", "https://a.example/n?id=2"},
		{"https://a.example/n#ssntc_303", "https://a.example/n#ssntc_304"},
		{"https://a.example/#/news/12", "https://a.example/#/news/13"},
		{"https://a.example:8443/n", "https://a.example/n"},
		{"https://a.example/A", "https://a.example/a"},
		{"https://a.example/a%2Fb", "https://a.example/a/b"},
		{"https://a.example/n?ref=12", "https://a.example/n"},
		{"https://a.example/n?sid=12", "https://a.example/n?sid=13"},
		{"https://a.example/doc/1/00.pdf", "https://a.example/doc/2/00.pdf"},
		{"https://a.example/n", "https://a.example/n/"},
	} {
		if a, b := normalURL(mustURL(t, pair[0])), normalURL(mustURL(t, pair[1])); a == b {
			t.Errorf("%s and %s are both %q", pair[0], pair[1], a)
		}
	}
}

func TestALinkIsResolvedAsABrowserDoes(t *testing.T) {
	base := mustURL(t, "https://a.example/ir/news/index.html?x=1")
	for link, want := range map[string]string{
		"1.html":                        "https://a.example/ir/news/1.html",
		"../1.html":                     "https://a.example/ir/1.html",
		"/1.html":                       "https://a.example/1.html",
		"//b.example/1.html":            "https://b.example/1.html",
		"?id=1":                         "https://a.example/ir/news/index.html?id=1",
		"#a":                            "https://a.example/ir/news/index.html?x=1#a",
		" \n1.html\t":                   "https://a.example/ir/news/1.html",
		"/a\nb.html":                    "https://a.example/ab.html",
		"\\ir\\1.html":                  "https://a.example/ir/1.html",
		"/100%.html":                    "https://a.example/100%25.html",
		"/a b%zz.html":                  "https://a.example/a%20b%25zz.html",
		"https://u:p@b.example/":        "https://b.example/",
		"HTTPS://b.example/":            "https://b.example/",
		"":                              "",
		"#":                             "",
		"javascript:void(0)":            "",
		"mailto:ir@a.example":           "",
		"tel:0312345678":                "",
		"data:text/html,x":              "",
		"file:///etc/passwd":            "",
		"http://":                       "",
		"/" + strings.Repeat("a", 9000): "",
	} {
		u, ok := resolve(base, link)
		if got := ""; ok {
			if got = u.String(); got != want {
				t.Errorf("%q leads to %q, want %q", link, got, want)
			}
		} else if want != "" {
			t.Errorf("%q leads nowhere, want %q", link, want)
		}
	}
	if _, ok := resolve(nil, "1.html"); ok {
		t.Error("a relative link without a base leads somewhere")
	}
}

func FuzzLink(f *testing.F) {
	for _, s := range []string{"../お知らせ 1.html?b=2&a=%zz#x", "//[::1]:80/", "HTTP://日本語.example:443/index.html;jsessionid=1?utm_x=1&_=3#!/a", "\\a%"} {
		f.Add(s)
	}
	base := mustURL(f, pageAddress)
	f.Fuzz(func(t *testing.T, link string) {
		u, ok := resolve(base, link)
		if !ok {
			return
		}
		if u.User != nil || u.Hostname() == "" || u.Scheme != "http" && u.Scheme != "https" {
			t.Fatalf("%q leads to %q", link, u)
		}
		key := normalURL(u)
		if !utf8.ValidString(key) || !strings.HasPrefix(key, "https://") {
			t.Errorf("%q has the key %q", link, key)
		}
		again, err := url.Parse(key)
		if err != nil {
			return // a key identifies, it need not be fetchable
		}
		if twice := normalURL(again); twice != key {
			t.Errorf("%q has the key %q, and that the key %q", link, key, twice)
		}
	})
}
