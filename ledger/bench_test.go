package ledger_test

import (
	"database/sql"
	"encoding/json"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"oshirase/breach"
	"oshirase/ledger"
)

// batchRows is how many messages a transaction of the benchmarks holds.
const batchRows = 256

// notice is a message of the usual size: a kilobyte of text.
func notice(b *testing.B, i int) []byte {
	n := breach.Notice{NoticeHead: head(i, 1, "tdnet", "不正アクセスによる個人情報漏えいの可能性に関するお知らせ"), Text: strings.Repeat("お客様の情報が", 50)}
	data, err := json.Marshal(n)
	if err != nil {
		b.Fatal(err)
	}
	return data
}

// BenchmarkApply is the projection beside the same messages put into one bare
// table: what parsing, indexes and positions cost.
func BenchmarkApply(b *testing.B) {
	b.Run("ledger, 256 a transaction", func(b *testing.B) {
		l, _ := open(b, newPath(b))
		var batch []ledger.Record
		for i := 0; b.Loop(); i++ {
			batch = append(batch, ledger.Record{Stream: breach.StreamNotices, Sequence: uint64(i + 1), Stored: now, Data: notice(b, i)})
			if len(batch) == batchRows {
				apply(b, l, batch...)
				batch = batch[:0]
			}
		}
		b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "messages/s")
	})
	b.Run("ledger, a transaction each", func(b *testing.B) {
		l, _ := open(b, newPath(b))
		for i := 0; b.Loop(); i++ {
			apply(b, l, ledger.Record{Stream: breach.StreamNotices, Sequence: uint64(i + 1), Stored: now, Data: notice(b, i)})
		}
		b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "messages/s")
	})
	b.Run("bare SQLite, 256 a transaction", func(b *testing.B) {
		db, err := sql.Open("sqlite", "file:"+filepath.Join(b.TempDir(), "bare.db")+"?_pragma=journal_mode(WAL)&_pragma=synchronous(NORMAL)")
		if err != nil {
			b.Fatal(err)
		}
		defer db.Close()
		if _, err := db.Exec("CREATE TABLE messages (seq INTEGER PRIMARY KEY, data BLOB)"); err != nil {
			b.Fatal(err)
		}
		var tx *sql.Tx
		for i := 0; b.Loop(); i++ {
			if tx == nil {
				if tx, err = db.Begin(); err != nil {
					b.Fatal(err)
				}
			}
			if _, err := tx.Exec("INSERT INTO messages (seq, data) VALUES (?, ?)", i+1, notice(b, i)); err != nil {
				b.Fatal(err)
			}
			if (i+1)%batchRows == 0 {
				if err := tx.Commit(); err != nil {
					b.Fatal(err)
				}
				tx = nil
			}
		}
		if tx != nil {
			if err := tx.Commit(); err != nil {
				b.Fatal(err)
			}
		}
		b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "messages/s")
	})
}

// BenchmarkQuery asks a ledger of 10,000 alerts over 90 days what pages ask.
func BenchmarkQuery(b *testing.B) {
	const alerts = 10_000
	l, _ := open(b, newPath(b))
	var batch []ledger.Record
	vectors, severities := breach.Vectors(), breach.Severities()
	for i := range alerts {
		at := now.Add(-time.Duration(alerts-i) * (90 * 24 * time.Hour / alerts))
		a := alert(fmt.Sprintf("a%d", i), breach.AlertNew, severities[i%len(severities)], vectors[i%len(vectors)], fmt.Sprintf("i%d", i/3), i%3+1, head(i, 1, "tdnet", "お知らせ"), at)
		data, err := json.Marshal(a)
		if err != nil {
			b.Fatal(err)
		}
		batch = append(batch, ledger.Record{Stream: breach.StreamAlerts, Sequence: uint64(i + 1), Stored: at, Data: data})
	}
	apply(b, l, batch...)
	run := func(name string, query func() error) {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if err := query(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
	run("latest 20 alerts", func() error {
		_, err := l.Alerts(b.Context(), breach.AlertQuery{Limit: 20})
		return err
	})
	run("critical alerts of the watch-list", func() error {
		_, err := l.Alerts(b.Context(), breach.AlertQuery{Limit: 20, Severity: breach.Critical, Watched: true})
		return err
	})
	run("14 days", func() error { _, err := l.Days(b.Context(), now, 14); return err })
	run("vectors of 14 days", func() error { _, err := l.Vectors(b.Context(), now.AddDate(0, 0, -14)); return err })
	run("incident", func() error { _, err := l.Incident(b.Context(), "i3000"); return err })
}
