package classifier

import (
	"slices"
	"unicode/utf8"
)

// kanjiSecond are the second bytes of the digits of kanji, and of 十, 百 and 千: most
// letters share the first byte of one, few the second.
var kanjiSecond = [256]bool{0x80: true, 0xB8: true, 0xB9: true, 0xBA: true, 0x85: true, 0x8D: true, 0x9B: true, 0x99: true}

// kanjiNumberAt reports whether a figure of kanji begins at i.
func kanjiNumberAt(t []byte, i int) bool {
	if i+2 >= len(t) || !kanjiSecond[t[i+1]] {
		return false
	}
	r := rune(t[i]&0x0F)<<12 | rune(t[i+1]&0x3F)<<6 | rune(t[i+2]&0x3F)
	if _, ok := kanjiDigit(r); !ok && r != '十' && r != '百' && r != '千' {
		return false
	}
	n := 3
	// A lone 一 or 三 is seldom a figure: it must lead to a counter of people.
	start, rest := i, t[i+n:]
	more, m := utf8.DecodeRune(rest)
	for range 4 { // 二八〇名
		if _, digit := kanjiDigit(more); !digit {
			break
		}
		i, n, rest = i+n, m, rest[m:]
		more, m = utf8.DecodeRune(rest)
	}
	return (kanjiCounters.at(rest) >= 0 || more == '、' && kanjiThousand(t, i+n+m)) && (notFigures.ends(t[:start]) < 0 || severalOf(t, start))
}

// severalOf reports whether お二人, お三方 or the like stands at the figure;
// お一人お一人 and お一人ずつ count nobody.
func severalOf(t []byte, i int) bool {
	r, n := utf8.DecodeRune(t[i:])
	_, ok := kanjiDigit(r)
	i += n
	if !ok || !hasPrefixAt(t, i, len(t), "人") && !hasPrefixAt(t, i, len(t), "名") {
		return false
	}
	return r != '一' || !slices.ContainsFunc([]string{"お", "ず", "ひ", "一", "だけで", "で", "暮"}, func(w string) bool { return hasPrefixAt(t, i+len("人"), len(t), w) })
}

// kanjiThousand reports whether exactly three kanji digits stand at i, and a
// counter of people or records or the next three follow.
func kanjiThousand(t []byte, i int) bool {
	for range 3 {
		r, n := utf8.DecodeRune(t[i:])
		if _, ok := kanjiDigit(r); !ok {
			return false
		}
		i += n
	}
	return slices.ContainsFunc([]string{"名", "人", "件", "世帯", "、"}, func(w string) bool { return hasPrefixAt(t, i, len(t), w) })
}

// kanjiNumber reads 三百二十 and the like up to 千.
func kanjiNumber(t []byte, i int) (int64, int) {
	var total, digit int64
	j, seen := i, false
	for j < len(t) && j-i < 30 {
		r, n := utf8.DecodeRune(t[j:])
		unit := int64(0)
		switch r {
		case '十':
			unit = 10
		case '百':
			unit = 100
		case '千':
			unit = 1000
		default:
			d, ok := kanjiDigit(r)
			if r == '、' && seen && total == 0 && kanjiThousand(t, j+n) {
				break // 二、二六〇
			}
			if !ok {
				if !seen {
					return 0, i
				}
				return total + digit, j
			}
			digit = digit*10 + int64(d)
		}
		if unit > 0 {
			total += max(1, digit) * unit
			digit = 0
		}
		seen = true
		j += n
	}
	if !seen {
		return 0, i
	}
	return total + digit, j
}
