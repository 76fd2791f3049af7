package web

import (
	"context"
	"encoding/json"
	"net/http"
	"time"

	"github.com/wrapcast/wrapcast/internal/service"
	"github.com/wrapcast/wrapcast/internal/store"
)

// readiness is the answer of /readyz.
type readiness struct {
	Ready bool `json:"ready"`
	// Store is empty where the store answers, Platform where the organisation is known or nobody works for one.
	Store    string `json:"store,omitempty"`
	Platform string `json:"platform,omitempty"`
}

// health answers whoever watches over the process: whether it lives, and whether it can answer.
type health struct {
	store   *store.Store
	served  *service.Service
	closing func() bool
}

func (h health) mount(mux *http.ServeMux) {
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		_, _ = w.Write([]byte("ok\n")) // a reader who left needs no answer
	})
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, r *http.Request) {
		body := h.ready(r.Context())
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Cache-Control", "no-store")
		if !body.Ready {
			w.WriteHeader(http.StatusServiceUnavailable)
		}
		_ = json.NewEncoder(w).Encode(body) // a reader who left needs no answer
	})
}

// ready looks whether pages can be answered. A platform that does not answer is said and no reason to take the server
// away: what is stored can be looked at.
func (h health) ready(ctx context.Context) readiness {
	const patience = 2 * time.Second
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	out := readiness{Ready: !h.closing()}
	err := h.store.View(ctx, func(tx *store.Tx) error {
		_, err := tx.Directory().Organisations()
		return err
	})
	if err != nil {
		out.Ready, out.Store = false, "the store does not answer"
	}
	if h.served != nil {
		if org, problem := h.served.Connection(); org == "" && problem != nil {
			out.Platform = "the organisation is not reached"
		}
	}
	return out
}
