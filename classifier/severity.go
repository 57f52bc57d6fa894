package classifier

import "oshirase/breach"

// Limits of the rubric, in people.
const (
	manyPeople   = 100_000
	hugePossible = 1_000_000
	somePeople   = 1_000
	fewPeople    = 100
)

// readSeverity applies the rubric of docs/severity.md, worst line first, and
// names the line that decided.
func (f *facts) readSeverity(v *view) {
	f.Severity, f.SeverityReason = f.judgeSeverity(v)
}

func (f *facts) judgeSeverity(v *view) (breach.Severity, string) {
	n, told := f.people()
	leaked := f.LeakStatus == breach.LeakConfirmed
	possible := leaked || f.LeakStatus == breach.LeakSuspected
	open := possible || f.LeakStatus == breach.LeakUnderInvestigation ||
		f.LeakStatus == breach.LeakUnknown && f.inside && v.asksForData()
	card := f.hasData(breach.DataCardNumber, breach.DataCardExpiry, breach.DataCardSecurityCode)
	abused := f.PrimaryVector == breach.Impersonation

	if abused && !leaked {
		return breach.Low, "low: fake site or mail abusing the name"
	}
	switch {
	case f.coreStop && f.ServiceDisrupted && f.hasVector(breach.Ransomware, breach.UnauthorizedAccess, breach.VulnerabilityExploit, breach.Malware):
		return breach.Critical, "critical (a): ransomware or an intrusion stopped a core business operation"
	case leaked && told && f.confirmed(n) >= manyPeople:
		return breach.Critical, "critical (b): confirmed leak of 100,000 people or more"
	case f.hasData(breach.DataCardSecurityCode) && possible && told && n >= somePeople:
		return breach.Critical, "critical (c): card numbers with security codes of 1,000 people or more, leaked or possibly leaked"
	case f.special && leaked && told && f.confirmed(n) >= somePeople:
		return breach.Critical, "critical (d): confirmed leak of special-care data of 1,000 people or more"
	case possible && told && n >= hugePossible:
		return breach.Critical, "critical: possible leak of 1,000,000 people or more"
	}
	if reason := f.harmless(v); reason != "" {
		return breach.Info, reason
	}
	if v.any(v.r.c.k.attempt) && (f.LeakStatus == breach.LeakDenied || f.LeakStatus == breach.LeakUnknown) {
		return breach.Low, "low: an attempted attack without a leak"
	}
	lost := f.PrimaryVector == breach.LostOrStolen
	gone := possible || lost && f.LeakStatus != breach.LeakDenied // out of the keeper's hands
	taken := f.PrimaryVector == breach.Insider && f.LeakStatus != breach.LeakDenied
	secret := v.any(v.r.c.k.secret) && f.attack
	switch {
	case f.hasVector(breach.Ransomware) && f.LeakStatus != breach.LeakDenied:
		return breach.High, "high (a): ransomware in the internal network, leak possible or examined"
	case open && (f.hasVector(breach.UnauthorizedAccess, breach.VulnerabilityExploit) || told && f.hasVector(breach.Malware)) &&
		(f.PrimaryVector != breach.Defacement || possible) && !f.noPeople(v):
		return breach.High, "high (a): intrusion into a network or server with a leak possible or examined"
	case (gone || taken || lost && (f.special || n >= manyPeople)) && told && n >= somePeople && !f.mailsOnly():
		return breach.High, "high (b): leak confirmed or possible, or media lost, of 1,000 people or more"
	case card && gone, f.PrimaryVector == breach.WebSkimming && open,
		f.hasData(breach.DataBankAccount) && gone && f.PrimaryVector != breach.Phishing, f.hasData(breach.DataPassword) && gone && !f.ownPassword():
		return breach.High, "high (c): card data, bank account or password leaked or possibly leaked"
	case f.hasData(breach.DataIDDocument) && gone:
		return breach.High, "high: identity documents leaked or possibly leaked"
	case f.special && possible && told && n >= fewPeople:
		return breach.High, "high: special-care data of 100 people or more, leaked or possibly leaked"
	case f.several && f.hasVector(breach.ThirdParty) && f.attack && open:
		return breach.High, "high (d): attack at a processor that holds several clients' data"
	case leaked && f.PrimaryVector != breach.Insider && (secret || f.hasVector(breach.UnauthorizedAccess, breach.VulnerabilityExploit, breach.AccountTakeover) && f.hasData(breach.DataBusinessInfo) && !told):
		return breach.High, "high: secrets or source code stolen"
	}
	switch {
	case f.hasVector(breach.Ransomware):
		return breach.Medium, "medium: ransomware without a leak"
	case possible && told && n >= fewPeople, possible && !told && f.attack && f.PrimaryVector != breach.DDoS, open && !told && f.PrimaryVector == breach.ThirdParty,
		f.PrimaryVector == breach.UnknownVector && open && !told && f.LeakStatus != breach.LeakConfirmed:
		return breach.Medium, "medium (a): leak of 100 to 999 people, or by an attack with unknown number"
	case f.PrimaryVector == breach.Defacement && !possible && !f.hasVector(breach.VulnerabilityExploit) && !v.states(v.r.c.k.visitors):
		return breach.Low, "low: a page defaced, nobody led astray and no leak"
	case f.LeakStatus == breach.LeakDenied && f.hasVector(breach.Malware, breach.CredentialStuffing) && !f.hasVector(breach.AccountTakeover, breach.Defacement, breach.UnauthorizedAccess, breach.VulnerabilityExploit),
		possible && told && n < fewPeople && f.PrimaryVector == breach.CredentialStuffing:
		return breach.Low, "low: fewer than 100 people or a small unknown number without sensitive data, or no leak"
	case f.hasVector(breach.AccountTakeover, breach.Defacement, breach.Malware, breach.CredentialStuffing, breach.WebSkimming):
		return breach.Medium, "medium (a): an attack on accounts, pages or devices with unknown number"
	case lost && told && n >= fewPeople:
		return breach.Medium, "medium (b): loss or theft of media with data of 100 people or more"
	case f.PrimaryVector == breach.Insider:
		return breach.Medium, "medium (c): intentional misuse by an insider"
	case f.special && (possible || lost):
		return breach.Medium, "medium: health data of fewer than 100 people"
	case f.PrimaryVector == breach.Phishing:
		return breach.Medium, "medium: staff deceived, money or access lost"
	case f.PrimaryVector == breach.DDoS && f.ServiceDisrupted && (v.any(v.r.c.k.coreService) || v.any(v.r.c.k.coreSector) && f.coreStop):
		return breach.Medium, "medium: DDoS outage of a core service"
	case f.PrimaryVector == breach.Misconfiguration && possible && !told && !v.any(v.r.c.k.requester):
		return breach.Medium, "medium (a): data exposed, number unknown"
	case f.hasVector(breach.UnauthorizedAccess, breach.VulnerabilityExploit) && f.LeakStatus != breach.LeakDenied:
		return breach.Medium, "medium: an intrusion, and nothing told of a leak"
	case lost && !told && f.hasData(breach.DataName, breach.DataAddress, breach.DataBankAccount):
		return breach.Low, "low: loss with a small or unknown number"
	}
	if f.PrimaryVector == breach.UnknownVector && f.LeakStatus == breach.LeakUnknown && f.Stage == breach.StageFinal {
		return breach.Info, "info: about an incident, no harm claimed"
	}
	return breach.Low, "low: fewer than 100 people or a small unknown number without sensitive data, or no leak"
}

// harmless says why a notice claims no harm: all is restored and nothing else
// told, or another's incident did not reach the publisher.
func (f *facts) harmless(v *view) string {
	if f.AffectedCount != nil || len(f.DataTypes) > 0 {
		return ""
	}
	k := &v.r.c.k
	switch {
	case f.noHarm && f.LeakStatus != breach.LeakConfirmed && f.LeakStatus != breach.LeakSuspected:
		return "info: about an incident, no harm claimed"
	case f.LeakStatus == breach.LeakUnknown && v.any(k.restored) && !v.any(k.investigating) && v.hi-v.lo <= restoredSentences:
		f.ServiceDisrupted = false
		delete(f.ev, "service_disrupted")
		return "info: service restored, nothing further told"
	case f.LeakStatus == breach.LeakDenied && f.hasVector(breach.ThirdParty) && v.any(k.unaffected):
		return "info: another's incident that did not reach the publisher"
	}
	return ""
}

// states reports whether a mark of kind stands in a clause that does not deny
// it.
func (v *view) states(kind int) bool {
	found := false
	v.each(kind, func(p *page, m mark) {
		found = found || !p.has(v.r.c.k.negated, span{m.end, p.clauses[m.clause].end})
	})
	return found
}

// restoredSentences bounds how long a notice of nothing but restoration is.
const restoredSentences = 12

// noPeople reports whether what may have leaked is of no person: secrets only
// suspected to be stolen are medium.
func (f *facts) noPeople(v *view) bool {
	return f.LeakStatus == breach.LeakSuspected && f.AffectedCount == nil && v.any(v.r.c.k.noPeople)
}

// ownPassword reports whether the only thing told to have leaked is the
// password that let the intruder into the account.
func (f *facts) ownPassword() bool {
	return f.PrimaryVector == breach.AccountTakeover && len(f.DataTypes) == 1
}

// people is the number that the thresholds are held against.
func (f *facts) people() (int64, bool) {
	if f.AffectedCount == nil {
		return 0, false
	}
	return *f.AffectedCount, true
}

// confirmed is the number whose leak is stated as fact: a headline that is only
// possible gives way to the figure that the text confirms beside it.
func (f *facts) confirmed(n int64) int64 {
	sure, possible := int64(0), false
	for _, c := range f.Counts {
		switch c.Certainty {
		case "confirmed":
			sure = max(sure, c.Value)
		case "possible":
			possible = possible || c.Value == n
		}
	}
	if possible && sure > 0 {
		return min(n, sure)
	}
	return n
}

// mailsOnly reports whether the count is of mails in a hijacked mailbox, which
// the rubric ranks by the mailbox.
func (f *facts) mailsOnly() bool {
	return f.PrimaryVector == breach.AccountTakeover && f.AffectedCount != nil && f.unnumbered
}
