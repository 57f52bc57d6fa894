package stream

import (
	"fmt"
	"strings"
	"sync/atomic"

	"go.uber.org/zap"
)

// serverLog brings the server's log lines into the daemon's log, one level
// calmer: what is news to a server's operator is detail here.
type serverLog struct {
	log   *zap.SugaredLogger
	fatal atomic.Pointer[string] // the server's last words; it never exits by itself
}

func (l *serverLog) Noticef(format string, v ...any) { l.log.Debugf(format, v...) }
func (l *serverLog) Debugf(format string, v ...any)  { l.log.Debugf(format, v...) }
func (l *serverLog) Tracef(format string, v ...any)  { l.log.Debugf(format, v...) }
func (l *serverLog) Warnf(format string, v ...any)   { l.log.Warnf(format, v...) }

func (l *serverLog) Errorf(format string, v ...any) {
	text := fmt.Sprintf(format, v...)
	// A subscriber that asks for more than it may have is its own trouble.
	if strings.Contains(text, "Violation") || strings.Contains(text, "authentication error") {
		l.log.Warn(text)
		return
	}
	l.log.Error(text)
}

func (l *serverLog) Fatalf(format string, v ...any) {
	text := fmt.Sprintf(format, v...)
	l.fatal.CompareAndSwap(nil, &text)
}
