package app_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/nats-io/nats.go"

	"oshirase/breach"
)

// TestOneDocumentInThreeSourcesIsToldOnce watches a disclosure through the
// TSE's mirror, its keyword search and the service behind the company's own
// page: three notices, one alert.
func TestOneDocumentInThreeSourcesIsToldOnce(t *testing.T) {
	const id, title = "140120261120503010", "不正アクセスによる個人情報漏えいの可能性に関するお知らせ"
	now := time.Now().In(time.FixedZone("JST", 9*3600))
	const second = "ランサムウェア被害の発生に関するお知らせ"
	var open, more atomic.Bool
	site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch path := r.URL.Path; {
		case strings.HasPrefix(path, "/webapi/tdnet/list/"):
			rows := ""
			if more.Load() {
				rows = fmt.Sprintf(`{"Tdnet":{"id":"2","pubdate":"%s","company_code":"90010","company_name":"見本電鉄","title":"%s","document_url":"https://webapi.yanoshin.jp/rd.php?https://www.release.tdnet.info/inbs/140120261120503011.pdf"}},`, now.Format(time.DateTime), second)
			}
			fmt.Fprintf(w, `{"items":[%s{"Tdnet":{"id":"1","pubdate":"%s","company_code":"130A0","company_name":"Ｇ－見本ソフト","title":"%s","document_url":"https://webapi.yanoshin.jp/rd.php?https://www.release.tdnet.info/inbs/%s.pdf"}}]}`,
				rows, now.Format(time.DateTime), title, id)
		case !open.Load() || path == "/robots.txt":
			http.NotFound(w, r)
		case path == "/onsf/TDJFSearch/TDJFSearch":
			fmt.Fprintf(w, `<!DOCTYPE html><html><body><span id="result">1 件</span><table id="maintable"><tr><td class="time">%s</td><td class="code">130A0</td><td class="companyname">Ｇ－見本ソフト　</td><td class="title"><a href="/inbs/%s.pdf">%s</a></td></tr></table></body></html>`,
				now.Format("2006/01/02 15:04"), id, title)
		case path == "/ir/":
			fmt.Fprint(w, `<!DOCTYPE html><html><body><div id="xj"></div><script src="//www.xj-storage.jp/resources/AS90001/lib.js"></script></body></html>`)
		case path == "/public-list/GetList.aspx":
			fmt.Fprintf(w, `cb({"items":[{"title":"%s","publishDate":"%s","files":[{"type":"PDF-GENERAL","url":"https://contents.xj-storage.jp/xcontents/AS90001/ff00aa11/8daa/4285/a982/9e8d9ffd39bb/%s.pdf"}]}]})`,
				title, now.Format("2006/01/02 15:04:05"), id)
		default:
			http.NotFound(w, r)
		}
	}))
	t.Cleanup(site.Close)
	data := t.TempDir()
	daemon := launch(t, fmt.Sprintf(`
data_dir: %q
nats: {listen: "127.0.0.1:0"}
http: {allow_private_addresses: ["127.0.0.0/8"], per_host: {interval: 1ms, concurrency: 4}}
catalogue: []
sources:
  - {id: mirror, kind: yanoshin, url: "%[2]s/webapi/tdnet/list/", schedule: "* * * * * *", documents: none}
  - {id: search, kind: tdnet-search, url: "%[2]s/onsf/TDJFSearch/TDJFSearch", schedule: "* * * * * *", documents: none, first_run: all, keywords: [漏えい]}
  - {id: company, kind: ir, url: "%[2]s/ir/", schedule: "* * * * * *", documents: none, first_run: all, publisher: {name: 見本ソフト, code: 130A}, origins: {xj_storage: %[2]q}}
receivers: [{id: out, kind: console}]
routes: [{match: {kind: [new, update, escalation]}, to: [out]}]
web: {listen: "127.0.0.1:0", token_file: ""}
`, data, site.URL))
	client, err := nats.Connect(natsURL(t, data))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(client.Close)
	var mu sync.Mutex
	judged, told := map[string]string{}, []string{}
	if _, err := client.Subscribe("findings.>", func(m *nats.Msg) {
		var f breach.Finding
		mu.Lock()
		defer mu.Unlock()
		if err := json.Unmarshal(m.Data, &f); err != nil {
			t.Error(err)
		}
		judged[f.Notice.Source] = f.Notice.DocumentID
	}); err != nil {
		t.Fatal(err)
	}
	owned(t, func(ctx context.Context) error {
		return daemon.FollowDeliveries(ctx, func(d breach.Delivery) error {
			mu.Lock()
			defer mu.Unlock()
			told = append(told, string(d.Outcome)+" "+d.Title)
			return nil
		})
	})
	waitFor(t, 120*time.Second, "the alert", func() bool {
		mu.Lock()
		defer mu.Unlock()
		return len(told) > 0
	})
	open.Store(true)
	waitFor(t, 120*time.Second, "findings of the other two sources", func() bool {
		mu.Lock()
		defer mu.Unlock()
		return judged["search"] != "" && judged["company"] != ""
	})
	// The tracker takes findings in their order: when it has told of a later
	// disclosure, it is through with both.
	more.Store(true)
	waitFor(t, 120*time.Second, "the alert of another disclosure", func() bool {
		mu.Lock()
		defer mu.Unlock()
		return slices.Contains(told, "sent "+second)
	})
	mu.Lock()
	defer mu.Unlock()
	if judged["search"] != "tdnet:"+id || judged["company"] != "tdnet:"+id {
		t.Errorf("the document has the names %v", judged)
	}
	if want := []string{"sent " + title, "sent " + second}; !slices.Equal(told, want) {
		t.Errorf("told %q, want %q", told, want)
	}
}
