package web

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"io/fs"
	"net/http"
	"slices"
	"time"

	"go.uber.org/zap"
	"golang.org/x/text/language"

	"oshirase/breach"
)

//go:embed pages
var pageFiles embed.FS

//go:embed static
var static embed.FS

func staticFiles() http.Handler {
	files := http.FileServerFS(static)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if sub, err := fs.Stat(static, r.URL.Path[1:]); err != nil || sub.IsDir() {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Cache-Control", "public, max-age=300")
		files.ServeHTTP(w, r)
	})
}

type pages struct {
	templates map[string]*template.Template
}

func newPages(cfg Config) (*pages, error) {
	p := &pages{templates: map[string]*template.Template{}}
	functions := template.FuncMap{
		"clock": func(t time.Time) string { return t.In(cfg.TimeZone).Format("01-02 15:04") },
		"full":  func(t time.Time) string { return t.In(cfg.TimeZone).Format("2006-01-02 15:04:05 MST") },
		"iso":   func(t time.Time) string { return t.UTC().Format(time.RFC3339) },
		"short": func(d time.Duration) string { return d.Round(100 * time.Millisecond).String() },
	}
	for _, name := range []string{"index.html", "incident.html", "login.html", "problem.html"} {
		t, err := template.New(name).Funcs(functions).ParseFS(pageFiles, "pages/layout.html", "pages/"+name)
		if err != nil {
			return nil, fmt.Errorf("page %s: %w", name, err)
		}
		p.templates[name] = t
	}
	return p, nil
}

// frame is what every page is drawn from.
type frame struct {
	Lang    string
	T       map[string]string // the page's own words
	Version string
	Now     time.Time
	LogIn   bool
	Body    any
}

func (s *Server) render(w http.ResponseWriter, r *http.Request, status int, name string, body any) {
	lang := s.languageOf(r)
	var page bytes.Buffer
	err := s.pages.templates[name].ExecuteTemplate(&page, "layout", frame{
		Lang: lang, T: texts[lang], Version: s.cfg.Version, Now: s.cfg.Now(), LogIn: name == "login.html", Body: body,
	})
	if err != nil {
		s.cfg.Log.Error("draw a page", zap.String("page", name), zap.Error(err))
		http.Error(w, "the page cannot be drawn: the log tells why", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write(page.Bytes()) // the reader may have gone
}

// languageOf is what ?lang= or the browser asks for, or the configured one.
func (s *Server) languageOf(r *http.Request) string {
	if asked := r.URL.Query().Get("lang"); texts[asked] != nil {
		return asked
	}
	tags, _, err := language.ParseAcceptLanguage(r.Header.Get("Accept-Language"))
	if err != nil || len(tags) == 0 {
		return s.cfg.Language
	}
	for _, tag := range tags {
		if base, _ := tag.Base(); texts[base.String()] != nil {
			return base.String()
		}
	}
	return s.cfg.Language
}

func (s *Server) failed(w http.ResponseWriter, r *http.Request, err error) {
	s.cfg.Log.Error("read what a page shows", zap.String("path", r.URL.Path), zap.Error(err))
	s.render(w, r, http.StatusInternalServerError, "problem.html", "broken")
}

// How much the first page shows.
const (
	indexAlerts = 60
	indexDays   = 14
)

// row is one alert in the list.
type row struct {
	AlertView
	ID       string
	Incident string
	Severity breach.Severity
	Kind     breach.AlertKind
	At       time.Time
	Source   string
}

type index struct {
	State     string // well, starting or trouble
	Troubles  []string
	Summary   Summary
	Counters  []counter
	Rows      []row
	Mine      int // alerts of today that touch the watch-list
	Sources   []Source
	Unhealthy int
	Picture   picture
}

type counter struct {
	Severity breach.Severity
	Label    string
	Count    int
}

func (s *Server) index(w http.ResponseWriter, r *http.Request) {
	now := s.cfg.Now().In(s.cfg.TimeZone)
	y, m, d := now.Date()
	today := time.Date(y, m, d, 0, 0, 0, 0, s.cfg.TimeZone)
	alerts, err := s.cfg.Reader.Alerts(r.Context(), indexAlerts, time.Time{})
	if err != nil {
		s.failed(w, r, err)
		return
	}
	summary, err := s.cfg.Reader.Summary(r.Context(), today, now, indexDays)
	if err != nil {
		s.failed(w, r, err)
		return
	}
	lang := s.languageOf(r)
	body := index{State: "well", Summary: summary, Sources: s.cfg.Sources(), Picture: draw(summary.Days)}
	for _, severity := range slices.Backward(breach.Severities()) {
		body.Counters = append(body.Counters, counter{severity, texts[lang]["severity."+string(severity)], summary.Alerts[severity]})
	}
	for i := range alerts {
		one := s.row(&alerts[i], lang)
		if len(one.Watchlist) > 0 && !one.At.Before(today) {
			body.Mine++
		}
		body.Rows = append(body.Rows, one)
	}
	for _, source := range body.Sources {
		if source.State == "unhealthy" {
			body.Unhealthy++
			body.State = "trouble"
		}
	}
	for _, c := range s.cfg.Health(r.Context()) {
		if c.Err != nil {
			body.State = "trouble"
			body.Troubles = append(body.Troubles, c.Name+": "+c.Err.Error())
		}
	}
	if !s.cfg.Ready() && body.State == "well" {
		body.State = "starting"
	}
	s.render(w, r, http.StatusOK, "index.html", body)
}

func (s *Server) row(a *breach.Alert, lang string) row {
	one := row{AlertView: s.cfg.Describe(a, lang), ID: a.ID, Severity: a.Severity, Kind: a.Kind, At: a.CreatedAt, Source: a.Notice.Source}
	if a.Incident != nil {
		one.Incident = a.Incident.ID
	}
	return one
}

type incidentPage struct {
	Latest     row
	Incident   *breach.Incident
	Rows       []row
	Deliveries []breach.Delivery
}

// incident shows one incident: what is known, what it rests on, and the line of
// its notices, alerts and deliveries.
func (s *Server) incident(w http.ResponseWriter, r *http.Request) {
	alerts, err := s.cfg.Reader.IncidentAlerts(r.Context(), r.PathValue("id"))
	if err != nil {
		s.failed(w, r, err)
		return
	}
	if len(alerts) == 0 {
		s.render(w, r, http.StatusNotFound, "problem.html", "unknown")
		return
	}
	lang := s.languageOf(r)
	body := incidentPage{Latest: s.row(&alerts[0], lang), Incident: alerts[0].Incident}
	for i := range alerts {
		body.Rows = append(body.Rows, s.row(&alerts[i], lang))
		deliveries, err := s.cfg.Reader.Deliveries(r.Context(), alerts[i].ID, maxRows)
		if err != nil {
			s.failed(w, r, err)
			return
		}
		body.Deliveries = append(body.Deliveries, deliveries...)
	}
	s.render(w, r, http.StatusOK, "incident.html", body)
}
