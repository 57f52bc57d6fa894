package stream

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"github.com/nats-io/nats.go/jetstream"
)

// BucketConfig names a key-value bucket.
type BucketConfig struct {
	// Name: letters, digits, - and _. Required.
	Name string
	// TTL drops a value so long after it was last saved; 0 keeps it for ever.
	TTL time.Duration
}

// Bucket is a key-value store. Keys are any text: the server sees their hash,
// and the key itself travels with the value.
type Bucket struct {
	bus *Bus
	cfg BucketConfig
	kv  jetstream.KeyValue
}

// Bucket opens a bucket, creating it when there is none and updating its TTL
// when that changed.
func (b *Bus) Bucket(ctx context.Context, cfg BucketConfig) (*Bucket, error) {
	if !durablePattern.MatchString(cfg.Name) {
		return nil, fmt.Errorf("bucket %q: the name may hold letters, digits, - and _", cfg.Name)
	}
	k := &Bucket{bus: b, cfg: cfg}
	want := jetstream.KeyValueConfig{
		Bucket:   b.names.object(cfg.Name),
		TTL:      cfg.TTL,
		History:  1,
		Storage:  jetstream.FileStorage,
		Replicas: b.cfg.Replicas,
	}
	err := retry(ctx, b.cfg.RetryFor, func(ctx context.Context) (err error) {
		k.kv, err = b.js.KeyValue(ctx, want.Bucket)
		if errors.Is(err, jetstream.ErrBucketNotFound) {
			k.kv, err = b.js.CreateKeyValue(ctx, want)
			if errors.Is(err, jetstream.ErrBucketExists) {
				return fmt.Errorf("%w: %w", errUnsettled, err)
			}
			return err
		}
		if err != nil {
			return err
		}
		status, err := k.kv.Status(ctx)
		if err != nil {
			return err
		}
		if status.TTL() != cfg.TTL || status.Config().Replicas != want.Replicas {
			k.kv, err = b.js.UpdateKeyValue(ctx, want)
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("bucket %q: %w", cfg.Name, err)
	}
	return k, nil
}

// hashKey is what the server knows a key by: it takes neither Japanese nor URLs.
func hashKey(key string) string {
	sum := sha256.Sum256([]byte(key))
	return hex.EncodeToString(sum[:])
}

// pack puts the key before the value, with its length in front.
func pack(key string, value []byte) []byte {
	out := binary.AppendUvarint(make([]byte, 0, len(key)+len(value)+binary.MaxVarintLen64), uint64(len(key)))
	return append(append(out, key...), value...)
}

func unpack(packed []byte) (key string, value []byte, err error) {
	n, size := binary.Uvarint(packed)
	if size <= 0 || n > uint64(len(packed)-size) {
		return "", nil, errors.New("the value was not written by this program: delete the bucket")
	}
	rest := packed[size:]
	return string(rest[:n]), rest[n:], nil
}

// Load returns the value and its revision; nil and 0 when there is none.
func (k *Bucket) Load(ctx context.Context, key string) (value []byte, revision uint64, err error) {
	err = retry(ctx, k.bus.cfg.RetryFor, func(ctx context.Context) error {
		entry, err := k.kv.Get(ctx, hashKey(key))
		if errors.Is(err, jetstream.ErrKeyNotFound) {
			value, revision = nil, 0
			return nil
		}
		if err != nil {
			return err
		}
		revision = entry.Revision()
		_, value, err = unpack(entry.Value())
		return err
	})
	if err != nil {
		return nil, 0, fmt.Errorf("bucket %q: load %q: %w", k.cfg.Name, key, err)
	}
	return value, revision, nil
}

// Save stores value if the key's revision is still the given one (0: none is
// stored) and returns the new one. Otherwise it is [ErrConflict]: load again and
// decide.
func (k *Bucket) Save(ctx context.Context, key string, value []byte, revision uint64) (uint64, error) {
	packed := pack(key, value)
	var saved uint64
	uncertain := false // an earlier attempt of ours may have been stored
	err := retry(ctx, k.bus.cfg.RetryFor, func(ctx context.Context) (err error) {
		if revision == 0 {
			saved, err = k.kv.Create(ctx, hashKey(key), packed)
		} else {
			saved, err = k.kv.Update(ctx, hashKey(key), packed, revision)
		}
		if !wrongSequence(err) {
			uncertain = uncertain || err != nil
			return err
		}
		if uncertain {
			entry, err := k.kv.Get(ctx, hashKey(key))
			if err == nil && entry.Revision() > revision && bytes.Equal(entry.Value(), packed) {
				saved = entry.Revision()
				return nil
			}
			if transient(err) {
				return err
			}
		}
		return ErrConflict
	})
	if err != nil {
		return 0, fmt.Errorf("bucket %q: save %q: %w", k.cfg.Name, key, err)
	}
	return saved, nil
}

// Claim takes a key for the bucket's TTL. Of all that try, one gets true.
func (k *Bucket) Claim(ctx context.Context, key string) (bool, error) {
	// The claimant's own mark tells its stored claim from another's when the
	// answer got lost.
	_, err := k.Save(ctx, key, []byte(rand.Text()), 0)
	if errors.Is(err, ErrConflict) {
		return false, nil
	}
	return err == nil, err
}

// put stores value whatever is there.
func (k *Bucket) put(ctx context.Context, key string, value []byte) error {
	_, err := k.kv.Put(ctx, hashKey(key), pack(key, value))
	if err != nil {
		return fmt.Errorf("bucket %q: put %q: %w", k.cfg.Name, key, err)
	}
	return nil
}

// Delete removes a key. One that does not exist is no error.
func (k *Bucket) Delete(ctx context.Context, key string) error {
	err := retry(ctx, k.bus.cfg.RetryFor, func(ctx context.Context) error {
		return k.kv.Purge(ctx, hashKey(key))
	})
	if err != nil {
		return fmt.Errorf("bucket %q: delete %q: %w", k.cfg.Name, key, err)
	}
	return nil
}

// List calls each for every key, in the order in which they were saved, and
// stops at its first error.
func (k *Bucket) List(ctx context.Context, each func(key string, value []byte) error) error {
	fail := func(err error) error { return fmt.Errorf("bucket %q: list: %w", k.cfg.Name, err) }
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	watcher, err := k.kv.WatchAll(ctx, jetstream.IgnoreDeletes())
	if err != nil {
		return fail(err)
	}
	for {
		select {
		case entry, ok := <-watcher.Updates():
			if !ok {
				return fail(errors.Join(errors.New("the connection went away"), watcher.Stop()))
			}
			if entry == nil { // all there was
				return watcher.Stop()
			}
			key, value, err := unpack(entry.Value())
			if err == nil {
				err = each(key, value)
			}
			if err != nil {
				return errors.Join(err, watcher.Stop())
			}
		case <-ctx.Done():
			return errors.Join(fail(context.Cause(ctx)), watcher.Stop())
		}
	}
}
