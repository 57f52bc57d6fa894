package watcher

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"oshirase/extract"
	"oshirase/fetch"
)

var noon = time.Date(2026, 11, 20, 12, 0, 0, 0, jst)

func html(w http.ResponseWriter, body string) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	fmt.Fprint(w, "<!DOCTYPE html><html><head><title>お知らせ</title></head><body><main>", body, "</main></body></html>")
}

// listOf is a list of n rows, the newest first, from the nth day of the month on.
func listOf(class string, n int) string {
	var b strings.Builder
	fmt.Fprintf(&b, `<ul class="%s">`, class)
	for i := n; i > 0; i-- {
		fmt.Fprintf(&b, `<li><span class="date">2026.11.%02d</span><a href="/%s/%d.html">%sの表題その%d</a></li>`, i, class, i, class, i)
	}
	return b.String() + "</ul>"
}

func TestAPageWithoutSelectorsKeepsToTheListThatWasFound(t *testing.T) {
	page := listOf("news", 5) + listOf("event", 3)
	s := newSite(t, func(w http.ResponseWriter, _ *http.Request) { html(w, page) })
	l := look(t, &Page{}, s.URL+"/news/", noon)
	if got := l.poll(); !strings.HasPrefix(titles(got), "newsの表題その5|") || len(got.Items) != 5 {
		t.Fatalf("got %s", titles(got))
	}
	if got := l.poll(); !got.Unchanged {
		t.Error("the page did not change, and was read again")
	}
	page = listOf("news", 6) + listOf("event", 20)
	if got := l.poll(); len(got.Items) != 6 || !strings.HasPrefix(titles(got), "newsの表題その6|") {
		t.Errorf("a list that grew took the place of the one that was found: %s", titles(got))
	}
	page = strings.ReplaceAll(listOf("topics", 7), "<li>", `<li class="item">`)
	if got := l.poll(); len(got.Items) != 7 || len(got.Warnings) != 1 || !strings.Contains(got.Warnings[0], "found anew") {
		t.Errorf("after a rebuild: %s, %q", titles(got), got.Warnings)
	}
	page = "<p>準備中</p>"
	if _, err := l.try(); !notThereYet(err) {
		t.Errorf("a page without a list: %v", err)
	}
}

func TestAnEditInsideAPageOfAnchorsIsSeen(t *testing.T) {
	count := "1,250"
	s := newSite(t, func(w http.ResponseWriter, _ *http.Request) {
		html(w, `<ul class="news"><li>2026.11.19 <a href="#n303">不正アクセスに関するお知らせ</a></li><li>2026.11.02 <a href="#n302">メール誤送信に関するお知らせ</a></li></ul>
<div id="n303"><p>対象は`+count+`件です。</p></div><div id="n302"><p>対象は32件です。</p></div>`)
	})
	l := look(t, &Page{}, s.URL+"/info.html", noon)
	first := l.poll()
	count = "58,000"
	second := l.poll()
	if len(first.Items) != 2 || len(second.Items) != 2 || first.Items[0].Key != second.Items[0].Key {
		t.Fatalf("got %s and %s", titles(first), titles(second))
	}
	if !strings.Contains(first.Items[0].Summary, "1,250") || !strings.Contains(second.Items[0].Summary, "58,000") || second.Items[1].Summary != first.Items[1].Summary {
		t.Errorf("the texts are %q and %q", first.Items[0].Summary, second.Items[0].Summary)
	}
}

func TestSelectorsThatCannotWorkAreFaultsOfTheConfiguration(t *testing.T) {
	tests := map[string]struct {
		page Page
		key  string
	}{
		"parts without a row":   {Page{extract.Selectors{Title: "a"}}, "list"},
		"a row that is no CSS":  {Page{extract.Selectors{Row: "li["}}, "list.row"},
		"a date that is no CSS": {Page{extract.Selectors{Row: "li", Date: "- dt["}}, "list.date"},
	}
	for name, tt := range tests {
		if faults := tt.page.Validate(); len(faults) != 1 || faults[0].Key != tt.key {
			t.Errorf("%s: %v", name, faults)
		}
	}
	if faults := (&Page{}).Validate(); len(faults) > 0 {
		t.Errorf("no selectors: %v", faults)
	}
}

func TestAnAddressFollowsTheYearOfItsZone(t *testing.T) {
	tests := []struct {
		address string
		at      time.Time
		want    string
	}{
		{"/news/{year}/", time.Date(2026, 12, 31, 15, 0, 0, 0, time.UTC), "/news/2027/"},
		{"/news/{year}/", time.Date(2026, 12, 31, 14, 59, 0, 0, time.UTC), "/news/2026/"},
		{"/news/press/{fiscal_year}/", time.Date(2027, 3, 31, 23, 59, 0, 0, jst), "/news/press/2026/"},
		{"/news/press/{fiscal_year}/", time.Date(2027, 4, 1, 0, 0, 0, 0, jst), "/news/press/2027/"},
		{"/news/{year}/{month}.html", time.Date(2027, 4, 1, 0, 0, 0, 0, jst), "/news/2027/04.html"},
		{"/news/", time.Date(2027, 4, 1, 0, 0, 0, 0, jst), "/news/"},
	}
	for _, tt := range tests {
		if got := addressAt(tt.address, tt.at.In(jst)); got != tt.want {
			t.Errorf("%s at %s is %s, want %s", tt.address, tt.at, got, tt.want)
		}
	}
}

func TestTheFoldersOfTwoYearsAreReadAroundTheSwitch(t *testing.T) {
	pages := map[string]string{"/press/2026/": listOf("old", 3)}
	s := newSite(t, func(w http.ResponseWriter, r *http.Request) {
		if page, ok := pages[r.URL.Path]; ok {
			html(w, page)
			return
		}
		http.NotFound(w, r)
	})
	l := look(t, PPC{}, s.URL+"/press/{fiscal_year}/", time.Date(2027, 3, 31, 23, 59, 0, 0, jst))
	if got := l.poll(); len(got.Items) != 3 || strings.Join(s.requests(), " ") != "GET /press/2026/" {
		t.Errorf("before the switch: %s", titles(got))
	}
	l.later(time.Minute)
	if got := l.poll(); !got.Unchanged || strings.Join(s.requests(), " ") != "GET /press/2027/ GET /press/2026/" {
		t.Errorf("the new folder is not there yet: %s", titles(got))
	}
	pages["/press/2027/"] = listOf("new", 1)
	pages["/press/2026/"] = listOf("old", 4)
	l.later(48 * time.Hour)
	if got := l.poll(); titles(got) != "newの表題その1|oldの表題その4|oldの表題その3|oldの表題その2|oldの表題その1" {
		t.Errorf("after the switch: %s", titles(got))
	}
	s.requests()
	l.later(20 * 24 * time.Hour)
	if got := l.poll(); !got.Unchanged || strings.Join(s.requests(), " ") != "GET /press/2027/" {
		t.Errorf("weeks later: %s", titles(got))
	}
	delete(pages, "/press/2027/")
	l.later(120 * 24 * time.Hour)
	if _, err := l.try(); !gone(err) {
		t.Errorf("a folder that is gone in summer: %v", err)
	}
}

const announcement = `eolparts_announcement_7(
{"item_count": 1, "item": [{"date":"2026/11/20 10:00","title":"%s","link":"https://ssl4.eir-parts.net/doc/9001/tdnet/2815552/00.pdf","news_type":"press","comment":""}]}
);`

func TestAnIRPageIsReadThroughTheServiceThatFillsIt(t *testing.T) {
	title, script := "不正アクセスに関するお知らせ", `<script src="//ssl4.eir-parts.net/V4Public/EIR/9001/ja/announcement/announcement_7.js"></script>`
	s := newSite(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/ir/":
			html(w, `<div id="eir"></div>`+script)
		case "/V4Public/EIR/9001/ja/announcement/announcement_7.js":
			w.Header().Set("Content-Type", "application/javascript")
			fmt.Fprintf(w, announcement, title)
		default:
			http.NotFound(w, r)
		}
	})
	lister := &IR{}
	lister.Origins.EIR = s.URL
	l := look(t, lister, s.URL+"/ir/", noon)
	if got := l.poll(); titles(got) != title || got.Items[0].Published.Format(time.RFC3339) != "2026-11-20T10:00:00+09:00" {
		t.Fatalf("got %s", titles(got))
	}
	s.requests()
	title += "（第2報）"
	l.later(10 * time.Minute)
	if got := l.poll(); titles(got) != title {
		t.Errorf("got %s", titles(got))
	}
	if got := strings.Join(s.requests(), " "); got != "GET /V4Public/EIR/9001/ja/announcement/announcement_7.js" {
		t.Errorf("the page itself was asked for again: %s", got)
	}
	l.later(irLook)
	if got := l.poll(); !got.Unchanged || len(s.requests()) != 2 {
		t.Error("the page is looked at once a day")
	}
	// The company leaves the service.
	script = listOf("news", 4)
	l.later(irLook)
	if got := l.poll(); len(got.Items) != 4 {
		t.Errorf("got %s", titles(got))
	}
	if got := l.poll(); !got.Unchanged {
		t.Errorf("got %s", titles(got))
	}
}

func TestEIRsListAsAPageIsReadWhereItsNumberIsUnknown(t *testing.T) {
	s := newSite(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.RequestURI() {
		case "/ir/":
			html(w, `<script>var eirCode = "9001";</script><script src="https://ssl4.eir-parts.net/EIR/eir.js"></script>`)
		case "/EIR/View.aspx?cat=announcement&code=9001":
			html(w, listOf("eir", 3))
		default:
			http.NotFound(w, r)
		}
	})
	lister := &IR{}
	lister.Origins.EIR = s.URL
	if got := look(t, lister, s.URL+"/ir/", noon).poll(); len(got.Items) != 3 {
		t.Errorf("got %s", titles(got))
	}
}

func TestAnIRPageWithTwoServicesTellsOfTheOneThatFails(t *testing.T) {
	s := newSite(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/ir/":
			html(w, `<script src="//www.xj-storage.jp/resources/AS90001/lib.js"></script><script src="//irpocket.com/C9001/irpocket/loader.js"></script>`)
		case "/public-list/GetList.aspx":
			fmt.Fprint(w, `cb({"items":[{"title":"不正アクセスに関するお知らせ","publishDate":"2026/11/20 09:00:00","files":[{"type":"PDF-GENERAL","url":"https://contents.xj-storage.jp/xcontents/AS90001/ff00aa11/8daa/4285/a982/9e8d9ffd39bb/140120261120503010.pdf"}]}]})`)
		default:
			http.Error(w, "busy", http.StatusServiceUnavailable)
		}
	})
	lister := &IR{PermanentCopy: s.URL + "/disc"}
	lister.Origins.XJStorage, lister.Origins.IRPocket = s.URL, s.URL
	l := look(t, lister, s.URL+"/ir/", noon)
	l.ask.Source.Publisher.Code = "9001"
	got := l.poll()
	if len(got.Items) != 1 || !strings.Contains(got.Incomplete, "irpocket, which fills the page") {
		t.Fatalf("got %s, %q", titles(got), got.Incomplete)
	}
	if it := got.Items[0]; it.DocumentID != "tdnet:140120261120503010" || it.Fallback != s.URL+"/disc/90010/140120261120503010.pdf" {
		t.Errorf("got %+v", it)
	}
}

func TestAServicesOwnAddressCanBeWatched(t *testing.T) {
	s := newSite(t, func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintf(w, announcement, "お知らせの表題") })
	if got := look(t, &IR{}, s.URL+"/V4Public/EIR/9001/ja/announcement/announcement_7.js", noon).poll(); titles(got) != "お知らせの表題" {
		t.Errorf("got %s", titles(got))
	}
}

func TestTheMirrorOfTDnetIsAskedForTwoDaysAndSaysWhatItCut(t *testing.T) {
	total := 1
	s := newSite(t, func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprintf(w, `{"total_count":%d,"items":[{"Tdnet":{"id":"1","pubdate":"2026-11-20 00:30:00","company_code":"130A0","company_name":"Ｇ－見本","title":"表題","document_url":"https://webapi.yanoshin.jp/rd.php?https://www.release.tdnet.info/inbs/140120261120503010.pdf"}}]}`, total)
	})
	l := look(t, &Yanoshin{PermanentCopy: s.URL + "/disc/"}, s.URL+"/webapi/tdnet/list/", time.Date(2026, 11, 19, 15, 40, 0, 0, time.UTC))
	got := l.poll()
	if asked := s.requests(); len(asked) != 1 || asked[0] != "GET /webapi/tdnet/list/20261119-20261120.json?limit=9999" {
		t.Errorf("asked for %s", asked)
	}
	if it := got.Items[0]; it.Key != "140120261120503010" || it.URL != "https://www.release.tdnet.info/inbs/140120261120503010.pdf" || it.Fallback != s.URL+"/disc/130A0/140120261120503010.pdf" || it.Publisher.Code != "130A" {
		t.Errorf("got %+v", it)
	}
	total = 400
	if got := l.poll(); !strings.Contains(got.Incomplete, "claims 400 rows and shows 1") {
		t.Errorf("got %q", got.Incomplete)
	}
	if faults := (&Yanoshin{Limit: 10_000, PermanentCopy: "x"}).Validate(); len(faults) != 2 {
		t.Errorf("got %v", faults)
	}
}

func TestTheKeywordSearchAsksOncePerKeywordAndMergesTheHits(t *testing.T) {
	fail := ""
	s := newSite(t, func(w http.ResponseWriter, r *http.Request) {
		if err := r.ParseForm(); err != nil || r.Method != http.MethodPost || r.PostForm.Get("t0") != "20261119" || r.PostForm.Get("t1") != "20261120" || r.PostForm.Get("m") != "0" {
			t.Errorf("asked %s with %v (%v)", r.Method, r.PostForm, err)
		}
		q := r.PostForm.Get("q")
		switch {
		case q == fail:
			http.Error(w, "busy", http.StatusServiceUnavailable)
		case q == "ランサム":
			html(w, `<div id="contentwrapper" class="nothing"></div>`)
		default:
			html(w, `<span id="result">1 件</span><table id="maintable"><tr><td class="time">2026/11/20 09:05</td><td class="code">130A0</td><td class="companyname">Ｇ－見本</td><td class="title"><a href="/inbs/140120261120503010.pdf">個人情報の漏えいについて</a></td></tr></table>`)
		}
	})
	l := look(t, &TDnetSearch{Keywords: []string{"漏えい", "個人情報", "ランサム"}}, s.URL+"/onsf/TDJFSearch/TDJFSearch", noon)
	if got := l.poll(); titles(got) != "個人情報の漏えいについて" || got.Items[0].Key != "140120261120503010" || len(s.requests()) != 3 {
		t.Errorf("got %s", titles(got))
	}
	if got := l.poll(); !got.Unchanged {
		t.Errorf("nothing changed, and %s came", titles(got))
	}
	fail = "個人情報"
	if got := l.poll(); !strings.Contains(got.Incomplete, `search for "個人情報"`) {
		t.Errorf("got %q", got.Incomplete)
	}
	l.lister = &TDnetSearch{Keywords: []string{fail}}
	if _, err := l.try(); err == nil {
		t.Error("no keyword was answered, and nobody is told")
	}
}

func TestACodeAsKeywordFindsItsCompanyOnly(t *testing.T) {
	s := newSite(t, func(w http.ResponseWriter, r *http.Request) {
		if got := r.Header.Get("Referer"); !strings.HasSuffix(got, "/onsf/TDJFSearch/I_head") {
			t.Errorf("the form comes from %q", got)
		}
		html(w, `<span id="result">2 件</span><table id="maintable">
<tr><td class="time">2026/11/20 09:05</td><td class="code">14500</td><td class="companyname">見本</td><td class="title"><a href="/inbs/140120261120503010.pdf">本社移転のお知らせ</a></td></tr>
<tr><td class="time">2026/11/20 09:00</td><td class="code">91450</td><td class="companyname">他社</td><td class="title"><a href="/inbs/140120261120503011.pdf">他社のお知らせ</a></td></tr></table>`)
	})
	got := look(t, &TDnetSearch{Keywords: []string{"1450"}}, s.URL+"/onsf/TDJFSearch/TDJFSearch", noon).poll()
	if titles(got) != "本社移転のお知らせ" || got.Incomplete != "" {
		t.Errorf("got %s, %q", titles(got), got.Incomplete)
	}
}

func TestTheEnglishSearchIsReadPageByPage(t *testing.T) {
	s := newSite(t, func(w http.ResponseWriter, r *http.Request) {
		if err := r.ParseForm(); err != nil || r.PostForm.Has("m") {
			t.Errorf("asked with %v (%v)", r.PostForm, err)
		}
		html(w, `<span id="result">Total 3 Announcements</span><table id="maintable"><tr><td class="time">2026/11/20 17:00</td><td class="code">130A0</td><td class="companyname">Mihon</td><td class="title"><a href="/inbs/ek/14012026112050301`+r.PostForm.Get("p")+`.pdf">Notice of a Data Breach</a></td></tr></table>`)
	})
	l := look(t, &TDnetSearch{Keywords: []string{"breach"}}, s.URL+"/onsf/TDJFSearch_e/TDJFSearch_e", noon)
	if got := l.poll(); len(got.Items) != 3 || got.Incomplete != "" || len(s.requests()) != 3 {
		t.Errorf("%d rows, %q", len(got.Items), got.Incomplete)
	}
}

func TestAnEmptyKeywordIsAFault(t *testing.T) {
	if faults := (&TDnetSearch{Keywords: []string{" "}, Days: 32}).Validate(); len(faults) != 2 {
		t.Errorf("got %v", faults)
	}
	if faults := (&TDnetSearch{Keywords: make([]string, maxKeywords+1)}).Validate(); len(faults) < 2 {
		t.Errorf("got %v", faults)
	}
}

func TestAFormIsNotSentToAnotherPlace(t *testing.T) {
	s := newSite(t, func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/elsewhere", http.StatusFound) })
	l := look(t, &TDnetSearch{Keywords: []string{"漏えい"}}, s.URL+"/onsf/TDJFSearch/TDJFSearch", noon)
	_, err := l.try()
	if err == nil || !strings.Contains(err.Error(), "redirects a form") {
		t.Errorf("got %v", err)
	}
	if reason := reasonOf(err); reason != Reason(fetch.Redirects) {
		t.Errorf("the reason is %q", reason)
	}
}
