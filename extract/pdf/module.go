package pdf

import (
	"bytes"
	"compress/gzip"
	"context"
	_ "embed"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf16"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
)

//go:embed pdfium/pdfium.wasm.gz
var compressed []byte

// module is PDFium, compiled.
type module struct {
	runtime  wazero.Runtime
	compiled wazero.CompiledModule
	cache    wazero.CompilationCache
	files    *files
}

const pagesPerMiB = 16 // of 64 KiB

func compile(ctx context.Context, cfg Config) (m *module, err error) {
	unzip, err := gzip.NewReader(bytes.NewReader(compressed))
	if err != nil {
		return nil, err
	}
	code, err := io.ReadAll(unzip)
	if err != nil {
		return nil, err
	}
	runtimeConfig := wazero.NewRuntimeConfig().
		WithMemoryLimitPages(uint32(cfg.MemoryMiB * pagesPerMiB)).
		WithCloseOnContextDone(true)
	m = &module{files: newFiles()}
	if cfg.CacheDir != "" {
		if m.cache, err = wazero.NewCompilationCacheWithDir(cfg.CacheDir); err != nil {
			return nil, fmt.Errorf("cache in %s: %w", cfg.CacheDir, err)
		}
		runtimeConfig = runtimeConfig.WithCompilationCache(m.cache)
	}
	m.runtime = wazero.NewRuntimeWithConfig(ctx, runtimeConfig)
	defer func() {
		if err != nil {
			err = errors.Join(err, m.close(ctx))
		}
	}()
	if m.compiled, err = m.runtime.CompileModule(ctx, code); err != nil {
		return nil, err
	}
	return m, m.provideHost(ctx)
}

func (m *module) close(ctx context.Context) error {
	err := m.runtime.Close(ctx)
	if m.cache != nil {
		err = errors.Join(err, m.cache.Close(ctx))
	}
	return err
}

// read extracts the text in an instance of its own.
func (m *module) read(ctx context.Context, cfg Config, body []byte) (text Text, err error) {
	defer func() {
		// The host functions panic when PDFium aborts.
		if r := recover(); r != nil {
			err = fmt.Errorf("%w: PDFium gave up: %v", ErrDamaged, r)
		}
	}()
	guest, err := m.runtime.InstantiateModule(ctx, m.compiled, wazero.NewModuleConfig().WithName("").WithStartFunctions())
	if err != nil {
		return Text{}, fmt.Errorf("%w: %w", ErrLimit, err)
	}
	i := &instance{ctx: ctx, guest: guest}
	defer func() {
		m.files.drop(guest)
		_ = guest.Close(context.WithoutCancel(ctx)) // its memory goes with it
	}()
	text = i.text(cfg, body)
	if i.err != nil {
		return Text{}, i.err
	}
	return text, nil
}

// instance calls PDFium; after the first failure every call does nothing.
type instance struct {
	ctx   context.Context
	guest api.Module
	err   error
}

func (i *instance) call(name string, args ...uint64) uint64 {
	if i.err != nil {
		return 0
	}
	function := i.guest.ExportedFunction(name)
	if function == nil {
		i.err = fmt.Errorf("PDFium has no function %s: the vendored build is not the expected one", name)
		return 0
	}
	results, err := function.Call(i.ctx, args...)
	if err != nil {
		// A trap: out of memory, out of time or a fault in the file.
		i.err = fmt.Errorf("%w: %s: %.200s", ErrLimit, name, err)
		return 0
	}
	if len(results) == 0 {
		return 0
	}
	return results[0]
}

func (i *instance) allocate(size int) uint32 {
	p := i.call("malloc", uint64(size))
	if p == 0 && i.err == nil {
		i.err = fmt.Errorf("%w: memory", ErrLimit)
	}
	return uint32(p)
}

// The error codes of FPDF_GetLastError (public/fpdfview.h).
const (
	errorPassword = 4
	errorSecurity = 5
)

func (i *instance) text(cfg Config, body []byte) Text {
	i.call("__wasm_call_ctors")
	i.call("FPDF_InitLibrary")
	at := i.allocate(len(body))
	if i.err == nil && !i.guest.Memory().Write(at, body) {
		i.err = fmt.Errorf("%w: memory", ErrLimit)
	}
	document := i.call("FPDF_LoadMemDocument", uint64(at), uint64(len(body)), 0)
	if i.err != nil {
		return Text{}
	}
	if document == 0 {
		switch code := i.call("FPDF_GetLastError"); code {
		case errorPassword, errorSecurity:
			i.err = ErrPassword
		default:
			i.err = fmt.Errorf("%w: PDFium's error %d", ErrDamaged, code)
		}
		return Text{}
	}
	out := Text{PageCount: int(int32(i.call("FPDF_GetPageCount", document)))}
	pages := out.PageCount
	if pages > cfg.MaxPages {
		pages, out.Truncated = cfg.MaxPages, true
	}
	for page := 0; page < pages && i.err == nil; page++ {
		if out.Characters >= cfg.MaxCharacters {
			out.Truncated = true
			break
		}
		i.page(document, page, cfg.MaxCharacters-out.Characters, &out)
	}
	return out
}

// page reads one page of at most limit characters into out.
func (i *instance) page(document uint64, number, limit int, out *Text) {
	page := i.call("FPDF_LoadPage", document, uint64(number))
	if page == 0 {
		out.Pages = append(out.Pages, "") // a page without contents
		return
	}
	text := i.call("FPDFText_LoadPage", page)
	count := int(int32(i.call("FPDFText_CountChars", text)))
	if count > limit {
		count, out.Truncated = limit, true
	}
	if count <= 0 {
		out.Pages = append(out.Pages, "")
	} else {
		buffer := i.allocate((count + 1) * 2)
		written := uint32(i.call("FPDFText_GetText", text, 0, uint64(count), uint64(buffer)))
		for k := 0; k < count && i.err == nil; k++ {
			if i.call("FPDFText_HasUnicodeMapError", text, uint64(k)) == 1 {
				out.Unmapped++
			}
		}
		if i.err != nil {
			return
		}
		raw, ok := i.guest.Memory().Read(buffer, written*2)
		if !ok {
			i.err = fmt.Errorf("%w: PDFium wrote outside its memory", ErrDamaged)
			return
		}
		out.Characters += count
		out.Pages = append(out.Pages, decode(raw))
		i.call("free", uint64(buffer))
	}
	i.call("FPDFText_ClosePage", text)
	i.call("FPDF_ClosePage", page)
}

// decode reads UTF-16LE with PDFium's closing zero and CRLF line ends.
func decode(raw []byte) string {
	units := make([]uint16, 0, len(raw)/2)
	for k := 0; k+1 < len(raw); k += 2 {
		if u := binary.LittleEndian.Uint16(raw[k:]); u != 0 {
			units = append(units, u)
		}
	}
	return strings.ReplaceAll(string(utf16.Decode(units)), "\r\n", "\n")
}
