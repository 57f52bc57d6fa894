package extract

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"
)

// fullTDnetPage is a page of a hundred rows.
func fullTDnetPage(tb testing.TB) []byte {
	page := string(readFile(tb, "testdata/tdnet/a-day-with-retitled-and-deleted-rows.html"))
	start, end := strings.Index(page, "            <tr>\n              <td class=\"oddnew-L"), strings.LastIndex(page, "            <tr>\n              <td class=\"oddnew-L")
	row := page[start : start+strings.Index(page[start:], "</tr>")+6]
	var b strings.Builder
	b.WriteString(strings.Replace(page[:start], "全7件", "全100件", 1))
	for i := range 100 {
		b.WriteString(strings.Replace(row, "140120261120503010", fmt.Sprintf("140120261120%06d", 500000+i), 1))
	}
	rest := page[end:]
	b.WriteString(rest[strings.Index(rest, "</tr>")+6:])
	return []byte(b.String())
}

// longList is a company's page with n rows.
func longList(tb testing.TB, n int) []byte {
	page := string(readFile(tb, "testdata/lists/li-whose-link-holds-date-label-and-title.html"))
	start := strings.Index(page, `<li class="p-news__item`)
	end := strings.Index(page, "\n</ul></main>")
	row := page[start : start+strings.Index(page[start:], "</li>")+6]
	var b strings.Builder
	b.WriteString(page[:start])
	for i := range n {
		day := time.Date(2026, 11, 20-i, 0, 0, 0, 0, tokyo).Format("2006-01-02")
		b.WriteString(strings.NewReplacer("2026-11-20", day, "1120_01.html", fmt.Sprintf("%d.html", i)).Replace(row))
	}
	b.WriteString(page[end:])
	return []byte(b.String())
}

func eirList(n int) []byte {
	var b strings.Builder
	b.WriteString("eolparts_announcement_7(\n{\"item\": [\n")
	for i := range n {
		if i > 0 {
			b.WriteString(",\n")
		}
		fmt.Fprintf(&b, ` {"date":"2026/11/20 16:00","format_date":"2026.11.20","title":"当社サーバへの不正アクセスに関するお知らせ %d","link":"https://ssl4.eir-parts.net/doc/9001/tdnet/%d/00.pdf","new_target":"_blank","type":"pdf","file_size":"123","news_type":"press","sub_type":"","fiscal_ym":"202611","comment":""}`, i, i)
	}
	b.WriteString("\n]}\n);")
	return []byte(b.String())
}

func bench(b *testing.B, body []byte, work func() error) {
	b.SetBytes(int64(len(body)))
	b.ReportAllocs()
	for b.Loop() {
		if err := work(); err != nil {
			b.Fatal(err)
		}
	}
}

// tokenize is the floor of all that reads HTML.
func tokenize(body []byte) error {
	z := html.NewTokenizer(bytes.NewReader(body))
	for z.Next() != html.ErrorToken {
		z.Token()
	}
	return nil
}

func BenchmarkLists(b *testing.B) {
	tdnet, list, eir := fullTDnetPage(b), longList(b, 100), eirList(100)
	base := mustURL(b, listBase)
	_, sel, err := Discover(list, "text/html", base, readAt)
	if err != nil {
		b.Fatal(err)
	}
	parse := func(body []byte, read func([]byte) (Listing, error)) func(*testing.B) {
		return func(b *testing.B) {
			bench(b, body, func() error {
				l, err := read(body)
				if err == nil && len(l.Items) != 100 {
					return fmt.Errorf("%d rows", len(l.Items))
				}
				return err
			})
		}
	}
	b.Run("tdnet", parse(tdnet, func(body []byte) (Listing, error) { return TDnet(body, base, listDay) }))
	b.Run("tdnet-floor-tokens", func(b *testing.B) { bench(b, tdnet, func() error { return tokenize(tdnet) }) })
	b.Run("page", parse(list, func(body []byte) (Listing, error) { return Page(body, "text/html", base, sel, readAt) }))
	b.Run("discover", parse(list, func(body []byte) (Listing, error) {
		l, _, err := Discover(body, "text/html", base, readAt)
		return l, err
	}))
	b.Run("page-floor-tokens", func(b *testing.B) { bench(b, list, func() error { return tokenize(list) }) })
	b.Run("page-floor-tree", func(b *testing.B) {
		bench(b, list, func() error { _, err := html.Parse(bytes.NewReader(list)); return err })
	})
	b.Run("eir", parse(eir, func(body []byte) (Listing, error) { return IRList(body, "", base) }))
}

// A page that is made to cost time costs a bounded one.
func TestAListThatIsMadeToBeSlowEnds(t *testing.T) {
	dated := func(n int, row func(i int) string) string {
		var b strings.Builder
		for i := range n {
			b.WriteString(row(i))
		}
		return b.String()
	}
	tests := map[string]string{
		"siblings of one parent":       "<div>" + dated(4_000, func(int) string { return "<p>2026.11.20</p><p><a href=/x>お知らせの表題</a></p>" }) + "</div>",
		"a class for each date":        `<div id="x">` + dated(4_000, func(i int) string { return fmt.Sprintf(`<p class="c%s">2026.11.20</p>`, strings.Repeat("x", i%39)) }) + "</div>",
		"ids around each other":        dated(400, func(i int) string { return fmt.Sprintf(`<div id="i%c">2026.11.20 表題`, 'a'+i%26) }),
		"anchors into one big section": "<ul>" + dated(2_000, func(int) string { return `<li>2026.11.20 <a href="#big">お知らせの表題</a></li>` }) + `</ul><div id="big">` + strings.Repeat("<p>本文の一行</p>", 10_000) + "</div>",
		"a long run of empty elements": "<div>2026.11.20<a href=/x>お知らせの表題</a>" + strings.Repeat("<span></span>", 30_000) + "</div>",
		"many dates in one sentence":   "<p>" + strings.Repeat("2026.11.20、", 20_000) + "</p>",
	}
	for name, body := range tests {
		t.Run(name, func(t *testing.T) {
			started := time.Now()
			_, _, err := Discover([]byte(body), "text/html; charset=utf-8", mustURL(t, "https://mihon.example/"), readAt)
			if took := time.Since(started); took > 20*time.Second {
				t.Errorf("it took %s (%v)", took, err)
			} else {
				t.Logf("%d KB in %s (%v)", len(body)>>10, took.Round(time.Millisecond), err)
			}
		})
	}
}
