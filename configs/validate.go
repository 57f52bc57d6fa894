package configs

import (
	"fmt"
	"net"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/robfig/cron/v3"
	"go.yaml.in/yaml/v3"

	"oshirase/breach"
)

// config validates f and makes the Config; every fault is added to d.
func (d *decoder) config(f *file, root *yaml.Node) *Config {
	at := section{d, Section{file: d.file, node: root}}
	cfg := &Config{
		DataDir: f.DataDir, Language: f.Language, Watchlist: f.Watchlist, Routes: f.Routes,
		Log: Log(f.Log), RulesDir: f.Classifier.RulesDir, Retention: f.Retention,
		DocumentWait: f.DocumentWait, ShutdownGrace: f.ShutdownGrace,
		NATS: NATS{URL: f.NATS.URL, Listen: f.NATS.Listen, CredentialsFile: f.NATS.CredentialsFile, Replicas: f.NATS.Replicas, SubjectPrefix: f.NATS.SubjectPrefix},
		HTTP: HTTP{Contact: f.HTTP.Contact, AllowPrivate: d.networks(f.HTTP.AllowPrivate), Interval: f.HTTP.PerHost.Interval,
			Concurrency: f.HTTP.PerHost.Concurrency, Timeout: f.HTTP.Timeout, MaxBody: f.HTTP.MaxBodyMiB << 20},
		Web: Web{Listen: f.Web.Listen},
	}
	if f.DataDir == "" {
		at.fault("data_dir", "is empty: name a directory for streams and evidence")
	}
	zone, err := time.LoadLocation(f.TimeZone)
	if err != nil || f.TimeZone == "" || f.TimeZone == "Local" {
		at.fault("time_zone", "%q is no time zone: use an IANA name such as Asia/Tokyo", f.TimeZone)
		zone = time.UTC
	}
	cfg.TimeZone = zone
	at.language("language", f.Language)
	at.oneOf("log.level", f.Log.Level, "debug", "info", "warn", "error")
	at.oneOf("log.format", f.Log.Format, "json", "text")
	at.positive("retention", f.Retention)
	at.positive("shutdown_grace", f.ShutdownGrace)
	d.nats(at, f, cfg)
	d.http(at, f)
	cfg.Web.Token = at.secret("web.token", f.Web.Token, f.Web.TokenFile)
	if err := CheckListen("", f.Web.Listen, cfg.Web.Token); err != nil && !(f.Web.TokenFile != "" && cfg.Web.Token.IsZero()) {
		at.fault("web.listen", "%v", err)
	}
	cfg.Sources = d.sources(f.Sources)
	cfg.Receivers = d.receivers(f.Receivers, f.Language)
	d.watchlist(at, f.Watchlist)
	return cfg
}

// section reports faults by key.
type section struct {
	d *decoder
	Section
}

func (s section) fault(key, format string, args ...any) {
	s.d.faults = append(s.d.faults, s.Locate(breach.Fault{Key: key, Message: fmt.Sprintf(format, args...)}))
}

func (s section) oneOf(key, value string, known ...string) {
	if !slices.Contains(known, value) {
		s.fault(key, "%q is unknown: use %s", value, strings.Join(known, ", "))
	}
}

func (s section) language(key, value string) { s.oneOf(key, value, "ja", "en") }

func (s section) positive(key string, value time.Duration) {
	if value <= 0 {
		s.fault(key, "must be longer than nothing")
	}
}

func (s section) secret(key string, inline breach.Secret, file string) breach.Secret {
	secret, err := breach.ReadSecret(key, inline, file)
	if err != nil {
		s.fault(key+"_file", "%v", err)
	}
	return secret
}

func (d *decoder) nats(at section, f *file, cfg *Config) {
	n := f.NATS
	if n.URL != "" && n.Listen != "" {
		at.fault("nats.listen", "opens the embedded server, but nats.url uses another: remove one")
	}
	if n.URL == "" && n.Replicas != 1 {
		at.fault("nats.replicas", "the embedded server keeps one copy: set nats.url for more")
	}
	if n.URL != "" && (n.Replicas < 1 || n.Replicas > 5) {
		at.fault("nats.replicas", "use 1 to 5")
	}
	if n.CredentialsFile != "" && n.URL == "" {
		at.fault("nats.credentials_file", "is for the cluster of nats.url, which is empty: remove it")
	}
	for i, s := range n.Subscribers {
		key := fmt.Sprintf("nats.subscribers[%d]", i)
		password, err := breach.ReadSecret(key+".password", s.Password, s.PasswordFile)
		switch {
		case err != nil:
			at.fault("nats.subscribers", "%v", err)
		case s.User == "" || password.IsZero():
			at.fault("nats.subscribers", "[%d] needs user and password (or password_file)", i)
		}
		cfg.NATS.Subscribers = append(cfg.NATS.Subscribers, Subscriber{s.User, password})
	}
	if n.Listen == "" {
		return
	}
	host, _, err := net.SplitHostPort(n.Listen)
	switch {
	case err != nil:
		at.fault("nats.listen", "%q is no address: write 127.0.0.1:4222", n.Listen)
	case !loopback(host) && len(n.Subscribers) == 0:
		at.fault("nats.listen", "%q is reachable from other machines: name nats.subscribers, or listen on 127.0.0.1", n.Listen)
	}
}

func (d *decoder) http(at section, f *file) {
	if strings.ContainsFunc(f.HTTP.Contact, func(r rune) bool { return r < ' ' || r == 0x7f }) {
		at.fault("http.contact", "has control characters: write an address or a URL")
	}
	if f.HTTP.PerHost.Concurrency < 1 || f.HTTP.PerHost.Concurrency > 64 {
		at.fault("http.per_host.concurrency", "use 1 to 64")
	}
	at.positive("http.timeout", f.HTTP.Timeout)
	if f.HTTP.MaxBodyMiB < 1 || f.HTTP.MaxBodyMiB > 1024 {
		at.fault("http.max_body_mib", "use 1 to 1024")
	}
}

// CheckListen reports a listening address that is none, or that other machines
// reach without a token. key, when given, begins the message.
func CheckListen(key, listen string, token breach.Secret) error {
	host, port, err := net.SplitHostPort(listen)
	if key != "" {
		key += ": "
	}
	if n, portErr := strconv.Atoi(port); err != nil || portErr != nil || n < 0 || n > 65535 {
		return fmt.Errorf("%s%q is no address: write 127.0.0.1:8080", key, listen)
	}
	if !loopback(host) && token.IsZero() {
		return fmt.Errorf("%s%q is reachable from other machines: set web.token_file, or listen on 127.0.0.1", key, listen)
	}
	return nil
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || (ip != nil && ip.IsLoopback())
}

// schedules are cron lines of five fields, or six with seconds first, or
// descriptors such as @every 5m.
var schedules = cron.NewParser(cron.SecondOptional | cron.Minute | cron.Hour | cron.Dom | cron.Month | cron.Dow | cron.Descriptor)

var sourceKeys = map[string]bool{"id": true, "kind": true, "enabled": true, "url": true, "schedule": true, "first_run": true,
	"robots": true, "documents": true, "language": true, "publisher": true}

func (d *decoder) sources(sections []Section) []Source {
	ids := map[string]int{}
	var list []Source
	for _, s := range sections {
		var raw sourceFile
		if !d.common(s, &raw, sourceKeys) {
			continue
		}
		at := section{d, s}
		at.id(raw.ID, ids)
		if raw.Kind == "" {
			at.fault("kind", "is missing: use feed, tdnet or page")
		}
		u, err := url.Parse(raw.URL)
		if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" || u.User != nil {
			at.fault("url", "must be an http or https address without user name")
		}
		if raw.Schedule == "" {
			raw.Schedule = "@every 10m"
		}
		schedule, err := schedules.Parse(raw.Schedule)
		if err != nil {
			at.fault("schedule", "%q: %v: write a cron line (* * * * *) or @every 5m", raw.Schedule, err)
		}
		if raw.FirstRun == "" {
			raw.FirstRun = string(FirstRunRecent)
		}
		at.oneOf("first_run", raw.FirstRun, string(FirstRunBaseline), string(FirstRunRecent), string(FirstRunAll))
		if raw.Robots == "" {
			raw.Robots = "respect"
		}
		at.oneOf("robots", raw.Robots, "respect", "ignore")
		if raw.Documents != "" {
			at.oneOf("documents", raw.Documents, "all", "screened", "none")
		}
		if raw.Language != "" {
			at.language("language", raw.Language)
		}
		at.code("publisher.code", &raw.Publisher.Code)
		if raw.Enabled != nil && !*raw.Enabled {
			continue
		}
		list = append(list, Source{
			ID: raw.ID, Kind: raw.Kind, URL: raw.URL, Schedule: schedule, ScheduleText: raw.Schedule,
			FirstRun: FirstRun(raw.FirstRun), Robots: raw.Robots, Documents: raw.Documents, Language: raw.Language,
			Publisher: breach.Publisher(raw.Publisher), Options: s.without(sourceKeys),
		})
	}
	return list
}

var receiverKeys = map[string]bool{"id": true, "kind": true, "language": true}

func (d *decoder) receivers(sections []Section, language string) []Receiver {
	ids := map[string]int{}
	var list []Receiver
	for _, s := range sections {
		var raw receiverFile
		if !d.common(s, &raw, receiverKeys) {
			continue
		}
		at := section{d, s}
		at.id(raw.ID, ids)
		if raw.Kind == "" {
			at.fault("kind", "is missing: use slack, email, webhook, file or console")
		}
		if raw.Language == "" {
			raw.Language = language
		} else {
			at.language("language", raw.Language)
		}
		list = append(list, Receiver{ID: raw.ID, Kind: raw.Kind, Language: raw.Language, Options: s.without(receiverKeys)})
	}
	return list
}

// common decodes the shared keys of a section and leaves the others alone.
func (d *decoder) common(s Section, into any, keys map[string]bool) bool {
	if s.node.Kind != yaml.MappingNode {
		d.fault(s.node, s.path, "want a mapping, found %s", kindOf(s.node))
		return false
	}
	inner := &decoder{file: d.file}
	inner.keys(s.node, s.path, func(_, _ *yaml.Node, _ string) {})
	shared := *s.node
	shared.Content = nil
	for i := 0; i+1 < len(s.node.Content); i += 2 {
		if keys[s.node.Content[i].Value] {
			shared.Content = append(shared.Content, s.node.Content[i], s.node.Content[i+1])
		}
	}
	if len(inner.faults) == 0 {
		inner.faults = Section{s.file, s.path, &shared}.Decode(into)
	}
	d.faults = append(d.faults, inner.faults...)
	return len(inner.faults) == 0
}

func (s section) id(id string, seen map[string]int) {
	if !breach.ValidToken(id) {
		s.fault("id", "%q: use lower-case letters, digits, - and _, at most 63, beginning with a letter or digit", id)
		return
	}
	if line, twice := seen[id]; twice {
		s.fault("id", "%q stands already at line %d: choose another", id, line)
	}
	seen[id] = s.node.Line
}

// code normalises a securities code of four or five characters.
func (s section) code(key string, code *string) {
	if *code == "" {
		return
	}
	normal, ok := breach.SecuritiesCode(strings.ToUpper(*code))
	if !ok {
		s.fault(key, "%q is no securities code: four characters, such as 9326 or 130A, in quotes", *code)
		return
	}
	*code = normal
}

func (d *decoder) watchlist(at section, entries []breach.WatchlistEntry) {
	_, list := find(at.node, "watchlist")
	for i := range entries {
		entry := section{d, Section{file: d.file, path: fmt.Sprintf("watchlist[%d]", i)}}
		if list != nil && i < len(list.Content) {
			entry.node = list.Content[i]
		}
		if entries[i].Name == "" {
			entry.fault("name", "is missing: write the organisation's name")
		}
		entry.code("code", &entries[i].Code)
	}
}
