package configs

import (
	"bytes"
	"regexp"
	"strconv"
	"unicode/utf8"
)

var (
	yamlLine = regexp.MustCompile(`^yaml: (?:line (\d+): )?(.*)$`)
	// yamlAnchor holds what may be a secret that begins with an asterisk.
	yamlAnchor = regexp.MustCompile(`^unknown anchor '(.*)' referenced$`)
	// yamlParser are the messages whose line the library counts from 0; it
	// counts those of its scanner from 1, and names no line for the first.
	yamlParser = regexp.MustCompile(`^(?:did not find expected (?:<|node content|key|'-'|',')|found undefined tag handle|found duplicate|found incompatible)`)
)

// syntax adds the fault of a file that is no YAML. The library's message is
// kept where it quotes nothing of the file.
func (d *decoder) syntax(data []byte, err error) {
	line, message := 0, err.Error()
	if m := yamlLine.FindStringSubmatch(message); m != nil {
		line, _ = strconv.Atoi(m[1]) // empty: the first line, or none
		message = m[2]
		if yamlParser.MatchString(message) {
			line++
		}
	}
	message = "not YAML: " + message
	if m := yamlAnchor.FindStringSubmatch(message[len("not YAML: "):]); m != nil {
		line = lineOf(data, bytes.Index(data, []byte("*"+m[1])))
		message = "a value that begins with * repeats an anchor, and there is none of that name: put the value in quotes"
	} else if at := unreadable(data); line == 0 && at >= 0 {
		line = lineOf(data, at)
	}
	d.faults = append(d.faults, Fault{d.file, max(1, min(line, lineOf(data, len(data)))), "", message})
}

// lineOf counts from 1; as YAML does, at every kind of line break.
func lineOf(data []byte, offset int) int {
	before := data[:max(0, min(offset, len(data)))]
	n := 1
	for i, r := range string(before) {
		switch r {
		case '\n', '\u0085', '\u2028', '\u2029':
			n++
		case '\r':
			if i+1 < len(before) && before[i+1] != '\n' {
				n++
			}
		}
	}
	return n
}

// unreadable is where the first byte stands that is no text; -1: there is none.
func unreadable(data []byte) int {
	for i := 0; i < len(data); {
		r, size := utf8.DecodeRune(data[i:])
		switch {
		case r == utf8.RuneError && size == 1, r < ' ' && r != '\t' && r != '\n' && r != '\r', r == 0x7f:
			return i
		}
		i += size
	}
	return -1
}
