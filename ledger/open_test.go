package ledger_test

import (
	"context"
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/zap"

	"oshirase/breach"
	"oshirase/ledger"
)

const rebuilt = "the ledger is dropped and built again from the streams"

func TestAFileOutlivesItsProcess(t *testing.T) {
	path := newPath(t)
	l, _ := open(t, path)
	apply(t, l, story(t).records...)
	want := all(t.Context(), t, l)
	closing(t, l)
	again, logs := open(t, path)
	if diff := cmp.Diff(want, all(t.Context(), t, again)); diff != "" || logs.Len() != 0 {
		t.Errorf("after a restart: %s\n%v", diff, logs.All())
	}
	if _, err := l.Position(t.Context(), breach.StreamAlerts); err == nil || !strings.Contains(err.Error(), "closed") {
		t.Errorf("a closed ledger answers: %v", err)
	}
}

func TestAFileThatIsOfNoUseIsDroppedAndSaidSo(t *testing.T) {
	statement := func(s string) func(t *testing.T, path string) {
		return func(t *testing.T, path string) {
			db, err := sql.Open("sqlite", "file:"+path)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := db.Exec(s); err != nil {
				t.Fatal(err)
			}
			if err := db.Close(); err != nil {
				t.Fatal(err)
			}
		}
	}
	overwrite := func(at int64, text string) func(t *testing.T, path string) {
		return func(t *testing.T, path string) {
			statement("UPDATE state SET closed = 0")(t, path) // as after a kill
			f, err := os.OpenFile(path, os.O_RDWR, 0)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := f.WriteAt([]byte(text), at); err != nil {
				t.Fatal(err)
			}
			if err := f.Close(); err != nil {
				t.Fatal(err)
			}
		}
	}
	for name, test := range map[string]struct {
		spoil  func(t *testing.T, path string)
		reason string
	}{
		"an older version":   {statement("PRAGMA user_version = 0"), "version 0"},
		"a newer version":    {statement("PRAGMA user_version = 99"), "version 99"},
		"a foreign database": {statement("DROP TABLE state; PRAGMA user_version = 7"), "version 7"},
		"a damaged header":   {overwrite(0, "no such header at all"), "damaged"},
		"a damaged page":     {overwrite(4096*7, strings.Repeat("damaged ", 256)), "damaged"},
		"a cut file": {func(t *testing.T, path string) {
			overwrite(0, "SQLite format 3\x00")(t, path)
			if err := os.Truncate(path, 4096*5+100); err != nil {
				t.Fatal(err)
			}
		}, "damaged"},
	} {
		t.Run(name, func(t *testing.T) {
			path := newPath(t)
			l, _ := open(t, path)
			apply(t, l, story(t).records...)
			want := all(t.Context(), t, l)
			closing(t, l)
			test.spoil(t, path)

			again, logs := open(t, path)
			said := logs.FilterMessage(rebuilt).All()
			if len(said) != 1 || !strings.Contains(said[0].ContextMap()["reason"].(string), test.reason) {
				t.Fatalf("log %v, want %q with %q", logs.All(), rebuilt, test.reason)
			}
			if p, err := again.Position(t.Context(), breach.StreamAlerts); err != nil || p != 0 {
				t.Fatalf("position %d, %v", p, err)
			}
			apply(t, again, story(t).records...)
			if diff := cmp.Diff(want, all(t.Context(), t, again)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestWhatIsNoFaultOfTheFileDoesNotDropIt(t *testing.T) {
	path := newPath(t)
	l, _ := open(t, path)
	apply(t, l, story(t).records...)
	closing(t, l)

	t.Run("a start that was called off", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if _, err := ledger.Open(ctx, path, zap.NewNop()); err == nil {
			t.Fatal("opened")
		}
		again, logs := open(t, path)
		if p, err := again.Position(t.Context(), breach.StreamAlerts); err != nil || p != 4 || logs.Len() != 0 {
			t.Errorf("position %d, %v, %v", p, err, logs.All())
		}
	})
	t.Run("a path that is a folder", func(t *testing.T) {
		dir := t.TempDir()
		if _, err := ledger.Open(t.Context(), dir, zap.NewNop()); err == nil || !strings.Contains(err.Error(), dir) {
			t.Errorf("error %v does not name the path", err)
		}
	})
	t.Run("a folder that cannot be made", func(t *testing.T) {
		file := filepath.Join(t.TempDir(), "file")
		if err := os.WriteFile(file, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := ledger.Open(t.Context(), filepath.Join(file, "ledger.db"), zap.NewNop())
		if err == nil || !strings.Contains(err.Error(), "data_dir") {
			t.Errorf("error %v does not name the remedy", err)
		}
	})
}

func TestDamageThatShowsLaterHealsByARestart(t *testing.T) {
	path := newPath(t)
	l, _ := open(t, path)
	apply(t, l, story(t).records...)
	want := all(t.Context(), t, l)
	closing(t, l)
	// A file that was closed in peace is trusted, so that a start is quick.
	spoilTable(t, path, "alerts")
	l, logs := open(t, path)
	if logs.Len() != 0 {
		t.Fatal(logs.All())
	}
	h := newHistory(t)
	h.next[breach.StreamAlerts] = 4
	h.alert(alert("a5", breach.AlertNew, breach.Low, breach.DDoS, "i5", 1, head(5, 1, "s", "t"), now))
	if err := l.Apply(t.Context(), h.records...); !errors.Is(err, ledger.ErrDamaged) {
		t.Fatalf("apply: %v", err)
	}
	if _, err := l.Alerts(t.Context(), breach.AlertQuery{Limit: 10}); !errors.Is(err, ledger.ErrDamaged) {
		t.Fatalf("read: %v", err)
	}
	closing(t, l)
	l, logs = open(t, path)
	apply(t, l, story(t).records...)
	if diff := cmp.Diff(want, all(t.Context(), t, l)); diff != "" {
		t.Error(diff)
	}
	if logs.FilterMessage(rebuilt).Len() != 1 {
		t.Error(logs.All())
	}
}

// spoilTable writes over the root page of a table.
func spoilTable(t *testing.T, path, table string) {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+path)
	if err != nil {
		t.Fatal(err)
	}
	var root, size int64
	if err := errors.Join(
		db.QueryRow("SELECT rootpage FROM sqlite_schema WHERE name = ?", table).Scan(&root),
		db.QueryRow("PRAGMA page_size").Scan(&size), db.Close()); err != nil {
		t.Fatal(err)
	}
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.WriteAt([]byte(strings.Repeat("damaged ", int(size)/8)), (root-1)*size); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
}
