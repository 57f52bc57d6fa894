package pdf

// TestCacheDir is the directory for compiled code that all tests share.
var TestCacheDir string

// Compiled tells whether the engine holds compiled code.
func Compiled(e *Engine) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.module != nil
}
