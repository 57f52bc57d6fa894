package bench

import (
	"net/http/httptest"
	"testing"
)

// BenchmarkUnchanged is a poll that finds nothing new, with the bare client as
// the floor. Both include the site, which is in the same process here.
func BenchmarkUnchanged(b *testing.B) {
	site := httptest.NewServer(NewSite(30))
	defer site.Close()
	cfg := Config{Site: site.URL, Feeds: 1, Dir: b.TempDir()}
	cfg.defaults()
	b.Run("bare", func(b *testing.B) {
		client := newBare(1)
		defer client.close()
		if _, err := client.poll(b.Context(), cfg.Site, 0); err != nil {
			b.Fatal(err)
		}
		b.ReportAllocs()
		for b.Loop() {
			if _, err := client.poll(b.Context(), cfg.Site, 0); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("oshirase", func(b *testing.B) {
		rig, err := newRig(b.Context(), &cfg, rigOptions{})
		if err != nil {
			b.Fatal(err)
		}
		defer func() {
			if err := rig.close(); err != nil {
				b.Error(err)
			}
		}()
		if _, err := rig.poll(b.Context(), 0); err != nil {
			b.Fatal(err)
		}
		b.ReportAllocs()
		for b.Loop() {
			if _, err := rig.poll(b.Context(), 0); err != nil {
				b.Fatal(err)
			}
		}
	})
}
