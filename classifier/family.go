package classifier

import "oshirase/breach"

// readFamily names the ransomware family that is told first.
func (f *facts) readFamily(v *view) {
	if !f.hasVector(breach.Ransomware, breach.UnauthorizedAccess, breach.VulnerabilityExploit, breach.AccountTakeover) {
		return
	}
	m := v.r.c.m
	best := int32(-1)
	for _, kind := range m.ofTopic["family"] {
		v.each(kind, func(p *page, k mark) {
			at := k.start
			if p.in == "title" {
				at = 0
			}
			if best < 0 || at < best {
				best = at
				f.RansomwareFamily = m.value(kind)
				f.ev["ransomware_family"] = nil
				f.ev.add("ransomware_family", p, k.span)
			}
		})
	}
}

// readNames lists products, CVE numbers and measures.
func (f *facts) readNames(v *view) {
	m := v.r.c.m
	for _, kind := range m.ofTopic["product"] {
		if v.any(kind) {
			f.Products = append(f.Products, m.value(kind))
			v.each(kind, func(p *page, k mark) { f.ev.add("products", p, k.span) })
		}
	}
	for _, kind := range m.ofTopic["measure"] {
		if v.any(kind) {
			f.Measures = append(f.Measures, m.value(kind))
		}
	}
	f.readCVEs(v)
}

const maxCVEs = 32

func (f *facts) readCVEs(v *view) {
	t := v.r.text.folded.text
	for i := int(v.where.start); i+13 <= int(v.where.end) && len(f.CVEs) < maxCVEs; i++ {
		if t[i] != 'c' || string(t[i:i+4]) != "cve-" {
			continue
		}
		j := i + 4
		for j < int(v.where.end) && (t[j] >= '0' && t[j] <= '9' || t[j] == '-' && j == i+8) {
			j++
		}
		if j-i >= 13 && j-i <= 17 && t[i+8] == '-' {
			id := "CVE-" + string(t[i+4:j])
			f.CVEs = appendNew(f.CVEs, id)
			f.ev.add("cves", &v.r.text, span{int32(i), int32(j)})
		}
		i = j
	}
}

func appendNew[T comparable](list []T, x T) []T {
	for _, o := range list {
		if o == x {
			return list
		}
	}
	return append(list, x)
}
