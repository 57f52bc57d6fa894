package classifier

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/text/width"
	"pgregory.net/rapid"

	"oshirase/breach"
)

// facts that must not depend on how a notice is set, without the quotes and
// their places.
func gist(c *Classifier, title, text string) string {
	f := c.Classify(notice(title, text))
	var out []any
	for _, k := range f.Cases {
		count := int64(-1)
		if k.AffectedCount != nil {
			count = *k.AffectedCount
		}
		no := -1
		if k.ReportNo != nil {
			no = *k.ReportNo
		}
		out = append(out, k.PrimaryVector, k.Vectors, k.LeakStatus, count, k.DataTypes, k.ExcludedDataTypes, no, k.Stage, k.ReportedTo, k.ServiceDisrupted, k.Severity)
	}
	data, err := json.Marshal(out)
	if err != nil {
		return err.Error()
	}
	return string(data)
}

// parts of made-up notices; each is a sentence that stands for itself.
var (
	openings = []string{
		"当社のサーバーが第三者による不正アクセスを受け、お客様の個人情報が漏えいした可能性があることが判明いたしました。",
		"当社のファイルサーバーがランサムウェアに感染し、受注および出荷業務を停止しております。",
		"弊社が運営するオンラインショップのペイメントアプリケーションが改ざんされ、クレジットカード情報が漏えいした可能性があります。",
		"説明会の案内メールを送る際、BCCとすべきところを誤ってTOに入れて送信し、参加者のメールアドレスが互いに見える状態となりました。",
	}
	details = []string{
		"対象となる可能性のあるお客様は最大12,345名です。",
		"漏えいした可能性のある情報は、氏名、住所、電話番号、生年月日です。",
		"なお、パスワードおよび銀行口座の情報は含まれておりません。",
		"個人情報保護委員会へ報告し、所轄の警察署にも相談しております。",
		"現時点で不正利用などの二次被害は確認されておりません。",
		"原因および影響の範囲については、外部の専門機関の協力を得て調査中です。",
		"お客様の氏名が漏えいしたことを確認いたしました。",
	}
	// neutral paragraphs tell of nothing.
	neutral = []string{
		"平素は格別のお引き立てを賜り、厚く御礼申し上げます。",
		"当社は1952年に創業し、菓子の製造と販売を手がけております。",
		"秋の新商品として、栗を使った焼き菓子を十月より店頭でご用意いたしました。",
		"本社の最寄り駅は見本線の架空駅で、駅から歩いて五分ほどです。",
	}
)

func drawNotice(t *rapid.T) string {
	text := rapid.SampledFrom(openings).Draw(t, "opening")
	for _, d := range rapid.SliceOfNDistinct(rapid.SampledFrom(details), 0, 5, rapid.ID[string]).Draw(t, "details") {
		text += d
	}
	return text
}

const aTitle = "不正アクセスに関するお知らせとお詫び（第2報）"

func same(t *rapid.T, c *Classifier, how, a, b string) {
	if x, y := gist(c, aTitle, a), gist(c, aTitle, b); x != y {
		t.Fatalf("%s changes the verdict:\n%s\n%s\nof %q\nand %q", how, x, y, a, b)
	}
}

func TestTheVerdictDoesNotDependOnWidthOrSpelling(t *testing.T) {
	c := shipped(t)
	rapid.Check(t, func(t *rapid.T) {
		text := drawNotice(t)
		same(t, c, "full width", text, width.Widen.String(text))
		same(t, c, "half width", text, width.Narrow.String(text))
		for _, s := range []string{"漏洩", "漏えい", "ろうえい", "漏泄"} {
			same(t, c, s, text, strings.ReplaceAll(text, "漏えい", s))
		}
		same(t, c, "a spelling", text, strings.NewReplacer("サーバー", "サーバ", "お客様", "お客さま", "ランサムウェア", "ランサムウエア").Replace(text))
	})
}

func TestTheVerdictDoesNotDependOnLineBreaksInSentences(t *testing.T) {
	c := shipped(t)
	rapid.Check(t, func(t *rapid.T) {
		text := drawNotice(t)
		columns := rapid.IntRange(30, 48).Draw(t, "columns")
		var b strings.Builder
		for i, r := range []rune(text) {
			if i > 0 && i%columns == 0 {
				b.WriteByte('\n')
			}
			b.WriteRune(r)
		}
		same(t, c, fmt.Sprint("wrapping at ", columns), text, b.String())
	})
}

func TestTheVerdictDoesNotDependOnOtherParagraphs(t *testing.T) {
	c := shipped(t)
	rapid.Check(t, func(t *rapid.T) {
		text := drawNotice(t)
		other := strings.Join(rapid.SliceOfN(rapid.SampledFrom(neutral), 1, 4).Draw(t, "others"), "\n")
		same(t, c, "a paragraph before", text, other+"\n\n"+text)
		same(t, c, "a paragraph after", text, text+"\n\n"+other)
	})
}

// TestFoldingKeepsThePlaces: what is quoted from the folded text is what stands
// in the original, whatever the letters.
func TestFoldingKeepsThePlaces(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.OneOf(rapid.String(), rapid.StringOf(rapid.RuneFrom([]rune("漏洩サーバーーｶﾞﾊﾟ１２３，０㈱①が\u3099\n　 ～é\u0301")))).Draw(t, "text")
		var p page
		p.in = "text"
		p.fold(text)
		if !utf8.Valid(p.folded.text) {
			t.Fatalf("folded to invalid UTF-8: %q", p.folded.text)
		}
		last := 0
		for n := 0; n <= len(p.folded.text); n++ {
			if n < len(p.folded.text) && !utf8.RuneStart(p.folded.text[n]) {
				continue
			}
			o := p.start(n)
			if n == len(p.folded.text) {
				o = p.finish(n)
			}
			if o < last || o > len(text) {
				t.Fatalf("folded offset %d of %q is %d, after %d, of %d bytes", n, text, o, last, len(text))
			}
			last = o
			if q := p.quote(span{0, int32(n)}); text[q.Start:q.End] != q.Text && utf8.ValidString(text) {
				t.Fatalf("quote %q is not %q", q.Text, text[q.Start:q.End])
			}
		}
	})
}

func FuzzFacts(f *testing.F) {
	for _, o := range openings {
		f.Add(aTitle, o+strings.Join(details, ""))
	}
	for _, u := range hostile {
		f.Add("不正アクセス", "当社のサーバーが不正アクセスを受け、個人情報が漏えいしました。"+piled(u, 40*len(u)))
	}
	c := shipped(f)
	f.Fuzz(func(t *testing.T, title, text string) {
		n := notice(title, "当社のサーバーが第三者による不正アクセスを受けました。\n"+text)
		got, again := c.Classify(n), c.Classify(n)
		checkFinding(t, n, &got)
		a, errA := got.Event()
		b, errB := again.Event()
		if errA != nil || errB != nil || string(a.Data) != string(b.Data) {
			t.Fatalf("the same notice gives another finding: %v %v", errA, errB)
		}
		if !utf8.Valid(a.Data) {
			t.Fatal("the finding is not UTF-8")
		}
		for _, k := range got.Cases {
			if k.AffectedCount != nil && *k.AffectedCount <= 0 {
				t.Fatalf("%d people", *k.AffectedCount)
			}
			if k.ReportNo != nil && (*k.ReportNo < 1 || *k.ReportNo > 99) {
				t.Fatalf("report %d", *k.ReportNo)
			}
			for _, d := range k.ExcludedDataTypes {
				for _, in := range k.DataTypes {
					if d == in {
						t.Fatalf("%s is touched and excluded", d)
					}
				}
			}
			if len(k.Counts) > maxCounts || len(k.Dates) > maxDates {
				t.Fatal("unbounded lists")
			}
		}
		var back breach.Finding
		if err := json.Unmarshal(a.Data, &back); err != nil {
			t.Fatal(err)
		}
	})
}

func TestALongMarkEndsAWordInEitherWidth(t *testing.T) {
	for _, s := range []string{"サーバー", "サーバ", "サーバｰ", "ｻｰﾊﾞｰ", "ｻｰバｰ", "サーﾊﾞー"} {
		var f folded
		f.fold(s + "と")
		if string(f.text) != "サーバと" {
			t.Errorf("%s is read as %s", s, f.text)
		}
	}
	var f folded
	if f.fold("サーバーﾙｰム"); string(f.text) != "サーバールーム" {
		t.Errorf("inside a word it stays: %s", f.text)
	}
}

// TestNothingOfANoticeIsLeftForTheNext: a reading is used again, for titles and for
// texts, and its memory with it.
func TestNothingOfANoticeIsLeftForTheNext(t *testing.T) {
	c := shipped(t)
	used := &reading{c: c}
	told := func(r *reading, n *breach.Notice, explain bool) string {
		data, err := json.Marshal(r.finding(n, explain))
		if err != nil {
			t.Fatal(err)
		}
		return string(data)
	}
	for i, s := range stories {
		n, other := notice(s.title, s.text), stories[(i+7)%len(stories)]
		want := told(&reading{c: c}, n, false)
		told(used, notice(other.title, strings.Repeat(other.text, 3)), i%2 == 0)
		told(used, notice(other.title, ""), false)
		if got := told(used, n, i%3 == 0); got != want {
			t.Errorf("%s, behind another notice:\n%s\nby itself:\n%s", s.name, got, want)
		}
	}
}
