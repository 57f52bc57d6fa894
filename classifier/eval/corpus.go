// Package eval holds a classifier's findings against labelled records.
//
// Call [Run] with a classifier and any number of corpora in JSON lines: one
// record a line with id, title, publisher, published, kind, text and labels,
// in the vocabulary of docs/severity.md. The [Report] has the figures; its
// String is for people, JSON for machines, Summary is one line.
//
// The package reads and counts; it sets no threshold.
package eval

import (
	"bufio"
	"bytes"
	"encoding/json"
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
	ID     string `json:"id"`
	Kind   string `json:"kind"`
	Labels Labels `json:"labels"`
	Note   string `json:"note"`

	notice *breach.Notice
}

const maxLine = 4 << 20

func read(in io.Reader, yield func(*Record) error) error {
	sc := bufio.NewScanner(in)
	sc.Buffer(make([]byte, 64<<10), maxLine)
	for line := 1; sc.Scan(); line++ {
		data := bytes.TrimSpace(sc.Bytes())
		if len(data) == 0 {
			continue
		}
		var r Record
		if err := json.Unmarshal(data, &r); err != nil {
			return fmt.Errorf("corpus line %d: %w", line, err)
		}
		err := classifier.ParseRecords(bytes.NewReader(data), func(n *breach.Notice) error {
			r.notice = n
			return nil
		})
		if err != nil {
			return fmt.Errorf("corpus line %d: %w", line, err)
		}
		if err := yield(&r); err != nil {
			return err
		}
	}
	if err := sc.Err(); err != nil {
		return fmt.Errorf("read corpus: %w; a line holds at most %d bytes", err, maxLine)
	}
	return nil
}
