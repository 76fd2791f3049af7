package snapshot

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/steps"
	"github.com/wrapcast/wrapcast/internal/store"
)

// Warmer works out the lists and reports of pages before anybody asks.
type Warmer struct {
	Store     *store.Store
	Clock     wrapcast.Clock
	Snapshots *Snapshots
	Documents *Documents
	Reports   *Reports
}

// warmEvery is the time between two looks whether something has changed.
const warmEvery = 2 * time.Second

// Keep works for each organisation whenever what is stored of it has changed; it returns when ctx is done.
func (w Warmer) Keep(ctx context.Context, log *slog.Logger) {
	done := map[wrapcast.OrganisationID]store.Version{}
	for ctx.Err() == nil {
		if err := w.warmAll(ctx, done); err != nil && ctx.Err() == nil {
			log.LogAttrs(ctx, slog.LevelWarn, "pages could not be prepared in advance", slog.Any("error", err))
		}
		if w.Clock.Sleep(ctx, warmEvery) != nil {
			return
		}
	}
}

// warmAll works for the organisations whose version is not the one it was done for.
func (w Warmer) warmAll(ctx context.Context, done map[wrapcast.OrganisationID]store.Version) error {
	changed := map[wrapcast.OrganisationID]store.Version{}
	err := w.Store.View(ctx, func(tx *store.Tx) error {
		all, err := tx.Directory().Organisations()
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
		if failure := w.warmOne(ctx, org); failure != nil {
			err = errors.Join(err, failure)
			continue // the others are prepared all the same
		}
		done[org] = version
	}
	return err
}

// warmOne is warm, with what breaks in the data of one organisation as its error.
func (w Warmer) warmOne(ctx context.Context, org wrapcast.OrganisationID) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = wrapcast.Errorf(wrapcast.Internal, "", "preparing the pages of organisation %s broke: %v", org, p)
		}
	}()
	return w.warm(ctx, org)
}

// ReconciledDays is the days of a reconciliation unless others are asked for.
const ReconciledDays = 28

// warm makes the reports that the pages of an organisation ask for first; one that cannot be made yet is no fault.
func (w Warmer) warm(ctx context.Context, org wrapcast.OrganisationID) error {
	snap, err := w.Snapshots.Of(ctx, org, "")
	if err != nil {
		return err
	}
	if err := w.warmUnit(ctx, snap); err != nil {
		return err
	}
	for _, other := range snap.Directory.Others {
		snap, err := w.Snapshots.Of(ctx, org, other.ID)
		if err == nil {
			err = w.warmUnit(ctx, snap)
		}
		if err != nil && wrapcast.KindOf(err) != wrapcast.NotFound {
			return err
		}
	}
	return w.warmPlans(ctx, org)
}

// warmUnit makes the reports of one business unit.
func (w Warmer) warmUnit(ctx context.Context, snap *Snapshot) error {
	if snap.Stored == nil {
		return nil
	}
	for _, ask := range []func() error{
		func() error { _, err := w.Reports.IntradayProfiles(ctx, snap, snap.Forecast); return err },
		func() error { _, err := w.Reports.Replay(ctx, snap, steps.AccuracyOptions{}); return err },
		func() error {
			_, err := w.Reports.Reconciliation(ctx, snap, snap.Today-ReconciledDays, snap.Today-1)
			return err
		},
	} {
		if err := ask(); err != nil && wrapcast.KindOf(err) != wrapcast.NotFound {
			return err
		}
	}
	return nil
}

// warmPlans reads the latest plans, which pages of a week ask for.
func (w Warmer) warmPlans(ctx context.Context, org wrapcast.OrganisationID) error {
	const maxPlans = 6
	return w.Store.View(ctx, func(tx *store.Tx) error {
		heads, _, err := tx.Plans().Heads(org, store.PlanQuery{Limit: maxPlans})
		for _, h := range heads {
			if _, err := w.Documents.Plan(tx, org, h.ID); err != nil {
				return err
			}
		}
		return err
	})
}
