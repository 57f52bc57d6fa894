package stream

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"strconv"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/nats-io/nats.go/jetstream"
	"go.uber.org/zap"

	"oshirase/breach"
)

// attemptsBucket counts the plain errors of each message, so that neither a
// restart nor another process starts the count anew. It is written only when a
// handler fails.
var attemptsBucket = BucketConfig{Name: "attempts", TTL: 30 * day}

// handle calls the handler and answers the server.
func (c *Consumer) handle(msg jetstream.Msg) {
	meta, err := msg.Metadata()
	if err != nil {
		c.log.Error("message without metadata", zap.Error(err))
		return
	}
	m := c.bus.decode(msg, meta)
	start := time.Now()
	err = c.call(msg, m)
	answer := c.answer(msg, m, err)
	if c.cfg.Observe != nil {
		c.cfg.Observe(answer, time.Since(start))
	}
}

// call runs the handler under its deadline. A panic becomes an error.
func (c *Consumer) call(msg jetstream.Msg, m Message) (err error) {
	ctx, cancel := context.WithCancelCause(c.handling)
	defer cancel(nil)
	l := &lease{msg: msg, timeout: c.cfg.HandlerTimeout}
	l.timer = time.AfterFunc(l.timeout, func() {
		cancel(fmt.Errorf("handler ran longer than %s: %w", l.timeout, context.DeadlineExceeded))
	})
	defer l.timer.Stop()
	beating := c.keepAlive(ctx, msg)
	defer beating.Wait()
	defer cancel(nil)
	c.count(+1)
	defer c.count(-1)
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("handler panicked: %v", p)
			c.log.Error("handler panicked", zap.Uint64("sequence", m.Sequence), zap.String("id", m.ID),
				zap.Any("panic", p), zap.ByteString("stack", debug.Stack()))
		}
	}()
	return c.cfg.Handler(context.WithValue(ctx, leaseKey{}, l), m)
}

// keepAlive tells the server every beat that the message is being worked on,
// until ctx ends.
func (c *Consumer) keepAlive(ctx context.Context, msg jetstream.Msg) *sync.WaitGroup {
	var beating sync.WaitGroup
	beating.Go(func() {
		ticker := time.NewTicker(beat)
		defer ticker.Stop()
		for {
			select {
			case <-ticker.C:
				if err := msg.InProgress(); err != nil {
					c.log.Debug("the server could not be told that a handler works on", zap.Error(err))
				}
			case <-ctx.Done():
				return
			}
		}
	})
	return &beating
}

func (c *Consumer) count(by int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.running += by
}

// lease is a handler's hold on its message.
type lease struct {
	msg     jetstream.Msg
	timer   *time.Timer
	timeout time.Duration
}

type leaseKey struct{}

// Extend gives a handler that is called with ctx its whole HandlerTimeout again
// from now, for work that is long by nature. It extends nothing when the server
// cannot be told, or when ctx has ended.
func Extend(ctx context.Context) error {
	l, ok := ctx.Value(leaseKey{}).(*lease)
	if !ok {
		return errors.New("extend: this is not the context of a stream handler")
	}
	if ctx.Err() != nil {
		return fmt.Errorf("extend: %w", context.Cause(ctx))
	}
	if err := l.msg.InProgress(); err != nil {
		return fmt.Errorf("extend: tell the server: %w", err)
	}
	l.timer.Reset(l.timeout)
	return nil
}

// answer turns the handler's error into the server's terms. What does not reach
// the server is repeated when its patience ends.
func (c *Consumer) answer(msg jetstream.Msg, m Message, err error) Answer {
	delay, waits := breach.RetryDelay(err)
	switch {
	case err == nil:
		c.told(m, "acknowledge", msg.Ack())
		return Done
	case breach.IsPermanent(err):
		return c.giveUp(msg, m, err)
	case c.handling.Err() != nil:
		c.nakNow(msg)
		return Cut
	case waits:
		delay = min(max(delay, time.Second), c.cfg.MaxWait)
		c.failed(m, "waiting", err, delay)
		c.told(m, "postpone", msg.NakWithDelay(delay))
		return Wait
	}
	attempts := c.attempted(m)
	if attempts >= c.cfg.MaxAttempts {
		return c.giveUp(msg, m, fmt.Errorf("failed %d times: %w", attempts, err))
	}
	delay = jitter(c.cfg.Backoff[min(attempts, len(c.cfg.Backoff))-1])
	c.failed(m, "handler failed; trying again", err, delay)
	c.told(m, "postpone", msg.NakWithDelay(delay))
	return Retry
}

// attempted counts one more plain error of m and returns how many there were.
// When the count cannot be kept, it goes on from what is known: an attempt too
// many is better than a message given up early.
func (c *Consumer) attempted(m Message) int {
	key := c.cfg.Durable + "/" + c.cfg.Stream + "/" + strconv.FormatUint(m.Sequence, 10)
	ctx, cancel := context.WithTimeout(context.WithoutCancel(c.handling), attemptTimeout)
	defer cancel()
	attempts := 1
	if m.Deliveries > 1 {
		value, _, err := c.attempts.Load(ctx, key)
		if err != nil {
			c.log.Warn("count of attempts not readable", zap.Error(err))
			return 1
		}
		if before, err := strconv.Atoi(string(value)); err == nil {
			attempts += before
		}
	}
	if err := c.attempts.put(ctx, key, []byte(strconv.Itoa(attempts))); err != nil {
		c.log.Warn("count of attempts not kept", zap.Error(err))
	}
	return attempts
}

// giveUp makes the message a dead letter.
func (c *Consumer) giveUp(msg jetstream.Msg, m Message, err error) Answer {
	reason := shorten(err.Error())
	c.log.Error("message given up", zap.Uint64("sequence", m.Sequence), zap.String("id", m.ID),
		zap.String("subject", m.Subject), zap.String("reason", reason))
	c.told(m, "give up", msg.TermWithReason(reason))
	return Dead
}

// failed tells of a failure when it is another than the last one.
func (c *Consumer) failed(m Message, what string, err error, delay time.Duration) {
	text := err.Error()
	c.mu.Lock()
	repeated := c.lastErr == text
	c.lastErr = text
	c.mu.Unlock()
	log := c.log.Warn
	if repeated {
		log = c.log.Debug
	}
	log(what, zap.Uint64("sequence", m.Sequence), zap.String("id", m.ID), zap.Int("delivery", m.Deliveries),
		zap.Duration("after", delay), zap.Error(err))
}

func (c *Consumer) told(m Message, what string, err error) {
	if err != nil {
		c.log.Warn("answer not sent; the message comes again", zap.String("answer", what),
			zap.Uint64("sequence", m.Sequence), zap.String("id", m.ID), zap.Error(err))
	}
}

// maxReason is how much of an error a dead letter tells, in bytes.
const maxReason = 500

// shorten makes one line of valid UTF-8 of at most maxReason bytes: it travels
// inside a protocol line.
func shorten(s string) string {
	s = strings.ToValidUTF8(strings.Join(strings.Fields(s), " "), "�")
	if len(s) <= maxReason {
		return s
	}
	cut := maxReason - len("…")
	for !utf8.RuneStart(s[cut]) {
		cut--
	}
	return s[:cut] + "…"
}
