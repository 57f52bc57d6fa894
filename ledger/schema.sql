-- Times are Unix milliseconds, UTC; data is the message's JSON.
CREATE TABLE positions (stream TEXT PRIMARY KEY, sequence INTEGER NOT NULL) WITHOUT ROWID;

CREATE TABLE notices (
  id TEXT PRIMARY KEY, revision INTEGER NOT NULL, source TEXT NOT NULL, title TEXT NOT NULL, url TEXT NOT NULL,
  seen INTEGER NOT NULL, withdrawn INTEGER NOT NULL, is_breach INTEGER
) WITHOUT ROWID;
CREATE INDEX notices_seen ON notices (seen);

CREATE TABLE alerts (
  id TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, severity INTEGER NOT NULL, vector TEXT NOT NULL, incident TEXT NOT NULL,
  created INTEGER NOT NULL, data BLOB NOT NULL
);
CREATE INDEX alerts_created ON alerts (created);
CREATE INDEX alerts_incident ON alerts (incident, created);

CREATE TABLE deliveries (
  id TEXT NOT NULL UNIQUE, alert TEXT NOT NULL, receiver TEXT NOT NULL, outcome TEXT NOT NULL,
  at INTEGER NOT NULL, latency INTEGER NOT NULL, data BLOB NOT NULL
);
CREATE INDEX deliveries_at ON deliveries (at);
CREATE INDEX deliveries_alert ON deliveries (alert, at);
