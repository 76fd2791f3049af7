package combine

import (
	"math"

	"github.com/wrapcast/wrapcast/forecast/internal/ridge"
)

// The calendar factor: what the group as a whole did on the same day last year, relative to level and shape. Movable
// feasts are looked up by their distance from the feast, not by date.

const (
	yearLag      = 364 // 52 weeks: the same weekday
	calendarLags = 3
	calendarLow  = 0.2 // residual ratios are bounded
	calendarHigh = 5
	calendarMin  = 400 // days from which the factor is learned
	feastBefore  = 5   // days around Easter Sunday that move with it
	feastAfter   = 3
)

// byCalendar multiplies a member by the calendar factor of the days ahead.
type byCalendar struct {
	of     member
	pools  *pools
	factor []float64
}

func (c *byCalendar) begin(v *view) { c.of.begin(v) }

func (c *byCalendar) predict(v *view, out []float64) bool {
	if !c.of.predict(v, out) || !v.hasResid {
		return false
	}
	last := v.Last - (v.n - len(v.past))
	c.factor = resize(c.factor, len(out))
	v.sources.factor(v.resid, c.pools.calendar[v.u], last, c.factor)
	for h := range out {
		out[h] *= c.factor[h]
	}
	return true
}

// source returns which earlier day stands for a day at a lag of about a year, and whether any does.
func source(day, lag int) (int, bool) {
	if d := day - easter(yearOf(day)); d >= -feastBefore && d <= feastAfter {
		return easter(yearOf(day)-1) + d, true
	}
	past := day - lag
	if d := past - easter(yearOf(past)); d >= -feastBefore && d <= feastAfter {
		return 0, false
	}
	return past, true
}

// sourceTable holds the days that stand for each day, at both lags, for all days a group may ask about.
type sourceTable struct {
	first int
	days  [][2]int
}

const noSource = math.MinInt / 2

func newSources(first, last int) sourceTable {
	t := sourceTable{first: first, days: make([][2]int, last-first+1)}
	for i := range t.days {
		for j := range t.days[i] {
			t.days[i][j] = noSource
			if d, ok := source(first+i, yearLag+j); ok {
				t.days[i][j] = d
			}
		}
	}
	return t
}

func (t sourceTable) of(day int) [2]int { return t.days[day-t.first] }

// easter returns Easter Sunday of a year in days since 1970, by the anonymous Gregorian algorithm (Meeus, Astronomical
// Algorithms, 1991).
func easter(year int) int {
	a, b, c := year%19, year/100, year%100
	d, e := b/4, b%4
	f := (b + 8) / 25
	g := (b - f + 1) / 3
	h := (19*a + b - d - g + 15) % 30
	i, k := c/4, c%4
	l := (32 + 2*e + 2*i - h - k) % 7
	m := (a + 11*h + 22*l) / 451
	month := (h + l - 7*m + 114) / 31
	return daysTo(year, month, (h+l-7*m+114)%31+1)
}

// daysTo counts days from 1970-01-01 to a date (Hinnant, chrono-compatible low-level date algorithms).
func daysTo(y, m, d int) int {
	if m <= 2 {
		y--
	}
	era := floorDiv(y, 400)
	yoe := y - era*400
	doy := (153*((m+9)%12)+2)/5 + d - 1
	return era*146097 + yoe*365 + yoe/4 - yoe/100 + doy - 719468
}

// dateOf is the inverse of daysTo.
func dateOf(day int) (y, m, d int) {
	z := day + 719468
	era := floorDiv(z, 146097)
	doe := z - era*146097
	yoe := (doe - doe/1460 + doe/36524 - doe/146096) / 365
	doy := doe - (365*yoe + yoe/4 - yoe/100)
	mp := (5*doy + 2) / 153
	d = doy - (153*mp+2)/5 + 1
	m = mp%12 + 1 + 2
	if m > 12 {
		m -= 12
	}
	y = yoe + era*400
	if m <= 2 {
		y++
	}
	return y, m, d
}

func yearOf(day int) int {
	y, _, _ := dateOf(day)
	return y
}

func floorDiv(a, b int) int {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}

// factor writes the factor of each day ahead: exp of last year's common residual and of the series' own
// deviation from it, by coefficients regressed on this series' past. resid are the residuals up to the cut, common the
// group's mean residual per day before the cut's end, newest first.
func (t sourceTable) factor(resid, common []float64, last int, out []float64) {
	for h := range out {
		out[h] = 1
	}
	n := len(resid)
	if n < calendarMin {
		return
	}
	first := last - n + 1
	x := func(day int) (v [calendarLags]float64) {
		s := t.of(day)
		if i := s[0] - first; i >= 0 && i < n {
			v[0], v[2] = common[n-1-i], resid[i]-common[n-1-i]
		}
		if i := s[1] - first; i >= 0 && i < n {
			v[1] = common[n-1-i]
		}
		return v
	}
	var g [calendarLags * calendarLags]float64
	var b [calendarLags]float64
	for d := yearLag; d < n; d++ {
		v := x(first + d)
		for i := range v {
			for j := range i + 1 {
				g[i*calendarLags+j] += v[i] * v[j]
			}
			b[i] += v[i] * resid[d]
		}
	}
	c := shares(g, b)
	for h := range out {
		v := x(last + 1 + h)
		out[h] = math.Exp(c[0]*v[0] + c[1]*v[1] + c[2]*v[2])
	}
}

// shares solves the normal equations with a ridge of a tenth of the diagonal and bounds the coefficients to [0, 1], the
// two common ones to 1 together.
func shares(g [9]float64, b [3]float64) [3]float64 {
	for i := range 3 {
		g[i*3+i] = g[i*3+i]*1.1 + 1e-9
	}
	c := solve3(g, b)
	for i := range c {
		c[i] = max(0, min(c[i], 1))
	}
	if s := c[0] + c[1]; s > 1 {
		c[0], c[1] = c[0]/s, c[1]/s
	}
	return c
}

// solve3 solves the 3 by 3 system whose lower triangle is g.
func solve3(g [9]float64, b [3]float64) [3]float64 {
	if !ridge.Cholesky(g[:], 3) {
		return [3]float64{}
	}
	ridge.Solve(g[:], 3, b[:])
	return b
}
