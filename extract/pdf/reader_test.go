package pdf_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"oshirase/extract"
)

// The words of package extract about a PDF are tested here, where one compilation
// serves all.
func TestAPDFSaysWhyItsTextIsDoubtful(t *testing.T) {
	r := extract.NewReader(extract.ReaderConfig{CacheDir: cacheDir})
	t.Cleanup(func() {
		if err := r.Close(context.WithoutCancel(t.Context())); err != nil {
			t.Error(err)
		}
	})
	for name, test := range map[string]struct{ problem, body string }{
		"h-90ms.pdf":           {"", "不正アクセス"},
		"h-identV.pdf":         {"", "不正アクセス"}, // vertical
		"enc-aes256.pdf":       {"", "不正アクセス"}, // against copying
		"scan.pdf":             {"pictures without text (a scan): read it by hand", ""},
		"strip-gs-lo-noto.pdf": {"characters have no Unicode map: the text is doubtful, read it by hand", ""},
		"gs-cr-noto.pdf":       {"characters have no Unicode map", ""},
	} {
		t.Run(name, func(t *testing.T) {
			text, err := r.Read(t.Context(), fixture(t, name), "application/octet-stream", "https://www.mihon.example/ir/1.pdf")
			if err != nil || text.MediaType != "application/pdf" || !strings.Contains(text.Problem, test.problem) || (test.problem == "") != (text.Problem == "") || !strings.Contains(strings.ReplaceAll(text.Body, " ", ""), test.body) {
				t.Errorf("problem %q, %v:\n%s", text.Problem, err, text.Body)
			}
		})
	}
	for says, body := range map[string][]byte{"password": fixture(t, "enc-userpw.pdf"), "incomplete": []byte("%PDF-1.7\n1 0 obj")} {
		_, err := r.Read(t.Context(), body, "application/pdf", "https://www.mihon.example/ir/1.pdf")
		if failed, ok := errors.AsType[*extract.Error](err); !ok || failed.Reason != extract.Unreadable || !strings.Contains(err.Error(), says) {
			t.Errorf("error %v, want one about %q", err, says)
		}
	}
}
