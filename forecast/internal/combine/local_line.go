package combine

import "math"

// localLine writes a local linear fit with tricube weights over the nearest days, at knots, linear between. It sees
// means of weeks: over a year and a half nothing is lost, and it takes a seventh of the time.
func (y *yearDecomposer) localLine(x, out []float64) {
	n, m := len(x), y.of.cfg.Short
	weeks, prev, prevAt := y.weeksOf(x, m), 0.0, -1
	for _, k := range y.knotsOf(n, m) {
		v := k.of(weeks)
		for t := prevAt + 1; t <= k.at; t++ {
			f := 1.0
			if prevAt >= 0 {
				f = float64(t-prevAt) / float64(k.at-prevAt)
			}
			out[t] = prev + f*(v-prev)
		}
		prev, prevAt = v, k.at
	}
}

// weeksOf are the means of whole weeks, counted back from the end.
func (y *yearDecomposer) weeksOf(x []float64, m int) []float64 {
	n := len(x) / m
	y.weeks = resize(y.weeks, n)
	for i := range n {
		from := len(x) - (n-i)*m
		sum := 0.0
		for _, v := range x[from : from+m] {
			sum += v
		}
		y.weeks[i] = sum / float64(m)
	}
	return y.weeks
}

// knot is a place at which a local line is fitted to the weeks around it. Its weights depend on the length of the
// history alone.
type knot struct {
	at, from   int       // the day, and the first week
	c, tilted  []float64 // weights, and weights times distances
	s0, s1, s2 float64   // their sums
}

// mostKnots is how many lengths of history knots are remembered for.
const mostKnots = 64

// knotsOf are the knots of a history of n days with weeks of m.
func (y *yearDecomposer) knotsOf(n, m int) []knot {
	if k := y.knots[n]; k != nil {
		return k
	}
	if y.knots == nil || len(y.knots) >= mostKnots {
		y.knots = map[int][]knot{}
	}
	weeks := n / m
	first := float64(n-weeks*m) + float64(m-1)/2 // where the first week has its middle
	var all []knot
	for at := 0; ; at = min(at+trendEvery, n-1) {
		all = append(all, newKnot(at, (float64(at)-first)/float64(m), weeks, min(weeks, trendDays/m)))
		if at == n-1 {
			y.knots[n] = all
			return all
		}
	}
}

// newKnot weighs the w nearest weeks around a position.
func newKnot(day int, at float64, weeks, w int) knot {
	k := knot{at: day, from: max(0, min(int(math.Round(at))-w/2, weeks-w)), c: make([]float64, w),
		tilted: make([]float64, w)}
	reach := math.Max(at-float64(k.from), float64(k.from+w-1)-at) + 1
	for i := range k.c {
		d := float64(k.from+i) - at
		u := math.Abs(d) / reach
		c := 1 - u*u*u
		c = c * c * c
		k.c[i], k.tilted[i] = c, c*d
		k.s0 += c
		k.s1 += c * d
		k.s2 += c * d * d
	}
	return k
}

// of is the local line at the knot.
func (k *knot) of(weeks []float64) float64 {
	y0, y1 := 0.0, 0.0
	for i, v := range weeks[k.from : k.from+len(k.c)] {
		y0 += k.c[i] * v
		y1 += k.tilted[i] * v
	}
	if det := k.s0*k.s2 - k.s1*k.s1; det > 1e-9*k.s0*k.s2 {
		return (k.s2*y0 - k.s1*y1) / det
	}
	return y0 / k.s0
}
