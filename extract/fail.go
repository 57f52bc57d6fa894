package extract

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

func fail(reason Reason, format string, args ...any) *Error {
	return &Error{Reason: reason, Message: fmt.Sprintf(format, args...)}
}

// quote shows outside input in a message: quoted and at most 60 characters.
func quote(s string) string {
	if utf8.RuneCountInString(s) > 60 {
		s = strings.TrimSpace(string([]rune(s)[:59])) + "…"
	}
	return strconv.Quote(s)
}
