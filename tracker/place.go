package tracker

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"oshirase/breach"
)

// The store's keys: dossier:<publisher> holds a dossier, name:<normal form> the
// key of the dossier that a name leads to, notice:<id> the dossiers that hold a
// notice.
const (
	dossierPrefix = "dossier:"
	namePrefix    = "name:"
	noticePrefix  = "notice:"
)

// place finds the dossier for a case and remembers, before anything is told,
// that the notice is in it.
func (t *Tracker) place(ctx context.Context, f *breach.Finding, c *breach.Case, known []string) (string, error) {
	key, err := t.dossierOf(ctx, f, c)
	if err != nil {
		return "", err
	}
	if slices.Contains(known, key) {
		return key, nil
	}
	return key, t.remember(ctx, noticePrefix+f.Notice.ID, func(keys []string) []string {
		if slices.Contains(keys, key) {
			return nil
		}
		return append(keys, key)
	})
}

// dossierOf is the dossier of the organisation that the case is about: the
// publisher, and the victim where the publisher tells of others (a digest, a
// newspaper).
func (t *Tracker) dossierOf(ctx context.Context, f *breach.Finding, c *breach.Case) (string, error) {
	about := f.Notice.Publisher
	if c.Victim != "" && (len(f.Cases) > 1 || (about.Name == "" && about.Code == "")) {
		about = breach.Publisher{Name: c.Victim, Code: c.VictimCode}
	}
	name := normalName(about.Name)
	key := ""
	switch {
	case about.Code != "":
		key = dossierPrefix + "code:" + about.Code
	case about.CorporateNumber != "":
		key = dossierPrefix + "corporate:" + about.CorporateNumber
	case name == "":
		// Nobody is named: such cases meet only as revisions of their own notice.
		return dossierPrefix + "notice:" + f.Notice.ID, nil
	}
	names, err := t.list(ctx, namePrefix+name)
	if err != nil {
		return "", err
	}
	switch {
	case key == "" && len(names) == 1:
		return names[0], nil
	case key == "":
		return dossierPrefix + "name:" + name, nil
	case name == "" || slices.Contains(names, key):
		return key, nil
	}
	return key, t.remember(ctx, namePrefix+name, func(keys []string) []string {
		if slices.Contains(keys, key) || len(keys) >= maxNamesakes {
			return nil
		}
		return append(keys, key)
	})
}

// maxNamesakes bounds how many organisations share a name before more of them
// are of no use.
const maxNamesakes = 8

// keysOf are the dossiers that hold the notice.
func (t *Tracker) keysOf(ctx context.Context, noticeID string) ([]string, error) {
	return t.list(ctx, noticePrefix+noticeID)
}

func (t *Tracker) list(ctx context.Context, key string) ([]string, error) {
	value, _, err := t.store.Load(ctx, key)
	if err != nil || value == nil {
		return nil, err
	}
	var keys []string
	if err := json.Unmarshal(value, &keys); err != nil {
		return nil, breach.Permanent(fmt.Errorf("decode %q: %w", key, err))
	}
	return keys, nil
}

// remember changes the list at key; edit returns nil when it is right already.
func (t *Tracker) remember(ctx context.Context, key string, edit func([]string) []string) error {
	for range maxConflicts {
		value, revision, err := t.store.Load(ctx, key)
		if err != nil {
			return err
		}
		var keys []string
		if value != nil {
			if err := json.Unmarshal(value, &keys); err != nil {
				return breach.Permanent(fmt.Errorf("decode %q: %w", key, err))
			}
		}
		if keys = edit(keys); keys == nil {
			return nil
		}
		if value, err = json.Marshal(keys); err != nil {
			return err
		}
		if _, err = t.store.Save(ctx, key, value, revision); err == nil || !t.isConflict(err) {
			return err
		}
	}
	return fmt.Errorf("save %q: lost the race %d times: it is tried again", key, maxConflicts)
}
