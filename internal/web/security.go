package web

import (
	"net"
	"net/http"
	"strings"

	"github.com/wrapcast/wrapcast/internal/web/internal/api"
)

// policy lets pages load nothing from elsewhere, run no script but ours, and be framed by nobody.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; " +
	"font-src 'self'; connect-src 'self'; " +
	"manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"

// shielded sets the headers every answer has.
func shielded(secure bool, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", policy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("X-Frame-Options", "DENY")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()")
		if secure {
			h.Set("Strict-Transport-Security", "max-age=31536000")
		}
		next.ServeHTTP(w, r)
	})
}

// sameSite refuses what another site makes a browser ask for: changes by where they come from (RFC 6454,
// Sec-Fetch-Site), and everything by the name in Host while nobody needs to log in, or a name of another site
// that was made to lead to this machine would do.
func sameSite(local bool, faults api.Faults, next http.Handler) http.Handler {
	guard := http.NewCrossOriginProtection()
	guard.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		faults.Answer(w, r, api.Forbidden("another site asked for this").
			WithHint("open wrapcast itself and do it there"))
	}))
	guarded := guard.Handler(next)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if local && !isLoopbackHost(r.Host) {
			faults.Answer(w, r, api.Forbidden("this server answers on this machine only, not as "+r.Host).
				WithHint("open it as http://127.0.0.1 or http://localhost"))
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
