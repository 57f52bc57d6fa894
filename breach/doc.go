// Package breach holds the nouns of Oshirase: what the rooms hand to each
// other and what the streams carry.
//
// A [Notice] is one revision of one row that a source lists. The classifier
// turns it into a [Finding] with one [Case] for each incident it reports. The
// tracker joins cases into an [Incident] and says what a person should know as
// an [Alert]. The notifier tells receivers and records each attempt as a
// [Delivery].
//
// Start with notice.go, finding.go, incident.go and delivery.go. Ids are
// derived from content (id.go), so a repeated step makes the same id again.
// subject.go maps each message to its place on the streams; both are a public
// interface and change only with the version in [Event.Type].
//
// The package imports the standard library only, does no I/O except reading a
// secret's file on request, and every value it returns is safe to share for
// reading.
package breach
