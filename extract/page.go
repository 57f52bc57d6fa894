package extract

import (
	"net/url"
	"strings"
	"time"

	"github.com/PuerkitoBio/goquery"
	"github.com/andybalholm/cascadia"
	"golang.org/x/net/html"

	"oshirase/breach"
)

// Selectors find the rows of an HTML list and what is in them. Row is a CSS
// selector over the page. Each other is a selector inside the row, with an
// optional attribute behind @ ("time@datetime", "a@href", ".@id"); "." is the
// row itself. One that begins with + looks in the element right after the row
// ("+ dd a@href": the dd that follows a dt), one that begins with - in the
// nearest element before it that fits ("- dt": the dt of a dd). An empty part is
// not there, but a row's title without a selector is its link's text, and its
// link without one is its first a@href. Titles lose the row's date where they
// begin with it, bullets, and marks such as NEW.
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
	beside    byte            // '+': in the element after the row, '-': in one before it
	first     goquery.Matcher // what that element is
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
	if css != "" && (css[0] == '+' || css[0] == '-') {
		p.beside = css[0]
		// The first step of "dd a" is the neighbour itself.
		first, below, _ := strings.Cut(strings.TrimSpace(css[1:]), " ")
		matcher, err := cascadia.Compile(first)
		if err != nil {
			return part{}, fail(BadSelector, "%s is no CSS selector (%v): correct it", quote(selector), err)
		}
		p.first, css = matcher, strings.TrimSpace(below)
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

// maxBack bounds how far before a row a neighbour is looked for, in siblings.
const maxBack = 200

// at is the element that the part means for a row; it may be empty.
func (p part) at(row *goquery.Selection) *goquery.Selection {
	at := row
	switch p.beside {
	case '+':
		at = row.Next().FilterMatcher(p.first)
	case '-':
		at = nearestBefore(row.Get(0), p.first)
	}
	at = at.First()
	if p.inside != nil {
		at = at.FindMatcher(p.inside).First()
	}
	return at
}

func nearestBefore(n *html.Node, fits goquery.Matcher) *goquery.Selection {
	for range maxBack {
		if n = n.PrevSibling; n == nil {
			break
		}
		if n.Type == html.ElementNode && fits.Match(n) {
			return goquery.NewDocumentFromNode(n).Selection
		}
	}
	return &goquery.Selection{}
}

// in is the value of the part for a row.
func (p part) in(row *goquery.Selection) string {
	if !p.given {
		return ""
	}
	at := p.at(row)
	if p.attribute == "" {
		return fold(at.Text())
	}
	value, _ := at.Attr(p.attribute)
	if p.attribute == "id" && value != "" {
		return "#" + value // as a link to it
	}
	return value
}

// maxPageRows bounds a list; archives of ten years have some thousands.
const maxPageRows = 10_000

// Page reads an HTML list by selectors. contentType is the HTTP header, base
// the page's address, at the time when it was read: its zone is that of the
// dates, and 11月20日 without a year is resolved by the rows around it, a heading
// above it, or as the last such day before at.
func Page(body []byte, contentType string, base *url.URL, sel Selectors, at time.Time) (Listing, error) {
	page, err := openPage(body, contentType, base, at)
	if err != nil {
		return Listing{}, err
	}
	return page.list(sel)
}

// page is an HTML page that is read as a list.
type page struct {
	doc  *goquery.Document
	base *url.URL // of its links
	self *url.URL // its own address
	at   time.Time
	text decoded
	ids  map[string]*html.Node // made when first asked for
	// sections are the rendered parts of the page, and left how many more bytes
	// of them are wanted: parts may hold each other.
	sections map[string]string
	left     int
}

// maxSections bounds the parts of one page that are kept as rows' texts.
const maxSections = 4 << 20

func openPage(body []byte, contentType string, base *url.URL, at time.Time) (*page, error) {
	text, err := toUTF8(body, contentType)
	if err != nil {
		return nil, err
	}
	root, err := parseHTML(text.text)
	if err != nil {
		return nil, err
	}
	p := &page{doc: goquery.NewDocumentFromNode(root), base: base, self: base, at: at, text: text, left: maxSections}
	if href, ok := p.doc.Find("base[href]").First().Attr("href"); ok {
		if u, ok := resolve(base, href); ok {
			p.base = u
		}
	}
	return p, nil
}

func (p *page) list(sel Selectors) (Listing, error) {
	parts := [6]part{}
	var err error
	for i, selector := range []string{sel.Row, sel.Date, sel.Title, sel.Link, sel.Publisher, sel.Label} {
		if parts[i], err = compilePart(selector); err != nil {
			return Listing{}, err
		}
	}
	if parts[0].inside == nil || parts[0].beside != 0 {
		return Listing{}, fail(BadSelector, "the row selector %s finds no rows by itself: name the element of one row", quote(sel.Row))
	}
	l := Listing{Format: "html", Title: fold(p.doc.Find("title").First().Text()), Total: -1}
	if p.text.lie != "" {
		l.warn("the page is declared as %s and written in %s: read by its bytes", quote(p.text.lie), p.text.charset)
	}
	rows := p.doc.FindMatcher(parts[0].inside)
	if rows.Length() == 0 {
		return Listing{}, fail(NoRows, "the selector %s matches nothing on %s: the site has changed or the selector is wrong, correct list.row", quote(sel.Row), pageTitle(p.text.text))
	}
	var years yearless
	rows.EachWithBreak(func(i int, row *goquery.Selection) bool {
		if i == maxPageRows {
			l.warn("the list has %d rows, of which the first %d were read", rows.Length(), maxPageRows)
			return false
		}
		it, day, problem := p.row(row, parts)
		if problem != "" {
			l.warn("row %d: %s", i+1, problem)
		}
		if it.Title != "" {
			years.add(row.Get(0), day, it.Published)
			l.Items = append(l.Items, it)
		}
		return true
	})
	if len(l.Items) == 0 {
		return Listing{}, fail(NoRows, "the %d rows of %s have no titles: correct list.title", rows.Length(), quote(sel.Row))
	}
	years.resolve(p, l.Items)
	finish(&l)
	return l, nil
}

// row reads one row. day is its date where that tells no year.
func (p *page) row(row *goquery.Selection, parts [6]part) (it Item, day monthDay, problem string) {
	date, title, link := parts[1], parts[2], parts[3]
	if !link.given {
		link = part{given: true, inside: anyLink, attribute: "href"}
		if goquery.NodeName(row) == "a" {
			link.inside = nil
		}
	}
	if link.attribute == "" {
		link.attribute = "href"
	}
	printed := date.in(row)
	if title.given {
		it.Title = title.in(row)
	} else {
		it.Title = linkText(link.at(row))
	}
	it.Title = bareTitle(it.Title, printed)
	if it.Title == "" {
		return Item{}, day, "it has no title and was left out"
	}
	if href := link.in(row); href != "" {
		if u, ok := resolve(p.base, href); ok {
			it.URL, it.Key = u.String(), normalURL(u)
			if len(it.Key) > maxKey {
				it.Key = "link:" + digest(it.Key)
			}
			it.Summary = p.section(u)
		} else {
			problem = "its link leads nowhere: " + quote(href)
		}
	}
	if printed != "" {
		t, precision, ok := parseDate(printed, p.at.Location())
		if !ok {
			if day = findMonthDay(printed); day.month == 0 {
				problem = "its date cannot be read: " + quote(printed)
			} else {
				precision = breach.PrecisionDay
			}
		}
		it.Published, it.Precision = t, precision
	}
	it.Publisher.Name = parts[4].in(row)
	it.Label = parts[5].in(row)
	if at := parts[5].at(row); !title.given && it.Label != "" && at.Length() > 0 && holds(link.at(row).Get(0), at.Get(0)) {
		// The link shows the label and the title in one.
		if bare := strings.TrimSpace(strings.TrimPrefix(it.Title, it.Label)); bare != "" {
			it.Title = bare
		}
	}
	return it, day, problem
}

// linkText is what a link shows: its text, or the text that stands for its
// picture.
func linkText(link *goquery.Selection) string {
	if text := fold(link.Text()); text != "" {
		return text
	}
	alt, _ := link.Find("img[alt]").First().Attr("alt")
	return fold(alt)
}

// section is the text of the part of this very page that a link leads to, so
// that an edit of it is seen; empty for any other link.
func (p *page) section(u *url.URL) string {
	if lastingFragment(u.Fragment) == "" || u.Host != p.self.Host || u.Path != p.self.Path || u.RawQuery != p.self.RawQuery {
		return ""
	}
	if p.ids == nil {
		p.ids, p.sections = map[string]*html.Node{}, map[string]string{}
		for n := range p.doc.Get(0).Descendants() {
			if id, ok := attr(n, "id"); ok && p.ids[id] == nil {
				p.ids[id] = n
			}
			if name, ok := attr(n, "name"); ok && n.Data == "a" && p.ids[name] == nil {
				p.ids[name] = n
			}
		}
	}
	text, known := p.sections[u.Fragment]
	n := p.ids[u.Fragment]
	if known || n == nil || p.left <= 0 {
		return text
	}
	w := &renderer{base: p.base, known: map[string]bool{}}
	renderNodes(sectionFrom(n), w)
	text = joinLines(w.lines)
	p.left -= len(text) + 1000 // an empty part costs its walk too
	p.sections[u.Fragment] = text
	return text
}

var anyLink = goquery.Matcher(cascadia.MustCompile("a[href]"))
