package sim

import (
	"net/http"
	"strings"

	"github.com/wrapcast/wrapcast/internal/sim/internal/api"
)

// allowOrigin lets a web page of any origin read the answer, as the platform does for its own SDK in browsers. The file
// storage allows none.
func allowOrigin(w http.ResponseWriter, r *http.Request) {
	origin := r.Header.Get("Origin")
	if origin == "" || strings.HasPrefix(r.URL.Path, "/storage/") {
		return
	}
	h := w.Header()
	h.Set("Access-Control-Allow-Origin", origin)
	h.Set("Access-Control-Expose-Headers",
		"ININ-Correlation-Id, Retry-After, inin-ratelimit-allowed, inin-ratelimit-count, inin-ratelimit-reset")
	h.Add("Vary", "Origin")
}

// preflight says what a browser may ask of a path before it asks.
func (s *Server) preflight(w http.ResponseWriter, methods []string) {
	allowed := strings.Join(append(methods, http.MethodOptions), ", ")
	h := w.Header()
	h.Set("Allow", allowed)
	if h.Get("Access-Control-Allow-Origin") != "" {
		h.Set("Access-Control-Allow-Methods", allowed)
		h.Set("Access-Control-Allow-Headers", "Authorization, Content-Type, ININ-SDK, purecloud-sdk")
		h.Set("Access-Control-Max-Age", "600")
	}
	h.Set(correlationHeader, s.correlation())
	s.date(w, 0)
	s.counts.add("(preflight)", http.StatusNoContent)
	w.WriteHeader(http.StatusNoContent)
}

// noStore keeps answers of the API out of every cache.
func noStore(h http.Header, e *api.Endpoint) {
	if !e.Storage {
		h.Set("Cache-Control", "no-cache, no-store, must-revalidate")
		h.Set("Pragma", "no-cache")
		h.Set("Expires", "0")
	}
}
