package steps

import (
	"encoding/json"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/forecast"
	"github.com/wrapcast/wrapcast/internal/planning"
	"github.com/wrapcast/wrapcast/internal/validate"
)

// Spec is what one run is asked to do; zero means what Defaults says. It is stored with the run, so that a crashed
// one goes on as it began; it holds no secret.
type Spec struct {
	// Actor is who asks: "cli", "schedule", a user's name.
	Actor string `json:"actor"`
	// BusinessUnits are planned, by id or name; none named takes the only one there is.
	BusinessUnits wrapcast.UnitChoice `json:"business_unit,omitempty"`
	// TimeZone has the local days where there is no business unit; "" means UTC.
	TimeZone string `json:"time_zone,omitempty"`
	// Codes are reported, and named in a rest payload; empty means all.
	Codes []wrapcast.CodeID `json:"codes,omitempty"`

	// Calendar, if set, takes the place of the one that is stored, and is stored.
	Calendar *wrapcast.Calendar `json:"calendar,omitempty"`

	// LookbackDays is how much history is learned from, at most MaxLookbackDays.
	LookbackDays int `json:"lookback_days"`
	// HistoryFrom, if set, is the first local day of history and takes LookbackDays' place.
	HistoryFrom *wrapcast.Date `json:"history_from,omitempty"`
	// Directions are those whose contacts count; none named means inbound alone. All are read and stored.
	Directions []wrapcast.Direction `json:"directions,omitempty"`
	// RereadDays is how long after a day its codes may still change, so that it is read again.
	RereadDays int `json:"reread_days"`

	// Rules are those of validation; Strict refuses weak histories.
	Rules  validate.Rules `json:"rules"`
	Strict bool           `json:"strict,omitempty"`

	// HorizonDays is how many days are forecast. More are, where a plan needs them.
	HorizonDays int `json:"horizon_days"`
	// Level of the interval, a fraction.
	Level float64 `json:"level"`
	// Algorithm is one of forecast.Names, or "" for auto.
	Algorithm string `json:"algorithm,omitempty"`

	// Sharding says which forecasts are made in shards.
	Sharding Sharding `json:"sharding,omitzero"`

	// Target is where plans go; "" means WFM. Weeks is how many weeks are planned for WFM.
	Target wrapcast.Target `json:"target,omitempty"`
	Weeks  int             `json:"weeks"`
	// WeekLength says how long the arrays of a week are for WFM; "" means planning.EightDays.
	WeekLength planning.LengthRule `json:"week_length,omitempty"`
	// LeaveOut names planning groups, by id or name, that are not planned.
	LeaveOut []string `json:"leave_out,omitempty"`
	// DryRun stops after the plan.
	DryRun bool `json:"dry_run,omitempty"`
	// Limits are those beyond which a plan waits for somebody to look at it; AcceptChanges submits in spite of them.
	Limits        planning.PublishLimits `json:"stops"`
	AcceptChanges bool                   `json:"accept_changes,omitempty"`
	// Submit names stored plans: the run submits these, and does nothing before.
	Submit []wrapcast.PlanID `json:"submit,omitempty"`

	// AwaitFor is how long an accepted submission is waited for.
	AwaitFor time.Duration `json:"await_for"`
	// PollEvery is how often the rest target is asked.
	PollEvery time.Duration `json:"poll_every"`
	// LookFor is how long a submission whose answer was lost is looked for.
	LookFor time.Duration `json:"look_for"`

	// Webhook is told the result; "" means nobody. NotifyFor is how long a delivery that fails is tried again within
	// the run. Then it waits in the outbox for the next one.
	Webhook   string        `json:"webhook,omitempty"`
	NotifyFor time.Duration `json:"notify_for"`
}

// Defaults are what a run is asked to do where a Spec says nothing.
func Defaults() Spec {
	return Spec{
		LookbackDays: 730, RereadDays: 3, Rules: validate.Defaults(), HorizonDays: 30, Level: 0.85,
		Algorithm: forecast.Auto,
		Target:    wrapcast.WFM, Weeks: 1, WeekLength: planning.EightDays, Limits: planning.DefaultPublishLimits(),
		AwaitFor: 5 * time.Minute, PollEvery: 30 * time.Second, LookFor: 2 * time.Minute, NotifyFor: 30 * time.Second,
	}
}

// WithDefaults fills in what the run itself goes by; rules, stops and length of week are filled in where they are used.
func (s Spec) WithDefaults() Spec {
	d := Defaults()
	s.LookbackDays = or(s.LookbackDays, d.LookbackDays)
	s.RereadDays = or(s.RereadDays, d.RereadDays)
	s.HorizonDays = or(s.HorizonDays, d.HorizonDays)
	s.Level = or(s.Level, d.Level)
	s.Target = or(s.Target, d.Target)
	s.Weeks = or(s.Weeks, d.Weeks)
	s.AwaitFor = or(s.AwaitFor, d.AwaitFor)
	s.PollEvery = or(s.PollEvery, d.PollEvery)
	s.LookFor = or(s.LookFor, d.LookFor)
	s.NotifyFor = or(s.NotifyFor, d.NotifyFor)
	return s
}

func or[T comparable](v, otherwise T) T {
	var zero T
	if v == zero {
		return otherwise
	}
	return v
}

// What may be asked for at most, in days: ten years of history, and as much ahead.
const (
	MaxLookbackDays = 3660
	MaxHorizonDays  = 3660
)

// check refuses what would work for longer than anybody waits, and a horizon that the rules do not allow.
func (s Spec) check() error {
	for _, v := range []struct {
		name      string
		days, max int
	}{{"LookbackDays", s.LookbackDays, MaxLookbackDays}, {"HorizonDays", s.HorizonDays, MaxHorizonDays}} {
		if v.days > v.max {
			return wrapcast.Errorf(wrapcast.Usage, "run", "%s is %d; at most %d days can be asked for", v.name,
				v.days, v.max)
		}
	}
	return validate.Horizon(s.HorizonDays, s.Rules)
}

// same reports whether two runs are asked to do the same work.
func (s Spec) same(stored json.RawMessage) bool {
	mine, err := json.Marshal(s)
	return err == nil && string(mine) == string(stored)
}
