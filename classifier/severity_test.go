package classifier

import (
	"bufio"
	"encoding/json"
	"os"
	"testing"

	"oshirase/breach"
)

// labelled is a notice with the facts that a person read in it.
type labelled struct {
	ID, Title, Text string
	Labels          struct {
		IsBreach         bool              `json:"is_breach"`
		PrimaryVector    breach.Vector     `json:"primary_vector"`
		Vectors          []breach.Vector   `json:"vectors"`
		LeakStatus       breach.LeakStatus `json:"leak_status"`
		AffectedCount    *int64            `json:"affected_count"`
		DataTypes        []breach.DataType `json:"data_types"`
		Stage            breach.Stage      `json:"stage"`
		ServiceDisrupted bool              `json:"service_disrupted"`
		Incidents        int               `json:"incidents"`
		Severity         breach.Severity   `json:"severity"`
	}
}

// severityOf is the severity of a notice by the rubric, were every labelled fact
// read as labelled.
func severityOf(c *Classifier, n *labelled) (breach.Severity, string) {
	r := c.pool.Get().(*reading)
	defer c.pool.Put(r)
	r.open(notice(n.Title, n.Text), false)
	v := r.whole()
	f := r.readByRules(&v)
	f.learn(&v)
	l := &n.Labels
	f.PrimaryVector, f.Vectors, f.LeakStatus, f.AffectedCount, f.DataTypes = l.PrimaryVector, l.Vectors, l.LeakStatus, l.AffectedCount, l.DataTypes
	f.Stage, f.ServiceDisrupted = l.Stage, l.ServiceDisrupted
	f.attack = f.hasVector(attacks...)
	f.readBodies(&v)
	return f.judgeSeverity(&v)
}

// What the rubric makes of right facts is the most that the severity can be
// right; where it falls, a line of the rubric went wrong.
func TestRubricGivesTheLabelledSeverityToLabelledFacts(t *testing.T) {
	c := shipped(t)
	for file, floor := range map[string]float64{"dev": 0.92, "holdout": 0.92, "fresh": 0.95} {
		in, err := os.Open("eval/testdata/" + file + ".jsonl")
		if err != nil {
			t.Fatal(err)
		}
		defer in.Close()
		right, all := 0, 0
		lines := bufio.NewScanner(in)
		for lines.Buffer(nil, 1<<20); lines.Scan(); {
			var n labelled
			if err := json.Unmarshal(lines.Bytes(), &n); err != nil {
				t.Fatalf("%s: %v", file, err)
			}
			if !n.Labels.IsBreach || n.Text == "" || n.Labels.Incidents != 1 || n.Labels.Severity == "" {
				continue
			}
			all++
			got, why := severityOf(c, &n)
			if got == n.Labels.Severity {
				right++
				continue
			}
			t.Logf("%s: want %s, got %s by %s", n.ID, n.Labels.Severity, got, why)
		}
		if err := lines.Err(); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		if rate := float64(right) / float64(all); rate < floor {
			t.Errorf("%s: %d of %d severities right (%.3f), the floor is %.2f", file, right, all, rate, floor)
		}
	}
}
