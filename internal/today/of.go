package today

import (
	"context"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/steps"
	"github.com/wrapcast/wrapcast/internal/store"
)

// Moment is the time to look from: now, or that of the last reading where nothing was read today. A replayed
// organisation has its own today.
func Moment(v *steps.View) time.Time {
	if now := v.Clock.Now(); v.Day(v.At) >= v.Day(now) {
		return now
	}
	return v.At
}

// Of says what is left of the day of Options.Now, by the newest stored forecast of it with the overrides in use.
func Of(ctx context.Context, v *steps.View, o Options) (*Report, error) {
	made, err := v.ForecastOf(ctx, v.Day(o.Now))
	if err != nil {
		return nil, err
	}
	var overrides []wrapcast.Override
	err = v.Store.View(ctx, func(tx *store.Tx) (err error) {
		overrides, err = steps.OverridesSince(tx, v.Organisation(), made.From)
		return err
	})
	if err != nil {
		return nil, err
	}
	id := made.ID
	made = steps.WithOverrides(made, overrides, v.Clock.Now())
	made.ID = id
	return Make(ctx, v, &made, o)
}
