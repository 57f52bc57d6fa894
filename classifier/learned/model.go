// Package learned holds what is learned from labelled notices: for each signal
// of a text, how much it speaks for each output.
//
// A [Model] is linear: the score of an output is its bias and the sum of the
// weights of the signals that a text shows, so that every answer can be taken
// apart into what spoke for it. [Parse] reads and [Model.Encode] writes the
// text form, one signal a line, which is made to be read and compared by eye.
// What signals there are, the classifier says; the package only adds.
package learned

import (
	"bufio"
	"bytes"
	"cmp"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
)

// Weight is how much a signal speaks for an output, in thousandths of a logit;
// negative: against it.
type Weight struct {
	Output int
	Value  int32
}

// Signal is one line of a model.
type Signal struct {
	Name    string
	Weights []Weight // by output, no zeros
}

// Model is the weights of all signals.
type Model struct {
	// Comment tells what the model was made from; no line of it is read.
	Comment []string
	Outputs []string
	// Bias is the score of each output before any signal, in thousandths.
	Bias    []int32
	Signals []Signal // by name
}

// Limits on a model that a user supplies.
const (
	maxOutputs = 1 << 10
	maxSignals = 1 << 20
	maxLine    = 1 << 20
	// maxWeight is far beyond any that is learned; twenty thousand of them still add
	// up inside 32 bits.
	maxWeight = 100_000
)

// Parse reads a model. The first line that is no comment (#) names the outputs,
// each as name=bias; each further line is a signal and its weights as
// number=weight, the number of the output from 0. Fields are parted by tabs. An
// error names the line.
func Parse(r io.Reader) (*Model, error) {
	m := &Model{}
	sc := bufio.NewScanner(r)
	sc.Buffer(make([]byte, 64<<10), maxLine)
	for line := 1; sc.Scan(); line++ {
		text := strings.TrimRight(sc.Text(), "\r")
		if comment, ok := strings.CutPrefix(text, "#"); ok {
			m.Comment = append(m.Comment, strings.TrimSpace(comment))
			continue
		}
		if text == "" {
			continue
		}
		fields := strings.Split(text, "\t")
		var err error
		if m.Outputs == nil {
			err = m.readOutputs(fields)
		} else {
			err = m.readSignal(fields)
		}
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", line, err)
		}
	}
	if err := sc.Err(); err != nil {
		return nil, fmt.Errorf("read the model: %w; a line holds at most %d bytes", err, maxLine)
	}
	if len(m.Outputs) == 0 {
		return nil, fmt.Errorf("no outputs: the first line names them; make the file with oshirase train")
	}
	slices.SortFunc(m.Signals, func(a, b Signal) int { return cmp.Compare(a.Name, b.Name) })
	for i := 1; i < len(m.Signals); i++ {
		if m.Signals[i].Name == m.Signals[i-1].Name {
			return nil, fmt.Errorf("the signal %q stands twice", m.Signals[i].Name)
		}
	}
	return m, nil
}

func (m *Model) readOutputs(fields []string) error {
	if len(fields) > maxOutputs {
		return fmt.Errorf("%d outputs: at most %d", len(fields), maxOutputs)
	}
	for _, f := range fields {
		name, number, ok := strings.Cut(f, "=")
		bias, err := parseWeight(number)
		if !ok || name == "" || err != nil {
			return fmt.Errorf("%q is no output: write name=bias, %w", f, errWeight)
		}
		if slices.Contains(m.Outputs, name) {
			return fmt.Errorf("the output %q stands twice", name)
		}
		m.Outputs, m.Bias = append(m.Outputs, name), append(m.Bias, bias)
	}
	return nil
}

func (m *Model) readSignal(fields []string) error {
	if len(m.Signals) == maxSignals {
		return fmt.Errorf("more than %d signals", maxSignals)
	}
	s := Signal{Name: fields[0]}
	if s.Name == "" {
		return fmt.Errorf("a line without a signal")
	}
	for _, f := range fields[1:] {
		at, number, _ := strings.Cut(f, "=")
		output, err := strconv.Atoi(at)
		if err != nil || output < 0 || output >= len(m.Outputs) {
			return fmt.Errorf("%q: %q is no number of an output", f, at)
		}
		value, err := parseWeight(number)
		if err != nil {
			return fmt.Errorf("%q: %q is no weight, %w", f, number, err)
		}
		if n := len(s.Weights); n > 0 && s.Weights[n-1].Output >= output {
			return fmt.Errorf("%q: outputs ascend", f)
		}
		s.Weights = append(s.Weights, Weight{output, value})
	}
	m.Signals = append(m.Signals, s)
	return nil
}

var errWeight = fmt.Errorf("which is a whole number from -%d to %[1]d", maxWeight)

func parseWeight(s string) (int32, error) {
	n, err := strconv.ParseInt(s, 10, 32)
	if err != nil || n < -maxWeight || n > maxWeight {
		return 0, errWeight
	}
	return int32(n), nil
}

// Encode writes m so that [Parse] reads it again.
func (m *Model) Encode() []byte {
	var b bytes.Buffer
	for _, c := range m.Comment {
		fmt.Fprintf(&b, "# %s\n", c)
	}
	for i, o := range m.Outputs {
		if i > 0 {
			b.WriteByte('\t')
		}
		fmt.Fprintf(&b, "%s=%d", o, m.Bias[i])
	}
	b.WriteByte('\n')
	for _, s := range m.Signals {
		b.WriteString(s.Name)
		for _, w := range s.Weights {
			fmt.Fprintf(&b, "\t%d=%d", w.Output, w.Value)
		}
		b.WriteByte('\n')
	}
	return b.Bytes()
}
