package combine

import (
	"math"

	"github.com/wrapcast/wrapcast/forecast/internal/stat"
)

// Days of the year that always differ, Christmas Day say, without a holiday calendar: what is left of level and weekday
// on the same month and day of earlier years, kept where it is far beyond the noise.

const (
	dayYears    = 4   // years looked at
	dayScore    = 4   // robust standard deviations
	dayShare    = 0.8 // of the effect that is believed
	weekdayPast = 104 // weeks that a weekday's median is taken from
	monthDays   = 13 * 32
)

// dayEffects are what differs on each day of the year.
type dayEffects struct {
	cut     int                // length of the history they were learned from, 0 for none
	effects [monthDays]float64 // by month and day
	rest    []float64
	robust  robust
}

// learn fills the effects from what is left of a series up to the cut, with a week of m days; days number its days.
func (e *dayEffects) learn(rest []float64, m int, days []int32) {
	n := len(rest)
	e.cut = n
	e.effects = [monthDays]float64{}
	r := &e.robust
	r.level = resize(r.level, n)
	runningMedian(rest, 2*m, r.level, &r.window)
	e.rest = resize(e.rest, n)
	for t, v := range rest {
		e.rest[t] = v - r.level[t]
	}
	for d := range m {
		r.values = r.values[:0]
		for t := n - 1 - (n-1-d)%m; t >= 0 && len(r.values) < weekdayPast; t -= m {
			r.values = append(r.values, e.rest[t])
		}
		med := stat.MedianOf(r.values)
		for t := d; t < n; t += m {
			e.rest[t] -= med
		}
	}
	sd := r.sd(e.rest)
	var seen [monthDays]int
	var past [monthDays][dayYears]float64 // newest first
	for t := n - 1; t >= 0; t-- {
		if key := days[t]; seen[key] < dayYears {
			past[key][seen[key]] = e.rest[t]
			seen[key]++
		}
	}
	for key, years := range seen {
		if years > 0 {
			e.effects[key] = dayEffect(past[key][:years], sd)
		}
	}
}

// of is the effect of a day counted from the first one ahead, which is 0.
func (e *dayEffects) of(days []int32, d int) float64 { return e.effects[days[len(e.rest)+d]] }

// dayEffect is what is believed of the values of one day of the year.
func dayEffect(v []float64, sd float64) float64 {
	var c, score float64
	switch len(v) {
	case 1:
		c = v[0]
		score = math.Abs(c) / (1.6 * sd)
	case 2:
		if v[0]*v[1] > 0 {
			c = v[0]
			if math.Abs(v[1]) < math.Abs(c) {
				c = v[1]
			}
		}
		score = math.Abs(c) * math.Sqrt2 / (1.25 * sd)
	default:
		c = stat.MedianOf(v)
		score = math.Abs(c) * math.Sqrt(float64(len(v))) / (1.25 * sd)
	}
	if !(score > dayScore) || math.IsInf(score, 0) {
		return 0
	}
	return dayShare * c
}

// dayKeys number the days of the year of a series and of those ahead: every cut and member asks for them.
type dayKeys []int32

// count numbers n days, of which the last has this number since 1970, and those of the horizon after them.
func (k *dayKeys) count(last, n, horizon int) {
	if cap(*k) < n+horizon {
		*k = make([]int32, n+horizon)
	}
	*k = (*k)[:n+horizon]
	for i := range *k {
		_, month, day := dateOf(last - n + 1 + i)
		(*k)[i] = int32(month*32 + day)
	}
}
