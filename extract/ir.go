package extract

import (
	"bytes"
	"encoding/json"
	"net/url"
	"path"
	"strings"
	"time"
)

// IRList reads what the services that fill companies' IR pages answer: the JSONP
// of XJ-Storage, EIR and IR Pocket by their fields, and their RSS and RDF. Times
// without a zone are those of Japan.
//
// A row whose link names a TDnet document has that as its key; one without a
// link has what it shows.
func IRList(body []byte, contentType string, base *url.URL) (Listing, error) {
	text, err := toUTF8(body, contentType)
	if err != nil {
		return Listing{}, err
	}
	clean := bytes.TrimLeft(bytes.TrimPrefix(text.text, []byte("\xef\xbb\xbf")), " \t\r\n")
	if looksLikeHTML(clean) {
		return Listing{}, notJSON(clean, nil)
	}
	if bytes.HasPrefix(clean, []byte("<")) {
		l, err := Feed(body, contentType, base, Japan)
		if err != nil {
			return Listing{}, err
		}
		return named(l, base), nil
	}
	var answer struct {
		Item  irRows `json:"item"`
		Items irRows `json:"items"`
	}
	inner, ok := jsonp(clean)
	if !ok {
		return Listing{}, fail(BadMarkup, "no JSONP and no feed; it begins with %s: the interface has changed, or the address is wrong", quote(fold(string(clean[:min(len(clean), 200)]))))
	}
	if err := decodeJSON(inner, &answer); err != nil {
		return Listing{}, notJSON(inner, err)
	}
	rows := answer.Item
	if rows == nil {
		rows = answer.Items
	}
	if rows == nil {
		return Listing{}, fail(BadMarkup, "the answer has neither item nor items: the interface has changed")
	}
	l := Listing{Format: "ir", Total: -1}
	for i, raw := range rows {
		if i == maxPageRows {
			l.warn("the list has %d rows, of which the first %d were read", len(rows), maxPageRows)
			break
		}
		it, problem := irItem(raw, base)
		if problem != "" {
			l.warn("row %d: %s", i+1, problem)
		}
		if it.Title != "" {
			l.Items = append(l.Items, it)
		}
	}
	if len(rows) > 0 && len(l.Items) == 0 {
		return Listing{}, fail(BadMarkup, "none of the %d items has a title or a link: the interface has changed", len(rows))
	}
	if len(rows) == 0 {
		l.Total = 0
	}
	finish(&l)
	return l, nil
}

// jsonp is the value inside callback( … ); or the whole text where there is no
// callback. A comment may stand before it.
func jsonp(text []byte) ([]byte, bool) {
	text = bytes.TrimSpace(text)
	for i := 0; i < len(text); i++ {
		switch text[i] {
		case '{', '[':
			if end := bytes.LastIndexAny(text, "}]"); end > i {
				return text[i : end+1], true
			}
			return nil, false
		case '/':
			if i+1 < len(text) && text[i+1] == '*' {
				end := bytes.Index(text[i+2:], []byte("*/"))
				if end < 0 {
					return nil, false
				}
				i += end + 3
			} else if i+1 < len(text) && text[i+1] == '/' {
				end := bytes.IndexByte(text[i:], '\n')
				if end < 0 {
					return nil, false
				}
				i += end
			}
		case '<', '"', '\'':
			return nil, false
		}
	}
	return nil, false
}

// irRows are the rows of an answer, or the one row that stands there bare.
type irRows []json.RawMessage

func (r *irRows) UnmarshalJSON(b []byte) error {
	if b = bytes.TrimSpace(b); len(b) > 0 && b[0] == '{' {
		*r = irRows{bytes.Clone(b)}
		return nil
	}
	return json.Unmarshal(b, (*[]json.RawMessage)(r))
}

// irRow has the fields of all three services.
type irRow struct {
	Title loose `json:"title"`
	// EIR: date with a time, format_date as the company prints it.
	Date       loose `json:"date"`
	FormatDate loose `json:"format_date"`
	NewsType   loose `json:"news_type"`
	Comment    loose `json:"comment"` // HTML
	Link       loose `json:"link"`    // IR Pocket's too; may be empty
	// XJ-Storage.
	PublishDate  loose `json:"publishDate"`
	CategoryName loose `json:"categoryName"`
	Files        []struct {
		Type loose `json:"type"`
		URL  loose `json:"url"`
	} `json:"files"`
	// IR Pocket.
	Published loose `json:"published"`
	Category  loose `json:"category_name"`
}

func irItem(raw json.RawMessage, base *url.URL) (it Item, problem string) {
	var row irRow
	if err := json.Unmarshal(raw, &row); err != nil {
		return Item{}, "it cannot be read and was left out: " + quote(err.Error())
	}
	it.Summary = plainBlock(string(row.Comment), base)
	it.Label = firstOf(string(row.CategoryName), string(row.Category), string(row.NewsType))
	for _, date := range []loose{row.Date, row.PublishDate, row.Published, row.FormatDate} {
		if problem = dateInJapan(&it, string(date)); !it.Published.IsZero() {
			break
		}
	}
	link := strings.TrimSpace(string(row.Link))
	for _, kind := range []string{"PDF", "HTML", ""} {
		for _, f := range row.Files {
			if link == "" && strings.HasPrefix(string(f.Type), kind) {
				link = strings.TrimSpace(string(f.URL))
			}
		}
	}
	if link != "" {
		if u, ok := resolve(base, link); ok {
			it.URL, it.Key, it.DocumentID = tdnetLink(u)
		} else {
			problem = "its link leads nowhere: " + quote(link)
		}
	}
	it.Title = plainText(string(row.Title), base)
	if it.Title == "" { // the document is there, and may tell
		it.Title = firstOf(firstLine(it.Summary), it.Label)
		if it.URL != "" {
			u, _ := resolve(nil, it.URL) // it was resolved before
			it.Title = firstOf(it.Title, path.Base(u.Path))
		}
		problem = "it has no title"
		if it.Title == "" {
			problem += " and was left out"
		}
	}
	return it, problem
}

func firstOf(texts ...string) string {
	for _, s := range texts {
		if s = fold(s); s != "" {
			return s
		}
	}
	return ""
}

// named gives the rows of a feed the names that their documents have, and drops
// those that have neither title nor link.
func named(l Listing, base *url.URL) Listing {
	kept := l.Items[:0]
	for _, it := range l.Items {
		if u, ok := resolve(base, it.URL); ok && it.URL != "" {
			it.DocumentID = DocumentID(u)
			if it.Title == "" {
				it.Title = firstOf(it.Label, path.Base(u.Path))
				l.warn("a row has no title: %s", quote(it.URL))
			}
		}
		if it.DocumentID != "" {
			it.Key = strings.TrimPrefix(it.DocumentID, "tdnet:")
		}
		if it.Title == "" {
			l.warn("a row has neither title nor link and was left out")
			continue
		}
		kept = append(kept, it)
	}
	l.Items = kept
	finish(&l)
	return l
}

// irSpan is how far back XJ-Storage is asked for rows.
const irSpan = 366 * 24 * time.Hour
