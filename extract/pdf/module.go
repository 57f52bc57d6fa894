package pdf

import (
	"bytes"
	"compress/gzip"
	"context"
	_ "embed"
	"errors"
	"fmt"
	"io"
	"runtime"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
	"github.com/tetratelabs/wazero/experimental"
)

//go:embed pdfium/pdfium.wasm.gz
var compressed []byte

// module is PDFium, compiled, with its host functions.
type module struct {
	runtime  wazero.Runtime
	compiled wazero.CompiledModule
	cache    wazero.CompilationCache // nil without a directory
}

const (
	pageBytes   = 64 << 10 // of WebAssembly
	pagesPerMiB = 1 << 20 / pageBytes
)

// workers halve the time to compile, 2.1 s to 1.1 s on two processors, for 18 MB
// more meanwhile. More of them would cost more memory than a small container has.
const workers = 2

func compile(ctx context.Context, cfg Config) (*module, error) {
	code, err := unpack(compressed)
	if err == nil {
		code, err = stoppable(code)
	}
	if err != nil {
		return nil, err
	}
	ctx = experimental.WithCompilationWorkers(ctx, min(workers, runtime.GOMAXPROCS(0)))
	if cfg.CacheDir == "" {
		return compileCode(ctx, cfg, code)
	}
	return compileCached(ctx, cfg, code)
}

// compileCached keeps the compiled code in the directory, or takes it from there.
func compileCached(ctx context.Context, cfg Config, code []byte) (*module, error) {
	old, err := cacheFiles(cfg.CacheDir)
	if err != nil {
		return nil, err
	}
	m, err := compileCode(ctx, cfg, code)
	if err != nil && ctx.Err() == nil {
		// wazero refuses a damaged file for ever. What was compiled before is
		// worth no more than the second to make it anew.
		if removeErr := removeFiles(old); removeErr != nil {
			return nil, errors.Join(err, removeErr)
		}
		m, err = compileCode(ctx, cfg, code)
	}
	if err != nil {
		return nil, fmt.Errorf("%w (compiled code is kept in %q, which must be a writable directory with 20 MB free)", err, cfg.CacheDir)
	}
	if err := prune(cfg.CacheDir, old); err != nil {
		return nil, errors.Join(err, m.close(ctx))
	}
	return m, nil
}

func unpack(packed []byte) ([]byte, error) {
	unzip, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return nil, err
	}
	code, err := io.ReadAll(unzip)
	if err != nil {
		return nil, err
	}
	return code, unzip.Close()
}

func compileCode(ctx context.Context, cfg Config, code []byte) (m *module, err error) {
	runtimeConfig := wazero.NewRuntimeConfig().
		WithMemoryLimitPages(uint32(cfg.MemoryMiB * pagesPerMiB))
	m = &module{}
	if cfg.CacheDir != "" {
		if m.cache, err = wazero.NewCompilationCacheWithDir(cfg.CacheDir); err != nil {
			return nil, err
		}
		runtimeConfig = runtimeConfig.WithCompilationCache(m.cache)
	}
	m.runtime = wazero.NewRuntimeWithConfig(ctx, runtimeConfig)
	if m.compiled, err = m.runtime.CompileModule(ctx, code); err == nil {
		err = provideHost(ctx, m.runtime, m.compiled)
	}
	if err != nil {
		return nil, errors.Join(err, m.close(ctx))
	}
	return m, nil
}

func (m *module) close(ctx context.Context) error {
	err := m.runtime.Close(ctx)
	if m.cache != nil {
		err = errors.Join(err, m.cache.Close(ctx))
	}
	return err
}

// read extracts the text in an instance of its own. With [ErrLimit] and
// [ErrDamaged] it returns what was read before.
func (m *module) read(ctx context.Context, cfg Config, body []byte) (text Text, err error) {
	memory, err := newMemory(cfg.MemoryMiB << 20)
	if err != nil {
		return Text{}, fmt.Errorf("reserve %d MiB for a PDF: %w", cfg.MemoryMiB, err)
	}
	defer func() {
		if freeErr := memory.free(); freeErr != nil {
			err = errors.Join(err, fmt.Errorf("free a PDF's memory: %w", freeErr))
		}
	}()
	i := &instance{cfg: cfg, functions: map[string]api.Function{}}
	i.ctx = context.WithValue(ctx, instanceKey{}, i)
	i.guest, err = m.runtime.InstantiateModule(
		experimental.WithMemoryAllocator(i.ctx, memory), m.compiled,
		wazero.NewModuleConfig().WithName("").WithStartFunctions())
	if err != nil {
		return Text{}, fmt.Errorf("start a PDFium instance: %w", err)
	}
	defer func() {
		// It has no resource but its memory, which is freed above.
		_ = i.guest.Close(context.WithoutCancel(ctx))
	}()
	text = i.text(body)
	return text, i.err
}
