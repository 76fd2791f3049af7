package forecast

import (
	"cmp"
	"math"
	"slices"
)

const (
	steepness = 8   // weights fall with this power of the error
	trim      = 1.3 // members worse than the best by this factor weigh nothing
)

// weights turns errors into weights: (error/best)^-8, nothing beyond 1.3 times the best, equal where none is known.
func weights(errors []float64) []float64 {
	best := math.Inf(1)
	for _, e := range errors {
		if e < best {
			best = e
		}
	}
	w, total := make([]float64, len(errors)), 0.0
	for i, e := range errors {
		switch {
		case math.IsInf(best, 1):
			w[i] = 1
		case best == 0:
			w[i] = b2f(e == 0)
		case e <= trim*best:
			w[i] = math.Pow(e/best, -steepness)
		}
		total += w[i]
	}
	for i := range w {
		w[i] /= total
	}
	return w
}

// finish combines the members and writes mean, median, intervals and accuracy into r.
func (o *candidateRun) finish(r *Result) {
	errs := make([]float64, len(o.candidates))
	for i, c := range o.candidates {
		errs[i] = c.err
	}
	w := weights(errs)
	for i, c := range o.candidates {
		r.Members = append(r.Members, Member{Name: c.name, Error: c.err, Weight: w[i]})
	}
	slices.SortStableFunc(r.Members, func(a, b Member) int { return cmp.Compare(b.Weight, a.Weight) })
	r.Mean = make([]float64, o.opt.Horizon)
	for i, c := range o.candidates {
		for h, v := range c.now {
			r.Mean[h] += w[i] * v
		}
	}
	r.Median = slices.Clone(r.Mean)
	past := o.combinedPast(w)
	r.Bands = o.bands(r.Mean, past)
	r.Accuracy = o.accuracy(past).ofEnough()
	if o.opt.Joint {
		r.Tests = o.tests(past)
	}
}

// tests compares the combination at each origin with what came, in intervals made from the errors of the other origins
// alone.
func (o *candidateRun) tests(past [][]float64) []TestPeriod {
	var out []TestPeriod
	var hidden mean
	for u := len(o.cuts) - 1; u >= 0; u-- {
		others := *o
		if others.cuts = without(o.cuts, u); len(others.cuts) == 0 {
			continue
		}
		made := Result{Median: past[u], Bands: others.bands(past[u], without(past, u))}
		cut := o.cuts[u]
		out = append(out, made.scored(len(o.s.Values)-cut, o.s.Values[cut:cut+o.window], &hidden))
	}
	enlarge(out, hidden.value())
	return out
}

// combinedPast is the forecast of the weighted mean at each origin. A member that could not be fitted there
// leaves its weight to the others.
func (o *candidateRun) combinedPast(w []float64) [][]float64 {
	out := make([][]float64, len(o.cuts))
	for u := range o.cuts {
		out[u] = each(o.window, func(h int) float64 {
			sum, total := 0.0, 0.0
			for i, c := range o.candidates {
				if v := c.past[u][h]; !math.IsNaN(v) {
					sum += w[i] * v
					total += w[i]
				}
			}
			return sum / total
		})
	}
	return out
}
