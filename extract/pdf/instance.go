package pdf

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/tetratelabs/wazero/api"
)

// instance is PDFium at work on one document. After the first failure, kept in
// err, every call does nothing and answers 0.
type instance struct {
	ctx       context.Context
	cfg       Config
	guest     api.Module
	functions map[string]api.Function
	files     [maxOpenFiles]*openFile
	nested    int  // calls through the host within each other
	starved   bool // memory was refused
	err       error
}

// call calls a function of PDFium.
func (i *instance) call(name string, args ...uint64) uint64 {
	if i.err != nil {
		return 0
	}
	function, err := i.function(name)
	if err == nil {
		err = i.ctx.Err() // between calls; within them, resizeHeap looks
	}
	if err != nil {
		i.err = err
		return 0
	}
	var stack [maxArguments]uint64
	copy(stack[:], args)
	if err := function.CallWithStack(i.ctx, stack[:]); err != nil {
		i.err = i.fault(name, err)
		return 0
	}
	if i.starved {
		// PDFium goes on without what it had no memory for: what it says now
		// may lack that.
		i.err = i.fault(name, nil)
		return 0
	}
	return stack[0]
}

// function finds a function once: each look-up makes a stack of 10 KB. None of
// them is called again while it runs.
func (i *instance) function(name string) (api.Function, error) {
	if function, ok := i.functions[name]; ok {
		return function, nil
	}
	function := i.guest.ExportedFunction(name)
	if function == nil {
		return nil, fmt.Errorf("the vendored PDFium has no function %s: vendor another build", name)
	}
	i.functions[name] = function
	return function, nil
}

// maxArguments is more than any function called here takes.
const maxArguments = 8

// fault tells a limit from damage. When time ran out, the caller knows by the
// context.
func (i *instance) fault(name string, err error) error {
	switch {
	case i.starved:
		return fmt.Errorf("%w: more than %d MiB in %s", ErrLimit, i.cfg.MemoryMiB, name)
	case errors.Is(err, errNested), strings.Contains(err.Error(), "stack overflow"): // wazero exports no error for it
		return fmt.Errorf("%w: nested too deep for %s", ErrLimit, name)
	}
	reason, _, _ := strings.Cut(err.Error(), "\n") // a stack trace follows
	return fmt.Errorf("%w: PDFium gave up in %s: %s", ErrDamaged, name, reason)
}

// allocate takes memory that the instance's end gives back.
func (i *instance) allocate(size int) uint32 {
	at := uint32(i.call("malloc", uint64(size)))
	if at == 0 && i.err == nil {
		i.err = fmt.Errorf("%w: no memory for %d bytes", ErrLimit, size)
	}
	return at
}

// bytes are size bytes of the guest's memory, valid until the next call.
func (i *instance) bytes(at, size uint32) []byte {
	if i.err != nil {
		return nil
	}
	b, ok := i.guest.Memory().Read(at, size)
	if !ok {
		i.err = fmt.Errorf("%w: PDFium answered with an address outside of its memory", ErrDamaged)
	}
	return b
}
