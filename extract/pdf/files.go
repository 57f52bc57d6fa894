package pdf

import (
	"context"
	_ "embed"
	"encoding/binary"
	"sync"

	"github.com/tetratelabs/wazero/api"
)

//go:embed pdfium/lastresort.ttf
var font []byte

// The file system that PDFium sees: one directory of fonts with one font.
const (
	fontDirectory = "/usr/share/fonts"
	fontName      = "vlgothic.ttf"
	fontPath      = fontDirectory + "/" + fontName
)

// Error numbers of WASI, which emscripten uses too.
const (
	errnoBadFile  = 8
	errnoNotFound = 44
)

// files holds the open files of every instance.
type files struct {
	mu   sync.Mutex
	open map[api.Module]map[uint32]*openFile
}

type openFile struct {
	directory bool
	offset    int64
	listed    bool // directory: its entry was read
}

// maxOpenFiles bounds one instance's descriptors, firstFile leaves room for the
// standard streams.
const (
	maxOpenFiles = 64
	firstFile    = 10
)

func newFiles() *files { return &files{open: map[api.Module]map[uint32]*openFile{}} }

func (f *files) drop(guest api.Module) {
	f.mu.Lock()
	defer f.mu.Unlock()
	delete(f.open, guest)
}

func (f *files) get(guest api.Module, descriptor uint64) *openFile {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.open[guest][uint32(descriptor)]
}

func (f *files) openPath(guest api.Module, path string) (descriptor uint32, ok bool) {
	if path != fontDirectory && path != fontPath {
		return 0, false
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	table := f.open[guest]
	if table == nil {
		table = map[uint32]*openFile{}
		f.open[guest] = table
	}
	for d := uint32(firstFile); d < firstFile+maxOpenFiles; d++ {
		if table[d] == nil {
			table[d] = &openFile{directory: path == fontDirectory}
			return d, true
		}
	}
	return 0, false
}

// maxPath bounds what is read as a path from the guest.
const maxPath = 4096

func cString(guest api.Module, at uint64) string {
	var b []byte
	for p := uint32(at); len(b) < maxPath; p++ {
		c, ok := guest.Memory().ReadByte(p)
		if !ok || c == 0 {
			break
		}
		b = append(b, c)
	}
	return string(b)
}

func failure(errno int32) uint64 { return api.EncodeI32(-errno) }

// systemCall is the emscripten system call of that name, nil when it is none of
// the file system's.
func (f *files) systemCall(name string) api.GoModuleFunc {
	switch name {
	case "__syscall_openat":
		return func(_ context.Context, guest api.Module, stack []uint64) {
			descriptor, ok := f.openPath(guest, cString(guest, stack[1]))
			if !ok {
				stack[0] = failure(errnoNotFound)
				return
			}
			stack[0] = uint64(descriptor)
		}
	case "__syscall_stat64", "__syscall_lstat64":
		return func(_ context.Context, guest api.Module, stack []uint64) {
			stack[0] = stat(guest, cString(guest, stack[0]), stack[1])
		}
	case "__syscall_newfstatat":
		return func(_ context.Context, guest api.Module, stack []uint64) {
			stack[0] = stat(guest, cString(guest, stack[1]), stack[2])
		}
	case "__syscall_fstat64":
		return func(_ context.Context, guest api.Module, stack []uint64) {
			file := f.get(guest, stack[0])
			if file == nil {
				stack[0] = failure(errnoBadFile)
				return
			}
			path := fontPath
			if file.directory {
				path = fontDirectory
			}
			stack[0] = stat(guest, path, stack[1])
		}
	case "__syscall_getdents64":
		return func(_ context.Context, guest api.Module, stack []uint64) {
			stack[0] = f.entries(guest, stack[0], stack[1])
		}
	case "__syscall_fcntl64", "__syscall_ioctl":
		return func(_ context.Context, _ api.Module, stack []uint64) { stack[0] = 0 }
	}
	return nil
}

// stat writes emscripten's struct stat for wasm32: mode at 4, size (64 bit) at
// 24, block size at 32, blocks at 36, inode (64 bit) at 88; 96 bytes in all.
func stat(guest api.Module, path string, at uint64) uint64 {
	const regular, directory = 0o100644, 0o40755
	var b [96]byte
	mode, size := uint32(regular), uint64(len(font))
	switch path {
	case fontDirectory:
		mode, size = directory, 4096
	case fontPath:
	default:
		return failure(errnoNotFound)
	}
	binary.LittleEndian.PutUint32(b[0:], 1)
	binary.LittleEndian.PutUint32(b[4:], mode)
	binary.LittleEndian.PutUint32(b[8:], 1)
	binary.LittleEndian.PutUint64(b[24:], size)
	binary.LittleEndian.PutUint32(b[32:], 4096)
	binary.LittleEndian.PutUint32(b[36:], 8)
	binary.LittleEndian.PutUint64(b[88:], 7)
	guest.Memory().Write(uint32(at), b[:])
	return 0
}

// entries writes the directory's one entry: inode (64 bit) at 0, offset (64
// bit) at 8, record length at 16, type at 18 (8: regular file), name at 19.
func (f *files) entries(guest api.Module, descriptor, at uint64) uint64 {
	const recordBytes = 280
	file := f.get(guest, descriptor)
	switch {
	case file == nil || !file.directory:
		return failure(errnoBadFile)
	case file.listed:
		return 0
	}
	file.listed = true
	var b [recordBytes]byte
	binary.LittleEndian.PutUint64(b[0:], 7)
	binary.LittleEndian.PutUint64(b[8:], 1)
	binary.LittleEndian.PutUint16(b[16:], recordBytes)
	b[18] = 8
	copy(b[19:], fontName)
	guest.Memory().Write(uint32(at), b[:])
	return recordBytes
}

// wasi is the WASI function of that name. The build passes a 64-bit offset as
// one parameter or as two halves: parameters tells.
func (f *files) wasi(name string, parameters int) api.GoModuleFunc {
	switch name {
	case "fd_close":
		return func(_ context.Context, guest api.Module, stack []uint64) {
			f.mu.Lock()
			delete(f.open[guest], uint32(stack[0]))
			f.mu.Unlock()
			stack[0] = 0
		}
	case "fd_read":
		return func(_ context.Context, guest api.Module, stack []uint64) {
			stack[0] = f.read(guest, stack[0], uint32(stack[1]), uint32(stack[2]), uint32(stack[3]))
		}
	case "fd_seek":
		return func(_ context.Context, guest api.Module, stack []uint64) {
			offset, rest := int64(stack[1]), stack[2:]
			if parameters == 5 {
				offset, rest = int64(uint64(uint32(stack[1]))|stack[2]<<32), stack[3:]
			}
			stack[0] = f.seek(guest, stack[0], offset, uint32(rest[0]), uint32(rest[1]))
		}
	case "fd_write":
		return discard
	case "environ_sizes_get":
		return func(_ context.Context, guest api.Module, stack []uint64) {
			guest.Memory().WriteUint32Le(uint32(stack[0]), 0)
			guest.Memory().WriteUint32Le(uint32(stack[1]), 0)
			stack[0] = 0
		}
	}
	return func(_ context.Context, _ api.Module, stack []uint64) {
		if len(stack) > 0 {
			stack[0] = 0
		}
	}
}

// maxVectors bounds a scatter list that the guest hands over.
const maxVectors = 64

func (f *files) read(guest api.Module, descriptor uint64, vectors, count, result uint32) uint64 {
	file := f.get(guest, descriptor)
	if file == nil || file.directory {
		return errnoBadFile
	}
	var total uint32
	for i := range min(count, maxVectors) {
		at, _ := guest.Memory().ReadUint32Le(vectors + i*8)
		length, _ := guest.Memory().ReadUint32Le(vectors + i*8 + 4)
		if file.offset < 0 || file.offset >= int64(len(font)) {
			break
		}
		chunk := font[file.offset:]
		chunk = chunk[:min(uint64(length), uint64(len(chunk)))]
		guest.Memory().Write(at, chunk)
		file.offset += int64(len(chunk))
		total += uint32(len(chunk))
	}
	guest.Memory().WriteUint32Le(result, total)
	return 0
}

func (f *files) seek(guest api.Module, descriptor uint64, offset int64, whence, result uint32) uint64 {
	file := f.get(guest, descriptor)
	if file == nil {
		return errnoBadFile
	}
	switch whence {
	case 1:
		offset += file.offset
	case 2:
		offset += int64(len(font))
	}
	file.offset = offset
	guest.Memory().WriteUint64Le(result, uint64(offset))
	return 0
}

// discard takes what PDFium prints.
func discard(_ context.Context, guest api.Module, stack []uint64) {
	vectors, result := uint32(stack[1]), uint32(stack[3])
	var total uint32
	for i := range min(uint32(stack[2]), maxVectors) {
		length, _ := guest.Memory().ReadUint32Le(vectors + i*8 + 4)
		total += length
	}
	guest.Memory().WriteUint32Le(result, total)
	stack[0] = 0
}
