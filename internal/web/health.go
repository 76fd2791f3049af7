package web

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/service"
	"github.com/wrapcast/wrapcast/internal/store"
)

// readiness is the answer of /readyz.
type readiness struct {
	Ready bool `json:"ready"`
	// Store is empty where the store answers, Platform where the organisation is known or nobody works for one.
	Store    string `json:"store,omitempty"`
	Platform string `json:"platform,omitempty"`
	// Schedules says how many runs that were due have not begun; empty where none is late.
	Schedules string `json:"schedules,omitempty"`
	// LastGoodRun is when the latest run ended that is done, over all organisations.
	LastGoodRun *time.Time `json:"last_good_run,omitempty"`
}

// health answers whoever watches over the process: whether it lives, and whether it can answer.
type health struct {
	store    *store.Store
	services []*service.Service
	clock    wrapcast.Clock
	closing  func() bool
}

func (h health) mount(mux *http.ServeMux) {
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		_, _ = w.Write([]byte("ok\n")) // a reader who left needs no answer
	})
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, r *http.Request) {
		body := h.ready(r.Context())
		if body.Schedules != "" && r.URL.Query().Get("schedules") == "required" {
			body.Ready = false
		}
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
	err := h.store.View(ctx, func(tx *store.Tx) error { return h.look(tx, &out) })
	if err != nil {
		out.Ready, out.Store = false, "the store does not answer"
	}
	away := 0
	for _, s := range h.services {
		if org, problem := s.Connection(); org == "" && problem != nil {
			away++
		}
	}
	switch {
	case away > 0 && len(h.services) == 1:
		out.Platform = "the organisation is not reached"
	case away > 0:
		out.Platform = fmt.Sprintf("%d of %d organisations are not reached", away, len(h.services))
	}
	return out
}

// look reads what was missed, and when a run last went through. Names of organisations are for those who log in.
func (h health) look(tx *store.Tx, out *readiness) error {
	all, err := tx.Directory().Organisations()
	for _, o := range all {
		at, err := tx.Runs().LastDone(o.ID)
		if err != nil {
			return err
		}
		if !at.IsZero() && (out.LastGoodRun == nil || at.After(*out.LastGoodRun)) {
			out.LastGoodRun = &at
		}
	}
	if err != nil {
		return err
	}
	missed, err := service.MissedIn(tx, h.clock.Now())
	if n := len(missed); n > 0 {
		out.Schedules = fmt.Sprintf("scheduled runs that have not begun: %d, the oldest since %s", n,
			missed[0].Schedule.NextAt.UTC().Format(time.RFC3339))
	}
	return err
}
