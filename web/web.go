// Package web serves what a person looks at: one page that answers in one look
// what happened, how bad, who of ours is touched and whether the monitor itself
// is well; a page for each incident; the same as JSON; health and metrics.
//
// [New] binds the listener, [Server.Run] serves until its context ends. What is
// shown comes through the small readers of [Config]; the package knows neither
// streams nor the read model. Everything that came from a source is escaped by
// html/template, links lead only to http and https, and the content security
// policy allows no script but our own file.
package web

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	"go.uber.org/zap"

	"oshirase/breach"
)

// Reader is the read model.
type Reader interface {
	// Alerts lists the latest alerts, newest first, created before a time
	// unless it is zero.
	Alerts(ctx context.Context, limit int, before time.Time) ([]breach.Alert, error)
	// Alert is one alert, nil when there is none.
	Alert(ctx context.Context, id string) (*breach.Alert, error)
	// IncidentAlerts lists the alerts of an incident, newest first.
	IncidentAlerts(ctx context.Context, incident string) ([]breach.Alert, error)
	// Deliveries lists the latest deliveries, newest first, of one alert unless
	// it is empty.
	Deliveries(ctx context.Context, alert string, limit int) ([]breach.Delivery, error)
	// Summary counts what happened since a time, and the alerts of the days up
	// to today.
	Summary(ctx context.Context, since, today time.Time, days int) (Summary, error)
}

// Summary is what the counters and the picture show.
type Summary struct {
	Notices, Breaches int
	Alerts            map[breach.Severity]int
	Receivers         []ReceiverSummary
	Days              []Day // oldest first
}

// ReceiverSummary is what one receiver was told.
type ReceiverSummary struct {
	ID         string
	Sent, Dead int
	Slowest    time.Duration // from seeing the notice to the receiver's yes
}

// Day is one column of the picture.
type Day struct {
	Start  time.Time
	Alerts map[breach.Severity]int
}

// Source is the health of one source.
type Source struct {
	ID          string    `json:"id"`
	Kind        string    `json:"kind"`
	URL         string    `json:"url"`
	State       string    `json:"state"` // waiting, healthy, failing or unhealthy
	Reason      string    `json:"reason,omitempty"`
	Message     string    `json:"message,omitempty"`
	LastSuccess time.Time `json:"last_success,omitzero"`
	NextPoll    time.Time `json:"next_poll,omitzero"`
	Failures    int       `json:"failures"`
	Rows        int       `json:"rows"`
}

// Check is one part of the daemon's health; Err is nil when it is well.
type Check struct {
	Name string
	Err  error
}

// AlertView is an alert in words.
type AlertView struct {
	Badge, KindWord, Summary string
	Title, Link              string
	Notes                    []string
	Changes                  []Change
	Facts                    []Fact
	Watchlist                []string
	Quotes                   []Fact
	Times                    []Fact
	Latency                  string
}

// Change is a fact that moved, in words.
type Change struct{ Label, From, To string }

// Fact is a labelled value.
type Fact struct{ Label, Value string }

// Config configures [New]; zero fields mean their defaults.
type Config struct {
	// Listen is the address; other than loopback it needs Token.
	Listen string
	Token  breach.Secret
	// Language of pages where the browser does not ask for one of ja and en; ja.
	Language string
	Version  string
	// TimeZone of the times shown; UTC.
	TimeZone *time.Location

	Reader   Reader
	Sources  func() []Source
	Describe func(a *breach.Alert, language string) AlertView
	// Health lists the parts that must work; Ready tells whether all has begun.
	Health  func(context.Context) []Check
	Ready   func() bool
	Metrics prometheus.Gatherer
	// Now is the clock; time.Now.
	Now func() time.Time
	Log *zap.Logger
}

// Server serves the pages.
type Server struct {
	cfg      Config
	listener net.Listener
	server   *http.Server
	pages    *pages
	loopback bool
}

// Limits of the server.
const (
	readTimeout    = 10 * time.Second
	writeTimeout   = 30 * time.Second
	idleTimeout    = 2 * time.Minute
	maxHeaderBytes = 16 << 10
	maxBodyBytes   = 16 << 10
	stopGrace      = 5 * time.Second
)

// New binds the listener.
func New(cfg Config) (*Server, error) {
	if cfg.TimeZone == nil {
		cfg.TimeZone = time.UTC
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.Log == nil {
		cfg.Log = zap.NewNop()
	}
	if cfg.Language != "en" {
		cfg.Language = "ja"
	}
	p, err := newPages(cfg)
	if err != nil {
		return nil, err
	}
	listener, err := net.Listen("tcp", cfg.Listen)
	if err != nil {
		return nil, fmt.Errorf("web.listen: %w: another program may use the port: choose another", err)
	}
	tcp, ok := listener.Addr().(*net.TCPAddr)
	loopback := ok && tcp.IP.IsLoopback()
	if !loopback && cfg.Token.IsZero() {
		return nil, errors.Join(fmt.Errorf("web.listen %q is reachable from other machines: set web.token_file", cfg.Listen), listener.Close())
	}
	s := &Server{cfg: cfg, listener: listener, pages: p, loopback: loopback}
	s.server = &http.Server{
		Handler: s.handler(), ReadTimeout: readTimeout, WriteTimeout: writeTimeout, IdleTimeout: idleTimeout,
		MaxHeaderBytes: maxHeaderBytes, ErrorLog: zap.NewStdLog(cfg.Log.Named("http")),
	}
	return s, nil
}

// Addr is the address that was bound.
func (s *Server) Addr() string { return s.listener.Addr().String() }

// Close gives the address back without having served.
func (s *Server) Close() error {
	if err := s.listener.Close(); err != nil && !errors.Is(err, net.ErrClosed) {
		return err
	}
	return nil
}

// Run serves until ctx ends, then lets running requests finish.
func (s *Server) Run(ctx context.Context) error {
	done := make(chan error, 1)
	go func() { done <- s.server.Serve(s.listener) }()
	select {
	case err := <-done:
		return fmt.Errorf("web: %w", err)
	case <-ctx.Done():
	}
	grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopGrace)
	defer cancel()
	if err := s.server.Shutdown(grace); err != nil {
		return errors.Join(fmt.Errorf("web: %w", err), s.server.Close())
	}
	<-done
	return nil
}

func (s *Server) handler() http.Handler {
	open := http.NewServeMux()
	open.HandleFunc("GET /healthz", s.healthz)
	open.HandleFunc("GET /readyz", s.readyz)
	open.Handle("GET /static/", staticFiles())
	open.HandleFunc("GET /login", s.loginPage)
	open.HandleFunc("POST /login", s.login)

	closed := http.NewServeMux()
	closed.HandleFunc("GET /{$}", s.index)
	closed.HandleFunc("GET /incidents/{id}", s.incident)
	closed.HandleFunc("GET /api/v1/alerts", s.apiAlerts)
	closed.HandleFunc("GET /api/v1/alerts/{id}", s.apiAlert)
	closed.HandleFunc("GET /api/v1/incidents/{id}", s.apiIncident)
	closed.HandleFunc("GET /api/v1/deliveries", s.apiDeliveries)
	closed.HandleFunc("GET /api/v1/sources", s.apiSources)
	closed.HandleFunc("GET /api/v1/openapi.yaml", s.apiDescription)
	closed.Handle("GET /metrics", promhttp.HandlerFor(s.cfg.Metrics, promhttp.HandlerOpts{}))
	open.Handle("/", s.authorised(closed))
	return s.guarded(open)
}
