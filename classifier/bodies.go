package classifier

import "oshirase/breach"

// readBodies reads which authorities were told.
func (f *facts) readBodies(v *view) {
	r, k := v.r, &v.r.c.k
	f.ReportedTo = []breach.Authority{}
	for i, a := range breach.Authorities() {
		if a == breach.AuthorityPCIForensics && !f.hasData(breach.DataCardNumber, breach.DataCardExpiry, breach.DataCardSecurityCode) && !f.hasVector(breach.WebSkimming) {
			continue // another attack's investigators
		}
		found := false
		v.each(k.authority[i], func(p *page, m mark) {
			if p.in == "text" && (r.repeated[m.sent] || p.has(k.hypothetical, p.clauses[m.clause])) {
				return
			}
			found = true
			f.ev.add("reported_to", p, p.around(m))
		})
		if found {
			f.ReportedTo = append(f.ReportedTo, a)
		}
	}
	f.special = v.states(k.specialCare) || f.hasData(breach.DataHealth, breach.DataMyNumber)
}

// readService reads whether a service stopped, and what else of the place bears
// on severity.
func (f *facts) readService(v *view) {
	k := &v.r.c.k
	v.each(k.disrupted, func(p *page, m mark) {
		if p.in == "text" && (p.has(k.hypothetical, p.clauses[m.clause]) || p.has(k.background, span{p.sentences[m.sent].start, m.start})) {
			return
		}
		f.ServiceDisrupted = true
		f.ev.add("service_disrupted", p, p.around(m))
	})
	v.each(k.core, func(p *page, m mark) {
		if p.in == "text" && (p.has(k.hypothetical, p.clauses[m.clause]) || p.has(k.background, span{p.sentences[m.sent].start, m.start})) {
			return
		}
		f.coreStop = true
		f.ev.add("core_operation", p, p.around(m))
	})
	f.inside = v.any(k.internal)
	f.several = v.any(k.manyClients)
}
