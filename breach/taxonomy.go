package breach

import (
	"fmt"
	"slices"
	"strings"
)

// Vector is how an incident came about: an id of the labelling vocabulary.
type Vector string

// The vectors, in the order in which the documentation lists them.
const (
	Ransomware           Vector = "ransomware"
	Malware              Vector = "malware"
	WebSkimming          Vector = "web_skimming"
	CredentialStuffing   Vector = "credential_stuffing"
	AccountTakeover      Vector = "account_takeover"
	VulnerabilityExploit Vector = "vulnerability_exploit"
	UnauthorizedAccess   Vector = "unauthorized_access"
	Phishing             Vector = "phishing"
	DDoS                 Vector = "ddos"
	Defacement           Vector = "defacement"
	ThirdParty           Vector = "third_party"
	Insider              Vector = "insider"
	Misdelivery          Vector = "misdelivery"
	Misconfiguration     Vector = "misconfiguration"
	LostOrStolen         Vector = "lost_or_stolen"
	Impersonation        Vector = "impersonation"
	OtherVector          Vector = "other"
	UnknownVector        Vector = "unknown"
)

// Vectors lists every vector.
func Vectors() []Vector {
	return []Vector{Ransomware, Malware, WebSkimming, CredentialStuffing, AccountTakeover,
		VulnerabilityExploit, UnauthorizedAccess, Phishing, DDoS, Defacement, ThirdParty,
		Insider, Misdelivery, Misconfiguration, LostOrStolen, Impersonation, OtherVector, UnknownVector}
}

// UnmarshalText accepts the ids of [Vectors] and the empty text.
func (v *Vector) UnmarshalText(text []byte) error { return parseOneOf(v, "vector", text, Vectors()) }

// Severity is how bad an incident is for a SOC, by the rubric in
// docs/severity.md.
type Severity string

// The severities, mildest first.
const (
	Info     Severity = "info"
	Low      Severity = "low"
	Medium   Severity = "medium"
	High     Severity = "high"
	Critical Severity = "critical"
)

// Severities lists every severity, mildest first.
func Severities() []Severity { return []Severity{Info, Low, Medium, High, Critical} }

// Rank is the place of s in [Severities], or -1 for anything else.
func (s Severity) Rank() int { return slices.Index(Severities(), s) }

// UnmarshalText accepts the ids of [Severities] and the empty text.
func (s *Severity) UnmarshalText(text []byte) error {
	return parseOneOf(s, "severity", text, Severities())
}

// LeakStatus is what a notice says of data having left its keeper.
type LeakStatus string

// The leak statuses.
const (
	LeakConfirmed          LeakStatus = "confirmed"
	LeakSuspected          LeakStatus = "suspected"
	LeakDenied             LeakStatus = "denied"
	LeakUnderInvestigation LeakStatus = "under_investigation"
	LeakUnknown            LeakStatus = "unknown"
)

// LeakStatuses lists every leak status.
func LeakStatuses() []LeakStatus {
	return []LeakStatus{LeakConfirmed, LeakSuspected, LeakDenied, LeakUnderInvestigation, LeakUnknown}
}

// UnmarshalText accepts the ids of [LeakStatuses] and the empty text.
func (l *LeakStatus) UnmarshalText(text []byte) error {
	return parseOneOf(l, "leak status", text, LeakStatuses())
}

// DataType is a kind of data that a notice names as touched.
type DataType string

// The data types.
const (
	DataName             DataType = "name"
	DataAddress          DataType = "address"
	DataPhone            DataType = "phone"
	DataEmail            DataType = "email"
	DataBirthDate        DataType = "birth_date"
	DataGender           DataType = "gender"
	DataCardNumber       DataType = "card_number"
	DataCardExpiry       DataType = "card_expiry"
	DataCardSecurityCode DataType = "card_security_code"
	DataPassword         DataType = "password"
	DataLoginID          DataType = "login_id"
	DataBankAccount      DataType = "bank_account"
	DataMyNumber         DataType = "my_number"
	DataHealth           DataType = "health"
	DataIDDocument       DataType = "id_document"
	DataPurchaseHistory  DataType = "purchase_history"
	DataEmployment       DataType = "employment"
	DataPhoto            DataType = "photo"
	DataBusinessInfo     DataType = "business_info"
	DataOther            DataType = "other"
)

// DataTypes lists every data type, in the vocabulary's order.
func DataTypes() []DataType {
	return []DataType{DataName, DataAddress, DataPhone, DataEmail, DataBirthDate, DataGender,
		DataCardNumber, DataCardExpiry, DataCardSecurityCode, DataPassword, DataLoginID,
		DataBankAccount, DataMyNumber, DataHealth, DataIDDocument, DataPurchaseHistory,
		DataEmployment, DataPhoto, DataBusinessInfo, DataOther}
}

// UnmarshalText accepts the ids of [DataTypes] and the empty text.
func (d *DataType) UnmarshalText(text []byte) error {
	return parseOneOf(d, "data type", text, DataTypes())
}

// Stage is where in an incident's telling a notice stands.
type Stage string

// The stages.
const (
	StageFirst  Stage = "first"
	StageUpdate Stage = "update"
	StageFinal  Stage = "final"
)

// Stages lists every stage.
func Stages() []Stage { return []Stage{StageFirst, StageUpdate, StageFinal} }

// UnmarshalText accepts the ids of [Stages] and the empty text.
func (s *Stage) UnmarshalText(text []byte) error { return parseOneOf(s, "stage", text, Stages()) }

// Authority is a body that a notice says was told.
type Authority string

// The authorities.
const (
	AuthorityPPC          Authority = "ppc"
	AuthorityPolice       Authority = "police"
	AuthorityTSE          Authority = "tse"
	AuthorityMinistry     Authority = "ministry"
	AuthorityPCIForensics Authority = "pci_forensics"
)

// Authorities lists every authority.
func Authorities() []Authority {
	return []Authority{AuthorityPPC, AuthorityPolice, AuthorityTSE, AuthorityMinistry, AuthorityPCIForensics}
}

// UnmarshalText accepts the ids of [Authorities] and the empty text.
func (a *Authority) UnmarshalText(text []byte) error {
	return parseOneOf(a, "authority", text, Authorities())
}

// parseOneOf takes the empty text for "not told", so that a record without the
// field can be read back.
func parseOneOf[T ~string](into *T, what string, text []byte, known []T) error {
	if len(text) == 0 {
		*into = ""
		return nil
	}
	if v := T(text); slices.Contains(known, v) {
		*into = v
		return nil
	}
	names := make([]string, len(known))
	for i, k := range known {
		names[i] = string(k)
	}
	return fmt.Errorf("unknown %s %q: use one of %s", what, text, strings.Join(names, ", "))
}
