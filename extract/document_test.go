package extract

import (
	"bytes"
	"context"
	"errors"
	"io"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/net/html"
)

// pageAddress is where the documents of the tests are.
const pageAddress = "https://www.mihon.example/news/2026/1120.html"

func reader(t testing.TB) *Reader {
	t.Helper()
	r := NewReader(ReaderConfig{})
	t.Cleanup(func() {
		if err := r.Close(context.WithoutCancel(t.Context())); err != nil {
			t.Error(err)
		}
	})
	return r
}

func lines(t testing.TB, file string) []string {
	t.Helper()
	return strings.Split(strings.TrimSpace(string(readFile(t, file))), "\n")
}

// plain is a line without what layouts do to it: white space and the bars
// between cells.
func plain(s string) string {
	return strings.NewReplacer("\t", "", " ", "", "　", "", "\n", "").Replace(s)
}

func TestTheTextOfANoticeIsKeptAndWhatSurroundsItIsNot(t *testing.T) {
	r := reader(t)
	notice, boilerplate := lines(t, "testdata/document/notice.txt"), lines(t, "testdata/document/boilerplate.txt")
	for _, file := range fixtures(t, "testdata/document/*.html") {
		t.Run(filepath.Base(file), func(t *testing.T) {
			text, err := r.Read(t.Context(), readFile(t, file), "text/html; charset=utf-8", pageAddress)
			if err != nil {
				t.Fatal(err)
			}
			golden(t, strings.TrimSuffix(file, ".html")+".golden", "# "+text.Title+"\n"+text.Body+"\n")
			all := plain(text.Body)
			found, kept := 0, []string(nil)
			for _, l := range notice {
				if strings.Contains(all, plain(l)) {
					found++
				}
			}
			for _, l := range boilerplate {
				if strings.Contains(all, plain(l)) {
					kept = append(kept, l)
				}
			}
			wanted, allowed := len(notice), 0
			switch filepath.Base(file) {
			case "short.html", "filled-by-a-script.html":
				wanted = 0
			case "divs-without-meaning.html":
				allowed = 1 // 関連ニュース is a line like others there
			}
			if found < wanted || len(kept) > allowed {
				t.Errorf("%d of %d lines of the notice, %d of %d of the boilerplate: %q", found, wanted, len(kept), len(boilerplate), kept)
			}
		})
	}
}

func TestADocumentIsReadByWhatItIs(t *testing.T) {
	r := reader(t)
	page := "<html><head><meta charset=%s><title>題</title></head><body><p>個人情報の漏えいについてお知らせいたします。</p></body></html>"
	named := func(charset string) string { return strings.Replace(page, "%s", charset, 1) }
	const want = "個人情報の漏えいについてお知らせいたします。"
	for name, test := range map[string]struct {
		body        []byte
		contentType string
		media       string
		charset     string
	}{
		"a page":                            {[]byte(named("utf-8")), "text/html", "text/html", "utf-8"},
		"a page without a header":           {[]byte(named("utf-8")), "", "text/html", "utf-8"},
		"a page called text":                {[]byte(named("utf-8")), "text/plain", "text/html", "utf-8"},
		"Shift_JIS, told so":                {encoded(t, "shift_jis", named("Shift_JIS")), "text/html", "text/html", "shift_jis"},
		"Shift_JIS that the header denies":  {encoded(t, "shift_jis", named("Shift_JIS")), "text/html; charset=UTF-8", "text/html", "shift_jis"},
		"Shift_JIS that says it is UTF-8":   {encoded(t, "shift_jis", named("utf-8")), "text/html", "text/html", "shift_jis"},
		"EUC-JP that says it is Shift_JIS":  {encoded(t, "euc-jp", named("x-sjis")), "text/html", "text/html", "euc-jp"},
		"EUC-JP that says nothing":          {encoded(t, "euc-jp", strings.Replace(page, "<meta charset=%s>", "", 1)), "", "text/html", "euc-jp"},
		"ISO-2022-JP":                       {encoded(t, "iso-2022-jp", named("iso-2022-jp")), "text/html", "text/html", "iso-2022-jp"},
		"UTF-16 without its mark":           {encoded(t, "utf-16le", named("utf-16"))[2:], "text/html", "text/html", "utf-16le"},
		"a declaration after 20 kilobytes":  {encoded(t, "shift_jis", strings.Replace(named("Shift_JIS"), "<meta", "<!--"+strings.Repeat(" cache", 3500)+"--><meta", 1)), "", "text/html", "shift_jis"},
		"UTF-8 with one broken character":   {[]byte(strings.Replace(named("utf-8"), "題", "題\xe3\x81", 1)), "", "text/html", "utf-8"},
		"UTF-8 that the header calls Latin": {[]byte(named("utf-8")), "text/html; charset=iso-8859-1", "text/html", "utf-8"},
		"a text":                            {[]byte(want + "\r\n"), "text/plain", "text/plain", "utf-8"},
		"a text in Shift_JIS":               {encoded(t, "shift_jis", want+"\r\n"), "text/plain; charset=utf-8", "text/plain", "shift_jis"},
		"a meta tag with other bytes first": {encoded(t, "shift_jis", strings.Replace(named("Shift_JIS"), "<meta ", `<meta name="説明ソ能" content="表示" CHARSET=Shift_JIS><meta `, 1)), "", "text/html", "shift_jis"},
		"a wrong header":                    {[]byte(named("utf-8")), "text/;html;;", "text/html", "utf-8"},
	} {
		t.Run(name, func(t *testing.T) {
			text, err := r.Read(t.Context(), test.body, test.contentType, pageAddress)
			if err != nil || text.Body != want || text.MediaType != test.media || text.Charset != test.charset || text.Problem != "" {
				t.Errorf("%+v, %v", text, err)
			}
		})
	}
}

func TestWhatIsNoDocumentSaysWhatItIs(t *testing.T) {
	r := NewReader(ReaderConfig{MaxText: 1000})
	t.Cleanup(func() {
		if err := r.Close(context.WithoutCancel(t.Context())); err != nil {
			t.Error(err)
		}
	})
	for name, test := range map[string]struct {
		body, contentType, address string
		reason                     Reason
		says                       string
	}{
		"nothing":                         {"", "text/html", pageAddress, Unreadable, "empty"},
		"white space":                     {" \n\n", "", pageAddress, Unreadable, "empty"},
		"an error page called a PDF":      {"<html><title>403 Forbidden</title></html>", "application/pdf", pageAddress, Unreadable, `"403 Forbidden"`},
		"a login page at a PDF's address": {"<html><title>ログイン</title></html>", "text/html", "https://a.example/x.PDF?v=1", Unreadable, `"ログイン"`},
		"a spreadsheet":                   {"PK\x03\x04\x00\x00\x00\x00" + strings.Repeat("\x00\xff", 50), "application/vnd.ms-excel", pageAddress, NotADocument, "application/vnd.ms-excel"},
		"a picture":                       {"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00", "", pageAddress, NotADocument, `"unknown"`},
		"more text than is kept":          {"<p>" + strings.Repeat("漏えい", 500), "text/html", pageAddress, LimitExceeded, "4500 bytes"},
		"elements nested without end":     {strings.Repeat("<div>", 100_000) + "a", "text/html", pageAddress, LimitExceeded, "by hand"},
		"formatting that multiplies":      {strings.Repeat("<b><i><u><s><tt><em>", 200) + strings.Repeat("<p>", 20_000), "text/html", pageAddress, LimitExceeded, "nodes"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := r.Read(t.Context(), []byte(test.body), test.contentType, test.address)
			failed, ok := errors.AsType[*Error](err)
			if !ok || failed.Reason != test.reason || !strings.Contains(err.Error(), test.says) {
				t.Errorf("error %v, want %q about %s", err, test.reason, test.says)
			}
		})
	}
}

func TestTheLinksOfADocumentAreAbsoluteAndStandOnce(t *testing.T) {
	body := `<base href="/ir/"><main><p>お知らせ本文です。</p><a href="a.pdf">資料</a><a href="a.pdf"><img src=i></a><a href="//pdf.example/b.pdf">別紙</a>
<a href="mailto:x@y">mail</a><a href="#top">上へ</a><a href="javascript:x()">x</a><a href="tel:03-0000-0000">電話 03-0000-0000</a><a href="/お知らせ.pdf">詳細</a></main>`
	text, err := reader(t).Read(t.Context(), []byte(body), "text/html", pageAddress)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"https://www.mihon.example/ir/a.pdf", "https://pdf.example/b.pdf", "https://www.mihon.example/ir/#top", "https://www.mihon.example/%E3%81%8A%E7%9F%A5%E3%82%89%E3%81%9B.pdf"}
	if diff := cmp.Diff(want, text.Links); diff != "" {
		t.Error(diff)
	}
	if !strings.Contains(text.Body, "03-0000-0000") {
		t.Errorf("the number to call is lost: %q", text.Body)
	}
}

func FuzzDocument(f *testing.F) {
	for _, file := range fixtures(f, "testdata/document/*.html") {
		f.Add(readFile(f, file), "text/html; charset=utf-8")
		f.Add(encoded(f, "shift_jis", strings.NewReplacer("©", "(c)", "～", "から").Replace(string(readFile(f, file)))), "text/html")
	}
	r := reader(f)
	f.Fuzz(func(t *testing.T, body []byte, contentType string) {
		if isPDF(body) {
			return // has a fuzz target of its own
		}
		text, err := r.Read(t.Context(), body, contentType, pageAddress)
		again, err2 := r.Read(t.Context(), body, contentType, pageAddress)
		if diff := cmp.Diff(text, again); diff != "" || (err == nil) != (err2 == nil) {
			t.Fatalf("twice the same: %v, %v, %s", err, err2, diff)
		}
		if err != nil {
			if _, ok := errors.AsType[*Error](err); !ok || !utf8.ValidString(err.Error()) {
				t.Fatalf("error %v", err)
			}
			return
		}
		if !utf8.ValidString(text.Body) || !utf8.ValidString(text.Title) || text.Title != fold(text.Title) {
			t.Errorf("%+v", text)
		}
		if (text.Body == "") != (text.Problem != "") {
			t.Errorf("%d bytes, problem %q", len(text.Body), text.Problem)
		}
		if text.Body != foldLines(text.Body) {
			t.Errorf("white space is left in %q", text.Body)
		}
		if len(text.Body) > 4*len(body)+100 || len(text.Links) > maxLinks {
			t.Errorf("%d bytes grow to %d, %d links", len(body), len(text.Body), len(text.Links))
		}
	})
}

func FuzzCharset(f *testing.F) {
	const text = "個人情報の漏えいに関するお知らせとお詫び（第1報）"
	for _, name := range []string{"shift_jis", "euc-jp", "iso-2022-jp", "utf-16le", "utf-16be", "utf-8"} {
		f.Add(encoded(f, name, text), "text/html; charset="+name)
		f.Add(encoded(f, name, text), "")
	}
	f.Add([]byte(nil), "\xffChArset")
	f.Fuzz(func(t *testing.T, body []byte, contentType string) {
		got, err := toUTF8(body, contentType)
		again, err2 := toUTF8(body, contentType)
		if !bytes.Equal(got.text, again.text) || got.charset != again.charset || (err == nil) != (err2 == nil) {
			t.Fatalf("twice the same gives %s and %s", got.charset, again.charset)
		}
		if err != nil {
			return
		}
		if !utf8.Valid(got.text) || got.charset == "" || len(got.text) > 3*len(body)+3 {
			t.Errorf("%s: %d bytes become %d", got.charset, len(body), len(got.text))
		}
		if utf8.Valid(body) && !bytes.ContainsAny(body, "\x00\x1b") && !bytes.HasPrefix(body, []byte("\xef\xbb\xbf")) && !bytes.Equal(got.text, body) {
			t.Errorf("UTF-8 is changed: %q to %q as %s", body, got.text, got.charset)
		}
	})
}

func FuzzDate(f *testing.F) {
	for _, s := range []string{"令和8年11月20日（金）午後3時半", "Fri, 20 Nov 2026 14:31:00 JST", "20261120143100", "２０２６．１１．２０", "2026-11-20T14:31+09:00", "Nov. 20th, 2026"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		at, precision, ok := parseDate(s, tokyo)
		if again, p2, ok2 := parseDate(s, tokyo); !again.Equal(at) || p2 != precision || ok != ok2 {
			t.Fatalf("%q: %v, then %v", s, at, again)
		}
		if !ok {
			return
		}
		if at.Year() < 1925 || at.Year() > 2200 || precision == "" {
			t.Errorf("%q: %v %q", s, at, precision)
		}
		// What was read is read again from how it is written.
		if written, _, ok := parseDate(at.Format("2006-01-02T15:04:05-07:00"), tokyo); !ok || !written.Equal(at) {
			t.Errorf("%q: %v is written and read as %v", s, at, written)
		}
	})
}

// BenchmarkDocument is the reading of a page beside its bare tokens and its
// bare tree in the same run.
func BenchmarkDocument(b *testing.B) {
	r := reader(b)
	page := readFile(b, "testdata/document/facts-in-a-table.html")
	page = bytes.Replace(page, []byte("<p>"), bytes.Repeat([]byte("<p>当社のサーバーが第三者による不正アクセスを受け、お客様の情報が漏えいした可能性があります。</p>\n"), 150), 1)
	sjis := encoded(b, "shift_jis", strings.NewReplacer("utf-8", "Shift_JIS", "©", "(c)", "～", "から").Replace(string(page)))
	for name, body := range map[string][]byte{"utf-8": page, "shift_jis": sjis} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(body)))
			b.ReportAllocs()
			for b.Loop() {
				if _, err := r.Read(b.Context(), body, "text/html", pageAddress); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
	b.Run("floor: tree", func(b *testing.B) {
		b.SetBytes(int64(len(page)))
		b.ReportAllocs()
		for b.Loop() {
			if _, err := html.Parse(bytes.NewReader(page)); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("floor: tokens", func(b *testing.B) {
		b.SetBytes(int64(len(page)))
		b.ReportAllocs()
		for b.Loop() {
			z := html.NewTokenizer(bytes.NewReader(page))
			for z.Next() != html.ErrorToken {
			}
			if err := z.Err(); !errors.Is(err, io.EOF) {
				b.Fatal(err)
			}
		}
	})
}
