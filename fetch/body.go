package fetch

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/klauspost/compress/gzip"
)

// readBody reads at most limit bytes, counted after decompression.
func readBody(response *http.Response, limit int64) ([]byte, error) {
	var in io.Reader = response.Body
	switch encoding := strings.ToLower(strings.TrimSpace(response.Header.Get("Content-Encoding"))); encoding {
	case "", "identity":
		if response.ContentLength > limit {
			return nil, tooLarge(limit)
		}
	case "gzip", "x-gzip":
		unzip, err := gzip.NewReader(in)
		if err != nil {
			return nil, fmt.Errorf("%w: %w", errDecompression, err)
		}
		defer unzip.Close()
		in = unzip
	default:
		return nil, fmt.Errorf("%w: it is encoded as %q, which was not asked for", errDecompression, encoding)
	}
	var body bytes.Buffer
	if n := response.ContentLength; n > 0 && n <= limit {
		body.Grow(int(n) + bytes.MinRead)
	}
	n, err := body.ReadFrom(io.LimitReader(in, limit+1))
	if n > limit {
		return nil, tooLarge(limit)
	}
	if err != nil {
		return nil, err
	}
	return body.Bytes(), nil
}

func tooLarge(limit int64) error {
	return fmt.Errorf("%w: more than %d bytes: http.max_body_mib allows more", errTooLarge, limit)
}
