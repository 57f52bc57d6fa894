// Package demo is the sample world of `oshirase demo`: a small site on
// loopback with the markup of the real sources and made-up notices dated
// today, and a run of the whole daemon against it.
//
// [NewWorld] serves the site; [Run] points a daemon at it, waits until every
// notice that must be told was told, and says what was missing otherwise.
package demo

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"text/template"
	"time"

	"oshirase/extract/pdf/pdftest"
)

//go:embed site
var site embed.FS

var pages = template.Must(template.ParseFS(site, "site/*.tmpl"))

// World is the sample site. Its notices are dated by the clock it was made with.
type World struct {
	now      time.Time // Asia/Tokyo
	phase    atomic.Int32
	listener net.Listener
	server   *http.Server
}

// NewWorld binds the site to a free port on loopback. Serve it with [World.Run].
func NewWorld(now time.Time) (*World, error) {
	tokyo, err := time.LoadLocation("Asia/Tokyo")
	if err != nil {
		return nil, fmt.Errorf("sample world: %w", err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("sample world: listen on loopback: %w", err)
	}
	w := &World{now: now.In(tokyo), listener: listener}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /inbs/{file}", w.tdnet)
	mux.HandleFunc("GET /information/{$}", w.ppc)
	mux.HandleFunc("GET /ir/news/{$}", w.ir)
	mux.HandleFunc("GET /feed", w.feed)
	mux.HandleFunc("GET /documents/{file}", w.document)
	w.server = &http.Server{Handler: mux, ReadHeaderTimeout: 5 * time.Second}
	return w, nil
}

// URL is the root of the site.
func (w *World) URL() string { return "http://" + w.listener.Addr().String() }

// Run serves until ctx ends.
func (w *World) Run(ctx context.Context) error {
	stop := context.AfterFunc(ctx, func() { _ = w.server.Close() }) // loopback readers only: nothing to drain
	defer stop()
	if err := w.server.Serve(w.listener); !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("sample world: serve: %w", err)
	}
	return nil
}

// Advance publishes the notices of the second phase.
func (w *World) Advance() { w.phase.Store(1) }

func (w *World) visible(p place) []int {
	var found []int
	for i, n := range notices {
		if n.place == p && n.phase <= int(w.phase.Load()) {
			found = append(found, i)
		}
	}
	return found
}

// at is when notice i was published: never before today began, so that the
// list of today is the one that shows it.
func (w *World) at(i int) time.Time {
	t := w.now.Add(-notices[i].ago)
	if today := midnight(w.now); t.Before(today) {
		return today
	}
	return t
}

func midnight(t time.Time) time.Time {
	y, m, d := t.Date()
	return time.Date(y, m, d, 0, 0, 0, 0, t.Location())
}

func render(rw http.ResponseWriter, mediaType, name string, data any) {
	var b strings.Builder
	if err := pages.ExecuteTemplate(&b, name, data); err != nil {
		http.Error(rw, err.Error(), http.StatusInternalServerError)
		return
	}
	rw.Header().Set("Content-Type", mediaType)
	_, _ = rw.Write([]byte(b.String())) // the reader may have gone
}

// listRow is a row of the PPC's and the company's lists.
type listRow struct{ Date, ISODate, Label, Path, Title string }

func (w *World) rows(p place, layout string) []listRow {
	var rows []listRow
	for _, i := range w.visible(p) {
		at := w.at(i)
		rows = append(rows, listRow{
			Date: at.Format(layout), ISODate: at.Format(time.DateOnly),
			Label: notices[i].label, Path: fmt.Sprintf("/documents/%d.%s", i, extension(p)), Title: notices[i].title,
		})
	}
	return rows
}

// extension: the company publishes PDFs, the others web pages.
func extension(p place) string {
	if p == atIR {
		return "pdf"
	}
	return "html"
}

func (w *World) ppc(rw http.ResponseWriter, _ *http.Request) {
	render(rw, "text/html; charset=UTF-8", "ppc.html.tmpl", w.rows(atPPC, "2006年1月2日"))
}

func (w *World) ir(rw http.ResponseWriter, _ *http.Request) {
	render(rw, "text/html", "ir.html.tmpl", w.rows(atIR, "2006.01.02"))
}

func (w *World) feed(rw http.ResponseWriter, _ *http.Request) {
	type item struct {
		Title, Path, PubDate string
		Number               int
	}
	var items []item
	for _, i := range w.visible(atFeed) {
		items = append(items, item{notices[i].title, fmt.Sprintf("/documents/%d.html", i), w.at(i).Format(time.RFC1123Z), i})
	}
	render(rw, "application/rss+xml", "feed.xml.tmpl", struct {
		Base  string
		Items []item
	}{w.URL(), items})
}

func (w *World) document(rw http.ResponseWriter, r *http.Request) {
	name, form, _ := strings.Cut(r.PathValue("file"), ".")
	for i, n := range notices {
		if fmt.Sprint(i) != name || n.place == atTSE || n.phase > int(w.phase.Load()) {
			continue
		}
		if form == "pdf" {
			writePDF(rw, n)
			return
		}
		render(rw, "text/html; charset=UTF-8", "document.html.tmpl", struct {
			Title, Date string
			Lines       []string
		}{n.title, w.at(i).Format("2006年1月2日"), n.lines})
		return
	}
	http.NotFound(rw, r)
}

func writePDF(rw http.ResponseWriter, n notice) {
	rw.Header().Set("Content-Type", "application/pdf")
	_, _ = rw.Write(pdftest.Write(n.title, n.lines)) // the reader may have gone
}
