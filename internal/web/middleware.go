package web

import (
	"net/http"
	"runtime/debug"

	"github.com/wrapcast/wrapcast"
)

// recovered answers a panic with a problem, so that one request cannot end the service.
func (s *Server) recovered(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			fault := recover()
			if fault == nil {
				return
			}
			if fault == http.ErrAbortHandler { //nolint:errorlint // net/http compares it so
				panic(fault)
			}
			s.Log.Error("a request met a fault of ours", "path", r.URL.Path, "fault", fault, "stack", string(debug.Stack()))
			writeProblem(w, wrapcast.Errorf(wrapcast.Internal, "", "%v", fault))
		}()
		next.ServeHTTP(w, r)
	})
}
