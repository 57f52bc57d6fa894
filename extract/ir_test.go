package extract

import (
	"errors"
	"fmt"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// parsers read the fixtures of one folder each.
var parsers = map[string]func(body []byte, base *url.URL) (Listing, error){
	"ir":       func(body []byte, base *url.URL) (Listing, error) { return IRList(body, "", base) },
	"yanoshin": func(body []byte, base *url.URL) (Listing, error) { return Yanoshin(body, "application/json", base) },
	"search":   func(body []byte, base *url.URL) (Listing, error) { return TDnetSearch(body, "text/html", base) },
	"ppc":      func(body []byte, base *url.URL) (Listing, error) { return PPC(body, "text/html", base, readAt) },
}

var bases = map[string]string{
	"ir":       "https://xml.service.example/list.js",
	"yanoshin": "https://webapi.yanoshin.jp/webapi/tdnet/list/today.json",
	"search":   "https://www.release.tdnet.info/onsf/TDJFSearch/TDJFSearch",
	"ppc":      "https://www.ppc.go.jp/information/",
}

func TestEachFormatIsReadWithItsTroubles(t *testing.T) {
	for folder, parse := range parsers {
		for _, file := range fixtures(t, "testdata/"+folder+"/*") {
			if strings.HasSuffix(file, ".golden") {
				continue
			}
			t.Run(folder+"/"+filepath.Base(file), func(t *testing.T) {
				l, err := parse(readFile(t, file), mustURL(t, bases[folder]))
				if err != nil {
					t.Fatal(err)
				}
				sound(t, l)
				golden(t, file+".golden", fmt.Sprintf("%s, total %d\n%s", l.Format, l.Total, show(l)))
			})
		}
	}
}

func TestOneDisclosureHasOneKeyInTDnetItsSearchAndItsMirror(t *testing.T) {
	keys := map[string]bool{}
	for _, at := range []struct{ folder, file string }{
		{"yanoshin", "json-with-wrapped-links.json"}, {"yanoshin", "json2-with-flat-items-and-numbers.json"},
		{"search", "hits.html"}, {"ir", "xj-storage-getlist.js"},
	} {
		l, err := parsers[at.folder](readFile(t, "testdata/"+at.folder+"/"+at.file), mustURL(t, bases[at.folder]))
		if err != nil {
			t.Fatal(err)
		}
		keys[l.Items[0].Key+" "+l.Items[0].DocumentID] = true
	}
	if len(keys) != 1 {
		t.Errorf("the document has the names %v", keys)
	}
}

func TestWhatIsNoListOfAServiceIsSaidSo(t *testing.T) {
	page := "<!DOCTYPE html><html><title>503</title><body>busy</body></html>"
	tests := map[string]struct {
		folder, body string
		reason       Reason
	}{
		"a page in the place of JSONP":     {"ir", page, HTMLInstead},
		"a script of something else":       {"ir", "var x = 1;", BadMarkup},
		"JSONP that is cut":                {"ir", `cb({"items":[{"title":"表題`, BadMarkup},
		"JSONP with other fields":          {"ir", `cb({"rows":[]})`, BadMarkup},
		"rows without titles and links":    {"ir", `cb({"item":[{"name":"x"}]})`, BadMarkup},
		"nothing":                          {"ir", "", BadMarkup},
		"a page in the place of the API's": {"yanoshin", page, HTMLInstead},
		"an API without items":             {"yanoshin", `{"error":"no such condition"}`, BadMarkup},
		"an API whose rows are no rows":    {"yanoshin", `{"items":[1,2]}`, BadMarkup},
		"two answers in one":               {"yanoshin", `{"items":[]}{"items":[]}`, BadMarkup},
		"a page in the place of the hits":  {"search", page, NotTheList},
		"hits of unknown markup":           {"search", `<table id="maintable"><tr><td class="hyodai">x</td></tr></table>`, BadMarkup},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := parsers[tt.folder]([]byte(tt.body), mustURL(t, bases[tt.folder]))
			if failed, ok := errors.AsType[*Error](err); !ok || failed.Reason != tt.reason {
				t.Errorf("got %v, want %s", err, tt.reason)
			}
		})
	}
}

func TestTheServiceThatFillsAPageIsFoundByItsScripts(t *testing.T) {
	at := time.Date(2026, 11, 20, 23, 0, 0, 0, time.UTC) // the 21st in Tokyo
	xj := "https://www.xj-storage.jp/public-list/GetList.aspx?callback=cb&company=AS90001&fdate=20261122&len=10000&output=json&pdate=20251120"
	tests := map[string]struct {
		html string
		want []string
	}{
		"XJ-Storage by its library":           {`<link rel="dns-prefetch" href="//www.xj-storage.jp" /><script src="//www.xj-storage.jp/resources/AS90001/lib.js"></script><script src="//www.xj-storage.jp/resources/AS90001/xj_news.js"></script>`, []string{xj}},
		"XJ-Storage by its list":              {`<script>load("https://www.xj-storage.jp/public-list/GetList2.aspx?len=10&amp;company=AS90001&amp;output=json")</script>`, []string{xj}},
		"XJ-Storage by links to it alone":     {`<a href="https://contents.xj-storage.jp/xcontents/AS90001/ff00aa11/8daa/4285/a982/9e8d9ffd39bb/140120261120503010.pdf">PDF</a>`, nil},
		"EIR by its list":                     {`<script src="//ssl4.eir-parts.net/V4Public/EIR/9001/ja/announcement/announcement_7.js"></script>`, []string{"https://ssl4.eir-parts.net/V4Public/EIR/9001/ja/announcement/announcement_7.js"}},
		"EIR by several lists, as feeds too":  {`<link href="https://v4.eir-parts.net/V4Public/EIR/130A/ja/press/press_1.xml"><script src="https://v4.eir-parts.net/V4Public/EIR/130A/ja/press/press_1.js"></script><script src="https://v4.eir-parts.net/V4Public/EIR/130A/ja/announcement/announcement_24.js"></script>`, []string{"https://v4.eir-parts.net/V4Public/EIR/130A/ja/press/press_1.xml", "https://v4.eir-parts.net/V4Public/EIR/130A/ja/announcement/announcement_24.js"}},
		"EIR by its code alone":               {`<script>var eirCode = "9001";</script><script src="https://ssl4.eir-parts.net/EIR/eir.js"></script>`, []string{"https://ssl4.eir-parts.net/EIR/View.aspx?cat=announcement&code=9001"}},
		"IR Pocket by its loader":             {`<script src="//irpocket.com/C9001/irpocket/loader.js"></script>`, []string{"https://xml.irpocket.com/C9001/JS/ir-all-all.js"}},
		"IR Pocket by its list":               {`<script src="https://xml.irpocket.com/9001/JS/release-all-all.js"></script>`, []string{"https://xml.irpocket.com/9001/JS/release-all-all.js"}},
		"no service":                          {`<script src="/js/news.js"></script><a href="https://www.irpocket.example/">x</a>`, nil},
		"a service's name in another's place": {`<script src="https://evil.example/www.xj-storage.jp/resources/AS90001/lib.js"></script>`, nil},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			found, err := Backends([]byte("<!DOCTYPE html><html><body>"+tt.html+"</body></html>"), "text/html; charset=utf-8")
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, b := range found {
				got = append(got, b.Addresses(at, "")...)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func FuzzIRList(f *testing.F) {
	for _, file := range fixtures(f, "testdata/ir/*.js") {
		f.Add(readFile(f, file))
	}
	base := mustURL(f, bases["ir"])
	f.Fuzz(func(t *testing.T, body []byte) {
		fuzzed(t, body, func(b []byte) (Listing, error) { return IRList(b, "", base) })
	})
}

func FuzzYanoshin(f *testing.F) {
	for _, file := range fixtures(f, "testdata/yanoshin/*.json") {
		f.Add(readFile(f, file))
	}
	base := mustURL(f, bases["yanoshin"])
	f.Fuzz(func(t *testing.T, body []byte) {
		fuzzed(t, body, func(b []byte) (Listing, error) { return Yanoshin(b, "", base) })
	})
}

func FuzzTDnetSearch(f *testing.F) {
	for _, file := range fixtures(f, "testdata/search/*.html") {
		f.Add(readFile(f, file))
	}
	base := mustURL(f, bases["search"])
	f.Fuzz(func(t *testing.T, body []byte) {
		fuzzed(t, body, func(b []byte) (Listing, error) { return TDnetSearch(b, "", base) })
	})
}

func FuzzBackends(f *testing.F) {
	f.Add([]byte(`<script src="//www.xj-storage.jp/resources/AS90001/lib.js"></script><script src="//irpocket.com/C9001/irpocket/loader.js">var eirCode = "9001"; //ssl4.eir-parts.net/V4Public/EIR/9001/ja/press/press_1.js`))
	f.Fuzz(func(t *testing.T, body []byte) {
		found, err := Backends(body, "")
		if err != nil {
			return
		}
		for _, b := range found {
			for _, address := range b.Addresses(readAt, "") {
				u, err := url.Parse(address)
				if err != nil || u.Scheme != "https" {
					t.Fatalf("%q is no address", address)
				}
				if h := u.Hostname(); !strings.HasSuffix(h, "xj-storage.jp") && !strings.HasSuffix(h, ".eir-parts.net") && h != "xml.irpocket.com" {
					t.Errorf("%q leads to a foreign host", address)
				}
			}
		}
	})
}

// fuzzed holds a parser against what every parser promises: an error has a
// reason, a listing is sound, and the same bytes give the same listing.
func fuzzed(t *testing.T, body []byte, parse func([]byte) (Listing, error)) {
	l, err := parse(body)
	if err != nil {
		if _, ok := errors.AsType[*Error](err); !ok {
			t.Errorf("an error without a reason: %v", err)
		}
		return
	}
	sound(t, l)
	again, err := parse(body)
	if err != nil || !cmp.Equal(l, again) {
		t.Errorf("the second reading differs: %v", err)
	}
}
