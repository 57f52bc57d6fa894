//go:build !unix

package bench

import (
	"errors"
	"time"
)

func cpu() time.Duration { return 0 }

func memory(string) int64 { return 0 }

func resetPeak() error { return errors.New("this system tells no figures of a process") }
