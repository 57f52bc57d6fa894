package extract

import (
	"errors"
	"net/url"
	"strings"
	"time"

	"oshirase/breach"
)

// ppcList is the list of 新着情報 on www.ppc.go.jp.
var ppcList = Selectors{Row: "li:haschild(.news-text)", Date: "time@datetime", Title: ".news-text", Link: ".news-text a@href", Label: ".news-label"}

// PPC reads the lists of the Personal Information Protection Commission: its
// 新着情報, and the index of its press releases of one fiscal year. Actions that
// it takes, and what it publishes by routine, are told by the titles. The
// parameters are those of [Page].
func PPC(body []byte, contentType string, base *url.URL, at time.Time) (Listing, error) {
	l, err := Page(body, contentType, base, ppcList, at)
	if failed, ok := errors.AsType[*Error](err); ok && failed.Reason == NoRows {
		l, _, err = Discover(body, contentType, base, at)
	}
	if err != nil {
		return Listing{}, err
	}
	l.Format = "ppc"
	for i := range l.Items {
		it := &l.Items[i]
		it.Action = ActionOf(it.Title)
		it.Routine = it.Action == "" && containsAny(it.Title, routine)
	}
	return l, nil
}

// actions by the words of a title, the gravest first; a title that only says
// that the law was applied says 行政上の対応.
var actions = []struct {
	word   string
	action breach.Action
}{
	{"命令", breach.ActionOrder},
	{"勧告", breach.ActionRecommendation},
	{"指導", breach.ActionGuidance},
	{"行政上の対応", breach.ActionMeasure},
	{"注意喚起", breach.ActionWarning},
}

// falseActions hold an action's word and are none.
var falseActions = strings.NewReplacer("命令等の状況", "", "監督指針", "", "指導者", "", "指導要領", "", "OECD勧告", "", "理事会勧告", "")

// ActionOf is the administrative action that a title of the Commission tells.
func ActionOf(title string) breach.Action {
	title = falseActions.Replace(title)
	for _, a := range actions {
		if strings.Contains(title, a.word) {
			return a.action
		}
	}
	return ""
}

// routine are the words of what the Commission publishes by routine.
var routine = []string{"ページを更新", "資料集を更新", "仮訳", "漫画", "マンガ", "パンフレット", "を開催", "の開催", "議事録", "議事概要", "説明会", "採用"}

func containsAny(s string, words []string) bool {
	for _, w := range words {
		if strings.Contains(s, w) {
			return true
		}
	}
	return false
}
