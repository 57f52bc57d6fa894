package app

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"oshirase/configs"
	"oshirase/extract"
	"oshirase/fetch"
)

func TestAPageWhoseListIsWrittenByAScriptIsOfKindIR(t *testing.T) {
	base, err := url.Parse("https://acme.example/ir/news/")
	if err != nil {
		t.Fatal(err)
	}
	for service, script := range map[string]string{
		"xj-storage, company AS90001": `<script src="//www.xj-storage.jp/resources/AS90001/lib.js"></script>`,
		"eir, company 9001":           `<script src="//ssl4.eir-parts.net/V4Public/EIR/9001/ja/announcement/announcement_7.js"></script>`,
		"irpocket, company C9001":     `<script src="//irpocket.com/C9001/irpocket/loader.js"></script>`,
	} {
		body := `<!DOCTYPE html><html lang="ja"><head><meta charset="UTF-8"><title>IRニュース</title></head><body><div id="list"></div>` + script + `</body></html>`
		var look Look
		_, _, err := look.find(&fetch.Response{Body: []byte(body), Header: http.Header{"Content-Type": {"text/html"}}}, base, time.UTC)
		if err != nil || look.Kind != "ir" || !strings.Contains(strings.Join(look.Notes, "\n"), service) {
			t.Errorf("%s: kind %q, notes %q, %v", service, look.Kind, look.Notes, err)
		}
	}
}

func TestWhatIsPrintedForAnAddressCanBePasted(t *testing.T) {
	for address, id := range map[string]string{
		"https://www.acme.example/news/?a=1&b=${HOME}": "acme-example",
		"https://日本.example/":                          "example",
		"https://" + strings.Repeat("a", 63) + ".b/":   strings.Repeat("a", 63),
		"https://a.example/\"\\'#: }":                  "a-example",
	} {
		text := entry("page", address, extract.Selectors{Row: `li[class="a\"b"] > a`, Date: "time@datetime", Link: "."})
		cfg, err := configs.Parse("c.yaml", []byte(text), func(string) (string, bool) { return "", false })
		if err == nil {
			err = Check(cfg)
		}
		if err != nil {
			t.Errorf("%s: %v in\n%s", address, err, text)
			continue
		}
		if s := cfg.Sources[0]; s.URL != address || s.ID != id {
			t.Errorf("source %q %q, want %q %q", s.ID, s.URL, id, address)
		}
	}
	if list := slices.Collect(strings.Lines(entry("feed", "https://a.example/", extract.Selectors{}))); len(list) != 5 {
		t.Errorf("%q", list)
	}
}
