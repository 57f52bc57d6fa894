package pdf

import (
	"cmp"
	"encoding/binary"
	"math"
	"slices"
	"strings"
	"unicode"
)

// PDFium orders the columns of vertical text from left to right, or as the file
// happens to hold them. Here they are put in order by where they stand.

// samples is how many neighbours tell a page's direction.
const samples = 100

// vertical tells whether most characters stand under the one before. Turned
// pages and turned words, which have an angle, do not count.
func (p page) vertical() bool {
	down, right := 0, 0
	step := max(1, p.count/samples)
	for k := 0; k+1 < p.count && p.err == nil; k += step {
		x1, y1, ok1 := p.origin(k)
		x2, y2, ok2 := p.origin(k + 1)
		if !ok1 || !ok2 {
			continue
		}
		switch dx, dy := x2-x1, y2-y1; {
		case dy < 0 && math.Abs(dx) < -dy/4:
			down++
		case dx > 0 && math.Abs(dy) < dx/4:
			right++
		}
	}
	return down > right
}

// origin is a character's place, false for spaces, for what PDFium added and for
// what is turned.
func (p page) origin(k int) (x, y float64, ok bool) {
	const turned = 0.1 // radians
	if p.call("FPDFText_IsGenerated", p.handle, uint64(k)) != 0 || unicode.IsSpace(p.rune(k)) {
		return 0, 0, false
	}
	if angle := math.Float32frombits(uint32(p.call("FPDFText_GetCharAngle", p.handle, uint64(k)))); math.Abs(float64(angle)) > turned {
		return 0, 0, false
	}
	const size = 8
	if p.call("FPDFText_GetCharOrigin", p.handle, uint64(k), uint64(p.scratch), uint64(p.scratch)+size) != 1 {
		return 0, 0, false
	}
	b := p.bytes(p.scratch, 2*size)
	if b == nil {
		return 0, 0, false
	}
	float := func(b []byte) float64 { return math.Float64frombits(binary.LittleEndian.Uint64(b)) }
	return float(b), float(b[size:]), true
}

func (p page) rune(k int) rune { return rune(p.call("FPDFText_GetUnicode", p.handle, uint64(k))) }

// run is a piece of a column whose characters follow each other in the file.
type run struct {
	text     []uint16
	x        float64 // middle
	top, end float64 // upper edges of the first and the last character
	size     float64 // of its font
}

// columns is the text column by column from the right, divided by \n.
func (p page) columns() string {
	runs := p.runs()
	slices.SortStableFunc(runs, func(a, b run) int { return cmp.Compare(b.x, a.x) })
	var out strings.Builder
	for start := 0; start < len(runs); {
		end := start + 1
		for end < len(runs) && sameColumn(runs[end-1].x, runs[end]) {
			end++
		}
		column := runs[start:end]
		slices.SortStableFunc(column, func(a, b run) int { return cmp.Compare(b.top, a.top) })
		if out.Len() > 0 {
			out.WriteByte('\n')
		}
		var text strings.Builder
		for _, r := range column {
			text.WriteString(decode(r.text))
		}
		out.WriteString(strings.TrimRight(text.String(), " "))
		start = end
	}
	return out.String()
}

// sameColumn: the middles of one column's characters differ by less than half a
// character, columns are a whole one apart and more.
func sameColumn(x float64, r run) bool { return math.Abs(x-r.x) < r.size/2 }

func (p page) runs() (runs []run) {
	for k := 0; k < p.count && p.err == nil; k++ {
		unit := uint16(p.rune(k))
		last := len(runs) - 1
		switch {
		case unit == '\r' || unit == '\n':
			continue
		case unicode.IsSpace(rune(unit)) || unit >= 0xdc00 && unit < 0xe000: // belongs to the one before
			if last >= 0 {
				runs[last].text = append(runs[last].text, unit)
			}
			continue
		}
		size := max(1, math.Float64frombits(p.call("FPDFText_GetFontSize", p.handle, uint64(k))))
		x, top, ok := p.cell(k)
		switch {
		case last >= 0 && (!ok || sameColumn(runs[last].x, run{x: x, size: size}) && top < runs[last].end+size/2):
			runs[last].text = append(runs[last].text, unit)
			if ok {
				runs[last].end = top
			}
		default:
			runs = append(runs, run{text: []uint16{unit}, x: x, top: top, end: top, size: size})
		}
	}
	return runs
}

// cell is the middle and the upper edge of a character's place, which is larger
// than what is drawn: a comma stands in a corner of its own.
func (p page) cell(k int) (x, top float64, ok bool) {
	if p.call("FPDFText_GetLooseCharBox", p.handle, uint64(k), uint64(p.scratch)) != 1 {
		return 0, 0, false
	}
	// FS_RECTF: left, top, right, bottom.
	edges := p.bytes(p.scratch, scratchBytes)
	if edges == nil {
		return 0, 0, false
	}
	edge := func(n int) float64 {
		return float64(math.Float32frombits(binary.LittleEndian.Uint32(edges[n*4:])))
	}
	return (edge(0) + edge(2)) / 2, max(edge(1), edge(3)), true
}
