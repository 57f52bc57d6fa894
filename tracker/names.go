package tracker

import (
	"regexp"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// legalForms are what stands around a name without being it.
var legalForms = strings.NewReplacer("株式会社", "", "(株)", "", "有限会社", "", "(有)", "", "合同会社", "",
	"一般社団法人", "", "公益財団法人", "", "一般財団法人", "", "独立行政法人", "", "国立大学法人", "", "学校法人", "", "医療法人", "",
	"ホールディングス", "hd", "ホールデイングス", "hd", "グループ本社", "", " ", "")

// marketPrefix is what TDnet puts before a name: "Ｇ－" for the growth market.
var marketPrefix = regexp.MustCompile(`^[a-z]-`)

// normalText is text for comparing: NFKC, lower case, without the variants that
// NFKC keeps.
func normalText(s string) string {
	return variants.Replace(strings.ToLower(norm.NFKC.String(s)))
}

var variants = strings.NewReplacer("髙", "高", "﨑", "崎", "〜", "~", "‐", "-", "−", "-", "　", " ")

// normalName is an organisation's name for comparing; empty when nothing of it
// is left.
func normalName(s string) string {
	s = legalForms.Replace(marketPrefix.ReplaceAllString(normalText(s), ""))
	for _, form := range []string{", inc.", " inc.", "co.,ltd.", "co.ltd.", ",ltd.", "corporation"} {
		s = strings.TrimSuffix(s, form)
	}
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || r == '・' || r == '.' || r == ',' {
			return -1
		}
		return r
	}, s)
}
