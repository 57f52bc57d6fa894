package main

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"time"
)

type healthcheckCmd struct {
	configFlag
	Timeout time.Duration `help:"How long the daemon may take to answer." default:"3s"`
}

// maxHealthBytes is more than the daemon ever answers.
const maxHealthBytes = 64 << 10

// Help implements [kong.HelpProvider].
func (*healthcheckCmd) Help() string {
	return `It asks /healthz at web.listen, and exits 0 when all is well and 1 when not.

Examples:

	oshirase healthcheck
	oshirase healthcheck -c oshirase.yaml --timeout 1s`
}

// Run asks /healthz of the configured address.
func (c *healthcheckCmd) Run(ctx context.Context, std *streams) error {
	cfg, err := c.load()
	if err != nil {
		return err
	}
	host, port, err := net.SplitHostPort(cfg.Web.Listen)
	if err != nil {
		return usageError{fmt.Errorf("web.listen %q: %w", cfg.Web.Listen, err)}
	}
	if ip := net.ParseIP(host); host == "" || (ip != nil && ip.IsUnspecified()) {
		host = "127.0.0.1"
	}
	ctx, cancel := context.WithTimeout(ctx, c.Timeout)
	defer cancel()
	url := "http://" + net.JoinHostPort(host, port) + "/healthz"
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return fmt.Errorf("%w: is the daemon running with this configuration?", err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(io.LimitReader(response.Body, maxHealthBytes))
	if err != nil {
		return fmt.Errorf("read %s: %w", url, err)
	}
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("%s: %s: %s", url, response.Status, body)
	}
	_, err = fmt.Fprintf(std.out, "%s", body)
	return err
}
