package forecast

import (
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/wrapcast/wrapcast/forecast/internal/stat"
)

// Days that return without a name: days of the month (the 1st, the 15th) and of the year (24 December) on which the
// series of a panel together have always been higher or lower than the weeks around. They become events of the panel,
// whose effects are learned as those of events with a name.

const (
	returnWeeks  = 4    // weeks on either side that say what a day would have brought
	monthScore   = 6    // standard errors from which a day of the month is one, of 31 that are tried
	monthTimes   = 6    // months that must have had it
	monthAlike   = 0.8  // share of them on the same side
	yearScore    = 4    // standard deviations in every year, of 366 days that are tried
	yearTimes    = 2    // years that must have had it
	yearPanel    = 4    // series of which two years are evidence enough; fewer leave the year to the members that know it
	returnSample = 200  // series that are looked at
	returnMost   = 0.15 // share of the history that such days may be
	returnLeast  = 182  // days of history
)

// returningEvents are the days that return in so many series of days that end together, as r has seen them. Days of
// events with a name are not looked at.
func (o Options) returningEvents(r *returning, series int) []Event {
	if !r.standardise(returnLeast / 2) {
		return nil
	}
	months := r.daysOfMonth()
	years := map[int]bool{}
	if series >= yearPanel {
		years = r.daysOfYear(months)
	}
	return r.few(r.events(months, years, o.Horizon))
}

// returning is what the steps of a panel have in common, newest first.
type returning struct {
	last         int // day of the last value, since 1970
	week         int // steps of a week
	sums, counts []float64
	common       []float64 // in standard deviations, NaN where too few series are known
}

func newReturning(s Series, longest int) *returning {
	return &returning{last: dayNumber(s.end()), week: weekOf(s), sums: make([]float64, longest),
		counts: make([]float64, longest)}
}

// add adds what the days of one series differ from the weeks around them, in units of its scatter.
func (r *returning) add(y []float64) {
	n := len(y)
	z := each(n, func(t int) float64 { return 2 * math.Sqrt(max(y[t], 0)+0.375) })
	e, around := make([]float64, n), make([]float64, 0, 2*returnWeeks)
	sizes := make([]float64, 0, n)
	for t := range z {
		around = around[:0]
		for j := 1; j <= returnWeeks; j++ {
			for _, u := range [2]int{t - r.week*j, t + r.week*j} {
				if u >= 0 && u < n && z[u] == z[u] {
					around = append(around, z[u])
				}
			}
		}
		e[t] = math.NaN()
		if len(around) >= returnWeeks {
			e[t] = z[t] - stat.MedianOf(around)
		}
		if e[t] == e[t] {
			sizes = append(sizes, math.Abs(e[t]))
		}
	}
	if len(sizes) == 0 {
		return
	}
	noise := max(1, 1.4826*stat.MedianOf(sizes))
	for t, v := range e {
		if v == v {
			r.sums[n-1-t] += v / noise
			r.counts[n-1-t]++
		}
	}
}

// standardise divides the sums by what chance makes of them; false where fewer than so many steps can be compared.
func (r *returning) standardise(least int) bool {
	r.common = make([]float64, len(r.sums))
	sizes := make([]float64, 0, len(r.sums))
	for t, c := range r.counts {
		r.common[t] = r.sums[t] / math.Sqrt(c) // 0/0 is NaN
		if r.common[t] == r.common[t] {
			sizes = append(sizes, math.Abs(r.common[t]))
		}
	}
	if len(sizes) < least {
		return false
	}
	sd := max(1, 1.4826*stat.MedianOf(sizes))
	for t := range r.common {
		r.common[t] /= sd
	}
	return true
}

// date is that of a day, counted back from the last one; negative ones lie ahead.
func (r *returning) date(back int) time.Time {
	return time.Unix(int64(r.last-back)*int64(day/time.Second), 0).UTC()
}

// monthDay names a day of the year.
func monthDay(t time.Time) int { return int(t.Month())*100 + t.Day() }

// daysOfMonth are those whose median over the months is certain to differ, with that median.
func (r *returning) daysOfMonth() map[int]float64 {
	var seen [32][]float64
	for t, v := range r.common {
		if v == v {
			d := r.date(t).Day()
			seen[d] = append(seen[d], v)
		}
	}
	found := map[int]float64{}
	for d, v := range seen {
		if len(v) < monthTimes {
			continue
		}
		med, alike := stat.Median(v), 0.0
		for _, x := range v {
			alike += b2f(x*med > 0)
		}
		if math.Abs(med)*math.Sqrt(float64(len(v)))/1.25 > monthScore && alike >= monthAlike*float64(len(v)) {
			found[d] = med
		}
	}
	return found
}

// daysOfYear are those that were far from the weeks around, and from what their day of the month is, in every year, two
// at least, on the same side.
func (r *returning) daysOfYear(months map[int]float64) map[int]bool {
	seen := map[int][]float64{}
	for t, v := range r.common {
		if v == v {
			d := r.date(t)
			seen[monthDay(d)] = append(seen[monthDay(d)], v-months[d.Day()])
		}
	}
	found := map[int]bool{}
	for k, v := range seen {
		lo, hi := stat.Range(v)
		found[k] = len(v) >= yearTimes && (lo > yearScore || hi < -yearScore)
	}
	return found
}

// events turns days into events, with their dates in the past and so far ahead; a day of the year is no day of the
// month. Those that none of the steps ahead falls on are left out: they stay the members' own.
func (r *returning) events(months map[int]float64, years map[int]bool, horizon int) []Event {
	byName, names := map[string]*Event{}, []string(nil)
	for t := len(r.sums) - 1; t >= -horizon; t-- {
		d, name := r.date(t), ""
		if years[monthDay(d)] {
			name = d.Format("2 January")
		} else if months[d.Day()] != 0 {
			name = fmt.Sprintf("day %d of the month", d.Day())
		}
		if name == "" {
			continue
		}
		if byName[name] == nil {
			byName[name], names = &Event{Name: name}, append(names, name)
		}
		byName[name].Dates = append(byName[name].Dates, d)
	}
	var out []Event
	for _, name := range names {
		if e := byName[name]; dayNumber(e.Dates[len(e.Dates)-1]) > r.last {
			out = append(out, *e)
		}
	}
	return out
}

// few are the events, or none where they would be a good part of all days: then they are not special.
func (r *returning) few(events []Event) []Event {
	n := 0
	for _, e := range events {
		n += len(e.Dates)
	}
	if float64(n) > returnMost*float64(len(r.sums)) {
		return nil
	}
	return slices.Clip(events)
}
