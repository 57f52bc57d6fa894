package configs

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
	"time"

	"github.com/robfig/cron/v3"
)

// schedules are cron lines of five fields, or six with seconds first, or
// descriptors such as @every 5m.
var schedules = cron.NewParser(cron.SecondOptional | cron.Minute | cron.Hour | cron.Dom | cron.Month | cron.Dow | cron.Descriptor)

// zonePrefix is a zone with something behind it: the parser panics on a zone
// alone.
var zonePrefix = regexp.MustCompile(`^(?:CRON_)?TZ=(\S+) +(\S.*)$`)

// parseSchedule reads a schedule; cron lines without a zone of their own are
// those of zone.
func parseSchedule(text string, zone *time.Location) (cron.Schedule, error) {
	text = strings.TrimSpace(text)
	line := text
	if strings.HasPrefix(text, "TZ=") || strings.HasPrefix(text, "CRON_TZ=") {
		m := zonePrefix.FindStringSubmatch(text)
		if m == nil {
			return nil, errors.New("a zone needs a schedule behind it")
		}
		line = m[2]
	}
	// The parser rounds any shorter period up to a second and says nothing.
	if every, found := strings.CutPrefix(line, "@every "); found {
		if d, err := time.ParseDuration(every); err == nil && d < minPeriod {
			return nil, fmt.Errorf("%s is shorter than %s", d, minPeriod)
		}
	}
	schedule, err := schedules.Parse(text)
	if err != nil {
		return nil, err
	}
	if fields, ok := schedule.(*cron.SpecSchedule); ok && line == text {
		fields.Location = zone
	}
	// Any day that exists comes within the parser's five years of this one.
	if schedule.Next(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)).IsZero() {
		return nil, errors.New("such a day never comes")
	}
	return schedule, nil
}
