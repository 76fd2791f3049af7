// Package stat has the few statistics that the models share. All of them leave NaN out, as a missing value.
package stat

import (
	"math"
	"slices"
)

// Mean returns the mean of the values that are there, NaN if none is.
func Mean(x []float64) float64 {
	sum, n := 0.0, 0
	for _, v := range x {
		if !math.IsNaN(v) {
			sum += v
			n++
		}
	}
	if n == 0 {
		return math.NaN()
	}
	return sum / float64(n)
}

// Sd returns the standard deviation around the mean with divisor n-1, 0 for fewer than two values.
func Sd(x []float64) float64 {
	m, ss, n := Mean(x), 0.0, 0
	for _, v := range x {
		if !math.IsNaN(v) {
			ss += (v - m) * (v - m)
			n++
		}
	}
	if n < 2 {
		return 0
	}
	return math.Sqrt(ss / float64(n-1))
}

// Count returns how many values are there.
func Count(x []float64) int {
	n := 0
	for _, v := range x {
		if !math.IsNaN(v) {
			n++
		}
	}
	return n
}

// Range returns the least and the greatest value, NaN if there is none.
func Range(x []float64) (lo, hi float64) {
	lo, hi = math.NaN(), math.NaN()
	for _, v := range x {
		if math.IsNaN(v) {
			continue
		}
		if !(lo <= v) {
			lo = v
		}
		if !(hi >= v) {
			hi = v
		}
	}
	return lo, hi
}

// Median returns the median and leaves x as it was; NaN if x holds no value.
func Median(x []float64) float64 { return Quantile(Sorted(x), 0.5) }

// MedianOf returns the median and reorders x; NaN if x is empty, and nothing to go by where x holds NaN. It allocates
// nothing and takes time in proportion to len(x).
func MedianOf(x []float64) float64 {
	n := len(x)
	if n == 0 {
		return math.NaN()
	}
	x, below := aroundMiddle(x)
	k := n/2 - below
	upper := nth(x, k)
	if n%2 == 1 {
		return upper
	}
	lower := x[0]
	for _, v := range x[1:k] {
		lower = max(lower, v)
	}
	return (lower + upper) / 2
}

const (
	sampled = 25 // values that say where the middle is about
	around  = 5  // of these, on either side of their middle, enclose it nearly always
	large   = 150
)

// aroundMiddle returns the part of many values that holds both middle ones, with how many values are smaller than all
// of it: one pass without a branch, which costs less than the first rounds of a selection. Where a few values sampled
// don't enclose the middle, or are few, it returns all.
func aroundMiddle(x []float64) (part []float64, below int) {
	n := len(x)
	if n < large {
		return x, 0
	}
	var s [sampled]float64
	for i := range s {
		s[i] = x[(2*i+1)*n/(2*sampled)]
	}
	for i := 1; i < sampled; i++ {
		v, j := s[i], i
		for ; j > 0 && s[j-1] > v; j-- {
			s[j] = s[j-1]
		}
		s[j] = v
	}
	lo, hi := s[sampled/2-around], s[sampled/2+around]
	if !(lo <= hi) { // what is no number has no order
		return x, 0
	}
	j := 0
	for i, v := range x {
		x[i] = x[j]
		x[j] = v
		less := count(v < lo)
		below += less
		j += count(v <= hi) - less
	}
	if k := n/2 - below; k < 1 || k >= j {
		return x, 0
	}
	return x[:j], below
}

func count(b bool) int {
	if b {
		return 1
	}
	return 0
}

// nth puts the value of rank k to its place, no greater ones before it and no smaller ones after, and returns it
// (Hoare's selection, with the middle of three as pivot).
func nth(x []float64, k int) float64 {
	lo, hi := 0, len(x)-1
	for lo < hi {
		a, b, c := x[lo], x[(lo+hi)/2], x[hi]
		pivot := max(min(a, b), min(max(a, b), c))
		i, j := lo, hi
		for i <= j {
			for x[i] < pivot {
				i++
			}
			for x[j] > pivot {
				j--
			}
			if i <= j {
				x[i], x[j] = x[j], x[i]
				i++
				j--
			}
		}
		switch {
		case k <= j:
			hi = j
		case k >= i:
			lo = i
		default:
			return x[k]
		}
	}
	return x[k]
}

// Sorted returns a sorted copy without NaN.
func Sorted(x []float64) []float64 {
	s := make([]float64, 0, len(x))
	for _, v := range x {
		if !math.IsNaN(v) {
			s = append(s, v)
		}
	}
	slices.Sort(s)
	return s
}

// Quantile returns the p-quantile of a sorted slice without NaN by the median-unbiased rule
// (type 8 of Hyndman and Fan, The American Statistician 1996). NaN for an empty slice.
func Quantile(sorted []float64, p float64) float64 {
	n := len(sorted)
	if n == 0 {
		return math.NaN()
	}
	pos := p*(float64(n)+1.0/3) + 1.0/3 - 1
	i := int(math.Floor(pos))
	switch {
	case i < 0:
		return sorted[0]
	case i >= n-1:
		return sorted[n-1]
	}
	return sorted[i] + (pos-float64(i))*(sorted[i+1]-sorted[i])
}

// WeightedQuantile returns the p-quantile of values with weights, sorted together by value: the value at
// which the weights below and half its own reach the share p, linear between.
func WeightedQuantile(values, weights []float64, p float64) float64 {
	n := len(values)
	if n == 0 {
		return math.NaN()
	}
	total := 0.0
	for _, w := range weights {
		total += w
	}
	goal, below := p*total, 0.0
	for i := range n {
		mid := below + weights[i]/2
		if mid >= goal {
			if i == 0 {
				return values[0]
			}
			before := below - weights[i-1]/2
			return values[i-1] + (values[i]-values[i-1])*(goal-before)/(mid-before)
		}
		below += weights[i]
	}
	return values[n-1]
}

// Scale returns the mean absolute and the mean squared step of the seasonal naive with period m inside y,
// over the pairs of which both are there; NaN where there is no pair.
func Scale(y []float64, m int) (abs, square float64) {
	n := 0
	for t := m; t < len(y); t++ {
		if d := y[t] - y[t-m]; !math.IsNaN(d) {
			abs += math.Abs(d)
			square += d * d
			n++
		}
	}
	if n == 0 {
		return math.NaN(), math.NaN()
	}
	return abs / float64(n), square / float64(n)
}

// Autocorrelation returns the sample autocorrelation of y at a lag, over the pairs that are there; 0 where y
// does not move.
func Autocorrelation(y []float64, lag int) float64 {
	m, num, den := Mean(y), 0.0, 0.0
	for t, v := range y {
		if math.IsNaN(v) {
			continue
		}
		den += (v - m) * (v - m)
		if t >= lag && !math.IsNaN(y[t-lag]) {
			num += (v - m) * (y[t-lag] - m)
		}
	}
	if den == 0 {
		return 0
	}
	return num / den
}
