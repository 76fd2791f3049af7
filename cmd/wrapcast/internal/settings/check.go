package settings

import (
	"cmp"
	"errors"
	"strings"

	"github.com/wrapcast/wrapcast/forecast"
	"github.com/wrapcast/wrapcast/internal/planning"
	"github.com/wrapcast/wrapcast/internal/steps"
)

// Check refuses settings that cannot work, before anything is asked of the platform.
func (c Settings) Check() error {
	if err := CheckAlgorithm("forecast.algorithm", c.Forecast.Algorithm); err != nil {
		return err
	}
	switch {
	case c.Forecast.Level <= 0 || c.Forecast.Level >= 1:
		return usage("forecast.level is %v; it is a fraction between 0 and 1 such as 0.85", c.Forecast.Level)
	case c.Plan.Weeks < 1 || c.Plan.Weeks > 6:
		return usage("plan.weeks is %d; the platform takes short-term forecasts of 1 to 6 weeks", c.Plan.Weeks)
	case !planning.LengthRule(c.Plan.WeekLength).Known():
		return usage("plan.week_length is %q; it is one of %v", c.Plan.WeekLength, planning.LengthRules())
	case c.Forecast.HorizonDays < 1:
		return usage("forecast.horizon_days is %d; at least one day must be forecast", c.Forecast.HorizonDays)
	case c.Forecast.ShardAbove == 0 || c.Forecast.ShardSeries < 1:
		return usage("forecast.shard_above is %d and shard_series %d; shards of at least one series are made from so many leaves on, never if that is negative",
			c.Forecast.ShardAbove, c.Forecast.ShardSeries)
	case c.History.LookbackDays < 1:
		return usage("history.lookback_days is %d; at least one day of history is needed", c.History.LookbackDays)
	case c.Forecast.HorizonDays > steps.MaxHorizonDays:
		return usage("forecast.horizon_days is %d; at most %d days are forecast", c.Forecast.HorizonDays,
			steps.MaxHorizonDays)
	case c.History.LookbackDays > steps.MaxLookbackDays:
		return usage("history.lookback_days is %d; at most %d days of history are learned from",
			c.History.LookbackDays, steps.MaxLookbackDays)
	case c.API.ChunkDays > steps.MaxLookbackDays:
		return usage("api.chunk_days is %d; at most %d days are asked for at once", c.API.ChunkDays,
			steps.MaxLookbackDays)
	case c.API.RequestsPerMinute < 1:
		return usage("api.requests_per_minute is %d; at least one is needed", c.API.RequestsPerMinute)
	case c.API.ChunkDays < 1:
		return usage("api.chunk_days is %d; at least a day is asked for at once", c.API.ChunkDays)
	case c.API.RequestsPerMonth < 0:
		return usage("api.requests_per_month is %d; it is a number of requests, 0 for no ceiling",
			c.API.RequestsPerMonth)
	}
	return cmp.Or(c.Network.check(), c.History.checkDirections(), checkTarget(c.Plan.Target), c.checkUnits(),
		c.checkSchedules(), c.Staffing.check(), c.Serve.check(), c.Retention.Rules().Check(c.History.LookbackDays))
}

// CheckAlgorithm refuses a name the engine does not know, or no longer; where says who gave it. "" is the default.
func CheckAlgorithm(where, name string) error {
	err := forecast.CheckAlgorithm(cmp.Or(name, forecast.Auto))
	if e, ok := errors.AsType[*forecast.Error](err); ok {
		return usage("%s: %s", where, e.Message).
			WithHint("choose auto or one of %s", strings.Join(forecast.Names(), ", "))
	}
	return err
}
