package fetch

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"

	"github.com/klauspost/compress/flate"
	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zlib"
)

// firstGrow bounds the memory that a promised length alone takes.
const firstGrow = 1 << 20

// readBody reads at most limit bytes, counted on the wire and again after
// decompression. With errTooLarge come the bytes up to the limit.
func readBody(answer *http.Response, limit int64) ([]byte, error) {
	// A gzip of empty members gives nothing for ever.
	wire := &bounded{in: answer.Body, left: limit}
	in, err := decoder(wire, answer.Header.Get("Content-Encoding"))
	if err != nil {
		return nil, wire.blame(err)
	}
	var body bytes.Buffer
	if n := min(answer.ContentLength, firstGrow); n > 0 {
		body.Grow(int(n) + bytes.MinRead)
	}
	n, err := body.ReadFrom(io.LimitReader(in, limit+1))
	if err != nil {
		err = wire.blame(err)
	}
	if n > limit || errors.Is(err, errTooLarge) {
		return body.Bytes()[:min(n, limit)], errTooLarge
	}
	if err != nil {
		return nil, err
	}
	return body.Bytes(), nil
}

// bounded reads at most left bytes and remembers what went wrong below, so that
// a broken connection is told from a broken compression.
type bounded struct {
	in   io.Reader
	left int64
	err  error
}

func (b *bounded) Read(p []byte) (int, error) {
	if b.left < 0 {
		b.err = errTooLarge
		return 0, b.err
	}
	// One byte more than is left tells a body at the limit from one beyond it.
	n, err := b.in.Read(p[:min(int64(len(p)), b.left+1)])
	if b.left -= int64(n); b.left < 0 {
		b.err = errTooLarge
		return n, b.err
	}
	if err != nil && !errors.Is(err, io.EOF) {
		b.err = err
	}
	return n, err
}

// blame is the connection's error where it had one, else the decoder's.
func (b *bounded) blame(err error) error {
	if b.err != nil {
		return b.err
	}
	return fmt.Errorf("%w (%w): look at the address in a browser", errDecompression, err)
}

// unasked are the registered content codings that the client does not offer
// (https://www.iana.org/assignments/http-parameters). Any other name ("utf-8",
// "none") is no coding and changes nothing.
var unasked = []string{"aes128gcm", "br", "compress", "x-compress", "dcb", "dcz", "exi", "pack200-gzip", "zstd"}

// decoder undoes one content encoding. An empty body is empty in all of them.
func decoder(in io.Reader, encoding string) (io.Reader, error) {
	encoding = strings.ToLower(strings.TrimSpace(encoding))
	asked := encoding == "gzip" || encoding == "x-gzip" || encoding == "deflate"
	if !asked && !slices.Contains(unasked, encoding) && !strings.Contains(encoding, ",") {
		return in, nil
	}
	peek := bufio.NewReader(in)
	head, err := peek.Peek(2)
	switch {
	case len(head) == 0 && errors.Is(err, io.EOF):
		return peek, nil
	case !asked:
		return nil, fmt.Errorf("encoded as %.40q, which was not asked for", encoding)
	}
	if encoding != "deflate" {
		return gzip.NewReader(peek)
	}
	// The name means zlib (RFC 9110, 8.4.1.2); some servers send it bare.
	if len(head) == 2 && head[0]&0x0f == 8 && (uint(head[0])<<8|uint(head[1]))%31 == 0 {
		return zlib.NewReader(peek)
	}
	return flate.NewReader(peek), nil
}
