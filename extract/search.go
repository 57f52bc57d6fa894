package extract

import (
	"net/url"
	"regexp"
	"strconv"

	"github.com/PuerkitoBio/goquery"

	"oshirase/breach"
)

var searchTotal = regexp.MustCompile(`([0-9][0-9,]*)`)

// TDnetSearch reads the answer of the TSE's keyword search, the Japanese or the
// English one. Keys are those of [TDnet]. Total is what the page claims, 0 for no
// hit, and -1 when it claims nothing.
func TDnetSearch(body []byte, contentType string, base *url.URL) (Listing, error) {
	text, err := toUTF8(body, contentType)
	if err != nil {
		return Listing{}, err
	}
	root, err := parseHTML(text.text)
	if err != nil {
		return Listing{}, err
	}
	doc := goquery.NewDocumentFromNode(root)
	l := Listing{Format: "tdnet search", Total: -1}
	table := doc.Find("#maintable")
	if table.Length() == 0 {
		if doc.Find("#contentwrapper.nothing").Length() == 0 {
			return Listing{}, fail(NotTheList, "%s stands where the result of the search was: it is asked again at the next poll", pageTitle(text.text))
		}
		l.Total = 0
		return l, nil
	}
	if m := searchTotal.FindString(narrowText(fold(doc.Find("#result").First().Text()))); m != "" {
		if n, err := strconv.Atoi(digitsOf(m)); err == nil {
			l.Total = n
		}
	}
	table.Find("tr").Each(func(i int, row *goquery.Selection) {
		if row.Find("td.title").Length() == 0 {
			return // the head of the table
		}
		it, problem := searchRow(row, base)
		if problem != "" {
			l.warn("row %d: %s", i+1, problem)
		}
		if it.Title != "" {
			l.Items = append(l.Items, it)
		}
	})
	if len(l.Items) == 0 {
		return Listing{}, fail(BadMarkup, "the result of the search has a table and no row that can be read: its markup has changed")
	}
	finish(&l)
	return l, nil
}

func digitsOf(s string) string {
	var b []byte
	for i := range len(s) {
		if isDigit(rune(s[i])) {
			b = append(b, s[i])
		}
	}
	return string(b)
}

func searchRow(row *goquery.Selection, base *url.URL) (it Item, problem string) {
	title := row.Find("td.title").First()
	link := title.Find("a").First()
	if it.Title = fold(link.Text()); it.Title == "" {
		it.Title = fold(title.Text())
	}
	if it.Title == "" {
		return Item{}, "its title is empty and it was left out"
	}
	it.Publisher, problem = tdnetCompany(row.Find("td.code").First().Text(), row.Find("td.companyname").First().Text())
	printed := fold(row.Find("td.time").First().Text())
	var ok bool
	if it.Published, it.Precision, ok = parseDate(printed, Japan); !ok {
		problem = "its time is " + quote(printed)
	} else if it.Precision == breach.PrecisionDay {
		problem = "it has a day and no time"
	}
	href, linked := link.Attr("href")
	if !linked {
		it.Deleted = true
		return it, problem
	}
	u, ok := resolve(base, href)
	if !ok {
		return it, "its link is " + quote(href)
	}
	it.URL, it.Key, it.DocumentID = tdnetLink(u)
	return it, problem
}
