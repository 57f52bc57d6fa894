package classifier

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/text/unicode/norm"

	"oshirase/breach"
)

// long is a notice in the register of a long one, of about n bytes: no sentence
// stands twice.
func long(n int) string {
	var b strings.Builder
	for i := 0; b.Len() < n; i++ {
		fmt.Fprintf(&b, "%d．対応の経緯について（その%d）\n", i+1, i)
		fmt.Fprintf(&b, "２０２６年１１月%d日、弊社が運用するサーバーの%d号機において通常とは異なる通信が検知されたため、外部の専門会社の支援を受けながら影響範囲の確認を進めてまいりました。\n", i%30+1, i)
		fmt.Fprintf(&b, "その結果、第三者が%d台の機器を経由して社内ネットワークへ侵入し、お客様の氏名、ご住所、電話番号およびメールアドレスを含むファイル（最大%d,%03d件）が外部に漏洩した可能性を否定できないことが判明いたしました。", i+2, i%90+1, i%1000)
		fmt.Fprintf(&b, "なお、クレジットカード情報につきましては第%dシステムでは保有しておらず、本件による影響はございません。\n", i)
		fmt.Fprintf(&b, "お客様ならびに関係者の皆様には、多大なるご迷惑とご心配をおかけしておりますこと、改めて深くお詫び申し上げます（受付番号%d）。\n\n", i)
	}
	return b.String()
}

// processorTime is what the process has used so far; nil where the system does not
// tell.
var processorTime func() time.Duration

// repeat runs f as b asks, and reports what it allocates and, beside the time on
// the clock, that of the processor: on a busy machine the clock also counts waiting.
func repeat(b *testing.B, f func()) {
	b.ReportAllocs()
	n, began := 0, time.Duration(0)
	for b.Loop() {
		if n == 0 && processorTime != nil {
			began = processorTime()
		}
		f()
		n++
	}
	if processorTime != nil {
		b.ReportMetric(float64(processorTime()-began)/float64(n), "cpu-ns/op")
	}
}

func BenchmarkClassify(b *testing.B) {
	c := shipped(b)
	text := long(256 << 10)
	n := notice("当社サーバーへの不正アクセスに関するお知らせ（第２報）", text)
	b.Run("text", func(b *testing.B) {
		b.SetBytes(int64(len(text)))
		repeat(b, func() { c.Classify(n) })
	})
	short := notice(n.Title, long(4<<10))
	b.Run("a notice of 4 KB", func(b *testing.B) {
		b.SetBytes(int64(len(short.Text)))
		repeat(b, func() { c.Classify(short) })
	})
	plain := notice("株主優待のご案内", strings.Repeat("この度、当社の新しい店舗が開店いたしますのでご案内申し上げます。皆様のご来店を心よりお待ちしております。\n", 1<<11))
	b.Run("a text of another matter", func(b *testing.B) {
		b.SetBytes(int64(len(plain.Text)))
		repeat(b, func() { c.Classify(plain) })
	})
	for _, t := range []string{"2027年３月期第２四半期決算短信〔日本基準〕（連結）", "当社サーバーへの不正アクセスに関するお知らせ（第１報）"} {
		title := notice(t, "")
		b.Run("title "+t, func(b *testing.B) {
			repeat(b, func() { c.Classify(title) })
		})
	}
	b.Run("floor: NFKC", func(b *testing.B) {
		b.SetBytes(int64(len(text)))
		var out []byte
		repeat(b, func() { out = norm.NFKC.AppendString(out[:0], text) })
	})
	b.Run("floor: the patterns alone", func(b *testing.B) {
		var p page
		p.fold(text)
		b.SetBytes(int64(len(text)))
		var out []place
		repeat(b, func() { out = c.m.auto.places(p.folded.text, out[:0]) })
	})
}

// BenchmarkClassifyMany classifies the labelled notices one after the other. They
// are short and all different, so that what the caches hold is of little use.
func BenchmarkClassifyMany(b *testing.B) {
	c := shipped(b)
	file, err := os.Open("eval/testdata/learn.jsonl")
	if err != nil {
		b.Fatal(err)
	}
	defer file.Close()
	var notices []*breach.Notice
	size := 0
	if err := ParseRecords(file, func(n *breach.Notice) error {
		if n.Text != "" {
			notices = append(notices, n)
			size += len(n.Title) + len(n.Text)
		}
		return nil
	}); err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(size / len(notices)))
	i := 0
	repeat(b, func() {
		c.Classify(notices[i%len(notices)])
		i++
	})
}

// hostile are inputs that make backtracking, rescanning or unbounded lists show,
// piled up; # is numbered, for what is said twice is read once.
var hostile = map[string]string{
	"digits":      "9",
	"commas":      "1,",
	"brackets":    "(",
	"both":        "()",
	"quotes":      "「",
	"第":           "第",
	"第1":          "第1報",
	"万":           "万",
	"1万":          "1万",
	"kanji":       "一",
	"千":           "千",
	"people":      "1人",
	"records":     "個人情報1件、",
	"dates":       "1月1日",
	"years":       "2026年",
	"clock":       "1月1日1時",
	"leaks":       "漏えい",
	"leaks, said": "個人情報が漏えいした可能性があります。",
	"names":       "氏名、",
	"excluded":    "氏名は含まれておりません",
	"blanks":      "　",
	"lines":       "\n",
	"short lines": "氏名\n",
	"marks":       "\u3099",
	"a and marks": "か\u0301",
	"width":       "１",
	"invalid":     "\xff",
	"cut":         "\xe3\x81",
	"latin":       "a",
	"cve":         "cve-",
	"cves":        "cve-2026-1234 ",
	"spaced":      "氏 名 ",
	"long sound":  "ー",
	"katakana":    "サーバー",
	"companies":   "株式会社",
	"desks":       "お問い合わせ",
	"updates":     "【1月1日更新】",
	"numbers":     "number of people is 1 ",
	"attacks":     "不正アクセスを受け、",
	"fresh":       "氏名#と番号が漏えいした可能性があります。",
	"English":     "Names #x were leaked with the number.\n",
	"one clause":  "names of #x customers and number ",
	"one list":    "name,",
}

// piled repeats unit up to size bytes.
func piled(unit string, size int) string {
	if !strings.Contains(unit, "#") {
		return strings.Repeat(unit, size/len(unit))
	}
	var b strings.Builder
	for i := 0; b.Len() < size; i++ {
		b.WriteString(strings.ReplaceAll(unit, "#", strconv.Itoa(i)))
	}
	return b.String()
}

// TestTimeIsLinear compares each hostile text with one four times as long: a
// quadratic step would take sixteen times as long.
func TestTimeIsLinear(t *testing.T) {
	c := shipped(t)
	const small, factor = 64 << 10, 4
	cost := func(unit string, size int) time.Duration {
		n := notice("不正アクセスに関するお知らせ", "当社のサーバーが第三者による不正アクセスを受けました。"+piled(unit, size))
		best := time.Hour
		for range 3 {
			began := time.Now()
			c.Classify(n)
			best = min(best, time.Since(began))
		}
		return best
	}
	for name, unit := range hostile {
		var a, b time.Duration
		for range 6 { // a busy machine may disturb one measurement, not all
			a = max(cost(unit, small), 2*time.Millisecond)
			if b = cost(unit, factor*small); b <= 3*factor*a {
				break
			}
		}
		if b > 3*factor*a {
			t.Errorf("%s: %d KB take %v, %d times as much %v", name, small>>10, a, factor, b)
		}
	}
}

func BenchmarkHostile(b *testing.B) {
	c := shipped(b)
	for name, unit := range hostile {
		n := notice("不正アクセスに関するお知らせ", "当社のサーバーが第三者による不正アクセスを受けました。"+piled(unit, 1<<20))
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(n.Text)))
			repeat(b, func() { c.Classify(n) })
		})
	}
}
