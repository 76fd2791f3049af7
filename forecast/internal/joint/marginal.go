package joint

import (
	"cmp"
	"math"
	"slices"
)

// Ranks are how the ranks of n paths lie among the published quantiles of a step: the same for every series whose
// intervals have the same levels. It is safe for concurrent use.
type Ranks struct {
	n     int
	order []int     // place of each quantile, ascending: -1-i the lower bound of level i, 0 the median, 1+i the upper
	z     []float64 // normal score of each quantile
	rank  []float64 // normal score of each rank
	part  []int     // the first quantile at or above each rank; len(z) beyond the last
	share []float64 // how far each rank lies from the quantile below to the one above, in normal scores
	bends []float64 // per part: the sum of share·(1-share) over its ranks
}

// NewRanks places the ranks of n paths among the quantiles of intervals of some levels.
func NewRanks(levels []float64, n int) *Ranks {
	type point struct {
		at int
		p  float64
	}
	points := []point{{0, 0.5}}
	for i, l := range levels {
		points = append(points, point{-1 - i, (1 - l) / 2}, point{1 + i, (1 + l) / 2})
	}
	slices.SortStableFunc(points, func(a, b point) int { return cmp.Compare(a.p, b.p) })
	points = slices.CompactFunc(points, func(a, b point) bool { return a.p == b.p })
	r := &Ranks{n: n, rank: make([]float64, n), part: make([]int, n), share: make([]float64, n)}
	for _, p := range points {
		r.order, r.z = append(r.order, p.at), append(r.z, Quantile(p.p))
	}
	r.bends = make([]float64, len(r.z)+1)
	for k := range n {
		r.place(k)
	}
	return r
}

// place finds where a rank lies. Beyond the outermost quantiles shares go on as between the outermost two.
func (r *Ranks) place(k int) {
	z, last := Quantile((float64(k)+0.5)/float64(r.n)), len(r.z)-1
	i, _ := slices.BinarySearch(r.z, z)
	r.rank[k], r.part[k] = z, i
	switch {
	case last == 0:
	case i == 0:
		r.share[k] = (z - r.z[0]) / (r.z[1] - r.z[0])
	case i > last:
		r.share[k] = (z - r.z[last]) / (r.z[last] - r.z[last-1])
	case r.z[i] > r.z[i-1]:
		r.share[k] = (z - r.z[i-1]) / (r.z[i] - r.z[i-1])
		r.bends[i] += r.share[k] * (1 - r.share[k])
	}
}

// Step is the published distribution of one series at one step.
type Step struct {
	Mean  float64
	Floor float64 // 0 or -Inf
	// Total is what whole numbers over all paths should add up to.
	Total float64
	// Row has the quantiles, ascending.
	Row []float64
	// Whole says that counts are whole numbers.
	Whole bool
}

// Row collects the published quantiles of a step, each at least the one before: at reads the one of a place as above.
func (r *Ranks) Row(at func(place int) float64, to []float64) []float64 {
	to = to[:0]
	for _, place := range r.order {
		v := at(place)
		if n := len(to); n > 0 {
			v = max(v, to[n-1])
		}
		to = append(to, v)
	}
	return to
}

// Fill writes the value of each rank of a step, ascending: linear in normal scores between the published quantiles,
// then moved between them, and only at last beyond them, until the mean is the published one.
func (r *Ranks) Fill(s Step, out []float64) {
	last, sum := len(s.Row)-1, 0.0
	for k := range out {
		out[k] = s.Row[max(0, min(r.part[k]-1, last))]
		switch i := r.part[k]; {
		case last == 0:
		case i == 0:
			out[k] = max(s.Floor, out[k]+r.share[k]*(s.Row[1]-s.Row[0]))
		case i > last:
			out[k] += r.share[k] * (s.Row[last] - s.Row[last-1])
		default:
			out[k] += r.share[k] * (s.Row[i] - s.Row[i-1])
		}
		sum += out[k]
	}
	if s.Whole && wholeTo(out, s.Total) {
		return
	}
	missing := s.Mean*float64(r.n) - sum
	for _, step := range []func(Step, float64, []float64) float64{r.bend, r.squeeze, r.stretch, r.shift} {
		if math.Abs(missing) <= 1e-12*float64(r.n)*(1+math.Abs(s.Row[last])) {
			break
		}
		missing -= step(s, missing, out)
	}
	if s.Whole {
		wholeTo(out, s.Total)
	}
}

// inner are the ranks between the outermost quantiles.
func (r *Ranks) inner() (from, to int) {
	from, _ = slices.BinarySearch(r.part, 1)
	to, _ = slices.BinarySearch(r.part, len(r.z))
	return from, to
}

// bend bends the parts between two quantiles, all alike, and returns what the sum gained, as bends do that follow.
func (r *Ranks) bend(s Step, missing float64, out []float64) float64 {
	whole := 0.0
	for i := 1; i < len(s.Row); i++ {
		whole += r.bends[i] * (s.Row[i] - s.Row[i-1])
	}
	if !(whole > 0) {
		return 0
	}
	by := max(-1, min(missing/whole, 1))
	from, to := r.inner()
	for k := from; k < to; k++ {
		i := r.part[k]
		out[k] += by * r.share[k] * (1 - r.share[k]) * (s.Row[i] - s.Row[i-1])
	}
	return by * whole
}

// squeeze draws the values between two quantiles to the nearer of them in the direction that is missing.
func (r *Ranks) squeeze(s Step, missing float64, out []float64) float64 {
	from, to := r.inner()
	aim := func(k int) float64 {
		if missing > 0 {
			return s.Row[r.part[k]]
		}
		return s.Row[r.part[k]-1]
	}
	room := 0.0
	for k := from; k < to; k++ {
		room += aim(k) - out[k]
	}
	if room == 0 {
		return 0
	}
	by := min(missing/room, 1)
	for k := from; k < to; k++ {
		out[k] += by * (aim(k) - out[k])
	}
	return by * room
}

// stretch lengthens the upper tail, or shortens it.
func (r *Ranks) stretch(s Step, missing float64, out []float64) float64 {
	last, reach, excess := len(s.Row)-1, 0.0, 0.0
	_, from := r.inner()
	for k := from; k < r.n; k++ {
		reach += r.rank[k] - r.z[last]
		excess += out[k] - s.Row[last]
	}
	switch {
	case missing > 0 && reach > 0:
		for k := from; k < r.n; k++ {
			out[k] += missing / reach * (r.rank[k] - r.z[last])
		}
		return missing
	case missing < 0 && excess > 0:
		by := max(-1, missing/excess)
		for k := from; k < r.n; k++ {
			out[k] += by * (out[k] - s.Row[last])
		}
		return by * excess
	}
	return 0
}

// shift moves all values, in proportion where they are above zero: the mean is nowhere between the quantiles.
func (r *Ranks) shift(s Step, missing float64, out []float64) float64 {
	sum := 0.0
	for _, v := range out {
		sum += v
	}
	for k := range out {
		if s.Floor == 0 && sum > 0 {
			out[k] *= max(0, 1+missing/sum)
		} else {
			out[k] = max(s.Floor, out[k]+missing/float64(r.n))
		}
	}
	return missing
}

// wholeTo makes ascending values whole, all at the same fraction, so that they add up to total as closely as values
// that round alike allow. It leaves them as they are where they reach too little or too far for that.
func wholeTo(out []float64, total float64) bool {
	sumAt := func(add float64) (sum float64) {
		for _, v := range out {
			sum += math.Floor(v + add)
		}
		return sum
	}
	low, high := 0.0, 1.0
	if sumAt(low) > total || sumAt(almostOne) < total {
		return false
	}
	for range 20 {
		if add := (low + high) / 2; sumAt(add) > total {
			high = add
		} else {
			low = add
		}
	}
	for k, v := range out {
		out[k] = math.Floor(v + low)
	}
	return true
}

// almostOne rounds up all but what is whole but for the last digits.
const almostOne = 1 - 1e-9

// Quantile is that of the standard normal distribution.
func Quantile(p float64) float64 { return -math.Sqrt2 * math.Erfcinv(2*p) }
