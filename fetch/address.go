package fetch

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/idna"
)

// maxURL bounds an address in bytes: no server takes more.
const maxURL = 8 << 10

// parseURL accepts http and https with a host, without user name, on a port
// that may speak HTTP.
func parseURL(raw string) (*url.URL, error) {
	if len(raw) > maxURL {
		return nil, &Error{Reason: BadURL, URL: redactText(raw), err: fmt.Errorf("longer than %d bytes: correct the address", maxURL)}
	}
	u, err := url.Parse(raw)
	if err != nil {
		return nil, &Error{Reason: BadURL, URL: redactText(raw), err: errors.New("no URL: correct the address")}
	}
	return checkURL(u)
}

// checkURL is parseURL for an address in parts; it returns a copy whose host is
// written in one way and which has no fragment.
func checkURL(u *url.URL) (*url.URL, error) {
	bad := func(format string, args ...any) (*url.URL, error) {
		return nil, &Error{Reason: BadURL, URL: redact(u), err: fmt.Errorf(format, args...)}
	}
	clean := *u
	clean.Scheme = strings.ToLower(u.Scheme)
	if clean.Scheme != "http" && clean.Scheme != "https" || u.Opaque != "" {
		return bad("only http and https addresses are fetched: correct the address")
	}
	if u.User != nil {
		return bad("an address with a user name is not fetched: remove it")
	}
	host := strings.ToLower(strings.TrimRight(u.Hostname(), "."))
	if host == "" || len(host) > 253 || strings.ContainsFunc(host, func(r rune) bool { return unicode.IsControl(r) || unicode.IsSpace(r) }) {
		return bad("it names no host: correct the address")
	}
	if !strings.Contains(host, ":") { // an IPv6 address needs no spelling
		ascii, err := idna.Lookup.ToASCII(host)
		if err != nil && strings.ContainsFunc(host, func(r rune) bool { return r >= utf8.RuneSelf }) {
			return bad("its host is no name that can be looked up: correct the address")
		}
		if err == nil {
			host = ascii // else a name such as a_b.example, which resolvers know all the same
		}
	}
	port := u.Port()
	if port != "" {
		n, err := strconv.Atoi(port)
		if err != nil || n < 1 || n > 65535 || slices.Contains(notHTTP, n) {
			return bad("port %s is none of a web site: correct the address", port)
		}
		if clean.Scheme == "http" && n == 80 || clean.Scheme == "https" && n == 443 {
			port = ""
		}
	}
	switch {
	case port != "":
		clean.Host = net.JoinHostPort(host, port)
	case strings.Contains(host, ":"):
		clean.Host = "[" + host + "]"
	default:
		clean.Host = host
	}
	clean.Fragment, clean.RawFragment = "", ""
	return &clean, nil
}

// notHTTP are the ports at which other protocols listen, who could take a
// request for orders (https://fetch.spec.whatwg.org/#port-blocking).
var notHTTP = []int{
	1, 7, 9, 11, 13, 15, 17, 19, 20, 21, 22, 23, 25, 37, 42, 43, 53, 69, 77, 79, 87, 95, 101, 102, 103, 104, 109, 110,
	111, 113, 115, 117, 119, 123, 135, 137, 139, 143, 161, 179, 389, 427, 465, 512, 513, 514, 515, 526, 530, 531, 532,
	540, 548, 554, 556, 563, 587, 601, 636, 989, 990, 993, 995, 1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061,
	6000, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697, 10080,
}

// hostKey is what politeness counts by: http and https of a host are one.
func hostKey(u *url.URL) string { return u.Host }

// redact keeps what helps a person and drops what may be secret.
func redact(u *url.URL) string {
	return (&url.URL{Scheme: u.Scheme, Host: u.Host, Path: u.Path}).String()
}

// redactText is redact for what is no URL: what stands before the query,
// without anything that could be a user name.
func redactText(raw string) string {
	if i := strings.IndexAny(raw, "?#"); i >= 0 {
		raw = raw[:i]
	}
	if i := strings.LastIndexByte(raw, '@'); i >= 0 {
		raw = raw[i+1:]
	}
	if len(raw) > 100 {
		raw = strings.ToValidUTF8(raw[:100], "") + "…"
	}
	return strconv.Quote(raw)
}
