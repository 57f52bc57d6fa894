package ledger

import (
	"context"
	"database/sql"
	"fmt"
	"time"
)

// pruneRows is how many rows go in one transaction, so that pruning never holds
// up what arrives.
const pruneRows = 500

// Prune forgets what the streams stored before a time, in small steps, and
// gives the space back.
func (l *Ledger) Prune(ctx context.Context, before time.Time) error {
	for _, t := range []struct{ table, key string }{
		{"notices", "id"}, {"revisions", "seq"}, {"findings", "seq"}, {"alerts", "seq"},
		{"incidents", "id"}, {"deliveries", "seq"}, {"outcomes", "receiver, alert"},
	} {
		if err := prune(ctx, l.file.write, t.table, t.key, before.UnixMilli()); err != nil {
			return l.failed("prune "+t.table, err)
		}
	}
	_, err := l.file.write.ExecContext(ctx, "PRAGMA incremental_vacuum")
	return l.failed("give space back", err)
}

func prune(ctx context.Context, db *sql.DB, table, key string, before int64) error {
	statement := fmt.Sprintf("DELETE FROM %[1]s WHERE (%[2]s) IN (SELECT %[2]s FROM %[1]s WHERE stored < ? LIMIT %[3]d)", table, key, pruneRows)
	for {
		result, err := db.ExecContext(ctx, statement, before)
		if err != nil {
			return err
		}
		if n, err := result.RowsAffected(); err != nil || n < pruneRows {
			return err
		}
	}
}
