package calendar

import (
	"cmp"
	"math"
	"slices"

	"github.com/wrapcast/wrapcast"
)

// Days on which everything moved: far from the same weekdays before and after, over all codes together.

const (
	// movedWeeks is how many weeks on either side say what a day would have brought, movedLeast how many of them must
	// be known on a side.
	movedWeeks, movedLeast = 4, 2
	// movedScore is how many robust standard deviations of a day's common movement make it one on which all moved;
	// high, because hundreds of days are tried.
	movedScore = 4
	// leastSpread is the least standard deviation of a day, as a share: what varies less is no measure.
	leastSpread = 0.03
	// movedChange is the least change of the contacts of such a day, as a share.
	movedChange = 0.15
	// movedAlike is the share of the codes that must have moved to the same side, of those that had contacts to lose.
	movedAlike = 0.6
	// movedLongest is how many such days in a row, at most, are days: more is a level or an outage.
	movedLongest = 14
	// movedSample is how many codes are looked at, the largest.
	movedSample = 200
	// closedShare is the share of an average day that a day must be expected to bring: others are closed.
	closedShare = 0.02
)

// movement is what the days of a history did.
type movement struct {
	from wrapcast.Date
	// common is the movement of all contacts together per day, in robust standard deviations; NaN where nothing can be
	// said: too little is known around it, or the day is usually closed.
	common []float64
	// change is the same as a share.
	change []float64
	moved  []bool
}

// learnMovement finds the days on which everything moved in the histories of codes, one value per day from a day on,
// NaN where unknown.
func learnMovement(from wrapcast.Date, codes [][]float64) *movement {
	length := 0
	for _, c := range codes {
		length = max(length, len(c))
	}
	total := make([]float64, length)
	for _, c := range codes {
		for t, v := range c {
			total[t] += v
		}
	}
	m := &movement{from: from, common: make([]float64, length), change: make([]float64, length),
		moved: make([]bool, length)}
	m.standardise(total)
	alike := m.alike(largest(codes))
	for t, v := range m.common {
		m.moved[t] = math.Abs(v) >= movedScore && math.Abs(m.change[t]) >= movedChange && alike[t] >= movedAlike
	}
	m.dropRuns()
	return m
}

// standardise compares all contacts of a day with the same weekdays around, on the logarithm's scale. Days that are
// usually closed say nothing.
func (m *movement) standardise(total []float64) {
	z, sum, known := make([]float64, len(total)), 0.0, 0.0
	for t, v := range total {
		z[t] = math.Log(v + 0.5)
		if !math.IsNaN(v) {
			sum, known = sum+v, known+1
		}
	}
	var sizes []float64
	for t, v := range total {
		e := standsOut(z, t)
		m.change[t] = math.Exp(e) - 1
		if ordinary := v / (1 + m.change[t]); v > 0 && !(ordinary > closedShare*sum/known) ||
			v == 0 && math.Exp(z[t]-e) <= closedShare*sum/known+0.5 {
			e = math.NaN()
		}
		if m.common[t] = e; math.IsNaN(e) {
			m.change[t] = e
			continue
		}
		if v == 0 {
			m.change[t] = -1
		}
		sizes = append(sizes, spread(z, t))
	}
	sd := max(leastSpread, 1.4826*medianOf(sizes))
	for t := range m.common {
		m.common[t] /= sd
	}
}

// spread is how far a value lies from the median of the same weekdays on both sides.
func spread(z []float64, t int) float64 {
	before, _ := around(z, t, -7)
	after, _ := around(z, t, 7)
	switch {
	case math.IsNaN(before):
		return math.Abs(z[t] - after)
	case math.IsNaN(after):
		return math.Abs(z[t] - before)
	}
	return math.Abs(z[t] - (before+after)/2)
}

// alike is the share of each day's ordinary contacts that belong to codes which moved as all did.
func (m *movement) alike(codes [][]float64) []float64 {
	same, all := make([]float64, len(m.common)), make([]float64, len(m.common))
	for _, c := range codes {
		for t := range c {
			if math.IsNaN(m.common[t]) || math.Abs(m.common[t]) < movedScore {
				continue
			}
			before, knownBefore := around(c, t, -7)
			after, knownAfter := around(c, t, 7)
			ordinary := (before + after) / 2
			switch {
			case !knownBefore:
				ordinary = after
			case !knownAfter:
				ordinary = before
			}
			if math.IsNaN(ordinary) {
				continue
			}
			all[t] += ordinary
			if (c[t]-ordinary)*m.common[t] > 0 {
				same[t] += ordinary
			}
		}
	}
	for t := range same {
		same[t] /= all[t]
	}
	return same
}

// largest are the codes with the most contacts.
func largest(codes [][]float64) [][]float64 {
	if len(codes) <= movedSample {
		return codes
	}
	sums := make([]float64, len(codes))
	order := make([]int, len(codes))
	for i, c := range codes {
		order[i] = i
		for _, v := range c {
			if !math.IsNaN(v) {
				sums[i] += v
			}
		}
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(sums[b], sums[a]) })
	most := make([][]float64, movedSample)
	for i := range most {
		most[i] = codes[order[i]]
	}
	return most
}

// standsOut is what a value differs from the same weekdays, those before it and those after it: the smaller of the two
// differences, none where they lie on two sides. A change of level stands out from one side alone. Where one side is
// not known, the other is looked at twice as far, past the holidays that may lie there.
func standsOut(z []float64, t int) float64 {
	before, knownBefore := around(z, t, -7)
	after, knownAfter := around(z, t, 7)
	switch {
	case !knownBefore:
		after, knownAfter = toSide(z, t, 7, 2*movedWeeks)
	case !knownAfter:
		before, knownBefore = toSide(z, t, -7, 2*movedWeeks)
	}
	a, b := z[t]-before, z[t]-after
	switch {
	case !knownBefore && !knownAfter:
		return math.NaN()
	case !knownBefore:
		return b
	case !knownAfter:
		return a
	case a*b <= 0:
		return 0 * z[t] // NaN stays
	case math.Abs(a) < math.Abs(b):
		return a
	}
	return b
}

// around is the median of the same weekday in the weeks to one side.
func around(z []float64, t, step int) (middle float64, known bool) {
	return toSide(z, t, step, movedWeeks)
}

// toSide is the same over so many weeks.
func toSide(z []float64, t, step, weeks int) (middle float64, known bool) {
	var near []float64
	for j := 1; j <= weeks; j++ {
		if u := t + j*step; u >= 0 && u < len(z) && !math.IsNaN(z[u]) {
			near = append(near, z[u])
		}
	}
	if len(near) < movedLeast {
		return math.NaN(), false
	}
	return medianOf(near), true
}

// dropRuns clears stretches that are too long to be days.
func (m *movement) dropRuns() {
	for from := 0; from < len(m.moved); {
		to := from + 1
		for to < len(m.moved) && m.moved[to] == m.moved[from] && (m.change[to] > 0) == (m.change[from] > 0) {
			to++
		}
		if to-from > movedLongest {
			clear(m.moved[from:to])
		}
		from = to
	}
}

// known tells whether something can be said of a day.
func (m *movement) known(day wrapcast.Date) bool {
	t := int(day - m.from)
	return t >= 0 && t < len(m.common) && !math.IsNaN(m.common[t])
}

// movedOn tells whether everything moved on a day.
func (m *movement) movedOn(day wrapcast.Date) bool { return m.known(day) && m.moved[day-m.from] }

// medianOf is the median of values, which it sorts; NaN of none.
func medianOf(x []float64) float64 {
	if len(x) == 0 {
		return math.NaN()
	}
	slices.Sort(x)
	return (x[(len(x)-1)/2] + x[len(x)/2]) / 2
}
