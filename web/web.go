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
	"golang.org/x/net/netutil"

	"oshirase/breach"
)

// Config configures [New]; zero fields mean their defaults.
type Config struct {
	// Listen is the address; other than loopback it needs Token. Required.
	Listen string
	Token  breach.Secret
	// Language of pages where the browser does not ask for one of ja and en; ja.
	Language string
	Version  string
	// TimeZone of the times shown, and of what a day is; UTC.
	TimeZone *time.Location

	// Reader is the read model. Required, as are the functions below.
	Reader  Reader
	Sources func() []Source
	// Describe puts an alert into words of a language, ja or en.
	Describe func(a *breach.Alert, language string) AlertView
	// Health lists the parts that must work; Ready tells whether all has begun.
	Health  func(context.Context) []Check
	Ready   func() bool
	Metrics prometheus.Gatherer
	// Now is the clock; time.Now.
	Now func() time.Time
	Log *zap.Logger
}

func (c *Config) validate() error {
	var missing []error
	for _, field := range []struct {
		name   string
		absent bool
	}{
		{"Reader", c.Reader == nil}, {"Sources", c.Sources == nil}, {"Describe", c.Describe == nil},
		{"Health", c.Health == nil}, {"Ready", c.Ready == nil}, {"Metrics", c.Metrics == nil},
	} {
		if field.absent {
			missing = append(missing, fmt.Errorf("web: Config.%s is required", field.name))
		}
	}
	return errors.Join(missing...)
}

// Server serves the pages.
type Server struct {
	cfg      Config
	listener net.Listener
	server   *http.Server
	pages    *pages
	files    map[string]*file
	loopback bool
}

// Limits of the server.
const (
	maxConnections    = 256
	readHeaderTimeout = 5 * time.Second
	readTimeout       = 10 * time.Second
	writeTimeout      = 30 * time.Second
	idleTimeout       = 2 * time.Minute
	answerTimeout     = 15 * time.Second // for reading what an answer needs
	maxHeaderBytes    = 16 << 10
	maxBodyBytes      = 16 << 10
	stopGrace         = 5 * time.Second
	maxScrapes        = 4 // at a time
)

// shortToken is the length below which a token can be guessed.
const shortToken = 16

// New binds the listener.
func New(cfg Config) (*Server, error) {
	if err := cfg.validate(); err != nil {
		return nil, err
	}
	if cfg.TimeZone == nil {
		cfg.TimeZone = time.UTC
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.Log == nil {
		cfg.Log = zap.NewNop()
	}
	if cfg.Language != english {
		cfg.Language = japanese
	}
	files, err := loadFiles()
	if err != nil {
		return nil, err
	}
	p, err := newPages(cfg, files)
	if err != nil {
		return nil, err
	}
	listener, err := net.Listen("tcp", cfg.Listen)
	if err != nil {
		return nil, fmt.Errorf("web.listen: %w: another program may use the port: choose another", err)
	}
	tcp, isTCP := listener.Addr().(*net.TCPAddr)
	loopback := isTCP && tcp.IP.IsLoopback()
	if !loopback && cfg.Token.IsZero() {
		return nil, errors.Join(fmt.Errorf("web.listen %q is reachable from other machines: set web.token_file, or listen on 127.0.0.1", cfg.Listen), listener.Close())
	}
	if !loopback && len(cfg.Token.Reveal()) < shortToken {
		cfg.Log.Warn("the token of the web page is short enough to be guessed: make one with head -c 24 /dev/urandom | base64")
	}
	s := &Server{cfg: cfg, listener: listener, pages: p, files: files, loopback: loopback}
	s.server = &http.Server{
		Handler:           s.handler(),
		ReadHeaderTimeout: readHeaderTimeout, ReadTimeout: readTimeout, WriteTimeout: writeTimeout, IdleTimeout: idleTimeout,
		MaxHeaderBytes: maxHeaderBytes, ErrorLog: zap.NewStdLog(cfg.Log.Named("http")),
	}
	return s, nil
}

// Addr is the address that was bound.
func (s *Server) Addr() string { return s.listener.Addr().String() }

// Close gives the address back without having served.
func (s *Server) Close() error {
	if err := s.listener.Close(); err != nil && !errors.Is(err, net.ErrClosed) {
		return fmt.Errorf("web: %w", err)
	}
	return nil
}

// Run serves until ctx ends, then takes no more requests, lets the running ones
// finish for five seconds, and cuts off what is left.
func (s *Server) Run(ctx context.Context) error {
	done := make(chan error, 1)
	go func() { done <- s.server.Serve(netutil.LimitListener(s.listener, maxConnections)) }()
	select {
	case err := <-done:
		return fmt.Errorf("web: serve: %w", err)
	case <-ctx.Done():
	}
	grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopGrace)
	defer cancel()
	err := s.server.Shutdown(grace)
	if err != nil {
		err = errors.Join(fmt.Errorf("web: requests were cut off: %w", err), s.server.Close())
	}
	<-done
	return err
}

func (s *Server) handler() http.Handler {
	open := http.NewServeMux()
	open.HandleFunc("GET /healthz", s.healthz)
	open.HandleFunc("GET /readyz", s.readyz)
	open.HandleFunc("GET /static/{file}", s.static)
	open.HandleFunc("GET /login", s.loginPage)
	open.HandleFunc("POST /login", s.login)
	open.HandleFunc("POST /logout", s.logout)

	closed := http.NewServeMux()
	closed.HandleFunc("GET /{$}", s.overview)
	closed.HandleFunc("GET /alerts", s.alerts)
	closed.HandleFunc("GET /alerts/{id}", s.alert)
	closed.HandleFunc("GET /deliveries", s.deliveries)
	closed.HandleFunc("GET /incidents/{id}", s.incident)
	closed.HandleFunc("GET /api/v1/alerts", s.apiAlerts)
	closed.HandleFunc("GET /api/v1/alerts/{id}", s.apiAlert)
	closed.HandleFunc("GET /api/v1/incidents/{id}", s.apiIncident)
	closed.HandleFunc("GET /api/v1/deliveries", s.apiDeliveries)
	closed.HandleFunc("GET /api/v1/sources", s.apiSources)
	closed.HandleFunc("GET /api/v1/openapi.yaml", s.apiDescription)
	closed.HandleFunc("GET /api/", s.apiUnknown)
	closed.Handle("GET /metrics", promhttp.HandlerFor(s.cfg.Metrics, promhttp.HandlerOpts{
		ErrorLog: zap.NewStdLog(s.cfg.Log.Named("metrics")), ErrorHandling: promhttp.ContinueOnError,
		MaxRequestsInFlight: maxScrapes, Timeout: answerTimeout,
	}))
	closed.HandleFunc("GET /", s.unknown)
	open.Handle("/", s.authorised(closed))
	return s.guarded(open)
}
