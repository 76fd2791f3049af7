package steps

import (
	"cmp"
	"context"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/forecast"
	"github.com/wrapcast/wrapcast/internal/planning"
	"github.com/wrapcast/wrapcast/internal/store"
)

// View is an organisation as it is stored, seen at one moment under one specification. Histories, judgements, forecasts
// and accuracy are worked out from it; nothing is asked of the platform.
type View struct {
	Store  *store.Store
	Clock  wrapcast.Clock
	Report wrapcast.Reporter

	Directory wrapcast.Directory
	// Zone is that of the business unit: its days are the organisation's.
	Zone *time.Location
	// At is the present: when the run began, or the last reading where no run is under way.
	At   time.Time
	Spec Spec
	// weekly says that plans are of weeks, for which more days must be forecast.
	weekly bool
	// nowhere says that plans are submitted to nobody.
	nowhere bool
	// noUnit says why there is no business unit, "" where there is one.
	noUnit string
	// unread are business units that were chosen and could not be read.
	unread []wrapcast.RunUnit
	// further says that another business unit of the organisation is planned before this one, whose plans tell of what is
	// in none of them.
	further bool
	// commit writes for a run, only while its lease is held; nil where the view is no run's.
	commit func(context.Context, func(*store.Tx) error) error
	// engine forecasts series in the place of forecast.Run, nil where nothing does: with what shards have come to.
	engine func(context.Context, []forecast.Series, forecast.Options) ([]forecast.Result, error)
	// inShards is how many panels it had of them.
	inShards int
	// leftAway is a decision that is left out of what is assumed, nil where none is.
	leftAway *ledgerCase
}

// View looks at what is stored of an organisation, from the first of the business units that a specification names, or
// from the one that was planned last. Its present is the moment of the last reading, so that a replayed
// organisation stays in its own time. It is NotFound where no history is stored.
func (f *WrapUpForecaster) View(ctx context.Context, org wrapcast.OrganisationID, spec Spec) (*View, error) {
	var directory wrapcast.Directory
	var readings []wrapcast.Reading
	err := f.Store.View(ctx, func(tx *store.Tx) (err error) {
		if directory, err = tx.Directory().Of(org); err != nil {
			return err
		}
		readings, err = tx.Readings().All(org)
		return err
	})
	if err != nil && wrapcast.KindOf(err) != wrapcast.NotFound {
		return nil, err
	}
	if err != nil || len(readings) == 0 {
		return nil, wrapcast.Errorf(wrapcast.NotFound, "", "no history of %s is stored",
			cmp.Or(directory.Organisation.Name, "organisation "+string(org))).
			WithHint("`wrapcast extract` or `wrapcast run` reads it")
	}
	if err := spec.LookFrom(&directory); err != nil {
		return nil, err
	}
	v, err := f.viewOf(directory, spec)
	if err != nil {
		return nil, err
	}
	first := v.Day(readings[0].From)
	v.Spec.HistoryFrom, v.At = &first, latest(readings)
	return v, nil
}

// update writes what is worked out from a view.
func (v *View) update(ctx context.Context, write func(*store.Tx) error) error {
	if v.commit != nil {
		return v.commit(ctx, write)
	}
	return v.Store.Update(ctx, write)
}

// viewOf is the view of a directory; its present is still to be set.
func (f *WrapUpForecaster) viewOf(directory wrapcast.Directory, spec Spec) (*View, error) {
	spec = spec.WithDefaults()
	if err := spec.check(); err != nil {
		return nil, err
	}
	zone, err := planning.Zone(directory.BusinessUnit)
	t, known := f.Targets[spec.Target]
	return &View{Store: f.Store, Clock: f.Clock, Report: f.Report, Directory: directory, Zone: zone, Spec: spec,
		weekly: !known || t.Traits().Weekly, nowhere: known && t.Traits().Nowhere}, err
}

func latest(readings []wrapcast.Reading) time.Time {
	var at time.Time
	for _, r := range readings {
		if r.ReadAt.After(at) {
			at = r.ReadAt
		}
	}
	return at
}

// presentOf is the present of an organisation at an instant: of one whose history comes from files the moment after it,
// for nobody knows of what is in no file yet.
func (f *WrapUpForecaster) presentOf(
	ctx context.Context, o wrapcast.Organisation, now time.Time,
) (at time.Time, err error) {
	if at = now; !o.FromFiles() {
		return at, nil
	}
	err = f.Store.View(ctx, func(tx *store.Tx) error {
		readings, err := tx.Readings().All(o.ID)
		if last := latest(readings); !last.IsZero() && last.Before(now) {
			at = last
		}
		return err
	})
	return at, err
}

// begunAt makes an instant the present, unless the history has its own.
func (v *View) begunAt(at time.Time) {
	if !v.Directory.Organisation.FromFiles() {
		v.At = at
	}
}

// present is the present of the history: that of the clock, or, where it comes from files, the moment after it.
func (v *View) present() time.Time {
	if v.Directory.Organisation.FromFiles() {
		return v.At
	}
	return v.Clock.Now()
}

// Organisation is the id of the organisation.
func (v *View) Organisation() wrapcast.OrganisationID { return v.Directory.Organisation.ID }

// Day is the local day of an instant.
func (v *View) Day(t time.Time) wrapcast.Date { return wrapcast.DateOf(t.In(v.Zone)) }
