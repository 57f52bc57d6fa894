package pdf

import (
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

func TestMend(t *testing.T) {
	for name, test := range map[string]struct {
		text, want string
		doubtful   int
	}{
		"line ends":                          {"一\r\n二\r三\n四", "一\n二\n三\n四", 0},
		"a hyphen at a line's end":           {"ransom\ufffeware CVE\ufffe\r\n2025", "ransom-\nware CVE-\n2025", 0},
		"a soft hyphen stays":                {"ran\u00adsom", "ran\u00adsom", 0},
		"tabs stay, other controls do not":   {"氏名\t住所\x01\u009d\x00", "氏名\t住所\ufffd\ufffd", 2},
		"Kangxi radicals":                    {"⽇⽉⾦⼈⾨", "日月金人門", 0},
		"supplementary radicals":             {"代表取締役社⻑ 市⺠ ⻄⻘", "代表取締役社長 市民 西青", 0},
		"radicals as they are read in Japan": {"神⼾市⽬⿊区", "神戸市目黒区", 0},
		"a radical that is no ideograph":     {"⺀", "⺀", 0},
		"private use":                        {"\ue000社", "\ue000社", 1},
		"noncharacters":                      {"\ufdd0\U0001ffff", "\ufffd\ufffd", 2},
		"codes taken for Latin-1":            {"サンプû商事 客様をxめ皆様{", "サンプû商事 客様をxめ皆様{", 3},
		"Latin where it belongs":             {"Nestlé（ネスレ）10±2° §3 ©2026 株式会社Xとy=x", "Nestlé（ネスレ）10±2° §3 ©2026 株式会社Xとy=x", 0},
	} {
		t.Run(name, func(t *testing.T) {
			got, doubtful := mend(test.text)
			if got != test.want || doubtful != test.doubtful {
				t.Errorf("%q with %d doubtful, want %q with %d", got, doubtful, test.want, test.doubtful)
			}
		})
	}
}

// The Kangxi table is Unicode's compatibility mapping, but for four ideographs.
func TestTheRadicalsAreWhatUnicodeSays(t *testing.T) {
	japan := map[string]string{"戶": "戸", "黑": "黒", "黃": "黄", "靑": "青"}
	for r := rune(firstKangxi); r <= lastKangxi; r++ {
		want := norm.NFKC.String(string(r))
		if at, ok := japan[want]; ok {
			want = at
		}
		if got := string(unified(r)); got != want {
			t.Errorf("%U: %s, want %s", r, got, want)
		}
	}
	if n := lastSupplement - firstSupplement + 1; len(supplement) != n || len(kangxi) != lastKangxi-firstKangxi+1 {
		t.Errorf("%d and %d radicals", len(supplement), len(kangxi))
	}
	for i, r := range supplement {
		if from := rune(firstSupplement + i); norm.NFKC.String(string(from)) != string(from) && norm.NFKC.String(string(from)) != string(r) {
			t.Errorf("%U: %c, Unicode's compatibility mapping says %s", from, r, norm.NFKC.String(string(from)))
		}
	}
}

func FuzzMend(f *testing.F) {
	for _, s := range []string{"ransom\ufffeware\r\n", "⻑\x00\ue000û社", "\xff\xfe"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		once, _ := mend(s)
		if twice, _ := mend(once); twice != once {
			t.Errorf("%q becomes %q, then %q", s, once, twice)
		}
		if !utf8.ValidString(once) || strings.ContainsAny(once, "\x00\r\ufffe") {
			t.Errorf("%q becomes %q", s, once)
		}
	})
}
