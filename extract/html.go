package extract

import (
	"bytes"
	"fmt"

	"golang.org/x/net/html"
)

// maxNodes bounds the tree that a page may grow into. A node costs some 200
// bytes; the largest pages of Japanese companies have some 20,000.
const maxNodes = 400_000

// parseHTML builds the tree of a page in UTF-8. Pages that would grow past
// maxNodes, or that nest past the parser's 512 elements, fail with
// LimitExceeded.
func parseHTML(text []byte) (*html.Node, error) {
	if n := estimateNodes(text); n > maxNodes {
		return nil, fail(LimitExceeded, "the page would grow to %d nodes, more than %d: look at it by hand", n, maxNodes)
	}
	doc, err := html.Parse(bytes.NewReader(text))
	if err != nil {
		return nil, fail(LimitExceeded, "the page cannot be parsed: %v: look at it by hand", err)
	}
	return doc, nil
}

// formatting elements that are left open are opened again in each block that
// follows (HTML standard, "reconstruct the active formatting elements"): a few
// kilobytes of <b id=1><b id=2>…<p><p>… grow into gigabytes.
var formatting = map[string]bool{
	"a": true, "b": true, "big": true, "code": true, "em": true, "font": true, "i": true, "nobr": true,
	"s": true, "small": true, "strike": true, "strong": true, "tt": true, "u": true,
}

// estimateNodes bounds from above how many nodes the parser can make of text,
// without parsing it: two for each tag (an element and a text), and one more
// for each formatting element open at that place.
func estimateNodes(text []byte) int {
	total, open := 0, 0
	var name [8]byte
	for {
		i := bytes.IndexByte(text, '<')
		if i < 0 || i+1 >= len(text) {
			return total
		}
		text = text[i+1:]
		closing := text[0] == '/'
		if closing {
			text = text[1:]
		}
		n := 0
		for n < len(text) && n < len(name) && isLetter(text[n]) {
			name[n] = text[n] | 0x20
			n++
		}
		if n == 0 {
			continue
		}
		if formatting[string(name[:n])] {
			if !closing {
				open++
			} else if open > 0 {
				open--
			}
		}
		total += 2 + min(open, 512)
	}
}

func isLetter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }

// attr returns an attribute's value; ok is false when it is absent.
func attr(n *html.Node, key string) (value string, ok bool) {
	for _, a := range n.Attr {
		if a.Namespace == "" && a.Key == key {
			return a.Val, true
		}
	}
	return "", false
}

// pageTitle describes a page in a message by its title, or by its first words.
func pageTitle(text []byte) string {
	text = text[:min(len(text), declarationWindow)]
	z := html.NewTokenizer(bytes.NewReader(text))
	z.SetMaxBuf(declarationWindow)
	inTitle, skip := false, false
	var first string
	for {
		switch z.Next() {
		case html.ErrorToken:
			if first == "" {
				return "an empty page"
			}
			return fmt.Sprintf("a page that begins with %s", quote(first))
		case html.StartTagToken:
			name, _ := z.TagName()
			inTitle = string(name) == "title"
			skip = string(name) == "script" || string(name) == "style"
		case html.EndTagToken:
			inTitle, skip = false, false
		case html.TextToken:
			s := fold(string(z.Text()))
			if inTitle && s != "" {
				return fmt.Sprintf("a page titled %s", quote(s))
			}
			if first == "" && !skip {
				first = s
			}
		}
	}
}
