// Package eval holds a classifier's findings against labelled records.
//
// Call [Run] with a classifier and any number of corpora in JSON lines: one
// record a line with id, title, publisher, published, kind, text and labels, in
// the vocabulary of docs/severity.md. Each corpus gets a [Report], and several
// get one more over all; [Result.String] is for people, [Result.JSON] for
// machines, [Report.Summary] is one line. [Figures] names what is measured and
// the goal of each figure.
//
// A figure that nothing was asked for is "not measured", never 0 or 1. The
// package reads and counts; the floors that a change must not break are in its
// tests, over the project's own corpus in testdata: dev.jsonl, which rules may
// be written by; holdout.jsonl, which measures, and whose errors rules have
// since been improved by in kind; fresh.jsonl, small, measured before any rule
// met it; register.jsonl, in the registers of many kinds of organisations,
// whose odd lines rules were improved by; unseen.jsonl and everyday.jsonl, which
// neither a rule nor the model was made by. The model is learned from learn.jsonl,
// dev.jsonl and holdout.jsonl. Most of learn.jsonl and all of unseen.jsonl were
// written by several hands for many voices and hard cases, and parted by chance;
// everyday.jsonl, by a hand of its own, has the mix that a monitor meets, with
// two hard negatives to five incidents. Both were labelled a second time by readers
// who saw neither labels nor findings; docs/benchmarks.md tells how far they agree.
package eval

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"oshirase/breach"
	"oshirase/classifier"
)

// Labels are what a person read in a record.
type Labels struct {
	IsBreach         bool               `json:"is_breach"`
	PrimaryVector    *breach.Vector     `json:"primary_vector"`
	Vectors          []breach.Vector    `json:"vectors"`
	LeakStatus       breach.LeakStatus  `json:"leak_status"`
	AffectedCount    *int64             `json:"affected_count"`
	DataTypes        []breach.DataType  `json:"data_types"`
	ReportNo         *int               `json:"report_no"`
	Stage            breach.Stage       `json:"stage"`
	RansomwareFamily *string            `json:"ransomware_family"`
	ThirdParty       *string            `json:"third_party"`
	ReportedTo       []breach.Authority `json:"reported_to"`
	ServiceDisrupted bool               `json:"service_disrupted"`
	Incidents        int                `json:"incidents"`
	Severity         *breach.Severity   `json:"severity"`
}

// Record is one labelled text. A title alone (kind tdnet_title) has no text.
type Record struct {
	ID     string  `json:"id"`
	Kind   string  `json:"kind"`
	Labels *Labels `json:"labels"`
	Note   string  `json:"note"`

	notice *breach.Notice
}

// Notice is the record without its labels.
func (r *Record) Notice() *breach.Notice { return r.notice }

// Corpus is labelled records under a name, which errors and reports give.
type Corpus struct {
	Name string
	In   io.Reader
}

const (
	maxLine = 4 << 20
	// maxBadLines bounds how many bad lines one error lists.
	maxBadLines = 20
)

// Read returns the records of c. Its error names every bad line, up to
// maxBadLines, as file:line.
func Read(c Corpus) ([]*Record, error) {
	var out []*Record
	err := read(c, func(r *Record) error {
		out = append(out, r)
		return nil
	})
	return out, err
}

// read calls yield for each record. Its error names every bad line, up to
// maxBadLines, as file:line.
func read(c Corpus, yield func(*Record) error) error {
	sc := bufio.NewScanner(c.In)
	sc.Buffer(make([]byte, 64<<10), maxLine)
	var bad []error
	line := 1
	for ; sc.Scan(); line++ {
		data := bytes.TrimSpace(bytes.TrimPrefix(sc.Bytes(), []byte("\ufeff")))
		if len(data) == 0 {
			continue
		}
		r, err := parse(data)
		if err != nil {
			if bad = append(bad, fmt.Errorf("%s:%d: %w", c.Name, line, err)); len(bad) >= maxBadLines {
				return errors.Join(append(bad, fmt.Errorf("%s: more than %d bad lines: is it a corpus?", c.Name, maxBadLines-1))...)
			}
			continue
		}
		if err := yield(r); err != nil {
			return err
		}
	}
	if err := sc.Err(); err != nil {
		bad = append(bad, fmt.Errorf("%s:%d: %w; a line holds at most %d bytes", c.Name, line, err, maxLine))
	}
	return errors.Join(bad...)
}

func parse(data []byte) (*Record, error) {
	var r Record
	if err := json.Unmarshal(data, &r); err != nil {
		return nil, err
	}
	if r.Labels == nil {
		return nil, errors.New("the record has no labels: a corpus line carries them under \"labels\"")
	}
	err := classifier.ParseRecords(bytes.NewReader(data), func(n *breach.Notice) error {
		r.notice = n
		return nil
	})
	if err != nil {
		return nil, err
	}
	return &r, nil
}
