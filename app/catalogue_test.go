package app_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"oshirase/app"
	"oshirase/configs"
)

func TestEverySourceOfTheCatalogueIsOfAKindThatTheDaemonKnows(t *testing.T) {
	entries, err := configs.Catalogue()
	if err != nil {
		t.Fatal(err)
	}
	var text strings.Builder
	text.WriteString("catalogue:\n")
	for _, e := range entries {
		fmt.Fprintf(&text, "- %s\n", e.ID)
	}
	cfg := load(t, text.String())
	if len(cfg.Sources) != len(entries) {
		t.Errorf("%d sources of %d", len(cfg.Sources), len(entries))
	}
}

// load validates a configuration as the commands do.
func load(t *testing.T, text string) *configs.Config {
	t.Helper()
	cfg, err := configs.Parse("c.yaml", []byte(text), os.LookupEnv)
	if err == nil {
		err = app.Check(cfg)
	}
	if err != nil {
		t.Fatal(err)
	}
	return cfg
}

// design is the configuration whose keys users and tools rely on; only the
// folder of the secrets is the test's.
const design = `
data_dir: ./data                     # embedded streams, evidence, ledger
time_zone: Asia/Tokyo
language: ja                         # default for receivers and pages: ja | en
nats:
  url: ""                            # empty: embedded; else nats://a:4222,nats://b:4222
  listen: ""                         # embedded only: open it to subscribers
  credentials_file: ""
  replicas: 1
  subject_prefix: ""
http:
  contact: soc@example.com           # goes into the User-Agent
  allow_private_addresses: false     # or a list of networks; tests and intranets only
  per_host: {interval: 1s, concurrency: 1}
sources:
  - {id: tdnet, kind: tdnet, url: "https://www.release.tdnet.info/inbs/", schedule: "* * * * *", robots: respect}
  - {id: security-next, kind: feed, url: "https://www.security-next.com/feed", schedule: "@every 5m", first_run: recent}   # baseline | recent (24 h) | all
  - id: ppc-information
    kind: page
    url: https://www.ppc.go.jp/information/
    schedule: "*/10 * * * *"
    publisher: {name: 個人情報保護委員会}
    list: {row: "ul.news-list > li", date: "time@datetime", title: ".news-text a", link: ".news-text a@href"}
  - {id: acme-ir, kind: page, url: "https://acme.example/ir/news/", publisher: {name: アクメ, code: "9999"}}   # no list: found by itself
watchlist:
  - {name: 関通, code: "9326", aliases: [Kantsu], tags: [supplier]}
receivers:
  - {id: soc-slack, kind: slack, webhook_url_file: /run/secrets/slack, language: ja}        # or bot_token_file + channel
  - {id: soc-mail, kind: email, smtp: "mail.example:587", tls: starttls, from: "Oshirase <oshirase@example.com>", to: [soc@example.com], language: en}
  - {id: siem, kind: webhook, url: "https://siem.example/hook", secret_file: /run/secrets/hook}
  - {id: console, kind: console}
routes:                              # every route that matches is taken, unless one says final: true
  - {match: {severity: ">=high"}, to: [soc-slack, soc-mail]}
  - {match: {watchlist: [supplier]}, to: [soc-mail]}
  - {match: {kind: [ops]}, to: [soc-slack]}
web: {listen: "127.0.0.1:8080", token_file: ""}
`

func TestTheShapeThatUsersRelyOnIsAccepted(t *testing.T) {
	secrets := t.TempDir()
	for name, text := range map[string]string{"slack": "https://hooks.slack.example/services/T/B/x\n", "hook": "hunter2\n", "bot": "xoxb-1\n", "nats.creds": "x\n"} {
		if err := os.WriteFile(filepath.Join(secrets, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	text := strings.ReplaceAll(design, "/run/secrets", secrets)
	cfg := load(t, text)
	if len(cfg.Sources) != 4 || len(cfg.Watchlist) != 1 || len(cfg.Receivers) != 4 || len(cfg.Routes) != 3 || cfg.HTTP.Contact != "soc@example.com" {
		t.Errorf("keys were lost: %+v", cfg)
	}
	for name, change := range map[string][2]string{
		"a cluster":               {`url: ""                            #`, `url: "nats://a:4222,nats://b:4222" #`},
		"credentials":             {"url: \"\"                            # empty: embedded; else nats://a:4222,nats://b:4222\n  listen: \"\"                         # embedded only: open it to subscribers\n  credentials_file: \"\"\n  replicas: 1", "url: nats://a:4222\n  credentials_file: " + secrets + "/nats.creds\n  replicas: 3"},
		"open to this machine":    {`listen: ""   `, `listen: "127.0.0.1:4222"`},
		"a prefix":                {`subject_prefix: ""`, `subject_prefix: acme`},
		"private networks":        {"allow_private_addresses: false", "allow_private_addresses: [10.0.0.0/8, 127.0.0.1]"},
		"all private addresses":   {"allow_private_addresses: false", "allow_private_addresses: true"},
		"a baseline":              {"first_run: recent", "first_run: baseline"},
		"everything":              {"first_run: recent", "first_run: all"},
		"robots accepted":         {"robots: respect", "robots: ignore"},
		"a bot":                   {"webhook_url_file: " + secrets + "/slack", "bot_token_file: " + secrets + "/bot, channel: soc"},
		"a final route":           {`{match: {kind: [ops]}, to: [soc-slack]}`, `{match: {kind: [ops]}, to: [soc-slack], final: true}`},
		"a severity and a vector": {`{severity: ">=high"}`, `{severity: ">=high", vector: [ransomware]}`},
		"one code":                {`{severity: ">=high"}`, `{code: ["9326"], source: [tdnet]}`},
		"a token":                 {`token_file: ""`, `token_file: ` + secrets + "/hook"},
		"English":                 {"language: ja     ", "language: en     "},
		"mail without encryption": {"tls: starttls", "tls: none"},
	} {
		t.Run(name, func(t *testing.T) {
			changed := strings.Replace(text, change[0], change[1], 1)
			if changed == text {
				t.Fatalf("%q is not in the text", change[0])
			}
			load(t, changed)
		})
	}
}
