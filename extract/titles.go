package extract

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// bullets are what lists put before a title.
const bullets = "■□●○◆◇▼▽▲△▶►»◎★☆※・*>|"

// newMarks are what stands beside a title for some days, in lower case.
var newMarks = []string{"[new!]", "[new]", "【new】", "(new)", "（new）", "<new>", "＜new＞", "new!!", "new!", "new！", "new", "ｎｅｗ"}

// bareTitle is a title without the date that the row prints before it and
// without marks that come and go. A title that is nothing else stays.
func bareTitle(title, date string) string {
	bare := title
	for range 4 { // "■ 2026.11.20 NEW 当社…"
		before := bare
		bare = strings.TrimLeft(bare, bullets)
		bare = strings.TrimSpace(cutDate(cutNew(strings.TrimSpace(bare)), date))
		if bare == before {
			break
		}
	}
	if bare != "" {
		return bare
	}
	if f, ok := findDate(narrowText(title), nil); ok && f.start < 4 {
		return "" // a date alone is no title
	}
	return title
}

// cutNew cuts the mark of a new row where no English stands beside it:
// "NEW STORE OPEN" is a title.
func cutNew(title string) string {
	if !strings.ContainsAny(title, "NnＮｎ") {
		return title
	}
	ascii := func(r rune) bool { return r < utf8.RuneSelf }
	for _, mark := range newMarks {
		if n := len(mark); len(title) >= n && isMark(title[:n], mark) {
			rest := strings.TrimSpace(title[n:])
			if r, _ := utf8.DecodeRuneInString(rest); rest == "" || !ascii(r) || isDigit(r) || !isLetter(mark[len(mark)-1]) {
				return rest
			}
		}
		if n := len(title) - len(mark); n > 0 && isMark(title[n:], mark) {
			rest := strings.TrimSpace(title[:n])
			if r, _ := utf8.DecodeLastRuneInString(rest); !ascii(r) {
				return rest
			}
		}
	}
	return title
}

// isMark compares without case, but for the bare word.
func isMark(s, mark string) bool {
	if mark == "new" {
		return s == "NEW"
	}
	return strings.ToLower(s) == mark
}

var weekday = regexp.MustCompile(`^\s*[(（\[〔]\s*[月火水木金土日](?:曜日?)?(?:・?祝)?\s*[)）\]〕]`)

// goesOn are the characters with which a sentence goes on behind a date.
const goesOn = "付のにかよまをは開時現以末頃発締予施実公"

// cutDate cuts the row's own date from the beginning of a title, where it
// stands in the same link: "2026.11.20 当社…" and "[2026.11.20] 当社…".
func cutDate(title, date string) string {
	if date == "" || !mayBeginWithDate(title) {
		return title
	}
	runes := []rune(strings.ToValidUTF8(title, "\uFFFD"))
	head := narrowText(title) // a rune for a rune, as far as it goes
	f, ok := findDate(head, nil)
	start, end := f.start, f.end
	if !ok {
		m := monthDayForms[0].FindStringIndex(head)
		if m == nil {
			return title
		}
		start, end = m[0], m[1]
	}
	if utf8.RuneCountInString(head[:start]) > 2 || strings.ContainsFunc(head[:start], func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }) {
		return title
	}
	if !strings.Contains(narrowText(date), strings.TrimSpace(head[start:end])) {
		return title // another date, which belongs to the title
	}
	rest := string(runes[utf8.RuneCountInString(head[:end]):])
	rest = rest[len(weekday.FindString(rest)):]
	// 2026年11月20日付の報道について is a title.
	if r, _ := utf8.DecodeRuneInString(rest); strings.ContainsRune(goesOn, r) {
		return title
	}
	trimmed := strings.TrimLeftFunc(rest, func(r rune) bool {
		return unicode.IsSpace(r) || strings.ContainsRune("]】)）〕:：-－–—|｜,、", r)
	})
	return trimmed
}

// mayBeginWithDate is false for most titles, at little cost.
func mayBeginWithDate(title string) bool {
	seen := 0
	for _, r := range title {
		if dateStart(narrow(r)) {
			return true
		}
		if seen++; seen == 3 {
			break
		}
	}
	return false
}
