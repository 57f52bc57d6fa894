package fetch

import (
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"syscall"
	"time"
)

// notPublic are the networks that a source may not lead to, from the IANA
// special-purpose registries
// (https://www.iana.org/assignments/iana-ipv4-special-registry and -ipv6-).
var notPublic = parse(
	"0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24",
	"192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24",
	"224.0.0.0/4", "240.0.0.0/4",
	"::/96", "::1/128", "64:ff9b::/96", "64:ff9b:1::/48", "100::/64", "2001::/23", "2001:db8::/32", "2002::/16",
	"3fff::/20", "5f00::/16", "fc00::/7", "fe80::/10", "fec0::/10", "ff00::/8",
)

func parse(list ...string) []netip.Prefix {
	prefixes := make([]netip.Prefix, len(list))
	for i, s := range list {
		prefixes[i] = netip.MustParsePrefix(s)
	}
	return prefixes
}

// allowed reports whether the guard lets a connection to addr through.
func (c Config) allowed(addr netip.Addr) bool {
	if c.AllowAll {
		return true
	}
	addr = addr.WithZone("").Unmap()
	holds := func(p netip.Prefix) bool { return p.Contains(addr) }
	return !slices.ContainsFunc(notPublic, holds) || slices.ContainsFunc(c.AllowPrivate, holds)
}

// control checks the address that is really dialled, after every look-up.
func (c Config) control(_, address string, _ syscall.RawConn) error {
	at, err := netip.ParseAddrPort(address)
	if err != nil {
		return fmt.Errorf("%w: %s", errPrivate, address)
	}
	if !c.allowed(at.Addr()) {
		return fmt.Errorf("%s %w", at.Addr(), errPrivate)
	}
	return nil
}

// Limits of the transport.
const (
	dialTimeout      = 10 * time.Second
	handshakeTimeout = 10 * time.Second
	maxHeaderBytes   = 256 << 10
	maxIdleHosts     = 1024
)

func newTransport(cfg Config) *http.Transport {
	dialer := &net.Dialer{Timeout: dialTimeout, KeepAlive: 30 * time.Second, Control: cfg.control}
	return &http.Transport{
		// A proxy would make the address check meaningless.
		Proxy:                  nil,
		DialContext:            dialer.DialContext,
		TLSHandshakeTimeout:    handshakeTimeout,
		ForceAttemptHTTP2:      true,
		DisableCompression:     true, // decompressed here, against the limit
		MaxResponseHeaderBytes: maxHeaderBytes,
		MaxIdleConns:           maxIdleHosts,
		MaxIdleConnsPerHost:    cfg.Concurrency,
		MaxConnsPerHost:        cfg.Concurrency,
		IdleConnTimeout:        90 * time.Second,
	}
}
