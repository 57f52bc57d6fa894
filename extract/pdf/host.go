package pdf

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/tetratelabs/wazero/api"
	"github.com/tetratelabs/wazero/imports/emscripten"
)

// PDFium is an emscripten build: it imports some thirty functions. The ones
// that matter are given here, invoke_* and longjmp come from wazero, and all
// others answer that there is no such system call.

const (
	envModule  = "env"
	wasiModule = "wasi_snapshot_preview1"
	pageBytes  = 64 << 10
)

// noSystemCall is -ENOSYS in emscripten's numbers.
var noSystemCall = api.EncodeI32(-52)

var errAborted = errors.New("abort")

func (m *module) provideHost(ctx context.Context) error {
	env := m.runtime.NewHostModuleBuilder(envModule)
	exporter, err := emscripten.NewFunctionExporterForModule(m.compiled)
	if err != nil {
		return err
	}
	exporter.ExportFunctions(env)
	wasi := m.runtime.NewHostModuleBuilder(wasiModule)
	for _, imported := range m.compiled.ImportedFunctions() {
		from, name, _ := imported.Import()
		builder := env
		var function api.GoModuleFunc
		switch {
		case from == wasiModule:
			builder = wasi
			function = m.files.wasi(name, len(imported.ParamTypes()))
		case strings.HasPrefix(name, "invoke_") || name == "_emscripten_throw_longjmp":
			continue
		default:
			function = m.hostFunction(name, len(imported.ResultTypes()) > 0)
		}
		builder.NewFunctionBuilder().WithGoModuleFunction(function, imported.ParamTypes(), imported.ResultTypes()).Export(name)
	}
	for _, builder := range []interface {
		Instantiate(context.Context) (api.Module, error)
	}{env, wasi} {
		if _, err := builder.Instantiate(ctx); err != nil {
			return fmt.Errorf("host functions: %w", err)
		}
	}
	return nil
}

func (m *module) hostFunction(name string, hasResult bool) api.GoModuleFunc {
	switch name {
	case "emscripten_resize_heap":
		return resizeHeap
	case "emscripten_date_now":
		return func(_ context.Context, _ api.Module, stack []uint64) {
			stack[0] = api.EncodeF64(float64(time.Now().UnixMilli()))
		}
	case "_emscripten_memcpy_js":
		return func(_ context.Context, guest api.Module, stack []uint64) {
			if b, ok := guest.Memory().Read(uint32(stack[1]), uint32(stack[2])); ok {
				guest.Memory().Write(uint32(stack[0]), b)
			}
		}
	case "_abort_js", "__assert_fail":
		return func(context.Context, api.Module, []uint64) { panic(errAborted) }
	}
	if call := m.files.systemCall(name); call != nil {
		return call
	}
	return func(_ context.Context, _ api.Module, stack []uint64) {
		if hasResult {
			stack[0] = noSystemCall
		}
	}
}

// resizeHeap grows the memory to the wanted size and answers whether it could:
// the limit of the runtime says no.
func resizeHeap(_ context.Context, guest api.Module, stack []uint64) {
	wanted, have := uint32(stack[0]), guest.Memory().Size()
	stack[0] = 1
	if wanted <= have {
		return
	}
	if _, ok := guest.Memory().Grow((wanted - have + pageBytes - 1) / pageBytes); !ok {
		stack[0] = 0
	}
}
