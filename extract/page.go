package extract

import (
	"net/url"
	"strings"
	"time"

	"github.com/PuerkitoBio/goquery"
	"github.com/andybalholm/cascadia"

	"oshirase/breach"
)

// Selectors find the rows of an HTML list and what is in them. Row is a CSS
// selector over the page. Each other is a selector inside the row, with an
// optional attribute behind @ ("time@datetime", "a@href"); "." is the row
// itself, and one that begins with + looks in the element right after the row
// ("+ dd a@href": the dd that follows a dt). An empty part is not there, but a
// row's title without a selector is its link's text, and its link without one
// is its first a@href.
type Selectors struct {
	Row       string `yaml:"row"`
	Date      string `yaml:"date"`
	Title     string `yaml:"title"`
	Link      string `yaml:"link"`
	Publisher string `yaml:"publisher"`
	Label     string `yaml:"label"`
}

// Validate reports selectors that are no CSS, each at its key.
func (s Selectors) Validate() []breach.Fault {
	var faults []breach.Fault
	for _, part := range []struct{ key, selector string }{
		{"row", s.Row}, {"date", s.Date}, {"title", s.Title}, {"link", s.Link}, {"publisher", s.Publisher}, {"label", s.Label},
	} {
		if _, err := compilePart(part.selector); err != nil {
			faults = append(faults, breach.Fault{Key: part.key, Message: err.Error()})
		}
	}
	return faults
}

// part is one compiled selector.
type part struct {
	given     bool
	next      bool            // in the element after the row
	inside    goquery.Matcher // nil: the element itself
	attribute string
}

func compilePart(selector string) (part, error) {
	selector = strings.TrimSpace(selector)
	if selector == "" {
		return part{}, nil
	}
	p := part{given: true}
	css, attribute, _ := strings.Cut(selector, "@")
	p.attribute = strings.TrimSpace(attribute)
	css = strings.TrimSpace(css)
	if rest, ok := strings.CutPrefix(css, "+"); ok {
		p.next = true
		css = strings.TrimSpace(rest)
		// The first step of "dd a" is the neighbour itself.
		first, below, _ := strings.Cut(css, " ")
		if _, err := cascadia.Compile(first); err != nil {
			return part{}, fail(BadSelector, "%s is no CSS selector (%v): correct it", quote(selector), err)
		}
		css = strings.TrimSpace(below)
	}
	if css == "" || css == "." {
		return p, nil
	}
	inside, err := cascadia.Compile(css)
	if err != nil {
		return part{}, fail(BadSelector, "%s is no CSS selector (%v): correct it", quote(selector), err)
	}
	p.inside = inside
	return p, nil
}

// in is the value of the part for a row.
func (p part) in(row *goquery.Selection) string {
	if !p.given {
		return ""
	}
	at := row
	if p.next {
		at = row.Next()
	}
	if p.inside != nil {
		at = at.FindMatcher(p.inside)
	}
	at = at.First()
	if p.attribute != "" {
		value, _ := at.Attr(p.attribute)
		return value
	}
	return fold(at.Text())
}

// maxPageRows bounds a list; archives of ten years have some thousands.
const maxPageRows = 10_000

// Page reads an HTML list by selectors. contentType is the HTTP header, base
// the page's address, loc the zone of its dates.
func Page(body []byte, contentType string, base *url.URL, sel Selectors, loc *time.Location) (Listing, error) {
	text, err := toUTF8(body, contentType)
	if err != nil {
		return Listing{}, err
	}
	parts := [6]part{}
	for i, selector := range []string{sel.Row, sel.Date, sel.Title, sel.Link, sel.Publisher, sel.Label} {
		if parts[i], err = compilePart(selector); err != nil {
			return Listing{}, err
		}
	}
	if parts[0].inside == nil {
		return Listing{}, fail(BadSelector, "the row selector %s finds no rows by itself: name the element of one row", quote(sel.Row))
	}
	root, err := parseHTML(text.text)
	if err != nil {
		return Listing{}, err
	}
	doc := goquery.NewDocumentFromNode(root)
	if at, ok := doc.Find("base[href]").First().Attr("href"); ok {
		if u, ok := resolve(base, at); ok {
			base = u
		}
	}
	l := Listing{Format: "html", Title: fold(doc.Find("title").First().Text()), Total: -1}
	if text.lie != "" {
		l.warn("the page is declared as %s and written in %s: read by its bytes", quote(text.lie), text.charset)
	}
	rows := doc.FindMatcher(parts[0].inside)
	if rows.Length() == 0 {
		return Listing{}, fail(NoRows, "the selector %s matches nothing on %s: the site has changed or the selector is wrong, correct list.row", quote(sel.Row), pageTitle(text.text))
	}
	rows.EachWithBreak(func(i int, row *goquery.Selection) bool {
		if i == maxPageRows {
			l.warn("the list has %d rows, of which the first %d were read", rows.Length(), maxPageRows)
			return false
		}
		it, problem := pageRow(row, parts, base, loc)
		if problem != "" {
			l.warn("row %d: %s", i+1, problem)
		}
		if it.Title != "" {
			l.Items = append(l.Items, it)
		}
		return true
	})
	if len(l.Items) == 0 {
		return Listing{}, fail(NoRows, "the %d rows of %s have no titles: correct list.title", rows.Length(), quote(sel.Row))
	}
	finish(&l)
	return l, nil
}

func pageRow(row *goquery.Selection, parts [6]part, base *url.URL, loc *time.Location) (it Item, problem string) {
	date, title, link := parts[1], parts[2], parts[3]
	if !link.given {
		link = part{given: true, inside: anyLink, attribute: "href"}
	}
	if link.attribute == "" {
		link.attribute = "href"
	}
	if !title.given {
		title = part{given: true, next: link.next, inside: link.inside}
	}
	it.Title = title.in(row)
	if it.Title == "" {
		return Item{}, "it has no title and was left out"
	}
	if href := link.in(row); href != "" {
		if u, ok := resolve(base, href); ok {
			it.URL, it.Key = u.String(), normalURL(u)
			if len(it.Key) > maxKey {
				it.Key = "link:" + digest(it.Key)
			}
		} else {
			problem = "its link leads nowhere: " + quote(href)
		}
	}
	if printed := date.in(row); printed != "" {
		t, p, ok := parseDate(printed, loc)
		if !ok {
			problem = "its date cannot be read: " + quote(printed)
		}
		it.Published, it.Precision = t, p
	}
	it.Publisher.Name = parts[4].in(row)
	it.Label = parts[5].in(row)
	return it, problem
}

var anyLink = goquery.Matcher(cascadia.MustCompile("a[href]"))
