package pdf_test

import (
	"bytes"
	"compress/zlib"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"oshirase/extract/pdf"
	"oshirase/extract/pdf/pdftest"
)

// engine is shared: compiling takes seconds.
var engine *pdf.Engine

func TestMain(m *testing.M) {
	cache, err := os.MkdirTemp("", "oshirase-pdf-")
	if err != nil {
		panic(err)
	}
	engine = pdf.New(pdf.Config{CacheDir: cache, Timeout: 60 * time.Second})
	code := m.Run()
	if err := errors.Join(engine.Close(context.Background()), os.RemoveAll(cache)); err != nil {
		panic(err)
	}
	os.Exit(code)
}

func fixture(t testing.TB, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// letters are the characters that carry meaning, counted.
func letters(s string) map[rune]int {
	n := map[rune]int{}
	for _, r := range s {
		if !unicode.IsSpace(r) {
			n[r]++
		}
	}
	return n
}

func recall(want, got string) float64 {
	have, all, found := letters(got), 0, 0
	for r, n := range letters(want) {
		all += n
		found += min(n, have[r])
	}
	return float64(found) / float64(all)
}

func TestEveryCommonProducerIsRead(t *testing.T) {
	want := string(fixture(t, "expected.txt"))
	for name, least := range map[string]float64{
		"lo-ipa": 0.999, "cr-two": 0.999, "wk-ipa": 0.998, "gs-lo-noto": 0.998,
		"h-90ms": 0.999, "h-90msV": 0.998, "h-eucH": 0.985, "h-ident": 0.999, "h-ucs2": 0.999, "h-ucs2hw": 0.999,
		"h-utf16": 0.999, "rl-ucs2": 0.999, "tex-h": 0.995, "tex-noembed-v": 0.995, "enc-aes256": 0.999,
	} {
		t.Run(name, func(t *testing.T) {
			text, err := engine.Text(t.Context(), fixture(t, name+".pdf"))
			if err != nil {
				t.Fatal(err)
			}
			if got := recall(want, strings.Join(text.Pages, "\n")); got < least {
				t.Errorf("recall %.4f, want %.4f:\n%s", got, least, text.Pages)
			}
		})
	}
}

func TestWhatHoldsNoReadableTextSaysSo(t *testing.T) {
	scan, err := engine.Text(t.Context(), fixture(t, "scan.pdf"))
	if err != nil || scan.Characters != 0 || scan.PageCount == 0 {
		t.Errorf("a scan: %+v, %v", scan, err)
	}
	stripped, err := engine.Text(t.Context(), fixture(t, "strip-gs-lo-noto.pdf"))
	if err != nil || stripped.Unmapped == 0 {
		t.Errorf("fonts without a Unicode map: %d of %d unmapped, %v", stripped.Unmapped, stripped.Characters, err)
	}
	if _, err := engine.Text(t.Context(), fixture(t, "enc-userpw.pdf")); !errors.Is(err, pdf.ErrPassword) {
		t.Errorf("a user password: %v", err)
	}
}

func TestWhatIsNoPDFIsRefused(t *testing.T) {
	for name, test := range map[string]struct {
		body []byte
		want error
	}{
		"nothing":            {nil, pdf.ErrNotPDF},
		"an error page":      {[]byte("<html><body>404 Not Found</body></html>"), pdf.ErrNotPDF},
		"only the signature": {[]byte("%PDF-1.7\n"), pdf.ErrDamaged},
		"a cut file":         {fixture(t, "h-90ms.pdf")[:300], pdf.ErrDamaged},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := engine.Text(t.Context(), test.body); !errors.Is(err, test.want) {
				t.Errorf("error %v, want %v", err, test.want)
			}
		})
	}
}

func TestAPDFOfOurOwnIsReadBackExactly(t *testing.T) {
	title, lines := "不正アクセスに関するお知らせ（第１報）", []string{"お客様12,345名の氏名が漏えいした可能性があります。", "2026年11月24日 ①㈱髙﨑", strings.Repeat("長い段落です。", 40)}
	for range 40 {
		lines = append(lines, "次のページへ続く行。")
	}
	text, err := engine.Text(t.Context(), pdftest.Write(title, lines))
	if err != nil {
		t.Fatal(err)
	}
	plain := func(s string) string { return strings.Join(strings.Fields(s), "") }
	if got, want := plain(strings.Join(text.Pages, "")), plain(title+strings.Join(lines, "")); got != want || text.PageCount != 2 {
		t.Errorf("%d pages:\n%s\nwant\n%s", text.PageCount, got, want)
	}
}

// document makes a PDF of one page whose content stream is given, compressed.
func document(t testing.TB, content func(w *zlib.Writer), resources string) []byte {
	t.Helper()
	var packed bytes.Buffer
	z := zlib.NewWriter(&packed)
	content(z)
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	b.WriteString("%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n")
	fmt.Fprintf(&b, "3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 4 0 R/Resources<<%s>>>>endobj\n", resources)
	fmt.Fprintf(&b, "4 0 obj<</Length %d/Filter/FlateDecode>>stream\n%s\nendstream endobj\n", packed.Len(), packed.Bytes())
	if resources != "" {
		for i := 10; i < 20; i++ {
			inner := strings.Repeat(fmt.Sprintf("/X%d Do ", i+1), 10)
			fmt.Fprintf(&b, "%d 0 obj<</Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</X%d %d 0 R>>>>/Length %d>>stream\n%s\nendstream endobj\n", i, i+1, i+1, len(inner), inner)
		}
		b.WriteString("20 0 obj<</Type/XObject/Subtype/Form/BBox[0 0 9 9]/Length 1>>stream\n \nendstream endobj\n")
	}
	b.WriteString("trailer<</Root 1 0 R>>\n")
	return b.Bytes()
}

func TestAHostileFileEndsAtTheLimits(t *testing.T) {
	small := pdf.New(pdf.Config{CacheDir: t.TempDir(), MemoryMiB: 64, Timeout: 2 * time.Second})
	defer func() {
		if err := small.Close(context.WithoutCancel(t.Context())); err != nil {
			t.Error(err)
		}
	}()
	for name, body := range map[string][]byte{
		"a stream that inflates to 300 MiB": document(t, func(z *zlib.Writer) {
			block := bytes.Repeat([]byte("(a) Tj "), 1<<17)
			for range 300 {
				if _, err := z.Write(block); err != nil {
					t.Fatal(err)
				}
			}
		}, ""),
		"forms within forms, ten thousand million": document(t, func(z *zlib.Writer) {
			if _, err := z.Write([]byte(strings.Repeat("/X10 Do ", 10))); err != nil {
				t.Fatal(err)
			}
		}, "/XObject<</X10 10 0 R>>"),
		"a page tree that holds itself":  fixture(t, "selfpages.pdf"),
		"arrays nested two million deep": []byte("%PDF-1.4\n1 0 obj" + strings.Repeat("[", 2_000_000) + "endobj trailer<</Root 1 0 R>>"),
	} {
		t.Run(name, func(t *testing.T) {
			_, err := small.Text(t.Context(), body)
			if err != nil && !errors.Is(err, pdf.ErrLimit) && !errors.Is(err, pdf.ErrDamaged) {
				t.Errorf("error %v", err)
			}
			// What comes after is read as if nothing had been.
			text, err := small.Text(t.Context(), pdftest.Write("題", []string{"本文"}))
			if err != nil || !strings.Contains(strings.Join(text.Pages, ""), "本文") {
				t.Errorf("the next document: %v, %v", text.Pages, err)
			}
		})
	}
}

func TestTheCallersDeadlineHolds(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := engine.Text(ctx, fixture(t, "h-90ms.pdf")); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
}

func TestDocumentsSideBySideDoNotMix(t *testing.T) {
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			want := fmt.Sprintf("文書%d番", i)
			text, err := engine.Text(t.Context(), pdftest.Write(want, nil))
			if err != nil || strings.TrimSpace(strings.Join(text.Pages, "")) != want {
				t.Errorf("%q: %q, %v", want, text.Pages, err)
			}
		})
	}
	wg.Wait()
}

func TestAnIdleEngineStartsAgain(t *testing.T) {
	idle := pdf.New(pdf.Config{CacheDir: t.TempDir(), IdleAfter: time.Millisecond})
	for range 3 {
		if _, err := idle.Text(t.Context(), pdftest.Write("題", nil)); err != nil {
			t.Fatal(err)
		}
	}
	if err := idle.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := idle.Text(t.Context(), pdftest.Write("題", nil)); err == nil {
		t.Error("a closed engine reads")
	}
}

func FuzzText(f *testing.F) {
	for _, name := range []string{"h-90ms.pdf", "h-ident.pdf", "selfpages.pdf"} {
		f.Add(fixture(f, name))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		text, err := engine.Text(t.Context(), body)
		if err != nil {
			return
		}
		for _, page := range text.Pages {
			if !utf8.ValidString(page) {
				t.Errorf("not UTF-8: %q", page)
			}
		}
	})
}

func TestMutatedFilesDoNoHarm(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	source := fixture(t, "h-ucs2.pdf")
	for range 60 {
		body := bytes.Clone(source)
		for range 1 + random.IntN(20) {
			body[8+random.IntN(len(body)-8)] = byte(random.IntN(256))
		}
		text, err := engine.Text(t.Context(), body)
		if err == nil && !utf8.ValidString(strings.Join(text.Pages, "")) {
			t.Errorf("not UTF-8: %q", text.Pages)
		}
	}
}

func BenchmarkText(b *testing.B) {
	for _, name := range []string{"h-90ms.pdf", "lo-ipa.pdf"} {
		b.Run(name, func(b *testing.B) {
			body := fixture(b, name)
			for b.Loop() {
				if _, err := engine.Text(b.Context(), body); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
