package bench

import (
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync/atomic"
	"time"
)

// Site serves feeds of made-up notices: /feed/N is RSS 2.0 with Japanese items,
// about 22 KB at 30 items, with ETag and Last-Modified. POST /advance puts one
// new item on top of every hundredth feed.
type Site struct {
	items   int
	began   time.Time
	version atomic.Int64
}

// changedEvery: one in so many feeds changes at each advance.
const changedEvery = 100

// NewSite makes a site whose feeds have so many items each.
func NewSite(items int) *Site {
	return &Site{items: items, began: time.Now().Add(-time.Hour).UTC().Truncate(time.Second)}
}

// added is how many new items a feed has at a version.
func added(feed int, version int64) int {
	n := int(version) / changedEvery
	if int64(feed%changedEvery) < version%changedEvery {
		n++
	}
	return n
}

// ServeHTTP implements [http.Handler].
func (s *Site) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch {
	case r.Method == http.MethodPost && r.URL.Path == "/advance":
		s.version.Add(1)
		w.WriteHeader(http.StatusNoContent)
	case r.URL.Path == "/robots.txt":
		http.NotFound(w, r)
	default:
		number, ok := strings.CutPrefix(r.URL.Path, "/feed/")
		feed, err := strconv.Atoi(number)
		if !ok || err != nil {
			http.NotFound(w, r)
			return
		}
		s.feed(w, r, feed)
	}
}

func (s *Site) feed(w http.ResponseWriter, r *http.Request, feed int) {
	extra := added(feed, s.version.Load())
	tag := fmt.Sprintf(`"%d-%d"`, feed, extra)
	w.Header().Set("ETag", tag)
	w.Header().Set("Last-Modified", s.began.Add(time.Duration(extra)*time.Second).Format(http.TimeFormat))
	if r.Header.Get("If-None-Match") == tag {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	w.Header().Set("Content-Type", "application/rss+xml; charset=utf-8")
	_, _ = io.WriteString(w, s.body(feed, s.items+extra)) // a client that went away is no trouble here
}

// body is the feed's newest items of so many in all.
func (s *Site) body(feed, all int) string {
	var b strings.Builder
	b.Grow(24 << 10)
	fmt.Fprintf(&b, `<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>見本新聞 %d</title><link>http://site.example/%d</link><description>企業のお知らせ</description><language>ja</language>
`, feed, feed)
	for i := all; i > all-s.items; i-- {
		fmt.Fprintf(&b, `<item><title>%s</title><link>http://site.example/%d/news/%d.html</link><guid isPermaLink="false">urn:feed:%d:%d</guid><pubDate>%s</pubDate><dc:creator>広報部</dc:creator><category>お知らせ</category><description>%s</description></item>
`, title(i), feed, i, feed, i, s.began.Add(time.Duration(i)*time.Second).Format(time.RFC1123Z), summary(i))
	}
	b.WriteString("</channel></rss>\n")
	return b.String()
}

func title(i int) string {
	return fmt.Sprintf([]string{
		"新型業務用掃除機%d号の発売について", "第%d期定時株主総会の開催に関するお知らせ", "%d店舗目となる西日本営業所の開設について",
		"業績予想の修正（第%d回）に関するお知らせ", "年末年始の営業時間のご案内（%d）",
	}[i%5], i)
}

func summary(i int) string {
	return fmt.Sprintf("平素より格別のご高配を賜り厚く御礼申し上げます。このたび当社は、%d件目となる下記の件につきましてお知らせいたします。詳細につきましては添付の資料をご覧ください。今後とも変わらぬご愛顧を賜りますようお願い申し上げます。", i)
}
