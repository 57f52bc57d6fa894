package extract

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
)

// newsFeed is an RSS 2.0 feed of 30 Japanese rows, some 22 KB.
func newsFeed() []byte {
	var b strings.Builder
	b.WriteString(`<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel><title>みほん製作所</title><link>https://t.example/</link><description/>`)
	for i := range 30 {
		fmt.Fprintf(&b, "<item><title>不正アクセスによる個人情報漏えいに関するお知らせ（第%d報）</title><link>https://t.example/news/%d.html?utm_source=rss</link><description>&lt;p&gt;当社サーバーが第三者による不正アクセスを受け、お客様%d名の情報が漏えいした可能性があります。対象のお客様には個別にご連絡いたします。関係する機関への報告を済ませ、外部の専門家とともに調査を続けております。ご迷惑をおかけしますことをお詫びいたします。&lt;/p&gt;</description><pubDate>Fri, 20 Nov 2026 10:%02d:00 +0900</pubDate><guid isPermaLink=\"false\">https://t.example/?p=%d</guid><category>重要なお知らせ</category></item>\n", i, i, i*100, i, i)
	}
	b.WriteString("</channel></rss>")
	return []byte(b.String())
}

// BenchmarkFeed is the parsing of a feed beside the bare tokens of encoding/xml
// in the same run, which every reader of XML pays.
func BenchmarkFeed(b *testing.B) {
	feed, base := newsFeed(), mustURL(b, feedAddress)
	sjis := encoded(b, "shift_jis", strings.Replace(string(feed), "UTF-8", "Shift_JIS", 1))
	for name, body := range map[string][]byte{"utf-8": feed, "shift_jis": sjis} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(body)))
			b.ReportAllocs()
			for b.Loop() {
				if l, err := Feed(body, "", base, tokyo); err != nil || len(l.Items) != 30 {
					b.Fatal(len(l.Items), err)
				}
			}
		})
	}
	b.Run("floor", func(b *testing.B) {
		b.SetBytes(int64(len(feed)))
		b.ReportAllocs()
		for b.Loop() {
			d := xml.NewDecoder(bytes.NewReader(feed))
			for {
				if _, err := d.Token(); errors.Is(err, io.EOF) {
					break
				} else if err != nil {
					b.Fatal(err)
				}
			}
		}
	})
}
