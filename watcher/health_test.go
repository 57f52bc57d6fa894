package watcher_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/robfig/cron/v3"

	"oshirase/watcher"
)

func TestASourceThatBreaksIsToldOfOnceAndOnceWhenItHeals(t *testing.T) {
	for name, c := range map[string]struct {
		broken page
		after  int // polls until it is told
		reason string
	}{
		"a web page where the feed was": {page{body: "<!DOCTYPE html><html><head><title>メンテナンス中</title></head><body>しばらくお待ちください</body></html>"}, 1, "html_instead"},
		"nothing that is a feed":        {page{body: "ok"}, 1, "not_a_feed"},
		"a page that is not there":      {page{status: http.StatusNotFound}, 1, "not_found"},
		"a host that refuses":           {page{status: http.StatusForbidden}, 1, "forbidden"},
		"a fault of the host":           {page{status: http.StatusBadGateway}, 3, "status_5xx"},
		"no rows where there were some": {page{body: `<rss version="2.0"><channel><title>お知らせ</title></channel></rss>`}, 1, "zero_rows"},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.site.feed(row{title: "甲", link: "/a", at: w.clock.now()})
			w.poll()
			w.site.put("/feed", c.broken)
			for i := 1; i <= c.after+2; i++ {
				if want := map[bool]string{true: c.reason}[i > c.after]; true {
					w.wantTold(want)
				}
				w.poll()
				w.clock.add(10 * time.Minute)
			}
			w.start() // a restart does not tell it again
			w.poll()
			w.wantTold(c.reason)
			if s := w.status(); s.Healthy || string(s.Reason) != c.reason || s.Message == "" {
				t.Errorf("status %+v", s)
			}
			w.clock.add(2 * time.Hour) // a host that failed is left alone for a while
			// The cursor has not moved: what was published meanwhile is found.
			w.site.feed(row{title: "乙", link: "/b", at: w.clock.now()}, row{title: "甲", link: "/a", at: w.clock.now()})
			w.poll()
			w.poll()
			w.wantTold(c.reason + " +" + c.reason)
			if s := w.status(); !s.Healthy || s.Reason != "" {
				t.Errorf("status %+v", s)
			}
			if got := len(w.stored()); got < 2 {
				t.Errorf("%d notices", got)
			}
		})
	}
}

func TestReasonsAreAClosedSet(t *testing.T) {
	seen := map[watcher.Reason]bool{}
	for _, r := range watcher.Reasons() {
		if r == "" || seen[r] {
			t.Errorf("reason %q is there twice or empty", r)
		}
		seen[r] = true
	}
}

func feedOf(n, from int, at time.Time, step time.Duration) []row {
	var rows []row
	for i := range n {
		rows = append(rows, row{title: fmt.Sprint("記事", from-i), link: fmt.Sprint("/", from-i), at: at.Add(-time.Duration(i) * step)})
	}
	return rows
}

func TestAWindowThatNoLongerOverlapsIsWarnedOf(t *testing.T) {
	w := newWorld(t)
	w.site.feed(feedOf(10, 100, w.clock.now(), time.Hour)...)
	w.poll()
	w.clock.add(72 * time.Hour)
	w.site.feed(feedOf(10, 105, w.clock.now(), time.Hour)...) // overlaps
	w.poll()
	w.wantTold("")
	w.clock.add(72 * time.Hour)
	w.site.feed(feedOf(10, 130, w.clock.now(), time.Hour)...)
	w.poll()
	w.poll()
	w.wantTold("gap")
	for _, n := range w.stored() {
		if n.Backlog {
			t.Errorf("%s is held back", n.Title)
		}
	}
	if !w.status().Healthy {
		t.Error("a gap that is over is no illness")
	}
}

func TestAFloodOfOldRowsIsKeptAndNobodyIsToldOfIt(t *testing.T) {
	w := newWorld(t)
	now := w.clock.now()
	w.site.feed(feedOf(40, 40, now, 24*time.Hour)...)
	w.poll()
	w.clock.add(time.Hour)
	// The site was rebuilt: every address is another, and one row is news.
	rows := feedOf(40, 40, now, 24*time.Hour)
	for i := range rows {
		rows[i].link = "/renewal" + rows[i].link
		if i%4 == 3 {
			rows[i].at = time.Time{}
		}
	}
	rows = append([]row{{title: leak, link: "/renewal/new", at: w.clock.now()}}, rows...)
	w.site.feed(rows...)
	w.poll()
	w.poll()
	w.wantTold("flood")
	told := 0
	for _, n := range w.stored()[40:] {
		if n.Backlog {
			continue
		}
		told++
		if n.Published.Before(now.Add(-50 * time.Hour)) {
			t.Errorf("told of %s of %s", n.Title, n.Published)
		}
	}
	if got := len(w.stored()); got != 81 || told < 1 || told > 4 {
		t.Errorf("%d stored, %d told", got, told)
	}
}

func TestManyNewRowsThatAreRecentAreNoFlood(t *testing.T) {
	w := newWorld(t)
	w.site.feed(feedOf(30, 30, w.clock.now(), time.Minute)...)
	w.poll()
	w.clock.add(24 * time.Hour)
	w.site.feed(append(feedOf(25, 60, w.clock.now(), time.Minute), feedOf(5, 30, w.clock.now().Add(-24*time.Hour), time.Minute)...)...)
	w.poll()
	w.wantTold("")
	for _, n := range w.stored() {
		if n.Backlog {
			t.Errorf("%s is held back", n.Title)
		}
	}
}

func TestASourceThatFallsSilentIsToldOfOnce(t *testing.T) {
	w := newWorld(t)
	w.site.feed(feedOf(12, 12, w.clock.now(), 48*time.Hour)...)
	w.poll()
	for range 20 {
		w.clock.add(24 * time.Hour)
		w.poll()
	}
	w.wantTold("silent")
	if s := w.status(); s.Healthy || s.Reason != watcher.ReasonSilent {
		t.Errorf("status %+v", s)
	}
	w.site.feed(feedOf(12, 13, w.clock.now(), 48*time.Hour)...)
	w.poll()
	w.poll()
	w.wantTold("silent +silent")
}

func TestARareSourceIsNotSilent(t *testing.T) {
	w := newWorld(t)
	w.site.feed(feedOf(12, 12, w.clock.now(), 60*24*time.Hour)...)
	w.poll()
	for range 100 {
		w.clock.add(24 * time.Hour)
		w.poll()
	}
	w.wantTold("")
}

func TestAHostThatAsksToBeLeftAloneIs(t *testing.T) {
	w := newWorld(t)
	w.site.put("/feed", page{status: http.StatusTooManyRequests, header: map[string]string{"Retry-After": "3600"}})
	w.poll()
	for range 5 {
		w.clock.add(10 * time.Minute)
		w.poll()
	}
	if got := w.site.asked("/feed"); got != 1 {
		t.Errorf("asked %d times within the hour", got)
	}
	w.clock.add(11 * time.Minute)
	w.site.feed(row{title: "甲", link: "/a", at: w.clock.now()})
	w.poll()
	w.want("甲")
}

// tdnetDay is the TSE's list of one day, with its own markup.
func tdnetDay(day time.Time, rows ...string) page {
	sum, table := "", ""
	note := "に開示された情報はありません。"
	if len(rows) > 0 {
		note = "に開示された情報"
		sum = fmt.Sprintf(`<td align="center" noWrap class="pagerTd"><div id="pager-box-top"><div class="kaijiSum">1～%d件&nbsp;/&nbsp;全%d件</div></div></td>`, len(rows), len(rows))
		table = `<table border="0" cellSpacing="0" cellPadding="3" align="left" id="main-list-table">` + strings.Join(rows, "\n") + "</table>"
	}
	return page{header: map[string]string{"Content-Type": "text/html"}, body: `<html><head><title>適時開示情報閲覧サービス - 開示情報一覧</title></head><body>
<table border="0" id="kaiji-info-box-top"><tr><td align="left" noWrap id="kaiji-kensu-1"><div id="kaiji-date-1">` + day.In(tokyo).Format("2006年01月02日") + `</div>
<div id="kaiji-text-1">` + note + `</div></td>` + sum + `</tr></table><div id="main-list">` + table + `</div></body></html>`}
}

func tdnetRow(title string, deleted bool) string {
	class, cell := "", `<a href="140120261126500001.pdf" target="_blank">`+title+`</a>`
	if deleted {
		class, cell = ` class="hyodaiDel"`, title
	}
	return `<tr` + class + `><td class="oddnew-L kjTime" noWrap>15:30</td><td class="oddnew-M kjCode" noWrap>99990</td><td class="oddnew-M kjName" noWrap>見本商事          </td>
<td class="oddnew-M kjTitle" align="left">` + cell + `</td><td class="oddnew-M kjXbrl" noWrap align="center"> </td><td class="oddnew-M kjPlace" noWrap align="left">東   </td><td class="oddnew-R kjHistroy" align="left">　　　　　</td></tr>`
}

func (w *world) tdnet(day time.Time, rows ...string) {
	w.site.put("/inbs/I_list_001_"+day.In(tokyo).Format("20060102")+".html", tdnetDay(day, rows...))
}

func tse(at time.Time) func(*world) {
	return func(w *world) {
		s := &w.cfg.Sources[0]
		s.Kind, s.Lister, s.URL = watcher.KindTDnet, &watcher.TDnet{}, w.site.URL+"/inbs/"
		w.clock.add(at.Sub(w.clock.now()))
	}
}

func TestADeletedRowWithdrawsItsNotice(t *testing.T) {
	at := time.Date(2026, 11, 26, 16, 0, 0, 0, tokyo)
	for _, lost := range []bool{false, true} {
		t.Run(fmt.Sprintf("state lost: %v", lost), func(t *testing.T) {
			w := newWorld(t, tse(at))
			w.tdnet(at, tdnetRow(leak, false))
			w.poll()
			if lost {
				w.loseState()
			}
			w.tdnet(at, tdnetRow(leak, true))
			w.clock.add(time.Minute)
			w.poll()
			w.poll()
			w.want(leak, "-"+leak+"#2")
		})
	}
}

func TestNoDisclosuresOnADayWithoutTradingAreNoTrouble(t *testing.T) {
	// From Friday before year-end to the first evening of trading in January.
	start := time.Date(2026, 12, 30, 18, 0, 0, 0, tokyo)
	w := newWorld(t, tse(start))
	w.tdnet(start, tdnetRow("業績予想の修正に関するお知らせ", false))
	w.poll()
	for w.clock.now().Before(time.Date(2027, 1, 4, 15, 0, 0, 0, tokyo)) {
		w.clock.add(3 * time.Hour)
		w.tdnet(w.clock.now())
		w.poll()
	}
	w.wantTold("")
	w.clock.add(2 * time.Hour) // 4 January is a trading day, and it is evening
	w.poll()
	w.poll()
	w.wantTold("zero_rows")
	w.tdnet(w.clock.now(), tdnetRow(leak, false))
	w.clock.add(time.Minute)
	w.poll()
	w.wantTold("zero_rows +zero_rows")
}

func TestTheTSEIsOpenOnItsTradingDaysOnly(t *testing.T) {
	for day, open := range map[string]bool{
		"2026-11-26": true,  // a Thursday
		"2026-11-28": false, // a Saturday
		"2026-11-29": false, // a Sunday
		"2026-11-23": false, // 勤労感謝の日
		"2026-09-22": false, // 国民の休日 between two holidays
		"2026-05-06": false, // 振替休日 of 3 May
		"2026-03-20": false, // 春分の日
		"2026-12-30": true,  // 大納会
		"2026-12-31": false,
		"2027-01-01": false,
		"2027-01-02": false,
		"2027-01-03": false,
		"2027-01-04": true, // 大発会
		"2027-02-23": false,
		"2027-03-22": false, // 振替休日 of 春分の日
		"2024-02-12": false, // 振替休日 of 建国記念の日
		"2026-12-23": true,  // the birthday of the emperor before
	} {
		at, err := time.ParseInLocation(time.DateOnly, day, tokyo)
		if err != nil {
			t.Fatal(err)
		}
		for _, hour := range []time.Duration{0, 23 * time.Hour} {
			if got := watcher.TradingDay(at.Add(hour).UTC()); got != open {
				t.Errorf("%s: open %v, want %v", day, got, open)
			}
		}
	}
}

func TestASourceThatFailsIsAskedEverMoreRarely(t *testing.T) {
	w := newWorld(t, func(w *world) { w.cfg.Sources[0].Schedule = cron.Every(time.Minute) })
	w.site.put("/feed", page{status: http.StatusBadGateway})
	asked := w.tickFor(t, 6*time.Hour, time.Minute)
	if asked > 20 || asked < 8 {
		t.Errorf("asked %d times in six hours", asked)
	}
	w.site.feed(row{title: "甲", link: "/a", at: w.clock.now()})
	w.tickFor(t, time.Hour, time.Minute)
	w.want("甲")
	if got := w.tickFor(t, time.Hour, time.Minute); got < 59 {
		t.Errorf("asked %d times in the hour after it healed", got)
	}
}

// tickFor runs the ticks of a stretch of time and returns how often the site
// was asked.
func (w *world) tickFor(t *testing.T, stretch, step time.Duration) int {
	before := w.site.asked("/feed")
	for end := w.clock.now().Add(stretch); w.clock.now().Before(end); w.clock.add(step) {
		watcher.Tick(t.Context(), w.Watcher, "source")
	}
	return w.site.asked("/feed") - before
}
