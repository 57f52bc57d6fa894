package configs

import (
	"net/netip"
	"time"

	"github.com/robfig/cron/v3"

	"oshirase/breach"
)

// Config is a valid configuration.
type Config struct {
	// DataDir holds the embedded streams, evidence and the ledger.
	DataDir string
	// TimeZone is that of schedules and of dates without a zone.
	TimeZone *time.Location
	// Language is the default of receivers and pages: ja or en.
	Language string
	NATS     NATS
	HTTP     HTTP
	// Sources are the enabled ones.
	Sources   []Source
	Watchlist []breach.WatchlistEntry
	Receivers []Receiver
	// Routes are decoded by the notifier's owner.
	Routes []Section
	Web    Web
	Log    Log
	// RulesDir holds the user's own classification rules; empty: none.
	RulesDir string
	// Retention is how long streams and evidence are kept.
	Retention time.Duration
	// DocumentWait is how long an alert waits for its document.
	DocumentWait time.Duration
	// ShutdownGrace is how long a stopping daemon may drain.
	ShutdownGrace time.Duration
}

// NATS says where the streams are.
type NATS struct {
	URL             string // empty: embedded
	Listen          string // embedded only: open to subscribers
	CredentialsFile string
	Replicas        int
	SubjectPrefix   string
	Subscribers     []Subscriber
}

// Subscriber is a user who may read the streams.
type Subscriber struct {
	User     string
	Password breach.Secret
}

// HTTP says how sources are asked.
type HTTP struct {
	Contact      string
	AllowPrivate Networks
	Interval     time.Duration // between two requests to a host
	Concurrency  int           // requests at a time to a host
	Timeout      time.Duration // of one request
	MaxBody      int64         // bytes of one response, decompressed
}

// Networks are the private networks that may be asked.
type Networks struct {
	All  bool
	List []netip.Prefix
}

// FirstRun is what a source's first contact tells.
type FirstRun string

// The ways of first contact.
const (
	FirstRunBaseline FirstRun = "baseline" // nothing
	FirstRunRecent   FirstRun = "recent"   // what was published in the last 24 hours
	FirstRunAll      FirstRun = "all"      // everything
)

// Source has the keys that all kinds share; Options holds the kind's own.
type Source struct {
	ID           string
	Kind         string
	URL          string
	Schedule     cron.Schedule
	ScheduleText string
	FirstRun     FirstRun
	Robots       string // respect or ignore
	Documents    string // all, screened, none, or empty for the kind's default
	Language     string
	Publisher    breach.Publisher
	Options      Section
}

// Receiver has the keys that all channels share; Options holds the channel's own.
type Receiver struct {
	ID       string
	Kind     string
	Language string
	Options  Section
}

// Web is the page, the API, health and metrics.
type Web struct {
	Listen string
	Token  breach.Secret
}

// Log says what is logged and how.
type Log struct {
	Level  string // debug, info, warn or error
	Format string // json or text
}
