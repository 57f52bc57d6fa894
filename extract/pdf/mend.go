package pdf

import (
	"strings"
	"unicode"
)

// hyphenMark is what PDFium puts for a hyphen at the end of a line, and for the
// line's end after it.
const hyphenMark = '\ufffe'

// mend turns PDFium's text into plain text: lines end by \n, hyphens stand where
// they stood, radicals are the ideographs they were drawn for, control
// characters are U+FFFD. doubtful counts what cannot be what the author wrote.
func mend(s string) (mended string, doubtful int) {
	runes := []rune(strings.ReplaceAll(s, "\r\n", "\n"))
	var out strings.Builder
	out.Grow(len(s))
	for k, r := range runes {
		switch {
		case r == 0:
			continue
		case r == '\r':
			r = '\n'
		case r == '\n' && k > 0 && runes[k-1] == hyphenMark:
			continue
		case r == hyphenMark:
			out.WriteByte('-')
			r = '\n'
		case unicode.IsControl(r) && r != '\n' && r != '\t', isNoncharacter(r), r == unicode.ReplacementChar:
			r = unicode.ReplacementChar
			doubtful++
		case unicode.Is(unicode.Co, r), misplaced(runes, k):
			doubtful++
		default:
			r = unified(r)
		}
		out.WriteRune(r)
	}
	return out.String(), doubtful
}

func isNoncharacter(r rune) bool { return r&0xfffe == 0xfffe || r >= 0xfdd0 && r <= 0xfdef }

// misplaced is a Latin character where no Japanese text has one (サンプû商事,
// 客様をxめ皆様{): the mark of fonts whose codes were taken for Latin-1, as
// Ghostscript does with the Type 3 fonts of Chromium.
func misplaced(runes []rune, k int) bool {
	const firstLatin1, lastExtended = 0xa1, 0x24f
	before, after := k > 0 && isJapanese(runes[k-1]), k+1 < len(runes) && isJapanese(runes[k+1])
	switch r := runes[k]; {
	case r >= 'a' && r <= 'z':
		return before && after
	case r >= firstLatin1 && r <= lastExtended:
		return (before || after) && !strings.ContainsRune("§¨°±´¶·×÷©®¢£¥«»", r)
	default:
		return (before || after) && strings.ContainsRune("{|}~^_`\\<>=", r)
	}
}

func isJapanese(r rune) bool { return unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana) }

// Subset fonts map the glyphs of many ideographs to radicals that look the same
// (⽇ U+2F47 for 日, ⻑ U+2ED1 for 長): a PDF of Chromium or macOS is full of them,
// and no word that holds one would be found. No notice means a radical.
const (
	firstSupplement, lastSupplement = 0x2e80, 0x2ef3
	firstKangxi, lastKangxi         = 0x2f00, 0x2fd5
)

var (
	// supplement and kangxi are the ideographs of these blocks' radicals by
	// Equivalent_Unified_Ideograph (Unicode UCD, EquivalentUnifiedIdeograph.txt;
	// "-" has none), but for 戸 黒 黄 青, which are given as they are written in Japan.
	supplement = []rune(
		"-厂乛乚乙亻冂𠘨刀刂卜㔾小小兀尣尢𡯂巳幺彑彐忄心扌攵-旡日月歺母民氵氺灬" +
			"爫爫丬牛犭王𤴔目示礻𥫗糹纟罓罒㓁冗𦉫羊𦍌𦍋耂肀聿肉𦥑艹艹艹虎衤覀西见角𧢲" +
			"讠贝𧾷车辶辶辶邑钅長镸长门𨸏阝雨青韦页风飞食𩙿飠饣𩠐马骨鬼鱼鸟卤麦黄黾斉" +
			"齐歯齿竜龙龜亀龟")
	kangxi = []rune(
		"一丨丶丿乙亅二亠人儿入八冂冖冫几凵刀力勹匕匚匸十卜卩厂厶又口囗土士夂夊夕" +
			"大女子宀寸小尢尸屮山巛工己巾干幺广廴廾弋弓彐彡彳心戈戸手支攴文斗斤方无日" +
			"曰月木欠止歹殳毋比毛氏气水火爪父爻爿片牙牛犬玄玉瓜瓦甘生用田疋疒癶白皮皿" +
			"目矛矢石示禸禾穴立竹米糸缶网羊羽老而耒耳聿肉臣自至臼舌舛舟艮色艸虍虫血行" +
			"衣襾見角言谷豆豕豸貝赤走足身車辛辰辵邑酉釆里金長門阜隶隹雨青非面革韋韭音" +
			"頁風飛食首香馬骨高髟鬥鬯鬲鬼魚鳥鹵鹿麥麻黄黍黒黹黽鼎鼓鼠鼻齊齒龍龜龠")
)

func unified(r rune) rune {
	switch {
	case r >= firstKangxi && r <= lastKangxi:
		return kangxi[r-firstKangxi]
	case r >= firstSupplement && r <= lastSupplement && supplement[r-firstSupplement] != '-':
		return supplement[r-firstSupplement]
	}
	return r
}
