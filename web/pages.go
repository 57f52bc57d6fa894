package web

import (
	"bytes"
	"context"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"errors"
	"fmt"
	"html/template"
	"net/http"
	"net/url"
	"time"

	"go.uber.org/zap"

	"oshirase/breach"
)

//go:embed pages
var pageFiles embed.FS

// pages are the templates by language and name.
type pages struct {
	templates map[string]map[string]*template.Template
}

func newPages(cfg Config, files map[string]*file) (*pages, error) {
	p := &pages{templates: map[string]map[string]*template.Template{}}
	for lang, w := range tables {
		p.templates[lang] = map[string]*template.Template{}
		functions := template.FuncMap{
			"t":     w.t,
			"word":  w.id,
			"asset": func(name string) string { return "/static/" + name + "?v=" + files[name].version },
			"zone":  func() string { return cfg.Now().In(cfg.TimeZone).Format("MST") },
		}
		for _, name := range []string{"overview", "alerts", "deliveries", "incident", "login", "problem"} {
			t, err := template.New(name).Funcs(functions).Option("missingkey=error").
				ParseFS(pageFiles, "pages/layout.html", "pages/parts.html", "pages/"+name+".html")
			if err != nil {
				return nil, fmt.Errorf("web: page %s: %w", name, err)
			}
			p.templates[lang][name] = t
		}
	}
	return p, nil
}

// frame is what every page is drawn from.
type frame struct {
	Page      string // its name
	Lang      string
	OtherLang string
	OtherURL  string // the same page in the other language
	Version   string
	Now       moment
	State     *state // nil for who may not see it
	Logout    bool   // a session can be ended
	Body      any
}

// painter puts what a request asks for into the words of its language.
type painter struct {
	s    *Server
	w    words
	lang string
	now  time.Time // in the zone of the pages
}

func (s *Server) painter(r *http.Request) *painter {
	lang := s.languageOf(r)
	return &painter{s, tables[lang], lang, s.cfg.Now().In(s.cfg.TimeZone)}
}

// today is the midnight before now.
func (p *painter) today() time.Time {
	y, m, d := p.now.Date()
	return time.Date(y, m, d, 0, 0, 0, 0, p.now.Location())
}

func (p *painter) describe(a *breach.Alert) AlertView { return p.s.cfg.Describe(a, p.lang) }

// render draws a page. The entity tag lets live.js ask whether anything moved.
func (s *Server) render(w http.ResponseWriter, r *http.Request, status int, name string, body any) {
	p := s.painter(r)
	f := frame{Page: name, Lang: p.lang, OtherLang: other(p.lang), OtherURL: otherURL(r, other(p.lang)),
		Version: s.cfg.Version, Now: p.moment(p.now), Body: body}
	if s.trusted(r) {
		f.Logout = !s.cfg.Token.IsZero()
		var err error
		if f.State, err = p.state(r.Context()); err != nil && name != "problem" {
			s.cfg.Log.Error("read the state of the monitor", zap.Error(err))
		}
	}
	var page bytes.Buffer
	if err := s.pages.templates[p.lang][name].ExecuteTemplate(&page, "layout", f); err != nil {
		s.cfg.Log.Error("draw a page", zap.String("page", name), zap.Error(err))
		http.Error(w, "the page cannot be drawn: the log tells why", http.StatusInternalServerError)
		return
	}
	s.keepLanguage(w, r)
	sum := sha256.Sum256(page.Bytes())
	tag := `"` + hex.EncodeToString(sum[:12]) + `"`
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Language", p.lang)
	h.Set("Vary", "Accept-Language, Cookie")
	if status == http.StatusOK {
		h.Set("ETag", tag)
		if matches(r, tag) {
			w.WriteHeader(http.StatusNotModified)
			return
		}
	}
	w.WriteHeader(status)
	_, _ = w.Write(page.Bytes()) // the reader may have gone
}

func otherURL(r *http.Request, lang string) string {
	q := r.URL.Query()
	q.Set("lang", lang)
	return (&url.URL{Path: r.URL.Path, RawQuery: q.Encode()}).String()
}

// problemPage tells what went wrong; Kind is the key of its text.
type problemPage struct{ Kind, Detail string }

func (s *Server) unknown(w http.ResponseWriter, r *http.Request) {
	s.render(w, r, http.StatusNotFound, "problem", problemPage{Kind: "unknown"})
}

// failed answers a page whose data could not be read. A reader who left is no
// failure.
func (s *Server) failed(w http.ResponseWriter, r *http.Request, err error) {
	if !errors.Is(r.Context().Err(), context.Canceled) {
		s.cfg.Log.Error("read what a page shows", zap.String("path", r.URL.Path), zap.Error(err))
	}
	s.render(w, r, http.StatusInternalServerError, "problem", problemPage{Kind: "broken"})
}

// asked answers a page with a query that makes no sense.
func (s *Server) asked(w http.ResponseWriter, r *http.Request, err error) {
	s.render(w, r, http.StatusBadRequest, "problem", problemPage{Kind: "asked", Detail: err.Error()})
}
