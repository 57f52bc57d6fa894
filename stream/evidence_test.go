package stream

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"testing"
)

func sum(body []byte) string {
	s := sha256.Sum256(body)
	return hex.EncodeToString(s[:])
}

func keep(t *testing.T, b *Bus, size int, seed string) string {
	t.Helper()
	body := bytes.Repeat([]byte(seed), size/len(seed))
	if err := b.PutEvidence(t.Context(), sum(body), body, map[string]string{"url": "https://a.example/" + seed}); err != nil {
		t.Fatal(err)
	}
	return sum(body)
}

func TestEvidenceIsStoredOnceWithWhereItCameFrom(t *testing.T) {
	b := open(t)
	name := keep(t, b, 1000, "a")
	keep(t, b, 1000, "a")
	body, meta, err := b.GetEvidence(t.Context(), name)
	if err != nil || len(body) != 1000 || meta["url"] != "https://a.example/a" {
		t.Fatal(len(body), meta, err)
	}
	info, err := b.js.Stream(t.Context(), "OBJ_"+evidenceBucket)
	if err != nil {
		t.Fatal(err)
	}
	if got := info.CachedInfo().State.Msgs; got != 2 { // the body and what is said of it
		t.Errorf("%d messages for one document", got)
	}
	if err := b.PutEvidence(t.Context(), sum([]byte("other")), body, nil); err == nil {
		t.Error("a document was stored under another's hash")
	}
	if err := b.PutEvidence(t.Context(), sum(make([]byte, 33<<20)), make([]byte, 33<<20), nil); !errors.Is(err, ErrTooLarge) {
		t.Errorf("a huge document: %v", err)
	}
}

func TestTheOldestEvidenceThatNothingRestsOnGoesFirst(t *testing.T) {
	b := open(t, func(c *Config) { c.MaxEvidence = 10_000 })
	var names []string
	for i := range 12 {
		names = append(names, keep(t, b, 1000, string(rune('a'+i))))
	}
	asked := 0
	precious := func(context.Context) (map[string]bool, error) {
		asked++
		return map[string]bool{names[0]: true, names[2]: true}, nil
	}
	if removed, err := b.SweepEvidence(t.Context(), precious); err != nil || removed != 3 {
		t.Fatal(removed, err)
	}
	for i, name := range names {
		_, _, err := b.GetEvidence(t.Context(), name)
		if gone := errors.Is(err, ErrNotFound); gone != (i == 1 || i == 3 || i == 4) {
			t.Errorf("document %d: %v", i, err)
		}
	}
	if removed, err := b.SweepEvidence(t.Context(), precious); err != nil || removed != 0 || asked != 1 {
		t.Error(removed, err, asked)
	}
	// When nothing else is left, the oldest of all goes.
	all := map[string]bool{}
	for i := range 4 {
		names = append(names, keep(t, b, 1000, string(rune('A'+i))))
	}
	for _, name := range names {
		all[name] = true
	}
	if removed, err := b.SweepEvidence(t.Context(), func(context.Context) (map[string]bool, error) { return all, nil }); err != nil || removed != 4 {
		t.Error(removed, err)
	}
	if _, _, err := b.GetEvidence(t.Context(), names[0]); !errors.Is(err, ErrNotFound) {
		t.Errorf("the oldest of all: %v", err)
	}
}

func TestEvidenceWithoutABoundIsNotSwept(t *testing.T) {
	b := open(t)
	keep(t, b, 1000, "a")
	if removed, err := b.SweepEvidence(t.Context(), nil); err != nil || removed != 0 {
		t.Error(removed, err)
	}
}
