package extract

import (
	"math"
	"strings"
	"unicode"
	"unicode/utf8"
)

// sampleBytes bounds what is decoded to judge a charset.
const sampleBytes = 32 << 10

// declaredMargin is how much better than the declared charset another must
// score: half a kana in every letter. Below it the declaration is believed.
const declaredMargin = 1.2

// judge chooses the charset of bytes that are not valid UTF-8. sure is false
// when none makes text of them.
func judge(body []byte, declared []declaration) (name string, sure bool) {
	sample := highSample(body)
	best, bestScore := "", verdict{mean: math.Inf(-1)}
	for _, candidate := range []string{"utf-8", "shift_jis", "euc-jp", "windows-1252"} {
		if v := weigh(sample, candidate); v.mean > bestScore.mean {
			best, bestScore = candidate, v
		}
	}
	for _, d := range declared {
		if d.name == "" {
			continue
		}
		v := weigh(sample, d.name)
		if strings.HasPrefix(d.name, "utf-16") {
			v = weigh(body[:min(len(body), sampleBytes)&^1], d.name) // words would break its pairs
		}
		if v.broken > 0.05 {
			continue
		}
		// A charset of one byte a letter decodes anything: where another finds
		// much kana in the same bytes, that is no chance.
		if v.mean+declaredMargin >= bestScore.mean && (v.kana > 0.05 || bestScore.kana < 0.2) {
			return d.name, true
		}
	}
	return best, bestScore.broken <= 0.15
}

// highSample collects the words of body that hold bytes above ASCII, so that a
// page of scripts with little text is judged by its text. Words are cut at
// bytes below '@', which no multi-byte charset of Japan uses as a second byte.
func highSample(body []byte) []byte {
	var out []byte
	for i := 0; i < len(body) && len(out) < sampleBytes; {
		start, high := i, false
		for i < len(body) && body[i] >= '@' && i-start < sampleBytes {
			high = high || body[i] >= 0x80
			i++
		}
		if high {
			out = append(out, body[start:i]...)
			out = append(out, '\n')
		}
		if i == start {
			i++
		}
	}
	return out
}

// verdict is how much a decoding looks like text.
type verdict struct {
	mean   float64 // points a character
	kana   float64 // share of kana and Japanese punctuation among characters above ASCII
	broken float64 // share of undecodable characters among them
}

// weigh decodes the sample and gives points: kana and the punctuation of
// Japanese prose are rarely hit by chance, undecodable bytes refute, half-width
// kana and accented letters in a row are what a wrong decoding gives.
func weigh(sample []byte, name string) verdict {
	text, err := decodeAs(sample, name)
	if err != nil {
		return verdict{mean: math.Inf(-1), broken: 1}
	}
	japanese := name == "shift_jis" || name == "euc-jp" || name == "iso-2022-jp" || name == "utf-8"
	var points float64
	var all, high, kana, broken int
	var before rune
	for i := 0; i < len(text); {
		r, size := utf8.DecodeRune(text[i:])
		i += size
		all++
		if r < 0x80 {
			before = r
			continue
		}
		high++
		switch {
		case r == utf8.RuneError, r < 0xA0, unicode.Is(unicode.Co, r):
			points -= 50
			broken++
		case r >= 0x3040 && r <= 0x30ff, r == '。', r == '、', r == '「', r == '」':
			points += 3
			kana++
		case r >= 0x4e00 && r <= 0x9fff:
			points++
		case r >= 0xff61 && r <= 0xff9f:
			points -= 2
		case r >= 0x3000 && r <= 0x303f, r >= 0xff01 && r <= 0xff5e, r >= 0x2460 && r <= 0x24ff:
			points += 0.5
		case !japanese && r < 0x250 && unicode.IsLetter(r) && isLatin(before):
			points++ // "café": an accent among letters
		case !japanese && r >= 0x250 && unicode.IsLetter(r):
			points++ // a declared Cyrillic, Korean … text
		default:
			points--
		}
		before = r
	}
	if all == 0 || high == 0 {
		return verdict{}
	}
	return verdict{mean: points / float64(all+1), kana: float64(kana) / float64(high), broken: float64(broken) / float64(high)}
}

func isLatin(r rune) bool { return r < 0x80 && unicode.IsLetter(r) }
