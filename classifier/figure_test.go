package classifier

import (
	"testing"
	"time"

	"oshirase/breach"
)

// A figure of kanji behind digits once stopped the scan for ever.
func TestKanjiFigureBehindDigits(t *testing.T) {
	for _, text := range []string{
		"不正アクセスを受け、特別損失312百万円を計上しました。",
		"不正アクセスを受け、費用は1.5百万円、対象は-三百名です。",
		"不正アクセスを受けました。A/三千件、_十名、x百万人。",
	} {
		n := &breach.Notice{Text: text}
		done := make(chan breach.Finding, 1)
		go func() { done <- shipped(t).Classify(n) }()
		select {
		case f := <-done:
			if len(f.Cases) == 1 && f.Cases[0].AffectedCount != nil && *f.Cases[0].AffectedCount >= 1_000_000 {
				t.Errorf("%q: %d people, the figure is money", text, *f.Cases[0].AffectedCount)
			}
		case <-time.After(10 * time.Second):
			t.Fatalf("%q: the scan does not end", text)
		}
	}
}
