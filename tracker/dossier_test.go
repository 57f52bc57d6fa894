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
