package extract

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestAListIsFoundByItselfOnAPageOfAnyShape(t *testing.T) {
	base := mustURL(t, "https://mihon.example/news/index.html")
	for _, file := range fixtures(t, "testdata/lists/*.html") {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".html"), func(t *testing.T) {
			body := readFile(t, file)
			l, sel, err := Discover(body, "text/html; charset=utf-8", base, readAt)
			if err != nil {
				t.Fatal(err)
			}
			golden(t, strings.TrimSuffix(file, ".html")+".golden", fmt.Sprintf("%+v\n%s", sel, show(l)))

			again, err := Page(body, "text/html; charset=utf-8", base, sel, readAt)
			if err != nil {
				t.Fatalf("the selectors that were found do not work: %v", err)
			}
			if diff := cmp.Diff(l.Items, again.Items); diff != "" {
				t.Errorf("the selectors select other rows (-found +selected):\n%s", diff)
			}
		})
	}
}
