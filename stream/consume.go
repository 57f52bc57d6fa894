package stream

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"regexp"
	"sync"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
	"go.uber.org/zap"
)

// ConsumerConfig says what to consume and how. The zero value of a field means
// its default.
type ConsumerConfig struct {
	// Durable names the consumer for good: its place in the stream outlives the
	// process, and all processes that use the name share the work. Letters,
	// digits, - and _. Required.
	Durable string
	// Stream is a stream of package breach. Required.
	Stream string
	// Subjects narrow the stream, with wildcards, without prefix; they must not
	// overlap. All of the stream.
	Subjects []string
	// Handler does the work. Its answer decides what becomes of the message:
	//
	//	nil                  done, never again
	//	breach.Permanent     dead letter: see Bus.DeadLetters
	//	breach.RetryAfter    again after that long (at most MaxWait); never counted
	//	any other error      again after Backoff; a dead letter after MaxAttempts
	//
	// A panic is an error. Its ctx ends after HandlerTimeout, and when Stop has
	// no more patience; see Extend. Required.
	Handler func(ctx context.Context, m Message) error
	// Workers handle messages at the same time; 1.
	Workers int
	// Prefetch is how many messages one worker has at hand; 1, which is right
	// for slow handlers. More helps fast handlers on a distant cluster, and
	// lengthens the wait for redelivery after a kill.
	Prefetch int
	// Ordered hands out one message at a time, in the order of the stream: the
	// next one only when the one before is done or a dead letter. It needs
	// Workers and Prefetch to be 1.
	Ordered bool
	// OnlyNew starts a consumer that did not exist before at the end of the
	// stream instead of its beginning.
	OnlyNew bool
	// HandlerTimeout bounds one call of Handler; 30 s. A message whose handler
	// was killed is delivered again after 6 s, or with a Prefetch above 1 after
	// HandlerTimeout × Prefetch and a quarter.
	HandlerTimeout time.Duration
	// MaxAttempts is how many plain errors a message may cause; 10.
	MaxAttempts int
	// Backoff is the wait after the first, second … plain error; the last one
	// repeats. Each is spread by a fifth. 1 s, 5 s, 30 s, 2 min, 10 min.
	Backoff []time.Duration
	// MaxWait bounds breach.RetryAfter; 1 h.
	MaxWait time.Duration
	// Observe, when set, is told of every answer and how long the handler took.
	Observe func(Answer, time.Duration)
}

// Answer is what became of one delivery: a closed set, fit for a metric label.
type Answer string

// The answers.
const (
	Done  Answer = "done"
	Retry Answer = "retry" // after a back-off
	Wait  Answer = "wait"  // as long as the handler asked
	Dead  Answer = "dead"
	Cut   Answer = "cut" // the consumer was stopped; delivered again at once
)

// Answers lists every answer.
func Answers() []Answer { return []Answer{Done, Retry, Wait, Dead, Cut} }

var durablePattern = regexp.MustCompile(`^[A-Za-z0-9_-]{1,128}$`)

const (
	// maxAckPending bounds how many messages of a consumer wait for their next
	// attempt at a time; new ones are not delivered while so many wait.
	maxAckPending = 10_000
	// pullExpires and pullHeartbeat: a consumer that is gone is noticed after
	// two heartbeats.
	pullExpires   = 30 * time.Second
	pullHeartbeat = 2 * time.Second
	// cutGrace is how long Stop waits for handlers after it ended their ctx.
	cutGrace = 5 * time.Second
)

func (c ConsumerConfig) withDefaults() ConsumerConfig {
	c.Workers = cmp.Or(c.Workers, 1)
	c.Prefetch = cmp.Or(c.Prefetch, 1)
	c.HandlerTimeout = cmp.Or(c.HandlerTimeout, 30*time.Second)
	c.MaxAttempts = cmp.Or(c.MaxAttempts, 10)
	c.MaxWait = cmp.Or(c.MaxWait, time.Hour)
	if len(c.Backoff) == 0 {
		c.Backoff = []time.Duration{time.Second, 5 * time.Second, 30 * time.Second, 2 * time.Minute, 10 * time.Minute}
	}
	return c
}

func (c ConsumerConfig) validate() error {
	switch {
	case !durablePattern.MatchString(c.Durable):
		return fmt.Errorf("the name may hold letters, digits, - and _, at most 128")
	case subjects[c.Stream] == nil:
		return fmt.Errorf("unknown stream %q: use one of %v", c.Stream, pipeline)
	case c.Handler == nil:
		return errors.New("no handler is set")
	case c.Workers < 1 || c.Prefetch < 1 || c.MaxAttempts < 1 || c.HandlerTimeout < 0 || c.MaxWait < 0:
		return errors.New("a number is negative: leave it out for the default")
	case c.Ordered && (c.Workers != 1 || c.Prefetch != 1):
		return fmt.Errorf("order needs one worker and a prefetch of one, not %d and %d", c.Workers, c.Prefetch)
	}
	for _, s := range c.Subjects {
		if !validFilter(s) {
			return fmt.Errorf("invalid subject %q", s)
		}
	}
	return nil
}

// A handler that runs tells the server so every beat; a message whose handler
// was killed is delivered again after leaseWait.
const (
	beat      = 2 * time.Second
	leaseWait = 3 * beat
)

// ackWait is the server's patience. With a prefetch, messages that wait behind
// others tell nothing: then it is longer than all of them may take.
func (c ConsumerConfig) ackWait() time.Duration {
	busy := c.HandlerTimeout * time.Duration(c.Prefetch)
	patience := busy + max(busy/4, time.Second)
	if c.Prefetch == 1 {
		return min(patience, leaseWait)
	}
	return patience
}

// Consumer hands messages of a stream to a handler until it is stopped.
type Consumer struct {
	bus      *Bus
	cfg      ConsumerConfig
	log      *zap.Logger
	attempts *Bucket

	pulling  context.Context // ends when no more messages are wanted
	halt     context.CancelCauseFunc
	handling context.Context // the handlers' ground; ends after the grace
	cut      context.CancelCauseFunc
	workers  sync.WaitGroup
	done     chan struct{} // closed when every worker is gone

	mu      sync.Mutex
	created time.Time // of the durable: where OnlyNew began
	running int       // handlers
	lastErr string    // so that a failure that repeats is told once
}

var (
	errStopping = errors.New("the consumer is stopping")
	errCut      = errors.New("the consumer was stopped")
)

// Consume starts a consumer, creating its durable or bringing it up to the
// configuration. ctx bounds the start only; the values it carries reach the
// handlers. The caller stops the consumer, or Bus.Close does.
func (b *Bus) Consume(ctx context.Context, cfg ConsumerConfig) (*Consumer, error) {
	cfg = cfg.withDefaults()
	if err := cfg.validate(); err != nil {
		return nil, fmt.Errorf("consumer %q: %w", cfg.Durable, err)
	}
	c := &Consumer{
		bus:  b,
		cfg:  cfg,
		log:  b.log.With(zap.String("consumer", cfg.Durable), zap.String("stream", cfg.Stream)),
		done: make(chan struct{}),
	}
	var err error
	if c.attempts, err = b.Bucket(ctx, attemptsBucket); err != nil {
		return nil, fmt.Errorf("consumer %q: %w", cfg.Durable, err)
	}
	var durable jetstream.Consumer
	err = retry(ctx, b.cfg.RetryFor, func(ctx context.Context) (err error) {
		durable, err = c.ensure(ctx)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("consumer %q on %s: %w", cfg.Durable, cfg.Stream, err)
	}
	ground := context.WithoutCancel(ctx)
	c.pulling, c.halt = context.WithCancelCause(ground)
	c.handling, c.cut = context.WithCancelCause(ground)

	b.mu.Lock()
	defer b.mu.Unlock()
	if b.closed {
		c.halt(errStopping)
		c.cut(errCut)
		return nil, fmt.Errorf("consumer %q: the bus is closed", cfg.Durable)
	}
	b.consumers = append(b.consumers, c)
	for range cfg.Workers {
		c.workers.Go(func() { c.work(durable) })
	}
	go func() { // ends with the workers, which Stop waits for
		c.workers.Wait()
		close(c.done)
	}()
	return c, nil
}

// ensure creates or updates the durable. Where an existing one began is never
// changed.
func (c *Consumer) ensure(ctx context.Context) (jetstream.Consumer, error) {
	stream, name := c.bus.names.object(c.cfg.Stream), c.bus.names.object(c.cfg.Durable)
	want := jetstream.ConsumerConfig{
		Durable:        name,
		FilterSubjects: c.bus.names.outAll(c.cfg.Subjects),
		AckPolicy:      jetstream.AckExplicitPolicy,
		AckWait:        c.cfg.ackWait(),
		MaxDeliver:     -1,
		MaxAckPending:  maxAckPending,
		DeliverPolicy:  jetstream.DeliverAllPolicy,
	}
	if c.cfg.Ordered {
		want.MaxAckPending = 1
	}
	have, err := c.bus.js.Consumer(ctx, stream, name)
	switch {
	case err == nil:
		old := have.CachedInfo().Config
		want.DeliverPolicy, want.OptStartSeq, want.OptStartTime = old.DeliverPolicy, old.OptStartSeq, old.OptStartTime
	case !errors.Is(err, jetstream.ErrConsumerNotFound):
		return nil, err
	case !c.began().IsZero() && c.cfg.OnlyNew:
		// Somebody deleted the durable under us: what was not handled since it
		// first began must not be lost.
		since := c.began()
		want.DeliverPolicy, want.OptStartTime = jetstream.DeliverByStartTimePolicy, &since
	case c.cfg.OnlyNew:
		want.DeliverPolicy = jetstream.DeliverNewPolicy
	}
	durable, err := c.bus.js.CreateOrUpdateConsumer(ctx, stream, want)
	if err != nil {
		return nil, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.created.IsZero() {
		c.created = durable.CachedInfo().Created
	}
	return durable, nil
}

func (c *Consumer) began() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.created
}

// work is one worker's life: pull, handle, and start over when the durable or
// the server went away.
func (c *Consumer) work(durable jetstream.Consumer) {
	for pause := retryPauseMin; c.pulling.Err() == nil; pause = min(2*pause, 10*time.Second) {
		if durable != nil {
			handled, err := c.pull(durable)
			if err == nil {
				return
			}
			c.log.Warn("pulling interrupted", zap.Error(err))
			if handled {
				pause = retryPauseMin
			}
		}
		if !wait(c.pulling, jitter(pause)) {
			return
		}
		ctx, cancel := context.WithTimeout(c.pulling, attemptTimeout)
		next, err := c.ensure(ctx)
		cancel()
		if err != nil {
			if c.pulling.Err() == nil {
				c.log.Warn("durable not available", zap.Error(err))
			}
			next = nil
		}
		durable = next
	}
}

// pull handles messages until Stop (nil) or until the durable is of no use any
// more.
func (c *Consumer) pull(durable jetstream.Consumer) (handled bool, err error) {
	messages, err := durable.Messages(
		jetstream.PullMaxMessages(c.cfg.Prefetch),
		jetstream.PullExpiry(pullExpires),
		jetstream.PullHeartbeat(pullHeartbeat),
		jetstream.WithMessagesErrOnMissingHeartbeat(true),
	)
	if err != nil {
		return false, err
	}
	defer c.handBack(messages)
	for {
		msg, err := messages.Next(jetstream.NextContext(c.pulling))
		switch {
		case c.pulling.Err() != nil:
			if err == nil {
				c.nakNow(msg)
			}
			return handled, nil
		case err == nil:
			handled = true
			c.handle(msg)
		case errors.Is(err, jetstream.ErrNoHeartbeat):
			ctx, cancel := context.WithTimeout(c.pulling, attemptTimeout)
			_, gone := durable.Info(ctx)
			cancel()
			if errors.Is(gone, jetstream.ErrConsumerNotFound) || errors.Is(gone, jetstream.ErrStreamNotFound) {
				return handled, gone
			}
		default:
			return handled, err
		}
	}
}

// handBack gives messages that were delivered but not handled back to the
// server, so that they come again at once and not after its patience.
func (c *Consumer) handBack(messages jetstream.MessagesContext) {
	messages.Drain()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(c.pulling), time.Second)
	defer cancel()
	for {
		msg, err := messages.Next(jetstream.NextContext(ctx))
		if err != nil {
			return
		}
		c.nakNow(msg)
	}
}

// nakNow asks for the message again at once. When that does not arrive, the
// server's patience ends as well.
func (c *Consumer) nakNow(msg jetstream.Msg) {
	if err := msg.Nak(); err != nil && !errors.Is(err, nats.ErrConnectionClosed) {
		c.log.Debug("hand back a message", zap.Error(err))
	}
}

// Stop pulls no more, lets running handlers finish until ctx ends, then ends
// their ctx; what they do not finish is delivered again. It returns when every
// handler is gone, or with an error when some ignore the end of their ctx.
// Twice is safe.
func (c *Consumer) Stop(ctx context.Context) error {
	c.halt(errStopping)
	select {
	case <-c.done:
	case <-ctx.Done():
	}
	c.cut(errCut)
	grace := time.NewTimer(cutGrace)
	defer grace.Stop()
	select {
	case <-c.done:
		return nil
	case <-grace.C:
		c.mu.Lock()
		defer c.mu.Unlock()
		return fmt.Errorf("consumer %q: %d handlers still run %s after they were told to end", c.cfg.Durable, c.running, cutGrace)
	}
}

// RemoveConsumer deletes a durable for good, with its place in the stream: for
// a receiver that is no longer configured. One that does not exist is no error.
func (b *Bus) RemoveConsumer(ctx context.Context, stream, durable string) error {
	err := retry(ctx, b.cfg.RetryFor, func(ctx context.Context) error {
		return b.js.DeleteConsumer(ctx, b.names.object(stream), b.names.object(durable))
	})
	if err != nil && !errors.Is(err, jetstream.ErrConsumerNotFound) {
		return fmt.Errorf("remove consumer %q of %s: %w", durable, stream, err)
	}
	return nil
}
