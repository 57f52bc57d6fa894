package tracker_test

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"oshirase/breach"
)

// chain is a block of testdata/chains.txt.
type chain struct {
	name     string
	anyOrder bool
	notices  []told
}

type told struct {
	incident, link string
	finding        *breach.Finding
}

// chains reads the fixture; each chain is of a publisher of its own.
func chains(t testing.TB) []chain {
	t.Helper()
	text, err := os.ReadFile("testdata/chains.txt")
	if err != nil {
		t.Fatal(err)
	}
	var all []chain
	for at, line := range strings.Split(string(text), "\n") {
		if name, ok := strings.CutPrefix(line, "== "); ok {
			name, anyOrder := strings.CutSuffix(name, ", any order")
			all = append(all, chain{name: name, anyOrder: anyOrder})
			continue
		}
		f := strings.Fields(line)
		if len(f) == 0 || f[0] == "#" {
			continue
		}
		if len(f) < 7 || len(all) == 0 {
			t.Fatalf("testdata/chains.txt:%d: %q", at+1, line)
		}
		day, err := strconv.Atoi(f[1])
		if err != nil {
			t.Fatalf("testdata/chains.txt:%d: %v", at+1, err)
		}
		c := breach.Case{PrimaryVector: breach.Vector(f[4]), Severity: breach.Medium, Stage: breach.Stage(f[3])}
		if no, err := strconv.Atoi(f[3]); err == nil {
			c.ReportNo, c.Stage = &no, breach.StageUpdate
			if no == 1 {
				c.Stage = breach.StageFirst
			}
		}
		title, document, _ := strings.Cut(strings.Join(f[6:], " "), " @")
		block := &all[len(all)-1]
		notice := finding(f[2], fmt.Sprintf("%d/%d", len(all), at), title, day, c)
		notice.Notice.DocumentID = document
		notice.Notice.PublishedPrecision = breach.PrecisionDay
		notice.Notice.Publisher = breach.Publisher{Name: fmt.Sprint("架空", len(all), "株式会社"), Code: strconv.Itoa(1000 + len(all))}
		block.notices = append(block.notices, told{f[0], f[5], notice})
	}
	return all
}

// joined is the incident and the link of a notice.
func (w *world) joined(t testing.TB, f *breach.Finding) (incident, link string) {
	t.Helper()
	entries, err := w.tracker.Explain(context.Background(), f.Notice.ID)
	if err != nil || len(entries) == 0 {
		t.Fatalf("nothing is known of %q: %v", f.Notice.Title, err)
	}
	return entries[0].Incident, entries[0].Link
}

// grouped tells each notice and checks that those of one label, and no others,
// are one incident.
func grouped(t testing.TB, w *world, notices []told) {
	t.Helper()
	for _, n := range notices {
		w.tell(n.finding)
	}
	ids, labels := map[string]string{}, map[string]string{}
	for _, n := range notices {
		id, link := w.joined(t, n.finding)
		if ids[n.incident] == "" {
			ids[n.incident] = id
		}
		if labels[id] == "" {
			labels[id] = n.incident
		}
		if ids[n.incident] != id || labels[id] != n.incident {
			t.Errorf("%q (%s) is in the incident of %s by %s", n.finding.Notice.Title, n.incident, labels[id], link)
		}
	}
}

func TestChainsOfNoticesBecomeTheirIncidents(t *testing.T) {
	for _, c := range chains(t) {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t)
			grouped(t, w, c.notices)
			for _, n := range c.notices {
				if _, link := w.joined(t, n.finding); link != n.link {
					t.Errorf("%q joined by %s, want %s", n.finding.Notice.Title, link, n.link)
				}
			}
		})
	}
}

func TestEveryLinkIsInAChain(t *testing.T) {
	seen := map[string]bool{}
	for _, c := range chains(t) {
		for _, n := range c.notices {
			seen[n.link] = true
		}
	}
	// same_notice and same_event have tests of their own.
	for _, link := range []string{"opened", "same_document", "report_number", "title_stem", "correction", "only_open_incident", "translation"} {
		if !seen[link] {
			t.Errorf("no chain joins by %s", link)
		}
	}
}

func TestOrganisationsDoNotDisturbEachOther(t *testing.T) {
	w := newWorld(t)
	var all []told
	for i, c := range chains(t) {
		for _, n := range c.notices {
			n.incident = fmt.Sprint(i, n.incident)
			all = append(all, n)
		}
	}
	slices.SortStableFunc(all, func(a, b told) int { return a.finding.Notice.Published.Compare(b.finding.Notice.Published) })
	grouped(t, w, all)
}

func TestTheOrderOfArrivalAndRepetitionsChangeNoIncident(t *testing.T) {
	list := slices.DeleteFunc(chains(t), func(c chain) bool { return !c.anyOrder })
	rapid.Check(t, func(rt *rapid.T) {
		c := list[rapid.IntRange(0, len(list)-1).Draw(rt, "chain")]
		w := newWorld(t)
		notices := rapid.Permutation(c.notices).Draw(rt, "arrival")
		for _, n := range notices {
			for range rapid.IntRange(1, 2).Draw(rt, "times") {
				w.tell(n.finding)
			}
		}
		grouped(t, w, notices)
		if t.Failed() {
			rt.Fatalf("in the chain of %s", c.name)
		}
	})
}
