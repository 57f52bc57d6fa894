package classifier

import (
	"bufio"
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"time"

	"oshirase/breach"
)

// maxRecordLine bounds one line of NDJSON, in bytes.
const maxRecordLine = 4 << 20

// record is one line: a corpus record or a notice as the streams carry it.
type record struct {
	ID        string          `json:"id"`
	URL       string          `json:"url"`
	Title     *string         `json:"title"`
	Publisher json.RawMessage `json:"publisher"`
	Code      string          `json:"code"`
	Published *string         `json:"published"`
	Text      string          `json:"text"`
	Lang      string          `json:"lang"`
	Language  string          `json:"language"`
	Source    string          `json:"source"`
	Revision  int             `json:"revision"`
}

// ParseRecords reads NDJSON, one notice a line, and calls yield for each until
// it returns an error. A line is a corpus record or an Oshirase notice: id,
// title, publisher (a name or an object), published (a date or a time), text
// and lang are read, all of them optional; other fields are ignored.
func ParseRecords(in io.Reader, yield func(*breach.Notice) error) error {
	sc := bufio.NewScanner(in)
	sc.Buffer(make([]byte, 64<<10), maxRecordLine)
	for line := 1; sc.Scan(); line++ {
		data := bytes.TrimSpace(sc.Bytes())
		if len(data) == 0 {
			continue
		}
		n, err := parseRecord(data)
		if err != nil {
			return fmt.Errorf("line %d: %w", line, err)
		}
		if err := yield(n); err != nil {
			return err
		}
	}
	if err := sc.Err(); err != nil {
		return fmt.Errorf("read records: %w; a line holds at most %d bytes", err, maxRecordLine)
	}
	return nil
}

func parseRecord(data []byte) (*breach.Notice, error) {
	var r record
	if err := json.Unmarshal(data, &r); err != nil {
		return nil, fmt.Errorf("not a notice in JSON: %w", err)
	}
	n := &breach.Notice{Text: r.Text}
	n.ID, n.URL, n.Source = r.ID, r.URL, r.Source
	n.Revision = max(1, r.Revision)
	n.Language = cmp.Or(r.Language, r.Lang)
	if r.Title != nil {
		n.Title = *r.Title
	}
	switch {
	case len(r.Publisher) == 0 || string(r.Publisher) == "null":
	case r.Publisher[0] == '"':
		if err := json.Unmarshal(r.Publisher, &n.Publisher.Name); err != nil {
			return nil, fmt.Errorf("publisher: %w", err)
		}
	default:
		if err := json.Unmarshal(r.Publisher, &n.Publisher); err != nil {
			return nil, fmt.Errorf("publisher: use a name or an object: %w", err)
		}
	}
	if r.Code != "" && n.Publisher.Code == "" {
		n.Publisher.Code = r.Code
	}
	if r.Published != nil && *r.Published != "" {
		for _, form := range []struct {
			layout string
			prec   breach.Precision
		}{{time.RFC3339, breach.PrecisionMinute}, {time.DateOnly, breach.PrecisionDay}, {"2006-01", breach.PrecisionMonth}, {"2006", breach.PrecisionYear}} {
			if t, err := time.ParseInLocation(form.layout, *r.Published, tokyo); err == nil {
				n.Published, n.PublishedPrecision = t, form.prec
				break
			}
		}
		if n.Published.IsZero() {
			return nil, fmt.Errorf("published is %q: write YYYY-MM-DD or an RFC 3339 time", *r.Published)
		}
	}
	return n, nil
}

// tokyo is the zone of dates that carry none; Japan has no summer time.
var tokyo = time.FixedZone("JST", 9*3600)
