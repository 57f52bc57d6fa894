package classifier

import (
	"bytes"
	"math"

	"oshirase/breach"
)

// maxDates bounds the dates of one case.
const maxDates = 40

// readDates gives each date the role of the cue that follows it most closely.
func (f *facts) readDates(v *view) {
	r := v.r
	p := &r.text
	for i := range r.whenSeen {
		m := &r.whenSeen[i]
		if !v.where.has(m.span) || r.repeated[m.sent] || len(f.Dates) >= maxDates {
			continue
		}
		from := m.iso()
		if from == "" {
			continue
		}
		d := breach.Date{Role: r.role(p, m, i), From: from, Quote: p.quote(m.span)}
		if m.to != nil {
			d.To = m.to.iso()
		}
		if f.Dates == nil {
			f.Dates = make([]breach.Date, 0, min(len(r.whenSeen)-i, maxDates))
		}
		f.Dates = append(f.Dates, d)
	}
}

// roles are those of dates, reports to authorities first.
var (
	reports = []string{"reported_ppc", "reported_police"}
	roles   = append(reports, "investigation_end", "known", "detected", "contained", "restored", "intrusion", "exposed", "published")
)

func (r *reading) role(p *page, m *moment, i int) string {
	s := p.sentences[m.sent]
	end := s.end
	if i+1 < len(r.whenSeen) && r.whenSeen[i+1].sent == m.sent {
		end = r.whenSeen[i+1].start
	}
	if role := r.addressee(p, m); role != "" {
		return role
	}
	if role := r.adverbial(p, m, end); role != "" {
		return role
	}
	for _, where := range []span{{m.end, min(end, max(m.end, p.clauses[m.clause].end))}, {m.end, end}, {s.start, s.end}} {
		best, at := "", int32(1<<30)
		for i, role := range roles {
			if hit, ok := p.first(r.c.k.date[i], where); ok && hit.start < at {
				best, at = role, hit.start
			}
		}
		if m.to != nil && best != "intrusion" && p.has(r.c.k.dateExposed, where) {
			return "exposed"
		}
		if best != "" {
			return best
		}
	}
	return "other"
}

// addressee is the role of a date that stands after the authority reported to:
// 個人情報保護委員会には7月20日に報告済み. It is empty where none stands before
// it in its clause.
func (r *reading) addressee(p *page, m *moment) string {
	c := p.clauses[m.clause]
	if c.start >= m.start {
		return ""
	}
	best, at := "", int32(-1)
	for i, role := range reports {
		for _, hit := range p.within(r.c.k.date[i], span{c.start, m.start}) {
			if hit.start > at {
				best, at = role, hit.start
			}
		}
	}
	return best
}

// adverbial is the role of a date that stands before a comma and so tells when
// the clause's own verb, the last one, happened: 12月12日、10月に発生した攻撃の
// 報告書を公表した. It is empty where the date stands otherwise. next is where
// the sentence's next date begins: what is told before a comma in front of that
// is this date's, as in 7月19日、連絡を受け、7月20日に決済を停止した.
func (r *reading) adverbial(p *page, m *moment, next int32) string {
	t := p.folded.text
	c := p.clauses[m.clause]
	if m.to != nil || int(m.end)+3 > len(t) || string(t[m.end:m.end+3]) != "、" || c.end <= m.end {
		return ""
	}
	if next < c.end && bytes.HasSuffix(t[m.end:next], []byte("、")) {
		if role := r.lastRole(p, span{m.end, next}); role != "" {
			return role
		}
	}
	return r.lastRole(p, span{m.end, c.end})
}

// lastRole is the role that the last cue in where gives. Who was told comes
// before that something was published, for 公表 may stand for a report to them.
func (r *reading) lastRole(p *page, where span) string {
	best, at := "", int32(-1)
	for i, role := range roles[len(reports):] {
		for _, hit := range p.within(r.c.k.date[len(reports)+i], where) {
			if hit.start > at {
				best, at = role, hit.start
			}
		}
	}
	for i, role := range reports {
		if p.has(r.c.k.date[i], where) && (best == "" || best == "published") {
			return role
		}
	}
	return best
}

// readPasted finds where a page that is updated in place turns from its newest
// report to earlier ones: dated headings (【4月24日更新】 … 【4月15日掲載】) that
// go back in time. What the newest says of leak and numbers holds.
func (r *reading) readPasted() {
	r.older = math.MaxInt32
	p := &r.text
	newest := ""
	for i := range r.whenSeen {
		m := &r.whenSeen[i]
		s := p.sentences[m.sent]
		head, tail := p.folded.text[s.start:m.start], p.folded.text[m.end:max(m.end, s.end)] // a date may run past its sentence
		if !bytes.HasSuffix(head, []byte("【")) && !bytes.HasSuffix(head, []byte("■")) && !bytes.HasSuffix(head, []byte("◆")) || len(head) > 6 {
			continue
		}
		if !containsAny(string(tail[:min(len(tail), 40)]), "更新", "掲載", "追記", "公表", "発表", "お知らせ", "報", "時点") {
			continue
		}
		switch date := m.iso(); {
		case newest == "":
			newest = date
		case date < newest && len(date) == len(newest):
			r.older = s.start
			return
		}
	}
}
