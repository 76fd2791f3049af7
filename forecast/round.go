package forecast

import (
	"cmp"
	"math"
	"slices"
)

// Proportions splits total in proportion to shares. Negative and missing shares count as 0; where all are 0 the split
// is equal. The parts add up to total as closely as floating point allows.
func Proportions(total float64, shares []float64) []float64 {
	sum := 0.0
	for _, s := range shares {
		if s > 0 && !math.IsInf(s, 0) {
			sum += s
		}
	}
	return each(len(shares), func(i int) float64 {
		switch {
		case sum == 0:
			return total / float64(len(shares))
		case shares[i] > 0 && !math.IsInf(shares[i], 0):
			return total * (shares[i] / sum)
		}
		return 0
	})
}

// RoundToSum rounds values to whole numbers whose sum is the rounded sum of the values: each is rounded down, and the
// units that are left go to the largest fractions, the earlier of equals first (Hamilton's method of the largest
// remainder). No value moves by one or more. NaN and infinities count as 0.
func RoundToSum(values []float64) []float64 {
	sum := 0.0
	for _, v := range values {
		sum += finiteOr0(v)
	}
	return RoundTo(values, math.Round(sum))
}

// RoundTo rounds values to whole numbers that add up to total, a whole number: by the largest remainders, once round
// after another where more than one unit per value is left over. Values that are zero stay zero unless all are:
// a closed hour gets no contact from rounding. NaN and infinities count as 0.
func RoundTo(values []float64, total float64) []float64 {
	out := make([]float64, len(values))
	var order []int
	left := math.Round(total)
	for i, v := range values {
		v = finiteOr0(v)
		out[i] = math.Floor(v)
		left -= out[i]
		if v != 0 {
			order = append(order, i)
		}
	}
	if len(order) == 0 {
		for i := range values {
			order = append(order, i)
		}
	}
	if len(order) == 0 {
		return out
	}
	fraction := func(i int) float64 { v := finiteOr0(values[i]); return v - math.Floor(v) }
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(fraction(b), fraction(a)) })
	share(out, order, left)
	return out
}

// share hands out units in order, one each, whole rounds at once; negative units are taken from the back.
func share(out []float64, order []int, units float64) {
	n := float64(len(order))
	rounds := math.Trunc(units / n)
	rest := int(units - rounds*n)
	for j, i := range order {
		out[i] += rounds
		if rest > 0 && j < rest {
			out[i]++
		}
		if rest < 0 && len(order)-1-j < -rest {
			out[i]--
		}
	}
}
