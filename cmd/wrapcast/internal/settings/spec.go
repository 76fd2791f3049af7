package settings

import (
	"slices"
	"strings"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/planning"
	"github.com/wrapcast/wrapcast/internal/retention"
	"github.com/wrapcast/wrapcast/internal/steps"
	"github.com/wrapcast/wrapcast/internal/validate"
)

// Spec is what a run is asked to do by these settings.
func (c Settings) Spec() steps.Spec {
	s := steps.Spec{
		Actor: "cli", BusinessUnits: wrapcast.UnitChoice(c.BusinessUnit), TimeZone: c.TimeZone,
		Calendar:     c.Calendar,
		LookbackDays: c.History.LookbackDays, RereadDays: c.History.RereadDays,
		Rules: c.Validation.rules(), Strict: c.Validation.Strict,
		HorizonDays: c.Forecast.HorizonDays, Level: c.Forecast.Level, Algorithm: c.Forecast.Algorithm,
		Target: wrapcast.Target(c.Plan.Target), Weeks: c.Plan.Weeks,
		WeekLength: planning.LengthRule(c.Plan.WeekLength), LeaveOut: c.Plan.LeaveOut,
		Limits:   c.Plan.Limits.publish(),
		AwaitFor: time.Duration(c.Submit.AwaitFor), LookFor: time.Duration(c.Submit.LookFor),
		PollEvery: time.Duration(c.REST.PollEvery),
		Webhook:   c.Webhook.URL, NotifyFor: time.Duration(c.Webhook.NotifyFor),
	}
	if c.Forecast.ShardAbove != steps.ShardAbove || c.Forecast.ShardSeries != steps.ShardSeries {
		s.Sharding = steps.Sharding{Above: c.Forecast.ShardAbove, Series: c.Forecast.ShardSeries}
	}
	for _, code := range c.Codes {
		s.Codes = append(s.Codes, wrapcast.CodeID(code))
	}
	if d := c.History.directions(); len(d) != 1 || d[0] != wrapcast.Inbound { // nothing said means inbound
		s.Directions = d
	}
	return s
}

// Rules are those by which things are deleted.
func (c Retention) Rules() retention.Rules {
	return retention.Rules{HistoryDays: c.HistoryDays, ForecastDays: c.ForecastsDays, RunDays: c.RunsDays,
		MessageDays: c.MessagesDays}
}

// directions are those whose contacts count, each once and in their order.
func (c History) directions() (all []wrapcast.Direction) {
	for _, known := range knownDirections() {
		if slices.Contains(c.Directions, known.Title()) {
			all = append(all, known)
		}
	}
	return all
}

func knownDirections() []wrapcast.Direction {
	return []wrapcast.Direction{wrapcast.Inbound, wrapcast.Outbound}
}

func (c History) checkDirections() error {
	var names []string
	for _, d := range knownDirections() {
		names = append(names, d.Title())
	}
	for _, d := range c.Directions {
		if !slices.Contains(names, d) {
			return usage("history.directions has %q; a direction is one of %s", d, strings.Join(names, ", "))
		}
	}
	if len(c.Directions) == 0 {
		return usage("history.directions is empty, so that no contact would count; it names some of %s",
			strings.Join(names, ", "))
	}
	return nil
}

func (c Validation) rules() validate.Rules {
	return validate.Rules{MinDays: c.MinDays, MaxHorizon: c.MaxHorizonDays,
		IQRFactor: c.IQRFactor, MinSeasonality: c.MinSeasonality}
}

func (c Limits) publish() planning.PublishLimits {
	return planning.PublishLimits{WeekChange: c.WeekChange, DayChange: c.DayChange, HandleChange: c.HandleChange,
		FewContacts: c.FewContacts, MaxAge: time.Duration(c.MaxAge), HistoryLag: c.HistoryLagDays}
}
