package pdftest

import (
	"bytes"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// Reading back is tested with the reader, in the folder above.

func TestTheCrossReferencesPointAtTheirObjects(t *testing.T) {
	for name, lines := range map[string][]string{
		"one page":    {"本文"},
		"no line":     nil,
		"three pages": strings.Split(strings.Repeat("行\n", 90), "\n"),
	} {
		t.Run(name, func(t *testing.T) {
			body := Write("題", lines)
			at, err := strconv.Atoi(string(regexp.MustCompile(`startxref\n(\d+)\n%%EOF\n$`).FindSubmatch(body)[1]))
			if err != nil || !bytes.HasPrefix(body[at:], []byte("xref\n0 ")) {
				t.Fatalf("startxref %d, %v", at, err)
			}
			entries := regexp.MustCompile(`(?m)^(\d{10}) 00000 n $`).FindAllSubmatch(body[at:], -1)
			if len(entries) < 8 {
				t.Errorf("%d objects", len(entries))
			}
			for k, entry := range entries {
				offset, err := strconv.Atoi(string(entry[1]))
				if want := fmt.Sprintf("%d 0 obj\n", k+1); err != nil || !bytes.HasPrefix(body[offset:], []byte(want)) {
					t.Errorf("object %d is not at %d, %v", k+1, offset, err)
				}
			}
		})
	}
}

func TestLinesBreakWhereTheyAreFull(t *testing.T) {
	for name, test := range map[string]struct {
		paragraph string
		lines     []int // runes
	}{
		"nothing":                  {"", []int{0}},
		"as many as fit":           {strings.Repeat("漏", 43), []int{43}},
		"one more":                 {strings.Repeat("漏", 44), []int{43, 1}},
		"half-width":               {strings.Repeat("x", 87), []int{86, 1}},
		"half-width kana":          {strings.Repeat("ｱ", 86), []int{86}},
		"a Latin word stays whole": {strings.Repeat("漏", 41) + "「LockBit」", []int{42, 8}},
		"a full one over the end":  {strings.Repeat("x", 85) + "漏", []int{85, 1}},
	} {
		t.Run(name, func(t *testing.T) {
			var got []int
			for _, line := range wrap(test.paragraph) {
				got = append(got, len([]rune(line)))
			}
			if fmt.Sprint(got) != fmt.Sprint(test.lines) {
				t.Errorf("%d, want %d", got, test.lines)
			}
		})
	}
}

func TestTheSameTextIsTheSameFile(t *testing.T) {
	if a, b := Write("題", []string{"本文"}), Write("題", []string{"本文"}); !bytes.Equal(a, b) {
		t.Error("two files differ")
	}
}
