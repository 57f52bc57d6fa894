package pdf

import (
	"context"
	"errors"
	"runtime"
	"testing"
	"time"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
)

// oneFunction is a module that imports what PDFium leaves through, has a variable
// and exports one function "f".
func oneFunction(body ...byte) []byte {
	body = append([]byte{0}, body...) // no locals
	name := yieldImport
	module := []byte{0x00, 'a', 's', 'm', 1, 0, 0, 0,
		1, 9, 2, 0x60, 0, 0, 0x60, 1, 0x7f, 1, 0x7f, // types: nothing to nothing, i32 to i32
		2, byte(len(name) + 8), 1, 3, 'e', 'n', 'v', byte(len(name))}
	module = append(append(module, name...), 0, 1,
		3, 2, 1, 0,
		6, 6, 1, 0x7f, 1, 0x41, 7, 0x0b,
		7, 5, 1, 1, 'f', 0, 1,
		10, byte(len(body)+2), 1, byte(len(body)))
	return append(module, body...)
}

func TestEveryLoopAndRecursionIsLeftInTime(t *testing.T) {
	for name, body := range map[string][]byte{
		"a loop":                      {0x03, 0x40, 0x0c, 0, 0x0b, 0x0b},
		"a loop within a loop":        {0x03, 0x40, 0x03, 0x40, 0x0c, 0, 0x0b, 0x0c, 0, 0x0b, 0x0b},
		"a loop behind large numbers": {0x42, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x7f, 0x1a, 0x41, 0x7f, 0x1a, 0x43, 0, 0, 0, 3, 0x1a, 0x03, 0x40, 0x0c, 0, 0x0b, 0x0b},
	} {
		t.Run(name, func(t *testing.T) {
			code, err := stoppable(oneFunction(body...))
			if err != nil {
				t.Fatal(err)
			}
			r := wazero.NewRuntime(t.Context())
			defer func() {
				if err := r.Close(context.WithoutCancel(t.Context())); err != nil {
					t.Error(err)
				}
			}()
			ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
			defer cancel()
			leave := func(context.Context, []uint64) {
				if err := ctx.Err(); err != nil {
					panic(err)
				}
			}
			if _, err := r.NewHostModuleBuilder(envModule).NewFunctionBuilder().
				WithGoFunction(api.GoFunc(leave), []api.ValueType{api.ValueTypeI32}, []api.ValueType{api.ValueTypeI32}).
				Export(yieldImport).Instantiate(t.Context()); err != nil {
				t.Fatal(err)
			}
			guest, err := r.Instantiate(t.Context(), code)
			if err != nil {
				t.Fatal(err)
			}
			done := make(chan error)
			go func() {
				_, err := guest.ExportedFunction("f").Call(t.Context())
				done <- err
			}()
			runtime.GC() // must not wait for the end of the loop
			if err := <-done; !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("error %v", err)
			}
		})
	}
}

func TestCodeThatIsNotUnderstoodIsRefused(t *testing.T) {
	for name, code := range map[string][]byte{
		"an exception":            oneFunction(0x06, 0x40, 0x0b, 0x0b),
		"an atomic":               oneFunction(0xfe, 0x03, 0, 0x0b),
		"an unknown vector":       oneFunction(0xfd, 0x80, 0x04, 0x0b),
		"an unknown bulk":         oneFunction(0xfc, 0x7f, 0x0b),
		"an endless number":       oneFunction(0x42, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x0b),
		"a table of nobody":       oneFunction(0x0e, 0xff, 0xff, 0xff, 0xff, 0x0f),
		"code without the import": tiny,
		"a cut module":            oneFunction(0x0b)[:60],
		"a cut header":            []byte("\x00asm"),
	} {
		if _, err := stoppable(code); !errors.Is(err, errWasm) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func FuzzStoppable(f *testing.F) {
	f.Add(oneFunction(0x03, 0x40, 0x0c, 0, 0x0b, 0x0b))
	f.Add(oneFunction(0x0e, 1, 0, 0, 0x1c, 1, 0x7f, 0x0b))
	f.Fuzz(func(t *testing.T, code []byte) {
		out, err := stoppable(code)
		if err != nil && !errors.Is(err, errWasm) {
			t.Errorf("error %v", err)
		}
		if err == nil && len(code) > 100*len(out) {
			t.Errorf("%d bytes become %d", len(code), len(out))
		}
	})
}
