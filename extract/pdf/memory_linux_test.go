package pdf_test

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"runtime/debug"
	"testing"
	"time"

	"oshirase/extract/pdf"
)

// resident is the process's memory in KiB, by the kernel's count.
func resident(t *testing.T) (kib int) {
	t.Helper()
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := bytes.Cut(status, []byte("VmRSS:"))
	if _, err := fmt.Sscan(string(rest), &kib); err != nil {
		t.Fatal(err)
	}
	return kib
}

// The figures that matter are the daemon's: this test holds their direction.
func TestMemoryIsGivenBack(t *testing.T) {
	const (
		mib   = 1 << 10 // in KiB
		noise = 8 * mib // of the test itself; the code is 16 MiB and 4.5 of WebAssembly
	)
	e := newEngine(t, pdf.Config{MemoryMiB: 48, IdleAfter: 500 * time.Millisecond})
	notice, bomb := fixture(t, "h-90ms.pdf"), fixture(t, "bomb1g.pdf.gz")
	debug.FreeOSMemory()
	before := resident(t)
	if _, err := e.Text(t.Context(), notice); err != nil {
		t.Fatal(err)
	}
	working := resident(t)
	if _, err := e.Text(t.Context(), bomb); !errors.Is(err, pdf.ErrLimit) {
		t.Fatalf("the bomb: %v", err)
	}
	if left := resident(t) - working; left > noise {
		t.Errorf("a document that filled 48 MiB left %d KiB", left)
	}
	deadline := time.NewTimer(30 * time.Second)
	defer deadline.Stop()
	poll := time.NewTicker(50 * time.Millisecond)
	defer poll.Stop()
	for resident(t) > before+noise {
		select {
		case <-poll.C:
		case <-deadline.C:
			t.Fatalf("KiB: %d before, %d at work, %d idle", before, working, resident(t))
		}
	}
	t.Logf("KiB: %d before, %d at work, %d idle", before, working, resident(t))
}
