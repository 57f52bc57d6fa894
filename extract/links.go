package extract

import (
	"net/url"
	"slices"
	"strings"

	"golang.org/x/net/idna"
)

// maxURL bounds a link, in bytes: what no server takes is no link.
const maxURL = 8 << 10

// resolve makes the link of a listing or document absolute: http and https
// only, without user information. ok is false for a link that leads nowhere
// else: empty, "#", javascript:, mailto:, or relative where base is nil.
func resolve(base *url.URL, link string) (*url.URL, bool) {
	// Browsers drop line breaks and tabs inside a link, and read \ as /.
	link = strings.TrimSpace(strings.Map(func(r rune) rune {
		switch {
		case r == '\\':
			return '/'
		case r < 0x20 || r == 0x7f:
			return -1
		}
		return r
	}, link))
	if link == "" || link == "#" || len(link) > maxURL {
		return nil, false
	}
	u, err := url.Parse(link)
	if err != nil {
		if u, err = url.Parse(mendEscapes(link)); err != nil {
			return nil, false
		}
	}
	if base != nil {
		u = base.ResolveReference(u)
	}
	u.User = nil
	u.Scheme = strings.ToLower(u.Scheme)
	if u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" {
		return nil, false
	}
	return u, true
}

// mendEscapes escapes each % that begins no escape, and each space.
func mendEscapes(link string) string {
	var b strings.Builder
	for i := 0; i < len(link); i++ {
		switch {
		case link[i] == '%' && !(i+2 < len(link) && isHex(link[i+1]) && isHex(link[i+2])):
			b.WriteString("%25")
		case link[i] == ' ':
			b.WriteString("%20")
		default:
			b.WriteByte(link[i])
		}
	}
	return b.String()
}

func isHex(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F'
}

// normalURL is the form of a link that stays the same while trackers, schemes
// and servers' habits change. It identifies; it need not be fetchable.
//
// http becomes https; the host is lower case and ASCII; a default port, a
// trailing index page, tracking and session parameters go; the rest of the
// query is sorted; escapes are written one way. A fragment stays when it can
// name a part of the page or a route of a script ("#ssntc_303", "#/news/12"),
// and goes when it names a tracker or a place that every page has.
func normalURL(u *url.URL) string {
	host := strings.TrimSuffix(strings.ToLower(u.Hostname()), ".")
	if ascii, err := idna.Lookup.ToASCII(host); err == nil {
		host = ascii
	}
	if strings.Contains(host, ":") {
		host = "[" + host + "]"
	}
	if p := u.Port(); p != "" && p != "80" && p != "443" {
		host += ":" + p
	}
	var b strings.Builder
	b.WriteString("https://")
	b.WriteString(host)
	b.WriteString(normalPath(u))
	if q := normalQuery(u.RawQuery); q != "" {
		b.WriteByte('?')
		b.WriteString(q)
	}
	if f := lastingFragment(u.EscapedFragment()); f != "" {
		b.WriteByte('#')
		b.WriteString(f)
	}
	return b.String()
}

// NormalURL is the form of a link by which two links to one page are the same,
// whatever trackers and schemes they carry. What is no URL stays as it is.
func NormalURL(link string) string {
	u, err := url.Parse(link)
	if err != nil || u.Host == "" {
		return link
	}
	return normalURL(u)
}

// indexPages are what servers give for a folder.
var indexPages = []string{
	"index.html", "index.htm", "index.shtml", "index.xhtml", "index.php", "index.cgi", "index.asp", "index.aspx",
	"index.jsp", "index.do", "default.html", "default.htm", "default.asp", "default.aspx",
}

func normalPath(u *url.URL) string {
	path := normalEscapes(u.EscapedPath())
	if i := strings.Index(strings.ToLower(path), ";jsessionid="); i >= 0 {
		path = path[:i]
	}
	slash := strings.LastIndexByte(path, '/')
	if slices.Contains(indexPages, strings.ToLower(path[slash+1:])) {
		path = path[:slash+1]
	}
	if path == "" {
		return "/"
	}
	return path
}

// normalEscapes writes escapes in upper case, unreserved ASCII plain, and
// everything else that is not ASCII escaped.
func normalEscapes(s string) string {
	const upper = "0123456789ABCDEF"
	var b strings.Builder
	b.Grow(len(s))
	for i := 0; i < len(s); i++ {
		c, escaped := s[i], false
		if c == '%' && i+2 < len(s) && isHex(s[i+1]) && isHex(s[i+2]) {
			c, escaped = unhex(s[i+1])<<4|unhex(s[i+2]), true
			i += 2
		}
		if escaped && !unreserved(c) || c >= 0x80 || c <= ' ' {
			b.WriteByte('%')
			b.WriteByte(upper[c>>4])
			b.WriteByte(upper[c&15])
			continue
		}
		b.WriteByte(c)
	}
	return b.String()
}

func unhex(c byte) byte {
	switch {
	case c >= 'a':
		return c - 'a' + 10
	case c >= 'A':
		return c - 'A' + 10
	}
	return c - '0'
}

// unreserved is RFC 3986, section 2.3.
func unreserved(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' ||
		c == '-' || c == '.' || c == '_' || c == '~'
}

// noiseParameters are added by advertisements, mailers and session handlers.
var noiseParameters = map[string]bool{
	"fbclid": true, "gclid": true, "gclsrc": true, "dclid": true, "gbraid": true, "wbraid": true, "msclkid": true,
	"yclid": true, "twclid": true, "ttclid": true, "li_fat_id": true, "igshid": true, "mc_cid": true, "mc_eid": true,
	"_ga": true, "_gl": true, "_hsenc": true, "_hsmi": true, "mkt_tok": true, "ref_src": true, "ref_url": true,
	"xtor": true, "cmpid": true, "n_cid": true, "phpsessid": true, "jsessionid": true, "aspsessionid": true,
	"sessionid": true,
}

func noise(parameter string) bool {
	name, value, _ := strings.Cut(strings.ToLower(parameter), "=")
	switch {
	case strings.HasPrefix(name, "utm_") || noiseParameters[name]:
		return true
	case name == "ref" || name == "from" || name == "source" || name == "src" || name == "via":
		return value == "rss" || value == "feed" || value == "atom" || value == "rdf"
	case name == "sid":
		return len(value) >= 20 // a session; shorter ones are a site's own numbers
	case name == "_" || name == "nocache" || name == "timestamp":
		return strings.Trim(value, "0123456789.") == "" // a number against caches
	}
	return false
}

func normalQuery(query string) string {
	if query == "" {
		return ""
	}
	var keep []string
	for p := range strings.FieldsFuncSeq(query, func(r rune) bool { return r == '&' }) {
		if !noise(p) {
			keep = append(keep, normalEscapes(p))
		}
	}
	slices.SortStableFunc(keep, func(a, b string) int {
		nameA, _, _ := strings.Cut(a, "=")
		nameB, _, _ := strings.Cut(b, "=")
		return strings.Compare(nameA, nameB)
	})
	return strings.Join(keep, "&")
}

// placeFragments are anchors that any page may have and that name no item.
var placeFragments = map[string]bool{
	"top": true, "pagetop": true, "page-top": true, "page_top": true, "main": true, "content": true, "contents": true,
	"maincontents": true, "main-content": true, "header": true, "footer": true, "respond": true, "comments": true,
	"comment": true, "more": true, "rss": true, "new": true, "news": true, "body": true, "skip": true,
}

func lastingFragment(fragment string) string {
	low := strings.ToLower(fragment)
	switch {
	case placeFragments[low], strings.HasPrefix(low, ":~:"), strings.HasPrefix(low, "more-"):
		return ""
	case strings.HasPrefix(low, "/") || strings.HasPrefix(low, "!"):
		return normalEscapes(fragment)
	}
	return normalQuery(fragment)
}
