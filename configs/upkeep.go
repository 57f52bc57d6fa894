package configs

import (
	"cmp"
	"fmt"
	"time"

	"github.com/robfig/cron/v3"
)

// heartbeat reads a time of day.
func (s section) heartbeat(text string, zone *time.Location) cron.Schedule {
	if text == "" {
		return nil
	}
	at, err := time.Parse("15:04", text)
	if err != nil {
		s.fault("heartbeat", "%q is no time of day: write it as \"09:00\", or leave it empty for none", text)
		return nil
	}
	schedule, err := parseSchedule(fmt.Sprintf("%d %d * * *", at.Minute(), at.Hour()), zone)
	if err != nil {
		s.fault("heartbeat", "%q: %v", text, err)
		return nil
	}
	return schedule
}

// evidence reads how long raw documents are kept.
func (s section) evidence(e *evidenceFile, retention time.Duration) Evidence {
	if e.Retention != 0 {
		s.between("evidence.retention", e.Retention, minRetention, maxDuration)
	}
	s.number("evidence.max_mib", e.MaxMiB, 0, maxEvidenceMiB)
	return Evidence{Retention: cmp.Or(e.Retention, retention), MaxBytes: e.MaxMiB << 20}
}
