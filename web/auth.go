package web

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// cookieName: the prefix __Host- would need TLS, which a proxy in front may end.
const cookieName = "oshirase_session"

// sessionFor is how long a browser stays logged in.
const sessionFor = 30 * 24 * time.Hour

// session is what the cookie holds until a time: not the token, so that a
// stolen cookie does not show it.
func (s *Server) session(until time.Time) string {
	expiry := strconv.FormatInt(until.Unix(), 10)
	mac := hmac.New(sha256.New, []byte(s.cfg.Token.Reveal()))
	mac.Write([]byte("oshirase session v1 until " + expiry))
	return expiry + "." + hex.EncodeToString(mac.Sum(nil))
}

func (s *Server) validSession(value string) bool {
	expiry, _, _ := strings.Cut(value, ".")
	unix, err := strconv.ParseInt(expiry, 10, 64)
	if err != nil {
		return false
	}
	until := time.Unix(unix, 0)
	return equal(value, s.session(until)) && s.cfg.Now().Before(until)
}

// equal takes the same time whatever differs, the length included.
func equal(a, b string) bool {
	x, y := sha256.Sum256([]byte(a)), sha256.Sum256([]byte(b))
	return subtle.ConstantTimeCompare(x[:], y[:]) == 1
}

// trusted reports whether a request may see everything: no token is set, or it
// brings the token as a bearer, or the cookie of the login page.
func (s *Server) trusted(r *http.Request) bool {
	if s.cfg.Token.IsZero() {
		return true
	}
	if scheme, bearer, _ := strings.Cut(r.Header.Get("Authorization"), " "); strings.EqualFold(scheme, "Bearer") {
		return equal(strings.TrimSpace(bearer), s.cfg.Token.Reveal())
	}
	cookie, err := r.Cookie(cookieName)
	return err == nil && s.validSession(cookie.Value)
}

func (s *Server) authorised(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if s.trusted(r) {
			next.ServeHTTP(w, r)
			return
		}
		if forMachines(r.URL.Path) {
			w.Header().Set("WWW-Authenticate", `Bearer realm="oshirase"`)
			problem(w, http.StatusUnauthorized, "send the token of web.token_file as Authorization: Bearer TOKEN")
			return
		}
		http.Redirect(w, r, "/login?next="+url.QueryEscape(r.URL.RequestURI()), http.StatusSeeOther)
	})
}

func forMachines(path string) bool { return strings.HasPrefix(path, "/api/") || path == "/metrics" }

type loginPage struct {
	Wrong bool
	Next  string
}

func (s *Server) loginPage(w http.ResponseWriter, r *http.Request) {
	next := localPath(r.URL.Query().Get("next"))
	if s.trusted(r) {
		http.Redirect(w, r, next, http.StatusSeeOther)
		return
	}
	s.render(w, r, http.StatusOK, "login", loginPage{Next: next})
}

func (s *Server) login(w http.ResponseWriter, r *http.Request) {
	next := localPath(r.PostFormValue("next"))
	if s.cfg.Token.IsZero() {
		http.Redirect(w, r, next, http.StatusSeeOther)
		return
	}
	if !equal(strings.TrimSpace(r.PostFormValue("token")), s.cfg.Token.Reveal()) {
		s.render(w, r, http.StatusForbidden, "login", loginPage{Wrong: true, Next: next})
		return
	}
	until := s.cfg.Now().Add(sessionFor)
	s.setSession(w, r, s.session(until), int(sessionFor/time.Second))
	http.Redirect(w, r, next, http.StatusSeeOther)
}

func (s *Server) logout(w http.ResponseWriter, r *http.Request) {
	s.setSession(w, r, "", -1)
	http.Redirect(w, r, "/login", http.StatusSeeOther)
}

func (s *Server) setSession(w http.ResponseWriter, r *http.Request, value string, maxAge int) {
	http.SetCookie(w, &http.Cookie{
		Name: cookieName, Value: value, Path: "/", MaxAge: maxAge, HttpOnly: true, SameSite: http.SameSiteStrictMode,
		Secure: r.TLS != nil || r.Header.Get("X-Forwarded-Proto") == "https",
	})
}

// localPath is where a login leads: a path of ours, never another site.
func localPath(next string) string {
	u, err := url.Parse(next)
	if err != nil || u.Host != "" || u.Scheme != "" || !strings.HasPrefix(next, "/") ||
		strings.HasPrefix(next, "//") || strings.ContainsAny(next, "\\\r\n\t") {
		return "/"
	}
	return u.RequestURI()
}
