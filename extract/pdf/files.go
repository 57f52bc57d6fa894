package pdf

import (
	"bytes"
	_ "embed"
	"encoding/binary"
	"io"
)

//go:embed pdfium/lastresort.ttf
var font []byte

// The file system that PDFium sees: one of the directories where it looks for
// fonts, with one font, named as one that it takes for Japanese.
const (
	fontDirectory = "/usr/share/fonts"
	fontName      = "vlgothic.ttf"
	fontPath      = fontDirectory + "/" + fontName
)

// openFile is the directory or, with bytes, the font.
type openFile struct {
	bytes  *bytes.Reader
	listed bool // the directory's entry was read
}

// firstFile leaves room for the standard streams; maxOpenFiles bounds the table.
const (
	firstFile    = 3
	maxOpenFiles = 64
)

func (i *instance) file(descriptor uint64) *openFile {
	at := uint32(descriptor) - firstFile
	if at >= uint32(len(i.files)) {
		return nil
	}
	return i.files[at]
}

func openAt(i *instance, stack []uint64) {
	file := &openFile{}
	switch i.cString(stack[1]) {
	case fontDirectory:
	case fontPath:
		file.bytes = bytes.NewReader(font)
	default:
		stack[0] = failure(errnoNotFound)
		return
	}
	for at, taken := range i.files {
		if taken == nil {
			i.files[at] = file
			stack[0] = uint64(firstFile + at)
			return
		}
	}
	stack[0] = failure(errnoTooManyFiles)
}

func closeFile(i *instance, stack []uint64) {
	if i.file(stack[0]) == nil {
		stack[0] = errnoBadFile
		return
	}
	i.files[uint32(stack[0])-firstFile] = nil
	stack[0] = errnoOK
}

// cString reads a path; one that is longer than any here is none.
func (i *instance) cString(at uint64) string {
	memory := i.guest.Memory()
	room := min(uint64(memory.Size())-min(uint64(uint32(at)), uint64(memory.Size())), uint64(len(fontPath)+1))
	raw, _ := memory.Read(uint32(at), uint32(room)) // nil when at is outside
	path, _, ended := bytes.Cut(raw, []byte{0})
	if !ended {
		return ""
	}
	return string(path)
}

// statPath is stat with the path and the result at the given parameters.
func statPath(parameter int) host {
	return func(i *instance, stack []uint64) {
		result := stack[parameter+1]
		switch i.cString(stack[parameter]) {
		case fontDirectory:
			stack[0] = i.stat(true, result)
		case fontPath:
			stack[0] = i.stat(false, result)
		default:
			stack[0] = failure(errnoNotFound)
		}
	}
}

func statOpen(i *instance, stack []uint64) {
	file := i.file(stack[0])
	if file == nil {
		stack[0] = failure(errnoBadFile)
		return
	}
	stack[0] = i.stat(file.bytes == nil, stack[1])
}

// stat writes emscripten's struct stat for wasm32 (musl, bits/stat.h): device at
// 0, mode at 4, links at 8, size (64 bit) at 24, block size at 32, blocks at 36,
// inode (64 bit) at 88; 96 bytes in all.
func (i *instance) stat(directory bool, at uint64) uint64 {
	mode, size := uint32(0o100444), uint64(len(font))
	if directory {
		mode, size = 0o40555, 0
	}
	var b [96]byte
	binary.LittleEndian.PutUint32(b[0:], 1)
	binary.LittleEndian.PutUint32(b[4:], mode)
	binary.LittleEndian.PutUint32(b[8:], 1)
	binary.LittleEndian.PutUint64(b[24:], size)
	binary.LittleEndian.PutUint32(b[32:], 4096)
	binary.LittleEndian.PutUint32(b[36:], 8)
	binary.LittleEndian.PutUint64(b[88:], fontInode)
	if !i.guest.Memory().Write(uint32(at), b[:]) {
		return failure(errnoFault)
	}
	return errnoOK
}

const fontInode = 7 // any number but 0

// entries writes the directory's one entry (musl, struct dirent): inode (64 bit)
// at 0, offset (64 bit) at 8, record length at 16, type at 18, name at 19.
func entries(i *instance, stack []uint64) {
	const (
		recordBytes = 280
		regularFile = 8
	)
	file := i.file(stack[0])
	switch {
	case file == nil || file.bytes != nil:
		stack[0] = failure(errnoBadFile)
		return
	case file.listed:
		stack[0] = 0
		return
	}
	var b [recordBytes]byte
	binary.LittleEndian.PutUint64(b[0:], fontInode)
	binary.LittleEndian.PutUint64(b[8:], 1)
	binary.LittleEndian.PutUint16(b[16:], recordBytes)
	b[18] = regularFile
	copy(b[19:], fontName)
	if uint32(stack[2]) < recordBytes || !i.guest.Memory().Write(uint32(stack[1]), b[:]) {
		stack[0] = failure(errnoFault)
		return
	}
	file.listed = true
	stack[0] = recordBytes
}

// maxVectors bounds a scatter list that the guest hands over.
const maxVectors = 64

// vectors hands each buffer of a scatter list to use, until that has no more.
func (i *instance) vectors(at, count uint64, use func(buffer []byte) (n int, more bool)) (total uint32, ok bool) {
	memory := i.guest.Memory()
	for k := range min(uint32(count), maxVectors) {
		start, ok1 := memory.ReadUint32Le(uint32(at) + k*8)
		length, ok2 := memory.ReadUint32Le(uint32(at) + k*8 + 4)
		buffer, ok3 := memory.Read(start, length)
		if !ok1 || !ok2 || !ok3 {
			return total, false
		}
		n, more := use(buffer)
		total += uint32(n)
		if !more {
			break
		}
	}
	return total, true
}

func readFile(i *instance, stack []uint64) {
	file, result := i.file(stack[0]), uint32(stack[3])
	if file == nil || file.bytes == nil {
		stack[0] = errnoBadFile
		return
	}
	total, ok := i.vectors(stack[1], stack[2], func(buffer []byte) (int, bool) {
		n, err := io.ReadFull(file.bytes, buffer)
		return n, err == nil // the only error is the end
	})
	if !ok || !i.guest.Memory().WriteUint32Le(result, total) {
		stack[0] = errnoFault
		return
	}
	stack[0] = errnoOK
}

// discard takes what PDFium prints.
func discard(i *instance, stack []uint64) {
	result := uint32(stack[3])
	total, ok := i.vectors(stack[1], stack[2], func(buffer []byte) (int, bool) { return len(buffer), true })
	if !ok || !i.guest.Memory().WriteUint32Le(result, total) {
		stack[0] = errnoFault
		return
	}
	stack[0] = errnoOK
}

// seekFile has the same whence as io.Seeker. The build passes the 64-bit offset
// as two halves.
func seekFile(i *instance, stack []uint64) {
	file := i.file(stack[0])
	if file == nil || file.bytes == nil {
		stack[0] = errnoBadFile
		return
	}
	offset := int64(uint64(uint32(stack[1])) | stack[2]<<32)
	at, err := file.bytes.Seek(offset, int(int32(stack[3])))
	if err != nil || !i.guest.Memory().WriteUint64Le(uint32(stack[4]), uint64(at)) {
		stack[0] = errnoInvalid
		return
	}
	stack[0] = errnoOK
}
