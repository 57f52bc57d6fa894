package notifier_test

import (
	"slices"
	"strings"
	"testing"

	"oshirase/breach"
	"oshirase/notifier"
	"oshirase/notifier/notifiertest"
)

func TestARouteTakesWhatItsKeysSay(t *testing.T) {
	ransomware := notifiertest.Alerts()[0].Alert // high, new, tdnet, 架空商事 9876
	ransomware.Incident.Watchlist = []breach.WatchlistMatch{{Name: "架空商事", Tags: []string{"supplier"}, On: "code"}}
	ops := notifiertest.Alerts()[6].Alert
	ops.Ops.Subject = "slack/0123"
	type match = notifier.Match
	list := func(s ...string) notifier.List { return s }
	for name, test := range map[string]struct {
		match match
		alert *breach.Alert
		why   string // "" for a match
	}{
		"nothing is asked":         {match{}, ransomware, ""},
		"the severity itself":      {match{Severity: list("high")}, ransomware, ""},
		"another severity":         {match{Severity: list("critical", "low")}, ransomware, "severity: is high"},
		"at least a severity":      {match{Severity: list(">=medium")}, ransomware, ""},
		"above it":                 {match{Severity: list(">high")}, ransomware, "severity: is high"},
		"below it":                 {match{Severity: list("<medium", "<= high")}, ransomware, ""},
		"the primary vector":       {match{Vector: list("ransomware")}, ransomware, ""},
		"a further vector":         {match{Vector: list("vulnerability_exploit", "ddos")}, ransomware, ""},
		"another vector":           {match{Vector: list("ddos")}, ransomware, "vector: is ransomware"},
		"a tag of the watch-list":  {match{Watchlist: list("supplier")}, ransomware, ""},
		"a name of the watch-list": {match{Watchlist: list("架空商事")}, ransomware, ""},
		"anyone of the watch-list": {match{Watchlist: list("*")}, ransomware, ""},
		"another tag":              {match{Watchlist: list("customer")}, ransomware, "watchlist: no entry matches"},
		"the kind":                 {match{Kind: list("new", "escalation")}, ransomware, ""},
		"another kind":             {match{Kind: list("update")}, ransomware, "kind: is new"},
		"the source":               {match{Source: list("tdnet")}, ransomware, ""},
		"another source":           {match{Source: list("ppc")}, ransomware, "source: is tdnet"},
		"the code":                 {match{Code: list("9876")}, ransomware, ""},
		"another code":             {match{Code: list("9326")}, ransomware, "code: is 9876"},
		"part of the publisher's name in other width": {match{Publisher: list("架空")}, ransomware, ""},
		"another publisher":                           {match{Publisher: list("見本")}, ransomware, `publisher: is "架空商事"`},
		"two keys of which one does not hold":         {match{Severity: list("high"), Code: list("1")}, ransomware, "code: is 9876"},
		"trouble of the monitor without its kind":     {match{Severity: list(">=info")}, ops, "kind: ops must be named"},
		"trouble of the monitor":                      {match{Kind: list("ops")}, ops, ""},
		"trouble with one receiver":                   {match{Kind: list("ops"), Source: list("slack")}, ops, ""},
		"trouble with another":                        {match{Kind: list("ops"), Source: list("mail")}, ops, "source: is slack"},
		"trouble of the monitor has no vector":        {match{Kind: list("ops"), Vector: list("ransomware")}, ops, "vector: an ops alert has none"},
		"trouble of the monitor has no code":          {match{Kind: list("ops"), Code: list("9876")}, ops, "code: an ops alert has none"},
		"trouble of the monitor is of no supplier":    {match{Kind: list("ops"), Watchlist: list("*")}, ops, "watchlist: an ops alert has none"},
	} {
		t.Run(name, func(t *testing.T) {
			route := notifier.Route{Match: test.match, To: notifier.List{"soc"}}
			if faults := route.Validate(); len(faults) > 0 && !strings.HasPrefix(test.why, "code") {
				t.Errorf("the route is not valid: %v", faults)
			}
			step := notifier.Trace([]notifier.Route{route}, test.alert)[0]
			if step.Matched != (test.why == "") || step.Why != test.why {
				t.Errorf("matched %v, because %q, want %q", step.Matched, step.Why, test.why)
			}
		})
	}
}

func TestEveryRouteIsTakenUntilOneIsFinal(t *testing.T) {
	d := newDesk(t)
	receivers := []notifier.Receiver{{ID: "a", Channel: d.channel}, {ID: "b", Channel: d.channel}, {ID: "c", Channel: d.channel}}
	to := func(ids ...string) notifier.List { return ids }
	low := notifier.Match{Severity: to("low")}
	for name, test := range map[string]struct {
		routes []notifier.Route
		want   []string
	}{
		"all":                      {[]notifier.Route{{To: to("a")}, {To: to("b", "a")}, {To: to("c")}}, to("a", "b", "c")},
		"up to the final one":      {[]notifier.Route{{To: to("a")}, {To: to("b"), Final: true}, {To: to("c")}}, to("a", "b")},
		"past a final one not met": {[]notifier.Route{{Match: low, To: to("b"), Final: true}, {To: to("c")}}, to("c")},
		"nobody":                   {[]notifier.Route{{Match: low, To: to("b")}}, nil},
	} {
		n, err := notifier.New(notifier.Config{Receivers: receivers, Routes: test.routes}, d.records, d.reports, nil)
		if err != nil {
			t.Fatal(err)
		}
		if got := n.Route(alert()); !slices.Equal(got, test.want) {
			t.Errorf("%s: %v, want %v", name, got, test.want)
		}
	}
}

func TestWrongRoutesAndReceiversAreAllNamed(t *testing.T) {
	d := newDesk(t)
	_, err := notifier.New(notifier.Config{
		Receivers: []notifier.Receiver{{ID: "soc", Channel: d.channel, Language: "fr"}, {ID: "soc", Channel: d.channel}, {ID: "A b", Channel: d.channel}, {ID: "none"}},
		Routes: []notifier.Route{
			{},
			{Match: notifier.Match{Severity: notifier.List{">=grave", "<info"}, Vector: notifier.List{"magic"}, Code: notifier.List{"932"}, Publisher: notifier.List{" "}}, To: notifier.List{"soc", "soc", "nobody"}},
		},
	}, d.records, d.reports, nil)
	if err == nil {
		t.Fatal("no error")
	}
	for _, want := range []string{`language "fr"`, `"soc" is there twice`, `receiver id "A b"`, `"none" has no channel`,
		"routes[0].to: name the receivers", "routes[1].match.severity[0]", "holds for none", "routes[1].match.vector", "routes[1].match.code",
		"routes[1].match.publisher", "routes[1].to[1]", `unknown receiver "nobody": use one of soc`} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("the error does not name %q:\n%v", want, err)
		}
	}
}
