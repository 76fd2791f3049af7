package web

import (
	"context"
	"log/slog"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/flow"
	"github.com/wrapcast/wrapcast/internal/store"
)

// warmEvery is how often it is looked whether something has changed.
const warmEvery = 2 * time.Second

// KeepWarm works out what pages show whenever what is stored has changed, before anybody asks; it returns when ctx is done. Without
// it the first person after a run waits for what everybody else is shown at once.
func (s *Server) KeepWarm(ctx context.Context) {
	done := map[wrapcast.OrganisationID]store.Version{}
	for ctx.Err() == nil {
		if err := s.warmAll(ctx, done); err != nil && ctx.Err() == nil {
			s.Log.LogAttrs(ctx, slog.LevelWarn, "what pages show is not worked out beforehand", slog.Any("error", err))
		}
		if s.Clock.Sleep(ctx, warmEvery) != nil {
			return
		}
	}
}

// warmAll works for the organisations whose version is not the one it was done for.
func (s *Server) warmAll(ctx context.Context, done map[wrapcast.OrganisationID]store.Version) error {
	changed := map[wrapcast.OrganisationID]store.Version{}
	err := s.Store.View(ctx, func(tx *store.Tx) error {
		all, err := tx.Organisations()
		for _, o := range all {
			version, err := tx.Version(o.ID)
			if err != nil {
				return err
			}
			if done[o.ID] != version {
				changed[o.ID] = version
			}
		}
		return err
	})
	for org, version := range changed {
		if err := s.warm(ctx, org); err != nil {
			return err
		}
		done[org] = version
	}
	return err
}

// warm asks for what the pages of an organisation ask for first; what is not there yet is no fault.
func (s *Server) warm(ctx context.Context, org wrapcast.OrganisationID) error {
	in := Scope{Organisation: string(org)}
	snap, err := s.look(ctx, in)
	if err != nil || snap.stored == nil {
		return err
	}
	for _, ask := range []func() error{
		func() error { _, err := s.shapesOf(ctx, snap, snap.forecast); return err },
		func() error { _, err := s.replayed(ctx, in, flow.AccuracyOptions{}); return err },
		func() error { _, err := s.balance(ctx, snap, snap.today-accountDays, snap.today-1); return err },
		func() error { return s.warmPlans(ctx, org) },
	} {
		if err := ask(); err != nil && wrapcast.KindOf(err) != wrapcast.NotFound {
			return err
		}
	}
	return nil
}

// warmPlans reads the latest plans, which pages of a week ask for.
func (s *Server) warmPlans(ctx context.Context, org wrapcast.OrganisationID) error {
	const most = 6
	return s.Store.View(ctx, func(tx *store.Tx) error {
		heads, _, err := tx.PlanHeads(org, store.PlanQuery{Limit: most})
		for _, h := range heads {
			if _, err := s.plan(tx, org, h.ID); err != nil {
				return err
			}
		}
		return err
	})
}
