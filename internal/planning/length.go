package planning

import (
	"slices"
	"time"

	"github.com/wrapcast/wrapcast"
)

// LengthRule says how many quarter-hours the arrays of an import week have. No public source says for certain what the
// platform wants, least of all in weeks in which the clocks change, so that it is a setting.
type LengthRule string

// The length rules. The platform's schema has an eighth day, because shifts run over the week's end.
const (
	// EightDays is eight days of 96, whatever the clocks do: 768. "" means the same.
	EightDays LengthRule = "eight-days"
	// SevenDays is seven days of 96: 672.
	SevenDays LengthRule = "seven-days"
	// Elapsed is what really passes in eight local days: 764 or 772 where the clocks change.
	Elapsed LengthRule = "elapsed"
)

// LengthRules lists the rules.
func LengthRules() []LengthRule { return []LengthRule{EightDays, SevenDays, Elapsed} }

// Known reports whether there is such a rule.
func (l LengthRule) Known() bool { return l == "" || slices.Contains(LengthRules(), l) }

// QuarterHours is how many the arrays of a week have that begins on a local day.
func (l LengthRule) QuarterHours(week wrapcast.Date, loc *time.Location) int {
	switch l {
	case SevenDays:
		return 7 * 96
	case Elapsed:
		return int((week + 8).Midnight(loc).Sub(week.Midnight(loc)) / wrapcast.QuarterHour)
	default:
		return wrapcast.QuarterHoursInWeekPlan
	}
}
