package stream

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"sync"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
	"go.uber.org/zap"
	"golang.org/x/sync/semaphore"
)

// Bus is the connection to the streams. It is safe for concurrent use.
type Bus struct {
	cfg      Config
	names    names
	log      *zap.Logger
	embedded *embedded // nil on a cluster and beside a running daemon
	nc       *nats.Conn
	js       jetstream.JetStream

	inserting *semaphore.Weighted // notices under way

	mu        sync.Mutex
	consumers []*Consumer
	closed    bool
	evidence  jetstream.ObjectStore // opened at first use
}

// Open is the daemon's way in: it runs the embedded server or connects to the
// cluster, and makes sure of streams and buckets, creating what is missing and
// updating what the configuration changed. ctx bounds the opening only. A
// second server on the same store is [ErrLocked].
func Open(ctx context.Context, cfg Config, log *zap.Logger) (*Bus, error) {
	cfg = cfg.withDefaults()
	if err := cfg.validate(); err != nil {
		return nil, err
	}
	b := newBus(cfg, log)
	var err error
	if cfg.URL != "" {
		err = b.connectCluster(ctx)
	} else if b.embedded, err = startEmbedded(ctx, cfg, b.names, b.log); err == nil {
		err = b.connectEmbedded()
	}
	if err == nil {
		err = b.ensure(ctx)
	}
	if err == nil && b.embedded != nil {
		err = b.embedded.publish()
	}
	if err != nil {
		return nil, errors.Join(err, b.Close(ctx))
	}
	return b, nil
}

// Attach is the way in for a command beside the daemon: to the cluster of
// cfg.URL, to the running daemon, or, when none runs, to its store, which is
// then locked until Close. It creates and changes nothing. A data directory
// that no daemon has used is [ErrNoStore].
func Attach(ctx context.Context, cfg Config, log *zap.Logger) (*Bus, error) {
	cfg = cfg.withDefaults()
	// A command listens to nobody, whatever the daemon does.
	cfg.Listen, cfg.Subscribers, cfg.InProcess = "", nil, true
	if err := cfg.validate(); err != nil {
		return nil, err
	}
	b := newBus(cfg, log)
	if err := b.attach(ctx); err != nil {
		return nil, errors.Join(err, b.Close(ctx))
	}
	return b, nil
}

func newBus(cfg Config, log *zap.Logger) *Bus {
	return &Bus{cfg: cfg, names: newNames(cfg.SubjectPrefix), log: log.Named("stream"), inserting: semaphore.NewWeighted(allInFlight)}
}

// attachWait is how long a command waits for a daemon that has the store but
// does not listen yet, or is just stopping.
const attachWait = 5 * time.Second

func (b *Bus) attach(ctx context.Context) error {
	if b.cfg.URL != "" {
		return b.connectCluster(ctx)
	}
	dir := storeDir(b.cfg)
	if !hasStore(dir) {
		return fmt.Errorf("%w in %s: start the daemon once, or correct data_dir", ErrNoStore, b.cfg.DataDir)
	}
	ctx, cancel := context.WithTimeout(ctx, attachWait)
	defer cancel()
	for pause := retryPauseMin; ; pause = min(2*pause, retryPauseMax) {
		lock, err := lockStore(dir)
		if err == nil {
			if b.embedded, err = runEmbedded(ctx, b.cfg, b.names, lock, b.log); err != nil {
				return err
			}
			return b.connectEmbedded()
		}
		if !errors.Is(err, ErrLocked) {
			return err
		}
		e, readErr := readEndpoint(dir)
		if readErr == nil {
			readErr = b.connect(e.URL, nats.UserInfo(e.User, e.Password))
			if readErr == nil {
				return nil
			}
			readErr = fmt.Errorf("connect to the running daemon at %s: %w", e.URL, readErr)
		} else if errors.Is(readErr, fs.ErrPermission) {
			return readErr
		}
		if !wait(ctx, jitter(pause)) {
			return errors.Join(err, readErr)
		}
	}
}

func (b *Bus) connectEmbedded() error {
	e := b.embedded
	if err := b.connect("", nats.InProcessServer(e.server), nats.UserInfo(e.user, e.password)); err != nil {
		return fmt.Errorf("connect to the embedded server: %w", err)
	}
	return nil
}

// connectCluster tries until Config.ConnectTimeout, so that daemon and cluster
// may be started together; a refused credential is not tried again.
func (b *Bus) connectCluster(ctx context.Context) error {
	var opts []nats.Option
	if b.cfg.CredentialsFile != "" {
		opts = append(opts, nats.UserCredentials(b.cfg.CredentialsFile))
	}
	ctx, cancel := context.WithTimeout(ctx, b.cfg.ConnectTimeout)
	defer cancel()
	for pause := retryPauseMin; ; pause = min(2*pause, retryPauseMax) {
		err := b.connect(b.cfg.URL, opts...)
		if err == nil {
			break
		}
		_, network := errors.AsType[net.Error](err)
		if !network && !errors.Is(err, nats.ErrNoServers) && !errors.Is(err, nats.ErrTimeout) {
			return fmt.Errorf("connect to %s: %w: correct nats.url and nats.credentials_file", redactURL(b.cfg.URL), err)
		}
		if !wait(ctx, jitter(pause)) {
			return fmt.Errorf("connect to %s: %w: start the NATS server, or correct nats.url", redactURL(b.cfg.URL), err)
		}
	}
	// Reading a whole filter in one request came with nats-server 2.11.
	if v := b.nc.ConnectedServerVersion(); !atLeast(v, 2, 11) {
		return fmt.Errorf("server at %s is nats-server %s: upgrade it to 2.11 or later", redactURL(b.cfg.URL), v)
	}
	return nil
}

func atLeast(version string, major, minor int) bool {
	var a, i int
	if n, _ := fmt.Sscanf(version, "%d.%d", &a, &i); n != 2 {
		return false
	}
	return a > major || (a == major && i >= minor)
}

// connect opens a connection that comes back by itself for ever once it was
// there.
func (b *Bus) connect(url string, opts ...nats.Option) error {
	opts = append([]nats.Option{
		nats.Name("oshirase"),
		nats.Timeout(2 * time.Second),
		nats.MaxReconnects(-1),
		nats.ReconnectWait(250 * time.Millisecond),
		nats.DrainTimeout(5 * time.Second),
		nats.DisconnectErrHandler(func(_ *nats.Conn, err error) {
			if err != nil {
				b.log.Warn("connection lost; reconnecting", zap.Error(err))
			}
		}),
		nats.ReconnectHandler(func(*nats.Conn) { b.log.Info("connected again") }),
		nats.ErrorHandler(func(_ *nats.Conn, _ *nats.Subscription, err error) {
			b.log.Warn("connection trouble", zap.Error(err))
		}),
	}, opts...)
	nc, err := nats.Connect(url, opts...)
	if err != nil {
		return err
	}
	js, err := jetstream.New(nc, jetstream.WithDefaultTimeout(attemptTimeout))
	if err != nil {
		nc.Close()
		return fmt.Errorf("jetstream: %w", err)
	}
	b.nc, b.js = nc, js
	return nil
}

// Addr is where the embedded server listens, nil when it does not.
func (b *Bus) Addr() net.Addr {
	if b.embedded == nil {
		return nil
	}
	if addr := b.embedded.address(); addr != nil {
		return addr
	}
	return nil
}

// Close stops the consumers that still run, as [Consumer.Stop] does, brings
// out what was sent, and stops the embedded server. Twice is safe. ctx bounds
// the grace of running handlers.
func (b *Bus) Close(ctx context.Context) error {
	b.mu.Lock()
	consumers := b.consumers
	again := b.closed
	b.consumers, b.closed = nil, true
	b.mu.Unlock()
	if again {
		return nil
	}
	errs := make([]error, len(consumers))
	var stopping sync.WaitGroup
	for i, c := range consumers {
		stopping.Go(func() { errs[i] = c.Stop(ctx) })
	}
	stopping.Wait()
	if b.nc != nil {
		if b.nc.IsConnected() {
			if err := b.nc.FlushTimeout(time.Second); err != nil {
				errs = append(errs, fmt.Errorf("flush the last acknowledgements: %w", err))
			}
		}
		b.nc.Close()
	}
	if b.embedded != nil {
		errs = append(errs, b.embedded.close())
	}
	return errors.Join(errs...)
}
