package classifier

import (
	"os"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"

	"oshirase/breach"
)

func doc(t *testing.T, name string) string {
	t.Helper()
	data, err := os.ReadFile("../docs/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// The worked example of docs/rules.md does what the page says.
func TestTheWorkedExampleOfTheRulesPageWorks(t *testing.T) {
	_, page, ok := strings.Cut(doc(t, "rules.md"), "### A worked example")
	if !ok {
		t.Fatal("docs/rules.md has no worked example")
	}
	blocks := regexp.MustCompile("(?s)```(text|yaml)\n(.*?)```").FindAllStringSubmatch(page, 2)
	if len(blocks) != 2 || blocks[0][1] != "text" || blocks[1][1] != "yaml" {
		t.Fatalf("want a notice and a rule, got %q", blocks)
	}
	title, text, _ := strings.Cut(blocks[0][2], "\n\n")
	n := &breach.Notice{Text: text}
	n.Title = title

	if f := shipped(t).Classify(n); f.IsBreach && f.PrimaryVector == breach.Phishing {
		t.Error("the shipped rules know it already: find another example")
	}
	own, err := New(Config{
		Rules: os.DirFS("../configs/rules"), Extra: fstest.MapFS{"own.yaml": {Data: []byte(blocks[1][2])}}, ExtraName: "docs",
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range own.Lint() {
		if strings.HasPrefix(f.File, "docs") {
			t.Error(f)
		}
	}
	f := own.Classify(n)
	if !f.IsBreach || f.PrimaryVector != breach.Phishing || f.Cases[0].LeakStatus != breach.LeakConfirmed ||
		f.Cases[0].AffectedCount == nil || *f.Cases[0].AffectedCount != 38 {
		t.Errorf("with the rule: %+v", f)
	}
}

// Every topic has its place in the table of docs/rules.md.
func TestTheRulesPageNamesEveryTopic(t *testing.T) {
	page := doc(t, "rules.md")
	for topic, values := range topics {
		if !strings.Contains(page, "`"+topic+"`") && values != nil {
			t.Errorf("docs/rules.md does not name the topic %s", topic)
		}
	}
}

func TestTheExamplesOfTheSeverityPageAreTrue(t *testing.T) {
	_, page, _ := strings.Cut(doc(t, "severity.md"), "## Examples")
	rows := regexp.MustCompile(`(?m)^\| (critical|high|medium|low|info) \| (.*?) \|`).FindAllStringSubmatch(page, -1)
	if len(rows) < 8 {
		t.Fatalf("%d examples", len(rows))
	}
	c := shipped(t)
	for _, row := range rows {
		n := &breach.Notice{Text: row[2]}
		n.Title = "お知らせ"
		if f := c.Classify(n); !f.IsBreach || string(f.Severity) != row[1] {
			t.Errorf("%s: got %q (incident: %v) for %q", row[1], f.Severity, f.IsBreach, row[2])
		}
	}
}
