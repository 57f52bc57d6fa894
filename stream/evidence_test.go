package stream

import (
	"crypto/sha256"
	"encoding/hex"
)

func sum(body []byte) string {
	s := sha256.Sum256(body)
	return hex.EncodeToString(s[:])
}
