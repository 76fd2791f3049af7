package snapshot

import (
	"context"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/demand"
	"github.com/wrapcast/wrapcast/internal/heads"
	"github.com/wrapcast/wrapcast/internal/reports"
	"github.com/wrapcast/wrapcast/internal/steps"
	"github.com/wrapcast/wrapcast/internal/target"
	"github.com/wrapcast/wrapcast/internal/today"
)

// Reports keeps a few reports of one state of the store, which take long to make.
type Reports struct {
	forecaster *steps.WrapUpForecaster
	specs      Specs

	accuracy        *cache[accuracyKey, *wrapcast.AccuracyReport]
	ledgers         *cache[ledgerKey, *wrapcast.Ledger]
	replays         *cache[accuracyKey, *reports.Replay]
	reconciliations *cache[reconciliationKey, *wrapcast.Reconciliation]
	profiles        *cache[profilesKey, *demand.IntradayProfiles]
	staffing        Staffing
	heads           *cache[headsKey, *heads.Report]
	today           *cache[todayKey, *today.Report]
}

// Staffing has the rules that heads of an organisation are counted by.
type Staffing func(wrapcast.OrganisationID) heads.Rules

// NewReports makes a keeper of reports that keeps none yet; specs has the settings of runs, staffing those of heads.
func NewReports(forecaster *steps.WrapUpForecaster, specs Specs, staffing Staffing) *Reports {
	return &Reports{forecaster: forecaster, specs: specs, staffing: staffing,
		heads:           newCache[headsKey, *heads.Report](3),
		today:           newCache[todayKey, *today.Report](3),
		accuracy:        newCache[accuracyKey, *wrapcast.AccuracyReport](4),
		ledgers:         newCache[ledgerKey, *wrapcast.Ledger](4),
		replays:         newCache[accuracyKey, *reports.Replay](2),
		reconciliations: newCache[reconciliationKey, *wrapcast.Reconciliation](8),
		profiles:        newCache[profilesKey, *demand.IntradayProfiles](4)}
}

// state identifies the data that reports are made from: the history of an organisation, and its latest forecast.
type state struct {
	org            wrapcast.OrganisationID
	unit           wrapcast.BusinessUnitID
	readAt, readTo int64
	forecast       wrapcast.ForecastID
}

func stateOf(snap *Snapshot) state {
	s := state{org: snap.Directory.Organisation.ID, unit: snap.Directory.BusinessUnit.ID,
		readAt: snap.Version.ReadAt, readTo: snap.Version.ReadTo}
	if snap.Stored != nil {
		s.forecast = snap.Stored.ID
	}
	return s
}

// view looks at the organisation of a snapshot from its business unit.
func (r *Reports) view(ctx context.Context, snap *Snapshot) (*steps.View, error) {
	org := snap.Directory.Organisation.ID
	return r.forecaster.View(ctx, org, snap.Spec(r.specs(org)))
}

type accuracyKey struct {
	state
	options steps.AccuracyOptions
}

// Accuracy judges the published or stored forecasts of an organisation.
func (r *Reports) Accuracy(
	ctx context.Context, snap *Snapshot, o steps.AccuracyOptions,
) (*wrapcast.AccuracyReport, error) {
	key := accuracyKey{stateOf(snap), o}
	return r.accuracy.get(ctx, key, func() (*wrapcast.AccuracyReport, error) {
		v, err := r.view(ctx, snap)
		if err != nil {
			return nil, err
		}
		made, err := v.Accuracy(context.WithoutCancel(ctx), o)
		return &made, err
	})
}

// ledgerKey identifies what a ledger is made from: every decision is an entry of the audit chain.
type ledgerKey struct {
	accuracyKey
	audited int64
}

// Ledger says of the decisions of an organisation whether they were worth it.
func (r *Reports) Ledger(ctx context.Context, snap *Snapshot, o steps.AccuracyOptions) (*wrapcast.Ledger, error) {
	key := ledgerKey{accuracyKey{stateOf(snap), o}, snap.Version.AuditSeq}
	return r.ledgers.get(ctx, key, func() (*wrapcast.Ledger, error) {
		v, err := r.view(ctx, snap)
		if err != nil {
			return nil, err
		}
		made, err := v.Ledger(context.WithoutCancel(ctx), o)
		return &made, err
	})
}

// Replay returns the forecasts of the days that Accuracy judges.
func (r *Reports) Replay(ctx context.Context, snap *Snapshot, o steps.AccuracyOptions) (*reports.Replay, error) {
	judged, err := r.Accuracy(ctx, snap, o)
	if err != nil {
		return nil, err
	}
	key := accuracyKey{stateOf(snap), o}
	return r.replays.get(ctx, key, func() (*reports.Replay, error) {
		v, err := r.view(ctx, snap)
		if err != nil {
			return nil, err
		}
		return reports.ReadReplay(context.WithoutCancel(ctx), v, judged.Source, judged.Level, judged.From, judged.To)
	})
}

type reconciliationKey struct {
	state
	from, to wrapcast.Date
}

// Reconciliation accounts for the contacts between two local days, the last included.
func (r *Reports) Reconciliation(ctx context.Context, snap *Snapshot, from,
	to wrapcast.Date) (*wrapcast.Reconciliation, error) {
	key := reconciliationKey{stateOf(snap), from, to}
	return r.reconciliations.get(ctx, key, func() (*wrapcast.Reconciliation, error) {
		v, err := r.view(ctx, snap)
		if err != nil {
			return nil, err
		}
		made, err := reports.Reconcile(context.WithoutCancel(ctx), v, reports.ReconcileOptions{From: from, To: to})
		return &made, err
	})
}

// headsKey identifies what heads are counted from: every override is an entry of the audit chain.
type headsKey struct {
	state
	audited   int64
	week      wrapcast.Date
	certainty float64
}

// Heads are how many people the latest forecast needs in one week, with the overrides in use now; week 0 is its first
// whole week. It is NotFound where there is no forecast.
func (r *Reports) Heads(ctx context.Context, snap *Snapshot, week wrapcast.Date, certainty float64) (*heads.Report,
	error) {
	if snap.Forecast == nil {
		return nil, wrapcast.Errorf(wrapcast.NotFound, "", "nothing is forecast yet").
			WithHint("a run makes a forecast")
	}
	if week != 0 {
		week = week.StartOfWeek(snap.Directory.BusinessUnit.WeekStart)
	}
	key := headsKey{stateOf(snap), snap.Version.AuditSeq, week, certainty}
	return r.heads.get(ctx, key, func() (*heads.Report, error) {
		v, err := r.view(ctx, snap)
		if err != nil {
			return nil, err
		}
		return heads.Make(context.WithoutCancel(ctx), v, snap.Forecast, heads.Options{
			Rules: r.staffing(snap.Directory.Organisation.ID), Start: week, Weeks: 1, Certainty: certainty, Brief: true})
	})
}

// HeadsBeside asks the target of plans how many people it counts itself for a week of the latest forecast, and sets
// that beside ours. Nothing of it is kept.
func (r *Reports) HeadsBeside(ctx context.Context, snap *Snapshot, targets target.Targets,
	week wrapcast.Date) (heads.PlatformWeek, error) {
	const anyCertainty = 0.9
	kept, err := r.Heads(ctx, snap, week, anyCertainty)
	if err != nil {
		return heads.PlatformWeek{}, err
	}
	v, err := r.view(ctx, snap)
	if err != nil {
		return heads.PlatformWeek{}, err
	}
	ours := kept.Copy()
	if err := heads.Beside(ctx, v, targets, &ours); err != nil {
		return heads.PlatformWeek{}, err
	}
	return ours.Platform[0], nil
}

// todayKey identifies what is left of a day, from a quarter-hour on.
type todayKey struct {
	state
	audited int64
	quarter int64
}

// Today is what is left of today, with the overrides in use now. It is NotFound where no forecast has today.
func (r *Reports) Today(ctx context.Context, snap *Snapshot) (*today.Report, error) {
	v, err := r.view(ctx, snap)
	if err != nil {
		return nil, err
	}
	now := today.Moment(v)
	key := todayKey{stateOf(snap), snap.Version.AuditSeq, now.Unix() / int64(wrapcast.QuarterHour.Seconds())}
	return r.today.get(ctx, key, func() (*today.Report, error) {
		return today.Of(context.WithoutCancel(ctx), v, today.Options{Now: now,
			Rules: r.staffing(snap.Directory.Organisation.ID)})
	})
}

// profilesKey identifies the data that intraday profiles were learned from.
type profilesKey struct {
	org      wrapcast.OrganisationID
	forecast wrapcast.ForecastID
	calendar wrapcast.CalendarID
}

// IntradayProfiles returns how the days of a forecast spread over their quarter-hours.
func (r *Reports) IntradayProfiles(ctx context.Context, snap *Snapshot,
	f *wrapcast.Forecast) (*demand.IntradayProfiles, error) {
	key := profilesKey{org: snap.Directory.Organisation.ID, forecast: f.ID}
	calendar, err := r.forecaster.Decisions().Calendar(ctx, key.org)
	if err != nil && wrapcast.KindOf(err) != wrapcast.NotFound {
		return nil, err
	}
	key.calendar = calendar.ID
	return r.profiles.get(ctx, key, func() (*demand.IntradayProfiles, error) {
		v, err := r.view(ctx, snap)
		if err != nil {
			return nil, err
		}
		return v.IntradayProfiles(context.WithoutCancel(ctx), f)
	})
}
