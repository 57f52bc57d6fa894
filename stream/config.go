package stream

import (
	"cmp"
	"errors"
	"fmt"
	"net"
	"regexp"
	"strconv"
	"strings"
	"time"

	"oshirase/breach"
)

// Config is how to reach the streams. The zero value of a field means its
// default.
type Config struct {
	// URL of a cluster, comma-separated for several servers; empty runs an
	// embedded server.
	URL string
	// CredentialsFile is a NATS .creds file for URL; none.
	CredentialsFile string
	// ConnectTimeout is how long [Open] tries to reach URL; 10 s.
	ConnectTimeout time.Duration
	// Replicas of every stream on a cluster; 1.
	Replicas int
	// SubjectPrefix stands before every subject, and in the names of streams,
	// buckets and consumers, so that several installations share a cluster:
	// letters, digits and -, dots between; none.
	SubjectPrefix string

	// DataDir holds the embedded store in its folder nats. Required without URL.
	DataDir string
	// Listen is the address of the embedded server for subscribers; empty keeps
	// it to the sub-commands on this machine, on a loopback port by chance.
	Listen string
	// Subscribers may listen to what is published, and nothing else. Without
	// any, a loopback Listen lets everyone on the machine listen.
	Subscribers []Subscriber
	// InProcess opens no port at all: other commands cannot reach the daemon.
	InProcess bool
	// MaxStore bounds the embedded store in bytes; three quarters of what is
	// free on the disk at the start.
	MaxStore int64

	// Retention is how long messages are kept; 400 days.
	Retention time.Duration
	// EvidenceRetention is how long evidence is kept; Retention.
	EvidenceRetention time.Duration
	// DuplicateWindow is how long the server remembers message ids for the
	// retries of one publish; 2 min. Exactly-once does not depend on it.
	DuplicateWindow time.Duration
	// RetryFor is how long one publish or read is tried again while the server
	// does not answer; 15 s. A cluster needs 5 s to elect a leader.
	RetryFor time.Duration
	// MaxDocument bounds one document of evidence in bytes; 32 MiB.
	MaxDocument int64
	// MaxEvidence bounds all evidence in bytes, see [Bus.SweepEvidence]; no bound
	// of its own.
	MaxEvidence int64
}

// Subscriber is a user that may only listen.
type Subscriber struct {
	User     string
	Password breach.Secret
}

const day = 24 * time.Hour

func (c Config) withDefaults() Config {
	c.ConnectTimeout = cmp.Or(c.ConnectTimeout, 10*time.Second)
	c.Replicas = cmp.Or(c.Replicas, 1)
	c.Retention = cmp.Or(c.Retention, 400*day)
	c.EvidenceRetention = cmp.Or(c.EvidenceRetention, c.Retention)
	c.DuplicateWindow = min(cmp.Or(c.DuplicateWindow, 2*time.Minute), c.Retention)
	c.RetryFor = cmp.Or(c.RetryFor, 15*time.Second)
	c.MaxDocument = cmp.Or(c.MaxDocument, 32<<20)
	return c
}

var (
	prefixPattern = regexp.MustCompile(`^[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*\.?$`)
	userPattern   = regexp.MustCompile(`^[A-Za-z0-9_-]{1,64}$`)
)

// minDuplicateWindow is the least that the server accepts.
const minDuplicateWindow = 100 * time.Millisecond

func (c Config) validate() error {
	var faults []error
	fault := func(format string, args ...any) { faults = append(faults, fmt.Errorf(format, args...)) }
	if c.URL == "" && c.DataDir == "" {
		fault("the data directory is empty: set data_dir, or nats.url to use a cluster")
	}
	if c.URL != "" && c.Listen != "" {
		fault("nats.listen %q opens the embedded server, but nats.url is set: remove one", c.Listen)
	}
	if c.SubjectPrefix != "" && !prefixPattern.MatchString(c.SubjectPrefix) {
		fault("subject prefix %q: use letters, digits and -, with dots between", c.SubjectPrefix)
	}
	if c.Replicas < 1 || c.Replicas > 5 {
		fault("replicas %d: use 1 to 5", c.Replicas)
	}
	if c.Replicas > 1 && c.URL == "" {
		fault("replicas %d need a cluster: set nats.url, or replicas to 1", c.Replicas)
	}
	if c.Retention < time.Minute {
		fault("retention %s: keep at least a minute", c.Retention)
	}
	if c.EvidenceRetention < time.Minute {
		fault("retention of evidence %s: keep at least a minute", c.EvidenceRetention)
	}
	if c.DuplicateWindow < minDuplicateWindow {
		fault("duplicate window %s: use at least %s", c.DuplicateWindow, minDuplicateWindow)
	}
	if c.MaxDocument < 0 || c.MaxEvidence < 0 || c.MaxStore < 0 {
		fault("a limit in bytes is negative: use 0 for the default")
	}
	faults = append(faults, c.validateListen()...)
	if len(faults) > 0 {
		return fmt.Errorf("nats configuration: %w", errors.Join(faults...))
	}
	return nil
}

func (c Config) validateListen() []error {
	var faults []error
	seen := map[string]bool{adminUser: true}
	for _, s := range c.Subscribers {
		switch {
		case !userPattern.MatchString(s.User):
			faults = append(faults, fmt.Errorf("subscriber %q: use letters, digits, - and _, at most 64", s.User))
		case seen[s.User]:
			faults = append(faults, fmt.Errorf("subscriber %q: the name is taken: choose another", s.User))
		case s.Password.IsZero():
			faults = append(faults, fmt.Errorf("subscriber %q has no password: set password or password_file", s.User))
		}
		seen[s.User] = true
	}
	if c.Listen == "" {
		return faults
	}
	host, port, err := splitListen(c.Listen)
	switch {
	case err != nil:
		faults = append(faults, err)
	case c.InProcess:
		faults = append(faults, fmt.Errorf("listen %q on %s:%d: the server was told to open no port", c.Listen, host, port))
	case len(c.Subscribers) == 0 && !isLoopback(host):
		faults = append(faults, fmt.Errorf("listen %q is reachable from other machines: name the subscribers and their passwords in nats.subscribers, or listen on 127.0.0.1", c.Listen))
	}
	return faults
}

// splitListen parses host:port; an empty host is every address.
func splitListen(listen string) (host string, port int, err error) {
	host, text, err := net.SplitHostPort(listen)
	if err != nil {
		return "", 0, fmt.Errorf("listen %q: use host:port, such as 127.0.0.1:4222", listen)
	}
	port, err = strconv.Atoi(text)
	if err != nil || port < 0 || port > 65535 {
		return "", 0, fmt.Errorf("listen %q: use a port from 0 to 65535", listen)
	}
	return cmp.Or(host, "0.0.0.0"), port, nil
}

func isLoopback(host string) bool {
	if strings.EqualFold(host, "localhost") {
		return true
	}
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}
