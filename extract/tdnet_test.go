package extract

import (
	"bytes"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

var listDay = time.Date(2026, 11, 20, 0, 0, 0, 0, tokyo)

const listBase = "https://www.release.tdnet.info/inbs/I_list_001_20261120.html"

func TestTheTSEsListIsReadWithAllItsTroubles(t *testing.T) {
	for _, file := range fixtures(t, "testdata/tdnet/*.html") {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".html"), func(t *testing.T) {
			l, err := TDnet(readFile(t, file), mustURL(t, listBase), listDay)
			if err != nil {
				t.Fatal(err)
			}
			golden(t, strings.TrimSuffix(file, ".html")+".golden", fmt.Sprintf("total %d, read %d\n%s", l.Total, len(l.Items), show(l)))
		})
	}
}

func TestBareCarriageReturnsChangeNothing(t *testing.T) {
	a := readFile(t, "testdata/tdnet/a-day-with-retitled-and-deleted-rows.golden")
	b := readFile(t, "testdata/tdnet/bare-carriage-returns.golden")
	if !bytes.Equal(a, b) {
		t.Error("the two lists are read differently")
	}
}

func TestADeletedRowKeepsWhatItShowed(t *testing.T) {
	body := string(readFile(t, "testdata/tdnet/a-pager-that-stops-at-ten.html"))
	before, err := TDnet([]byte(body), mustURL(t, listBase), listDay)
	if err != nil {
		t.Fatal(err)
	}
	body = strings.Replace(body, "<tr>\n              <td class=\"oddnew-L kjTime\"", "<tr class=\"hyodaiDel\">\n              <td class=\"oddnew-L kjTime\"", 1)
	body = strings.Replace(body, `<a href="140120261120503010.pdf" target="_blank">`, "", 1)
	after, err := TDnet([]byte(body), mustURL(t, listBase), listDay)
	if err != nil {
		t.Fatal(err)
	}
	was, is := before.Items[0], after.Items[0]
	if !is.Deleted || is.Key == was.Key || is.RowKey != was.RowKey {
		t.Errorf("the row was %+v and is %+v", was, is)
	}
}

func TestWhatIsNotTheListIsNoEmptyDay(t *testing.T) {
	list := string(readFile(t, "testdata/tdnet/an-empty-day.html"))
	tests := map[string]struct {
		body   string
		day    time.Time
		reason Reason
	}{
		"an error page":             {"<html><title>503 Service Unavailable</title><body>ただいま混み合っています</body></html>", listDay, NotTheList},
		"nothing":                   {"", listDay, NotTheList},
		"the list of another day":   {list, listDay.AddDate(0, 0, 1), WrongDay},
		"a list that says nothing":  {strings.Replace(list, "に開示された情報はありません。", "に開示された情報", 1), listDay, NotTheList},
		"rows without a total":      {strings.Replace(string(readFile(t, "testdata/tdnet/a-pager-that-stops-at-ten.html")), "全2290件", "", 1), listDay, BadMarkup},
		"rows of unknown classes":   {strings.ReplaceAll(string(readFile(t, "testdata/tdnet/a-pager-that-stops-at-ten.html")), "kjTitle", "kjHyodai"), listDay, BadMarkup},
		"a total beyond all number": {strings.Replace(string(readFile(t, "testdata/tdnet/a-pager-that-stops-at-ten.html")), "全2290件", "全99999999999999999999件", 1), listDay, BadMarkup},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := TDnet([]byte(tt.body), mustURL(t, listBase), tt.day)
			if failed, ok := errors.AsType[*Error](err); !ok || failed.Reason != tt.reason {
				t.Errorf("got %v, want %s", err, tt.reason)
			}
		})
	}
}

func TestAPermanentCopyHasTheFiveCharacterCode(t *testing.T) {
	archive := mustURL(t, "https://www2.jpx.co.jp/disc/")
	tests := []struct{ code, id, want string }{
		{"9001", "tdnet:140120261120503001", "https://www2.jpx.co.jp/disc/90010/140120261120503001.pdf"},
		{"130A", "tdnet:140120261120503001", "https://www2.jpx.co.jp/disc/130A0/140120261120503001.pdf"},
		{"25935", "tdnet:140120261120503001", "https://www2.jpx.co.jp/disc/25935/140120261120503001.pdf"},
		{"", "tdnet:140120261120503001", ""},
		{"9001", "", ""},
	}
	for _, tt := range tests {
		if got := TDnetCopy(archive, tt.code, tt.id); got != tt.want {
			t.Errorf("TDnetCopy(%q, %q) = %q, want %q", tt.code, tt.id, got, tt.want)
		}
	}
}

func TestOneDocumentHasOneNameInEverySource(t *testing.T) {
	const id = "tdnet:140120230823545572"
	tests := map[string]string{
		"https://www.release.tdnet.info/inbs/140120230823545572.pdf":                                                   id,
		"https://www2.jpx.co.jp/disc/90010/140120230823545572.pdf":                                                     id,
		"https://contents.xj-storage.jp/xcontents/AS00000/ff00ff00/8daa/4285/a982/9e8d9ffd39bb/140120230823545572.pdf": id,
		"https://irbank.example/9001/140120230823545572":                                                               id,
		"https://contents.xj-storage.jp/xcontents/AS00000/ff00ff00/8daa/4285/a982/9e8d9ffd39bb/20260806085229423s.pdf": "",
		"https://www.release.tdnet.info/inbs/140120231323545572.pdf":                                                   "",
		"https://ssl4.eir-parts.net/doc/9001/tdnet/2815552/00.pdf":                                                     "",
		"https://mihon.example/": "",
	}
	for link, want := range tests {
		if got := DocumentID(mustURL(t, link)); got != want {
			t.Errorf("DocumentID(%s) = %q, want %q", link, got, want)
		}
	}
}

func FuzzTDnet(f *testing.F) {
	for _, file := range fixtures(f, "testdata/tdnet/*.html") {
		f.Add(readFile(f, file))
	}
	base := mustURL(f, listBase)
	f.Fuzz(func(t *testing.T, body []byte) {
		l, err := TDnet(body, base, listDay)
		if err != nil {
			if _, ok := errors.AsType[*Error](err); !ok {
				t.Errorf("an error without a reason: %v", err)
			}
			return
		}
		if l.Total < 0 {
			t.Error("the total is unknown")
		}
		sound(t, l)
	})
}
