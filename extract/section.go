package extract

import (
	"golang.org/x/net/html"
)

// leastSection is how many characters an element must hold to be a section by
// itself: an anchor and a heading only begin one.
const leastSection = 40

// maxSectionNodes bounds how many elements a section that begins with a heading
// may have.
const maxSectionNodes = 200

// sectionAt is the part of a page that a fragment names: the element itself, or
// what stands between an anchor or a heading and the next one of its kind. It is
// nil where the fragment names none, or the page as a whole.
func sectionAt(root *html.Node, fragment string) []*html.Node {
	if lastingFragment(fragment) == "" {
		return nil
	}
	n := anchored(root, fragment)
	if n == nil || n.Data == "body" || n.Data == "html" || n.Data == "main" {
		return nil
	}
	return sectionFrom(n)
}

func anchored(root *html.Node, name string) *html.Node {
	for n := range root.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		if id, ok := attr(n, "id"); ok && id == name {
			return n
		}
		if old, ok := attr(n, "name"); ok && old == name && n.Data == "a" {
			return n
		}
	}
	return nil
}

func sectionFrom(n *html.Node) []*html.Node {
	if !isHeading(n.DataAtom) && n.Data != "a" && n.Data != "dt" && len([]rune(fold(shortText(n, 8*leastSection)))) >= leastSection {
		return []*html.Node{n}
	}
	// The heading that holds the anchor, or that the anchor stands before.
	for up := n.Parent; up != nil && up.Type == html.ElementNode; up = up.Parent {
		if isHeading(up.DataAtom) || up.Data == "dt" {
			n = up
			break
		}
	}
	nodes := []*html.Node{n}
	for s := n.NextSibling; s != nil && len(nodes) < maxSectionNodes; s = s.NextSibling {
		if s.Type == html.ElementNode && s.Data == n.Data && (n.Data != "a" || marksPlace(s)) {
			break
		}
		nodes = append(nodes, s)
	}
	return nodes
}

// marksPlace reports an anchor that is the target of links.
func marksPlace(a *html.Node) bool {
	_, id := attr(a, "id")
	_, name := attr(a, "name")
	return id || name
}

// renderNodes writes the lines of a section.
func renderNodes(nodes []*html.Node, w *renderer) {
	for _, n := range nodes {
		w.node(n)
	}
	w.flush()
}
