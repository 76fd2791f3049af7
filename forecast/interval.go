package forecast

import (
	"math"
	"slices"
	"sync"

	"github.com/wrapcast/wrapcast/forecast/internal/stat"
	"gonum.org/v1/gonum/stat/distuv"
)

// bands puts around the mean the quantiles of what the combination missed in the past. The errors of few origins
// have short tails, so as many values of a heavy-tailed distribution, scaled to the same mean size, stand beside them.
func (o *candidateRun) bands(mean []float64, past [][]float64) []Band {
	var errs []float64
	size := 0.0
	for u, cut := range o.cuts {
		for h, f := range past[u] {
			if e := o.s.Values[cut+h] - f; !math.IsNaN(e) {
				errs = append(errs, e)
				size += math.Abs(e)
			}
		}
	}
	size /= max(1, float64(len(errs)))
	if len(errs) == 0 {
		size = o.unmeasuredSize()
	}
	values, weights := withHeavyTails(errs, size)
	bands := make([]Band, len(o.opt.Levels))
	for i, level := range o.opt.Levels {
		lo := min(0, stat.WeightedQuantile(values, weights, (1-level)/2))
		hi := max(0, stat.WeightedQuantile(values, weights, (1+level)/2))
		b := Band{Level: level, Lower: make([]float64, len(mean)), Upper: make([]float64, len(mean))}
		for h, m := range mean {
			b.Lower[h] = max(o.floor, m+lo)
			b.Upper[h] = max(b.Lower[h], m+hi)
		}
		bands[i] = b
	}
	return bands
}

// unmeasuredSize guesses the mean absolute error where no origin fits into the history: that of the steps seen, and no
// less than a count of this size would have.
func (o *candidateRun) unmeasuredSize() float64 {
	abs, _ := stat.Scale(o.s.Values, 1)
	if m := math.Abs(stat.Mean(o.s.Values)); !(abs >= math.Sqrt(m)) {
		abs = math.Sqrt(m)
	}
	if math.IsNaN(abs) {
		return 0
	}
	return abs
}

const (
	tailPoints  = 250
	tailFreedom = 8
)

// withHeavyTails returns errors and quantiles of Student's t with 8 degrees of freedom and mean size, sorted
// together, each half of the weight.
func withHeavyTails(errs []float64, size float64) (values, weights []float64) {
	type point struct{ value, weight float64 }
	points := make([]point, 0, len(errs)+tailPoints)
	for _, e := range errs {
		points = append(points, point{e, 1 / float64(len(errs))})
	}
	for _, q := range tails() {
		points = append(points, point{q * size / meanSizeOfT, 1.0 / tailPoints})
	}
	slices.SortFunc(points, func(a, b point) int {
		switch {
		case a.value < b.value:
			return -1
		case a.value > b.value:
			return 1
		}
		return 0
	})
	for _, p := range points {
		values, weights = append(values, p.value), append(weights, p.weight)
	}
	return values, weights
}

// tails are evenly spaced quantiles of Student's t, worked out once: they took half of the time that intervals take.
var tails = sync.OnceValue(func() []float64 { //nolint:gochecknoglobals // constants, but for the time they take
	t := distuv.StudentsT{Mu: 0, Sigma: 1, Nu: tailFreedom}
	quantiles := make([]float64, tailPoints)
	for i := range quantiles {
		quantiles[i] = t.Quantile((float64(i) + 0.5) / tailPoints)
	}
	return quantiles
})

// meanSizeOfT is E|T| for Student's t with 8 degrees of freedom: 2·√8·Γ(9/2)/(√π·Γ(4)·7).
const meanSizeOfT = 0.8838834764831844
