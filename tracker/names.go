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

// normalText is text for comparing: NFKC, lower case, without the variants that
// NFKC keeps.
func normalText(s string) string {
	s = strings.ToLower(norm.NFKC.String(s))
	return strings.NewReplacer("髙", "高", "﨑", "崎", "〜", "~", "‐", "-", "−", "-", "　", " ").Replace(s)
}

// normalName is an organisation's name for comparing; empty when nothing of it
// is left.
func normalName(s string) string {
	s = legalForms.Replace(normalText(s))
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

var (
	reportMark = regexp.MustCompile(`[\[(【〔「]*第\s*[0-9一二三四五六七八九十百]+\s*(?:報|版)[\])】〕」]*|続々報|続報|最終報告?|初報`)
	// brackets hold corrections, progress marks and the like.
	bracketMark  = regexp.MustCompile(`\((?:訂正|開示事項の経過|開示事項の変更|経過|更新)[^)]*\)`)
	quotedTitle  = regexp.MustCompile(`「([^「」]{6,})」`)
	titleEndings = regexp.MustCompile(`(?:に関する|について)?(?:の)?(?:お詫びと)?(?:お知らせ|ご報告|報告|ご連絡|お詫び|調査結果|一部訂正|経過|の|と|及び|並びに)*$`)
)

// minStem is the least that a title must leave to be told from others.
const minStem = 6

// titleStem is what the titles of one incident's reports share: without report
// numbers, marks and polite endings. Empty when too little is left.
func titleStem(title string) string {
	s := normalText(title)
	s = bracketMark.ReplaceAllString(s, "")
	s = reportMark.ReplaceAllString(s, "")
	s = strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || strings.ContainsRune("()[]【】〔〕「」『』-~―ー:：/", r) {
			return -1
		}
		return r
	}, s)
	s = titleEndings.ReplaceAllString(s, "")
	if len([]rune(s)) < minStem {
		return ""
	}
	return s
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
