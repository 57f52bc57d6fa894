package demo

import (
	"cmp"
	"fmt"
	"net/http"
	"slices"
	"time"
)

// pageRows is the number of rows on one page of the TSE's list.
const pageRows = 100

// ordinaryRows fill the list to more than one page.
const ordinaryRows = 117

var ordinaryTitles = []string{
	"2027年３月期第２四半期決算短信〔日本基準〕（連結）",
	"自己株式の取得状況に関するお知らせ",
	"業績予想の修正に関するお知らせ",
	"代表取締役の異動に関するお知らせ",
	"剰余金の配当（中間配当）に関するお知らせ",
	"譲渡制限付株式報酬としての自己株式の処分に関するお知らせ",
	"2027年３月期第２四半期決算説明資料",
	"固定資産の譲渡及び特別利益の計上に関するお知らせ",
	"（訂正）「2026年３月期決算短信」の一部訂正について",
}

type tdnetRow struct {
	Stripe, Time, Code, Name, Title, OldTitle, Document, History string
	Deleted                                                      bool
	at                                                           time.Time
}

// tdnetRows are today's rows in the list's order: newest first, then by code.
func (w *World) tdnetRows() []tdnetRow {
	var rows []tdnetRow
	for _, i := range w.visible(atTSE) {
		n, at := notices[i], w.at(i)
		row := tdnetRow{Time: at.Format("15:04"), Code: n.code, Name: n.name, Title: n.title, OldTitle: n.oldTitle,
			Document: w.documentID(i) + ".pdf", Deleted: n.deleted, at: at}
		switch {
		case n.deleted:
			row.History = at.Format("2006/01/02 15:04") + " 削除"
		case n.oldTitle != "":
			row.History = at.Format("2006/01/02 15:04") + " 表題変更"
		}
		rows = append(rows, row)
	}
	for i := range ordinaryRows {
		at := w.now.Add(-time.Duration(15+5*i) * time.Minute)
		if today := midnight(w.now); at.Before(today) {
			at = today
		}
		rows = append(rows, tdnetRow{
			Time: at.Format("15:04"), Code: fmt.Sprintf("%d0", 8000+i), Name: fmt.Sprintf("見本%d", 8000+i),
			Title: ordinaryTitles[i%len(ordinaryTitles)], Document: w.documentID(1000+i) + ".pdf", at: at,
		})
	}
	slices.SortStableFunc(rows, func(a, b tdnetRow) int {
		return cmp.Or(cmp.Compare(b.Time, a.Time), cmp.Compare(a.Code, b.Code))
	})
	for i := range rows {
		rows[i].Stripe = [...]string{"oddnew", "evennew"}[i%2]
	}
	return rows
}

// documentID is the TSE's form: 1401, the day of registration, six digits.
func (w *World) documentID(i int) string {
	return "1401" + w.now.Format("20060102") + fmt.Sprintf("%06d", 500000+i)
}

func (w *World) tdnet(rw http.ResponseWriter, r *http.Request) {
	file := r.PathValue("file")
	for i, n := range notices {
		if n.place == atTSE && !n.deleted && n.phase <= int(w.phase.Load()) && file == w.documentID(i)+".pdf" {
			writePDF(rw, n)
			return
		}
	}
	var number int
	var day string
	if _, err := fmt.Sscanf(file, "I_list_%03d_%8s.html", &number, &day); err != nil {
		http.NotFound(rw, r)
		return
	}
	at, err := time.ParseInLocation("20060102", day, w.now.Location())
	if err != nil {
		http.NotFound(rw, r)
		return
	}
	var rows []tdnetRow
	if at.Equal(midnight(w.now)) {
		rows = w.tdnetRows()
	}
	if number < 1 || number > max(1, (len(rows)+pageRows-1)/pageRows) {
		http.NotFound(rw, r)
		return
	}
	w.renderDay(rw, at, number, rows)
}

func (w *World) renderDay(rw http.ResponseWriter, day time.Time, number int, rows []tdnetRow) {
	type pager struct {
		File    string
		Number  int
		Current bool
	}
	var pagers []pager
	for k := 1; k <= (len(rows)+pageRows-1)/pageRows; k++ {
		pagers = append(pagers, pager{fmt.Sprintf("I_list_%03d_%s.html", k, day.Format("20060102")), k, k == number})
	}
	first := min((number-1)*pageRows, len(rows))
	last := min(number*pageRows, len(rows))
	render(rw, "text/html", "tdnet.html.tmpl", struct {
		Day                string
		First, Last, Total int
		Pages              []pager
		Rows               []tdnetRow
	}{day.Format("2006年01月02日"), first + 1, last, len(rows), pagers, rows[first:last]})
}
