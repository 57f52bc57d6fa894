package stream

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"go.uber.org/zap"
)

const (
	// storeName is the folder of Config.DataDir that belongs to this package.
	storeName = "nats"
	// maxPayload leaves room for a notice of breach.MaxTextBytes whose every
	// byte is escaped in JSON.
	maxPayload = 4 << 20
	// maxConnections and maxSubscriptions (of one connection) bound what
	// subscribers can take.
	maxConnections   = 256
	maxSubscriptions = 4096
	// readyTimeout covers only the accept loop: Start has loaded the store by then.
	readyTimeout = 5 * time.Second
)

// embedded is the NATS server of this process with its locked store.
type embedded struct {
	server   *server.Server
	lock     *storeLock
	dir      string
	user     string
	password string
}

func storeDir(cfg Config) string { return filepath.Join(cfg.DataDir, storeName) }

// hasStore reports whether a daemon has ever run on dir.
func hasStore(dir string) bool {
	info, err := os.Stat(filepath.Join(dir, server.JetStreamStoreDir))
	return err == nil && info.IsDir()
}

// startEmbedded makes the folder, locks it and runs the server on it.
func startEmbedded(ctx context.Context, cfg Config, n names, log *zap.Logger) (_ *embedded, err error) {
	dir := storeDir(cfg)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("make store: %w: make data_dir writable for this user", err)
	}
	lock, err := awaitStore(ctx, dir)
	if err != nil {
		return nil, err
	}
	return runEmbedded(ctx, cfg, n, lock, log)
}

// awaitStore takes the store's lock. From a daemon that serves it is not to be
// had; a command beside the daemon, or a daemon that is stopping, gives it back
// within attachWait.
func awaitStore(ctx context.Context, dir string) (*storeLock, error) {
	ctx, cancel := context.WithTimeout(ctx, attachWait)
	defer cancel()
	for pause := retryPauseMin; ; pause = min(2*pause, retryPauseMax) {
		lock, err := lockStore(dir)
		if !errors.Is(err, ErrLocked) {
			return lock, err
		}
		if _, serving := readEndpoint(dir); serving == nil || !wait(ctx, jitter(pause)) {
			return nil, err
		}
	}
}

// runEmbedded runs the server on a store that lock guards, and releases lock
// when it fails.
func runEmbedded(ctx context.Context, cfg Config, n names, lock *storeLock, log *zap.Logger) (_ *embedded, err error) {
	e := &embedded{lock: lock, dir: storeDir(cfg), user: adminUser, password: rand.Text()}
	defer func() {
		if err != nil {
			err = errors.Join(err, e.close())
		}
	}()
	// What lies there belongs to a daemon that was killed: this process has the lock.
	if err := removeEndpoint(e.dir); err != nil {
		return nil, err
	}
	host, port := "127.0.0.1", 0
	if cfg.Listen != "" {
		if host, port, err = splitListen(cfg.Listen); err != nil {
			return nil, err
		}
	}
	gate := newGate(e.password, cfg.Subscribers, n, cfg.Listen != "" && isLoopback(host), host)
	opts := &server.Options{
		ServerName:                 "oshirase",
		Host:                       host,
		Port:                       port,
		DontListen:                 cfg.InProcess,
		CustomClientAuthentication: gate,
		JetStream:                  true,
		StoreDir:                   e.dir,
		JetStreamMaxStore:          cfg.MaxStore,
		// Without it a power cut loses acknowledged messages, even whole streams.
		SyncAlways:             true,
		MaxPayload:             maxPayload,
		MaxConn:                maxConnections,
		MaxSubs:                maxSubscriptions,
		NoSigs:                 true,
		DisableJetStreamBanner: true,
	}
	if port == 0 {
		opts.Port = server.RANDOM_PORT
	}
	s, err := server.NewServer(opts)
	if err != nil {
		return nil, fmt.Errorf("embedded server: %w", err)
	}
	e.server = s
	gate.account = s.GlobalAccount()
	bridge := &serverLog{log: log.Named("nats").WithOptions(zap.AddCallerSkip(1)).Sugar()}
	s.SetLoggerV2(bridge, false, false, false)
	s.Start()
	if err := ctx.Err(); err != nil {
		return nil, context.Cause(ctx)
	}
	if fatal := bridge.fatal.Load(); fatal != nil {
		return nil, startFault(cfg, *fatal)
	}
	if !s.ReadyForConnections(readyTimeout) {
		return nil, fmt.Errorf("embedded server on %s: not ready after %s", e.dir, readyTimeout)
	}
	return e, nil
}

// startFault turns the server's last words into an error with a remedy.
func startFault(cfg Config, said string) error {
	if cfg.Listen != "" {
		if l, err := net.Listen("tcp", cfg.Listen); err != nil {
			return fmt.Errorf("listen %q: %w: stop what uses the address, or change nats.listen", cfg.Listen, err)
		} else if err := l.Close(); err != nil {
			return fmt.Errorf("listen %q: %w", cfg.Listen, err)
		}
	}
	return fmt.Errorf("embedded server on %s: %s", storeDir(cfg), said)
}

// address is where the server listens, nil when it does not.
func (e *embedded) address() *net.TCPAddr {
	addr, ok := e.server.Addr().(*net.TCPAddr)
	if !ok {
		return nil
	}
	return addr
}

// publish writes the endpoint file for other commands of this machine.
func (e *embedded) publish() error {
	addr := e.address()
	if addr == nil {
		return nil
	}
	host := addr.IP.String()
	if addr.IP.IsUnspecified() {
		host = "127.0.0.1"
	}
	url := "nats://" + net.JoinHostPort(host, strconv.Itoa(addr.Port))
	return writeEndpoint(e.dir, endpoint{URL: url, User: e.user, Password: e.password})
}

// close stops the server, waits for it, and gives the store free.
func (e *embedded) close() error {
	err := removeEndpoint(e.dir)
	if e.server != nil {
		e.server.Shutdown()
		e.server.WaitForShutdown()
	}
	return errors.Join(err, e.lock.release())
}
