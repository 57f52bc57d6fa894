package extract

import (
	"errors"
	"fmt"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"golang.org/x/text/encoding/unicode"
)

// feedAddress is where the feeds of the tests are.
const feedAddress = "https://feeds.example/j/index.rdf"

// showFeed writes a feed, or why it is none, as a person would check it.
func showFeed(l Listing, err error) string {
	if err != nil {
		return fmt.Sprintf("error: %v\n", err)
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %s\n", l.Format, l.Title)
	b.WriteString(show(l))
	for _, it := range l.Items {
		fmt.Fprintf(&b, "key %s\n", it.Key)
	}
	return b.String()
}

func TestEachShapeOfAFeedIsRead(t *testing.T) {
	for _, file := range fixtures(t, "testdata/feed/*") {
		if strings.HasSuffix(file, ".golden") {
			continue
		}
		t.Run(filepath.Base(file), func(t *testing.T) {
			golden(t, file+".golden", showFeed(Feed(readFile(t, file), "", mustURL(t, feedAddress), tokyo)))
		})
	}
}

// encoded is text in a charset, with what it cannot hold left out.
func encoded(t testing.TB, name, text string) []byte {
	t.Helper()
	e := encodingOf(name)
	if name == "utf-16be-bom" {
		e = unicode.UTF16(unicode.BigEndian, unicode.UseBOM)
	}
	out, err := e.NewEncoder().Bytes([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestAFeedIsReadWhateverItSaysOfItsCharset(t *testing.T) {
	const rows = `<rss version="2.0"><channel><title>株式会社髙﨑製作所</title><link>https://t.example/</link><description>ﾃｽﾄ</description>
<item><title>不正アクセスによる個人情報漏えいに関するお知らせとお詫び①</title><link>https://t.example/1</link></item></channel></rss>`
	declared := func(name string) string { return `<?xml version="1.0" encoding="` + name + `"?>` + "\n" + rows }
	for name, test := range map[string]struct {
		body   []byte
		header string
		lie    string // what the warning names
	}{
		"Shift_JIS, told so":                      {encoded(t, "shift_jis", declared("Shift_JIS")), "", ""},
		"CP932, a name that few libraries know":   {encoded(t, "shift_jis", declared("CP932")), "", ""},
		"Windows-31J":                             {encoded(t, "shift_jis", declared("Windows-31J")), "text/xml", ""},
		"Shift_JIS labelled UTF-8":                {encoded(t, "shift_jis", declared("UTF-8")), "", "UTF-8"},
		"Shift_JIS that the header calls UTF-8":   {encoded(t, "shift_jis", declared("Shift_JIS")), "text/xml; charset=utf-8", "utf-8"},
		"UTF-8 that the header calls Shift_JIS":   {[]byte(declared("UTF-8")), "text/xml; charset=Shift_JIS", "Shift_JIS"},
		"UTF-8 labelled Shift_JIS":                {[]byte(declared("Shift_JIS")), "", "Shift_JIS"},
		"UTF-8 that the header calls ISO-8859-1":  {[]byte(declared("UTF-8")), "text/xml; charset=ISO-8859-1", "ISO-8859-1"},
		"EUC-JP, told so":                         {encoded(t, "euc-jp", strings.ReplaceAll(declared("EUC-JP"), "髙﨑", "高崎")), "", ""},
		"EUC-JP labelled Shift_JIS":               {encoded(t, "euc-jp", strings.ReplaceAll(declared("Shift_JIS"), "髙﨑", "高崎")), "", "Shift_JIS"},
		"EUC-JP without a declaration":            {encoded(t, "euc-jp", strings.ReplaceAll(rows, "髙﨑", "高崎")), "", ""},
		"Shift_JIS without a declaration":         {encoded(t, "shift_jis", rows), "", ""},
		"ISO-2022-JP, told so":                    {encoded(t, "iso-2022-jp", strings.NewReplacer("髙﨑", "高崎", "①", "", "ﾃｽﾄ", "テスト").Replace(declared("ISO-2022-JP"))), "", ""},
		"UTF-16 with a mark":                      {encoded(t, "utf-16le", declared("UTF-16")), "", ""},
		"UTF-16 from the other end":               {encoded(t, "utf-16be-bom", declared("UTF-16")), "", ""},
		"UTF-16 that came without its mark":       {encoded(t, "utf-16le", declared("UTF-16"))[2:], "", ""},
		"declared as UTF-16 and written in UTF-8": {[]byte(declared("UTF-16")), "", "UTF-16"},
		"a byte order mark":                       {[]byte("\xef\xbb\xbf" + declared("UTF-8")), "", ""},
		"a charset that does not exist":           {[]byte(declared("x-mihon")), "", "x-mihon"},
	} {
		t.Run(name, func(t *testing.T) {
			l, err := Feed(test.body, test.header, mustURL(t, feedAddress), tokyo)
			if err != nil {
				t.Fatal(err)
			}
			if want := "不正アクセスによる個人情報漏えいに関するお知らせとお詫び"; len(l.Items) != 1 || !strings.HasPrefix(l.Items[0].Title, want) {
				t.Errorf("%+v", l.Items)
			}
			if !strings.HasPrefix(l.Title, "株式会社") || !strings.HasSuffix(l.Title, "崎製作所") && !strings.HasSuffix(l.Title, "﨑製作所") {
				t.Errorf("title %q", l.Title)
			}
			if warned := strings.Join(l.Warnings, " "); (test.lie != "") != (warned != "") || !strings.Contains(warned, test.lie) {
				t.Errorf("warnings %q, want one on %q", warned, test.lie)
			}
		})
	}
}

func TestWhatIsNoFeedSaysWhatItIs(t *testing.T) {
	for name, test := range map[string]struct {
		body   string
		reason Reason
		says   string
	}{
		"nothing":                 {"", NotAFeed, "empty"},
		"white space":             {" \n\t\ufeff", NotAFeed, "browser"},
		"a page with status 200":  {"<!DOCTYPE html>\n<html lang=ja><head><title>ページが見つかりません | みほん省</title></head><body>404</body></html>", HTMLInstead, `"ページが見つかりません | みほん省"`},
		"XHTML":                   {"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!DOCTYPE html PUBLIC \"-//W3C//DTD XHTML 1.0 Transitional//EN\" \"http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd\">\n<html xmlns=\"http://www.w3.org/1999/xhtml\"><head><title>移転しました</title></head></html>", HTMLInstead, "移転しました"},
		"a page behind a comment": {"<!-- " + strings.Repeat("cache ", 300) + " -->\n<html><head><title>障害中</title></head></html>", HTMLInstead, "障害中"},
		"a sentence":              {"Service Unavailable", NotAFeed, `"Service Unavailable"`},
		"other XML":               {`<?xml version="1.0"?><sitemapindex><sitemap/></sitemapindex>`, NotAFeed, "sitemapindex"},
		"other JSON":              {`{"error":"no such feed"}`, NotAFeed, "no such feed"},
		"a PDF":                   {"%PDF-1.7\n%\xe2\xe3\xcf\xd3", NotAFeed, ""},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Feed([]byte(test.body), "application/rss+xml", mustURL(t, feedAddress), tokyo)
			failed, ok := errors.AsType[*Error](err)
			if !ok || failed.Reason != test.reason || !strings.Contains(err.Error(), test.says) {
				t.Errorf("error %v, want %q about %q", err, test.reason, test.says)
			}
		})
	}
}

func TestAHostileFeedIsRefusedOrHarmless(t *testing.T) {
	item := `<rss version="2.0"><channel><title>t</title><item><title>`
	end := `</title><link>https://t.example/1</link></item></channel></rss>`
	for name, test := range map[string]struct {
		body   string
		reason Reason // "" for harmless
		not    string // what no row may show
	}{
		"a file by an external entity":                  {`<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd">]>` + item + "&x;" + end, "", "root:"},
		"laughs":                                        {`<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY a "haha"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;">]>` + item + "&c;" + end, "", "haha"},
		"elements nested 2,000,000 deep, closed":        {item + strings.Repeat("<x:a>", 2_000_000) + strings.Repeat("</x:a>", 2_000_000) + end, LimitExceeded, ""},
		"elements nested without end":                   {item + strings.Repeat("<a>", 8_000_000), LimitExceeded, ""},
		"nested behind a comment that hides the ends":   {item + strings.Repeat("<a><!--></a>-->", 100_000), LimitExceeded, ""},
		"nested behind instructions that hide the ends": {item + strings.Repeat("<a><?x </a>?>", 100_000), LimitExceeded, ""},
		"nested behind attributes that look closed":     {item + strings.Repeat(`<a b="/>">`, 100_000), LimitExceeded, ""},
		"a hundred thousand namespaces":                 {`<rss version="2.0" ` + strings.Repeat(`xmlns:a="b" `, 100_000) + `>` + strings.Repeat("<x/>", 100_000), LimitExceeded, ""},
		"a million elements":                            {item + strings.Repeat("<a/>", 1_100_000) + end, LimitExceeded, ""},
		"JSON nested without end":                       {`{"version":"https://jsonfeed.org/version/1","items":` + strings.Repeat("[", 5_000_000), NotAFeed, ""},
		"more bytes than are read":                      {item + strings.Repeat("a", 33<<20) + end, LimitExceeded, ""},
		"a title of a megabyte":                         {item + strings.Repeat("漏", 1<<20) + end, "", ""},
		"breaks that nobody closes":                     {item + "x</title><description>" + strings.Repeat("行<br>", 4000) + "</description><title>" + end, "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			start := time.Now()
			l, err := Feed([]byte(test.body), "", mustURL(t, feedAddress), tokyo)
			if failed, _ := errors.AsType[*Error](err); (test.reason == "") != (err == nil) || failed != nil && failed.Reason != test.reason {
				t.Errorf("error %v, want %q", err, test.reason)
			}
			if test.not != "" && strings.Contains(showFeed(l, err), test.not) {
				t.Errorf("it shows %q", showFeed(l, err))
			}
			if took := time.Since(start); took > 20*time.Second {
				t.Errorf("took %s", took)
			}
		})
	}
}

func TestALongFeedIsReadToItsBound(t *testing.T) {
	var b strings.Builder
	b.WriteString(`<rss version="2.0"><channel><title>t</title>`)
	for i := range maxFeedItems + 10 {
		fmt.Fprintf(&b, "<item><title>お知らせ%d</title><link>https://t.example/%d</link></item>", i, i)
	}
	b.WriteString("</channel></rss>")
	l, err := Feed([]byte(b.String()), "", nil, tokyo)
	if err != nil || len(l.Items) != maxFeedItems || len(l.Warnings) != 1 || !strings.Contains(l.Warnings[0], "5010 rows") {
		t.Errorf("%d rows, %q, %v", len(l.Items), l.Warnings, err)
	}
}

// keysOf are the keys of the rows by their title.
func keysOf(t testing.TB, items string) map[string]string {
	t.Helper()
	l, err := Feed([]byte(`<?xml version="1.0"?><rss version="2.0"><channel><title>t</title>`+items+`</channel></rss>`), "", mustURL(t, feedAddress), tokyo)
	if err != nil {
		t.Fatal(err)
	}
	keys := map[string]string{}
	for _, it := range l.Items {
		keys[it.Title] = it.Key
	}
	return keys
}

func TestARowKeepsItsIdentity(t *testing.T) {
	item := func(title, link, more string) string {
		return "<item><title>" + title + "</title><link>" + link + "</link>" + more + "</item>"
	}
	const guid = `<guid isPermaLink="false">https://t.example/?p=1</guid>`
	one, two := item("一", "https://t.example/news/1.html", guid), item("二", "https://t.example/news/?id=2", "")
	want := keysOf(t, one+two)
	for name, items := range map[string]string{
		"when its GUID flips":             item("一", "https://t.example/news/1.html", `<guid>urn:other</guid>`) + two,
		"when its GUID goes":              item("一", "https://t.example/news/1.html", "") + two,
		"when a GUID comes":               one + item("二", "https://t.example/news/?id=2", `<guid isPermaLink="false">0f1e2d</guid>`),
		"with a tracker on its link":      item("一", "https://t.example/news/1.html?utm_source=rss&amp;utm_campaign=2026", guid) + item("二", "https://t.example/news/?utm_medium=feed&amp;id=2&amp;fbclid=x", ""),
		"when http becomes https":         item("一", "http://t.example/news/1.html", guid) + item("二", "http://t.example:80/news/?id=2", ""),
		"when the order turns":            two + one,
		"when a row comes on top":         item("三", "https://t.example/news/3.html", "") + one + two,
		"when its date comes":             item("一", "https://t.example/news/1.html", guid+"<pubDate>Fri, 20 Nov 2026 10:00:00 +0900</pubDate>") + two,
		"when the host writes itself big": item("一", "https://T.Example/news/1.html#top", guid) + item("二", "https://t.example/news/index.html?id=2", ""),
	} {
		got := keysOf(t, items)
		for _, title := range []string{"一", "二"} {
			if got[title] != want[title] {
				t.Errorf("%s: %s has the key %q, before %q", name, title, got[title], want[title])
			}
		}
	}
	if got := keysOf(t, item("一（訂正）", "https://t.example/news/1.html", guid)); got["一（訂正）"] != want["一"] {
		t.Error("a retitled row is another")
	}
	different := keysOf(t, item("a", "https://t.example/news/?id=1", "")+item("b", "https://t.example/news/?id=2", "")+item("c", "https://t.example/n#ssntc_303", "")+item("d", "https://t.example/n#ssntc_304", "")+item("e", "", "<guid>1</guid>")+item("f", "", "<guid>2</guid>"))
	seen := map[string]string{}
	for title, key := range different {
		if seen[key] != "" {
			t.Errorf("%s and %s have one key", title, seen[key])
		}
		seen[key] = title
	}
}

func FuzzFeed(f *testing.F) {
	for _, file := range fixtures(f, "testdata/feed/*") {
		f.Add(readFile(f, file), "")
	}
	f.Add(encoded(f, "shift_jis", `<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel><item><title>漏えい</title></item></channel></rss>`), "text/xml; charset=euc-jp")
	base := mustURL(f, feedAddress)
	f.Fuzz(func(t *testing.T, body []byte, header string) {
		l, err := Feed(body, header, base, tokyo)
		if again, err2 := Feed(body, header, base, tokyo); showFeed(l, err) != showFeed(again, err2) {
			t.Fatalf("twice the same gives\n%s\nand\n%s", showFeed(l, err), showFeed(again, err2))
		}
		if err != nil {
			if _, ok := errors.AsType[*Error](err); !ok || !utf8.ValidString(err.Error()) {
				t.Fatalf("error %v", err)
			}
			return
		}
		checkListing(t, l)
	})
}

// checkListing holds what is promised of every listing.
func checkListing(t testing.TB, l Listing) {
	t.Helper()
	keys := map[string]bool{}
	for _, it := range l.Items {
		if it.Key == "" || keys[it.Key] {
			t.Errorf("the key %q stands twice or is empty", it.Key)
		}
		keys[it.Key] = true
		for _, s := range []string{it.Key, it.URL, it.Title, it.Summary, it.Label, it.Publisher.Name} {
			if !utf8.ValidString(s) {
				t.Errorf("not UTF-8: %q", s)
			}
		}
		if it.Title != fold(it.Title) || len(it.Key) > maxKey+100 {
			t.Errorf("title %q, key of %d bytes", it.Title, len(it.Key))
		}
		if u, err := url.Parse(it.URL); it.URL != "" && (err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https") {
			t.Errorf("URL %q, %v", it.URL, err)
		}
	}
	if len(l.Warnings) > maxWarnings+1 || len(l.Items) > maxFeedItems {
		t.Errorf("%d rows, %d warnings", len(l.Items), len(l.Warnings))
	}
}
