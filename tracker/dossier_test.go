package tracker_test

import (
	"fmt"
	"testing"

	"oshirase/breach"
)

func TestADossierIsBounded(t *testing.T) {
	w := newWorld(t)
	for i := range 70 {
		w.tell(finding("ir", fmt.Sprint(i), "メール誤送信に関するお知らせ", i*10, breach.Case{PrimaryVector: breach.Misdelivery, Severity: breach.Low}))
	}
	no := 1
	for i := range 70 {
		no++
		w.tell(finding("ir", fmt.Sprint("n", i), "メール誤送信に関するお知らせ（続報）", 1300+i, breach.Case{PrimaryVector: breach.Misdelivery, Severity: breach.Low, ReportNo: ptr(no), Stage: breach.StageUpdate}))
	}
	for key, value := range w.store.values {
		if len(value) > 500<<10 {
			t.Errorf("%s holds %d bytes", key, len(value))
		}
	}
}

func TestAnEditOfANoticeThatGaveWayToYoungerOnesIsNoNewIncident(t *testing.T) {
	w := newWorld(t)
	c := breach.Case{PrimaryVector: breach.Misdelivery, Severity: breach.Low}
	for i := range 60 {
		expect(t, w.tell(finding("city", fmt.Sprint(i), fmt.Sprintf("第%d回健診案内の誤送付について", i), i*5, c)), "new low")
	}
	edited := finding("city", "0", "第0回健診案内の誤送付について", 0, c)
	edited.Notice.Revision = 2
	expect(t, w.tell(edited))
	// A notice whose title alone was no breach is news when its document is one.
	late := finding("city", "late", "健診案内について", 300, c)
	late.Notice.Revision = 2
	expect(t, w.tell(late), "new low")
}

// FuzzHandle holds that nothing a source writes breaks the tracker: every
// notice is told once, a repetition never, and what is stored can be read back.
func FuzzHandle(f *testing.F) {
	f.Add("不正アクセスに関するお知らせ（第１報）", "（訂正）「不正アクセスに関するお知らせ」の一部訂正について", "株式会社架空物流", "")
	f.Add("\xff\xfe", "第", "", "委託先の架空物流")
	f.Add("【第99999999999999999999報】", "((((（（（「「「", "　", "ー")
	f.Fuzz(func(t *testing.T, first, second, publisher, victim string) {
		w := newWorld(t, breach.WatchlistEntry{Name: publisher, Aliases: []string{victim}, Tags: []string{"x"}})
		for i, title := range []string{first, second} {
			n := finding("s", fmt.Sprint(i), title, i, breach.Case{PrimaryVector: breach.Ransomware, Severity: breach.High, Victim: victim, ThirdParty: publisher, Clients: []string{title}})
			n.Notice.Publisher = breach.Publisher{Name: publisher}
			w.tell(n)
			if again := w.tell(n); len(again) > 0 {
				t.Fatalf("a repetition told %q", again)
			}
			if incident, link := w.joined(t, n); incident == "" || link == "" {
				t.Fatalf("%q is in no incident", title)
			}
		}
	})
}
