package breach

// Finding is the classifier's verdict on one revision of a notice. The same
// notice and the same rules give the same bytes on any machine.
type Finding struct {
	// ID is [FindingID] of notice, revision and rules digest.
	ID     string     `json:"id"`
	Notice NoticeHead `json:"notice"`
	// Rules is the digest of the rules that judged.
	Rules string `json:"rules"`
	// IsBreach is true when the notice reports a concrete incident.
	IsBreach bool `json:"is_breach"`
	// Basis tells what was read: "title" or "text" (title and text).
	Basis string `json:"basis"`
	// Severity and PrimaryVector repeat those of the worst case, for subscribers
	// that read one field; empty when IsBreach is false.
	Severity      Severity `json:"severity,omitempty"`
	PrimaryVector Vector   `json:"primary_vector,omitempty"`
	// Cases has one entry for each incident told of, in the order of the text;
	// empty when IsBreach is false.
	Cases []Case `json:"cases"`
	// Why lists the rules that spoke for or against relevance.
	Why []RuleHit `json:"why,omitempty"`
}

// Case is one incident as one notice tells it. Field names are the label names
// of the corpus.
type Case struct {
	// Index counts the cases of a finding from 0.
	Index int `json:"index"`
	// Victim is whose data or systems were hit, as printed; empty when the text
	// does not say and the publisher is meant.
	Victim string `json:"victim,omitempty"`
	// VictimCode is the victim's securities code where the text gives it.
	VictimCode string `json:"victim_code,omitempty"`
	// Clients are organisations named as touched through a processor.
	Clients        []string `json:"clients,omitempty"`
	PrimaryVector  Vector   `json:"primary_vector"`
	Vectors        []Vector `json:"vectors"` // primary first
	VERIS          []string `json:"veris,omitempty"`
	ATTACK         []string `json:"attack,omitempty"` // technique ids, ATT&CK v19
	Severity       Severity `json:"severity"`
	SeverityReason string   `json:"severity_reason,omitempty"` // the rubric's line that decided
	ENISA          *ENISA   `json:"enisa,omitempty"`

	LeakStatus LeakStatus `json:"leak_status"`
	// AffectedCount is the headline number of people or records; nil when none
	// is told. Counts has every figure with its unit and certainty.
	AffectedCount *int64  `json:"affected_count"`
	Counts        []Count `json:"counts,omitempty"`

	DataTypes         []DataType `json:"data_types"`
	ExcludedDataTypes []DataType `json:"excluded_data_types,omitempty"`

	// ReportNo is n of 第n報; nil when the notice is not numbered.
	ReportNo *int  `json:"report_no"`
	Stage    Stage `json:"stage"`

	// RansomwareFamily is lower case; empty when none is named.
	RansomwareFamily string `json:"ransomware_family,omitempty"`
	// ThirdParty is the processor, vendor or cloud where it happened, as printed.
	ThirdParty       string      `json:"third_party,omitempty"`
	ReportedTo       []Authority `json:"reported_to"`
	ServiceDisrupted bool        `json:"service_disrupted"`

	Dates    []Date   `json:"dates,omitempty"`
	Products []string `json:"products,omitempty"`
	CVEs     []string `json:"cves,omitempty"`
	Measures []string `json:"measures,omitempty"`
	Contact  string   `json:"contact,omitempty"` // for the press or those concerned

	// Evidence maps a field's JSON name to the quotes that it rests on.
	Evidence map[string][]Quote `json:"evidence,omitempty"`
	Why      []RuleHit          `json:"why,omitempty"`
}

// Count is one figure of a notice.
type Count struct {
	Value int64 `json:"value"`
	// Unit as printed, normalised: 人 名 件 社 世帯 アカウント … or people,
	// records, accounts, companies.
	Unit string `json:"unit"`
	// Certainty: confirmed, possible, or total where the text does not say.
	Certainty  string `json:"certainty"`
	Approx     bool   `json:"approx,omitempty"`     // 約, ほど, about
	AtMost     bool   `json:"at_most,omitempty"`    // 最大, up to
	Population string `json:"population,omitempty"` // whose, as printed
	Quote      Quote  `json:"quote"`
}

// Date is one date or period of a notice, by its role.
type Date struct {
	// Role: intrusion, detected, known, contained, investigation_end,
	// reported_ppc, reported_police, published, restored, exposed, other.
	Role string `json:"role"`
	// From and To are YYYY-MM-DD, YYYY-MM or --MM-DD (no year could be
	// resolved), with THH:MM where told; To is empty for a point in time.
	From  string `json:"from"`
	To    string `json:"to,omitempty"`
	Quote Quote  `json:"quote"`
}

// ENISA is the severity score of ENISA's 2013 methodology: SE = DPC × EI + CB.
type ENISA struct {
	DPC  float64 `json:"dpc"`
	EI   float64 `json:"ei"`
	CB   float64 `json:"cb"`
	SE   float64 `json:"se"`
	Band string  `json:"band"` // low, medium, high, very high
}

// Quote is a place in a notice that a field rests on.
type Quote struct {
	// Text is the exact original text.
	Text string `json:"text"`
	// In is the field of the notice: "title" or "text".
	In string `json:"in"`
	// Start and End are byte offsets into that field, End exclusive.
	Start int `json:"start"`
	End   int `json:"end"`
}

// RuleHit names a rule that spoke, with the place that made it speak.
type RuleHit struct {
	Rule string `json:"rule"`
	// Effect: for, against, held_back (another rule overruled it).
	Effect string `json:"effect"`
	By     string `json:"by,omitempty"` // the rule that held it back
	Quote  Quote  `json:"quote"`
}
