package web

import (
	"encoding"
	"fmt"
	"net/url"
	"strconv"
	"time"

	"oshirase/breach"
)

// defaultRows and maxRows bound a list.
const (
	defaultRows = 50
	maxRows     = 200
)

// maxID bounds an id in an address: ids are 32 hex digits.
const maxID = 128

// alertQuery reads the parameters of a list of alerts.
func alertQuery(q url.Values) (breach.AlertQuery, error) {
	out := breach.AlertQuery{}
	a := asker{q: q}
	out.Limit = a.limit()
	out.Before = a.id("before")
	out.Incident = a.id("incident")
	a.vocabulary("severity", &out.Severity)
	a.vocabulary("vector", &out.Vector)
	a.vocabulary("kind", &out.Kind)
	out.Watched = a.flag("watched")
	return out, a.err
}

// deliveryQuery reads the parameters of a list of deliveries.
func deliveryQuery(q url.Values) (breach.DeliveryQuery, error) {
	out := breach.DeliveryQuery{}
	a := asker{q: q}
	out.Limit = a.limit()
	out.Before = a.id("before")
	out.Alert = a.id("alert")
	out.Incident = a.id("incident")
	out.Receiver = a.id("receiver")
	a.vocabulary("outcome", &out.Outcome)
	out.Current = a.flag("current")
	return out, a.err
}

// asker reads parameters until the first that makes no sense.
type asker struct {
	q   url.Values
	err error
}

func (a *asker) fail(name, format string, args ...any) {
	if a.err == nil {
		a.err = fmt.Errorf("%s: "+format, append([]any{name}, args...)...)
	}
}

func (a *asker) limit() int {
	text := a.q.Get("limit")
	if text == "" {
		return defaultRows
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 || n > maxRows {
		a.fail("limit", "%.20q is no number from 1 to %d", text, maxRows)
	}
	return n
}

func (a *asker) id(name string) string {
	text := a.q.Get(name)
	if len(text) > maxID {
		a.fail(name, "it has %d characters, more than any id", len(text))
	}
	return text
}

func (a *asker) flag(name string) bool {
	text := a.q.Get(name)
	if text == "" {
		return false
	}
	on, err := strconv.ParseBool(text)
	if err != nil {
		a.fail(name, "%.20q is neither true nor false", text)
	}
	return on
}

func (a *asker) vocabulary(name string, into encoding.TextUnmarshaler) {
	if err := into.UnmarshalText([]byte(cut(a.q.Get(name), 40))); err != nil {
		a.fail(name, "%w", err)
	}
}

// nextPage is the address of the page behind this one.
func nextPage(u *url.URL, before string) string {
	q := u.Query()
	q.Set("before", before)
	return (&url.URL{Path: u.Path, RawQuery: q.Encode()}).String()
}

// page cuts a list that was read one row longer than asked for, and gives the
// address of the rest.
func page[T any](list []T, limit int, u *url.URL, id func(*T) string) ([]T, string) {
	if len(list) <= limit {
		return list, ""
	}
	list = list[:limit]
	return list, nextPage(u, id(&list[limit-1]))
}

func alertID(a *breach.Alert) string { return a.ID }

func deliveryID(d *breach.Delivery) string { return d.ID }

func millis(n int64) time.Duration { return time.Duration(n) * time.Millisecond }
