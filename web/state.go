package web

import (
	"context"
	"maps"
	"slices"
	"strings"
	"time"

	"oshirase/breach"
)

// level is how well the monitor itself is.
type level int

const (
	levelWell level = iota
	levelStarting
	levelWarning // it works, and a person should look
	levelTrouble // a part of it does not work
)

func (l level) String() string {
	return [...]string{"well", "starting", "warning", "trouble"}[l]
}

// state is the light of the monitor.
type state struct {
	Level    level
	Sources  string // how many are in which state
	Troubles []trouble
}

// trouble is one thing to look at, worst first.
type trouble struct{ Text, Href string }

func (s *state) add(l level, text, href string) {
	s.Level = max(s.Level, l)
	s.Troubles = append(s.Troubles, trouble{text, href})
}

// openFor is how long what could not be delivered is shown.
const openFor = 7 * day

// state is complete even when it comes with an error.
func (p *painter) state(ctx context.Context) (*state, error) {
	st := &state{}
	if !p.s.cfg.Ready() {
		st.Level = levelStarting
	}
	for _, c := range p.s.cfg.Health(ctx) {
		if c.Err != nil {
			st.add(levelTrouble, p.say("trouble.check", c.Name, c.Err), "")
		}
	}
	outcomes, err := p.s.cfg.Reader.Outcomes(ctx, p.now.Add(-openFor))
	if err != nil {
		st.add(levelTrouble, p.say("problem.broken.hint"), "")
	}
	sources := p.s.cfg.Sources()
	counts := map[string]int{}
	for _, source := range sources {
		counts[source.State]++
		if source.State == SourceUnhealthy {
			st.add(levelWarning, p.say("trouble.source", source.ID), "/#source-"+source.ID)
		}
	}
	var parts []string
	for _, s := range SourceStates() {
		if n := counts[s]; n > 0 {
			parts = append(parts, p.say("state.part", p.w.id("sourcestate", s), n))
		}
	}
	st.Sources = p.say("state.sources", len(sources)) + strings.Join(parts, p.w["comma"])
	if len(sources) == 0 {
		st.Sources = p.say("state.no_sources")
	}
	for _, receiver := range slices.Sorted(maps.Keys(outcomes)) {
		if n := outcomes[receiver][breach.Dead]; n > 0 {
			st.add(levelWarning, p.say("trouble.dead", receiver, n), "/deliveries?outcome=dead&receiver="+receiver)
		}
	}
	return st, err
}

// receiverRow is one line of the receivers' table.
type receiverRow struct {
	ID                              string
	Sent, Suppressed, Waiting, Dead int
	Slowest                         string
}

func (p *painter) receivers(ctx context.Context, summary Summary) ([]receiverRow, error) {
	today, err := p.s.cfg.Reader.Outcomes(ctx, p.today())
	if err != nil {
		return nil, err
	}
	week, err := p.s.cfg.Reader.Outcomes(ctx, p.now.Add(-openFor))
	if err != nil {
		return nil, err
	}
	slowest := map[string]time.Duration{}
	for _, r := range summary.Receivers {
		slowest[r.ID] = r.Slowest
	}
	var rows []receiverRow
	for _, id := range slices.Sorted(maps.Keys(week)) { // today is part of the week
		one := receiverRow{
			ID: id, Sent: today[id][breach.Sent] + today[id][breach.Acknowledged], Suppressed: today[id][breach.Suppressed],
			Waiting: week[id][breach.Failed], Dead: week[id][breach.Dead],
		}
		if d := slowest[id]; d > 0 {
			one.Slowest = p.lasting(d)
		}
		rows = append(rows, one)
	}
	return rows, nil
}
