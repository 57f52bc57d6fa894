package main

import (
	"context"
	"errors"
	"strings"
	"unicode"

	"oshirase/app"
)

// printable keeps text of strangers on one line and free of terminal escapes.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Cf, r) {
			return ' '
		}
		return r
	}, s)
}

// closeArchive closes the archive and joins its error to the command's.
func closeArchive(ctx context.Context, archive *app.Archive, err error) error {
	return errors.Join(err, archive.Close(context.WithoutCancel(ctx)))
}
