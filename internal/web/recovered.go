package web

import (
	"log/slog"
	"net/http"
	"runtime/debug"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/web/internal/api"
)

// recovered answers a panic with a problem, so that one request cannot end the service.
func recovered(log *slog.Logger, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			fault := recover()
			if fault == nil {
				return
			}
			if fault == http.ErrAbortHandler { //nolint:errorlint // net/http compares it so
				panic(fault)
			}
			log.Error("a request met a fault of ours", "path", r.URL.Path, "fault", fault, "stack",
				string(debug.Stack()))
			api.WriteProblem(w, wrapcast.Errorf(wrapcast.Internal, "", "%v", fault))
		}()
		next.ServeHTTP(w, r)
	})
}
