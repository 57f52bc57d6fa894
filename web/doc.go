// Package web serves what a person looks at: one page that answers in one look
// what happened today, how bad it is, who of ours is touched and whether the
// monitor itself is well; a page for each incident with the proof in the
// original words; lists of alerts and deliveries; the same as JSON; health and
// metrics.
//
// [New] binds the listener, [Server.Run] serves until its context ends and then
// lets requests finish. What is shown comes through [Reader] and the functions
// of [Config]: the package knows neither streams nor the read model.
//
// Text that came from a source is escaped by html/template, links lead to http
// and https only, and the content security policy allows our own files and
// nothing inline. Beyond loopback everything but /healthz, /readyz and the login
// page asks for the token. Pages need no script: live.js only brings them up to
// date. The words are in words_ja.go and words_en.go; a test fails when one
// lacks what the other has, or an id of the vocabulary.
package web
