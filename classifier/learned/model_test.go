package learned

import (
	"bytes"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const small = "# made by hand\nincident=-500\tleak denied=20\nsend+wrong_person\t0=700\ntitle:ransom\t0=1200\t1=-30\n"

func TestAModelIsReadAsItWasWritten(t *testing.T) {
	m, err := Parse(strings.NewReader(small))
	if err != nil {
		t.Fatal(err)
	}
	want := &Model{
		Comment: []string{"made by hand"},
		Outputs: []string{"incident", "leak denied"}, Bias: []int32{-500, 20},
		Signals: []Signal{{"send+wrong_person", []Weight{{0, 700}}}, {"title:ransom", []Weight{{0, 1200}, {1, -30}}}},
	}
	if diff := cmp.Diff(want, m); diff != "" {
		t.Error(diff)
	}
	if got := string(m.Encode()); got != small {
		t.Errorf("written again it is %q", got)
	}
}

func TestABadModelIsNamedByLine(t *testing.T) {
	for name, c := range map[string]struct{ in, want string }{
		"nothing":               {"", "no outputs"},
		"only a comment":        {"# x\n", "no outputs"},
		"an output without =":   {"incident\n", `line 1: "incident" is no output`},
		"an output twice":       {"a=1\ta=2\n", `line 1: the output "a" stands twice`},
		"an output too far":     {"a=1\ns\t1=5\n", `line 2: "1=5": "1" is no number of an output`},
		"a negative output":     {"a=1\ns\t-1=5\n", `line 2`},
		"a weight of letters":   {"a=1\ns\t0=x\n", `line 2: "0=x": "x" is no weight`},
		"a weight out of range": {"a=1\ns\t0=99999999999\n", `line 2`},
		"a weight too great":    {"a=1\ns\t0=100001\n", "from -100000 to 100000"},
		"a bias too great":      {"a=-100001\n", "from -100000 to 100000"},
		"outputs in disorder":   {"a=1\tb=1\ns\t1=5\t0=4\n", "line 2: \"0=4\": outputs ascend"},
		"a signal twice":        {"a=1\ns\t0=5\ns\t0=4\n", `the signal "s" stands twice`},
		"no signal":             {"a=1\n\t0=5\n", "line 2: a line without a signal"},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := Parse(strings.NewReader(c.in)); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %q", err, c.want)
			}
		})
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(small))
	f.Add([]byte("a=1\r\ns\t0=5\r\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		m, err := Parse(bytes.NewReader(data))
		if err != nil {
			return
		}
		again, err := Parse(bytes.NewReader(m.Encode()))
		if err != nil {
			t.Fatalf("what was written is not read: %v", err)
		}
		m.Comment, again.Comment = nil, nil
		if diff := cmp.Diff(m, again); diff != "" {
			t.Error(diff)
		}
	})
}
