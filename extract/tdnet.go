package extract

import (
	"bytes"
	"cmp"
	"fmt"
	"net/url"
	"path"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/PuerkitoBio/goquery"
	"github.com/andybalholm/cascadia"
	"golang.org/x/text/unicode/norm"

	"oshirase/breach"
)

// TDnetPageURL is the address of one page of a day's list, pages counted from
// 1, below the address of the service, …/inbs/.
func TDnetPageURL(service *url.URL, day time.Time, page int) *url.URL {
	return service.ResolveReference(&url.URL{Path: fmt.Sprintf("I_list_%03d_%s.html", page, day.Format("20060102"))})
}

var (
	tdnetTotal = regexp.MustCompile(`全\s*([0-9]+)\s*件`)
	tdnetDate  = regexp.MustCompile(`([0-9]{4})年([0-9]{1,2})月([0-9]{1,2})日`)
	tdnetClock = regexp.MustCompile(`^([0-9]{1,2}):([0-9]{2})$`)
	// tdnetMarket is the market's prefix of a name: Ｇ－ growth, Ｐ－ TOKYO PRO
	// Market, Ｒ－ REIT, E, I, Q, A, F, U, Y and S.
	tdnetMarket = regexp.MustCompile(`^[A-Z]-`)
)

var (
	anchor = goquery.Matcher(cascadia.MustCompile("a"))
	struck = goquery.Matcher(cascadia.MustCompile("s"))
)

// TDnet reads one page of the TSE's list of one day. base is the page's
// address, day midnight in Tokyo of the day asked for. Total is the list's own
// 全N件; a day without disclosures has no items and Total 0.
//
// A row's key is its document id. A deleted row has lost its link: its key is
// that of what it shows, and its RowKey is the one it had before.
func TDnet(body []byte, base *url.URL, day time.Time) (Listing, error) {
	text, err := toUTF8(body, "text/html; charset=utf-8")
	if err != nil {
		return Listing{}, err
	}
	root, err := parseHTML(text.text)
	if err != nil {
		return Listing{}, err
	}
	doc := goquery.NewDocumentFromNode(root)
	printed := fold(doc.Find("#kaiji-date-1").First().Text())
	m := tdnetDate.FindStringSubmatch(printed)
	if m == nil {
		return Listing{}, fail(NotTheList, "%s stands where the list of disclosures was: it is read again at the next poll", pageTitle(text.text))
	}
	if got := fmt.Sprintf("%s-%02s-%02s", m[1], m[2], m[3]); got != day.Format(time.DateOnly) {
		return Listing{}, fail(WrongDay, "the list is that of %s, the one of %s was asked for: it is read again at the next poll", got, day.Format(time.DateOnly))
	}
	l := Listing{Format: "tdnet", Title: printed, Total: 0}
	table := doc.Find("#main-list-table")
	sum := tdnetTotal.FindStringSubmatch(fold(doc.Find(".kaijiSum").First().Text()))
	switch {
	case sum != nil:
		if l.Total, err = strconv.Atoi(sum[1]); err != nil {
			return Listing{}, fail(BadMarkup, "the list's total %s is no number", quote(sum[1]))
		}
	case table.Length() > 0:
		return Listing{}, fail(BadMarkup, "the list of %s has rows and tells no total (全N件): its markup has changed", printed)
	case !strings.Contains(doc.Find("#kaiji-text-1").First().Text(), "情報はありません"):
		return Listing{}, fail(NotTheList, "the list of %s has neither rows nor the note that there are none: it is read again at the next poll", printed)
	}
	unlinked := map[string]int{}
	table.Find("tr").Each(func(i int, row *goquery.Selection) {
		it, problem := tdnetRow(row, base, day)
		if problem != "" {
			l.warn("row %d of %s: %s", i+1, path.Base(base.Path), problem)
		}
		if it.Title == "" {
			return
		}
		if it.Key == "" {
			// Two funds' filings of one title and minute are two of the total.
			it.Key = "row:" + RowKey(it.Published, it.Publisher.Code, it.Title)
			if unlinked[it.Key]++; unlinked[it.Key] > 1 {
				it.Key += fmt.Sprintf(" %d", unlinked[it.Key])
			}
		}
		l.Items = append(l.Items, it)
	})
	if l.Total > 0 && len(l.Items) == 0 {
		return Listing{}, fail(BadMarkup, "the list of %s claims %d rows and shows none that can be read: its markup has changed", printed, l.Total)
	}
	finish(&l)
	return l, nil
}

// tdnetRow reads one row. An item without a title is no row of the list.
func tdnetRow(row *goquery.Selection, base *url.URL, day time.Time) (it Item, problem string) {
	cells := tdnetCells(row)
	title := cells["kjTitle"]
	if title == nil {
		return Item{}, "it has no title cell and was left out"
	}
	it.Deleted = row.HasClass("hyodaiDel")
	link := title.FindMatcher(anchor).First()
	// The whole cell of a retitled row holds both titles.
	it.Title = fold(link.Text())
	if it.Title == "" {
		it.Title = fold(title.Clone().FindMatcher(struck).Remove().End().Text())
	}
	it.PreviousTitle = fold(title.FindMatcher(struck).First().Text())
	if it.Title == "" {
		return Item{}, "its title is empty and it was left out"
	}
	it.Published, it.Precision = day, breach.PrecisionDay
	if m := tdnetClock.FindStringSubmatch(fold(textOf(cells["kjTime"]))); m != nil {
		hour, _ := strconv.Atoi(m[1])   // digits by the pattern
		minute, _ := strconv.Atoi(m[2]) // digits by the pattern
		it.Published = day.Add(time.Duration(hour)*time.Hour + time.Duration(minute)*time.Minute)
		it.Precision = breach.PrecisionMinute
	} else {
		problem = "its time is " + quote(fold(textOf(cells["kjTime"])))
	}
	company, wrong := tdnetCompany(textOf(cells["kjCode"]), textOf(cells["kjName"]))
	it.Publisher = company
	problem = cmp.Or(wrong, problem)
	href, linked := link.Attr("href")
	if !linked {
		if !it.Deleted {
			problem = "it has no link and is not marked as deleted"
		}
		return it, problem
	}
	u, ok := resolve(base, href)
	if !ok {
		return it, "its link is " + quote(href)
	}
	it.URL, it.Key, it.DocumentID = tdnetLink(u)
	return it, problem
}

// tdnetCells are the cells of a row by what their classes say they hold: kjTime,
// kjCode, kjName, kjTitle …, beside oddnew-L and the like.
func tdnetCells(row *goquery.Selection) map[string]*goquery.Selection {
	cells := map[string]*goquery.Selection{}
	row.Children().Each(func(_ int, cell *goquery.Selection) {
		class, _ := attr(cell.Get(0), "class")
		for name := range strings.FieldsSeq(class) {
			if strings.HasPrefix(name, "kj") && cells[name] == nil {
				cells[name] = cell
			}
		}
	})
	return cells
}

func textOf(s *goquery.Selection) string {
	if s == nil {
		return ""
	}
	return s.Text()
}

// tdnetLink is a link to a document of the TSE: its key is the document's name.
func tdnetLink(u *url.URL) (address, key, documentID string) {
	documentID = DocumentID(u)
	if key = strings.TrimPrefix(documentID, "tdnet:"); key == "" {
		if key = normalURL(u); len(key) > maxKey {
			key = "link:" + digest(key)
		}
	}
	return u.String(), key, documentID
}

// tdnetCompany reads the code and the short name of a company as the TSE prints
// them: full width, padded, with the market before the name.
func tdnetCompany(code, name string) (p breach.Publisher, problem string) {
	printed := norm.NFKC.String(fold(code))
	var ok bool
	if p.Code, ok = breach.SecuritiesCode(printed); !ok {
		problem = "its code is " + quote(printed)
	}
	p.Name = tdnetMarket.ReplaceAllString(norm.NFKC.String(fold(name)), "")
	return p, problem
}

// isPDF reports whether bytes begin like a PDF.
func isPDF(body []byte) bool { return bytes.Contains(body[:min(len(body), 1024)], []byte("%PDF-")) }
