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

// daysOfYear fills the effects from what is left of a series up to the cut.
func (k *kit) daysOfYear(rest []float64) {
	y, n, m := &k.year, len(rest), k.g.cfg.Short
	y.effects = [monthDays]float64{}
	k.level = resize(k.level, n)
	runningMedian(rest, 2*m, k.level, &k.window)
	y.buf = resize(y.buf, n)
	for t, v := range rest {
		y.buf[t] = v - k.level[t]
	}
	for d := range m {
		k.values = k.values[:0]
		for t := n - 1 - (n-1-d)%m; t >= 0 && len(k.values) < weekdayPast; t -= m {
			k.values = append(k.values, y.buf[t])
		}
		med := stat.MedianOf(k.values)
		for t := d; t < n; t += m {
			y.buf[t] -= med
		}
	}
	sd := k.robustSd(y.buf)
	var seen [monthDays]int
	var past [monthDays][dayYears]float64 // newest first
	for t := n - 1; t >= 0; t-- {
		if key := k.monthDay(t - n); seen[key] < dayYears {
			past[key][seen[key]] = y.buf[t]
			seen[key]++
		}
	}
	for key, years := range seen {
		if years > 0 {
			y.effects[key] = dayEffect(past[key][:years], sd)
		}
	}
}

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

// countDays numbers the days of the year of the series at hand and of those ahead: every cut and member asks for them.
func (k *kit) countDays() {
	y, n := &k.year, k.w.n+k.g.cfg.Horizon
	if cap(y.dayKeys) < n {
		y.dayKeys = make([]int32, n)
	}
	y.dayKeys = y.dayKeys[:n]
	for i := range y.dayKeys {
		_, month, day := dateOf(k.w.Last - k.w.n + 1 + i)
		y.dayKeys[i] = int32(month*32 + day)
	}
}

// monthDay is the number of the day of the year of a day counted from the first one ahead.
func (k *kit) monthDay(d int) int32 { return k.year.dayKeys[len(k.history)+d] }

func (k *kit) effect(d int) float64 { return k.year.effects[k.monthDay(d)] }
