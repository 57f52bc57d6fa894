// Package webhook posts alerts as JSON to a URL of the operator's. Start with
// [New].
//
// The body is the alert as it stands on the stream (schema oshirase.alert.v1),
// with its CloudEvents 1.0 attributes in binary mode as ce-* headers. With a
// secret the request is signed as Standard Webhooks lay down
// (standardwebhooks.com), so ready-made libraries check it:
//
//	webhook-id:        the alert's id, the same for each attempt
//	webhook-timestamp: seconds since 1970
//	webhook-signature: v1,base64(HMAC-SHA256(secret, id + "." + timestamp + "." + body))
//
// A secret that starts with whsec_ is base64 behind it, as in that standard;
// any other is taken as it is. [Verify] checks a request.
//
// A message may come twice after a crash: drop what has a webhook-id (also sent
// as Idempotency-Key) that was seen. Any 2xx means yes; 429 and 503 with
// Retry-After pause, other 5xx wait, everything else is permanent.
package webhook

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"oshirase/breach"
	"oshirase/notifier"
	"oshirase/notifier/egress"
)

// Config is the receiver's section of the configuration.
type Config struct {
	// URL may itself be a secret; no error or log shows more than its host.
	URL     breach.Secret `yaml:"url"`
	URLFile string        `yaml:"url_file"`
	// Secret signs the requests; without it they are not signed.
	Secret     breach.Secret `yaml:"secret"`
	SecretFile string        `yaml:"secret_file"`
	// Authorization is the whole value of that header: "Bearer …", "Splunk …".
	Authorization     breach.Secret `yaml:"authorization"`
	AuthorizationFile string        `yaml:"authorization_file"`
}

// Validate implements the check of a configuration section.
func (c Config) Validate() []breach.Fault {
	var faults []breach.Fault
	add := func(key, message string) { faults = append(faults, breach.Fault{Key: key, Message: message}) }
	switch {
	case c.URL.IsZero() && c.URLFile == "":
		add("url", "name the URL to post to")
	case !c.URL.IsZero():
		if err := egress.CheckURL(c.URL.Reveal()); err != nil {
			add("url", err.Error())
		}
	}
	for _, twin := range []struct {
		key    string
		inline breach.Secret
		file   string
	}{{"url", c.URL, c.URLFile}, {"secret", c.Secret, c.SecretFile}, {"authorization", c.Authorization, c.AuthorizationFile}} {
		if !twin.inline.IsZero() && twin.file != "" {
			add(twin.key+"_file", "stands beside "+twin.key+": keep one")
		}
	}
	if _, err := key(c.Secret); err != nil {
		add("secret", err.Error())
	}
	if strings.ContainsAny(c.Authorization.Reveal(), "\r\n") {
		add("authorization", "holds a line break: write it on one line")
	}
	return faults
}

// minSecret is the shortest secret, in bytes: shorter ones can be guessed from
// one signed request.
const minSecret = 16

// key is the secret's bytes; nil for none.
func key(secret breach.Secret) ([]byte, error) {
	text := secret.Reveal()
	if text == "" {
		return nil, nil
	}
	k := []byte(text)
	if coded, ok := strings.CutPrefix(text, "whsec_"); ok {
		var err error
		if k, err = base64.StdEncoding.DecodeString(coded); err != nil {
			return nil, errors.New("starts with whsec_ and is not base64 behind it: correct it or drop the prefix")
		}
	}
	if len(k) < minSecret {
		return nil, fmt.Errorf("has fewer than %d bytes: use a longer one, such as whsec_ and the output of: openssl rand -base64 24", minSecret)
	}
	return k, nil
}

// Notifier posts to one URL.
type Notifier struct {
	client        *egress.Client
	key           []byte
	authorization breach.Secret
}

// New returns a notifier for cfg; secrets in files are read now.
func New(cfg Config) (*Notifier, error) {
	for _, f := range cfg.Validate() {
		return nil, fmt.Errorf("webhook: %w", f)
	}
	url, err := breach.ReadSecret("url", cfg.URL, cfg.URLFile)
	if err != nil {
		return nil, fmt.Errorf("webhook: %w", err)
	}
	secret, err := breach.ReadSecret("secret", cfg.Secret, cfg.SecretFile)
	if err != nil {
		return nil, fmt.Errorf("webhook: %w", err)
	}
	authorization, err := breach.ReadSecret("authorization", cfg.Authorization, cfg.AuthorizationFile)
	if err != nil {
		return nil, fmt.Errorf("webhook: %w", err)
	}
	n := &Notifier{authorization: authorization}
	if n.key, err = key(secret); err != nil {
		return nil, fmt.Errorf("webhook: secret %w", err)
	}
	if n.client, err = egress.New(egress.Config{Endpoint: url, Secrets: []breach.Secret{secret, authorization}}); err != nil {
		return nil, fmt.Errorf("webhook: url %w", err)
	}
	return n, nil
}

// Close ends idle connections.
func (n *Notifier) Close() error { return n.client.Close() }

// Send posts m. The reference is the answer's X-Request-Id, where it has one.
func (n *Notifier) Send(ctx context.Context, m notifier.Message) (reference string, err error) {
	event, err := m.Alert.Event()
	if err != nil {
		return "", breach.Permanent(err)
	}
	timestamp := strconv.FormatInt(m.Time.Unix(), 10)
	header := http.Header{
		"Content-Type":      {"application/json"},
		"Ce-Specversion":    {"1.0"},
		"Ce-Id":             {event.ID},
		"Ce-Source":         {event.Source},
		"Ce-Type":           {event.Type},
		"Ce-Time":           {event.Time.Format(time.RFC3339Nano)},
		"Ce-Subject":        {event.Subject},
		"Idempotency-Key":   {event.ID},
		"Webhook-Id":        {event.ID},
		"Webhook-Timestamp": {timestamp},
	}
	if n.key != nil {
		header.Set("Webhook-Signature", sign(n.key, event.ID, timestamp, event.Data))
	}
	if !n.authorization.IsZero() {
		header.Set("Authorization", n.authorization.Reveal())
	}
	resp, err := n.client.Post(ctx, header, event.Data)
	if err != nil {
		return "", err
	}
	if err := n.client.Answer(resp, ""); err != nil {
		return "", err
	}
	return resp.Header.Get("X-Request-Id"), nil
}

func sign(key []byte, id, timestamp string, body []byte) string {
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(id + "." + timestamp + "."))
	mac.Write(body)
	return "v1," + base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

// Verify checks the signature of a request with its whole body, and that it was
// made within tolerance of now: an older one may be a replay.
func Verify(secret breach.Secret, header http.Header, body []byte, now time.Time, tolerance time.Duration) error {
	k, err := key(secret)
	if err != nil {
		return fmt.Errorf("verify a webhook: secret %w", err)
	}
	if k == nil {
		return errors.New("verify a webhook: there is no secret to check it with")
	}
	timestamp := header.Get("Webhook-Timestamp")
	seconds, err := strconv.ParseInt(timestamp, 10, 64)
	if err != nil {
		return fmt.Errorf("verify a webhook: the timestamp %q is no number", timestamp)
	}
	if age := now.Sub(time.Unix(seconds, 0)).Abs(); age > tolerance {
		return fmt.Errorf("verify a webhook: the timestamp is %s off: reject it as a replay, or set the clocks", age)
	}
	want := sign(k, header.Get("Webhook-Id"), timestamp, body)
	for got := range strings.FieldsSeq(header.Get("Webhook-Signature")) {
		if hmac.Equal([]byte(got), []byte(want)) {
			return nil
		}
	}
	return errors.New("verify a webhook: the signature does not fit the body")
}
