// Package ledger is the read model: what the streams say, in SQLite, so that
// pages, lists and counts need not read streams.
//
// [Open] it, ask [Ledger.Position] of each stream, feed it every message after
// that in order through [Ledger.Apply], and query. What a message changes and
// the position behind it are stored in one transaction: a crash repeats nothing
// and a message that comes again changes nothing.
//
// The file may be deleted at any time; it is built again from the streams. A
// file of another version or a damaged one is dropped by Open, which says so in
// the log. Damage that shows later is [ErrDamaged]: the next Open drops the
// file.
//
// One connection writes, a few read. Times are stored as Unix milliseconds,
// UTC. Every list is bounded by [MaxRows]. The ledger decides nothing: it
// repeats what the streams say, and [Ledger.Prune] forgets what they forgot.
package ledger
