package web

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"net"
	"net/http"
	"strings"
)

// policy lets a page use our own files and nothing else.
const policy = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// guarded sets the headers of every answer and refuses what no honest browser
// sends.
func (s *Server) guarded(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", policy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("X-Frame-Options", "DENY")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cache-Control", "no-store")
		if s.loopback && !loopbackHost(r.Host) {
			// A foreign name that leads here is DNS rebinding: a page of another
			// site would read ours with the user's own browser.
			http.Error(w, "this page is served as 127.0.0.1 or localhost only", http.StatusMisdirectedRequest)
			return
		}
		r.Body = http.MaxBytesReader(w, r.Body, maxBodyBytes)
		next.ServeHTTP(w, r)
	})
}

func loopbackHost(hostport string) bool {
	host, _, err := net.SplitHostPort(hostport)
	if err != nil {
		host = strings.Trim(hostport, "[]")
	}
	ip := net.ParseIP(host)
	return strings.EqualFold(host, "localhost") || (ip != nil && ip.IsLoopback())
}

// cookieName: the prefix would need TLS, which a proxy in front may end.
const cookieName = "oshirase"

// session is what the cookie holds: not the token, so that a stolen cookie does
// not show it.
func (s *Server) session() string {
	mac := hmac.New(sha256.New, []byte(s.cfg.Token.Reveal()))
	mac.Write([]byte("oshirase session v1"))
	return hex.EncodeToString(mac.Sum(nil))
}

func equal(a, b string) bool {
	x, y := sha256.Sum256([]byte(a)), sha256.Sum256([]byte(b))
	return subtle.ConstantTimeCompare(x[:], y[:]) == 1
}

// authorised asks for the token where one is set: as a bearer token, or as the
// cookie of the login page.
func (s *Server) authorised(next http.Handler) http.Handler {
	if s.cfg.Token.IsZero() {
		return next
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if bearer, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer "); ok && equal(bearer, s.cfg.Token.Reveal()) {
			next.ServeHTTP(w, r)
			return
		}
		if cookie, err := r.Cookie(cookieName); err == nil && equal(cookie.Value, s.session()) {
			next.ServeHTTP(w, r)
			return
		}
		if strings.HasPrefix(r.URL.Path, "/api/") || r.URL.Path == "/metrics" {
			w.Header().Set("WWW-Authenticate", `Bearer realm="oshirase"`)
			http.Error(w, "send the token of web.token_file as Authorization: Bearer …", http.StatusUnauthorized)
			return
		}
		http.Redirect(w, r, "/login", http.StatusSeeOther)
	})
}

func (s *Server) loginPage(w http.ResponseWriter, r *http.Request) {
	s.render(w, r, http.StatusOK, "login.html", nil)
}

func (s *Server) login(w http.ResponseWriter, r *http.Request) {
	if s.cfg.Token.IsZero() || !equal(r.PostFormValue("token"), s.cfg.Token.Reveal()) {
		s.render(w, r, http.StatusForbidden, "login.html", struct{ Wrong bool }{true})
		return
	}
	http.SetCookie(w, &http.Cookie{Name: cookieName, Value: s.session(), Path: "/", HttpOnly: true, SameSite: http.SameSiteStrictMode, Secure: r.TLS != nil})
	http.Redirect(w, r, "/", http.StatusSeeOther)
}
