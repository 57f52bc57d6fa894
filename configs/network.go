package configs

import (
	"fmt"
	"net"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"oshirase/breach"
)

var (
	subjectPrefix = regexp.MustCompile(`^[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*\.?$`)
	natsUser      = regexp.MustCompile(`^[A-Za-z0-9_-]{1,64}$`)
)

func (s section) nats(n *natsFile) NATS {
	embedded := n.URL == ""
	switch {
	case !embedded && n.Listen != "":
		s.fault("nats.listen", "opens the embedded server, but nats.url uses another: remove one")
	case !embedded && len(n.Subscribers) > 0:
		s.fault("nats.subscribers", "are those of the embedded server, but nats.url uses another: name them there")
	case embedded && n.Listen == "" && len(n.Subscribers) > 0:
		s.fault("nats.subscribers", "can reach nothing: set nats.listen")
	}
	if embedded && n.Replicas != 1 {
		s.fault("nats.replicas", "the embedded server keeps one copy: set nats.url for more")
	} else {
		s.number("nats.replicas", int64(n.Replicas), 1, maxReplicas)
	}
	if !embedded {
		s.natsURL(n.URL)
	}
	if n.CredentialsFile != "" {
		if embedded {
			s.fault("nats.credentials_file", "is for the cluster of nats.url, which is empty: remove it")
		} else if _, err := os.Stat(n.CredentialsFile); err != nil {
			s.fault("nats.credentials_file", "%v: create it or correct the path", err)
		}
	}
	if n.SubjectPrefix != "" && !subjectPrefix.MatchString(n.SubjectPrefix) {
		s.fault("nats.subject_prefix", "%q: use letters, digits and -, with dots between", n.SubjectPrefix)
	}
	if n.Listen != "" {
		host, ok := splitAddress(n.Listen)
		switch {
		case !ok:
			s.fault("nats.listen", "%q is no address: write 127.0.0.1:4222", n.Listen)
		case !loopback(host) && len(n.Subscribers) == 0:
			s.fault("nats.listen", "%q is reachable from other machines: name nats.subscribers, or listen on 127.0.0.1", n.Listen)
		}
	}
	return NATS{
		URL: n.URL, Listen: n.Listen, CredentialsFile: n.CredentialsFile, Replicas: n.Replicas,
		SubjectPrefix: n.SubjectPrefix, Subscribers: s.subscribers(n.Subscribers),
	}
}

// natsURL checks every address of a list. No fault repeats one: it may hold a
// password.
func (s section) natsURL(list string) {
	for i, text := range strings.Split(list, ",") {
		u, err := url.Parse(strings.TrimSpace(text))
		if err != nil || u.Hostname() == "" || !slices.Contains([]string{"nats", "tls", "ws", "wss"}, u.Scheme) {
			s.fault("nats.url", "address %d is none of a NATS server: write nats://host:4222, with commas between several", i+1)
		} else if _, set := u.User.Password(); set {
			s.fault("nats.url", "address %d holds a password: use nats.credentials_file", i+1)
		}
	}
}

func (s section) subscribers(list []subscriberFile) []Subscriber {
	var subscribers []Subscriber
	lines := map[string]int{}
	for i, l := range list {
		key := fmt.Sprintf("nats.subscribers[%d]", i)
		password, ok := s.secret(key+".password", l.Password, l.PasswordFile)
		if ok && password.IsZero() {
			s.fault(key, "has no password: set password or password_file")
		}
		if !natsUser.MatchString(l.User) {
			s.fault(key+".user", "%q: use letters, digits, - and _, at most 64", l.User)
		} else if line, twice := lines[l.User]; twice {
			s.fault(key+".user", "%q stands already at line %d: choose another", l.User, line)
		} else {
			lines[l.User] = s.line(key)
		}
		subscribers = append(subscribers, Subscriber{l.User, password})
	}
	return subscribers
}

func (s section) http(h *httpFile) HTTP {
	if strings.ContainsFunc(h.Contact, func(r rune) bool { return r < ' ' || r > '~' }) {
		s.fault("http.contact", "goes into a header, which takes ASCII only: write an address or a URL")
	}
	s.between("http.per_host.interval", h.PerHost.Interval, 0, maxInterval)
	s.number("http.per_host.concurrency", int64(h.PerHost.Concurrency), 1, maxConcurrency)
	s.between("http.timeout", h.Timeout, minPeriod, maxTimeout)
	s.number("http.max_body_mib", h.MaxBodyMiB, 1, maxBodyMiB)
	return HTTP{
		Contact: h.Contact, AllowPrivate: s.d.networks(h.AllowPrivate), Interval: h.PerHost.Interval,
		Concurrency: h.PerHost.Concurrency, Timeout: h.Timeout, MaxBody: h.MaxBodyMiB << 20,
	}
}

func (s section) web(w *webFile) Web {
	token, ok := s.secret("web.token", w.Token, w.TokenFile)
	if _, valid := splitAddress(w.Listen); ok || !valid { // one fault about the token is enough
		if err := CheckListen("", w.Listen, token); err != nil {
			s.fault("web.listen", "%v", err)
		}
	}
	return Web{Listen: w.Listen, Token: token}
}

// CheckListen reports a listening address that is none, or that other machines
// reach without a token. key, when given, begins the message.
func CheckListen(key, listen string, token breach.Secret) error {
	if key != "" {
		key += ": "
	}
	host, ok := splitAddress(listen)
	if !ok {
		return fmt.Errorf("%s%q is no address: write 127.0.0.1:8080", key, listen)
	}
	if !loopback(host) && token.IsZero() {
		return fmt.Errorf("%s%q is reachable from other machines: set web.token_file, or listen on 127.0.0.1", key, listen)
	}
	return nil
}

// splitAddress parses host:port; an empty host is every address.
func splitAddress(address string) (host string, ok bool) {
	host, port, err := net.SplitHostPort(address)
	n, portErr := strconv.Atoi(port)
	return host, err == nil && portErr == nil && n >= 0 && n <= 65535
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || (ip != nil && ip.IsLoopback())
}
