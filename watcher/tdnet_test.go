package watcher

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"oshirase/extract"
	"oshirase/fetch"
)

// tse is a made-up TSE: its lists have the real markup, and change while they
// are read.
type tse struct {
	*site
	days map[string][]disclosure // newest first
	gone map[string]bool         // days that are not online
	down func(page int) bool     // asked before a page is answered, and may change the days
}

type disclosure struct {
	id, time, code, title, was string
	deleted                    bool
}

func newTSE(t *testing.T) *tse {
	s := &tse{days: map[string][]disclosure{}, gone: map[string]bool{}}
	s.site = newSite(t, s.serve)
	return s
}

func (s *tse) serve(w http.ResponseWriter, r *http.Request) {
	var page int
	var day string
	if _, err := fmt.Sscanf(r.URL.Path, "/inbs/I_list_%03d_%8s.html", &page, &day); err != nil {
		http.NotFound(w, r)
		return
	}
	if s.down != nil && s.down(page) {
		http.Error(w, "busy", http.StatusServiceUnavailable)
		return
	}
	rows := s.days[day]
	if s.gone[day] || page > max(1, (len(rows)+99)/100) {
		http.NotFound(w, r)
		return
	}
	fmt.Fprintf(w, `<!DOCTYPE html><html><head><meta content="text/html" charset="UTF-8" http-equiv="content-type"></head><body>
<div id="kaiji-date-1">%s年%s月%s日</div>`, day[:4], day[4:6], day[6:])
	if len(rows) == 0 {
		fmt.Fprint(w, `<div id="kaiji-text-1">に開示された情報はありません。</div><div id="main-list" style="height:55px;"></div></body></html>`)
		return
	}
	fmt.Fprintf(w, `<div id="kaiji-text-1">に開示された情報</div><div class="kaijiSum">%d～%d件&nbsp;/&nbsp;全%d件</div><table id="main-list-table">`, page*100-99, min(page*100, len(rows)), len(rows))
	for _, d := range rows[(page-1)*100 : min(page*100, len(rows))] {
		class, title := "", fmt.Sprintf(`<a href="%s.pdf" target="_blank">%s</a>`, d.id, d.title)
		switch {
		case d.deleted:
			class, title = ` class="hyodaiDel"`, d.title
		case d.was != "":
			class, title = ` class="hyodaiUpd"`, title+"<BR><s>"+d.was+"</s></a>"
		}
		fmt.Fprintf(w, `<tr%s><td class="oddnew-L kjTime" noWrap>%s</td><td class="oddnew-M kjCode" noWrap>%s</td><td class="oddnew-M kjName" noWrap>見本      </td>
<td class="oddnew-M kjTitle" align="left">%s</td><td class="oddnew-M kjXbrl"> </td><td class="oddnew-M kjPlace">東      </td><td class="oddnew-R kjHistroy">　　　　　</td></tr>`,
			class, d.time, d.code, title)
	}
	fmt.Fprint(w, "</table></body></html>")
}

// disclose puts n rows of a minute on top of a day, or inside its block.
func (s *tse) disclose(day string, n int, minute string) {
	var rows []disclosure
	for range n {
		i := len(s.days[day]) + len(rows)
		rows = append(rows, disclosure{id: fmt.Sprintf("14012026112%07d", 500000+i), time: minute, code: fmt.Sprintf("%04d0", 1300+i), title: fmt.Sprintf("表題%d", i)})
	}
	s.days[day] = append(rows, s.days[day]...)
}

const (
	today     = "20261120"
	yesterday = "20261119"
)

func tdnetAt(t *testing.T, s *tse) *looker {
	return look(t, &TDnet{PermanentCopy: s.URL + "/disc/"}, s.URL+"/inbs/", time.Date(2026, 11, 20, 15, 31, 0, 0, jst))
}

func TestAPeakDayIsReadWholeAndThenByWhatMoved(t *testing.T) {
	s := newTSE(t)
	s.disclose(today, 2290, "15:30")
	l := tdnetAt(t, s)
	first := l.poll()
	if len(first.Items) != 2290 || first.Incomplete != "" || first.Total != 2290 {
		t.Fatalf("%d rows of %d, %s", len(first.Items), first.Total, first.Incomplete)
	}
	if n := len(s.requests()); n != 23+1 {
		t.Errorf("the first poll took %d requests", n)
	}
	if got, want := first.Items[0].Fallback, s.URL+"/disc/"+first.Items[0].Publisher.Code+"0/"+first.Items[0].Key+".pdf"; got != want {
		t.Errorf("the permanent copy is %q, want %q", got, want)
	}

	l.later(time.Minute)
	if again := l.poll(); !again.Unchanged {
		t.Error("nothing moved, and the list is new")
	}
	if n := len(s.requests()); n != 2 {
		t.Errorf("a poll without news took %d requests", n)
	}

	l.later(time.Minute)
	s.disclose(today, 3, "15:33")
	news := l.poll()
	if news.Total != 2293 || news.Incomplete != "" || !strings.HasPrefix(titles(news), "表題2290|表題2291|表題2292|") {
		t.Errorf("of 3 new rows the poll brought %.60s… of %d, %s", titles(news), news.Total, news.Incomplete)
	}
	if n := len(s.requests()); n != 2 {
		t.Errorf("three new rows took %d requests, the first pages would do", n)
	}
}

func TestANewRowDeepInAMinuteIsFound(t *testing.T) {
	s := newTSE(t)
	s.disclose(today, 250, "15:30")
	l := tdnetAt(t, s)
	l.poll()
	s.requests()
	deep := disclosure{id: "140120261120999999", time: "15:30", code: "99990", title: "深い所の表題"}
	s.days[today] = slices.Insert(s.days[today], 230, deep)
	l.later(time.Minute)
	if got := l.poll(); !strings.Contains(titles(got), deep.title) || got.Incomplete != "" {
		t.Errorf("the row was not found: %s", got.Incomplete)
	}
	if n := len(s.requests()); n != 4 {
		t.Errorf("%d requests", n)
	}
}

func TestRowsThatComeWhileOneWalksAreNeitherMissedNorDoubled(t *testing.T) {
	s := newTSE(t)
	s.disclose(today, 250, "15:30")
	inserted := 0
	s.down = func(page int) bool {
		if page == 2 && inserted < 2 {
			inserted++
			s.disclose(today, 1, "15:31")
		}
		return false
	}
	got := tdnetAt(t, s).poll()
	keys := map[string]bool{}
	for _, it := range got.Items {
		if keys[it.Key] {
			t.Errorf("%s is there twice", it.Title)
		}
		keys[it.Key] = true
	}
	if inserted == 0 || len(keys) != 250+inserted || got.Incomplete != "" {
		t.Errorf("%d rows, %d came while one walked, %s", len(keys), inserted, got.Incomplete)
	}
}

func TestADeletionBesideANewRowHidesNeither(t *testing.T) {
	s := newTSE(t)
	s.disclose(today, 250, "15:30")
	l := tdnetAt(t, s)
	l.poll()
	s.days[today][5].deleted = true
	s.days[today] = slices.Insert(s.days[today], 240, disclosure{id: "140120261120999999", time: "15:30", code: "99990", title: "新しい表題"})
	l.later(time.Minute)
	got := l.poll()
	if !strings.Contains(titles(got), "新しい表題") || got.Incomplete != "" {
		t.Errorf("the new row was not found: %s", got.Incomplete)
	}
	if !slices.ContainsFunc(got.Items, func(it extract.Item) bool { return it.Deleted }) {
		t.Error("the deleted row was not found")
	}
}

func TestADeletionOnALaterPageIsSeenWithinTheQuarterHour(t *testing.T) {
	s := newTSE(t)
	s.disclose(today, 250, "15:30")
	l := tdnetAt(t, s)
	l.poll()
	s.days[today][200].deleted = true
	l.later(time.Minute)
	if !l.poll().Unchanged {
		t.Error("a page that did not move was read again")
	}
	l.later(tdnetRewalk)
	got := l.poll()
	if len(got.Items) != 250 || got.Incomplete != "" {
		t.Errorf("%d rows, %s", len(got.Items), got.Incomplete)
	}
	if !slices.ContainsFunc(got.Items, func(it extract.Item) bool { return it.Deleted && it.Title == "表題200" }) {
		t.Error("the deletion was not seen")
	}
}

func TestWhatWasNotTakenIsReadAgain(t *testing.T) {
	s := newTSE(t)
	s.disclose(today, 250, "15:30")
	l := tdnetAt(t, s)
	l.poll()
	s.disclose(today, 150, "15:31")
	l.later(time.Minute)
	if _, err := l.try(); err != nil { // the daemon dies before it stores the rows
		t.Fatal(err)
	}
	if got := l.poll(); len(got.Items) != 400 || got.Incomplete != "" {
		t.Errorf("%d rows of 400, %s", len(got.Items), got.Incomplete)
	}
}

func TestADayThatFallsShortOfItsTotalIsSaidSo(t *testing.T) {
	s := newTSE(t)
	s.disclose(today, 250, "15:30")
	l := look(t, &TDnet{}, "", time.Date(2026, 11, 20, 15, 31, 0, 0, jst))
	broken := newSite(t, func(w http.ResponseWriter, r *http.Request) {
		if strings.Contains(r.URL.Path, "I_list_003") {
			http.NotFound(w, r)
			return
		}
		s.serve(w, r)
	})
	l.ask.Source.URL = broken.URL + "/inbs/"
	got := l.poll()
	if len(got.Items) != 200 || !strings.Contains(got.Incomplete, "claims 250 rows, 200 were read") {
		t.Errorf("%d rows, %q", len(got.Items), got.Incomplete)
	}
	if got.Items[0].Fallback != "" {
		t.Error("a foreign list has permanent copies")
	}
	if n := len(broken.requests()); n != 3*tdnetWalks+1 {
		t.Errorf("%d requests", n)
	}
}

func TestAnErrorInsideAWalkLosesNothing(t *testing.T) {
	s := newTSE(t)
	s.disclose(today, 250, "15:30")
	s.down = func(page int) bool { return page == 3 }
	l := tdnetAt(t, s)
	_, err := l.try()
	if failed, ok := errors.AsType[*fetch.Error](err); !ok || failed.Reason != fetch.ServerStatus {
		t.Fatalf("got %v", err)
	}
	s.down = nil
	if got := l.poll(); len(got.Items) != 250 {
		t.Errorf("%d rows", len(got.Items))
	}
}

func TestTheDayIsThatOfTokyo(t *testing.T) {
	s := newTSE(t)
	s.disclose(yesterday, 2, "23:00")
	l := tdnetAt(t, s)
	l.ask.Now = time.Date(2026, 11, 19, 15, 0, 30, 0, time.UTC) // 0:00:30 on the 20th in Tokyo
	s.gone[today] = true                                        // not made yet
	if got := l.poll(); len(got.Items) != 2 || got.Items[0].Published.Format("2006-01-02") != "2026-11-19" {
		t.Errorf("got %s", titles(got))
	}
	if asked := strings.Join(s.requests(), " "); !strings.Contains(asked, "I_list_001_20261120.html") || strings.Contains(asked, "20261118") {
		t.Errorf("asked for %s", asked)
	}
	s.gone[yesterday] = true
	if _, err := l.try(); !gone(err) {
		t.Errorf("without any list: %v", err)
	}
}

func TestAWeekendIsEmptyAndWell(t *testing.T) {
	s := newTSE(t)
	got := tdnetAt(t, s).poll()
	if got.Unchanged || len(got.Items) != 0 || got.Total != 0 || got.Incomplete != "" {
		t.Errorf("got %+v", got)
	}
}

func TestPastDaysAreSweptForLateDeletions(t *testing.T) {
	s := newTSE(t)
	l := tdnetAt(t, s)
	for day := 16; day <= 20; day++ { // watched since Monday
		s.disclose(fmt.Sprintf("202611%d", day), 120, "15:30")
	}
	for day := 16; day <= 20; day++ {
		l.ask.Now = time.Date(2026, 11, day, 16, 0, 0, 0, jst)
		l.poll()
	}
	s.days["20261117"][110].deleted = true
	s.requests()
	var found []string
	polls := 0
	for ; polls < 12*24; polls++ {
		l.later(5 * time.Minute)
		got := l.poll()
		for _, it := range got.Items {
			if it.Deleted {
				found = append(found, it.Title)
			}
		}
		if l.ask.Now.Day() != 20 {
			break
		}
	}
	if len(found) == 0 || found[0] != "表題110" {
		t.Fatalf("the deletion was not seen in %d polls", polls)
	}
	count := map[string]int{}
	for _, r := range s.requests() {
		count[r[len(r)-len("20261117.html"):]]++
	}
	if n := count["20261117.html"]; n == 0 || n > 4 {
		t.Errorf("the day was asked for %d times in %d polls", n, polls)
	}
	for _, early := range []string{"20261114.html", "20261001.html"} {
		if count[early] > 0 {
			t.Errorf("%s was asked for, which was never watched", early)
		}
	}
}

func TestDaysThatNobodyWatchedAreCaughtUpWith(t *testing.T) {
	s := newTSE(t)
	l := tdnetAt(t, s)
	for day := 10; day <= 20; day++ {
		s.disclose(fmt.Sprintf("202611%d", day), 2, "15:30")
	}
	l.ask.Now = time.Date(2026, 11, 11, 16, 0, 0, 0, jst)
	l.poll()
	// The daemon is down for a week.
	l.ask.Now = time.Date(2026, 11, 20, 16, 0, 0, 0, jst)
	rows := map[string]int{}
	for range 10 {
		for _, it := range l.poll().Items {
			rows[it.Published.Format("0102")]++
		}
		l.later(time.Minute)
	}
	for day := 12; day <= 20; day++ {
		if n := rows[fmt.Sprintf("11%d", day)]; n != 2 {
			t.Errorf("of the %dth %d rows were read", day, n)
		}
	}
}

func TestADayThatIsStillOnlineCanBeAskedFor(t *testing.T) {
	s := newTSE(t)
	s.disclose("20261103", 150, "15:30")
	l := tdnetAt(t, s)
	got, err := l.lister.(*TDnet).Day(t.Context(), l.ask, time.Date(2026, 11, 3, 0, 0, 0, 0, jst))
	if err != nil || len(got.Items) != 150 || got.Total != 150 {
		t.Errorf("%d rows, %v", len(got.Items), err)
	}
	s.gone["20261102"] = true
	if _, err := l.lister.(*TDnet).Day(t.Context(), l.ask, time.Date(2026, 11, 2, 0, 0, 0, 0, jst)); !gone(err) {
		t.Errorf("a day that is not online: %v", err)
	}
}

func TestAPermanentCopyMustBeAnAddress(t *testing.T) {
	if faults := (&TDnet{PermanentCopy: "ftp://x"}).Validate(); len(faults) != 1 || faults[0].Key != "permanent_copy" {
		t.Errorf("got %v", faults)
	}
	if faults := (&TDnet{}).Validate(); len(faults) != 0 {
		t.Errorf("got %v", faults)
	}
}
