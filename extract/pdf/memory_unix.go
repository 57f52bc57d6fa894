//go:build linux || darwin || freebsd || netbsd || openbsd || dragonfly

package pdf

import (
	"syscall"

	"github.com/tetratelabs/wazero/experimental"
)

// memory is one instance's linear memory: reserved whole, given by the system
// page by page as it is touched, and given back at once with free. Memory from
// the Go heap would be copied at each growth (three times the limit at the peak)
// and stay until a collection.
type memory struct{ reserved []byte }

func newMemory(limit int) (*memory, error) {
	reserved, err := syscall.Mmap(-1, 0, limit, syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_ANON|syscall.MAP_PRIVATE)
	if err != nil {
		return nil, err
	}
	return &memory{reserved}, nil
}

// Allocate, Reallocate and Free are what wazero asks for.
func (m *memory) Allocate(_, _ uint64) experimental.LinearMemory { return m }

func (m *memory) Reallocate(size uint64) []byte {
	if size > uint64(len(m.reserved)) {
		return nil
	}
	return m.reserved[:size]
}

// Free does nothing: wazero calls it as soon as an instance ends, and not at all
// when the end came between two calls. free is called when nobody holds it.
func (m *memory) Free() {}

func (m *memory) free() error { return syscall.Munmap(m.reserved) }
