// Package panel turns a file of series into what the engine forecasts, and the engine's results into the steps of the
// file. The engine sees each series on a clock of which every day has 24 hours; what is closed is hidden from it and
// zero in what comes out.
package panel

import (
	"math"
	"slices"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/forecast"
	"github.com/wrapcast/wrapcast/internal/calendar"
	"github.com/wrapcast/wrapcast/internal/tables"
)

// Panel is a file's series in the engine's terms. Make it with New.
type Panel struct {
	File *tables.File
	// Series are those of the file, in its order. Each is forecast from its own last row.
	Series []forecast.Series
	// Events are the calendar's named days.
	Events []forecast.Event
	// next are the steps to forecast of each series, and days what the calendar says of them.
	next [][]tables.Step
	days *calendar.ResolvedCalendar
	// named are the queues that the calendar has closures or hours of.
	named []wrapcast.QueueID
}

// New makes a panel of which so many steps are to be forecast. A calendar (nil for none) for steps without dates is
// refused (Usage).
func New(file *tables.File, known *wrapcast.Calendar, horizon int) (*Panel, error) {
	p := &Panel{File: file}
	for _, s := range file.Series {
		series := forecast.Series{ID: s.ID, Values: s.Values}
		if step := file.Frequency.Step(); step > 0 {
			series.Start, series.Step = file.Clock(s, 0), step
		}
		p.Series, p.next = append(p.Series, series), append(p.next, s.Next(horizon))
	}
	if known == nil {
		return p, nil
	}
	return p, p.use(*known)
}

func hasValue(values []float64) bool {
	return slices.ContainsFunc(values, func(v float64) bool { return !math.IsNaN(v) })
}

// Horizon is how many steps of the clock the engine must forecast, for all that the file's steps need.
func (p *Panel) Horizon() int {
	most := 1
	for _, next := range p.next {
		for _, step := range next { // the last is not always the furthest, where the clock goes back
			most = max(most, step.Wall+1)
		}
	}
	return most
}

// use works a calendar out for the days of the series, as far as they are forecast, and hides what it closes.
func (p *Panel) use(known wrapcast.Calendar) error {
	from, to, ok := p.span()
	if p.File.Frequency == tables.Monthly {
		return wrapcast.Errorf(wrapcast.Usage, "", "holidays and closures do not act on months").
			WithHint("leave --holidays and --calendar out; what comes back every year in a month is learned without them")
	}
	if !ok {
		return wrapcast.Errorf(wrapcast.Usage, "", "holidays need dates, and the file has steps without them").
			WithHint("leave --holidays and --calendar out, or give the file timestamps")
	}
	for _, c := range known.Closures {
		p.named = append(p.named, c.Queues...)
	}
	for _, h := range known.Hours {
		p.named = append(p.named, h.Queues...)
	}
	var err error
	if p.days, err = calendar.Resolve(known, from, to); err != nil {
		return err
	}
	for _, named := range p.days.Events() {
		e := forecast.Event{Name: named.Name, Expected: named.Expected}
		if named.Kind == calendar.HolidayKind {
			e.Group = string(named.Kind)
		}
		for _, date := range named.Days {
			e.Dates = append(e.Dates, date.Midnight(time.UTC))
		}
		p.Events = append(p.Events, e)
	}
	for i := range p.Series {
		p.hideClosed(i)
		p.Series[i].Events = p.shortDays(i, from, to)
	}
	p.leaveShortToSeries()
	return nil
}

// NeverBefore are the holidays and events that fall on days ahead and on no day of any series: nothing is learned of
// them. Those of which the calendar says what is expected are left out.
func (p *Panel) NeverBefore() (names []string) {
	if len(p.Events) == 0 {
		return nil
	}
	from, ahead, _ := p.history()
	for _, named := range p.days.Events() {
		first := named.Days[0]
		if first >= ahead && from < ahead && named.Expected == 0 && named.Kind != calendar.ClosureKind {
			names = append(names, named.Name)
		}
	}
	return names
}

// history are the first day of any series and the first after the last one; false where there are no dates.
func (p *Panel) history() (from, ahead wrapcast.Date, ok bool) {
	for i, s := range p.Series {
		if s.Start.IsZero() {
			return 0, 0, false
		}
		first := wrapcast.DateOf(s.Start)
		last := wrapcast.DateOf(s.Start.Add(time.Duration(len(s.Values)) * s.Step))
		if i == 0 {
			from, ahead = first, last
		}
		from, ahead = min(from, first), max(ahead, last)
	}
	return from, ahead, len(p.Series) > 0
}

// span are the first and the last day of any series or its forecast; false where there are no dates.
func (p *Panel) span() (from, to wrapcast.Date, ok bool) {
	horizon := p.Horizon()
	for i, s := range p.Series {
		if s.Start.IsZero() {
			return 0, 0, false
		}
		first := wrapcast.DateOf(s.Start)
		last := wrapcast.DateOf(s.Start.Add(time.Duration(len(s.Values)+horizon) * s.Step))
		if i == 0 {
			from, to = first, last
		}
		from, to = min(from, first), max(to, last)
	}
	return from, to, len(p.Series) > 0
}

// hideClosed hides the steps on which a series is closed: they teach nothing.
func (p *Panel) hideClosed(series int) {
	s := &p.Series[series]
	shown := slices.Clone(s.Values)
	for i := range shown {
		if p.closed(series, i) {
			shown[i] = math.NaN()
		}
	}
	if hasValue(shown) {
		s.Values = shown
	}
}

// closed reports whether a series is closed at step i from its beginning to its end: by the file's own pattern, or by
// the calendar, in which it is the queue of its name. A week is where all of its days are.
func (p *Panel) closed(series, i int) bool {
	s := p.Series[series]
	if p.File.Series[series].Closed(i) {
		return true
	}
	if p.days == nil {
		return false
	}
	at := s.Start.Add(time.Duration(i) * s.Step)
	for end := at.Add(s.Step); at.Before(end); at = at.Add(min(s.Step, 24*time.Hour)) {
		if !p.shut(wrapcast.QueueID(s.ID), at, min(s.Step, 24*time.Hour)) {
			return false
		}
	}
	return true
}

// shut reports whether the calendar closes a queue for so long, a day at most.
func (p *Panel) shut(queue wrapcast.QueueID, at time.Time, length time.Duration) bool {
	open := p.days.Open(queue, wrapcast.DateOf(at), time.UTC)
	if open == nil {
		return false
	}
	first := int(at.Sub(at.Truncate(24*time.Hour)) / wrapcast.QuarterHour)
	last := min(first+max(int(length/wrapcast.QuarterHour), 1), len(open))
	return !slices.Contains(open[first:last], true)
}

// Strangers are the queues that the calendar names and that are no series of the file: nothing is closed for them.
func (p *Panel) Strangers() (names []string) {
	for _, queue := range p.named {
		known := slices.ContainsFunc(p.Series, func(s forecast.Series) bool { return s.ID == string(queue) })
		if !known && !slices.Contains(names, string(queue)) {
			names = append(names, string(queue))
		}
	}
	return names
}

// Results brings the engine's results, in the order of the series, to the steps of the file: closed steps are zero, and
// of a series without any value nothing is known (NaN).
func (p *Panel) Results(results []forecast.Result) []forecast.Result {
	out := slices.Clone(results)
	for i, s := range p.Series {
		r := &out[i]
		known := hasValue(s.Values)
		each(r, func(values []float64) []float64 {
			steps := make([]float64, len(p.next[i]))
			for h, next := range p.next[i] {
				switch {
				case !known:
					steps[h] = math.NaN()
				case !p.closed(i, len(s.Values)+next.Wall):
					steps[h] = values[next.Wall]
				}
			}
			return steps
		})
		if !known {
			r.Fallback = "the series has no value: nothing is known of it"
		}
	}
	return out
}

// each replaces mean, median, bounds, and the part of each component that lies ahead.
func each(r *forecast.Result, change func([]float64) []float64) {
	horizon := len(r.Mean)
	r.Mean, r.Median = change(r.Mean), change(r.Median)
	r.Bands = slices.Clone(r.Bands)
	for i := range r.Bands {
		r.Bands[i].Lower, r.Bands[i].Upper = change(r.Bands[i].Lower), change(r.Bands[i].Upper)
	}
	r.Components = slices.Clone(r.Components)
	for i, c := range r.Components {
		if past := len(c.Values) - horizon; past >= 0 {
			r.Components[i].Values = append(slices.Clone(c.Values[:past]), change(c.Values[past:])...)
		}
	}
}

// AnyKnown reports whether any series has a value.
func (p *Panel) AnyKnown() bool {
	return slices.ContainsFunc(p.File.Series, func(s tables.Series) bool { return hasValue(s.Values) })
}

// Known reports whether a series has any value.
func (p *Panel) Known(series int) bool { return hasValue(p.Series[series].Values) }

// Steps are the timestamps of the steps to forecast of a series, as the file writes them.
func (p *Panel) Steps(series int) []string {
	var steps []string
	for _, next := range p.next[series] {
		steps = append(steps, next.Timestamp)
	}
	return steps
}

// Times are what the clock shows at the steps to forecast of a series, as if it hung in UTC; none of steps that are
// plain numbers.
func (p *Panel) Times(series int) []time.Time {
	if p.File.Frequency == tables.Steps {
		return nil
	}
	var times []time.Time
	for _, next := range p.next[series] {
		times = append(times, p.File.Clock(p.File.Series[series], len(p.File.Series[series].Values)+next.Wall))
	}
	return times
}
