package notifier_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"oshirase/breach"
	"oshirase/notifier"
	"oshirase/notifier/notifiertest"
)

func (d *desk) expect(want ...breach.Outcome) {
	d.t.Helper()
	if got := d.outcomes(); !slices.Equal(got, want) {
		d.t.Errorf("recorded %v, want %v", got, want)
	}
}

func TestAYesIsRecordedAndNotAskedForAgain(t *testing.T) {
	d := newDesk(t)
	for range 3 {
		if err := d.handle(alert()); err != nil {
			t.Fatal(err)
		}
		d.restart()
	}
	d.expect(breach.Sent)
	if d.channel.asked != 1 {
		t.Errorf("asked %d times", d.channel.asked)
	}
}

func TestAWaitThatTheReceiverAskedForIsNoFailureAndHoldsEveryMessage(t *testing.T) {
	d := newDesk(t)
	d.channel.answers(notifier.Pause(errors.New("429"), 40*time.Second))
	err := d.handle(alert())
	if wait, ok := breach.RetryDelay(err); !ok || wait != 40*time.Second {
		t.Fatalf("Handle = %v, %s", err, wait)
	}
	d.channel.answers(nil)
	d.now = d.now.Add(15 * time.Second)
	err = d.handle(notifiertest.Alerts()[1].Alert)
	if wait, ok := breach.RetryDelay(err); !ok || wait != 25*time.Second || d.channel.asked != 1 {
		t.Errorf("another message within the wait: %v, %s, asked %d times", err, wait, d.channel.asked)
	}
	d.expect()
	d.now = d.now.Add(25 * time.Second)
	if err := d.handle(alert(), notifier.Attempt(2)); err != nil {
		t.Error(err)
	}
	d.expect(breach.Sent)
}

func TestAFailureIsRecordedWhenItsReasonChanges(t *testing.T) {
	d := newDesk(t)
	for attempt, reason := range []string{"502", "502", "503", "503"} {
		d.channel.answers(errors.New(reason))
		if err := d.handle(alert(), notifier.Attempt(attempt+1)); err == nil || breach.IsPermanent(err) {
			t.Fatalf("Handle = %v", err)
		}
	}
	d.expect(breach.Failed, breach.Failed)
}

func TestARefusalIsDeadAndOperationsAreToldOnce(t *testing.T) {
	d := newDesk(t)
	d.channel.answers(breach.Permanent(errors.New("404: correct the URL")))
	for _, e := range notifiertest.Alerts()[:3] {
		if err := d.handle(e.Alert); err != nil {
			t.Fatal(err)
		}
	}
	d.expect(breach.Dead, breach.Dead, breach.Dead)
	if got := d.reports.reasons(); !slices.Equal(got, []string{notifier.ReasonUndeliverable}) {
		t.Fatalf("operations were told %v", got)
	}
	event := d.reports.events[0]
	if !strings.HasPrefix(event.Subject, "soc/") || !strings.Contains(event.Message, "404: correct the URL") || !strings.Contains(event.Message, "oshirase deliveries retry") {
		t.Errorf("operations were told %+v", event)
	}
	// The alert about a death that dies itself tells nobody.
	ops := &breach.Alert{ID: breach.OpsAlertID("soc", "undeliverable", "1"), Kind: breach.AlertOps, CreatedAt: d.now, Severity: breach.Medium, Ops: &event}
	if err := d.handle(ops); err != nil {
		t.Fatal(err)
	}
	if got := len(d.reports.reasons()); got != 1 {
		t.Errorf("a dead alert about a dead alert: operations were told %d times", got)
	}
	// After a yes, a death is news again.
	d.channel.answers(nil)
	if err := d.handle(notifiertest.Alerts()[3].Alert); err != nil {
		t.Fatal(err)
	}
	d.channel.answers(breach.Permanent(errors.New("404: correct the URL")))
	if err := d.handle(notifiertest.Alerts()[4].Alert); err != nil {
		t.Fatal(err)
	}
	if got := len(d.reports.reasons()); got != 2 {
		t.Errorf("operations were told %d times", got)
	}
}

func TestSomeRefusedPeopleAreListedAndTheOthersAreTold(t *testing.T) {
	d := newDesk(t)
	d.channel.answers(notifier.PartlyRefused(errors.New("refuses second@example.com: correct or remove the address")))
	if err := d.handle(alert()); err != nil {
		t.Fatal(err)
	}
	d.expect(breach.Dead, breach.Sent)
	if err := d.handle(alert()); err != nil || d.channel.asked != 1 {
		t.Errorf("asked %d times, %v", d.channel.asked, err)
	}
}

func TestWhatCannotBeRecordedIsNotSentAgain(t *testing.T) {
	d := newDesk(t)
	d.records.breakWith(errors.New("no answer from the stream"))
	for range 3 {
		if err := d.handle(alert()); err == nil || breach.IsPermanent(err) {
			t.Fatalf("Handle = %v", err)
		}
	}
	d.records.breakWith(nil)
	if err := d.handle(alert()); err != nil {
		t.Fatal(err)
	}
	d.expect(breach.Sent)
	if d.channel.asked != 1 {
		t.Errorf("asked %d times", d.channel.asked)
	}
}

func TestADeathBetweenYesAndRecordTellsTwice(t *testing.T) {
	d := newDesk(t)
	d.records.breakWith(errors.New("killed"))
	if err := d.handle(alert()); err == nil {
		t.Fatal("no error")
	}
	d.records.breakWith(nil)
	d.restart()
	if err := d.handle(alert(), notifier.Attempt(2)); err != nil {
		t.Fatal(err)
	}
	d.expect(breach.Sent)
	if !slices.Equal(d.channel.sent, []string{alert().ID, alert().ID}) {
		t.Errorf("told %v: want the same alert twice", d.channel.sent)
	}
}

func TestAReceiverThatTakesNothingForLongIsReportedAndItsHealingToo(t *testing.T) {
	d := newDesk(t)
	a := alert()
	for range 8 {
		a.CreatedAt = d.now
		d.channel.answers(fmt.Errorf("connection refused"))
		if err := d.handle(a); err == nil {
			t.Fatal("no error")
		}
		d.now = d.now.Add(4 * time.Minute)
	}
	if got := d.reports.reasons(); !slices.Equal(got, []string{notifier.ReasonUnreachable}) {
		t.Errorf("operations were told %v", got)
	}
	d.channel.answers(nil)
	if err := d.handle(a); err != nil {
		t.Fatal(err)
	}
	if got := d.reports.reasons(); !slices.Equal(got, []string{notifier.ReasonUnreachable, notifier.ReasonUnreachable + " healed"}) {
		t.Errorf("operations were told %v", got)
	}
}

func TestAnAlertThatStillFailsIsGivenUpByAgeAndCanBeRedriven(t *testing.T) {
	d := newDesk(t)
	a := alert()
	d.channel.answers(errors.New("connection refused"))
	d.now = a.CreatedAt.Add(73 * time.Hour)
	if err := d.handle(a, notifier.Attempt(900)); err != nil {
		t.Fatal(err)
	}
	d.expect(breach.Dead)
	// The age of a re-driven one counts from when an operator asked.
	if err := d.handle(a, notifier.Attempt(901), notifier.Redrive(d.now)); err == nil {
		t.Error("given up at once")
	}
	d.channel.answers(nil)
	if err := d.handle(a, notifier.Attempt(902), notifier.Redrive(d.now)); err != nil {
		t.Fatal(err)
	}
	d.expect(breach.Dead, breach.Failed, breach.Sent)
}

func TestWhatIsNotWantedOrNotKnownIsNotSent(t *testing.T) {
	d := newDesk(t)
	if err := d.notify.Handle(t.Context(), "nobody", alert()); !breach.IsPermanent(err) || !strings.Contains(err.Error(), "use one of soc") {
		t.Errorf("an unknown receiver: %v", err)
	}
	var err error
	d.notify, err = notifier.New(notifier.Config{Receivers: []notifier.Receiver{{ID: "soc", Channel: d.channel}}}, d.records, d.reports, nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := d.handle(alert()); err != nil || d.channel.asked != 0 {
		t.Errorf("no route leads there: %v, asked %d times", err, d.channel.asked)
	}
	d.expect()
}

func TestATestMessageIsSentWhateverTheRoutesSayAndRecordsNothing(t *testing.T) {
	d := newDesk(t)
	d.channel.reference = "C1/17"
	if reference, err := d.notify.Test(t.Context(), "soc"); err != nil || reference != "C1/17" {
		t.Errorf("Test = %q, %v", reference, err)
	}
	if _, err := d.notify.Test(t.Context(), "nobody"); err == nil {
		t.Error("an unknown receiver is tested")
	}
	d.expect()
}
