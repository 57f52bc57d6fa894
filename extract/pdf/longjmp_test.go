package pdf

import (
	"bytes"
	"encoding/binary"
	"errors"
	"os"
	"strings"
	"testing"

	"github.com/tetratelabs/wazero/api"
)

// FreeType leaves the check of a font's character map by longjmp when the map is
// wrong, and goes on without it.
func TestALongjmpEndsTheCallThatItLeaves(t *testing.T) {
	whole, host := font, environment["_emscripten_throw_longjmp"]
	t.Cleanup(func() { font, environment["_emscripten_throw_longjmp"] = whole, host })
	font = bytes.Clone(whole)
	group := bytes.Index(font, []byte{0, 0, 0, 0x20, 0, 0, 0xd7, 0xff}) // the first group of the map
	binary.BigEndian.PutUint32(font[group:], 0xffffff)                  // starts after its end
	thrown := 0
	environment["_emscripten_throw_longjmp"] = func(i *instance, stack []uint64) {
		thrown++
		if i.nested == 0 {
			t.Error("no call to leave")
		}
		host(i, stack)
	}
	body, err := os.ReadFile("testdata/h-identV.pdf")
	if err != nil {
		t.Fatal(err)
	}
	e := New(Config{CacheDir: TestCacheDir})
	text, err := e.Text(t.Context(), body)
	if err != nil || !strings.Contains(strings.Join(text.Pages, ""), "不正アクセス") {
		t.Errorf("%q, %v", text.Pages, err)
	}
	if thrown == 0 {
		t.Error("no longjmp")
	}
	if err := e.Close(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestCallsThroughTheHostAreNotNestedWithoutEnd(t *testing.T) {
	defer func() {
		err, _ := recover().(error)
		if i := (&instance{}); !errors.Is(i.fault("x", err), ErrLimit) {
			t.Errorf("%v", err)
		}
	}()
	invoke([]api.ValueType{api.ValueTypeI32}, nil)(&instance{nested: maxNested}, []uint64{0})
}
