//go:build !(linux || darwin || freebsd || netbsd || openbsd || dragonfly)

package pdf

import "github.com/tetratelabs/wazero/experimental"

// memory is one instance's linear memory, of full capacity from the start so
// that growth copies nothing.
type memory struct{ reserved []byte }

func newMemory(limit int) (*memory, error) { return &memory{make([]byte, limit)}, nil }

// Allocate, Reallocate and Free are what wazero asks for.
func (m *memory) Allocate(_, _ uint64) experimental.LinearMemory { return m }

func (m *memory) Reallocate(size uint64) []byte {
	if size > uint64(len(m.reserved)) {
		return nil
	}
	return m.reserved[:size]
}

func (m *memory) Free() {}

func (m *memory) free() error { return nil }
