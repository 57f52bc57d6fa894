package configs

import "time"

// Bounds of what may be configured. They keep a slip of the pen (a second for
// a day, gigabytes for mebibytes) from becoming a daemon that hammers a source
// or never stops.
const (
	minPeriod       = time.Second // of a schedule
	maxDuration     = 100 * 365 * 24 * time.Hour
	minRetention    = time.Minute // the streams take no less
	maxTimeout      = 10 * time.Minute
	maxDocumentWait = 10 * time.Minute
	maxInterval     = time.Hour
	maxConcurrency  = 64
	maxBodyMiB      = 1024
	maxEvidenceMiB  = 64 << 20 // 64 TiB
	maxReplicas     = 5        // the server's own limit
)
