package reports

import (
	"context"
	"fmt"
	"slices"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/demand"
	"github.com/wrapcast/wrapcast/internal/steps"
)

// CalendarReport is what a calendar means for the days ahead.
type CalendarReport struct {
	Schema   string            `json:"schema"`
	TimeZone string            `json:"time_zone"`
	From     wrapcast.Date     `json:"from"`
	To       wrapcast.Date     `json:"to"`
	Calendar wrapcast.Calendar `json:"calendar"`
	// Days are those with a name, and those on which a queue is closed that is open on most days of their weekday.
	Days     []CalendarDay      `json:"days"`
	Findings []wrapcast.Finding `json:"findings"`
}

// CalendarDay is a special day ahead.
type CalendarDay struct {
	Day   wrapcast.Date `json:"day"`
	Names []string      `json:"names"`
	// Effect is what such days bring over all codes against ordinary ones, Seen how many of them the history holds.
	Effect wrapcast.Measure `json:"effect"`
	Seen   int              `json:"seen"`
	// NeverBefore are those of the names that no day of the history has; Assumed says what is forecast of them instead.
	NeverBefore []string `json:"never_before,omitempty"`
	Assumed     []string `json:"assumed,omitempty"`
	// Closed are queues that are closed all day, Shorter those closed for some hours more than usual.
	Closed    []wrapcast.QueueID `json:"closed,omitempty"`
	AllClosed bool               `json:"all_closed,omitempty"`
	Shorter   []wrapcast.QueueID `json:"shorter,omitempty"`
}

// calendarSchema names the JSON of a CalendarReport.
const calendarSchema = "wrapcast.calendar-ahead/1"

// CalendarAhead works out what the calendar of the spec, or else the one that holds, means for so many days ahead:
// which days are special in the organisation's own time, what such days did in the past, which queues are closed.
func CalendarAhead(ctx context.Context, v *steps.View, days int) (CalendarReport, error) {
	v.Spec.HorizonDays = max(v.Spec.HorizonDays, days)
	h, err := v.LoadHistory(ctx)
	if err != nil {
		return CalendarReport{}, err
	}
	effects := demand.LearnEffects(h.History, h.Known.Resolved, v.Judge(h))
	r := CalendarReport{Schema: calendarSchema, TimeZone: v.Zone.String(), From: h.To + 1,
		To: h.To + wrapcast.Date(days), Calendar: h.Known.Calendar,
		Days: []CalendarDay{}, Findings: []wrapcast.Finding{}}
	for day := r.From; day <= r.To; day++ {
		d := CalendarDay{Day: day, Names: append([]string{}, h.Known.Resolved.Names(day)...),
			Effect: wrapcast.NotMeasured()}
		if kind := effects.KindOf(day); kind != "" {
			d.Effect, d.Seen = wrapcast.Measure(effects.Overall(day)), effects.Days[kind]
		}
		d.NeverBefore = effects.NeverBefore(day)
		for _, name := range d.NeverBefore {
			d.Assumed = append(d.Assumed, name+": "+effects.Assumed(name))
		}
		closures(v, h, &d)
		if len(d.Names) > 0 {
			r.Days = append(r.Days, d)
		}
	}
	for _, name := range effects.Frequent {
		r.Findings = append(r.Findings, wrapcast.Finding{Code: "not-special", Severity: wrapcast.Warning, Place: name,
			Message: fmt.Sprintf("%q falls on more than a fifth of all days, or on most days of a weekday: it is part of the normal week, and no effect of its own is learned", name), Advice: "name only days that differ"})
	}
	if len(r.Calendar.Holidays)+len(r.Calendar.Events)+len(r.Calendar.Closures)+len(r.Calendar.Hours) == 0 {
		r.Findings = append(r.Findings, wrapcast.Finding{Code: "no-calendar", Severity: wrapcast.Warning,
			Message: "there is no calendar: holidays are forecast like other days",
			Advice:  "name your regions in a file and the file in the settings: calendar: calendar.yaml"})
	}
	return r, nil
}

// closures finds the queues a day closes, all day or for some hours.
func closures(v *steps.View, h *steps.History, d *CalendarDay) {
	for _, q := range v.Directory.Queues {
		open := h.Known.Resolved.Open(q.ID, d.Day, h.Zone)
		switch {
		case open != nil && !slices.Contains(open, true):
			d.Closed = append(d.Closed, q.ID)
		case h.Known.Resolved.ShortDay(q.ID, d.Day):
			d.Shorter = append(d.Shorter, q.ID)
		}
	}
	d.AllClosed = len(d.Closed) > 0 && len(d.Closed) == len(v.Directory.Queues)
}
