package pdf

import (
	"bytes"
	"encoding/binary"
	"flag"
	"os"
	"slices"
	"testing"
	"unicode/utf16"
)

var update = flag.Bool("update", false, "write pdfium/lastresort.ttf anew")

// lastResort is the source of pdfium/lastresort.ttf: a TrueType font (ISO/IEC
// 14496-22) with one glyph, a box of a full width, for every character.
func lastResort() []byte {
	box := pack(
		int16(1), int16(20), int16(-100), int16(980), int16(860), // one contour within these bounds
		uint16(3), uint16(0), // its last point; no instructions
		[]byte{1, 1, 1, 1}, // four points on the curve
		int16(20), int16(0), int16(960), int16(0), int16(-100), int16(960), int16(0), int16(-960))
	tables := map[string][]byte{
		"OS/2": pack(uint16(4), int16(1000), uint16(400), uint16(5), uint16(0), // version, mean width, regular
			make([]int16, 10), int16(0), make([]byte, 10), // subscripts, strike-out, class, PANOSE
			uint32(0xffffffff), make([]uint32, 3), []byte("OSHI"), uint16(0x40), // Unicode ranges, maker, regular
			uint16(0x20), uint16(0xffff), int16(880), int16(-120), int16(0), uint16(880), uint16(120),
			uint32(1|1<<17), uint32(0), // code pages: Latin 1 and Japanese
			int16(500), int16(700), uint16(0), uint16(0x20), uint16(0)),
		// One subtable for Windows and all of Unicode, of format 13: many to one.
		"cmap": pack(uint16(0), uint16(1), uint16(3), uint16(10), uint32(12),
			uint16(13), uint16(0), uint32(16+2*12), uint32(0), uint32(2),
			uint32(0x20), uint32(0xd7ff), uint32(1), uint32(0xe000), uint32(0x2ffff), uint32(1)),
		"glyf": box,
		"head": pack(uint32(0x10000), uint32(0x10000), uint32(0), uint32(0x5f0f3cf5), uint16(3), uint16(1000),
			uint64(0), uint64(0), int16(20), int16(-100), int16(980), int16(860), uint16(0), uint16(8), int16(2), int16(1), int16(0)),
		"hhea": pack(uint32(0x10000), int16(880), int16(-120), int16(0), uint16(1000), int16(20), int16(20), int16(980),
			int16(1), make([]int16, 7), uint16(2)),
		"hmtx": pack(uint16(1000), int16(0), uint16(1000), int16(20)),
		"loca": pack(uint32(0), uint32(0), uint32(len(box))),
		"maxp": pack(uint32(0x10000), uint16(2), uint16(4), uint16(1), uint16(0), uint16(0), uint16(1), make([]uint16, 8)),
		"name": names("VL Gothic", "Regular", "VL Gothic", "VL-Gothic"),
		"post": pack(uint32(0x30000), uint32(0), int16(-100), int16(50), uint32(1), make([]uint32, 4)),
	}
	return assemble(tables)
}

// names is the name table: family, style, full name and PostScript name, in
// English for Windows.
func names(family, style, full, postScript string) []byte {
	const family1, style2, full4, postScript6 = 1, 2, 4, 6
	var records, strings []byte
	for _, name := range []struct {
		id   uint16
		text string
	}{{family1, family}, {style2, style}, {full4, full}, {postScript6, postScript}} {
		text := pack(utf16.Encode([]rune(name.text)))
		records = append(records, pack(uint16(3), uint16(1), uint16(0x409), name.id, uint16(len(text)), uint16(len(strings)))...)
		strings = append(strings, text...)
	}
	return slices.Concat(pack(uint16(0), uint16(4), uint16(6+len(records))), records, strings)
}

// assemble writes the directory and the tables, each at a multiple of four, and
// the sum over the whole font in head.
func assemble(tables map[string][]byte) []byte {
	const directoryEntry, sumAt, sumMagic = 16, 8, 0xb1b0afba
	tags := make([]string, 0, len(tables))
	for tag := range tables {
		tags = append(tags, tag)
	}
	slices.Sort(tags)
	directory := pack(uint32(0x10000), uint16(len(tags)), uint16(128), uint16(3), uint16(len(tags)*16-128))
	start := len(directory) + directoryEntry*len(tags)
	var data []byte
	head := 0
	for _, tag := range tags {
		if tag == "head" {
			head = start + len(data)
		}
		directory = append(directory, pack([]byte(tag), sum(tables[tag]), uint32(start+len(data)), uint32(len(tables[tag])))...)
		data = append(data, tables[tag]...)
		data = append(data, make([]byte, -len(data)&3)...)
	}
	font := slices.Concat(directory, data)
	binary.BigEndian.PutUint32(font[head+sumAt:], sumMagic-sum(font))
	return font
}

func sum(b []byte) (s uint32) {
	b = append(slices.Clone(b), make([]byte, -len(b)&3)...)
	for ; len(b) > 0; b = b[4:] {
		s += binary.BigEndian.Uint32(b)
	}
	return s
}

func pack(fields ...any) []byte {
	var b bytes.Buffer
	for _, field := range fields {
		if err := binary.Write(&b, binary.BigEndian, field); err != nil {
			panic(err) // a field of no fixed size
		}
	}
	return b.Bytes()
}

func TestTheLastResortFontIsMadeFromItsSource(t *testing.T) {
	const file = "pdfium/lastresort.ttf"
	want := lastResort()
	if *update {
		if err := os.WriteFile(file, want, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if !bytes.Equal(font, want) {
		t.Errorf("%s differs from its source here: run the test with -update, then all others", file)
	}
}
