package stream

import (
	"crypto/sha256"
	"crypto/subtle"
	"net"

	"github.com/nats-io/nats-server/v2/server"
)

// adminUser may do everything: the daemon itself and the commands beside it.
const adminUser = "oshirase"

// gate decides who may connect to the embedded server. The admin's random
// password counts only from this machine; subscribers may listen to the public
// subjects and publish nothing, so they reach no stream, bucket or consumer.
type gate struct {
	account   *server.Account // set before the server accepts anyone
	admin     [sha256.Size]byte
	host      string // where the server listens
	listeners map[string]listener
	anonymous *server.Permissions // nil: nobody comes in without a name
}

type listener struct {
	password    [sha256.Size]byte
	permissions *server.Permissions
}

func newGate(password string, subscribers []Subscriber, n names, loopback bool, host string) *gate {
	g := &gate{admin: sha256.Sum256([]byte(password)), host: host, listeners: map[string]listener{}}
	for _, s := range subscribers {
		g.listeners[s.User] = listener{sha256.Sum256([]byte(s.Password.Reveal())), readOnly(n, s.User)}
	}
	if loopback && len(subscribers) == 0 {
		g.anonymous = readOnly(n, "anonymous")
	}
	return g
}

// readOnly allows the public subjects and an inbox of the user's own; a client
// library may want one even when nothing ever arrives there.
func readOnly(n names, user string) *server.Permissions {
	return &server.Permissions{
		Publish:   &server.SubjectPermission{Deny: []string{">"}},
		Subscribe: &server.SubjectPermission{Allow: append(n.outAll(public), "_INBOX."+user+".>")},
	}
}

// Check implements server.Authentication.
func (g *gate) Check(c server.ClientAuthentication) bool {
	if c.Kind() != server.CLIENT {
		return false
	}
	opts := c.GetOpts()
	given := sha256.Sum256([]byte(opts.Password))
	user := &server.User{Username: opts.Username, Account: g.account}
	switch known, ok := g.listeners[opts.Username]; {
	case opts.Username == adminUser:
		if subtle.ConstantTimeCompare(given[:], g.admin[:]) != 1 || !g.fromHere(c.RemoteAddress()) {
			return false
		}
	case ok:
		if subtle.ConstantTimeCompare(given[:], known.password[:]) != 1 {
			return false
		}
		user.Permissions = known.permissions
	case opts.Username == "" && opts.Password == "" && opts.Token == "" && g.anonymous != nil:
		user.Username, user.Permissions = "anonymous", g.anonymous
	default:
		return false
	}
	c.RegisterUser(user)
	return true
}

// fromHere reports whether a connection comes from inside the process or from
// this machine.
func (g *gate) fromHere(remote net.Addr) bool {
	tcp, ok := remote.(*net.TCPAddr)
	if !ok {
		return remote != nil && remote.Network() == "pipe"
	}
	return tcp.IP.IsLoopback() || tcp.IP.Equal(net.ParseIP(g.host))
}

var _ server.Authentication = (*gate)(nil)
