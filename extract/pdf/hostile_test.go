package pdf_test

import (
	"bytes"
	"compress/zlib"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"oshirase/extract/pdf"
	"oshirase/extract/pdf/pdftest"
)

// bomb is a zlib stream of times·64 KiB in a few hundred bytes a MiB: a block that
// repeats the one before is the same bytes again and again. It has no end.
func bomb(t testing.TB, content string, times int) []byte {
	t.Helper()
	block := []byte(strings.Repeat(content, 64<<10/len(content)))
	var packed bytes.Buffer
	z := zlib.NewWriter(&packed)
	var second int
	for range 2 {
		second = packed.Len()
		if _, err := z.Write(block); err != nil {
			t.Fatal(err)
		}
		if err := z.Flush(); err != nil {
			t.Fatal(err)
		}
	}
	return append(packed.Bytes(), bytes.Repeat(packed.Bytes()[second:], times-2)...)
}

// document makes a PDF whose pages have the given content streams, and objects
// from number 50 on.
func document(resources string, contents [][]byte, filter string, objects ...string) []byte {
	var b bytes.Buffer
	var kids strings.Builder
	for k := range contents {
		fmt.Fprintf(&kids, "%d 0 R ", 3+2*k)
	}
	fmt.Fprintf(&b, "%%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[%s]/Count %d>>endobj\n", kids.String(), len(contents))
	for k, content := range contents {
		fmt.Fprintf(&b, "%d 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents %d 0 R/Resources<<%s>>>>endobj\n", 3+2*k, 4+2*k, resources)
		fmt.Fprintf(&b, "%d 0 obj<</Length %d%s>>stream\n%s\nendstream endobj\n", 4+2*k, len(content), filter, content)
	}
	for k, object := range objects {
		fmt.Fprintf(&b, "%d 0 obj%s endobj\n", 50+k, object)
	}
	b.WriteString("trailer<</Root 1 0 R>>\n")
	return b.Bytes()
}

// laughs are forms each of which shows the next one ten times.
func laughs(depth int) (objects []string) {
	for k := range depth {
		inner := strings.Repeat("/X Do ", 10)
		objects = append(objects, fmt.Sprintf("<</Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</X %d 0 R>>>>/Length %d>>stream\n%s\nendstream", 51+k, len(inner), inner))
	}
	return append(objects, "<</Type/XObject/Subtype/Form/BBox[0 0 9 9]/Length 1>>stream\n \nendstream")
}

const (
	deflated  = "/Filter/FlateDecode"
	helvetica = "/Font<</F1<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>"
)

func TestAHostileFileEndsAtTheLimits(t *testing.T) {
	e := small(t)
	for name, test := range map[string]struct {
		body []byte
		want error // nil: harmless
	}{
		"a stream that inflates to 1 GiB":          {fixture(t, "bomb1g.pdf.gz"), pdf.ErrLimit},
		"text of 300 MiB":                          {document(helvetica, [][]byte{bomb(t, "BT /F1 9 Tf (abcdefgh) Tj ET ", 4800)}, deflated), pdf.ErrLimit},
		"a deflate bomb in a deflate bomb":         {document("", [][]byte{twice(t, bomb(t, "\x00", 4800))}, "/Filter[/FlateDecode/FlateDecode]"), pdf.ErrLimit},
		"forms within forms, ten thousand million": {document("/XObject<</X 50 0 R>>", [][]byte{[]byte("/X Do ")}, "", laughs(10)...), pdf.ErrLimit},
		"graphics states saved, never restored":    {document("", [][]byte{bomb(t, "q ", 200)}, deflated), pdf.ErrLimit},
		"a page tree that holds itself":            {fixture(t, "selfpages.pdf"), pdf.ErrDamaged},
		"a page that is its own parent":            {[]byte("%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Parent 3 0 R/Kids[3 0 R]/Count 1>>endobj\n3 0 obj<</Type/Page/Parent 3 0 R>>endobj\ntrailer<</Root 1 0 R>>\n"), nil},
		"a form that shows itself":                 {document("/XObject<</X 50 0 R>>", [][]byte{[]byte("/X Do ")}, "", "<</Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</X 50 0 R>>>>/Length 6>>stream\n/X Do \nendstream"), nil},
		"two thousand million pages":               {[]byte("%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 2147483647>>endobj\n3 0 obj<</Type/Page/Parent 2 0 R>>endobj\ntrailer<</Root 1 0 R>>\n"), nil},
		"arrays nested 200,000 deep":               {[]byte("%PDF-1.4\n1 0 obj" + strings.Repeat("[", 200_000) + "endobj trailer<</Root 1 0 R>>"), pdf.ErrDamaged},
		"dictionaries nested 200,000 deep":         {[]byte("%PDF-1.4\n1 0 obj" + strings.Repeat("<</A", 200_000) + "endobj trailer<</Root 1 0 R>>"), pdf.ErrDamaged},
		"operands nested 200,000 deep":             {document("", [][]byte{[]byte(strings.Repeat("[", 200_000))}, ""), nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			text, err := e.Text(t.Context(), test.body)
			if !errors.Is(err, test.want) {
				t.Errorf("error %v, want %v", err, test.want)
			}
			checkText(t, text)
			// What comes after is read as if nothing had been.
			next, err := e.Text(t.Context(), pdftest.Write("題", []string{"本文"}))
			if err != nil || next.Pages[0] != "題\n本文" {
				t.Errorf("the next document: %q, %v", next.Pages, err)
			}
		})
	}
}

func twice(t testing.TB, b []byte) []byte {
	t.Helper()
	var packed bytes.Buffer
	z := zlib.NewWriter(&packed)
	if _, err := z.Write(b); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return packed.Bytes()
}

func TestWhatStandsBeforeABombIsRead(t *testing.T) {
	e := small(t)
	page := []byte("BT /F1 9 Tf 50 700 Td (notice) Tj ET")
	body := document(helvetica+"/XObject<</X 50 0 R>>", [][]byte{page, []byte("/X Do "), page}, "", laughs(10)...)
	text, err := e.Text(t.Context(), body)
	if !errors.Is(err, pdf.ErrLimit) || len(text.Pages) != 1 || text.Pages[0] != "notice" || text.PageCount != 3 {
		t.Errorf("%+v, %v", text, err)
	}
}

func TestADamagedPageIsToldFromAnEmptyOne(t *testing.T) {
	body := bytes.Replace(document(helvetica, [][]byte{[]byte("BT /F1 9 Tf 50 700 Td (notice) Tj ET"), []byte(" ")}, ""),
		[]byte("5 0 obj<</Type/Page/"), []byte("5 0 obj 77777777777 "), 1)
	text, err := engine.Text(t.Context(), body)
	if err != nil || text.Damaged != 1 || len(text.Pages) != 2 || text.Pages[0] != "notice" {
		t.Errorf("%+v, %v", text, err)
	}
}

// known are the errors that concern a document.
func known(err error) bool {
	for _, want := range []error{nil, pdf.ErrNotPDF, pdf.ErrPassword, pdf.ErrDamaged, pdf.ErrLimit} {
		if errors.Is(err, want) {
			return true
		}
	}
	return false
}

func TestCutAndMutatedFilesDoNoHarm(t *testing.T) {
	e := small(t)
	for seed, name := range []string{"h-ucs2.pdf", "tex-v.pdf", "rl-ucs2.pdf"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			random := rand.New(rand.NewPCG(1, uint64(seed)))
			source := fixture(t, name)
			for round := range 40 {
				body := bytes.Clone(source)
				if round%3 == 0 {
					body = body[:8+random.IntN(len(body)-8)]
				}
				for range random.IntN(20) {
					body[8+random.IntN(len(body)-8)] = byte(random.IntN(256))
				}
				text, err := e.Text(t.Context(), body)
				if !known(err) {
					t.Errorf("round %d: %v", round, err)
				}
				checkText(t, text)
			}
		})
	}
}

func FuzzText(f *testing.F) {
	for _, name := range []string{"h-90ms.pdf", "h-identV.pdf", "rl-ucs2.pdf", "tex-v.pdf", "selfpages.pdf"} {
		f.Add(fixture(f, name))
	}
	f.Add(pdftest.Write("題", []string{"本文", "𠮷"}))
	e := small(f)
	f.Fuzz(func(t *testing.T, body []byte) {
		start := time.Now()
		text, err := e.Text(t.Context(), body)
		if !known(err) {
			t.Errorf("error %v", err)
		}
		checkText(t, text)
		if took := time.Since(start); took > time.Minute {
			t.Errorf("took %s", took)
		}
	})
}
