package wrapcast

import (
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// CalendarID is one version of an organisation's calendar, a UUIDv7.
type CalendarID string

// CalendarVersion is an organisation's calendar as somebody set it. Versions are kept; the latest that nobody has
// withdrawn holds.
type CalendarVersion struct {
	Schema       string         `json:"schema"`
	ID           CalendarID     `json:"id"`
	Organisation OrganisationID `json:"organisation"`
	Calendar     Calendar       `json:"calendar"`
	// Author and Reason say who set it, and why.
	Author string    `json:"author"`
	Reason string    `json:"reason,omitempty"`
	MadeAt time.Time `json:"made_at"`
	// WithdrawnAt and WithdrawnBy say that it was withdrawn: the version before it holds again.
	WithdrawnAt time.Time `json:"withdrawn_at,omitzero"`
	WithdrawnBy string    `json:"withdrawn_by,omitempty"`
}

// Decision implements [Decided].
func (v *CalendarVersion) Decision() Decision {
	return Decision{Kind: DecisionCalendar, ID: string(v.ID), Organisation: v.Organisation, Author: v.Author,
		Reason: v.Reason,
		MadeAt: v.MadeAt, WithdrawnAt: v.WithdrawnAt, WithdrawnBy: v.WithdrawnBy}
}

// Keep implements [Decided].
func (v *CalendarVersion) Keep(d Decision) {
	v.ID, v.Organisation, v.MadeAt = CalendarID(d.ID), d.Organisation, d.MadeAt
	v.WithdrawnAt, v.WithdrawnBy = d.WithdrawnAt, d.WithdrawnBy
}

// CalendarSchema names the JSON of a CalendarVersion.
const CalendarSchema = "wrapcast.calendar/1"

// Calendar is what is known of days in advance: public holidays, closures, events,
// opening hours. All codes share one; what a kind of day does to each is learned.
type Calendar struct {
	// Holidays are the regions whose public holidays hold, by ISO 3166: "US-MA", "GB-ENG", "DE-BY", or a whole country,
	// "FR".
	Holidays []string `json:"holidays,omitempty"`
	// Except are names of public holidays of these regions that are ordinary days here: "Columbus Day".
	Except   []string        `json:"except,omitempty"`
	Closures []Closure       `json:"closures,omitempty"`
	Events   []CalendarEvent `json:"events,omitempty"`
	Hours    []OpeningHours  `json:"hours,omitempty"`
}

// Closure is a stretch of days, or of the hours of days, in which queues take no contact. It is a named day as well:
// what comes after a closure is learned.
type Closure struct {
	Name string `json:"name"`
	Days
	// Queues are those closed; none means all.
	Queues []QueueID `json:"queues,omitempty"`
	// Begins and Ends bound the closed hours of each day; both zero means all day.
	Begins TimeOfDay `json:"begins,omitempty"`
	Ends   TimeOfDay `json:"ends,omitempty"`
}

// CalendarEvent is a kind of day that changes what people call about: a mailing, a
// payday, an outage. Its effect is learned from the days it fell on.
type CalendarEvent struct {
	Name string `json:"name"`
	Days
	// Expected is what it is expected to do while the history holds no such day; nil where nobody says. It fades as such
	// days are learned from.
	Expected *Change `json:"expected,omitempty"`
}

// Change is what an event does to contacts, as a fraction of an ordinary day's: 0.3 for 30 % more, -1 for none at all.
// It is read from "+30 %" too.
type Change float64

// LargestChange is the greatest change that can be expected: twenty times an ordinary day.
const LargestChange Change = 19

// String returns the change as +30 %.
func (c Change) String() string {
	return fmt.Sprintf("%+.4g %%", math.Round(1e6*float64(c))/1e4)
}

// ParseChange reads a change written in per cent, "+30 %" or "-20%".
func ParseChange(text string) (Change, error) {
	number, isPercent := strings.CutSuffix(strings.TrimSpace(text), "%")
	v, err := strconv.ParseFloat(strings.TrimSpace(number), 64)
	c := Change(v / 100)
	if err != nil || !isPercent || !c.Possible() {
		return 0, Errorf(Usage, "", "%q is not a change of contacts", text).
			WithHint("write it in per cent of an ordinary day, from -100 %% to +1900 %%: +30 %%")
	}
	return c, nil
}

// Possible reports whether contacts can change so.
func (c Change) Possible() bool { return c >= -1 && c <= LargestChange }

// UnmarshalJSON reads a fraction, or text in per cent.
func (c *Change) UnmarshalJSON(b []byte) error {
	var text string
	if json.Unmarshal(b, &text) != nil {
		return json.Unmarshal(b, (*float64)(c))
	}
	v, err := ParseChange(text)
	*c = v
	return err
}

// Days are one stretch of local days, or one that comes again.
type Days struct {
	// From and To bound the first stretch, both included; To zero means one day.
	From Date `json:"from"`
	To   Date `json:"to,omitzero"`
	// Repeat says how it comes again; "" means never.
	Repeat Repeat `json:"repeat,omitempty"`
	// Interval takes only every so-many-th repetition; zero means each.
	Interval int `json:"interval,omitempty"`
	// Until is the last day on which a repetition may begin; zero means for ever.
	Until Date `json:"until,omitzero"`
	// Skip are first days of repetitions that do not happen.
	Skip []Date `json:"skip,omitempty"`
}

// Repeat says how a stretch of days comes again. Each form takes its pattern from the first.
type Repeat string

// The forms of repetition.
const (
	// Weekly: on the same weekday; with Interval 2 every other week.
	Weekly Repeat = "weekly"
	// Monthly: on the same day of the month, or on its last where it is too short.
	Monthly Repeat = "monthly"
	// MonthlyWeekday: on the same weekday of the month, such as each second Tuesday; a fifth one is the last.
	MonthlyWeekday Repeat = "monthly-weekday"
	// Yearly: on the same day of the year; 29 February is 28 February in common years.
	Yearly Repeat = "yearly"
	// YearlyWeekday: on the same weekday of the same month, such as the fourth Thursday of November.
	YearlyWeekday Repeat = "yearly-weekday"
	// YearlyEaster: as far from Easter Sunday (of the western churches).
	YearlyEaster Repeat = "yearly-easter"
)

// OpeningHours are when queues take contacts, by weekday on the wall clock. Hours named for a queue replace those for
// all.
type OpeningHours struct {
	// Queues are those they hold for; none means every queue without hours of its own.
	Queues []QueueID `json:"queues,omitempty"`
	// From and Until bound the days they hold, both included; zero means always. Of several that hold, the last listed
	// does.
	From  Date        `json:"from,omitzero"`
	Until Date        `json:"until,omitzero"`
	Open  []OpenHours `json:"open"`
	// OnHolidays says that public holidays are days like others; otherwise the queues are closed on them.
	OnHolidays bool `json:"on_holidays,omitempty"`
}

// OpenHours is one stretch of opening hours.
type OpenHours struct {
	// Days are weekdays and ranges of them: "mon-fri", "sat,sun", "daily".
	Days string `json:"days"`
	// Begins and Ends are on quarter-hours. Ends at or before Begins lies on the next day; 00:00 to 24:00 is all day.
	Begins TimeOfDay `json:"begins"`
	Ends   TimeOfDay `json:"ends"`
}

// TimeOfDay is a time of the wall clock in minutes after midnight, written 08:30; 24:00 ends a day.
type TimeOfDay int

// String returns the time as 08:30.
func (t TimeOfDay) String() string { return fmt.Sprintf("%02d:%02d", int(t)/60, int(t)%60) }

// MarshalText writes the time as 08:30.
func (t TimeOfDay) MarshalText() ([]byte, error) { return []byte(t.String()), nil }

// UnmarshalText reads a time written as 08:30.
func (t *TimeOfDay) UnmarshalText(text []byte) error {
	hours, minutes, found := strings.Cut(string(text), ":")
	h, hErr := strconv.ParseUint(hours, 10, 8)
	m, mErr := strconv.ParseUint(minutes, 10, 8)
	if !found || hErr != nil || mErr != nil || len(minutes) != 2 || m > 59 || 60*h+m > 24*60 {
		return Errorf(Usage, "", "%q is not a time of day",
			text).WithHint("write times as 08:30, the end of the day as 24:00")
	}
	*t = TimeOfDay(60*h + m)
	return nil
}
