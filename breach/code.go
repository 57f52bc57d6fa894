package breach

import "regexp"

// Codes hold letters at the second and fourth place since 2024, never B E I O Q
// V Z (https://www.jpx.co.jp/sicc/code-pr/). The fifth character is 0 for
// ordinary shares.
var codePattern = regexp.MustCompile(`^[0-9][0-9ACDFGHJKLMNPRSTUWXY][0-9][0-9ACDFGHJKLMNPRSTUWXY][0-9]?$`)

// SecuritiesCode normalises a code of four or five ASCII characters: the fifth
// is dropped when it is 0. ok is false when s is no code.
func SecuritiesCode(s string) (code string, ok bool) {
	if !codePattern.MatchString(s) {
		return "", false
	}
	if len(s) == 5 && s[4] == '0' {
		return s[:4], true
	}
	return s, true
}
