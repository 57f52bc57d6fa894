package watcher

import (
	"context"
	"encoding/json"
	"fmt"
	"time"
)

// state is what is remembered of a source between polls. It is small and stays
// in memory; the rows are read from the store when they are needed.
type state struct {
	// FirstContact is zero until the first listing was worked through, and
	// Contacting until that began: a crash in between goes on as first contact.
	FirstContact time.Time       `json:"first,omitzero"`
	Contacting   time.Time       `json:"contacting,omitzero"`
	Memo         map[string]Memo `json:"memo,omitempty"`
	LastSuccess  time.Time       `json:"ok,omitzero"`
	Rows         int             `json:"rows"`
	// Newest is the latest date in the listing, and Quiet how long a silence
	// after it is unusual; 0 where the listing does not tell.
	Newest time.Time     `json:"newest,omitzero"`
	Quiet  time.Duration `json:"quiet,omitempty"`
	// Due is when the first of the rows wants its document looked at; zero: none.
	Due     time.Time `json:"due,omitzero"`
	Trouble *trouble  `json:"trouble,omitempty"`
	// Standing are conditions of a listing that can be read, by their reason.
	Standing map[Reason]*trouble `json:"standing,omitempty"`
}

// The keys in the store. The rows are saved before the state: the state holds
// the cursor, and what is lost between the two is only read once more.
const (
	statePrefix = "source:"
	rowsPrefix  = "rows:"
)

func (w *Watcher) load(ctx context.Context, s *watched) error {
	if s.state != nil {
		return nil
	}
	value, rev, err := w.deps.States.Load(ctx, statePrefix+s.ID)
	if err != nil {
		return fmt.Errorf("load the state of source %q: %w", s.ID, err)
	}
	fresh := &state{}
	if value != nil {
		if err := json.Unmarshal(value, fresh); err != nil {
			w.log.Warn("the state of a source is damaged and made anew", zapSource(s), zapError(err))
			fresh, value = &state{}, nil
		}
	}
	if fresh.Memo == nil {
		fresh.Memo = map[string]Memo{}
	}
	s.state, s.rev, s.rows, s.saved = fresh, rev, nil, fresh.LastSuccess
	if value == nil {
		// What was published tells whether the source is really new: of a known
		// one, what stands there now must not be taken for old.
		if err := w.loadRows(ctx, s); err != nil {
			return err
		}
		if len(s.rows.Items) > 0 {
			s.state.FirstContact, s.state.Due = w.now().UTC(), s.rows.due()
		}
	}
	return nil
}

// save stores the state, the rows before it when they were touched.
func (w *Watcher) save(ctx context.Context, s *watched) error {
	if err := w.saveRows(ctx, s); err != nil {
		s.forget()
		return err
	}
	value, err := json.Marshal(s.state)
	if err != nil {
		return fmt.Errorf("encode the state of source %q: %w", s.ID, err)
	}
	rev, err := w.deps.States.Save(ctx, statePrefix+s.ID, value, s.rev)
	if err != nil {
		s.forget() // another daemon has written it, or the store failed: read it again
		return fmt.Errorf("save the state of source %q: %w", s.ID, err)
	}
	s.rev, s.saved = rev, w.now()
	return nil
}

// forget drops what is in memory: the next poll reads the store.
func (s *watched) forget() { s.state, s.rows = nil, nil }
