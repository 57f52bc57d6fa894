package breach

import (
	"fmt"
	"log/slog"
	"os"
	"strings"
	"unique"
)

const redacted = "[secret]"

// Secret is a string that no formatting, marshalling or logging prints. Reveal
// is the only way to its value. Secrets of the same value are equal.
type Secret struct {
	// The value stands behind a pointer: fmt cannot call the methods below on an
	// unexported field of another struct, and would print a string there.
	value unique.Handle[string]
}

// NewSecret wraps value.
func NewSecret(value string) Secret {
	if value == "" {
		return Secret{}
	}
	return Secret{unique.Make(value)}
}

// Reveal returns the value, for the one call that needs it.
func (s Secret) Reveal() string {
	if s.IsZero() {
		return ""
	}
	return s.value.Value()
}

// IsZero reports whether there is no secret.
func (s Secret) IsZero() bool { return s == Secret{} }

// String, GoString, Format, MarshalText and LogValue hide the value.
func (Secret) String() string { return redacted }

// GoString hides the value from %#v.
func (Secret) GoString() string { return redacted }

// Format hides the value from every verb.
func (Secret) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte(redacted)) }

// MarshalText hides the value from JSON and YAML.
func (Secret) MarshalText() ([]byte, error) { return []byte(redacted), nil }

// LogValue hides the value from slog.
func (Secret) LogValue() slog.Value { return slog.StringValue(redacted) }

// UnmarshalText takes the value.
func (s *Secret) UnmarshalText(text []byte) error { *s = NewSecret(string(text)); return nil }

// maxSecretBytes bounds a secret's file: more is a mistaken path.
const maxSecretBytes = 64 << 10

// ReadSecret returns inline, or the trimmed contents of file. key names the
// configuration key in the error. Both set, an unreadable or an empty file are
// errors; neither set gives the zero Secret.
func ReadSecret(key string, inline Secret, file string) (Secret, error) {
	if file == "" {
		return inline, nil
	}
	if !inline.IsZero() {
		return Secret{}, fmt.Errorf("%s and %s_file are both set: keep one", key, key)
	}
	info, err := os.Stat(file)
	if err != nil {
		return Secret{}, fmt.Errorf("%s_file: %w: create it or correct the path", key, err)
	}
	if info.Size() > maxSecretBytes {
		return Secret{}, fmt.Errorf("%s_file: %s has %d bytes, more than any secret: correct the path", key, file, info.Size())
	}
	b, err := os.ReadFile(file)
	if err != nil {
		return Secret{}, fmt.Errorf("%s_file: %w: make it readable for the daemon's user", key, err)
	}
	v := strings.TrimSpace(string(b))
	if v == "" {
		return Secret{}, fmt.Errorf("%s_file: %s is empty: put the secret into it", key, file)
	}
	return NewSecret(v), nil
}
