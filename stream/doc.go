// Package stream is the only room that knows NATS. It carries the messages of
// package breach from stage to stage, keeps what must not be lost, and promises
// that no message is lost and none is told twice.
//
// Call [Open] first, in the daemon: with an empty Config.URL it runs a NATS
// server inside the process, with its store under Config.DataDir; otherwise it
// connects to a cluster. Either way it makes sure of the streams. A command
// beside the daemon calls [Attach]: it reaches the cluster, the running daemon,
// or the store of a stopped one.
//
// What a [Bus] gives:
//
//   - [Bus.Publish] and [Bus.InsertNotice] store a message exactly once by its
//     id, whenever it comes again, and return only after it is on disk.
//   - [Bus.Consume] hands messages to a handler, whose answer (nil,
//     breach.RetryAfter, breach.Permanent, any other error) becomes an
//     acknowledgement, a wait, a dead letter or a retry. Only this package
//     speaks of acknowledgements.
//   - [Bus.Replay] reads a stretch of a stream without moving anything.
//   - [Bus.Bucket] is a key-value store with compare-and-set and claims,
//     [Bus.PutEvidence] a store of documents by their hash.
//   - [Bus.DeadLetters], [Bus.Stats] and [Bus.Healthy] tell how it goes.
//
// What it does not do: it gives no order between streams, nor inside one
// unless [ConsumerConfig.Ordered] asks for it. Delivery to a handler is at
// least once: a kill or a power cut repeats the last moments, so handlers are
// idempotent by id. Exactly-once reaches back as far as Config.Retention.
package stream
