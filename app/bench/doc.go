// Package bench measures what polling costs: the watcher with its real client,
// parser and durable streams, beside a bare HTTP client that asks the same site
// in the same run.
//
// [Poll] runs the phases (cold, nothing new, one in a hundred changed) against a
// [Site] of feeds on loopback, which should be another process, so that its work
// is not counted. [Soak] polls a site that misbehaves in every way seen for a
// stretch of time and reports what was lost or grew. Nothing leaves the machine.
package bench
