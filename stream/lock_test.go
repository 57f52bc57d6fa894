package stream

import (
	"errors"
	"os"
	"strings"
	"testing"
)

func TestASecondDaemonOnOneStoreIsRefusedAtOnce(t *testing.T) {
	cfg := Config{DataDir: t.TempDir()}
	openConfig(t, cfg)
	_, err := Open(t.Context(), cfg, testLog(t))
	if !errors.Is(err, ErrLocked) {
		t.Fatalf("opened, or failed with %v", err)
	}
	if !strings.Contains(err.Error(), "stop it") {
		t.Errorf("no remedy in %q", err)
	}
}

func TestADaemonWaitsForACommandThatHasTheStore(t *testing.T) {
	cfg := Config{DataDir: t.TempDir()}
	first, err := Open(t.Context(), cfg, testLog(t))
	if err != nil {
		t.Fatal(err)
	}
	closeBus(t, first)
	command, err := Attach(t.Context(), cfg, testLog(t))
	if err != nil {
		t.Fatal(err)
	}
	opened := make(chan error, 1)
	go func() {
		daemon, err := Open(t.Context(), cfg, testLog(t))
		if err == nil {
			closeBus(t, daemon)
		}
		opened <- err
	}()
	// The lock file names the command until it ends; then the daemon takes over.
	if text, err := os.ReadFile(storeDir(cfg) + "/" + lockName); err != nil || len(text) == 0 {
		t.Errorf("nobody has the store: %q, %v", text, err)
	}
	closeBus(t, command)
	if err := receive(t, opened); err != nil {
		t.Fatal(err)
	}
}
