package watcher

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"time"

	"oshirase/extract"
	"oshirase/fetch"
)

// An address may name the year that its page is for: {year}, {fiscal_year}
// (April to March), and {month} with two digits. Pages of a new period are made
// with its first notice, often weeks late, and the old page is still written to
// for some days.
const (
	// bothPages is how long after a switch the page before is read too.
	bothPages = 14 * 24 * time.Hour
	// oldPage is how long after a switch the page before may stand for one that
	// is not there yet.
	oldPage = 92 * 24 * time.Hour
)

// moves reports whether an address names a period.
func moves(address string) bool {
	return strings.Contains(address, "{year}") || strings.Contains(address, "{fiscal_year}") || strings.Contains(address, "{month}")
}

// addressAt is the address at a time, whose zone decides when a year begins.
func addressAt(address string, at time.Time) string {
	return strings.NewReplacer(
		"{year}", strconv.Itoa(at.Year()),
		"{fiscal_year}", strconv.Itoa(at.AddDate(0, -3, 0).Year()),
		"{month}", at.Format("01"),
	).Replace(address)
}

// switched is when the period of the address at a time began.
func switched(address string, at time.Time) time.Time {
	first := time.Date(at.Year(), at.Month(), 1, 0, 0, 0, 0, at.Location())
	now := addressAt(address, at)
	for range 12 {
		before := first.AddDate(0, -1, 0)
		if addressAt(address, before) != now {
			break
		}
		first = before
	}
	return first
}

// overPeriods lists the page of now and, around a switch, the one before. list
// reads one address.
func overPeriods(ctx context.Context, ask Ask, list func(ctx context.Context, address string) (Listed, error)) (Listed, error) {
	if !moves(ask.Source.URL) {
		return list(ctx, ask.Source.URL)
	}
	now := ask.Now.In(ask.Source.Zone)
	began := switched(ask.Source.URL, now)
	current, err := list(ctx, addressAt(ask.Source.URL, now))
	late := err != nil && now.Sub(began) < oldPage && notThereYet(err)
	if err != nil && !late {
		return Listed{}, err
	}
	if !late && now.Sub(began) >= bothPages {
		return current, nil
	}
	before, err := list(ctx, addressAt(ask.Source.URL, began.Add(-time.Second)))
	switch {
	case err == nil && late:
		return before, nil
	case err == nil:
		return joined(current, before), nil
	case late || !notThereYet(err):
		return Listed{}, err
	}
	return current, nil // the page before has gone
}

// notThereYet reports a page that is missing, or that has no rows.
func notThereYet(err error) bool {
	if failed, ok := errors.AsType[*fetch.Error](err); ok {
		return failed.Reason == fetch.NotFound
	}
	failed, ok := errors.AsType[*extract.Error](err)
	return ok && failed.Reason == extract.NoRows
}

// joined is two listings as one: the rows of the first, and those of the second
// that it has not.
func joined(a, b Listed) Listed {
	if b.Unchanged || a.Unchanged {
		from := a
		if a.Unchanged {
			from = b
		}
		from.Memo = joinedMemo(a.Memo, b.Memo)
		from.Unchanged = a.Unchanged && b.Unchanged
		return from
	}
	there := map[string]bool{}
	for _, it := range a.Items {
		there[it.Key] = true
	}
	for _, it := range b.Items {
		if !there[it.Key] {
			a.Items = append(a.Items, it)
		}
	}
	a.Warnings = append(a.Warnings, b.Warnings...)
	a.Memo = joinedMemo(a.Memo, b.Memo)
	return a
}

func joinedMemo(a, b map[string]Memo) map[string]Memo {
	all := map[string]Memo{}
	for _, memo := range []map[string]Memo{a, b} {
		for address, m := range memo {
			all[address] = m
		}
	}
	return all
}
