package extract

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding/japanese"
)

func TestAListIsFoundByItselfOnAPageOfAnyShape(t *testing.T) {
	base := mustURL(t, "https://mihon.example/news/index.html")
	for _, file := range fixtures(t, "testdata/lists/*.html") {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".html"), func(t *testing.T) {
			body := readFile(t, file)
			l, sel, err := Discover(body, "text/html; charset=utf-8", base, readAt)
			if err != nil {
				t.Fatal(err)
			}
			golden(t, strings.TrimSuffix(file, ".html")+".golden", fmt.Sprintf("%+v\n%s", sel, show(l)))

			again, err := Page(body, "text/html; charset=utf-8", base, sel, readAt)
			if err != nil {
				t.Fatalf("the selectors that were found do not work: %v", err)
			}
			if diff := cmp.Diff(l.Items, again.Items); diff != "" {
				t.Errorf("the selectors select other rows (-found +selected):\n%s", diff)
			}
		})
	}
}

func TestAPageWithoutAListIsSaidSo(t *testing.T) {
	tests := map[string]string{
		"nothing":                         "",
		"a list that a script fills":      `<html><title>IR</title><body><div id="news"></div><script>document.write("2026.11.20 <a href='/x'>お知らせの表題</a>")</script></body></html>`,
		"links without dates":             `<ul><li><a href="/a">会社概要のご案内</a></li><li><a href="/b">沿革のご案内</a></li></ul>`,
		"dates without links":             `<table><tr><td>2026年2月12日</td><td>第3四半期決算発表</td></tr><tr><td>2026年5月12日</td><td>決算発表</td></tr></table>`,
		"one dated link that is no row":   `<p>2026.11.20 更新 <a href="/privacy">個人情報保護方針</a></p>`,
		"one dated link in the footer":    `<footer><ul><li>2024年4月1日改定 <a href="/privacy">個人情報保護方針</a></li></ul></footer>`,
		"lists with an id and one day":    `<ul id="a"><li><p class="date">2026.11.20</p><p>表題その一</p></li></ul><ul id="b"><li><p class="date">2026.11.19</p><p>表題その二</p></li></ul>`,
		"a calendar of dates":             `<table><tr><td>11/1</td><td>11/2</td><td>11/3</td></tr><tr><td>11/8</td><td>11/9</td><td>11/10</td></tr></table>`,
		"links that lead nowhere":         `<ul><li>2026.11.20 <a href="#">お知らせの表題</a></li><li>2026.11.19 <a href="javascript:void(0)">お知らせの表題</a></li></ul>`,
		"a page that nests without bound": strings.Repeat("<div>2026.11.20", 600),
	}
	for name, body := range tests {
		t.Run(name, func(t *testing.T) {
			l, sel, err := Discover([]byte(body), "text/html; charset=utf-8", mustURL(t, "https://mihon.example/"), readAt)
			failed, ok := errors.AsType[*Error](err)
			if !ok || failed.Reason != NoRows && failed.Reason != LimitExceeded {
				t.Errorf("found %+v by %+v, %v", l.Items, sel, err)
			}
		})
	}
}

func TestAListInAnotherCharsetIsFound(t *testing.T) {
	page := string(readFile(t, "testdata/lists/dt-and-dd-siblings.html"))
	page = strings.Replace(page, `<meta charset="utf-8">`, `<meta http-equiv="Content-Type" content="text/html; charset=Shift_JIS">`, 1)
	page = strings.ReplaceAll(page, "©", "(c)")
	body, err := japanese.ShiftJIS.NewEncoder().Bytes([]byte(page))
	if err != nil {
		t.Fatal(err)
	}
	l, _, err := Discover(body, "text/html", mustURL(t, "https://mihon.example/news/"), readAt)
	if err != nil || len(l.Items) != 5 || !strings.HasPrefix(l.Items[0].Title, "不正アクセス") {
		t.Errorf("found %+v, %v", l.Items, err)
	}
}

func FuzzDiscover(f *testing.F) {
	for _, file := range fixtures(f, "testdata/lists/*.html") {
		f.Add(readFile(f, file))
	}
	base := mustURL(f, "https://mihon.example/news/index.html")
	f.Fuzz(func(t *testing.T, body []byte) {
		var sel Selectors
		fuzzed(t, body, func(b []byte) (Listing, error) {
			l, found, err := Discover(b, "", base, readAt)
			sel = found
			return l, err
		})
		if sel == (Selectors{}) {
			return
		}
		if faults := sel.Validate(); len(faults) > 0 {
			t.Errorf("selectors that are none: %+v: %v", sel, faults)
		}
		if _, err := Page(body, "", base, sel, readAt); err != nil {
			t.Errorf("selectors that find nothing: %+v: %v", sel, err)
		}
	})
}

func FuzzPage(f *testing.F) {
	body := readFile(f, "testdata/lists/dt-and-dd-siblings.html")
	f.Add(body, "dl > dd", "- dt", "a", "a@href")
	f.Add(body, "dt", ".", "+ dd a", "+ dd a@href")
	f.Add(body, "li:haschild(a)", "time@datetime", "", ".@id")
	base := mustURL(f, "https://mihon.example/news/index.html")
	f.Fuzz(func(t *testing.T, body []byte, row, date, title, link string) {
		sel := Selectors{Row: row, Date: date, Title: title, Link: link}
		if len(sel.Validate()) > 0 {
			if _, err := Page(body, "", base, sel, readAt); err == nil {
				t.Error("selectors with a fault were used")
			}
			return
		}
		fuzzed(t, body, func(b []byte) (Listing, error) { return Page(b, "", base, sel, readAt) })
	})
}
