package stream

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"oshirase/breach"
)

// benchNotice is about 2 KB, the size of a listing row with a short text.
func benchNotice(i int) *breach.Notice {
	n := notice("bench", fmt.Sprint("key-", i), 1, "不正アクセスによる個人情報漏えいに関するお知らせ")
	n.Text = strings.Repeat("当社のサーバーが第三者による不正アクセスを受けました。", 20)
	return n
}

// BenchmarkInsert stores notices exactly once: by one publisher, by sixteen,
// beside the floors of the same disk: one fsync, and one plain publish.
func BenchmarkInsert(b *testing.B) {
	b.Run("floor/fsync", func(b *testing.B) {
		f, err := os.Create(filepath.Join(b.TempDir(), "floor"))
		if err != nil {
			b.Fatal(err)
		}
		body := make([]byte, 2048)
		for b.Loop() {
			if _, err := f.Write(body); err != nil {
				b.Fatal(err)
			}
			if err := f.Sync(); err != nil {
				b.Fatal(err)
			}
		}
		if err := f.Close(); err != nil {
			b.Fatal(err)
		}
	})
	b.Run("floor/plain-publish", func(b *testing.B) {
		bus := open(b)
		body := make([]byte, 2048)
		b.ReportAllocs()
		for i := 0; b.Loop(); i++ {
			if _, err := bus.js.PublishMsg(b.Context(), &nats.Msg{Subject: fmt.Sprint("notices.bench.", i), Data: body}); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("one-publisher", func(b *testing.B) {
		bus := open(b)
		b.ReportAllocs()
		for i := 0; b.Loop(); i++ {
			if _, stored, err := bus.InsertNotice(b.Context(), benchNotice(i)); err != nil || !stored {
				b.Fatal(stored, err)
			}
		}
	})
	b.Run("sixteen-publishers", func(b *testing.B) {
		bus := open(b)
		var next atomic.Int64
		b.ReportAllocs()
		b.SetParallelism(8) // times GOMAXPROCS
		b.RunParallel(func(p *testing.PB) {
			for p.Next() {
				if _, stored, err := bus.InsertNotice(b.Context(), benchNotice(int(next.Add(1)))); err != nil || !stored {
					b.Error(stored, err)
					return
				}
			}
		})
	})
	b.Run("repeat", func(b *testing.B) {
		bus := open(b)
		n := benchNotice(0)
		if _, _, err := bus.InsertNotice(b.Context(), n); err != nil {
			b.Fatal(err)
		}
		b.ReportAllocs()
		for b.Loop() {
			if _, stored, err := bus.InsertNotice(b.Context(), n); err != nil || stored {
				b.Fatal(stored, err)
			}
		}
	})
}

// BenchmarkConsume hands stored messages to a handler, each acknowledged, beside
// a bare consumer of the client on the same stream.
func BenchmarkConsume(b *testing.B) {
	fillFor := func(b *testing.B) *Bus {
		bus := open(b)
		body := make([]byte, 2048)
		for i := range b.N {
			if _, err := bus.js.PublishMsgAsync(&nats.Msg{Subject: fmt.Sprint("notices.bench.", i), Data: body}, jetstream.WithStallWait(attemptTimeout)); err != nil {
				b.Fatal(err)
			}
			if i%256 == 255 {
				<-bus.js.PublishAsyncComplete()
			}
		}
		<-bus.js.PublishAsyncComplete()
		b.ReportAllocs()
		b.ResetTimer()
		return bus
	}
	b.Run("floor/bare-client", func(b *testing.B) {
		bus := fillFor(b)
		c, err := bus.js.CreateConsumer(b.Context(), breach.StreamNotices, jetstream.ConsumerConfig{Durable: "bare", AckPolicy: jetstream.AckExplicitPolicy})
		if err != nil {
			b.Fatal(err)
		}
		messages, err := c.Messages()
		if err != nil {
			b.Fatal(err)
		}
		defer messages.Stop()
		for range b.N {
			m, err := messages.Next()
			if err != nil {
				b.Fatal(err)
			}
			if err := m.Ack(); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("consumer", func(b *testing.B) {
		bus := fillFor(b)
		var handled atomic.Int64
		done := make(chan struct{})
		want := int64(b.N)
		c, err := bus.Consume(b.Context(), ConsumerConfig{Durable: "bench", Stream: breach.StreamNotices, Handler: func(context.Context, Message) error {
			if handled.Add(1) == want {
				close(done)
			}
			return nil
		}})
		if err != nil {
			b.Fatal(err)
		}
		<-done
		b.StopTimer()
		if err := c.Stop(b.Context()); err != nil {
			b.Fatal(err)
		}
	})
}
