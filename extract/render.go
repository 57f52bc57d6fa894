package extract

import (
	"net/url"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// line is one line as a reader sees it, with what tells prose from navigation.
type line struct {
	text    string
	chars   int // letters and digits
	linked  int // those of them inside links
	links   int
	heading bool
	inPage  bool // it holds a link into the page itself
	blank   bool // an empty line stands before it
}

// maxCell bounds what counts as a cell of data, in characters: a longer one is
// a page laid out by a table, and keeps its own lines.
const maxCell = 400

// maxCellBreaks bounds the line breaks and blocks of a cell of data.
const maxCellBreaks = 12

// renderer writes the lines of a tree. Blocks and <br> end a line; a row of a
// data table and a pair of <dt> and <dd> are one line, cells divided by tabs.
type renderer struct {
	base  *url.URL
	lines []line
	links []string
	known map[string]bool

	text      strings.Builder
	cur       line
	last      rune
	space     bool
	broken    bool // the space holds a line break of the markup
	parted    bool // the space stands for a break between blocks of a cell
	tab       bool
	paragraph bool
	inLink    int
	inCell    int
	inHeading int
	pre       int
}

// maxLinks bounds the links that a document reports.
const maxLinks = 200

func (w *renderer) flush() {
	text := w.text.String()
	w.text.Reset()
	w.space, w.broken, w.parted, w.tab = false, false, false, false
	if text != "" {
		w.cur.text = text
		w.cur.blank = w.paragraph && len(w.lines) > 0
		w.lines = append(w.lines, w.cur)
		w.paragraph = false
	}
	w.cur = line{}
	w.last = 0
}

// breakLine ends the line, or inside a cell the word.
func (w *renderer) breakLine() {
	if w.inCell > 0 {
		w.space, w.parted = true, true
		return
	}
	w.flush()
}

func (w *renderer) write(s string) {
	for _, r := range s {
		if invisible(r) {
			continue
		}
		if unicode.IsSpace(r) || unicode.IsControl(r) {
			if w.pre > 0 && r == '\n' {
				w.breakLine()
				continue
			}
			w.space = true
			w.broken = w.broken || r == '\n' || r == '\r'
			continue
		}
		if w.text.Len() > 0 {
			switch {
			case w.tab:
				w.text.WriteByte('\t')
			case w.space && (w.parted || !(w.broken && wide(w.last) && wide(r))):
				w.text.WriteByte(' ')
			}
		}
		w.space, w.broken, w.parted, w.tab = false, false, false, false
		w.text.WriteRune(r)
		w.last = r
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			w.cur.chars++
			if w.inLink > 0 {
				w.cur.linked++
			}
		}
		w.cur.heading = w.cur.heading || w.inHeading > 0
	}
}

// unread are elements whose content is no text of the page.
var unread = map[atom.Atom]bool{
	atom.Script: true, atom.Style: true, atom.Noscript: true, atom.Template: true, atom.Iframe: true,
	atom.Object: true, atom.Embed: true, atom.Svg: true, atom.Math: true, atom.Canvas: true, atom.Audio: true,
	atom.Video: true, atom.Select: true, atom.Textarea: true, atom.Button: true, atom.Input: true,
	atom.Head: true, atom.Rt: true, atom.Rp: true, atom.Datalist: true, atom.Map: true,
}

// block elements stand on lines of their own.
var block = map[atom.Atom]bool{
	atom.Address: true, atom.Article: true, atom.Aside: true, atom.Blockquote: true, atom.Body: true,
	atom.Caption: true, atom.Center: true, atom.Dd: true, atom.Details: true, atom.Dialog: true, atom.Dir: true,
	atom.Div: true, atom.Dl: true, atom.Dt: true, atom.Fieldset: true, atom.Figcaption: true, atom.Figure: true,
	atom.Footer: true, atom.Form: true, atom.H1: true, atom.H2: true, atom.H3: true, atom.H4: true, atom.H5: true,
	atom.H6: true, atom.Header: true, atom.Hgroup: true, atom.Hr: true, atom.Legend: true, atom.Li: true,
	atom.Main: true, atom.Menu: true, atom.Nav: true, atom.Ol: true, atom.P: true, atom.Pre: true,
	atom.Section: true, atom.Summary: true, atom.Table: true, atom.Tbody: true, atom.Td: true, atom.Tfoot: true,
	atom.Th: true, atom.Thead: true, atom.Tr: true, atom.Ul: true,
}

func isHeading(a atom.Atom) bool {
	return a == atom.H1 || a == atom.H2 || a == atom.H3 || a == atom.H4 || a == atom.H5 || a == atom.H6
}

// node writes n and what it holds.
func (w *renderer) node(n *html.Node) {
	switch n.Type {
	case html.TextNode:
		w.write(n.Data)
		return
	case html.DocumentNode:
		w.children(n)
		return
	case html.ElementNode:
	default:
		return
	}
	a := n.DataAtom
	switch {
	case unread[a]:
	case a == atom.Br:
		w.breakLine()
	case a == atom.Img:
		if alt, _ := attr(n, "alt"); w.inHeading > 0 {
			w.write(alt) // old sites set their headings as pictures
		}
	case a == atom.A:
		w.link(n)
	case a == atom.Tr && dataRow(n):
		w.row(n)
	case a == atom.Dt && w.inCell == 0:
		w.breakLine()
		w.children(n)
		if next := nextElement(n); next != nil && next.DataAtom == atom.Dd && simple(next) {
			w.tab = true
		} else {
			w.breakLine()
		}
	case a == atom.Dd && w.inCell == 0 && simple(n):
		w.inCell++
		w.children(n)
		w.inCell--
		if next := nextElement(n); next != nil && next.DataAtom == atom.Dd && simple(next) {
			w.tab = true
		} else {
			w.breakLine()
		}
	case block[a]:
		w.block(n)
	default:
		w.children(n)
	}
}

func (w *renderer) block(n *html.Node) {
	a := n.DataAtom
	w.breakLine()
	if w.inCell == 0 && (isHeading(a) || a == atom.P || a == atom.Table || a == atom.Section || a == atom.Hr) {
		w.paragraph = true
	}
	if isHeading(a) {
		w.inHeading++
	}
	if a == atom.Pre {
		w.pre++
	}
	w.children(n)
	if isHeading(a) {
		w.inHeading--
	}
	if a == atom.Pre {
		w.pre--
	}
	w.breakLine()
}

func (w *renderer) children(n *html.Node) {
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		w.node(c)
	}
}

func (w *renderer) row(tr *html.Node) {
	w.breakLine()
	w.inCell++
	for c := tr.FirstChild; c != nil; c = c.NextSibling {
		if c.DataAtom == atom.Td || c.DataAtom == atom.Th {
			w.children(c)
			w.tab = true
		}
	}
	w.inCell--
	w.breakLine()
}

func (w *renderer) link(n *html.Node) {
	href, _ := attr(n, "href")
	u, ok := resolve(w.base, href)
	// A number to call is no navigation; without a base a relative link is.
	navigates := ok || href != "" && !strings.Contains(href, ":")
	if navigates {
		w.inLink++
		w.cur.links++
		w.cur.inPage = w.cur.inPage || strings.HasPrefix(href, "#")
	}
	if ok && len(w.links) < maxLinks {
		if s := u.String(); !w.known[s] {
			if w.known == nil {
				w.known = map[string]bool{}
			}
			w.known[s] = true
			w.links = append(w.links, s)
		}
	}
	w.children(n)
	if navigates {
		w.inLink--
	}
}

func nextElement(n *html.Node) *html.Node {
	for n = n.NextSibling; n != nil; n = n.NextSibling {
		if n.Type == html.ElementNode {
			return n
		}
	}
	return nil
}

// dataRow reports a row of several cells that are all short: data, not layout.
func dataRow(tr *html.Node) bool {
	cells := 0
	for c := tr.FirstChild; c != nil; c = c.NextSibling {
		if c.Type != html.ElementNode {
			continue
		}
		if !simple(c) {
			return false
		}
		cells++
	}
	return cells > 1
}

// simple reports content that fits a cell.
func simple(n *html.Node) bool {
	chars, breaks := 0, 0
	return simpleWithin(n, &chars, &breaks)
}

func simpleWithin(n *html.Node, chars, breaks *int) bool {
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		switch {
		case c.Type == html.TextNode:
			*chars += utf8.RuneCountInString(strings.TrimSpace(c.Data))
		case c.Type != html.ElementNode || unread[c.DataAtom]:
			continue
		case c.DataAtom == atom.Table:
			return false
		case c.DataAtom == atom.Br || block[c.DataAtom]:
			*breaks++
		}
		if *chars > maxCell || *breaks > maxCellBreaks || !simpleWithin(c, chars, breaks) {
			return false
		}
	}
	return true
}

// text joins the lines.
func joinLines(lines []line) string {
	var b strings.Builder
	for i, l := range lines {
		if i > 0 {
			b.WriteByte('\n')
			if l.blank {
				b.WriteByte('\n')
			}
		}
		b.WriteString(l.text)
	}
	return b.String()
}
