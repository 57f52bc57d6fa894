package stream

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/nats-io/nats.go/jetstream"
	"go.uber.org/zap"
)

const (
	evidenceBucket = "evidence"
	// evidenceTimeout bounds one transfer: a document of the greatest size takes
	// well under a second on a local disk.
	evidenceTimeout = time.Minute
)

func (b *Bus) ensureEvidence(ctx context.Context) error {
	want := jetstream.ObjectStoreConfig{
		Bucket:   b.names.object(evidenceBucket),
		TTL:      b.cfg.EvidenceRetention,
		MaxBytes: -1, // the server would refuse what is new; SweepEvidence makes room
		Storage:  jetstream.FileStorage,
		Replicas: b.cfg.Replicas,
	}
	err := retry(ctx, b.cfg.RetryFor, func(ctx context.Context) error {
		have, err := b.js.Stream(ctx, "OBJ_"+want.Bucket)
		if errors.Is(err, jetstream.ErrStreamNotFound) {
			_, err = b.js.CreateObjectStore(ctx, want)
			if errors.Is(err, jetstream.ErrBucketExists) {
				return fmt.Errorf("%w: %w", errUnsettled, err)
			}
			return err
		}
		if err != nil {
			return err
		}
		c := have.CachedInfo().Config
		if c.MaxAge == want.TTL && c.MaxBytes == want.MaxBytes && c.Replicas == want.Replicas {
			return nil
		}
		if _, err := b.js.UpdateObjectStore(ctx, want); err != nil {
			return err
		}
		b.log.Info("evidence store updated", zap.Duration("retention", want.TTL), zap.Int64("bytes", want.MaxBytes))
		return nil
	})
	if err != nil {
		return fmt.Errorf("ensure evidence store: %w", err)
	}
	return nil
}

// evidenceStore opens the object store once.
func (b *Bus) evidenceStore(ctx context.Context) (jetstream.ObjectStore, error) {
	b.mu.Lock()
	have := b.evidence
	b.mu.Unlock()
	if have != nil {
		return have, nil
	}
	var store jetstream.ObjectStore
	err := retry(ctx, b.cfg.RetryFor, func(ctx context.Context) (err error) {
		store, err = b.js.ObjectStore(ctx, b.names.object(evidenceBucket))
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("open the evidence store: %w", err)
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.evidence = store
	return store, nil
}

// PutEvidence keeps the raw bytes of a document under their SHA-256 in hex,
// with a few words about it in meta. A document that is already there is not
// written again, unless half of its time is over. A body of another hash is an
// error, one above Config.MaxDocument is [ErrTooLarge].
func (b *Bus) PutEvidence(ctx context.Context, sum string, body []byte, meta map[string]string) error {
	fail := func(err error) error { return fmt.Errorf("keep evidence %q: %w", sum, err) }
	if got := sha256.Sum256(body); hex.EncodeToString(got[:]) != sum {
		return fail(fmt.Errorf("the body's hash is %x: pass the hash of what was received", got))
	}
	if int64(len(body)) > b.cfg.MaxDocument {
		return fail(fmt.Errorf("%w: %d bytes, the limit is %d", ErrTooLarge, len(body), b.cfg.MaxDocument))
	}
	ctx, cancel := context.WithTimeout(ctx, evidenceTimeout)
	defer cancel()
	store, err := b.evidenceStore(ctx)
	if err != nil {
		return fail(err)
	}
	info, err := store.GetInfo(ctx, sum)
	switch {
	case err == nil && time.Since(info.ModTime) < b.cfg.EvidenceRetention/2:
		return nil
	case err != nil && !errors.Is(err, jetstream.ErrObjectNotFound):
		return fail(err)
	}
	if _, err := store.Put(ctx, jetstream.ObjectMeta{Name: sum, Metadata: meta}, bytes.NewReader(body)); err != nil {
		return fail(fmt.Errorf("write %d bytes: %w", len(body), err))
	}
	return nil
}

// GetEvidence returns a kept document and its meta, its hash checked. One that
// was never kept, or whose time is over, is [ErrNotFound].
func (b *Bus) GetEvidence(ctx context.Context, sum string) (body []byte, meta map[string]string, err error) {
	fail := func(err error) error { return fmt.Errorf("read evidence %q: %w", sum, err) }
	if len(sum) != hex.EncodedLen(sha256.Size) {
		return nil, nil, fail(errors.New("this is no SHA-256 in hex"))
	}
	ctx, cancel := context.WithTimeout(ctx, evidenceTimeout)
	defer cancel()
	store, err := b.evidenceStore(ctx)
	if err != nil {
		return nil, nil, fail(err)
	}
	object, err := store.Get(ctx, sum)
	if errors.Is(err, jetstream.ErrObjectNotFound) {
		return nil, nil, fail(ErrNotFound)
	}
	if err != nil {
		return nil, nil, fail(err)
	}
	info, err := object.Info()
	if err == nil && info.Size > uint64(b.cfg.MaxDocument) {
		err = fmt.Errorf("%w: %d bytes, the limit is %d", ErrTooLarge, info.Size, b.cfg.MaxDocument)
	}
	if err == nil {
		body, err = io.ReadAll(object)
	}
	if err := errors.Join(err, object.Close()); err != nil {
		return nil, nil, fail(err)
	}
	if got := sha256.Sum256(body); hex.EncodeToString(got[:]) != sum {
		return nil, nil, fail(fmt.Errorf("the kept bytes have the hash %x: the store was damaged or changed", got))
	}
	return body, info.Metadata, nil
}
