// Package email tells people by mail over SMTP. Start with [New].
//
// A message is multipart, plain text and HTML; subject and body are in the
// receiver's language. Its Message-ID is derived from alert and receiver, so a
// message that had to be sent twice is recognised, and all reports of one
// incident refer to one root, so that mail clients show one thread.
//
// Each recipient is asked for on its own: one that the server refuses for good
// is named in the answer ([notifier.PartlyRefused]) and the others get the
// message; one that is put off gets it later, without the others getting it
// again (as long as the process lives).
//
// STARTTLS is required unless the configuration says otherwise. What only an
// administrator can heal (a refused login, no STARTTLS, an unknown certificate)
// is tried again every few minutes rather than given up: logins fail for
// everyone when a directory is down, and alerts must not die of it.
package email

import (
	"cmp"
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net"
	"net/mail"
	"os"
	"regexp"
	"strconv"
	"strings"
	"sync"

	"oshirase/breach"
	"oshirase/notifier"
)

// Config is the receiver's section of the configuration.
type Config struct {
	// SMTP is the server as host:port; 587 is usual for starttls, 465 for
	// implicit, 25 for none.
	SMTP string `yaml:"smtp"`
	// TLS is starttls (required, the default), implicit, or none.
	TLS string `yaml:"tls"`
	// CAFile holds PEM certificates that are trusted beside the system's.
	CAFile string `yaml:"ca_file"`
	// Username and Password log in; without them no login is tried.
	Username     string        `yaml:"username"`
	Password     breach.Secret `yaml:"password"`
	PasswordFile string        `yaml:"password_file"`
	// From is the sender: "Oshirase <oshirase@example.com>".
	From string `yaml:"from"`
	// To lists the recipients.
	To notifier.List `yaml:"to"`
	// Helo is how the client names itself. Default: the domain of From.
	Helo string `yaml:"helo"`
}

// The values of Config.TLS.
const (
	tlsStart    = "starttls"
	tlsImplicit = "implicit"
	tlsNone     = "none"
)

var heloPattern = regexp.MustCompile(`^[A-Za-z0-9.:\[\]_-]{1,255}$`)

// Validate implements the check of a configuration section.
func (c Config) Validate() []breach.Fault {
	var faults []breach.Fault
	add := func(key, format string, args ...any) {
		faults = append(faults, breach.Fault{Key: key, Message: fmt.Sprintf(format, args...)})
	}
	host, port, err := net.SplitHostPort(c.SMTP)
	if n, perr := strconv.Atoi(port); err != nil || host == "" || perr != nil || n < 1 || n > 65535 {
		add("smtp", "%q is no host:port: write mail.example.com:587", c.SMTP)
	}
	switch c.TLS {
	case "", tlsStart, tlsImplicit:
	case tlsNone:
		if c.Username != "" && !loopback(host) {
			add("tls", "none would show the password to whoever is on the way to %s: use starttls or implicit", host)
		}
	default:
		add("tls", "unknown value %q: use starttls, implicit or none", c.TLS)
	}
	switch password := !c.Password.IsZero() || c.PasswordFile != ""; {
	case c.Username != "" && !password:
		add("password", "is missing beside username: set password or password_file")
	case c.Username == "" && password:
		add("username", "is missing beside password: set it")
	}
	if !c.Password.IsZero() && c.PasswordFile != "" {
		add("password_file", "stands beside password: keep one")
	}
	if _, err := address(c.From); err != nil {
		add("from", "%q is no mail address: write \"Oshirase <oshirase@example.com>\"", c.From)
	}
	if len(c.To) == 0 {
		add("to", "name the recipients")
	}
	seen := make(map[string]bool, len(c.To))
	for i, to := range c.To {
		a, err := address(to)
		if err != nil {
			add(fmt.Sprintf("to[%d]", i), "%q is no mail address: write name@example.com", to)
			continue
		}
		if seen[strings.ToLower(a.Address)] {
			add(fmt.Sprintf("to[%d]", i), "%q is there twice: remove one", a.Address)
		}
		seen[strings.ToLower(a.Address)] = true
	}
	if c.Helo != "" && !heloPattern.MatchString(c.Helo) {
		add("helo", "%q is no host name", c.Helo)
	}
	return faults
}

// address parses one address whose mailbox is ASCII: SMTPUTF8 is not spoken.
func address(s string) (*mail.Address, error) {
	a, err := mail.ParseAddress(s)
	if err != nil {
		return nil, err
	}
	for _, c := range []byte(a.Address) {
		if c <= ' ' || c >= 0x7f || c == '<' || c == '>' {
			return nil, fmt.Errorf("mailbox %q is not plain ASCII", a.Address)
		}
	}
	return a, nil
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// maxPutOff bounds the alerts whose recipients are partly put off.
const maxPutOff = 256

// Notifier mails one list of recipients.
type Notifier struct {
	server
	from   *mail.Address
	to     []*mail.Address
	domain string // of From

	mu sync.Mutex
	// putOff holds, by alert, what became of each recipient in earlier attempts.
	putOff map[string]map[string]error // nil: has it; else refused for good
}

// New returns a notifier for cfg; the password's file and the certificates are
// read now.
func New(cfg Config) (*Notifier, error) {
	for _, f := range cfg.Validate() {
		return nil, fmt.Errorf("email: %w", f)
	}
	password, err := breach.ReadSecret("password", cfg.Password, cfg.PasswordFile)
	if err != nil {
		return nil, fmt.Errorf("email: %w", err)
	}
	host, _, err := net.SplitHostPort(cfg.SMTP)
	if err != nil {
		return nil, fmt.Errorf("email: smtp: %w", err)
	}
	tlsConfig := &tls.Config{ServerName: host, MinVersion: tls.VersionTLS12}
	if cfg.CAFile != "" {
		if tlsConfig.RootCAs, err = trusted(cfg.CAFile); err != nil {
			return nil, fmt.Errorf("email: ca_file: %w", err)
		}
	}
	n := &Notifier{
		server: server{
			address:  cfg.SMTP,
			host:     host,
			mode:     cmp.Or(cfg.TLS, tlsStart),
			tls:      tlsConfig,
			username: cfg.Username,
			password: password,
		},
		putOff: make(map[string]map[string]error),
	}
	if n.from, err = address(cfg.From); err != nil {
		return nil, fmt.Errorf("email: from: %w", err)
	}
	_, n.domain, _ = strings.Cut(n.from.Address, "@")
	n.helo = cmp.Or(cfg.Helo, n.domain)
	for _, to := range cfg.To {
		a, err := address(to)
		if err != nil {
			return nil, fmt.Errorf("email: to: %w", err)
		}
		n.to = append(n.to, a)
	}
	return n, nil
}

func trusted(file string) (*x509.CertPool, error) {
	pem, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	pool, err := x509.SystemCertPool()
	if err != nil {
		pool = x509.NewCertPool()
	}
	if !pool.AppendCertsFromPEM(pem) {
		return nil, fmt.Errorf("%s holds no PEM certificate", file)
	}
	return pool, nil
}

// Send mails m to every recipient that does not have it. The reference is the
// Message-ID.
func (n *Notifier) Send(ctx context.Context, m notifier.Message) (reference string, err error) {
	id := n.messageID(m)
	raw, err := n.compose(m)
	if err != nil {
		return "", breach.Permanent(fmt.Errorf("write the mail: %w", err))
	}
	settled := n.remembered(m.Alert.ID)
	var open []string
	for _, to := range n.to {
		if _, ok := settled[to.Address]; !ok {
			open = append(open, to.Address)
		}
	}
	answers, err := n.transact(ctx, n.from.Address, open, raw)
	if err != nil {
		return "", err
	}
	var later error
	for _, to := range open {
		switch answer := answers[to]; {
		case answer == nil || breach.IsPermanent(answer):
			settled[to] = answer
		default:
			later = fmt.Errorf("%s puts off %s, who gets it later than the others: %w", n.address, to, answer)
		}
	}
	if later != nil {
		n.remember(m.Alert.ID, settled)
		return "", later
	}
	n.remember(m.Alert.ID, nil)
	if err := n.verdict(settled); breach.IsPermanent(err) {
		return "", err
	} else if err != nil {
		return id, err
	}
	return id, nil
}

// verdict sums up what became of the recipients.
func (n *Notifier) verdict(settled map[string]error) error {
	var refused []string
	for _, to := range n.to {
		if err := settled[to.Address]; err != nil {
			refused = append(refused, fmt.Sprintf("%s (%v)", to.Address, err))
		}
	}
	if refused == nil {
		return nil
	}
	err := fmt.Errorf("%s refuses %s: correct or remove the address", n.address, strings.Join(refused, ", "))
	if len(refused) == len(n.to) {
		return breach.Permanent(err)
	}
	return notifier.PartlyRefused(err)
}

func (n *Notifier) remembered(alertID string) map[string]error {
	n.mu.Lock()
	defer n.mu.Unlock()
	settled := make(map[string]error, len(n.to))
	for to, err := range n.putOff[alertID] {
		settled[to] = err
	}
	return settled
}

// remember keeps settled for the next attempt; an empty one forgets the alert.
func (n *Notifier) remember(alertID string, settled map[string]error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if len(settled) == 0 {
		delete(n.putOff, alertID)
		return
	}
	if _, ok := n.putOff[alertID]; !ok && len(n.putOff) >= maxPutOff {
		// Any may go: what is forgotten is sent again under the same Message-ID.
		for id := range n.putOff {
			delete(n.putOff, id)
			break
		}
	}
	n.putOff[alertID] = settled
}

// messageID is the same for each attempt to tell one receiver of one alert.
func (n *Notifier) messageID(m notifier.Message) string {
	return m.Alert.ID + "." + m.Receiver + "@" + n.domain
}
