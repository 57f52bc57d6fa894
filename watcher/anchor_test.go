package watcher_test

import (
	"strings"
	"testing"

	"oshirase/watcher"
)

// onePage is a page that holds its notices, with a list of links to them.
func onePage(count string) page {
	return page{header: map[string]string{"Content-Type": "text/html; charset=utf-8"}, body: `<!DOCTYPE html><html><body><main>
<ul class="index"><li>2026.11.26 <a href="#n303">不正アクセスに関するお知らせ</a></li><li>2026.11.26 <a href="#n302">誤送信に関するお詫び</a></li></ul>
<section id="n303"><h2>不正アクセスに関するお知らせ</h2><p>当社サーバへの第三者による不正アクセスを確認しました。対象は` + count + `件です。</p></section>
<section id="n302"><h2>誤送信に関するお詫び</h2><p>メールの宛先を誤り、お客様32名のアドレスが互いに見える状態で送信しました。</p></section></main></body></html>`}
}

func TestNoticesOfOnePageAreReadAndRevisedApart(t *testing.T) {
	w := newWorld(t, documents, func(w *world) {
		s := &w.cfg.Sources[0]
		s.Kind, s.Lister, s.URL, s.FirstRun = watcher.KindPage, &watcher.Page{}, w.site.URL+"/info.html", watcher.All
	})
	w.site.put("/info.html", onePage("1,250"))
	w.poll()
	w.want("誤送信に関するお詫び", "不正アクセスに関するお知らせ")
	if n := w.latest(); !strings.Contains(n.Text, "1,250件") || strings.Contains(n.Text, "32名") {
		t.Errorf("the text is %q", n.Text)
	}
	w.site.put("/info.html", onePage("58,000"))
	w.poll()
	w.want("誤送信に関するお詫び", "不正アクセスに関するお知らせ", "不正アクセスに関するお知らせ#2")
	if n := w.latest(); !strings.Contains(n.Text, "58,000件") || strings.Contains(n.Text, "32名") {
		t.Errorf("the text is %q", n.Text)
	}
}
