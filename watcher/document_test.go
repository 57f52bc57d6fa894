package watcher_test

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"oshirase/breach"
)

const leak = "不正アクセスによる個人情報漏えいのお知らせ"

func TestADocumentThatComesInTimeIsToldWithItsNotice(t *testing.T) {
	w := newWorld(t, documents)
	w.site.document("/a", "当社のサーバーが不正アクセスを受けました。")
	w.site.feed(row{title: leak, link: "/a", at: w.clock.now()})
	w.poll()
	w.want(leak)
	n := w.latest()
	if n.DocumentState != breach.DocumentFetched || !strings.Contains(n.Text, "不正アクセスを受けました") {
		t.Fatalf("%s %q", n.DocumentState, n.Text)
	}
	body, meta, err := w.bus.GetEvidence(t.Context(), n.Documents[0].SHA256)
	if err != nil || !strings.Contains(string(body), "<main>") {
		t.Fatal(string(body), err)
	}
	for _, key := range []string{"url", "final-url", "fetched-at", "content-type", "status", "header-date"} {
		if meta[key] == "" {
			t.Errorf("the evidence does not tell its %s: %v", key, meta)
		}
	}
}

func TestALateDocumentIsTheNextRevisionAndHoldsBackNoTitle(t *testing.T) {
	w := newWorld(t, documents, func(w *world) { w.cfg.DocumentWait = 20 * time.Millisecond })
	gate := make(chan struct{})
	at := w.clock.now()
	w.site.put("/a", page{gate: gate, body: "<html><body><main><p>遅れて届いた本文です。</p></main></body></html>"})
	w.site.document("/b", "すぐ届く本文です。")
	w.site.feed(row{title: "乙", link: "/b", at: at}, row{title: "甲", link: "/a", at: at.Add(-time.Minute)})
	polled := make(chan error, 1)
	go func() { polled <- w.PollOnce(context.WithoutCancel(t.Context()), "source") }()
	eventually(t, "both titles are stored while a document is waited for", func() bool { return len(w.stored()) == 2 })
	close(gate)
	if err := <-polled; err != nil {
		t.Fatal(err)
	}
	w.want("甲", "乙", "甲#2")
	if n := w.latest(); n.DocumentState != breach.DocumentFetched || !strings.Contains(n.Text, "遅れて届いた") {
		t.Errorf("%s %q", n.DocumentState, n.Text)
	}
}

func TestADocumentThatCannotBeHadIsTriedAgainAndThenGivenUp(t *testing.T) {
	w := newWorld(t, documents)
	w.site.put("/a", page{status: http.StatusServiceUnavailable})
	w.site.feed(row{title: "甲", link: "/a", at: w.clock.now()})
	w.poll()
	if n := w.latest(); n.DocumentState != breach.DocumentPending || !strings.Contains(n.Documents[0].Problem, "503") {
		t.Fatalf("%+v", n)
	}
	w.poll()
	if got := w.site.asked("/a"); got != 1 {
		t.Errorf("asked %d times without a pause", got)
	}
	for range 12 {
		w.clock.add(25 * time.Hour)
		w.poll()
	}
	w.want("甲", "甲#2")
	if n := w.latest(); n.DocumentState != breach.DocumentFailed {
		t.Errorf("state %s", n.DocumentState)
	}
	if got := w.site.asked("/a"); got != 7 {
		t.Errorf("asked %d times, want 7", got)
	}
}

func TestADocumentThatHealsIsTheNextRevision(t *testing.T) {
	w := newWorld(t, documents)
	w.site.put("/a", page{status: http.StatusBadGateway})
	w.site.feed(row{title: "甲", link: "/a", at: w.clock.now()})
	w.poll()
	w.site.document("/a", "本文です。")
	w.clock.add(2 * time.Minute)
	w.start() // the plan outlives a restart
	w.poll()
	w.want("甲", "甲#2")
	if n := w.latest(); n.DocumentState != breach.DocumentFetched {
		t.Errorf("state %s", n.DocumentState)
	}
}

func TestAPageThatIsNotThereIsNoReasonToWait(t *testing.T) {
	w := newWorld(t, documents)
	w.site.feed(row{title: "甲", link: "/a", at: w.clock.now()})
	w.poll()
	if n := w.latest(); n.DocumentState != breach.DocumentFailed {
		t.Errorf("state %s", n.DocumentState)
	}
}

func TestARetitledRowIsReadAgain(t *testing.T) {
	w := newWorld(t, documents)
	at := w.clock.now()
	w.site.document("/a", "第1報の本文です。")
	w.site.feed(row{title: "第1報", link: "/a", at: at})
	w.poll()
	w.site.document("/a", "第2報の本文です。")
	w.site.feed(row{title: "第2報", link: "/a", at: at})
	w.poll()
	w.want("第1報", "第2報#2")
	if n := w.latest(); n.PreviousTitle != "第1報" || !strings.Contains(n.Text, "第2報の本文") {
		t.Errorf("previous %q, text %q", n.PreviousTitle, n.Text)
	}
	// What was read stands when it cannot be read now.
	w.site.put("/a", page{status: http.StatusServiceUnavailable})
	w.site.feed(row{title: "第3報", link: "/a", at: at})
	w.poll()
	if n := w.latest(); n.Revision != 3 || n.DocumentState != breach.DocumentFetched || !strings.Contains(n.Text, "第2報の本文") {
		t.Errorf("revision %d, %s, text %q", n.Revision, n.DocumentState, n.Text)
	}
}

func TestAStoppingDaemonStoresTheTitleAndTheNextOneTheDocument(t *testing.T) {
	w := newWorld(t, documents, func(w *world) { w.cfg.StopGrace = 5 * time.Second })
	gate := make(chan struct{})
	w.site.put("/a", page{gate: gate, body: "<html><body><main><p>本文です。</p></main></body></html>"})
	w.site.feed(row{title: "甲", link: "/a", at: w.clock.now()})
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- w.Run(ctx) }()
	eventually(t, "the document is asked for", func() bool { return w.site.asked("/a") > 0 })
	stop()
	select {
	case err := <-ended:
		if err != nil {
			t.Fatal(err)
		}
	case <-time.After(4 * time.Second):
		t.Fatal("a document that does not come holds up the end")
	}
	w.want("甲")
	close(gate)
	w.start()
	w.clock.add(time.Second)
	w.poll()
	w.want("甲", "甲#2")
}

func eventually(t testing.TB, what string, ok func() bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for !ok() {
		select {
		case <-tick.C:
		case <-ctx.Done():
			t.Fatalf("never: %s", what)
		}
	}
}

func TestAnnouncedNoticesAreLookedAtAgainEverMoreRarely(t *testing.T) {
	w := newWorld(t, documents)
	w.site.document("/a", "1,000名の情報が漏えいしました。")
	w.site.document("/b", "新製品の案内です。")
	w.site.feed(row{title: "新製品", link: "/b", at: w.clock.now()}, row{title: leak, link: "/a", at: w.clock.now()})
	w.poll()
	for range 100 * 12 {
		w.clock.add(2 * time.Hour)
		w.poll()
	}
	if got := w.site.asked("/a"); got != 1+7 {
		t.Errorf("an announced page was asked for %d times, want 8", got)
	}
	if got := w.site.asked("/b"); got != 1 {
		t.Errorf("a page that nobody was told of was asked for %d times", got)
	}
	w.want(leak, "新製品")
}

func TestARevisitTellsWhatChanged(t *testing.T) {
	const base = "1,000名の情報が漏えいしました。"
	for name, c := range map[string]struct {
		then func(*site)
		want []string
		text string
	}{
		"nothing":                    {func(*site) {}, []string{leak}, base},
		"a session token":            {func(s *site) { s.put("/a", page{body: pageWith(base, `<input name="csrf" value="x7f9">`)}) }, []string{leak}, base},
		"a cache's note":             {func(s *site) { s.put("/a", page{body: pageWith(base, "<!-- cached 10:00:01 -->")}) }, []string{leak}, base},
		"a visitor counter":          {func(s *site) { s.put("/a", page{body: pageWith(base, "<p>アクセス数: 12,346</p>")}) }, []string{leak}, base},
		"a number":                   {func(s *site) { s.document("/a", "58,000名の情報が漏えいしました。") }, []string{leak, leak + "#2"}, "58,000名"},
		"a fault of the host":        {func(s *site) { s.put("/a", page{status: http.StatusInternalServerError}) }, []string{leak}, base},
		"the page is gone":           {func(s *site) { s.remove("/a") }, []string{leak, "-" + leak + "#2"}, base},
		"the page is gone, by a 410": {func(s *site) { s.put("/a", page{status: http.StatusGone}) }, []string{leak, "-" + leak + "#2"}, base},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, documents)
			w.site.document("/a", base)
			w.site.feed(row{title: leak, link: "/a", at: w.clock.now()})
			w.poll()
			c.then(w.site)
			for range 12 { // two hours
				w.clock.add(10 * time.Minute)
				w.poll()
			}
			w.want(c.want...)
			if n := w.latest(); !strings.Contains(n.Text, c.text) {
				t.Errorf("text %q, want %q in it", n.Text, c.text)
			}
		})
	}
}

func pageWith(text, more string) string {
	return "<html><body><main><h1>お知らせ</h1><p>" + text + "</p>" + more + "</main></body></html>"
}

func TestAPageThatIsGoneOnceAndComesBackIsNoNews(t *testing.T) {
	w := newWorld(t, documents)
	w.site.document("/a", "本文です。")
	w.site.feed(row{title: leak, link: "/a", at: w.clock.now()})
	w.poll()
	w.site.remove("/a")
	w.clock.add(61 * time.Minute)
	w.poll()
	w.site.document("/a", "本文です。")
	w.clock.add(11 * time.Minute)
	w.poll()
	w.want(leak)
}

func TestAWithdrawnPageThatComesBackIsNews(t *testing.T) {
	w := newWorld(t, documents)
	at := w.clock.now()
	w.site.document("/a", "本文です。")
	w.site.feed(row{title: leak, link: "/a", at: at})
	w.poll()
	w.site.remove("/a")
	for range 8 {
		w.clock.add(10 * time.Minute)
		w.poll()
	}
	w.want(leak, "-"+leak+"#2")
	// The listing shows the row all the time: that alone is no return.
	w.site.document("/b", "別の本文です。")
	w.site.feed(row{title: "乙", link: "/b", at: at.Add(time.Minute)}, row{title: leak, link: "/a", at: at})
	w.poll()
	w.want(leak, "-"+leak+"#2", "乙")
	w.site.document("/a", "本文です。")
	w.clock.add(6 * time.Hour)
	w.poll()
	w.want(leak, "-"+leak+"#2", "乙", leak+"#3")
}

func TestRevisitsOutliveALostState(t *testing.T) {
	w := newWorld(t, documents)
	w.site.document("/a", "1,000名の情報が漏えいしました。")
	w.site.feed(row{title: leak, link: "/a", at: w.clock.now()})
	w.poll()
	w.loseState()
	w.poll()
	w.site.document("/a", "2,000名の情報が漏えいしました。")
	w.clock.add(61 * time.Minute)
	w.poll()
	w.want(leak, leak+"#2")
}

func TestRevisitsOfOnePollAreBounded(t *testing.T) {
	w := newWorld(t, documents)
	var rows []row
	for i := range 30 {
		path := "/" + string(rune('a'+i))
		w.site.document(path, "本文です。")
		rows = append(rows, row{title: leak + path, link: path, at: w.clock.now().Add(time.Duration(i) * time.Second)})
	}
	w.site.feed(rows...)
	w.poll()
	asked := func() (n int) {
		for i := range 30 {
			n += w.site.asked("/" + string(rune('a'+i)))
		}
		return n - 30
	}
	w.clock.add(61 * time.Minute)
	for i := range 3 {
		w.poll()
		if got := asked(); got != (i+1)*10 {
			t.Errorf("after %d polls %d pages were looked at again, want %d", i+1, got, (i+1)*10)
		}
	}
	w.poll()
	if got := asked(); got != 30 {
		t.Errorf("%d pages were looked at again, want 30", got)
	}
}

func TestASourceWithoutDocumentsIsNotLookedAtAgain(t *testing.T) {
	w := newWorld(t)
	w.site.document("/a", "本文です。")
	w.site.feed(row{title: leak, link: "/a", at: w.clock.now()})
	for range 10 {
		w.poll()
		w.clock.add(time.Hour)
	}
	if got := w.site.asked("/a"); got != 0 {
		t.Errorf("asked %d times for what documents: none rules out", got)
	}
}

func TestAnArticleInTheFeedIsOnlyLookedAtForBeingThere(t *testing.T) {
	w := newWorld(t, documents)
	w.site.document("/a", "ページの本文です。")
	w.site.feed(row{title: leak, link: "/a", at: w.clock.now(), summary: strings.Repeat("配信された記事の本文です。", 80)})
	w.poll()
	if got := w.site.asked("/a"); got != 0 {
		t.Errorf("asked %d times for a page whose text is in the feed", got)
	}
	w.clock.add(61 * time.Minute)
	w.poll()
	w.want(leak)
	w.site.remove("/a")
	w.clock.add(6 * time.Hour)
	w.poll()
	w.clock.add(time.Hour)
	w.poll()
	w.want(leak, "-"+leak+"#2")
	if n := w.latest(); !strings.Contains(n.Text, "配信された") {
		t.Errorf("the text is gone with the page: %q", n.Text)
	}
}
