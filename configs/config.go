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
	// TimeZone is that of schedules and of dates without a zone. Cron lines in
	// [Source.Schedule] are bound to it.
	TimeZone *time.Location
	// Language is the default of receivers and pages: ja or en.
	Language string
	NATS     NATS
	HTTP     HTTP
	// Sources are the enabled ones, those of the catalogue included.
	Sources []Source
	// Remarks are what the operator should know and no fault: sources that the
	// watch-list switched on, terms that were accepted.
	Remarks   []string
	Watchlist []breach.WatchlistEntry
	Receivers []Receiver
	// Routes are decoded by the notifier's owner.
	Routes []Section
	Web    Web
	Log    Log
	// RulesDir holds the user's own classification rules; empty: none.
	RulesDir string
	// Retention is how long streams and evidence are kept; 400 days.
	Retention time.Duration
	// DocumentWait is how long an alert waits for its document; 15 s.
	DocumentWait time.Duration
	// ShutdownGrace is how long a stopping daemon may drain; 20 s.
	ShutdownGrace time.Duration
	// Heartbeat is when operations are told daily that all is well; nil: never.
	Heartbeat cron.Schedule
	Evidence  Evidence
}

// NATS says where the streams are.
type NATS struct {
	URL             string // empty: embedded; else one or more, with commas between
	Listen          string // embedded only: host:port, open to subscribers
	CredentialsFile string // with URL: a NATS .creds file
	Replicas        int    // with URL: copies of every stream, 1 to 5
	SubjectPrefix   string // stands before every subject, without its last dot
	Subscribers     []Subscriber
}

// Subscriber is a user who may read the streams.
type Subscriber struct {
	User     string
	Password breach.Secret
}

// HTTP says how sources are asked.
type HTTP struct {
	Contact      string // an address or URL for the User-Agent; may be empty
	AllowPrivate Networks
	Interval     time.Duration // between two requests to a host; 1 s
	Concurrency  int           // requests at a time to a host; 1
	Timeout      time.Duration // of one request; 30 s
	MaxBody      int64         // bytes of one response, decompressed; 20 MiB
}

// Networks are the private networks that may be asked; the zero value is none.
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
	URL          string        // http or https, without user name
	Schedule     cron.Schedule // fires at most once a second, and does fire
	ScheduleText string        // as written; @every 10m
	FirstRun     FirstRun
	Robots       string // respect or ignore
	Documents    string // all, screened, none, or empty for the kind's default
	Language     string // ja, en, or empty when unknown
	Publisher    breach.Publisher
	// Terms are what is known of its publisher's.
	Terms   Text
	Options Section
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

// Evidence says how long the raw documents are kept.
type Evidence struct {
	Retention time.Duration // that of the streams
	MaxBytes  int64         // of all together; 0: no bound of its own
}

// Log says what is logged and how.
type Log struct {
	Level  string // debug, info, warn or error
	Format string // json or text
}
