package extract

import (
	"regexp"
	"strings"

	"golang.org/x/text/unicode/norm"
)

// Fingerprint is the same for two readings of a document between which only
// changed what says nothing: white space and line breaks, full-width and
// half-width spellings, visitor counters and clocks, tokens of a session or
// request, the notes of caches and the years of a copyright. Every other
// character counts, so a number that moves in a sentence or in a table of facts
// is a change.
//
// It is 32 hex digits and lasts: the same text gives the same fingerprint on
// any machine.
func Fingerprint(text string) string {
	text = norm.NFKC.String(strings.ToValidUTF8(text, "\uFFFD"))
	text = comment.ReplaceAllString(text, "")
	var b strings.Builder
	b.Grow(len(text))
	for line := range strings.Lines(text) {
		line = fold(line)
		if line == "" || passing.MatchString(line) {
			continue
		}
		line = token.ReplaceAllString(line, "$1")
		for _, r := range line {
			if r != ' ' {
				b.WriteRune(r)
			}
		}
	}
	return digest("text", b.String())
}

var (
	// comment is what caches leave in pages whose markup is shown as text.
	comment = regexp.MustCompile(`(?s)<!--.*?-->`)

	// token is a value made anew for each answer, behind its name: without a name
	// it could be the digest of a malware sample, which is news.
	token = regexp.MustCompile(`(?i)\b((?:csrf|xsrf|authenticity|request|verification|session)[_ -]?(?:token|id)|_?token|nonce|phpsessid|jsessionid|sid|ray id|trace[_ -]?id|request[_ -]?id|build(?:[_ -]?id)?|cache[_ -]?key|リクエストID|セッションID|トークン)(?:\s*[:=#]\s*|\s+)["']?[A-Za-z0-9+/_=.-]*[0-9][A-Za-z0-9+/_=.-]*["']?`)

	// passing are whole lines that tell of the visit and not of the matter. A line
	// that says anything else beside its counter is kept.
	passing = regexp.MustCompile(`(?i)^[\s\p{P}\p{S}]*(?:` + strings.Join([]string{
		// アクセス数: 12,345 / 閲覧数 123 回 / 本日 12 昨日 34 累計 5,678 / いいね! 3
		`(?:(?:本日|今日|昨日|累計|合計|総計|総|total|today|yesterday)の?[ :]*)?` + counter + `[ :=]*` + count,
		`(?:(?:本日|今日|昨日|累計|合計|today|yesterday|total)[ :=]*` + count + `[ ,/|・]*){2,}`,
		// 12,345 views / 3 いいね / あなたは 12345 人目の訪問者です
		count + ` *(?:views?|visitors?|visits|hits|likes?|shares?|pv|ビュー|アクセス|閲覧|シェア|いいね!?)`,
		`(?:あなたは|you are)?[ ,:]*(?:visitor|訪問者|no\.?)?[ #:]*` + count + `(?:人目|番目)の?(?:訪問者|お客様|来訪者|ご訪問)?(?:です)?`,
		// 現在時刻 10:00:31 / 表示日時: 2026年11月26日 10:00
		`(?:現在(?:時刻|日時|の時刻)|ただ今の時刻|表示(?:日時|時刻)|印刷日時?|取得日時|current time|server time|printed(?: on| at)?)[ :]*[\d年月日時分秒/:.,apm曜日月火水木金土() tz+-]+`,
		// Page generated in 0.123 seconds / Cached at … / Served from cache
		`(?:this )?(?:page|ページ)[ ]*(?:was )?(?:generated|cached|created|rendered|generation time|生成時間)[^。]{0,160}`,
		`(?:generated|cached|rendered|served|rendering took)[ ](?:in|at|on|by|from|with)[ ][^。]{0,160}`,
		`(?:dynamic page|cached page|super cache|w3 total cache|performance optimized by)[^。]{0,160}`,
		`(?:(?:copyright|©|\(c\)|all rights reserved)[\s,.]*)+[^。]{0,160}`,
	}, "|") + `)[\s\p{P}\p{S}]*$`)
)

// counter are the names of counters; 不正アクセス数 is none of them, because a
// passing line begins with its counter.
const (
	counter = `(?:アクセス(?:数|カウンター?|件数)?|閲覧(?:数|回数|者数)|ページ(?:ビュー|閲覧)数?|訪問者数|来訪者数|再生(?:数|回数)|シェア数?|いいね!?数?|ブックマーク数?|はてなブックマーク|pv数?|page ?views?|views?|visitors?|visits|hits|counter|likes?|shares?)`
	count   = `[\d,]+ *(?:回|人|件|名|pv|views?|times)?`
)
