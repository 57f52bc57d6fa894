package classifier

import (
	"strings"
	"unicode/utf8"
)

// spelling folds ways of writing one word that notices mix freely to one of
// them, in texts and in rules alike, before any rule is read.
type spelling struct {
	pairs []struct{ from, to string }
	// byEnd lists pairs by letterKey of the last letter of from; ends says for most
	// letters that there are none.
	byEnd [4096][]uint8
	ends  [64]uint64
}

// spellings are applied as soon as the folded text ends with the left side, so
// a line break inside a word does not matter. A later pair may undo an earlier
// one where more of the text decides: 恐れ is おそれ, but 恐れ入ります is not.
var spellings = newSpelling([][2]string{
	{"漏洩", "漏えい"}, {"漏泄", "漏えい"}, {"ろうえい", "漏えい"}, {"漏曳", "漏えい"},
	{"ウィルス", "ウイルス"}, {"ヴイルス", "ウイルス"},
	{"ランサムウエア", "ランサムウェア"}, {"マルウエア", "マルウェア"},
	{"ソフトウエア", "ソフトウェア"}, {"ハードウエア", "ハードウェア"},
	{"髙", "高"}, {"﨑", "崎"}, {"德", "徳"}, {"濵", "浜"}, {"邉", "辺"},
	{"お客さま", "お客様"}, {"皆さま", "皆様"},
	{"恐れ", "おそれ"}, {"惧れ", "おそれ"}, {"虞", "おそれ"}, {"おそれ入", "恐縮入"},
	{"取り扱い", "取扱い"}, {"問い合わせ", "問合せ"}, {"問合わせ", "問合せ"},
	{"毀損", "き損"}, {"棄損", "き損"}, {"詫び", "わび"},
	{"御報告", "ご報告"}, {"御連絡", "ご連絡"},
	{"ヵ月", "か月"}, {"ヶ月", "か月"}, {"カ月", "か月"}, {"ケ月", "か月"},
	{"ヵ所", "か所"}, {"カ所", "か所"}, {"ヶ所", "か所"}, {"箇所", "か所"},
})

func newSpelling(pairs [][2]string) *spelling {
	s := &spelling{}
	for i, p := range pairs {
		s.pairs = append(s.pairs, struct{ from, to string }{p[0], p[1]})
		n := len(p[0])
		k := letterKey(p[0][n-2], p[0][n-1])
		s.byEnd[k] = append(s.byEnd[k], uint8(i))
		s.ends[k>>6] |= 1 << (k & 63)
	}
	return s
}

// letterKey numbers the letter whose last two of three bytes are b and c, below
// 4096; letters that share a number are blocks apart.
func letterKey(b, c byte) uint32 { return uint32(b&0x3F)<<6 | uint32(c&0x3F) }

// mayEnd reports whether a spelling may end with a letter of these last bytes.
func (s *spelling) mayEnd(b, c byte) bool {
	k := letterKey(b, c)
	return s.ends[k>>6]&(1<<(k&63)) != 0
}

// suffix returns the spelling that text ends with and what it folds to.
func (s *spelling) suffix(text []byte) (from, to string) {
	n := len(text)
	for _, i := range s.byEnd[letterKey(text[n-2], text[n-1])] {
		if p := &s.pairs[i]; n >= len(p.from) && string(text[n-len(p.from):]) == p.from {
			return p.from, p.to
		}
	}
	return "", ""
}

// foldTerm writes a rule's term as it would stand in a folded text.
func foldTerm(term string) string {
	var f folded
	f.fold(strings.TrimSpace(term))
	out := strings.ReplaceAll(string(f.text), "\n", "")
	if !utf8.ValidString(out) {
		return ""
	}
	return out
}
