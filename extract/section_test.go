package extract

import (
	"strings"
	"testing"
)

func TestOneNoticeOfAPageThatHoldsManyIsReadByItsAnchor(t *testing.T) {
	const (
		first  = "当社サーバへの第三者による不正アクセスを確認しました。漏えいした可能性のある個人情報は1,250件です。"
		second = "メールの宛先を誤り、お客様32名のアドレスが互いに見える状態で送信しました。深くお詫びいたします。"
	)
	pages := map[string]string{
		"a section with the id":    `<section id="n303"><h2>不正アクセス</h2><p>` + first + `</p></section><section id="n302"><h2>誤送信</h2><p>` + second + `</p></section>`,
		"a heading with the id":    `<h3 id="n303">不正アクセス</h3><p>` + first + `</p><h3 id="n302">誤送信</h3><p>` + second + `</p>`,
		"an anchor in the heading": `<h3><a name="n303"></a>不正アクセス</h3><p>` + first + `</p><h3><a name="n302"></a>誤送信</h3><p>` + second + `</p>`,
		"an anchor before it":      `<a name="n303"></a><h3>不正アクセス</h3><p>` + first + ` <a href="/x">詳細</a></p><a name="n302"></a><h3>誤送信</h3><p>` + second + `</p>`,
		"a dt with the id":         `<dl><dt id="n303">不正アクセス</dt><dd>` + first + `</dd><dt id="n302">誤送信</dt><dd>` + second + `</dd></dl>`,
	}
	for name, body := range pages {
		t.Run(name, func(t *testing.T) {
			page := []byte("<!DOCTYPE html><html><head><title>お知らせ</title></head><body><main>" + body + "</main></body></html>")
			var read Text
			if err := readHTML(page, mustURL(t, "https://mihon.example/info.html#n303"), &read); err != nil {
				t.Fatal(err)
			}
			if !strings.Contains(read.Body, first) || strings.Contains(read.Body, "32名") {
				t.Errorf("read %q", read.Body)
			}
			for _, whole := range []string{"", "#top", "#n999"} {
				read = Text{}
				if err := readHTML(page, mustURL(t, "https://mihon.example/info.html"+whole), &read); err != nil {
					t.Fatal(err)
				}
				if !strings.Contains(read.Body, first) || !strings.Contains(read.Body, second) {
					t.Errorf("with %q the page is %q", whole, read.Body)
				}
			}
		})
	}
}
