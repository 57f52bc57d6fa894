package app

import (
	"runtime"
	"runtime/debug"
	"testing"
)

func TestMemoryThatNobodyUsesIsGivenBack(t *testing.T) {
	busy := make([][]byte, 128)
	for i := range busy {
		busy[i] = make([]byte, 1<<20)
	}
	runtime.KeepAlive(busy)
	busy = nil
	debug.FreeOSMemory()
	if got := unused(); got > 2*maxUnused {
		t.Errorf("%d bytes are kept", got)
	}
}
