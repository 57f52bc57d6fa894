package watcher

import (
	"context"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"oshirase/breach"
	"oshirase/extract"
	"oshirase/fetch"
)

// TDnetSearch asks the TSE's keyword search: one request a keyword instead of
// up to 24 pages a day. A title that has none of the keywords is not seen: it is
// a cheap first look, not a full one. Notices have the keys that [TDnet] gives.
type TDnetSearch struct {
	// Keywords are searched for in titles, or are securities codes; the words of
	// breach notices.
	Keywords []string `yaml:"keywords"`
	// Days is how many days are searched, today included; 2, at most 31.
	Days int `yaml:"days"`
	// PermanentCopy is where the exchange keeps each document for ten years; see
	// [TDnet].
	PermanentCopy string `yaml:"permanent_copy"`
}

// breachWords are in nearly all titles of breach notices, and in few others.
var breachWords = []string{"不正アクセス", "漏えい", "漏洩", "流出", "サイバー", "ランサム", "ウイルス", "個人情報", "システム障害", "不正ログイン", "改ざん", "紛失", "誤送信"}

// englishWords are those of the English list.
var englishWords = []string{"unauthorized access", "data breach", "leak", "cyber", "ransomware", "personal information", "system failure", "malware"}

const (
	maxKeywords = 40
	// englishPages bounds the pages of 200 rows that are read of one search.
	englishPages = 5
)

// Validate reports options that cannot work.
func (s *TDnetSearch) Validate() []breach.Fault {
	faults := addressFault("permanent_copy", s.PermanentCopy)
	if s.Days < 0 || s.Days > tdnetDays {
		faults = append(faults, breach.Fault{Key: "days", Message: fmt.Sprintf("must be from 1 to %d: older lists are not online", tdnetDays)})
	}
	if len(s.Keywords) > maxKeywords {
		faults = append(faults, breach.Fault{Key: "keywords", Message: fmt.Sprintf("are %d, more than %d: each is a request at every poll", len(s.Keywords), maxKeywords)})
	}
	for i, k := range s.Keywords {
		if strings.TrimSpace(k) == "" {
			faults = append(faults, breach.Fault{Key: fmt.Sprintf("keywords[%d]", i), Message: "is empty: an empty search finds everything"})
		}
	}
	return faults
}

// List implements [Lister]. The address is that of the search,
// …/onsf/TDJFSearch/TDJFSearch, or of the English one, …_e/TDJFSearch_e.
func (s *TDnetSearch) List(ctx context.Context, ask Ask) (Listed, error) {
	base, err := url.Parse(ask.Source.URL)
	if err != nil {
		return Listed{}, fmt.Errorf("url: %w", err)
	}
	english := strings.HasSuffix(base.Path, "_e")
	keywords := s.Keywords
	if len(keywords) == 0 {
		keywords = breachWords
		if english {
			keywords = englishWords
		}
	}
	days := max(s.Days, 1)
	if s.Days == 0 {
		days = 2
	}
	now := ask.Now.In(extract.Japan)
	form := url.Values{"t0": {now.AddDate(0, 0, 1-days).Format("20060102")}, "t1": {now.Format("20060102")}}
	if !english { // which is paged instead
		form.Set("m", "0")
	}
	copies := permanentCopies(s.PermanentCopy, base.Hostname() == tdnetHost)
	out := Listed{Unchanged: true, Memo: map[string]Memo{}}
	out.Format, out.Total = "tdnet search", 0
	answered, there := 0, map[string]bool{}
	var failure error
	for _, keyword := range keywords {
		memo, listing, err := s.search(ctx, ask, form, keyword)
		if err != nil {
			if ctx.Err() != nil {
				return Listed{}, err
			}
			failure = fmt.Errorf("search for %q: %w", keyword, err)
			continue
		}
		answered++
		out.Memo[memoOf(ask, keyword)] = memo
		if listing == nil {
			continue
		}
		out.Unchanged = false
		out.Warnings = append(out.Warnings, listing.Warnings...)
		if listing.Total > len(listing.Items) {
			out.Incomplete = fmt.Sprintf("the search for %q claims %d rows and shows %d: choose a narrower keyword", keyword, listing.Total, len(listing.Items))
		}
		for _, it := range listing.Items {
			if !there[it.Key] {
				there[it.Key] = true
				it.Fallback = extract.TDnetCopy(copies, it.Publisher.Code, it.DocumentID)
				out.Items = append(out.Items, it)
			}
		}
	}
	if answered == 0 {
		return Listed{}, failure
	}
	if failure != nil {
		out.Incomplete = failure.Error()
	}
	slices.SortStableFunc(out.Items, func(a, b extract.Item) int { return b.Published.Compare(a.Published) })
	out.Total = len(out.Items)
	return out, nil
}

func memoOf(ask Ask, keyword string) string {
	return ask.Source.URL + "?q=" + url.QueryEscape(keyword)
}

// search asks for one keyword; the listing is nil when the answer is the one of
// last time. The English search gives its hits in pages.
func (s *TDnetSearch) search(ctx context.Context, ask Ask, form url.Values, keyword string) (Memo, *extract.Listing, error) {
	base, err := url.Parse(ask.Source.URL)
	if err != nil {
		return Memo{}, nil, err
	}
	referer := base.ResolveReference(&url.URL{Path: "I_head"}).String() // the frame that holds the form
	code, isCode := breach.SecuritiesCode(strings.ToUpper(keyword))
	var all *extract.Listing
	var memo Memo
	for page := 1; page <= englishPages; page++ {
		values := url.Values{"q": {keyword}}
		maps.Copy(values, form)
		if !form.Has("m") {
			values.Set("p", strconv.Itoa(page))
		}
		response, err := ask.Fetch.Get(ctx, fetch.Request{URL: ask.Source.URL, Robots: ask.Source.Robots, Accept: "text/html", Form: values, Referer: referer})
		if err != nil {
			return Memo{}, nil, err
		}
		if last := ask.Memo[memoOf(ask, keyword)]; page == 1 && last.SHA256 == response.SHA256 {
			return last, nil, nil
		}
		if base, err = url.Parse(response.FinalURL); err != nil {
			return Memo{}, nil, err
		}
		listing, err := extract.TDnetSearch(response.Body, response.Header.Get("Content-Type"), base)
		if err != nil {
			return Memo{}, nil, err
		}
		if all == nil {
			all, memo = &listing, Memo{SHA256: response.SHA256}
		} else {
			before := len(all.Items)
			more := joined(Listed{Listing: *all}, Listed{Listing: listing})
			all.Items, all.Warnings = more.Items, more.Warnings
			if len(all.Items) == before {
				break // the same page again
			}
		}
		if form.Has("m") || len(all.Items) >= all.Total {
			break
		}
	}
	if isCode { // 1450 also finds 91450
		shown := len(all.Items)
		all.Items = slices.DeleteFunc(all.Items, func(it extract.Item) bool { return it.Publisher.Code != code })
		all.Total -= shown - len(all.Items)
	}
	return memo, all, nil
}
