package tracker

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"oshirase/breach"
)

// The store's keys: dossier:<identity> holds a dossier; identity:<identity> and
// name:<normal name> lead to dossiers; notice:<id> lists the dossiers that hold
// a notice. They are written before the dossier is, so that a crash between
// leaves at most a way to an empty one.
const (
	dossierPrefix  = "dossier:"
	identityPrefix = "identity:"
	namePrefix     = "name:"
	noticePrefix   = "notice:"
	sourceIdentity = "source:"
)

// Bounds of the lists behind names and notices.
const (
	maxNamesakes      = 8   // organisations that share a name
	maxNoticeDossiers = 200 // organisations that one digest tells of
)

// namesake is one of the organisations that a name leads to.
type namesake struct {
	Dossier         string `json:"dossier"`
	Code            string `json:"code,omitempty"`
	CorporateNumber string `json:"corporate_number,omitempty"`
}

// anonymous reports whether key is the dossier of what a source tells without
// naming anyone: one for each stem of a title, which is all that joins them.
func anonymous(key string) bool { return strings.HasPrefix(key, dossierPrefix+sourceIdentity) }

// about is the organisation that a case is of: the publisher, or the victim
// where the publisher tells of others (a digest, an authority's act) or is not
// known (a newspaper).
func about(f *breach.Finding, c *breach.Case) breach.Publisher {
	victim := breach.Publisher{Name: victimName(c), Code: c.VictimCode}
	if victim != (breach.Publisher{}) && (len(f.Cases) > 1 || f.Notice.Action != "" || f.Notice.Publisher == (breach.Publisher{})) {
		return victim
	}
	return f.Notice.Publisher
}

// itself is how a publisher calls itself: 当社, 当委員会, 弊社.
var itself = regexp.MustCompile(`^(?:[当弊](?:社|行|院|会|庫|館|園|店|校|学|局|庁|省|市|町|村|県|組合|委員会|法人|大学|学園|病院|協会|機構|財団|グループ|センター|サイト|ショップ)|[当弊]社グループ)$`)

// victimName is the victim's name; empty where the publisher means itself.
func victimName(c *breach.Case) string {
	if itself.MatchString(c.Victim) {
		return ""
	}
	return c.Victim
}

// place is the cases of a finding that belong into one dossier.
type place struct {
	key   string
	cases []*breach.Case
}

// place finds the dossier of every case. A notice stays in the dossier that it
// was put into, also when a later revision names its organisation otherwise.
func (t *Tracker) place(ctx context.Context, f *breach.Finding, known []string) ([]place, error) {
	var places []place
	for i := range f.Cases {
		c := &f.Cases[i]
		stays := ""
		if i == 0 && len(known) == 1 && (len(f.Cases) == 1 || anonymous(known[0])) {
			stays = known[0]
		}
		key, err := t.dossierOf(ctx, &f.Notice, about(f, c), stays)
		if err != nil {
			return nil, err
		}
		at := slices.IndexFunc(places, func(p place) bool { return p.key == key })
		if at < 0 {
			at = len(places)
			places = append(places, place{key: key})
		}
		places[at].cases = append(places[at].cases, c)
	}
	return places, nil
}

// dossierOf is the dossier of an organisation; stays, when given, is the one to
// use in any case, and becomes known by the organisation's names.
func (t *Tracker) dossierOf(ctx context.Context, n *breach.NoticeHead, who breach.Publisher, stays string) (string, error) {
	name, strong := normalName(who.Name), strongIdentities(who)
	if anonymous(stays) || (stays != "" && name == "" && len(strong) == 0) {
		return stays, nil
	}
	if name == "" && len(strong) == 0 {
		return dossierPrefix + sourceIdentity + n.Source + "/" + cmp.Or(titleStem(n.Title), n.ID), nil
	}
	key := ""
	for _, id := range strong {
		found, err := loadList[string](ctx, t, identityPrefix+id)
		if err != nil {
			return "", err
		}
		if len(found) > 0 {
			key = found[0]
			break
		}
	}
	fresh := dossierPrefix + append(strong, namePrefix+name)[0]
	if stays != "" {
		fresh = stays
	}
	chosen := key
	if name != "" {
		err := editList(ctx, t, namePrefix+name, func(list []namesake) (_ []namesake, changed bool) {
			list, chosen, changed = choose(list, who, key, fresh)
			return list, changed
		})
		if err != nil {
			return "", err
		}
	} else if key == "" {
		chosen = fresh
	}
	for _, id := range strong {
		err := editList(ctx, t, identityPrefix+id, func(list []string) ([]string, bool) {
			if len(list) > 0 {
				return list, false
			}
			return []string{chosen}, true
		})
		if err != nil {
			return "", err
		}
	}
	if stays != "" {
		return stays, nil
	}
	return chosen, nil
}

func strongIdentities(who breach.Publisher) []string {
	var ids []string
	if who.Code != "" {
		ids = append(ids, "code:"+who.Code)
	}
	if who.CorporateNumber != "" {
		ids = append(ids, "corporate:"+who.CorporateNumber)
	}
	return ids
}

// choose is the dossier for who among those of the same name: key where a
// stronger identity led to one; else the namesake that agrees, fresh where none
// does. It adds what is new to the list.
func choose(list []namesake, who breach.Publisher, key, fresh string) (_ []namesake, chosen string, changed bool) {
	at := -1
	switch {
	case key != "":
		at = slices.IndexFunc(list, func(n namesake) bool { return n.Dossier == key })
	case who.Code == "" && who.CorporateNumber == "" && len(list) == 1:
		at = 0 // a name alone, and nobody else bears it
	default:
		at = slices.IndexFunc(list, func(n namesake) bool {
			return (who.Code != "" && n.Code == who.Code) || (who.CorporateNumber != "" && n.CorporateNumber == who.CorporateNumber)
		})
		if at < 0 {
			at = slices.IndexFunc(list, func(n namesake) bool { return n.Code == "" && n.CorporateNumber == "" })
		}
	}
	if at < 0 {
		if key == "" {
			key = fresh
		}
		if len(list) >= maxNamesakes {
			return list, key, false
		}
		return append(list, namesake{key, who.Code, who.CorporateNumber}), key, true
	}
	n := &list[at]
	if n.Code == "" && who.Code != "" {
		n.Code, changed = who.Code, true
	}
	if n.CorporateNumber == "" && who.CorporateNumber != "" {
		n.CorporateNumber, changed = who.CorporateNumber, true
	}
	return list, n.Dossier, changed
}

// noticeDossiers are the dossiers that hold the notice.
func (t *Tracker) noticeDossiers(ctx context.Context, noticeID string) ([]string, error) {
	return loadList[string](ctx, t, noticePrefix+noticeID)
}

func (t *Tracker) rememberNotice(ctx context.Context, noticeID, key string) error {
	return editList(ctx, t, noticePrefix+noticeID, func(keys []string) ([]string, bool) {
		if slices.Contains(keys, key) || len(keys) >= maxNoticeDossiers {
			return keys, false
		}
		return append(keys, key), true
	})
}

func loadList[T any](ctx context.Context, t *Tracker, key string) ([]T, error) {
	list, _, err := loadListRevision[T](ctx, t, key)
	return list, err
}

func loadListRevision[T any](ctx context.Context, t *Tracker, key string) ([]T, uint64, error) {
	value, revision, err := t.store.Load(ctx, key)
	if err != nil {
		return nil, 0, fmt.Errorf("load %q: %w", key, err)
	}
	var list []T
	if value != nil {
		if err := json.Unmarshal(value, &list); err != nil {
			return nil, 0, breach.Permanent(fmt.Errorf("decode %q: %w: delete the incidents' bucket to begin anew", key, err))
		}
	}
	return list, revision, nil
}

// editList changes the list at key by compare-and-set; edit says whether it did.
func editList[T any](ctx context.Context, t *Tracker, key string, edit func([]T) ([]T, bool)) error {
	for range maxConflicts {
		list, revision, err := loadListRevision[T](ctx, t, key)
		if err != nil {
			return err
		}
		list, changed := edit(list)
		if !changed {
			return nil
		}
		value, err := json.Marshal(list)
		if err != nil {
			return breach.Permanent(fmt.Errorf("encode %q: %w", key, err))
		}
		if _, err = t.store.Save(ctx, key, value, revision); err == nil {
			return nil
		}
		if !t.isConflict(err) {
			return fmt.Errorf("save %q: %w", key, err)
		}
	}
	return fmt.Errorf("save %q: lost the race %d times: it is tried again", key, maxConflicts)
}
