package bench

import (
	"io"
	"log"
	"net/http/httptest"
	"testing"
	"time"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m, goleak.IgnoreTopFunction("github.com/nats-io/nats-server/v2/server/ats.Register.func1"))
}

func TestEveryPhaseReportsItsItemsOnce(t *testing.T) {
	site := httptest.NewServer(NewSite(5))
	defer site.Close()
	r, err := Poll(t.Context(), Config{Site: site.URL, Feeds: 120, Items: 5})
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]int{"cold": 600, "unchanged": 0, "changed": 2}
	if len(r.Phases) != 6 {
		t.Fatalf("%d phases", len(r.Phases))
	}
	for _, p := range r.Phases {
		if p.New != want[p.Name] || p.New != p.Expected || p.Repeated != 0 {
			t.Errorf("%s %s: %d new, %d expected, %d repeated", p.Client, p.Name, p.New, p.Expected, p.Repeated)
		}
	}
}

func TestASiteThatMisbehavesLosesNothingAndGrowsNothing(t *testing.T) {
	mischief := NewMischief(10)
	site := httptest.NewUnstartedServer(mischief)
	site.Config.ErrorLog = log.New(io.Discard, "", 0) // what a site says of its own faults
	site.Start()
	defer site.Close()
	s, err := Soak(t.Context(), Config{Site: site.URL, Feeds: 46, Items: 10, Concurrency: 16}, mischief, 4*time.Second)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Err(); err != nil {
		t.Error(err)
	}
	if s.Rounds < 4 || len(s.Faults) < 5 {
		t.Errorf("too little went wrong to prove anything: %d rounds, %v", s.Rounds, s.Faults)
	}
	t.Logf("%+v", s)
}
