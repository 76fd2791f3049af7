package steps

import (
	"context"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/planning"
	"github.com/wrapcast/wrapcast/internal/store"
)

// Validate judges what is stored of an organisation's history, without asking the platform.
func (f *WrapUpForecaster) Validate(ctx context.Context, org wrapcast.OrganisationID, spec Spec) (wrapcast.ValidationReport, error) {
	p, err := f.offline(ctx, org, spec)
	if err != nil {
		return wrapcast.ValidationReport{}, err
	}
	h, err := p.loadHistory(ctx)
	if err != nil {
		return wrapcast.ValidationReport{}, err
	}
	return p.asked(p.judge(h)), nil
}

// offline makes a pass over what is stored. Its present is the moment of the last
// reading, so that a replayed organisation stays in its own time.
func (f *WrapUpForecaster) offline(ctx context.Context, org wrapcast.OrganisationID, spec Spec) (*pass, error) {
	p := &pass{WrapUpForecaster: f, spec: spec.withDefaults()}
	var readings []wrapcast.Reading
	err := f.Store.View(ctx, func(tx *store.Tx) (err error) {
		if p.directory, err = tx.Directory().Of(org); err != nil {
			return err
		}
		readings, err = tx.Readings().All(org)
		return err
	})
	if err != nil {
		return nil, err
	}
	if len(readings) == 0 {
		return nil, wrapcast.Errorf(wrapcast.NotFound, "", "no history of %s is stored", p.directory.Organisation.Name).
			WithHint("`wrapcast extract` or `wrapcast run` reads it")
	}
	if p.zone, err = planning.Zone(p.directory.BusinessUnit); err != nil {
		return nil, err
	}
	first := p.localDay(readings[0].From)
	p.spec.HistoryFrom = &first
	p.run = wrapcast.Run{Organisation: org, StartedAt: latest(readings)}
	return p, nil
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
