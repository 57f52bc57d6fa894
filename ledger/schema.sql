-- Times are Unix milliseconds, UTC. stored is when the stream stored the
-- message; retention goes by it. data is the message's JSON. seq is the
-- message's sequence in its stream, so that lists read in stream order.

-- One row: whether the file was closed in peace.
CREATE TABLE state (closed INTEGER NOT NULL);
INSERT INTO state (closed) VALUES (0);

CREATE TABLE positions (stream TEXT PRIMARY KEY, sequence INTEGER NOT NULL) WITHOUT ROWID;

-- The latest revision of each notice, and the verdict on it (NULL: none yet).
CREATE TABLE notices (
  id TEXT NOT NULL PRIMARY KEY, revision INTEGER NOT NULL, source TEXT NOT NULL,
  title TEXT NOT NULL, publisher TEXT NOT NULL, code TEXT NOT NULL, url TEXT NOT NULL,
  first_seen INTEGER NOT NULL, backlog INTEGER NOT NULL, withdrawn INTEGER NOT NULL, stored INTEGER NOT NULL
);
CREATE INDEX notices_first_seen ON notices (first_seen, source, backlog);
CREATE INDEX notices_stored ON notices (stored);

CREATE TABLE revisions (
  seq INTEGER PRIMARY KEY, notice TEXT NOT NULL, revision INTEGER NOT NULL,
  seen INTEGER NOT NULL, stored INTEGER NOT NULL, data BLOB NOT NULL, UNIQUE (notice, revision)
);
CREATE INDEX revisions_stored ON revisions (stored);

CREATE TABLE findings (
  seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, notice TEXT NOT NULL, revision INTEGER NOT NULL,
  source TEXT NOT NULL, breach INTEGER NOT NULL, first_seen INTEGER NOT NULL, backlog INTEGER NOT NULL,
  stored INTEGER NOT NULL, data BLOB NOT NULL
);
CREATE INDEX findings_notice ON findings (notice, revision);
CREATE INDEX findings_first_seen ON findings (first_seen, backlog, notice, seq, source, breach);
CREATE INDEX findings_stored ON findings (stored);

-- severity is the rank, mildest 0; incident is empty for operations alerts;
-- watched is 1 when an entry of the watch-list matches.
CREATE TABLE alerts (
  seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, severity INTEGER NOT NULL,
  vector TEXT NOT NULL, incident TEXT NOT NULL, watched INTEGER NOT NULL, created INTEGER NOT NULL,
  stored INTEGER NOT NULL, data BLOB NOT NULL
);
CREATE INDEX alerts_incident ON alerts (incident, seq);
CREATE INDEX alerts_kind ON alerts (kind, seq);
CREATE INDEX alerts_vector ON alerts (vector, seq);
CREATE INDEX alerts_created ON alerts (created, incident, seq, severity, vector, watched);
CREATE INDEX alerts_stored ON alerts (stored);

-- The latest snapshot of each incident.
CREATE TABLE incidents (
  id TEXT NOT NULL PRIMARY KEY, revision INTEGER NOT NULL, stored INTEGER NOT NULL, data BLOB NOT NULL
);
CREATE INDEX incidents_stored ON incidents (stored);

CREATE TABLE deliveries (
  seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, alert TEXT NOT NULL, receiver TEXT NOT NULL,
  outcome TEXT NOT NULL, at INTEGER NOT NULL, stored INTEGER NOT NULL, data BLOB NOT NULL
);
CREATE INDEX deliveries_alert ON deliveries (alert, seq);
CREATE INDEX deliveries_receiver ON deliveries (receiver, seq);
CREATE INDEX deliveries_outcome ON deliveries (outcome, seq);
CREATE INDEX deliveries_stored ON deliveries (stored);

-- What became of each alert at each receiver: its latest delivery.
CREATE TABLE outcomes (
  receiver TEXT NOT NULL, alert TEXT NOT NULL, seq INTEGER NOT NULL, outcome TEXT NOT NULL,
  at INTEGER NOT NULL, latency INTEGER NOT NULL, stored INTEGER NOT NULL, PRIMARY KEY (receiver, alert)
) WITHOUT ROWID;
CREATE INDEX outcomes_at ON outcomes (at, receiver, outcome, latency);
CREATE INDEX outcomes_stored ON outcomes (stored);
