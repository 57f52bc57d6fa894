package pdf

import (
	"crypto/sha256"
	"encoding/hex"
	"os"
	"strings"
	"testing"
)

func TestTheVendoredBuildIsTheOneOnItsPage(t *testing.T) {
	page, err := os.ReadFile("pdfium/README.md")
	if err != nil {
		t.Fatal(err)
	}
	code, err := unpack(compressed)
	if err != nil {
		t.Fatal(err)
	}
	if sum := sha256.Sum256(code); !strings.Contains(string(page), hex.EncodeToString(sum[:])) {
		t.Errorf("pdfium/README.md does not name the SHA-256 %x", sum)
	}
}
