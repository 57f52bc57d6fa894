package breach

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"strconv"
)

// digest is the first 128 bits, in hex, of a SHA-256 over the length-prefixed
// parts, so that no two lists of parts run into each other. Changing it changes
// every id that is already stored.
func digest(kind string, parts ...string) string {
	h := sha256.New()
	var n [8]byte
	write := func(s string) {
		binary.BigEndian.PutUint64(n[:], uint64(len(s)))
		h.Write(n[:])
		h.Write([]byte(s))
	}
	write(kind)
	for _, p := range parts {
		write(p)
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}

// NoticeID is the id of an item: 32 hex digits from its source and lasting key.
func NoticeID(source, key string) string { return digest("notice", source, key) }

// ContentHash is the hash of all that makes a revision of a notice differ from
// the one before: what a reader would see, and what became of its document.
func ContentHash(n *Notice) string {
	parts := []string{n.ListingHash, n.Text, string(n.DocumentState), strconv.FormatBool(n.Withdrawn)}
	for _, d := range n.Documents {
		parts = append(parts, d.SHA256)
	}
	return digest("content", parts...)
}

// ListingHash is the hash of what a listing shows of an item.
func ListingHash(n *NoticeHead) string {
	published := ""
	if !n.Published.IsZero() {
		published = strconv.FormatInt(n.Published.Unix(), 10)
	}
	return digest("listing", n.Title, n.URL, published, n.Publisher.Name, n.Publisher.Code)
}

// FindingID is the id of a verdict.
func FindingID(noticeID string, revision int, rules string) string {
	return digest("finding", noticeID, strconv.Itoa(revision), rules)
}

// IncidentID is the id of the incident that a case opens.
func IncidentID(noticeID string, caseIndex int) string {
	return digest("incident", noticeID, strconv.Itoa(caseIndex))
}

// AlertID is the id of the alert that tells of one revision of an incident.
func AlertID(incidentID string, revision int, kind AlertKind) string {
	return digest("alert", incidentID, strconv.Itoa(revision), string(kind))
}

// OpsAlertID is the id of an alert about the monitor itself; occurrence tells
// one spell of trouble from the next.
func OpsAlertID(subject, reason, occurrence string) string {
	return digest("ops", subject, reason, occurrence)
}

// DeliveryID is the id of one attempt's record.
func DeliveryID(alertID, receiver string, outcome Outcome, attempt int) string {
	return digest("delivery", alertID, receiver, string(outcome), strconv.Itoa(attempt))
}
