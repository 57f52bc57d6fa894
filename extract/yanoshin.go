package extract

import (
	"bytes"
	"encoding/json"
	"errors"
	"net/url"
	"strconv"
	"strings"
	"time"

	"oshirase/breach"
)

// Japan is the zone of times that Japanese services print without one. Japan
// has had no summer time since 1951.
var Japan = time.FixedZone("JST", 9*60*60)

// loose is a JSON value that some answers write as a string and others as a
// number; null is empty.
type loose string

func (l *loose) UnmarshalJSON(b []byte) error {
	var s string
	switch {
	case bytes.Equal(b, []byte("null")):
	case len(b) > 0 && b[0] == '"':
		if err := json.Unmarshal(b, &s); err != nil {
			return err
		}
	default:
		s = string(b)
	}
	*l = loose(s)
	return nil
}

// Yanoshin reads the answer of yanoshin's API to the TSE's disclosures
// (https://webapi.yanoshin.jp/tdnet/), in its forms json and json2. Keys are
// those of [TDnet]. Total is its total_count, which counts rows beyond its limit.
func Yanoshin(body []byte, contentType string, base *url.URL) (Listing, error) {
	text, err := toUTF8(body, contentType)
	if err != nil {
		return Listing{}, err
	}
	var answer struct {
		Total loose             `json:"total_count"`
		Items []json.RawMessage `json:"items"`
	}
	if err := decodeJSON(text.text, &answer); err != nil {
		return Listing{}, notJSON(text.text, err)
	}
	if answer.Items == nil {
		return Listing{}, fail(BadMarkup, "the answer has no items: the interface has changed, or url is not that of a list")
	}
	l := Listing{Format: "yanoshin", Total: -1}
	if n, err := strconv.Atoi(string(answer.Total)); err == nil {
		l.Total = n
	}
	for i, raw := range answer.Items {
		if i == maxPageRows {
			l.warn("the list has %d rows, of which the first %d were read", len(answer.Items), maxPageRows)
			break
		}
		it, problem := yanoshinItem(raw, base)
		if problem != "" {
			l.warn("row %d: %s", i+1, problem)
		}
		if it.Title != "" {
			l.Items = append(l.Items, it)
		}
	}
	if len(answer.Items) > 0 && len(l.Items) == 0 {
		return Listing{}, fail(BadMarkup, "none of the %d items has a title: the interface has changed", len(answer.Items))
	}
	finish(&l)
	return l, nil
}

type yanoshinRow struct {
	ID      loose `json:"id"`
	Date    loose `json:"pubdate"`
	Code    loose `json:"company_code"`
	Name    loose `json:"company_name"`
	Title   loose `json:"title"`
	Link    loose `json:"document_url"`
	History loose `json:"update_history"`
}

func yanoshinItem(raw json.RawMessage, base *url.URL) (it Item, problem string) {
	var wrapped struct {
		Tdnet *yanoshinRow `json:"Tdnet"`
		yanoshinRow
	}
	if err := json.Unmarshal(raw, &wrapped); err != nil {
		return Item{}, "it cannot be read and was left out: " + quote(err.Error())
	}
	row := wrapped.yanoshinRow
	if wrapped.Tdnet != nil {
		row = *wrapped.Tdnet
	}
	if it.Title = fold(string(row.Title)); it.Title == "" {
		return Item{}, "its title is empty and it was left out"
	}
	it.Publisher, problem = tdnetCompany(string(row.Code), string(row.Name))
	var ok bool
	if it.Published, it.Precision, ok = parseDate(string(row.Date), Japan); !ok {
		problem = "its date is " + quote(string(row.Date))
	}
	it.Deleted = strings.Contains(string(row.History), "削除")
	if link := strings.TrimSpace(string(row.Link)); link != "" {
		u, ok := resolve(base, link)
		if !ok {
			return it, "its link is " + quote(link)
		}
		it.URL, it.Key, it.DocumentID = tdnetLink(unwrapped(u))
	} else if row.ID != "" {
		it.Key = "yanoshin:" + digest(string(row.ID))
	}
	return it, problem
}

// unwrapped is the address behind a redirector that carries it as its whole
// query: …/rd.php?https://www.release.tdnet.info/inbs/….pdf
func unwrapped(u *url.URL) *url.URL {
	if !strings.HasSuffix(u.Path, "/rd.php") {
		return u
	}
	inner := u.RawQuery
	if !hasPrefixFold(inner, "http:") && !hasPrefixFold(inner, "https:") {
		if plain, err := url.QueryUnescape(inner); err == nil {
			inner = plain
		}
	}
	if hasPrefixFold(inner, "http:") || hasPrefixFold(inner, "https:") {
		if in, ok := resolve(nil, inner); ok {
			return in
		}
	}
	return u
}

// decodeJSON decodes one value and nothing behind it.
func decodeJSON(text []byte, into any) error {
	d := json.NewDecoder(bytes.NewReader(text))
	if err := d.Decode(into); err != nil {
		return err
	}
	if d.More() {
		return errors.New("more follows behind the value")
	}
	return nil
}

func notJSON(text []byte, err error) *Error {
	if looksLikeHTML(bytes.TrimSpace(text)) {
		return fail(HTMLInstead, "%s stands where the list was: look at the address in a browser", pageTitle(text))
	}
	return fail(BadMarkup, "no JSON of the known form (%v); it begins with %s: the interface has changed, or the address is wrong", err, quote(fold(string(text[:min(len(text), 200)]))))
}

// dateInJapan dates a row by a text without a zone.
func dateInJapan(it *Item, printed string) (problem string) {
	if strings.TrimSpace(printed) == "" {
		return ""
	}
	t, p, ok := parseDate(printed, Japan)
	if !ok {
		return "its date cannot be read: " + quote(printed)
	}
	if p == breach.PrecisionMinute && t.Hour() == 0 && t.Minute() == 0 {
		p = breach.PrecisionDay // midnight stands for a time that is not told
	}
	it.Published, it.Precision = t, p
	return ""
}
