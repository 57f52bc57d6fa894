package bench

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"io"
	"net/http"
	"sync"
)

// bare is the floor: conditional requests over kept connections, and what the
// items are called by a scan for their tags. It keeps its state in memory and
// stores nothing.
type bare struct {
	client *http.Client
	mu     sync.Mutex
	memo   map[int]bareMemo
	seen   map[string]bool
}

type bareMemo struct {
	tag string
	sum [32]byte
}

func newBare(concurrency int) *bare {
	transport := &http.Transport{MaxIdleConnsPerHost: concurrency, DisableCompression: true}
	return &bare{client: &http.Client{Transport: transport}, memo: map[int]bareMemo{}, seen: map[string]bool{}}
}

func (b *bare) close() { b.client.CloseIdleConnections() }

// poll returns how many items are new.
func (b *bare) poll(ctx context.Context, base string, feed int) (fresh int, err error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address(base, feed), nil)
	if err != nil {
		return 0, err
	}
	b.mu.Lock()
	last := b.memo[feed]
	b.mu.Unlock()
	if last.tag != "" {
		request.Header.Set("If-None-Match", last.tag)
	}
	response, err := b.client.Do(request)
	if err != nil {
		return 0, err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		return 0, err
	}
	switch response.StatusCode {
	case http.StatusNotModified:
		return 0, nil
	case http.StatusOK:
	default:
		return 0, fmt.Errorf("feed %d: %s", feed, response.Status)
	}
	next := bareMemo{response.Header.Get("ETag"), sha256.Sum256(body)}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.memo[feed] = next
	if next.sum == last.sum {
		return 0, nil
	}
	for {
		_, rest, found := bytes.Cut(body, []byte("<guid"))
		if !found {
			return fresh, nil
		}
		guid, rest, found := bytes.Cut(rest, []byte("</guid>"))
		if !found {
			return fresh, nil
		}
		if key := string(guid); !b.seen[key] {
			b.seen[key] = true
			fresh++
		}
		body = rest
	}
}

func address(base string, feed int) string { return fmt.Sprintf("%s/feed/%d", base, feed) }
