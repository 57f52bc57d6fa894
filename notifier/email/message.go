package email

import (
	"bytes"
	_ "embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"strings"
	"unicode/utf8"

	gomail "github.com/wneessen/go-mail"

	"oshirase/breach"
	"oshirase/notifier"
	"oshirase/notifier/render"
)

//go:embed mail.html
var mailHTML string

var page = template.Must(template.New("mail").Funcs(template.FuncMap{
	// The colour is one of the renderer's own constants.
	"css": func(s string) template.CSS { return template.CSS(s) },
}).Parse(mailHTML))

// columns of the plain-text part.
const columns = 74

// HTML renders the HTML part.
func HTML(v *render.View) ([]byte, error) {
	var b bytes.Buffer
	if err := page.Execute(&b, v); err != nil {
		return nil, fmt.Errorf("render the HTML part: %w", err)
	}
	return b.Bytes(), nil
}

// compose writes the whole message.
func (n *Notifier) compose(m notifier.Message) ([]byte, error) {
	html, err := HTML(m.View)
	if err != nil {
		return nil, err
	}
	a, v := m.Alert, m.View
	msg := gomail.NewMsg(
		gomail.WithEncoding(gomail.EncodingB64), // Japanese is a third shorter than quoted-printable
		gomail.WithBoundary("oshirase-"+a.ID),
		gomail.WithNoDefaultUserAgent(),
	)
	msg.FromMailAddress(n.from)
	msg.ToMailAddress(n.to...)
	msg.SetMessageIDWithValue(n.messageID(m))
	msg.SetDateWithValue(m.Time)
	subject := v.Subject
	if v.Followup {
		subject = "Re: " + subject
	}
	msg.SetGenHeaderPreformatted(gomail.HeaderSubject, encodeHeader("Subject", subject))
	if a.Incident != nil {
		root := "<" + a.Incident.ID + ".incident@" + n.domain + ">"
		msg.SetGenHeader(gomail.HeaderReferences, root)
		msg.SetGenHeader(gomail.HeaderInReplyTo, root)
	}
	// RFC 3834: no out-of-office replies to an alert.
	msg.SetGenHeader("Auto-Submitted", "auto-generated")
	msg.SetGenHeader("X-Auto-Response-Suppress", "All")
	msg.SetGenHeader("List-Id", "<"+m.Receiver+".oshirase."+n.domain+">")
	// For filters in the mail client.
	msg.SetGenHeader("X-Oshirase-Severity", string(a.Severity))
	msg.SetGenHeader("X-Oshirase-Kind", string(a.Kind))
	if a.PrimaryVector != "" {
		msg.SetGenHeader("X-Oshirase-Vector", string(a.PrimaryVector))
	}
	if a.Severity == breach.Critical {
		msg.SetImportance(gomail.ImportanceHigh)
	}
	msg.SetBodyString(gomail.TypeTextPlain, v.Text(columns))
	msg.AddAlternativeString(gomail.TypeTextHTML, string(html))
	var raw bytes.Buffer
	if _, err := msg.WriteTo(&raw); err != nil {
		return nil, fmt.Errorf("encode the message: %w", err)
	}
	return raw.Bytes(), nil
}

// maxEncodedLine is the longest line with an encoded word (RFC 2047, section 2).
const maxEncodedLine = 76

// encodeHeader encodes and folds an unstructured header's value. The standard
// library's encoder does not fold, and go-mail folds only between whole words
// of 75, which leaves the first line empty; mail systems differ over both.
func encodeHeader(name, value string) string {
	if isASCII(value) && !strings.Contains(value, "=?") && len(name)+2+len(value) <= maxEncodedLine {
		return value
	}
	const open, end = "=?UTF-8?B?", "?="
	var b strings.Builder
	room := maxEncodedLine - len(name) - len(": ")
	for value != "" {
		limit := (room - len(open) - len(end)) / 4 * 3 // bytes that fit as base64
		size := 0
		for size < len(value) {
			_, n := utf8.DecodeRuneInString(value[size:])
			if size+n > limit {
				break
			}
			size += n
		}
		if b.Len() > 0 {
			b.WriteString("\r\n ")
		}
		b.WriteString(open + base64.StdEncoding.EncodeToString([]byte(value[:size])) + end)
		value = value[size:]
		room = maxEncodedLine - len(" ")
	}
	return b.String()
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] < ' ' || s[i] >= 0x7f {
			return false
		}
	}
	return true
}
