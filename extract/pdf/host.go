package pdf

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
)

// PDFium is an emscripten build that imports 37 functions, which are given here
// by name. A build that imports more is refused at the start rather than answered
// wrongly.

const (
	envModule  = "env"
	wasiModule = "wasi_snapshot_preview1"
)

// Error numbers of WASI, which emscripten's system calls use too, negated.
const (
	errnoOK           = 0
	errnoBadFile      = 8
	errnoFault        = 21
	errnoInvalid      = 28
	errnoTooManyFiles = 33
	errnoNotFound     = 44
	errnoNoSystem     = 52
)

func failure(errno int32) uint64 { return api.EncodeI32(-errno) }

var (
	errAborted     = errors.New("abort")
	errOutOfBounds = errors.New("copy outside of the memory")
)

// host is a function that works for one instance: the instance of the document
// on whose behalf PDFium calls.
type host func(i *instance, stack []uint64)

// instanceKey finds the instance in the context of each call.
type instanceKey struct{}

func provideHost(ctx context.Context, runtime wazero.Runtime, compiled wazero.CompiledModule) error {
	env, wasi := runtime.NewHostModuleBuilder(envModule), runtime.NewHostModuleBuilder(wasiModule)
	for _, imported := range compiled.ImportedFunctions() {
		from, name, _ := imported.Import()
		builder, function := env, environment[name]
		switch {
		case from == wasiModule:
			builder, function = wasi, wasiFunctions[name]
		case strings.HasPrefix(name, "invoke_"):
			function = invoke(imported.ParamTypes(), imported.ResultTypes())
		}
		if function == nil {
			return fmt.Errorf("the vendored PDFium imports %s.%s, which is not provided: write it, or vendor another build", from, name)
		}
		builder.NewFunctionBuilder().WithGoModuleFunction(api.GoModuleFunc(
			func(ctx context.Context, _ api.Module, stack []uint64) {
				function(ctx.Value(instanceKey{}).(*instance), stack)
			}), imported.ParamTypes(), imported.ResultTypes()).Export(name)
	}
	for _, builder := range []wazero.HostModuleBuilder{env, wasi} {
		if _, err := builder.Instantiate(ctx); err != nil {
			return fmt.Errorf("host functions: %w", err)
		}
	}
	return nil
}

// environment is what the build imports from env. Clocks and time zones stand
// still, so that a document gives the same text at any time.
var environment = map[string]host{
	"emscripten_resize_heap":    resizeHeap,
	"_emscripten_memcpy_js":     copyMemory,
	"_emscripten_throw_longjmp": throwLongjmp,
	"emscripten_date_now":       func(_ *instance, stack []uint64) { stack[0] = api.EncodeF64(0) },
	"_tzset_js":                 nothing,
	"_localtime_js":             nothing,
	"_gmtime_js":                nothing,
	"_abort_js":                 abort,
	"__assert_fail":             abort,
	"__syscall_openat":          openAt,
	"__syscall_stat64":          statPath(0),
	"__syscall_lstat64":         statPath(0),
	"__syscall_newfstatat":      statPath(1),
	"__syscall_fstat64":         statOpen,
	"__syscall_getdents64":      entries,
	"__syscall_fcntl64":         succeed,
	"__syscall_ioctl":           succeed,
	"__syscall_unlinkat":        refuse,
	"__syscall_rmdir":           refuse,
	"__syscall_ftruncate64":     refuse,
}

// wasiFunctions is what the build imports from WASI.
var wasiFunctions = map[string]host{
	"fd_close":          closeFile,
	"fd_read":           readFile,
	"fd_seek":           seekFile,
	"fd_write":          discard,
	"fd_sync":           succeed,
	"environ_get":       succeed,
	"environ_sizes_get": emptyEnvironment,
}

func nothing(*instance, []uint64)         {}
func succeed(_ *instance, stack []uint64) { stack[0] = errnoOK }
func refuse(_ *instance, stack []uint64)  { stack[0] = failure(errnoNoSystem) }
func abort(*instance, []uint64)           { panic(errAborted) }
func copyMemory(i *instance, stack []uint64) {
	b, ok := i.guest.Memory().Read(uint32(stack[1]), uint32(stack[2]))
	if !ok || !i.guest.Memory().Write(uint32(stack[0]), b) {
		panic(errOutOfBounds)
	}
}

// resizeHeap grows the memory to the wanted size, which is what is needed and no
// more, and answers whether it could; the runtime's limit says no. A wish for
// nothing is the code's way to let the time be looked at.
func resizeHeap(i *instance, stack []uint64) {
	if uint32(stack[0]) == 0 {
		if err := i.ctx.Err(); err != nil {
			panic(err)
		}
		return
	}
	memory := i.guest.Memory()
	wanted, have := uint64(uint32(stack[0])), uint64(memory.Size())
	stack[0] = 1
	if wanted <= have {
		return
	}
	if _, ok := memory.Grow(uint32((wanted - have + pageBytes - 1) / pageBytes)); !ok {
		stack[0] = 0
		i.starved = true
	}
}

func emptyEnvironment(i *instance, stack []uint64) {
	memory := i.guest.Memory()
	count, size := uint32(stack[0]), uint32(stack[1])
	stack[0] = errnoOK
	if !memory.WriteUint32Le(count, 0) || !memory.WriteUint32Le(size, 0) {
		stack[0] = errnoFault
	}
}
