package app

import (
	"context"
	"fmt"
	"maps"
	"os"
	"slices"
	"testing"
	"time"

	"oshirase/breach"
	"oshirase/configs"
)

func TestTheEvidenceThatAlertsRestOnIsKnown(t *testing.T) {
	cfg, err := configs.Parse("c.yaml", []byte(fmt.Sprintf("data_dir: %q\nevidence: {max_mib: 1}\n", t.TempDir())), os.LookupEnv)
	if err != nil {
		t.Fatal(err)
	}
	a, err := New(t.Context(), cfg, Options{Roles: []Role{RoleTracker}})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := a.down.run(context.WithoutCancel(t.Context())); err != nil {
			t.Error(err)
		}
	}()
	put := func(key string, revision int, sha string) breach.NoticeHead {
		n := &breach.Notice{NoticeHead: breach.NoticeHead{ID: breach.NoticeID("s", key), Source: "s", Key: key, Revision: revision, Title: key}}
		n.Documents = []breach.Document{{SHA256: sha}}
		if _, stored, err := a.bus.InsertNotice(t.Context(), n); err != nil || !stored {
			t.Fatal(stored, err)
		}
		return n.NoticeHead
	}
	told := put("told", 1, "first")
	put("told", 2, "second")
	member := put("member", 1, "of a member")
	put("other", 1, "of nothing")
	alert := &breach.Alert{ID: "1", Kind: breach.AlertNew, Severity: breach.High, PrimaryVector: breach.Vectors()[0], CreatedAt: time.Now(), Notice: told,
		Incident: &breach.Incident{ID: "i", Members: []breach.Member{{Notice: member}}}}
	if err := (alerts{a.bus, a.metrics}).PublishAlert(t.Context(), alert); err != nil {
		t.Fatal(err)
	}
	got, err := a.alertedEvidence(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if list := slices.Sorted(maps.Keys(got)); !slices.Equal(list, []string{"first", "of a member", "second"}) {
		t.Errorf("%q", list)
	}
}
