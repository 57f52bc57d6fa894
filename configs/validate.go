package configs

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"oshirase/breach"
)

// config validates f and makes the Config; every fault is added to d.
func (d *decoder) config(f *file, root *yaml.Node) *Config {
	at := section{d, newSection(d.file, "", root, d.env)}
	cfg := &Config{
		DataDir: f.DataDir, TimeZone: at.zone("time_zone", f.TimeZone), Language: f.Language,
		Routes: f.Routes, Log: Log(f.Log), RulesDir: f.Classifier.RulesDir,
		Retention: f.Retention, DocumentWait: f.DocumentWait, ShutdownGrace: f.ShutdownGrace,
	}
	if f.DataDir == "" {
		at.fault("data_dir", "is empty: name a directory for streams and evidence")
	}
	at.language("language", f.Language)
	at.oneOf("log.level", f.Log.Level, "debug", "info", "warn", "error")
	at.oneOf("log.format", f.Log.Format, "json", "text")
	at.between("retention", f.Retention, minRetention, maxDuration)
	at.between("document_wait", f.DocumentWait, 0, maxDocumentWait)
	at.between("shutdown_grace", f.ShutdownGrace, time.Second, maxTimeout)
	if dir := f.Classifier.RulesDir; dir != "" {
		if info, err := os.Stat(dir); err != nil || !info.IsDir() {
			at.fault("classifier.rules_dir", "%q is no directory: correct the path, or leave it empty for the shipped rules", dir)
		}
	}
	cfg.Heartbeat = at.heartbeat(f.Heartbeat, cfg.TimeZone)
	cfg.Evidence = at.evidence(&f.Evidence, f.Retention)
	cfg.NATS = at.nats(&f.NATS)
	cfg.HTTP = at.http(&f.HTTP)
	cfg.Web = at.web(&f.Web)
	chosen := at.choose(f.Catalogue, f.Watchlist)
	cfg.Sources = d.sources(chosen.merged(f.Sources), cfg.TimeZone, map[string]int{})
	cfg.Remarks = chosen.tell(cfg.Sources)
	cfg.Receivers = d.receivers(f.Receivers, f.Language)
	for _, w := range f.Watchlist {
		cfg.Watchlist = append(cfg.Watchlist, breach.WatchlistEntry{Name: w.Name, Code: w.Code, CorporateNumber: w.CorporateNumber, Aliases: w.Aliases, Tags: w.Tags})
	}
	at.watchlist(cfg.Watchlist)
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

// line is where a key stands.
func (s section) line(key string) int { return s.Locate(breach.Fault{Key: key}).Line }

func (s section) oneOf(key, value string, known ...string) {
	if !slices.Contains(known, value) {
		s.fault(key, "%q is unknown: use %s", value, strings.Join(known, ", "))
	}
}

func (s section) language(key, value string) { s.oneOf(key, value, "ja", "en") }

func (s section) between(key string, value, least, most time.Duration) {
	if value < least || value > most {
		s.fault(key, "%s is out of range: use %s to %s", span(value), span(least), span(most))
	}
}

// span prints a duration as people write it.
func span(d time.Duration) string {
	const day = 24 * time.Hour
	if d >= day && d%day == 0 {
		return fmt.Sprintf("%dd", d/day)
	}
	s := strings.TrimSuffix(d.String(), "m0s")
	if s != d.String() {
		s += "m"
	}
	return s
}

func (s section) number(key string, value, least, most int64) {
	if value < least || value > most {
		s.fault(key, "%d is out of range: use %d to %d", value, least, most)
	}
}

func (s section) zone(key, name string) *time.Location {
	zone, err := time.LoadLocation(name)
	if err != nil || name == "" || name == "Local" {
		s.fault(key, "%q is no time zone: use an IANA name such as Asia/Tokyo", name)
		return time.UTC
	}
	return zone
}

// secret reads a secret or its file. ok is false when that was a fault.
func (s section) secret(key string, inline breach.Secret, file string) (secret breach.Secret, ok bool) {
	name := key[strings.LastIndexByte(key, '.')+1:]
	secret, err := breach.ReadSecret(name, inline, file)
	if err != nil {
		s.fault(key+"_file", "%s", strings.TrimPrefix(err.Error(), name+"_file: "))
	}
	return secret, err == nil
}

// code normalises a securities code of four or five characters.
func (s section) code(key string, code *string) {
	if *code == "" {
		return
	}
	normal, ok := breach.SecuritiesCode(strings.ToUpper(*code))
	if !ok {
		s.fault(key, "%q is no securities code: write four characters, such as 9326 or 130A", *code)
		return
	}
	*code = normal
}

// corporateNumber checks the length and the check digit
// (https://www.houjin-bangou.nta.go.jp/documents/checkdigit.pdf): 9 less the
// weighted sum of the other twelve modulo 9, weights 1 and 2 in turn from the
// right.
func (s section) corporateNumber(key, number string) {
	if number == "" {
		return
	}
	sum, digits := 0, 0
	for i := len(number) - 1; i > 0; i-- {
		if number[i] < '0' || number[i] > '9' {
			digits = -len(number)
		}
		sum += int(number[i]-'0') * (1 + digits&1)
		digits++
	}
	if digits != 12 || int(number[0]-'0') != 9-sum%9 {
		s.fault(key, "%q is no corporate number: write its 13 digits, in quotes", number)
	}
}
