package pdf

import (
	"errors"

	"github.com/tetratelabs/wazero/api"
	"github.com/tetratelabs/wazero/experimental/table"
)

// C code that may be left by longjmp, in the decoders of PDFium, is called
// through the host: invoke_* calls a function of the module's table, and
// _emscripten_throw_longjmp ends that call. What follows is what emscripten's
// JavaScript does (src/lib/libcore.js). wazero's own functions for this write to
// what all instances share (v1.12.0, FunctionType.key), so documents could not be
// read side by side.

var (
	errLongjmp = errors.New("longjmp")
	errNested  = errors.New("calls through the host nested too deep")
)

// maxNested bounds such calls within each other, each of which takes stack of Go
// too. Decoders need one or two.
const maxNested = 32

func throwLongjmp(*instance, []uint64) { panic(errLongjmp) }

// invoke takes the function's place in the table and then its parameters.
func invoke(params, results []api.ValueType) host {
	return func(i *instance, stack []uint64) {
		if i.nested++; i.nested > maxNested {
			panic(errNested)
		}
		defer func() { i.nested-- }()
		function := table.LookupFunction(i.guest, 0, uint32(stack[0]), params[1:], results)
		copy(stack, stack[1:])
		var top [1]uint64
		i.mustCall("emscripten_stack_get_current", top[:])
		err := function.CallWithStack(i.ctx, stack)
		if err == nil {
			return
		}
		if !errors.Is(err, errLongjmp) {
			panic(err)
		}
		i.mustCall("_emscripten_stack_restore", top[:])
		i.mustCall("setThrew", []uint64{1, 0})
	}
}

// mustCall calls a function of the guest from within a host function.
func (i *instance) mustCall(name string, stack []uint64) {
	function, err := i.function(name)
	if err == nil {
		err = function.CallWithStack(i.ctx, stack)
	}
	if err != nil {
		panic(err)
	}
}
