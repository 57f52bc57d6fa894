package extract

import (
	"cmp"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/net/html"

	"oshirase/breach"
)

// Discover finds the list of an HTML page by itself: the largest group of
// elements of one shape that have a date and a link each (dt and dd, li, tr, div,
// one dl an item), or a date and an id on a page that holds its items whole. The
// selectors that it returns are those by which [Page] gives the same listing.
// The parameters are those of Page.
func Discover(body []byte, contentType string, base *url.URL, at time.Time) (Listing, Selectors, error) {
	p, err := openPage(body, contentType, base, at)
	if err != nil {
		return Listing{}, Selectors{}, err
	}
	f := &finder{page: p, has: map[*html.Node]counts{}}
	f.count(p.doc.Get(0))
	groups := f.groups()
	var best candidate
	for _, g := range groups[:min(len(groups), maxGroups)] {
		sel := f.selectors(g)
		l, err := p.list(sel)
		if err != nil {
			continue
		}
		if c := (candidate{l, sel, score(l, g)}); c.score > best.score {
			best = c
		}
	}
	if best.score == 0 {
		return Listing{}, Selectors{}, fail(NoRows, "no list of dated links was found on %s: if its rows are written by a script, look for a feed or use kind ir; else name them by list.row", pageTitle(p.text.text))
	}
	best.listing.Warnings = slices.DeleteFunc(best.listing.Warnings, func(w string) bool {
		return strings.HasPrefix(w, "row ") // a row that was found in passing
	})
	return best.listing, best.sel, nil
}

const (
	// maxGroups bounds how many groups are tried, the largest first.
	maxGroups = 6
	// maxDates bounds the dates of a page that are looked at.
	maxDates = 10_000
	// maxSectionDates bounds the dates of one item that is a part of the page.
	maxSectionDates = 50
	// maxClimb bounds how far above its date a row's element may be.
	maxClimb = 8
)

type candidate struct {
	listing Listing
	sel     Selectors
	score   float64
}

// score weighs a listing: dated rows with a title of some length count, rows
// that lead to one place or stand in navigation count less.
func score(l Listing, g *group) float64 {
	good := 0
	links := map[string]bool{}
	for _, it := range l.Items {
		if it.Published.IsZero() || it.Precision != breach.PrecisionDay && it.Precision != breach.PrecisionMinute {
			continue
		}
		if it.URL == "" || utf8.RuneCountInString(it.Title) < 4 {
			continue
		}
		good++
		links[it.URL] = true
	}
	s := float64(good+len(links)) / 2
	if good*2 < len(l.Items) { // a list of something else, with a date here and there
		if g.sections {
			return 0
		}
		s /= 4
	}
	if g.aside {
		s /= 8
	}
	if g.sections {
		s *= 0.9 // links are better evidence than ids
	}
	if good == 1 && (g.aside || !g.list) {
		return 0 // "updated on … privacy policy"
	}
	return s
}

// counts are what an element holds, itself included.
type counts struct{ dates, links int }

// finder looks for the dated rows of a page.
type finder struct {
	page  *page
	has   map[*html.Node]counts
	dates []*html.Node // elements that print a date themselves, in document order
}

// skipped elements show nothing to a reader, or nothing that is a row.
var skipped = map[string]bool{
	"script": true, "style": true, "noscript": true, "template": true, "select": true, "textarea": true, "head": true, "svg": true, "iframe": true,
}

// count fills has for n and all below it.
func (f *finder) count(n *html.Node) counts {
	var c counts
	if n.Type == html.ElementNode && skipped[n.Data] {
		return c
	}
	own := false
	for child := n.FirstChild; child != nil; child = child.NextSibling {
		switch child.Type {
		case html.ElementNode:
			below := f.count(child)
			c.dates += below.dates
			c.links += below.links
		case html.TextNode:
			own = own || printsDate(child.Data)
		}
	}
	if n.Type != html.ElementNode {
		return c
	}
	if n.Data == "a" && leads(n) {
		c.links++
	}
	if n.Data == "time" && c.dates == 0 && !own {
		value, _ := attr(n, "datetime")
		own = printsDate(value)
	}
	// 2026<span>年</span>11<span>月</span>… is one date in several pieces.
	if !own && c.dates == 0 && n.FirstChild != n.LastChild {
		own = printsDate(shortText(n, 60))
	}
	if own && len(f.dates) < maxDates {
		f.dates = append(f.dates, n)
		c.dates++
	}
	f.has[n] = c
	return c
}

// leads reports a link to somewhere; a script's is none.
func leads(a *html.Node) bool {
	href, ok := attr(a, "href")
	if !ok {
		return false
	}
	href = strings.TrimSpace(href)
	return href != "" && href != "#" && !hasPrefixFold(href, "javascript:") && !hasPrefixFold(href, "mailto:") && !hasPrefixFold(href, "tel:")
}

func hasPrefixFold(s, prefix string) bool {
	return len(s) >= len(prefix) && strings.EqualFold(s[:len(prefix)], prefix)
}

// printsDate reports a text that begins or ends with a day: a date inside a
// sentence is no row's.
func printsDate(s string) bool {
	if len(s) < 4 || !strings.ContainsFunc(s, func(r rune) bool { return isDigit(narrow(r)) }) {
		return false
	}
	s = fold(narrowText(s))
	found, ok := findDate(s, time.UTC)
	if !ok || found.precision != breach.PrecisionDay && found.precision != breach.PrecisionMinute {
		m := monthDayForms[0].FindStringIndex(s)
		return m != nil && utf8.RuneCountInString(s[:m[0]]) <= 4 || utf8.RuneCountInString(s) <= 12 && findMonthDay(s).month > 0
	}
	return utf8.RuneCountInString(s[:found.start]) <= 12 || utf8.RuneCountInString(s[found.end:]) <= 6
}

// row is one element that may be an item: link is nil for a section.
type row struct {
	element, date, link *html.Node
	before              bool // the date is a sibling before the element
}

// group is the rows of one shape.
type group struct {
	rows     []row
	sections bool // items are parts of the page, named by their ids
	aside    bool // stands in navigation, or at the side
	list     bool // li, tr, dd: what is a list with one row too
}

// groups are the rows by their shape, the largest group first.
func (f *finder) groups() []*group {
	byShape := map[string]*group{}
	var order []*group
	add := func(r row, sections bool) {
		key := shape(r, sections)
		g := byShape[key]
		if g == nil {
			g = &group{sections: sections, aside: inNavigation(r.element)}
			switch r.element.Data {
			case "li", "tr", "dd", "dl", "article":
				g.list = true
			}
			byShape[key] = g
			order = append(order, g)
		}
		if len(g.rows) == 0 || g.rows[len(g.rows)-1].element != r.element {
			g.rows = append(g.rows, r)
		}
	}
	for _, date := range f.dates {
		rows := f.rowsOf(date)
		for _, r := range rows {
			if r.link != nil {
				add(r, false)
			}
		}
		if len(rows) == 0 {
			if r, ok := f.sectionOf(date); ok {
				add(r, true)
			}
		}
	}
	slices.SortStableFunc(order, func(a, b *group) int { return cmp.Compare(len(b.rows), len(a.rows)) })
	return order
}

// rowsOf finds the rows that a date belongs to: the smallest element around it
// that holds a link, or the elements beside it up to the next date.
func (f *finder) rowsOf(date *html.Node) []row {
	for up := date; up != nil && up.Type == html.ElementNode; up = up.Parent {
		if up.Data == "a" && leads(up) { // the link holds the date: it may have an element of its own around
			element := up
			for range maxClimb {
				parent := element.Parent
				if parent == nil || parent.Type != html.ElementNode || parent.Data == "body" || f.has[parent].links > 1 || f.has[parent].dates > 1 {
					break
				}
				element = parent
			}
			if isRowTag(up.Parent) || element.Data == "body" {
				element = up.Parent
			}
			return []row{{element: element, date: date, link: up}}
		}
	}
	element := date
	for range maxClimb {
		c := f.has[element]
		if c.dates > 1 || element.Data == "body" || element.Data == "html" {
			break
		}
		if c.links > 0 {
			// The cell or the paragraph stands for the row around it.
			for parent := element.Parent; parent != nil && !isRowTag(element) && f.has[parent].dates == 1 && f.has[parent].links == c.links && isRowTag(parent); parent = element.Parent {
				element = parent
			}
			return []row{{element: element, date: date, link: mainLink(element)}}
		}
		parent := element.Parent
		if parent == nil || parent.Type != html.ElementNode {
			break
		}
		if f.has[parent].dates > 1 {
			return f.beside(element, date)
		}
		element = parent
	}
	return nil
}

// beside are the rows behind a date's element: its siblings up to the next one
// with a date.
func (f *finder) beside(element, date *html.Node) []row {
	var rows []row
	n := element
	for range maxBack {
		if n = n.NextSibling; n == nil {
			break
		}
		if n.Type != html.ElementNode {
			continue
		}
		if n.Data == element.Data && f.has[n].dates > 0 {
			break
		}
		if f.has[n].links > 0 {
			rows = append(rows, row{element: n, date: element, link: mainLink(n), before: true})
		}
	}
	return rows
}

// sectionOf finds the part of the page that a date heads: an element with an id
// that holds more than the date.
func (f *finder) sectionOf(date *html.Node) (row, bool) {
	for element, up := date, 0; element != nil && element.Type == html.ElementNode && up < maxClimb; element, up = element.Parent, up+1 {
		switch element.Data {
		case "body", "main", "ul", "ol", "table", "tbody": // a list is no item of one
			return row{}, false
		}
		id, ok := attr(element, "id")
		if !ok || id == "" || element == date && !isHeading(date.DataAtom) {
			continue
		}
		text := fold(shortText(element, 200))
		if !printsDate(text[:min(len(text), 150)]) || f.repeats(element, date) {
			break
		}
		return row{element: element, date: date}, true
	}
	return row{}, false
}

// repeats reports an element with several dates of one kind: a list, no item.
func (f *finder) repeats(element, date *html.Node) bool {
	if n := f.has[element].dates; n == 1 || n > maxSectionDates {
		return n > 1
	}
	for n := range element.Descendants() {
		if n != date && n.Type == html.ElementNode && n.Data == date.Data && f.has[n].dates > 0 && slices.Equal(classes(n), classes(date)) {
			return true
		}
	}
	return false
}

func isRowTag(n *html.Node) bool {
	switch n.Data {
	case "li", "tr", "dl", "article", "dd":
		return true
	}
	return false
}

// mainLink is the link of a row with the longest text: the others are labels,
// icons and file sizes.
func mainLink(element *html.Node) *html.Node {
	var best *html.Node
	length := -1
	for n := range element.Descendants() {
		if n.Type == html.ElementNode && n.Data == "a" && leads(n) {
			if l := len(fold(shortText(n, 400))); l > length {
				best, length = n, l
			}
		}
	}
	if best == nil && element.Data == "a" && leads(element) {
		return element
	}
	return best
}

// shape names what rows of one list have in common: the tags and classes around
// them. A row's own classes tell odd from even and one category from another.
func shape(r row, sections bool) string {
	var b strings.Builder
	b.WriteString(r.element.Data)
	if r.before {
		b.WriteString(" behind " + r.date.Data)
	}
	if sections {
		b.WriteString(" section")
	}
	for n, up := r.element.Parent, 0; n != nil && n.Type == html.ElementNode && up < 3; n, up = n.Parent, up+1 {
		b.WriteString(" < " + n.Data)
		if up < 2 {
			for _, c := range classes(n) {
				b.WriteString("." + c)
			}
		}
	}
	return b.String()
}

// inNavigation reports elements whose links lead through the site.
func inNavigation(n *html.Node) bool {
	for ; n != nil; n = n.Parent {
		switch n.Data {
		case "nav", "footer", "aside", "header":
			return true
		}
		id, _ := attr(n, "id")
		class, _ := attr(n, "class")
		for _, name := range strings.Fields(strings.ToLower(id + " " + class)) {
			switch name {
			case "nav", "gnav", "navi", "footer", "header", "sidebar", "side", "breadcrumb", "breadcrumbs", "pickup", "ranking":
				return n.Data != "body"
			}
		}
	}
	return false
}
