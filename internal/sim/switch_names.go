package sim

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/wrapcast/wrapcast"
)

// namedSwitch is a switch as it is set by name, such as --switch max-days=7.
type namedSwitch struct {
	name string
	// values says what may be set, about what it does.
	values, about string
	set           func(*Switches, string) error
}

// namedSwitches lists them by subject.
func namedSwitches() []namedSwitch {
	return slices.Concat(loginSwitches(), analyticsSwitches(), listSwitches(), importSwitches(), signalSwitches())
}

func loginSwitches() []namedSwitch {
	return []namedSwitch{
		{"wrong-secret", "400, 401", "status for a wrong secret",
			number(func(s *Switches) *int { return &s.WrongSecretStatus })},
		{"own-permissions", "permissions, roles, nothing", "what a client learns when it asks what it may do",
			choice(func(s *Switches) *Telling { return &s.OwnPermissions })},
	}
}

func analyticsSwitches() []namedSwitch {
	return []namedSwitch{
		{"empty-list", "true, false", `nothing found is {"results":[]} instead of {}`,
			truth(func(s *Switches) *bool { return &s.EmptyResultsList })},
		{"uncoded-metrics", "metrics+…", "metrics of agents without a wrap-up code", setUncoded},
		{"max-days", "days, -1 is none", "longest interval of a query",
			number(func(s *Switches) *int { return &s.MaxDays })},
		{"max-quarter-hours", "168h, -1s is none at all", "longest interval of a query for quarter-hours",
			span(func(s *Switches) *time.Duration { return &s.MaxQuarterHours })},
		{"max-buckets", "buckets, -1 is none", "most buckets of a query",
			number(func(s *Switches) *int { return &s.MaxBuckets })},
		{"max-rows", "rows, -1 is none", "most groups times buckets of an answer",
			number(func(s *Switches) *int { return &s.MaxRows })},
		{"ceiling-code", strings.Join(CeilingCodes(), ", "), "how too much is refused",
			choice(func(s *Switches) *string { return &s.CeilingCode })},
		{"ceiling-status", "400, 413, 504", "its status, where it is not the code's own",
			number(func(s *Switches) *int { return &s.CeilingStatus })},
		{"ceiling-body", "platform, garbled, html, empty", "what the refusal looks like",
			choice(func(s *Switches) *BodyOf { return &s.CeilingBody })},
		{"retention-days", "days", "how far back a query may begin",
			number(func(s *Switches) *int { return &s.RetentionDays })},
	}
}

func listSwitches() []namedSwitch {
	return []namedSwitch{
		{"callback-direction", "inbound, outbound", "direction of callbacks; their originatingDirection is inbound",
			choice(func(s *Switches) *string { return &s.CallbackDirection })},
		{"skills-as-list", "true, false", "several skills are a list where a query does not flatten them",
			truth(func(s *Switches) *bool { return &s.SkillsAsList })},
		{"values-as-lists", "true, false", "every value of a group is a list",
			truth(func(s *Switches) *bool { return &s.ValuesAsLists })},
		{"unskilled-agents", "true, false", "what agents handled is counted without language and skills",
			truth(func(s *Switches) *bool { return &s.UnskilledAgents })},
		{"interval-offset", "Z, +0000, +00:00", "how the intervals of an answer say that they are in UTC",
			choice(func(s *Switches) *string { return &s.IntervalOffset })},
		{"analytics-divisions", "all, some, none", "divisions whose conversations the client may see; of others nothing is answered",
			choice(func(s *Switches) *Grant { return &s.AnalyticsDivisions })},
		{"queue-divisions", "all, some, none", "divisions whose queues the client may see",
			choice(func(s *Switches) *Grant { return &s.QueueDivisions })},
		{"max-page", "entries", "largest page of a list, larger ones are refused",
			number(func(s *Switches) *int { return &s.MaxPageSize })},
		{"clamp-pages", "true, false", "larger pages are cut instead of refused",
			truth(func(s *Switches) *bool { return &s.ClampPageSize })},
		{"no-division-views", "true, false", "lists of codes and queues across divisions are 404",
			truth(func(s *Switches) *bool { return &s.NoDivisionViews })},
		{"forbid-units", "true, false", "without a permission the list of business units is 403 instead of empty",
			truth(func(s *Switches) *bool { return &s.ForbidUnits })},
		{"default-code", "true, false", "lists have the platform's Default Wrap-up Code",
			truth(func(s *Switches) *bool { return &s.ListDefaultCode })},
	}
}

func importSwitches() []namedSwitch {
	return []namedSwitch{
		{"import-length", "eight-days, seven-days, elapsed", "values of an import's arrays",
			choice(func(s *Switches) *LengthRule { return &s.ImportLength })},
		{"refuse-by-notification", "true, false", "a bad import is refused after it was accepted",
			truth(func(s *Switches) *bool { return &s.RefuseImportByNotification })},
		{"max-import-bytes", "bytes", "largest upload, gzipped", setImportBytes},
		{"import-size-status", "400, 413", "status for a larger one",
			number(func(s *Switches) *int { return &s.ImportSizeStatus })},
		{"changeable-time-zone", "true, false", "the unit's time zone can be changed",
			truth(func(s *Switches) *bool { return &s.ChangeableTimeZone })},
		{"forecast-data", "good, odd, forbidden, broken", "data of the forecasts that are in place (busy-week)",
			choice(func(s *Switches) *DataOf { return &s.ForecastData })},
		{"max-inline", "numbers", "data of a forecast's week that is answered inline",
			number(func(s *Switches) *int { return &s.MaxInlineValues })},
	}
}

func signalSwitches() []namedSwitch {
	return []namedSwitch{
		{"rate-headers", "true, false", "answers carry inin-ratelimit-*", func(s *Switches, v string) error {
			sent, err := strconv.ParseBool(v)
			s.NoRateHeaders = !sent
			return err
		}},
		{"heartbeat-every", "30s", "how often a socket shows that it lives",
			span(func(s *Switches) *time.Duration { return &s.HeartbeatEvery })},
		{"heartbeat", "JSON", "what a socket says to show that it lives",
			choice(func(s *Switches) *string { return &s.HeartbeatBody })},
	}
}

// Set sets a switch by its name; SwitchHelp lists them. What does not exist or cannot be read is an error of kind
// Usage. Whether the value makes sense is found when a server is made.
func (s *Switches) Set(name, value string) error {
	const op = "sim.Switches"
	all := namedSwitches()
	i := slices.IndexFunc(all, func(n namedSwitch) bool { return n.name == name })
	if i < 0 {
		var names []string
		for _, n := range all {
			names = append(names, n.name)
		}
		return wrapcast.Errorf(wrapcast.Usage, op, "there is no switch %q", name).
			WithHint("the switches are %s", strings.Join(names, ", "))
	}
	if err := all[i].set(s, value); err != nil {
		return wrapcast.Errorf(wrapcast.Usage, op, "the switch %s cannot be %q", name, value).
			WithHint("it is %s", all[i].values)
	}
	return nil
}

// SwitchHelp lists every switch with its values and what it decides, a line each.
func SwitchHelp() string {
	var b strings.Builder
	for _, n := range namedSwitches() {
		fmt.Fprintf(&b, "  %-24s %s: %s\n", n.name, n.about, n.values)
	}
	return b.String()
}

// The ways to read a value.

func truth(of func(*Switches) *bool) func(*Switches, string) error {
	return func(s *Switches, v string) (err error) {
		*of(s), err = strconv.ParseBool(v)
		return err
	}
}

func number(of func(*Switches) *int) func(*Switches, string) error {
	return func(s *Switches, v string) (err error) {
		*of(s), err = strconv.Atoi(v)
		return err
	}
}

func span(of func(*Switches) *time.Duration) func(*Switches, string) error {
	return func(s *Switches, v string) (err error) {
		*of(s), err = time.ParseDuration(v)
		return err
	}
}

// choice takes any text: what may be chosen is checked with everything else.
func choice[T ~string](of func(*Switches) *T) func(*Switches, string) error {
	return func(s *Switches, v string) error {
		*of(s) = T(v)
		return nil
	}
}

func setUncoded(s *Switches, v string) error {
	s.UncodedMetrics = strings.FieldsFunc(v, func(r rune) bool { return r == '+' })
	if s.UncodedMetrics == nil {
		s.UncodedMetrics = []string{}
	}
	return nil
}

func setImportBytes(s *Switches, v string) (err error) {
	s.MaxImportBytes, err = strconv.ParseInt(v, 10, 64)
	return err
}
