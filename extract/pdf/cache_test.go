package pdf

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
)

// tiny is a WebAssembly module with one function, which compiles in no time.
var tiny = []byte("\x00asm\x01\x00\x00\x00" + // magic, version
	"\x01\x04\x01\x60\x00\x00" + // type 0: no parameters, no results
	"\x03\x02\x01\x00" + // function 0 has type 0
	"\x0a\x04\x01\x02\x00\x0b") // its body: end

func compileTiny(t *testing.T, dir string) error {
	t.Helper()
	m, err := compileCached(t.Context(), Config{CacheDir: dir}.withDefaults(), tiny)
	if err != nil {
		return err
	}
	return m.close(t.Context())
}

func onlyFile(t *testing.T, dir string) string {
	t.Helper()
	files, err := cacheFiles(dir)
	if err != nil || len(files) != 1 {
		t.Fatalf("files %q, %v", files, err)
	}
	return files[0]
}

func TestADamagedCacheIsMadeAnew(t *testing.T) {
	for name, damage := range map[string]func(path string) error{
		"cut short":  func(path string) error { return os.Truncate(path, 30) },
		"empty":      func(path string) error { return os.Truncate(path, 0) },
		"other data": func(path string) error { return os.WriteFile(path, make([]byte, 400), 0o600) },
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			if err := compileTiny(t, dir); err != nil {
				t.Fatal(err)
			}
			file := onlyFile(t, dir)
			whole, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if err := errors.Join(damage(file), compileTiny(t, dir)); err != nil {
				t.Fatal(err)
			}
			if mended, err := os.ReadFile(onlyFile(t, dir)); err != nil || len(mended) != len(whole) {
				t.Errorf("%d bytes, %d before, %v", len(mended), len(whole), err)
			}
		})
	}
}

func TestTheCacheHoldsOneModule(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "a [new] *directory")
	if err := compileTiny(t, dir); err != nil {
		t.Fatal(err)
	}
	fresh := onlyFile(t, dir)
	old, other := filepath.Join(dir, "wazero-v1.0.0-amd64-linux", "abcd"), filepath.Join(dir, "notes.txt")
	if err := os.Mkdir(filepath.Dir(old), 0o700); err != nil {
		t.Fatal(err)
	}
	for _, file := range []string{old, fresh + ".123.tmp", other} {
		if err := os.WriteFile(file, []byte("x"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	// What is there serves: nothing is removed.
	if err := compileTiny(t, dir); err != nil {
		t.Fatal(err)
	}
	if files, err := cacheFiles(dir); err != nil || len(files) != 3 {
		t.Errorf("files %q, %v", files, err)
	}
	// A new module takes the place of all that wazero wrote, and of nothing else.
	if err := errors.Join(os.Remove(fresh), compileTiny(t, dir)); err != nil {
		t.Fatal(err)
	}
	if got := onlyFile(t, dir); got != fresh {
		t.Errorf("%s, want %s", got, fresh)
	}
	if _, err := os.Stat(other); err != nil {
		t.Error(err)
	}
}

func TestABuildThatNeedsMoreIsRefused(t *testing.T) {
	wants := append([]byte(nil), tiny[:14]...)
	wants = append(wants, "\x02\x0c\x01\x03env\x04what\x00\x00"...) // imports env.what of type 0
	_, err := compileCached(t.Context(), Config{CacheDir: t.TempDir()}.withDefaults(), wants)
	if err == nil {
		t.Fatal("a build with an unknown import was taken")
	}
	t.Log(err)
}
