package web

import (
	"net"
	"net/http"
	"strings"
)

// policy lets pages load nothing from elsewhere, run no script but ours, and be framed by nobody.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; " +
	"manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"

// shielded sets the headers every answer has.
func (s *Server) shielded(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", policy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("X-Frame-Options", "DENY")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()")
		if s.secure() {
			h.Set("Strict-Transport-Security", "max-age=31536000")
		}
		next.ServeHTTP(w, r)
	})
}

// secure reports whether browsers reach the server by HTTPS: itself, or through a proxy in front of it.
func (s *Server) secure() bool { return !s.Local }

// sameSite refuses what another site makes a browser ask for: changes by where they come from (RFC 6454,
// Sec-Fetch-Site), and everything by the name in Host while nobody needs to log in, or a name of another site
// that was made to lead to this machine would do.
func (s *Server) sameSite(next http.Handler) http.Handler {
	guard := http.NewCrossOriginProtection()
	guard.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.fail(w, r, forbidden("another site asked for this").withHint("open wrapcast itself and do it there"))
	}))
	guarded := guard.Handler(next)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if s.Local && !isLoopbackHost(r.Host) {
			s.fail(w, r, forbidden("this server answers on this machine only, not as "+r.Host).withHint("open it as http://127.0.0.1 or http://localhost"))
			return
		}
		guarded.ServeHTTP(w, r)
	})
}

func isLoopbackHost(host string) bool {
	name, _, err := net.SplitHostPort(host)
	if err != nil {
		name = host
	}
	name = strings.Trim(name, "[]")
	ip := net.ParseIP(name)
	return strings.EqualFold(name, "localhost") || ip != nil && ip.IsLoopback()
}

// clientAddress is where a request comes from, as far as logins are limited by it.
func (s *Server) clientAddress(r *http.Request) string {
	if s.TrustProxy {
		hops := strings.Split(r.Header.Get("X-Forwarded-For"), ",")
		if last := strings.TrimSpace(hops[len(hops)-1]); last != "" {
			return last // the one our own proxy has seen
		}
	}
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	return host
}
