package flow

import (
	"context"
	"fmt"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/planning"
	"github.com/wrapcast/wrapcast/store"
)

// AccuracyOptions say which forecasts are judged, and on which days.
type AccuracyOptions struct {
	// From and To bound the local days, both included; zero means the last 13 weeks of which all codes have arrived.
	From, To wrapcast.Date
	// Source says which forecasts count; "" means those a target had, or all that were made where no target had any.
	Source wrapcast.AccuracySource
	// Level is that of the interval judged; zero means that of the spec.
	Level float64
}

const (
	// judgedDays is how many days are judged unless others are asked for.
	judgedDays = 91
	// watchedDays is how many of the last days bands are tested on: long enough to tell, short enough to tell of the present.
	watchedDays = 28
	// falseAlarms is the share of alarms that may be false on average.
	falseAlarms = 0.05
)

// Accuracy tells how good frozen forecasts were, from what runs have kept of them: it only reads. See KeepFrozen where no run
// came since the last reading.
func (f *WrapUpForecaster) Accuracy(ctx context.Context, org wrapcast.OrganisationID, spec Spec, o AccuracyOptions) (wrapcast.AccuracyReport, error) {
	p, err := f.offline(ctx, org, spec)
	if err != nil {
		return wrapcast.AccuracyReport{}, err
	}
	return p.accuracy(ctx, o)
}

// KeepFrozen keeps what frozen forecasts said of the days that are stored by now. Every run does it; between runs, after an extraction, it
// has to be asked for.
func (f *WrapUpForecaster) KeepFrozen(ctx context.Context, org wrapcast.OrganisationID, spec Spec) error {
	p, err := f.offline(ctx, org, spec)
	if err != nil {
		return err
	}
	h, err := p.loadHistory(ctx)
	if err != nil {
		return err
	}
	return p.freeze(ctx, h)
}

// watch keeps what was said of the days that are over by now, and tells of codes, queues and planning groups that leave
// their band too often.
func (p *pass) watch(ctx context.Context, h *history) ([]wrapcast.Finding, error) {
	if err := p.freeze(ctx, h); err != nil {
		return nil, err
	}
	r, err := p.accuracy(ctx, AccuracyOptions{})
	if wrapcast.KindOf(err) == wrapcast.NotFound {
		return nil, nil
	}
	return alarmFindings(r.Watch), err
}

func (p *pass) accuracy(ctx context.Context, o AccuracyOptions) (wrapcast.AccuracyReport, error) {
	var j planning.Judging
	var first, last wrapcast.Date
	var reach int
	source := o.Source
	err := p.Store.View(ctx, func(tx *store.Tx) error {
		settled, err := p.settledDays(tx)
		if err != nil {
			return err
		}
		if first, last = bounds(settled, o); last < first {
			return wrapcast.Errorf(wrapcast.NotFound, "accuracy", "no day with all its codes is stored between %s and %s", o.From, o.To).
				WithHint("codes may arrive for %d days: wrapcast extract reads them", p.spec.RereadDays)
		}
		if reach, err = p.reach(tx); err != nil {
			return err
		}
		if source == "" {
			if source, err = p.source(tx); err != nil {
				return err
			}
		}
		j, err = p.judging(tx, source, first, last, settled)
		return err
	})
	if err != nil {
		return wrapcast.AccuracyReport{}, err
	}
	j.Level, j.Watched, j.Rate = or(o.Level, p.spec.Level), max(first, last-watchedDays+1), falseAlarms
	r := planning.Judge(j)
	r.Organisation, r.CountingRule, r.TimeZone, r.From, r.To, r.Source = p.run.Organisation, wrapcast.CountingRule, p.zone.String(), first, last, source
	r.Watch.To = last
	r.Findings = append(alarmFindings(r.Watch), p.unmeasured(r, reach)...)
	return r, nil
}

// source is which forecasts count unless somebody says.
func (p *pass) source(tx *store.Tx) (wrapcast.AccuracySource, error) {
	published, err := tx.Publications(p.run.Organisation)
	if len(published) == 0 {
		return wrapcast.SourceMade, err
	}
	return wrapcast.SourcePublished, err
}

// settledDays tells of the days that are stored whether they were read after all their codes had arrived.
func (p *pass) settledDays(tx *store.Tx) (*history, error) {
	readings, err := tx.Readings(p.run.Organisation)
	if err != nil || len(readings) == 0 {
		return nil, err
	}
	from, to := readings[0].From, readings[len(readings)-1].To
	settle := time.Duration(p.spec.RereadDays) * 24 * time.Hour
	h := &history{zone: p.zone, from: p.localDay(from), to: p.localDay(to) - 1}
	h.read = make([]bool, max(h.days(), 0))
	gaps := unsettled(from, to, readings, to.Add(settle), settle)
	for i := range h.read {
		day := h.from + wrapcast.Date(i)
		begins, ends := day.Midnight(p.zone), (day + 1).Midnight(p.zone)
		h.read[i] = !begins.Before(from) && !ends.After(to) && !touches(gaps, begins, ends)
	}
	return h, nil
}

func touches(intervals []wrapcast.Interval, from, to time.Time) bool {
	for _, i := range intervals {
		if i.From.Before(to) && i.To.After(from) {
			return true
		}
	}
	return false
}

// bounds are the first and the last settled day among those asked for.
func bounds(settled *history, o AccuracyOptions) (first, last wrapcast.Date) {
	last = settled.to
	if o.To != 0 {
		last = min(last, o.To)
	}
	for last >= settled.from && !settled.whole(last) {
		last--
	}
	first = max(settled.from, or(o.From, last-judgedDays+1))
	for first <= last && !settled.whole(first) {
		first++
	}
	return first, last
}

// judging reads what was said of the settled days between two, and what came.
func (p *pass) judging(tx *store.Tx, source wrapcast.AccuracySource, first, last wrapcast.Date, settled *history) (j planning.Judging, err error) {
	org := p.run.Organisation
	said, err := tx.FrozenDays(org, source, first, last)
	if err != nil {
		return j, err
	}
	for _, d := range said {
		if settled.whole(d.Day) {
			j.Days = append(j.Days, d)
		}
	}
	if j.Lineage, err = lineageInUse(tx, org); err != nil {
		return j, err
	}
	for d, err := range tx.LocalDays(org, first, last) {
		if err != nil {
			return j, err
		}
		j.Came = append(j.Came, d)
	}
	j.Came, _, err = planning.ApplyLineage(j.Came, j.Lineage)
	return j, err
}

// reach is the most days ahead that any stored forecast goes.
func (p *pass) reach(tx *store.Tx) (reach int, err error) {
	all, err := p.makings(tx)
	for _, f := range all {
		reach = max(reach, f.Days-1-int(f.On-f.From))
	}
	return reach, err
}

// alarmFindings say the alarms in words.
func alarmFindings(w wrapcast.BandWatch) []wrapcast.Finding {
	findings := []wrapcast.Finding{}
	for _, a := range w.Alarms {
		where, advice := "outside", "look at its history for a change of level or weekly habit"
		switch {
		case a.Above >= 4*a.Below:
			where, advice = "above", "more comes than is forecast: look for a cause, and override it until the models have learned"
		case a.Below >= 4*a.Above:
			where, advice = "below", "less comes than is forecast: look for a cause, and override it until the models have learned"
		}
		findings = append(findings, wrapcast.Finding{Code: "out-of-band", Severity: wrapcast.Warning, Place: string(a.Kind) + " " + a.Name,
			Message: fmt.Sprintf("%s was %s its %.0f %% band on %d of %d days, %.1f are allowed (probability %.2g)", a.Name, where, 100*w.Level, a.Outside(), a.Days, a.Expected, a.PValue),
			Advice:  advice})
	}
	return findings
}

// unmeasured says why leads are missing.
func (p *pass) unmeasured(r wrapcast.AccuracyReport, reach int) []wrapcast.Finding {
	var findings []wrapcast.Finding
	if len(r.Leads) == 0 {
		message, advice := "no forecast that a target had is old enough to be judged", "publish with wrapcast run, and look again when days have passed"
		if r.Source == wrapcast.SourceMade {
			message = "no forecast is old enough to be judged"
		}
		findings = append(findings, wrapcast.Finding{Code: "nothing-to-judge", Severity: wrapcast.Info, Message: message, Advice: advice})
	}
	for _, lead := range wrapcast.AccuracyLeads() {
		if reach > 0 && lead > reach {
			findings = append(findings, wrapcast.Finding{Code: "lead-not-forecast", Severity: wrapcast.Info,
				Message: fmt.Sprintf("no forecast reaches %d days ahead", lead), Advice: fmt.Sprintf("set forecast.horizon_days to %d or more", lead+1)})
		}
	}
	return findings
}
