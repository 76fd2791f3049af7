package forecast

import "math"

// each returns n values, f of each place.
func each(n int, f func(i int) float64) []float64 {
	out := make([]float64, n)
	for i := range out {
		out[i] = f(i)
	}
	return out
}

func constant(n int, v float64) []float64 { return each(n, func(int) float64 { return v }) }

func b2f(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

func ratioOr0(a, b float64) float64 {
	if !(b > 0) {
		return 0
	}
	return a / b
}

func finiteOr0(v float64) float64 {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return 0
	}
	return v
}

// without returns x without its element i.
func without[T any](x []T, i int) []T {
	out := make([]T, 0, len(x))
	out = append(out, x[:i]...)
	return append(out, x[i+1:]...)
}

// floorFor returns 0 where the forecasts of a history must not fall below it, else -Inf.
func floorFor(y []float64, rule NonNegative) float64 {
	if rule == NonNegativeAlways {
		return 0
	}
	if rule == NonNegativeAuto {
		for _, v := range y {
			if v < 0 {
				return math.Inf(-1)
			}
		}
		return 0
	}
	return math.Inf(-1)
}
