package tracker

import (
	"regexp"
	"slices"
	"strings"
	"unicode"

	"oshirase/breach"
)

var (
	reportMark = regexp.MustCompile(`[\[(【〔「]*第\s*[0-9一二三四五六七八九十百]+\s*(?:報|版)[\])】〕」]*|[\[(【〔]*(?:続々報|続報|最終報告?|初報|更新)[\])】〕]+|続々報|続報|最終報告?|初報`)
	// bracketMark holds corrections, progress marks and the like.
	bracketMark  = regexp.MustCompile(`\((?:訂正|開示事項の経過|開示事項の変更|経過|更新|追記)[^)]*\)|\[delayed\]`)
	quotedTitle  = regexp.MustCompile(`「([^「」]{6,})」`)
	titleEndings = regexp.MustCompile(`(?:に関する|について|に関して|における)?(?:の)?(?:お詫びと|お詫び及び|ご報告と|お知らせと)?(?:お知らせ|ご報告|報告|ご連絡|お詫び|調査結果|一部訂正|経過|公表|の|と|及び|並びに)*$`)
	notTitle     = regexp.MustCompile(`[\s()\[\]【】〔〕「」『』\-~―ー:：/・、。,.]`)
)

// minStem is the least, in characters, that a title must leave to be told from
// others.
const minStem = 6

// titleStem is what the titles of one incident's reports share: without report
// numbers, marks and polite endings. Empty when too little is left.
func titleStem(title string) string {
	s := normalText(title)
	s = bracketMark.ReplaceAllString(s, "")
	s = reportMark.ReplaceAllString(s, "")
	s = notTitle.ReplaceAllString(s, "")
	s = titleEndings.ReplaceAllString(s, "")
	if len([]rune(s)) < minStem {
		return ""
	}
	return s
}

// sameTitle reports whether two titles are the same but for spelling: a copy of
// one notice, not two reports.
func sameTitle(a, b string) bool {
	a, b = notTitle.ReplaceAllString(normalText(a), ""), notTitle.ReplaceAllString(normalText(b), "")
	return a == b && len([]rune(a)) >= minStem
}

// quotedStems are the stems of earlier titles that a title quotes.
func quotedStems(title string) []string {
	var stems []string
	for _, m := range quotedTitle.FindAllStringSubmatch(normalText(title), -1) {
		if s := titleStem(m[1]); s != "" {
			stems = append(stems, s)
		}
	}
	return stems
}

// minQuoted is how alike a quoted title must be to the title that it means:
// "…の可能性" falls away between the two, the name of a site alone is none.
const minQuoted = 0.8

func quotedIn(quoted []string, stem string) bool {
	return stem != "" && slices.ContainsFunc(quoted, func(q string) bool { return q == stem || alike(q, stem) >= minQuoted })
}

// alike is the share of both stems' pairs of characters that they have in
// common (Dice).
func alike(a, b string) float64 {
	x, y := pairs(a), pairs(b)
	if len(x)+len(y) == 0 {
		return 0
	}
	both := 0
	for p := range x {
		if y[p] {
			both++
		}
	}
	return 2 * float64(both) / float64(len(x)+len(y))
}

// minOverlap is the share of the shorter title's character pairs that the longer
// one must hold for the two to be of one chain. Of real chains, whose titles
// are retold from "可能性" to "漏えい", the lowest is 0.6.
const minOverlap = 0.6

// overlap is the share of the shorter stem's pairs of characters that the other
// has too; 0 when a stem is empty.
func overlap(a, b string) float64 {
	x, y := pairs(a), pairs(b)
	if len(x) > len(y) {
		x, y = y, x
	}
	if len(x) == 0 {
		return 0
	}
	both := 0
	for p := range x {
		if y[p] {
			both++
		}
	}
	return float64(both) / float64(len(x))
}

func pairs(s string) map[[2]rune]bool {
	set := map[[2]rune]bool{}
	runes := []rune(s)
	for i := 1; i < len(runes); i++ {
		set[[2]rune{runes[i-1], runes[i]}] = true
	}
	return set
}

// foreign reports whether a title is in another script than Japanese.
func foreign(title string) bool {
	return !strings.ContainsFunc(title, func(r rune) bool {
		return unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana)
	})
}

// Marks of a follow-up and of a correction in a title, after normalisation.
var (
	followUpMarks   = []string{"(開示事項の経過", "(開示事項の変更", "(経過", "(追記", "続報", "続々報", "最終報", "調査結果", "調査の結果", "調査報告書", "調査進捗", "進捗状況", "対応状況", "対応完了", "復旧", "再開のお知らせ", "その後", "特別損失", "関連損失", "損失の計上", "業績影響", "業績への影響", "業績予想の修正", "[delayed]", "follow-up", "update on", "final report"}
	correctionMarks = []string{"(訂正", "訂正について", "訂正に関する", "訂正のお知らせ", "correction"}
)

// isFollowUp reports whether a notice says of itself that it continues another.
func isFollowUp(title string, c *breach.Case) bool {
	switch {
	case isCorrection(title):
		return true
	case c.ReportNo != nil:
		return *c.ReportNo > 1
	case c.Stage == breach.StageUpdate || c.Stage == breach.StageFinal:
		return true
	}
	return marked(title, followUpMarks)
}

// isCorrection reports whether a notice says that it corrects another.
func isCorrection(title string) bool { return marked(title, correctionMarks) }

func marked(title string, marks []string) bool {
	title = normalText(title)
	return slices.ContainsFunc(marks, func(mark string) bool { return strings.Contains(title, mark) })
}
