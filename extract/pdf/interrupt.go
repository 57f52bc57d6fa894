package pdf

import (
	"encoding/binary"
	"errors"
	"fmt"
)

// A document's work must end with its time, and Go must be able to stop this
// goroutine for a collection, which it cannot while compiled WebAssembly runs.
// wazero's own way (WithCloseOnContextDone) leaves the compiled code for Go at
// each turn of each loop, which makes it three to four times slower. Here each
// loop, and each function that calls others, counts a variable of the module
// down and leaves for Go when it comes to zero.
//
// It leaves through an import that PDFium has anyway: emscripten_resize_heap with
// a wish for no memory, which PDFium never has.

const (
	yieldImport = "emscripten_resize_heap"
	// turns between two leaves: some 10 µs of work, to the 0.2 µs of a leave.
	turns = 4096
)

// countdown is what is put into the code: global -= 1; if global == 0, leave
// and begin anew.
func countdown(global, leave int) []byte {
	get := binary.AppendUvarint([]byte{0x23}, uint64(global))
	set := binary.AppendUvarint([]byte{0x24}, uint64(global))
	full := append([]byte{0x41}, turnsLEB...)
	check := append(append([]byte{}, get...), 0x41, 0x7f, 0x6a) // i32.const -1, i32.add
	check = append(append(check, set...), get...)
	check = append(check, 0x45, 0x04, 0x40, 0x41, 0, 0x10) // i32.eqz, if, i32.const 0, call
	check = append(binary.AppendUvarint(check, uint64(leave)), 0x1a)
	check = append(append(check, full...), set...)
	return append(check, 0x0b)
}

// turnsLEB is turns as a signed LEB128.
var turnsLEB = []byte{turns&0x7f | 0x80, turns >> 7 & 0x3f}

var errWasm = errors.New("no WebAssembly that is understood: vendor another build")

// reader reads the binary format of WebAssembly
// (https://webassembly.github.io/spec/core/binary/).
type reader struct {
	code []byte
	at   int
	err  error
}

func (r *reader) fail(what string) {
	if r.err == nil {
		r.err = fmt.Errorf("%w: %s at byte %d", errWasm, what, r.at)
	}
	r.at = len(r.code)
}

func (r *reader) byte() byte {
	if r.at >= len(r.code) {
		r.fail("an early end")
		return 0
	}
	r.at++
	return r.code[r.at-1]
}

func (r *reader) skip(n int) {
	if n < 0 || n > len(r.code)-r.at {
		r.fail("an early end")
		return
	}
	r.at += n
}

// number reads an unsigned LEB128 of 32 bits, or passes over a longer or signed
// one.
func (r *reader) number() (v int) {
	const longest = 10 // of 64 bits
	for k := range longest {
		b := r.byte()
		if k < 5 {
			v |= int(b&0x7f) << (7 * k)
		}
		if b&0x80 == 0 {
			return v
		}
	}
	r.fail("a number without an end")
	return 0
}

func (r *reader) numbers(n int) {
	for k := 0; k < n && r.err == nil; k++ {
		r.number()
	}
}

// The sections of a module that matter here, and the kinds of imports.
const (
	importSection, globalSection, codeSection = 2, 6, 10

	importedFunction, importedGlobal = 0, 3
)

// stoppable returns the module with the countdown put in.
func stoppable(module []byte) ([]byte, error) {
	const header = 8
	r := &reader{code: module}
	r.skip(header)
	out := append(make([]byte, 0, len(module)*3/2), module[:r.at]...)
	leave, globals := -1, 0
	var check []byte
	for r.err == nil && r.at < len(r.code) {
		id, size := r.byte(), r.number()
		begin := r.at
		if r.skip(size); r.err != nil {
			break
		}
		content := module[begin:r.at]
		section := &reader{code: content}
		switch id {
		case importSection:
			leave, globals = section.imports()
		case globalSection:
			count := section.number()
			check = countdown(globals+count, leave)
			content = append(binary.AppendUvarint(nil, uint64(count+1)), content[section.at:]...)
			content = append(append(content, 0x7f, 1, 0x41), turnsLEB...) // a variable i32
			content = append(content, 0x0b)
		case codeSection:
			if leave < 0 || check == nil {
				section.fail("no import " + yieldImport + " or no variables")
				break
			}
			content = section.stoppableCode(check)
		}
		if section.err != nil {
			return nil, section.err
		}
		out = append(out, id)
		out = binary.AppendUvarint(out, uint64(len(content)))
		out = append(out, content...)
	}
	return out, r.err
}

// imports finds the function to leave through and counts the global variables.
func (r *reader) imports() (leave, globals int) {
	leave = -1
	functions := 0
	for range r.number() {
		r.skip(r.number()) // the module's name
		begin := r.at
		size := r.number()
		r.skip(size)
		if r.err != nil {
			return -1, 0
		}
		name := string(r.code[r.at-size : r.at])
		switch kind := r.byte(); kind {
		case importedFunction:
			if name == yieldImport {
				leave = functions
			}
			functions++
			r.number()
		case importedGlobal:
			globals++
			r.skip(2)
		default:
			r.at = begin
			r.fail(fmt.Sprintf("an import of kind %d", kind))
		}
		if r.err != nil {
			return -1, 0
		}
	}
	return leave, globals
}

func (r *reader) stoppableCode(check []byte) []byte {
	count := r.number()
	out := binary.AppendUvarint(make([]byte, 0, len(r.code)*3/2), uint64(count))
	for range count {
		size := r.number()
		begin := r.at
		if r.skip(size); r.err != nil {
			return nil
		}
		body, err := stoppableBody(r.code[begin:r.at], check)
		if err != nil {
			r.err = err
			return nil
		}
		out = binary.AppendUvarint(out, uint64(len(body)))
		out = append(out, body...)
	}
	return out
}

func stoppableBody(body, check []byte) ([]byte, error) {
	r := &reader{code: body}
	for k := r.number(); k > 0 && r.err == nil; k-- { // groups of locals
		r.number()
		r.byte()
	}
	var out []byte
	begin, copied, calls := r.at, r.at, false
	for r.at < len(r.code) {
		op := r.byte()
		r.operands(op)
		calls = calls || op == opCall || op == opCallIndirect
		if op == opLoop {
			out = append(append(out, body[copied:r.at]...), check...)
			copied = r.at
		}
	}
	if r.err != nil {
		return nil, r.err
	}
	out = append(out, body[copied:]...)
	head := append(make([]byte, 0, begin+len(check)+len(out)), body[:begin]...)
	if calls {
		head = append(head, check...)
	}
	return append(head, out...), nil
}

// Instructions that matter here.
const (
	opLoop         = 0x03
	opCall         = 0x10
	opCallIndirect = 0x11
)

// operands passes over what follows an instruction.
func (r *reader) operands(op byte) {
	switch {
	case op >= 0x02 && op <= 0x04, op == 0x0c, op == 0x0d, op == opCall, op == 0x12,
		op >= 0x20 && op <= 0x26, op == 0x3f, op == 0x40, op == 0x41, op == 0x42, op == 0xd0, op == 0xd2:
		r.number()
	case op == opCallIndirect, op == 0x13, op >= 0x28 && op <= 0x3e:
		r.numbers(2)
	case op == 0x0e: // br_table
		r.numbers(r.number() + 1)
	case op == 0x1c: // select with types
		r.skip(r.number())
	case op == 0x43:
		r.skip(4)
	case op == 0x44:
		r.skip(8)
	case op == 0xfc:
		r.bulkOperands(r.number())
	case op == 0xfd:
		r.vectorOperands(r.number())
	case op == 0x00, op == 0x01, op == 0x05, op == 0x0b, op == 0x0f, op == 0x1a, op == 0x1b, op >= 0x45 && op <= 0xc4, op == 0xd1:
	default:
		r.fail(fmt.Sprintf("the unknown instruction 0x%x", op))
	}
}

func (r *reader) bulkOperands(op int) {
	switch {
	case op <= 7: // saturating conversions
	case op == 8, op == 10, op == 12, op == 14:
		r.numbers(2)
	case op == 9, op == 11, op == 13, op >= 15 && op <= 17:
		r.number()
	default:
		r.fail(fmt.Sprintf("the unknown instruction 0xfc %d", op))
	}
}

func (r *reader) vectorOperands(op int) {
	switch {
	case op <= 11, op == 92, op == 93:
		r.numbers(2)
	case op == 12, op == 13:
		r.skip(16)
	case op >= 21 && op <= 34:
		r.skip(1)
	case op >= 84 && op <= 91:
		r.numbers(2)
		r.skip(1)
	case op > 0xff:
		r.fail(fmt.Sprintf("the unknown instruction 0xfd %d", op))
	}
}
