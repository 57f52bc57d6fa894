//go:build !unix

package stream

import "errors"

type storeLock struct{}

func lockStore(string) (*storeLock, error) {
	return nil, errors.New("lock store: the embedded server needs a Unix system: set nats.url to use a NATS server")
}

func (*storeLock) release() error { return nil }
