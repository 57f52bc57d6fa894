package fetch

import (
	"fmt"
	"net/http"
)

// policyKey carries a request's robots policy to its redirects.
type policyKey struct{}

// checkRedirect bounds the hops. A hop to another host is checked against that
// host's robots.txt; its address is checked when it is dialled.
func (c *Client) checkRedirect(next *http.Request, via []*http.Request) error {
	if len(via) > c.cfg.MaxRedirects {
		return errRedirects
	}
	if _, err := parseURL(next.URL.String()); err != nil {
		return fmt.Errorf("redirected: %w", err)
	}
	if via[len(via)-1].URL.Scheme == "https" && next.URL.Scheme == "http" {
		return fmt.Errorf("%w: it leads from https to http", errRedirects)
	}
	policy, _ := next.Context().Value(policyKey{}).(Robots)
	if policy != RobotsIgnore && next.URL.Host != via[0].URL.Host {
		return c.robots.check(next.Context(), next.URL)
	}
	return nil
}
