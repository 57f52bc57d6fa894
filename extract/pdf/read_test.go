package pdf_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	"oshirase/extract/pdf"
	"oshirase/extract/pdf/pdftest"
)

// recall is the share of want's characters that got has.
func recall(want, got string) float64 {
	have := map[rune]int{}
	for _, r := range squeeze(got) {
		have[r]++
	}
	all, found := 0, 0
	for _, r := range squeeze(want) {
		all++
		if have[r] > 0 {
			have[r]--
			found++
		}
	}
	return float64(found) / float64(all)
}

func TestEveryProducerIsRead(t *testing.T) {
	want := string(fixture(t, "expected.txt"))
	for name, least := range map[string]float64{
		"lo-ipa": 1, "cr-noto": 1, "cr-two": 1, "objstm-cr-ipa": 1, "wk-ipa": 1, "wk-noto": 1, "gs-lo-noto": 1,
		"h-90ms": 1, "h-90msV": 1, "h-ident": 1, "h-identV": 1, "h-ucs2": 1, "h-ucs2hw": 1, "h-utf16": 1, "h-utf16V": 1,
		"h-eucH":  0.99, // EUC-JP has no ①㈱髙﨑: the producer wrote ?
		"rl-ucs2": 1, "tex-h": 1, "tex-v": 1, "tex-noembed-v": 1,
		"enc-aes256": 1, "enc-rc4": 1,
	} {
		t.Run(name, func(t *testing.T) {
			text, err := engine.Text(t.Context(), fixture(t, name+".pdf"))
			if err != nil {
				t.Fatal(err)
			}
			all := strings.Join(text.Pages, "\n")
			if got := recall(want, all); got < least {
				t.Errorf("recall %.4f, want %.4f:\n%s", got, least, all)
			}
			if text.Unmapped != 0 || text.Damaged != 0 || text.Truncated || text.PageCount != len(text.Pages) {
				t.Errorf("%d unmapped, %d damaged, truncated %t, %d of %d pages", text.Unmapped, text.Damaged, text.Truncated, len(text.Pages), text.PageCount)
			}
			checkText(t, text)
		})
	}
}

// checkText holds what is promised of every text.
func checkText(t testing.TB, text pdf.Text) {
	t.Helper()
	characters := 0
	for _, page := range text.Pages {
		characters += utf8.RuneCountInString(page)
		if !utf8.ValidString(page) {
			t.Errorf("not UTF-8: %q", page)
		}
		if at := strings.IndexFunc(page, func(r rune) bool { return r < ' ' && r != '\n' && r != '\t' || r == 0xfffe }); at >= 0 {
			t.Errorf("a control character: %q", page[at:])
		}
	}
	if text.Characters != characters {
		t.Errorf("Characters is %d, the pages have %d", text.Characters, characters)
	}
	if len(text.Pages) > max(0, text.PageCount) {
		t.Errorf("%d pages of %d", len(text.Pages), text.PageCount)
	}
}

func TestWordsStayInOrder(t *testing.T) {
	want := squeeze(string(fixture(t, "expected.txt")))
	for name, rest := range map[string]string{ // what the page has besides
		"cr-two": "", "h-90ms": "", "h-utf16": "", "rl-ucs2": "", "tex-h": "1",
		"h-90msV": "", "h-identV": "", "h-utf16V": "", // columns from the right
	} {
		t.Run(name, func(t *testing.T) {
			text, err := engine.Text(t.Context(), fixture(t, name+".pdf"))
			if err != nil {
				t.Fatal(err)
			}
			if got := squeeze(strings.Join(text.Pages, "\n")); got != want+rest {
				t.Errorf("got\n%s\nwant\n%s", got, want+rest)
			}
		})
	}
}

func TestAVerticalPageWithTurnedLatinIsReadByColumns(t *testing.T) {
	text, err := engine.Text(t.Context(), fixture(t, "tex-v.pdf"))
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(squeeze(strings.ReplaceAll(text.Pages[0], "\n", "¶")), "¶")
	for _, want := range []string{"2026年11月20日", "（コード番号9999東証プライム市場）", "（TEL.03-1234-5678）", "２．漏えいした可能性のある個人情報", "(1)対象：当社オンラインショップ会員12,345名"} {
		if !slices.Contains(lines, want) {
			t.Errorf("no column %q in %q", want, lines)
		}
	}
}

func TestWhatHoldsNoReadableTextSaysSo(t *testing.T) {
	scan, err := engine.Text(t.Context(), fixture(t, "scan.pdf"))
	if err != nil || scan.Characters != 0 || scan.PageCount == 0 || scan.Damaged != 0 {
		t.Errorf("a scan: %+v, %v", scan, err)
	}
	for _, name := range []string{"strip-gs-lo-noto.pdf", "gs-cr-noto.pdf"} {
		garbage, err := engine.Text(t.Context(), fixture(t, name))
		if err != nil || garbage.Unmapped*10 < garbage.Characters {
			t.Errorf("%s: %d of %d unmapped, %v", name, garbage.Unmapped, garbage.Characters, err)
		}
		checkText(t, garbage)
	}
}

func TestWhatCannotBeReadIsRefusedWithItsReason(t *testing.T) {
	good := fixture(t, "h-90ms.pdf")
	for name, test := range map[string]struct {
		body []byte
		want error
	}{
		"nothing":                    {nil, pdf.ErrNotPDF},
		"an error page":              {[]byte("<html><body>404 Not Found</body></html>"), pdf.ErrNotPDF},
		"a signature too far in":     {append(make([]byte, 2000), good...), pdf.ErrNotPDF},
		"only the signature":         {[]byte("%PDF-1.7\n"), pdf.ErrDamaged},
		"a cut file":                 {good[:300], pdf.ErrDamaged},
		"a password":                 {fixture(t, "enc-userpw.pdf"), pdf.ErrPassword},
		"a page tree without a page": {[]byte("%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\ntrailer<</Root 1 0 R>>\n"), pdf.ErrDamaged},
		"pages that are not there":   {[]byte("%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[8 0 R 9 0 R]/Count 2>>endobj\ntrailer<</Root 1 0 R>>\n"), pdf.ErrDamaged},
		"more than MaxInput":         {append(slices.Clone(good), make([]byte, 20<<20)...), pdf.ErrLimit},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := engine.Text(t.Context(), test.body); !errors.Is(err, test.want) {
				t.Errorf("error %v, want %v", err, test.want)
			}
		})
	}
}

func TestJunkBeforeTheSignatureIsPassedOver(t *testing.T) {
	text, err := engine.Text(t.Context(), append([]byte("\xef\xbb\xbf\r\nX-Junk: 1\r\n\r\n"), fixture(t, "h-90ms.pdf")...))
	if err != nil || text.Characters == 0 {
		t.Errorf("%d characters, %v", text.Characters, err)
	}
}

func TestWhatIsBeyondTheLimitsIsLeftOut(t *testing.T) {
	e := limited(t)
	lines := strings.Split(strings.Repeat("\n", 100)+"終", "\n") // on the third page
	text, err := e.Text(t.Context(), pdftest.Write("題", lines))
	if err != nil || len(text.Pages) != limits.MaxPages || text.PageCount != 3 || !text.Truncated {
		t.Errorf("%d of %d pages, truncated %t, %v", len(text.Pages), text.PageCount, text.Truncated, err)
	}
	// PDFium counts 𠮷 as two characters: the limit falls between its halves.
	text, err = e.Text(t.Context(), pdftest.Write("題", []string{"𠮷𠮷𠮷𠮷"}))
	if err != nil || text.Pages[0] != "題\n𠮷" || !text.Truncated {
		t.Errorf("%q, truncated %t, %v", text.Pages, text.Truncated, err)
	}
	checkText(t, text)
}

// readBack is what a reader gets of pdftest.Write: the lines that are not empty.
func readBack(title string, lines ...string) string {
	return strings.Join(slices.DeleteFunc(append([]string{title}, lines...), func(l string) bool { return l == "" }), "\n")
}

func TestAWrittenPDFIsReadBackExactly(t *testing.T) {
	for name, lines := range map[string][]string{
		"a notice":                      {"不正アクセスに関するお知らせ（第１報）", "2026年11月24日", "", "お客様12,345名の氏名が漏えいした可能性があります。", "(1) CVE-2025-12345 ①㈱髙﨑"},
		"nothing but a title":           {"題"},
		"an empty title":                {"", "本文"},
		"characters beyond the BMP":     {"𠮷野家と𠮟る", "𠮷"},
		"half-width kana and kana":      {"ｱｲｳﾞ アイウヴ〜～―ー"},
		"English broken at a hyphen":    {"Notice", "a ransom-", "ware attack on CVE-", "2025-1"},
		"a line as long as the page":    {"題", strings.Repeat("漏", 43), strings.Repeat("x", 86)},
		"what looks like PDF operators": {`(a) Tj <00> \( %EOF`},
	} {
		t.Run(name, func(t *testing.T) {
			text, err := engine.Text(t.Context(), pdftest.Write(lines[0], lines[1:]))
			if err != nil {
				t.Fatal(err)
			}
			if got, want := strings.Join(text.Pages, "\n"), readBack(lines[0], lines[1:]...); got != want {
				t.Errorf("got %q, want %q", got, want)
			}
		})
	}
}

func TestALongWrittenPDFIsReadBackOverItsPages(t *testing.T) {
	lines := []string{strings.Repeat("長い段落です。", 40)}
	for range 60 {
		lines = append(lines, "次のページへ続く行。")
	}
	text, err := engine.Text(t.Context(), pdftest.Write("題名", lines))
	if err != nil || text.PageCount != 2 {
		t.Fatalf("%d pages, %v", text.PageCount, err)
	}
	if got, want := squeeze(strings.Join(text.Pages, "")), squeeze(readBack("題名", lines...)); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// A page of lines of one character is a vertical one, so a line has two.
func TestAnyJapaneseLinesAreReadBack(t *testing.T) {
	line := rapid.StringOfN(rapid.SampledFrom([]rune("個人情報漏洩不正アクセスカタカナひらがな０１２９12,345.()（）「」、。・々〆ー〜①㈱髙﨑𠮷ABCxyz")), 2, 40, -1)
	rapid.Check(t, func(t *rapid.T) {
		lines := rapid.SliceOfN(line, 1, 30).Draw(t, "lines")
		text, err := engine.Text(t.Context(), pdftest.Write(lines[0], lines[1:]))
		if err != nil {
			t.Fatal(err)
		}
		if got, want := strings.Join(text.Pages, "\n"), readBack(lines[0], lines[1:]...); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	})
}
