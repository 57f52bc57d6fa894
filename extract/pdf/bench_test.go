package pdf_test

import (
	"context"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"oshirase/extract/pdf"
	"oshirase/extract/pdf/pdftest"
)

// benchmarked are the files whose time is taken, and their pages.
var benchmarked = []string{"h-90ms.pdf", "h-identV.pdf", "lo-ipa.pdf", "wk-noto.pdf", "gs-lo-noto.pdf", "cr-noto.pdf", "enc-aes256.pdf", "scan.pdf"}

// perPage reports the time of a page beside the time of a document.
func perPage(b *testing.B, pages int) {
	b.ReportMetric(float64(b.Elapsed().Microseconds())/1000/float64(b.N*pages), "ms/page")
}

func BenchmarkText(b *testing.B) {
	warm(b)
	bodies := map[string][]byte{"200 pages": pdftest.Write("題名", strings.Split(strings.Repeat("当社サーバーへの不正アクセスに関するお知らせ\n", 7900), "\n"))}
	for _, name := range benchmarked {
		bodies[name] = fixture(b, name)
	}
	for _, name := range append([]string{"200 pages"}, benchmarked...) {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			pages := 0
			for b.Loop() {
				text, err := engine.Text(b.Context(), bodies[name])
				if err != nil {
					b.Fatal(err)
				}
				pages = len(text.Pages)
			}
			perPage(b, pages)
		})
	}
}

// The yardstick, where poppler-utils is installed.
func BenchmarkPdftotext(b *testing.B) {
	tool, err := exec.LookPath("pdftotext")
	if err != nil {
		b.Skip("pdftotext is not installed: no comparison")
	}
	for _, name := range benchmarked {
		b.Run(name, func(b *testing.B) {
			text, err := engine.Text(b.Context(), fixture(b, name))
			if err != nil {
				b.Fatal(err)
			}
			for b.Loop() {
				if out, err := exec.CommandContext(b.Context(), tool, filepath.Join("testdata", name), "-").CombinedOutput(); err != nil {
					b.Fatalf("%v: %s", err, out)
				}
			}
			perPage(b, len(text.Pages))
		})
	}
}

// BenchmarkStart is the first document of an engine.
func BenchmarkStart(b *testing.B) {
	warm(b)
	body := fixture(b, "h-90ms.pdf")
	for name, dir := range map[string]string{"compiled": "", "from the cache": cacheDir} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				e := pdf.New(pdf.Config{CacheDir: dir})
				_, err := e.Text(b.Context(), body)
				if err != nil {
					b.Fatal(err)
				}
				if err := e.Close(context.Background()); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
