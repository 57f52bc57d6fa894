package extract

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/PuerkitoBio/goquery"
	"golang.org/x/net/html"
)

// guessRows bounds how many rows are compared to choose a selector.
const guessRows = 30

// selectors writes the selectors that find the rows of a group.
func (f *finder) selectors(g *group) Selectors {
	sel := Selectors{Row: f.rowSelector(g)}
	sample := g.rows[:min(len(g.rows), guessRows)]
	sel.Date = f.dateSelector(sample)
	if g.sections {
		sel.Link = ".@id"
		sel.Title = headingSelector(sample)
		return sel
	}
	sel.Link = linkSelector(sample)
	sel.Title = titleSelector(sample, sel.Date)
	sel.Label = labelSelector(sample)
	return sel
}

// rowSelector is the shortest selector that matches the rows of the group and
// the fewest linked elements beside them.
func (f *finder) rowSelector(g *group) string {
	rows := map[*html.Node]bool{}
	var elements []*html.Node
	for _, r := range g.rows {
		rows[r.element] = true
		elements = append(elements, r.element)
	}
	own := elements[0].Data + common(elements)
	if g.sections {
		own += "[id]"
	}
	parents := above(elements)
	grand := above(parents)
	candidates := []string{describe(parents) + " > " + own}
	if common(elements) != "" {
		candidates = append(candidates, own)
	}
	candidates = append(candidates, describe(grand)+" > "+describe(parents)+" > "+own)
	for up, levels := above(grand), 0; len(up) > 0 && levels < 6; up, levels = above(up), levels+1 {
		if name := describe(up); strings.ContainsAny(name, ".#") {
			candidates = append(candidates, name+" "+describe(parents)+" > "+own)
		}
	}
	best, bestWrong := candidates[0], -1
	for _, c := range candidates {
		wrong, missed := 0, len(rows)
		f.page.doc.Find(c).Each(func(_ int, s *goquery.Selection) {
			switch n := s.Get(0); {
			case rows[n]:
				missed--
			case f.has[n].links > 0 || g.sections:
				wrong++
			}
		})
		wrong += 2 * missed
		if bestWrong < 0 || wrong < bestWrong {
			best, bestWrong = c, wrong
		}
	}
	return best
}

// above are the distinct parents.
func above(nodes []*html.Node) []*html.Node {
	var parents []*html.Node
	seen := map[*html.Node]bool{}
	for _, n := range nodes {
		if p := n.Parent; p != nil && p.Type == html.ElementNode && !seen[p] {
			seen[p] = true
			parents = append(parents, p)
		}
	}
	return parents
}

// describe names elements by their tag, the id of a single one, and the classes
// that all have.
func describe(nodes []*html.Node) string {
	if len(nodes) == 0 {
		return "html"
	}
	tag := nodes[0].Data
	for _, n := range nodes {
		if n.Data != tag {
			return "*"
		}
	}
	if id, ok := attr(nodes[0], "id"); ok && len(nodes) == 1 && lastingName.MatchString(id) {
		return tag + "#" + id
	}
	return tag + common(nodes)
}

// lastingName is a class or id that a person chose; names with many digits are
// made by machines and change.
var lastingName = regexp.MustCompile(`^[A-Za-z_][A-Za-z_-]*[0-9]{0,2}(?:[A-Za-z_-]+[0-9]{0,2})*$`)

func classes(n *html.Node) []string {
	value, _ := attr(n, "class")
	var names []string
	for name := range strings.FieldsSeq(value) {
		if lastingName.MatchString(name) && len(name) <= 40 && len(names) < 4 {
			names = append(names, name)
		}
	}
	return names
}

// common is ".a.b" for the classes that all nodes have.
func common(nodes []*html.Node) string {
	shared := classes(nodes[0])
	for _, n := range nodes[1:] {
		own := classes(n)
		shared = slices.DeleteFunc(shared, func(c string) bool { return !slices.Contains(own, c) })
	}
	if len(shared) == 0 {
		return ""
	}
	return "." + strings.Join(shared, ".")
}

// names are the selectors that may find n inside a row, the best first.
func names(n *html.Node) []string {
	var list []string
	for _, c := range classes(n) {
		list = append(list, "."+c, n.Data+"."+c)
	}
	list = append(list, n.Data)
	if n.Parent != nil && n.Parent.Type == html.ElementNode {
		place := 1
		for s := n.PrevSibling; s != nil && place < 20; s = s.PrevSibling {
			if s.Type == html.ElementNode {
				place++
			}
		}
		list = append(list, fmt.Sprintf("%s:nth-child(%d)", n.Data, place))
	}
	return list
}

// choose is the candidate with which most rows give what is wanted; "" when
// none does for half of them.
func choose(rows []row, candidates []string, right func(r row, value string, at *html.Node) bool) string {
	best, most := "", len(rows)/2
	for _, c := range candidates {
		p, err := compilePart(c)
		if err != nil {
			continue
		}
		n := 0
		for _, r := range rows {
			s := goquery.NewDocumentFromNode(r.element).Selection
			if at := p.at(s); at.Length() > 0 && right(r, p.in(s), at.Get(0)) {
				n++
			}
		}
		if n > most {
			best, most = c, n
		}
	}
	return best
}

func (f *finder) dateSelector(rows []row) string {
	var candidates []string
	for _, r := range rows[:min(3, len(rows))] {
		switch {
		case r.before:
			for _, name := range names(r.date) {
				if !strings.Contains(name, ":") {
					candidates = append(candidates, "- "+name)
				}
			}
		case r.date == r.element:
			candidates = append(candidates, ".")
		default:
			for _, name := range names(r.date) {
				if r.date.Data == "time" {
					candidates = append(candidates, name+"@datetime")
				}
				candidates = append(candidates, name)
			}
			candidates = append(candidates, ".")
		}
	}
	return choose(rows, candidates, func(r row, value string, at *html.Node) bool {
		if _, _, ok := parseDate(value, time.UTC); !ok && findMonthDay(value).month == 0 {
			return false
		}
		return at == r.date || at == r.element
	})
}

func linkSelector(rows []row) string {
	var candidates []string
	for _, r := range rows[:min(3, len(rows))] {
		if r.link == nil || r.link == r.element {
			continue
		}
		candidates = append(candidates, "a@href")
		for _, name := range names(r.link) {
			candidates = append(candidates, name+"@href")
		}
		for up := r.link.Parent; up != nil && up != r.element; up = up.Parent {
			for _, name := range names(up) {
				candidates = append(candidates, name+" a@href")
			}
		}
	}
	if best := choose(rows, candidates, func(r row, _ string, at *html.Node) bool { return at == r.link }); best != "a@href" {
		return best
	}
	return "" // the default
}

// generic are links' texts that say nothing of what they lead to.
var generic = regexp.MustCompile(`^[\s\[(（【「]*(?:PDF|HTML|XBRL|詳細|詳しく|続き|こちら|全文|本文|もっと|一覧|ダウンロード|More|Read more|Details?)`)

// titleSelector is "" where the link's own text is the title.
func titleSelector(rows []row, date string) string {
	poor := 0
	for _, r := range rows {
		text := bareTitle(linkText(goquery.NewDocumentFromNode(r.link).Selection), fold(shortText(r.date, 200)))
		if utf8.RuneCountInString(text) < 4 || generic.MatchString(text) || hasBlocks(r.link) {
			poor++
		}
	}
	if poor*2 <= len(rows) {
		return ""
	}
	// The element with the longest text that does not hold the date.
	var candidates []string
	longest := map[*html.Node]*html.Node{}
	for _, r := range rows {
		length := 0
		for n := range r.element.Descendants() {
			if n.Type != html.ElementNode || holds(n, r.date) || skipped[n.Data] {
				continue
			}
			if text := fold(ownText(n)); len(text) > length && !generic.MatchString(text) {
				longest[r.element], length = n, len(text)
			}
		}
		if n := longest[r.element]; n != nil && len(candidates) < 30 {
			candidates = append(candidates, names(n)...)
		}
	}
	best := choose(rows, candidates, func(r row, _ string, at *html.Node) bool { return at == longest[r.element] })
	if best == "" && date != "" && date != "." {
		if _, anyOwn := attr(rows[0].element, "class"); anyOwn || rows[0].element.Data == "li" || rows[0].element.Data == "dd" {
			best = "." // the row's text, less its date
		}
	}
	return best
}

// hasBlocks reports a link around several elements: its text runs a date, a
// label and a title together.
func hasBlocks(link *html.Node) bool {
	elements := 0
	for c := link.FirstChild; c != nil; c = c.NextSibling {
		if c.Type == html.ElementNode && c.Data != "br" && c.Data != "img" && fold(shortText(c, 100)) != "" {
			elements++
		}
		if c.Type == html.TextNode && utf8.RuneCountInString(fold(c.Data)) >= 4 {
			return false
		}
	}
	return elements > 1
}

// ownText is the text of n without that of blocks in it.
func ownText(n *html.Node) string {
	var b strings.Builder
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		switch {
		case c.Type == html.TextNode:
			b.WriteString(c.Data)
		case c.Type == html.ElementNode && formatting[c.Data]:
			b.WriteString(shortText(c, 400))
		}
	}
	return b.String()
}

func holds(n, inside *html.Node) bool {
	for ; inside != nil; inside = inside.Parent {
		if inside == n {
			return true
		}
	}
	return false
}

// labelWords are how designers name the element of a row's category.
var labelWords = regexp.MustCompile(`(?i)(?:label|categor|(?:^|[-_])(?:cat|tag|genre|type)(?:$|[-_]))`)

func labelSelector(rows []row) string {
	var candidates []string
	for _, r := range rows[:min(3, len(rows))] {
		for n := range r.element.Descendants() {
			if n.Type != html.ElementNode || n == r.date || n == r.link {
				continue
			}
			for _, c := range classes(n) {
				if labelWords.MatchString(c) && !slices.Contains(candidates, "."+c) {
					candidates = append(candidates, "."+c)
				}
			}
		}
	}
	return choose(rows, candidates, func(r row, value string, at *html.Node) bool {
		return value != "" && utf8.RuneCountInString(value) <= 20 && !holds(at, r.date) && !holds(at, r.link)
	})
}

// headingSelector finds the titles of sections.
func headingSelector(rows []row) string {
	return choose(rows, []string{"h1", "h2", "h3", "h4", "h5", "h6", "dt", ".title", ".ttl", "summary", "strong", "b", "p:nth-child(2)", "p"}, func(r row, value string, _ *html.Node) bool {
		return utf8.RuneCountInString(bareTitle(value, fold(shortText(r.date, 200)))) >= 4
	})
}
