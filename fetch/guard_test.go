package fetch

import (
	"context"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"sync"
	"testing"

	"golang.org/x/net/dns/dnsmessage"
)

func TestTheGuardKnowsEverySpecialRange(t *testing.T) {
	var guard, networks Config
	networks.AllowPrivate = []netip.Prefix{netip.MustParsePrefix("10.1.0.0/16"), netip.MustParsePrefix("fd00:1::/32")}
	for name, addresses := range map[string][]string{
		"this network":             {"0.0.0.0", "0.255.255.255"},
		"private":                  {"10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.0.1"},
		"carrier-grade NAT":        {"100.64.0.1", "100.127.255.255"},
		"loopback":                 {"127.0.0.1", "127.255.255.254", "::1"},
		"link-local":               {"169.254.169.254", "fe80::1", "fe80::1%eth0", "febf::1"},
		"protocol assignments":     {"192.0.0.1", "192.0.0.170", "2001::1", "2001:10::1", "2001:20::1"},
		"documentation":            {"192.0.2.1", "198.51.100.1", "203.0.113.1", "2001:db8::1", "3fff::1"},
		"6to4":                     {"192.88.99.1", "2002:7f00:1::"},
		"benchmarks":               {"198.18.0.1", "198.19.255.255"},
		"multicast":                {"224.0.0.1", "239.255.255.250", "ff02::1"},
		"reserved and broadcast":   {"240.0.0.1", "255.255.255.255"},
		"unspecified":              {"::"},
		"IPv4 mapped":              {"::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254"},
		"IPv4 compatible":          {"::127.0.0.1", "::10.0.0.1"},
		"IPv4 translated":          {"::ffff:0:127.0.0.1"},
		"NAT64":                    {"64:ff9b::127.0.0.1", "64:ff9b::a00:1", "64:ff9b:1::10.0.0.1"},
		"Teredo":                   {"2001:0:5ef5:79fb::1"},
		"discard, dummy":           {"100::1", "100:0:0:1::1"},
		"unique local, site-local": {"fc00::1", "fdff::1", "fec0::1"},
		"segment routing":          {"5f00::1"},
	} {
		for _, a := range addresses {
			if guard.allowed(netip.MustParseAddr(a)) {
				t.Errorf("%s: %s is let through", name, a)
			}
			if err := guard.control("tcp", netip.AddrPortFrom(netip.MustParseAddr(a), 443).String(), nil); !errors.Is(err, errPrivate) {
				t.Errorf("%s: %s: %v", name, a, err)
			}
		}
	}
	for _, a := range []string{"8.8.8.8", "1.1.1.1", "100.63.255.255", "100.128.0.1", "172.15.255.255", "172.32.0.1", "192.167.255.255", "223.255.255.255", "2606:4700::1111", "2400:8500::1", "::ffff:8.8.8.8"} {
		if !guard.allowed(netip.MustParseAddr(a)) {
			t.Errorf("%s is public", a)
		}
	}
	for a, want := range map[string]bool{"10.1.2.3": true, "::ffff:10.1.2.3": true, "10.2.0.1": false, "fd00:1::1": true, "fd00:2::1": false} {
		if got := networks.allowed(netip.MustParseAddr(a)); got != want {
			t.Errorf("with networks allowed, %s: %t", a, got)
		}
	}
	if err := guard.control("unix", "/run/x.sock", nil); !errors.Is(err, errPrivate) {
		t.Errorf("what is no address: %v", err)
	}
}

func TestNoSpellingOfAPrivateAddressPasses(t *testing.T) {
	c := client(t, func(c *Config) { c.AllowAll = false; c.resolver = names(t, nil) })
	for _, raw := range []string{
		"http://127.0.0.1/", "http://127.0.0.1./", "http://１２７.０.０.１/", "http://127。0。0。1/", "http://[::1]/", "http://[::ffff:7f00:1]/",
		"http://[fe80::1%25lo]/", "http://0/", "http://0.0.0.0/", "http://2130706433/", "http://0x7f000001/", "http://0177.0.0.1/", "http://127.1/",
		"http://[64:ff9b::7f00:1]/", "http://169.254.169.254/", "http://①⑥⑨.254.169.254/",
	} {
		_, err := get(t, c, raw)
		failed, ok := errors.AsType[*Error](err)
		// What is no address for Go is a name, and these names do not exist.
		if !ok || failed.Reason != PrivateAddress && failed.Reason != DNS && failed.Reason != BadURL {
			t.Errorf("%s: %v", raw, err)
		}
	}
}

// names is a resolver that answers from a table, each address of a name in its
// turn, the last for ever.
func names(t testing.TB, table map[string][]string) *net.Resolver {
	t.Helper()
	var mu sync.Mutex
	var serving sync.WaitGroup
	t.Cleanup(serving.Wait)
	next := func(name string) string {
		mu.Lock()
		defer mu.Unlock()
		list := table[name]
		if len(list) == 0 {
			return ""
		}
		if len(list) > 1 {
			table[name] = list[1:]
		}
		return list[0]
	}
	return &net.Resolver{PreferGo: true, StrictErrors: true, Dial: func(context.Context, string, string) (net.Conn, error) {
		near, far := net.Pipe()
		serving.Go(func() {
			defer far.Close()
			for {
				if err := answerName(far, next); err != nil {
					return // the resolver hung up
				}
			}
		})
		return near, nil
	}}
}

// answerName reads one question over a stream (RFC 1035, 4.2.2) and answers it:
// A records from the table, nothing for other types.
func answerName(conn net.Conn, next func(string) string) error {
	var length [2]byte
	if _, err := io.ReadFull(conn, length[:]); err != nil {
		return err
	}
	question := make([]byte, binary.BigEndian.Uint16(length[:]))
	if _, err := io.ReadFull(conn, question); err != nil {
		return err
	}
	var m dnsmessage.Message
	if err := m.Unpack(question); err != nil {
		return err
	}
	q := m.Questions[0]
	m.Response, m.RecursionAvailable, m.Additionals = true, true, nil
	if q.Type == dnsmessage.TypeA {
		if at := next(strings.TrimSuffix(q.Name.String(), ".")); at == "" {
			m.RCode = dnsmessage.RCodeNameError
		} else {
			m.Answers = []dnsmessage.Resource{{
				Header: dnsmessage.ResourceHeader{Name: q.Name, Type: q.Type, Class: q.Class},
				Body:   &dnsmessage.AResource{A: netip.MustParseAddr(at).As4()},
			}}
		}
	}
	answer, err := m.Pack()
	if err != nil {
		return err
	}
	_, err = conn.Write(append(binary.BigEndian.AppendUint16(nil, uint16(len(answer))), answer...))
	return err
}

func TestANameThatMovesToAPrivateAddressIsStopped(t *testing.T) {
	s := site(t, func(w http.ResponseWriter, r *http.Request) { w.Header().Set("Connection", "close") })
	port := s.URL[strings.LastIndexByte(s.URL, ':'):]
	c := client(t, func(c *Config) {
		c.AllowAll, c.AllowPrivate = false, loopback
		c.resolver = names(t, map[string][]string{
			"moves.example":  {"127.0.0.1", "127.0.0.2"},
			"inside.example": {"10.0.0.5"},
		})
	})
	if _, err := get(t, c, "http://moves.example"+port); err != nil {
		t.Fatalf("while it was where it may be: %v", err)
	}
	_, err := get(t, c, "http://moves.example"+port)
	refusal(t, err, PrivateAddress, "127.0.0.2", "http.allow_private_addresses")
	_, err = get(t, c, "http://inside.example/")
	refusal(t, err, PrivateAddress, "10.0.0.5")
	_, err = get(t, c, "http://unknown.example/")
	refusal(t, err, DNS, `"unknown.example" is not known`)
}

func TestAResolverThatIsDownIsToldFromAnUnknownName(t *testing.T) {
	c := client(t, func(c *Config) {
		c.resolver = &net.Resolver{PreferGo: true, Dial: func(context.Context, string, string) (net.Conn, error) {
			return nil, errors.New("no route to the resolver")
		}}
	})
	_, err := get(t, c, "http://some.example/")
	refusal(t, err, DNS, `the resolver does not answer for "some.example"`)
}

func TestAnAddressIsCheckedBeforeItIsAsked(t *testing.T) {
	c := client(t)
	for raw, says := range map[string]string{
		"":                            "http and https",
		"news":                        "http and https",
		"ftp://a.example/":            "http and https",
		"javascript:alert(1)":         "http and https",
		"https:a.example":             "http and https",
		"https://":                    "no host",
		"https://:443/":               "no host",
		"https://a.example:99999/":    "port 99999",
		"https://a.example:22/":       "port 22",
		"https://a.example:0/":        "port 0",
		"https://u@a.example/":        "user name",
		"https://u:s3cret@a.example/": "user name",
		"https://a b.example/":        "no URL",
		"https://a\x00.example/":      "no URL",
		"https://\u200d.example/":     "its host",
		"https://" + strings.Repeat("a", 300) + ".example/": "no host",
		"https://a.example/" + strings.Repeat("a", 9000):    "longer than",
		"https://x:s3cret@\x7f/?k=s3cret#s3cret":            "no URL",
	} {
		_, err := get(t, c, raw)
		refusal(t, err, BadURL, says)
		if strings.Contains(err.Error(), "s3cret") {
			t.Errorf("%q shows a secret", err)
		}
	}
}

func TestOneHostHasOneName(t *testing.T) {
	for raw, want := range map[string]string{
		"HTTPS://WWW.Example.COM:443/A?q#f": "https://www.example.com/A?q",
		"http://www.example.com.:80":        "http://www.example.com",
		"http://www.example.com:8080/":      "http://www.example.com:8080/",
		"https://日本語.example/お知らせ":          "https://xn--wgv71a119e.example/%E3%81%8A%E7%9F%A5%E3%82%89%E3%81%9B",
		"https://ｗｗｗ.example/":              "https://www.example/",
		"https://a_b.example/":              "https://a_b.example/",
		"https://[2001:DB8::1]:443/":        "https://[2001:db8::1]/",
		"https://[2001:DB8::1]:8443/":       "https://[2001:db8::1]:8443/",
	} {
		u, err := parseURL(raw)
		if err != nil || u.String() != want {
			t.Errorf("%s: %v, %v, want %s", raw, u, err, want)
		}
	}
}

func FuzzAddress(f *testing.F) {
	for _, s := range []string{"https://日本語.example:443/お知らせ?q=1#x", "http://u:p@[::1%25lo]:80/", "http://１２７.1/", "//x", "https://a.example/%zz", "http://0.."} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		u, err := parseURL(raw)
		if err != nil {
			failed, ok := errors.AsType[*Error](err)
			if !ok || failed.Reason != BadURL {
				t.Fatalf("%v", err)
			}
			return
		}
		if u.User != nil || u.Fragment != "" || u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" {
			t.Errorf("%q gives %q", raw, u)
		}
		again, err := url.Parse(u.String())
		if err != nil {
			t.Fatalf("%q gives %q: %v", raw, u, err)
		}
		twice, err := checkURL(again)
		if err != nil || twice.String() != u.String() {
			t.Errorf("%q gives %q, then %q, %v", raw, u, twice, err)
		}
	})
}
