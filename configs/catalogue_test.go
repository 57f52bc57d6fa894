package configs_test

import (
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"oshirase/configs"
)

func entries(t *testing.T) []configs.Entry {
	t.Helper()
	list, err := configs.Catalogue()
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// invented are addresses that lists of feeds repeat and that do not exist, or
// no longer do: they answer with a web page or not at all.
var invented = []string{
	"www.ppc.go.jp/rss/", "www.nisc.go.jp", "nisc_alert.rdf", "security-alert/rss.rdf", "www.ipa.go.jp/security/rss/alert.rdf",
	"I_list_00.json", "www.netsecurity.ne.jp/rss", "v3.eir-parts.net", "v4.eir-parts.net", "data_j.xls",
}

func TestEveryEntryOfTheCatalogueIsAWholeSource(t *testing.T) {
	group := regexp.MustCompile(`^[a-z]+(-[a-z]+)*$`)
	seen := map[string]bool{}
	for _, e := range entries(t) {
		t.Run(e.ID, func(t *testing.T) {
			u, err := url.Parse(e.URL)
			if err != nil || u.Scheme != "https" {
				t.Errorf("url %q is no https address", e.URL)
			}
			if seen[e.ID] || seen[e.URL] {
				t.Error("its id or address stands twice")
			}
			seen[e.ID], seen[e.URL] = true, true
			for _, bad := range invented {
				if strings.Contains(e.URL, bad) {
					t.Errorf("%s does not exist", e.URL)
				}
			}
			if len(e.Groups) == 0 || slices.ContainsFunc(e.Groups, func(g string) bool { return !group.MatchString(g) }) {
				t.Errorf("groups %q", e.Groups)
			}
			if e.Language != "ja" && e.Language != "en" {
				t.Errorf("language %q", e.Language)
			}
			if e.Notes.JA == "" || e.Notes.EN == "" || (e.Terms.JA == "") != (e.Terms.EN == "") {
				t.Errorf("notes %+v, terms %+v: both languages, in one line each", e.Notes, e.Terms)
			}
			if strings.Contains(e.Notes.JA+e.Notes.EN+e.Terms.JA+e.Terms.EN, "\n") {
				t.Error("a note of several lines")
			}
			first := e.Schedule.Next(time.Date(2026, 11, 24, 0, 0, 0, 0, time.UTC))
			if period := e.Schedule.Next(first).Sub(first); period < time.Minute {
				t.Errorf("every %s is rude", period)
			}
			if e.Robots != "respect" {
				t.Error("nobody has accepted to ignore robots.txt")
			}
			if slices.Contains(e.Groups, "ir") && (e.Publisher.Code == "" || e.Publisher.Name == "") {
				t.Error("whose disclosures are these?")
			}
		})
	}
	for _, want := range []string{"tse", "ppc", "government", "security-news", "press-wires", "ir"} {
		if !slices.ContainsFunc(entries(t), func(e configs.Entry) bool { return slices.Contains(e.Groups, want) }) {
			t.Errorf("group %s is empty", want)
		}
	}
}

func TestIDsAndGroupsOfTheCatalogueAreApart(t *testing.T) {
	groups := map[string]bool{}
	for _, e := range entries(t) {
		for _, g := range e.Groups {
			groups[g] = true
		}
	}
	for _, e := range entries(t) {
		if groups[e.ID] {
			t.Errorf("%s is a source and a group", e.ID)
		}
	}
}

func TestEveryFileOfTheCatalogueIsShipped(t *testing.T) {
	files, err := filepath.Glob("sources/*")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		if filepath.Ext(file) != ".yaml" {
			t.Errorf("%s is not read", file)
		}
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, id := range regexp.MustCompile(`(?m)^  - id: (\S+)$`).FindAllStringSubmatch(string(data), -1) {
			if !slices.ContainsFunc(entries(t), func(e configs.Entry) bool { return e.ID == id[1] }) {
				t.Errorf("%s: %s is missing", file, id[1])
			}
		}
	}
}

func ids(cfg *configs.Config) []string {
	var list []string
	for _, s := range cfg.Sources {
		list = append(list, s.ID)
	}
	return list
}

func TestTheCatalogueIsSwitchedOnByNameOrGroup(t *testing.T) {
	if got := ids(parse(t, "catalogue: []\n")); got != nil {
		t.Errorf("sources out of nothing: %q", got)
	}
	if got := ids(parse(t, "catalogue: [jpcert, ppc, ppc-press]\n")); !slices.Equal(got, []string{"jpcert", "ppc-information", "ppc-press"}) {
		t.Errorf("sources %q", got)
	}
	cfg := parse(t, "catalogue: security-news\n")
	at := slices.Index(ids(cfg), "security-next")
	if at < 0 {
		t.Fatalf("sources %q", ids(cfg))
	}
	if s := cfg.Sources[at]; s.URL != "https://www.security-next.com/feed" || s.Kind != "feed" || s.ScheduleText != "@every 5m" || s.Language != "ja" {
		t.Errorf("source %+v", s)
	}
	night := parse(t, "time_zone: UTC\ncatalogue: [ir-it]\n").Sources[0].Schedule.Next(time.Date(2026, 11, 24, 23, 0, 0, 0, time.UTC))
	if night.Hour() != 7 {
		t.Errorf("the schedule is not in the configuration's zone: %s", night)
	}
}

func TestAnOwnSourceOfTheSameIDSaysWhatIsDifferent(t *testing.T) {
	cfg := parse(t, `
catalogue: [security-news]
sources:
  - {id: own, kind: feed, url: "https://own.example/feed"}
  - {id: security-next, schedule: "@every 1m", first_run: all}
  - {id: piyolog, enabled: false}
  - {id: itmedia-security, kind: page, url: "https://own.example/"}
  - {id: jpcert, kind: feed, url: "https://own.example/jpcert"}
`)
	find := func(id string) configs.Source {
		at := slices.Index(ids(cfg), id)
		if at < 0 {
			t.Fatalf("no %s in %q", id, ids(cfg))
		}
		return cfg.Sources[at]
	}
	if s := find("security-next"); s.URL != "https://www.security-next.com/feed" || s.ScheduleText != "@every 1m" || s.FirstRun != configs.FirstRunAll || s.Language != "ja" {
		t.Errorf("source %+v", s)
	}
	if slices.Contains(ids(cfg), "piyolog") {
		t.Error("what is switched off is watched")
	}
	if s := find("itmedia-security"); s.Kind != "page" || s.Language != "" {
		t.Errorf("a source of another kind takes keys from the catalogue: %+v", s)
	}
	if s := find("jpcert"); s.URL != "https://own.example/jpcert" || s.Language != "" {
		t.Errorf("what is not switched on gives its keys: %+v", s)
	}
	find("own")
}

func TestTDnetIsOnOnlyByItsNameAndItsTermsAreTold(t *testing.T) {
	remarks := func(text string) (*configs.Config, string) {
		cfg := parse(t, text)
		return cfg, strings.Join(cfg.Remarks, "\n")
	}
	cfg, told := remarks("catalogue: [tse]\n")
	if len(cfg.Sources) != 0 || !strings.Contains(told, "source tdnet is left out of its group: name it in catalogue") {
		t.Errorf("%q: %s", ids(cfg), told)
	}
	cfg, told = remarks("catalogue: [tdnet]\n")
	if len(cfg.Sources) != 1 || cfg.Sources[0].Robots != "respect" || !strings.Contains(told, "robots.txt refuses all") {
		t.Errorf("%q: %s", ids(cfg), told)
	}
	cfg, told = remarks("catalogue: [tdnet]\nsources: [{id: tdnet, robots: ignore}]\n")
	if len(cfg.Sources) != 1 || cfg.Sources[0].Robots != "ignore" || !strings.Contains(told, "source tdnet ignores robots.txt: you have accepted its terms. Its robots.txt refuses all") {
		t.Errorf("%q: %s", ids(cfg), told)
	}
	_, told = remarks(`sources: [{id: tse, kind: tdnet, url: "https://www.release.tdnet.info/inbs/", robots: ignore}]` + "\n")
	if !strings.Contains(told, "source tse ignores robots.txt: you have accepted its terms. Its robots.txt refuses all") {
		t.Errorf("an own source of the same host: %s", told)
	}
}

func TestACodeOnTheWatchlistPullsInTheCompanysSource(t *testing.T) {
	cfg := parse(t, "watchlist: [{name: KLab, code: 36560}, {name: だれか, code: '9399'}, {name: コードなし}]\n")
	if !slices.Equal(ids(cfg), []string{"ir-3656"}) || len(cfg.Remarks) != 1 || !strings.Contains(cfg.Remarks[0], `ir-3656 is watched because the watch-list holds "KLab"`) {
		t.Errorf("%q %q", ids(cfg), cfg.Remarks)
	}
	if got := ids(parse(t, "watchlist: [{name: KLab, code: '3656', ir_source: false}]\n")); got != nil {
		t.Errorf("ir_source: false is not heard: %q", got)
	}
	off := parse(t, "watchlist: [{name: KLab, code: '3656'}]\nsources: [{id: ir-3656, enabled: false}]\n")
	if len(off.Sources)+len(off.Remarks) != 0 {
		t.Errorf("what is switched off is watched: %+v", off)
	}
	both := parse(t, "catalogue: [ir]\nwatchlist: [{name: KLab, code: '3656'}]\n")
	if len(both.Remarks) != 0 {
		t.Errorf("what the catalogue switched on is told as the watch-list's: %q", both.Remarks)
	}
}

func TestFaultsAroundTheCatalogueNameTheirPlace(t *testing.T) {
	for name, test := range map[string]struct{ text, want string }{
		"a slip in a name":              {"catalogue:\n- ppc\n- jpcrt\n", `c.yaml:3: catalogue[1]: "jpcrt" is no source and no group of the catalogue: did you mean jpcert?`},
		"a name like no other":          {"catalogue: [zzzzzzzz]\n", "oshirase sources lists them"},
		"an entry that is not on":       {"sources: [{id: jpcert, schedule: '@every 1h'}]\n", "c.yaml:1: sources[0].kind: is missing: use feed"},
		"an override with a slip":       {"catalogue: [jpcert]\nsources:\n- {id: jpcert, schedule: often}\n", `c.yaml:3: sources[0].schedule: "often"`},
		"an override that stands twice": {"catalogue: [jpcert]\nsources:\n- {id: jpcert, language: ja}\n- {id: jpcert, kind: feed, url: 'https://a.example/'}\n", `c.yaml:4: sources[1].id: "jpcert" stands already at line 3`},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := configs.Parse("c.yaml", []byte(test.text), none)
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("error %v, want %q in it", err, test.want)
			}
		})
	}
}
