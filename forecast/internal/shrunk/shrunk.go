// Package shrunk is the average of the same phase of a cycle, the weekday say, drawn to the level as far as chance
// explains the differences between phases (empirical Bayes), and the scatter around it inside the sample: what little
// history can tell.
package shrunk

import (
	"math"

	"github.com/wrapcast/wrapcast/forecast/internal/stat"
)

const minWeight = 1e-3 // older values are not looked at

// Mean is what a history says of the steps after it.
type Mean struct {
	// Level is the weighted mean of all values.
	Level float64
	// Phases are the expected values of the next steps: phase 0 is the first of them.
	Phases []float64
	// Variance is that of a value around the mean of its phase, per step; what is not known of that mean is part of it.
	Variance float64
	// Effective is how many equally weighted values there were.
	Effective float64
}

// Fit averages the values of a history with a cycle of m steps, and draws the phases to the level. A value has the
// weight fading^(age in whole cycles); NaN is unknown. False where nothing is known.
func Fit(y []float64, m int, fading float64) (Mean, bool) {
	f, ok := Raw(y, m, fading)
	if !ok {
		return f, false
	}
	f.Shrink(flat(m))
	f.Variance *= 1 + float64(m)/f.Effective
	return f, true
}

// Raw averages as Fit does, but leaves the phases as they came, NaN where none came, and Variance that of one value.
func Raw(y []float64, m int, fading float64) (Mean, bool) {
	f := Mean{Phases: make([]float64, m)}
	weight := make([]float64, m)
	var sum, squares, total float64
	each(y, m, fading, func(p int, w, v float64) {
		f.Phases[p] += w * v
		weight[p] += w
		sum += w * v
		total += w
		squares += w * w
	})
	if total == 0 {
		return f, false
	}
	f.Level, f.Effective = sum/total, total*total/squares
	for p := range f.Phases {
		f.Phases[p] /= weight[p]
	}
	errors := 0.0
	each(y, m, fading, func(p int, w, v float64) { errors += w * (v - f.Phases[p]) * (v - f.Phases[p]) })
	f.Variance = errors / total * f.Effective / max(1, f.Freedom())
	return f, true
}

// Freedom is how many values the variance rests on: those that more than name their phase.
func (f *Mean) Freedom() float64 { return f.Effective - float64(stat.Count(f.Phases)) }

// flat is the shape of a cycle whose phases are all alike.
func flat(m int) []float64 {
	out := make([]float64, m)
	for p := range out {
		out[p] = 1
	}
	return out
}

// each calls do for every known value, newest first.
func each(y []float64, m int, fading float64, do func(phase int, weight, v float64)) {
	w := 1.0
	for age, p := 0, m-1; age < len(y); age++ {
		if v := y[len(y)-1-age]; v == v {
			do(p, w, v)
		}
		if p--; p < 0 {
			p = m - 1
			if w *= fading; w < minWeight {
				return
			}
		}
	}
}

// Shrink draws the means of the phases to the level times a shape of mean 1, by the share of their differences from it
// that chance explains, and returns the share that is kept. Phases that never came are as the shape says.
func (f *Mean) Shrink(shape []float64) (keep float64) {
	if len(f.Phases) < 2 {
		return 0
	}
	between, seen := 0.0, 0.0
	for p, v := range f.Phases {
		if v == v {
			between += (v - f.Level*shape[p]) * (v - f.Level*shape[p])
			seen++
		}
	}
	between /= max(1, seen-1)
	chance := f.Variance * seen / f.Effective
	if between > chance {
		keep = (between - chance) / between
	}
	for p, v := range f.Phases {
		f.Phases[p] = f.Level * shape[p]
		if v == v {
			f.Phases[p] += keep * (v - f.Level*shape[p])
		}
	}
	return keep
}

// Size is the mean absolute error that a normal distribution of the variance has.
func (f *Mean) Size() float64 { return math.Sqrt(2 / math.Pi * f.Variance) }

// Dispersion sums what says how much more than counting the values scatter, for so many cells: Σ(e² - μ) and Σμ².
func (f *Mean) Dispersion(cells float64) (excess, squares float64) {
	for _, v := range f.Phases {
		squares += v * v / float64(len(f.Phases))
	}
	return cells * (f.Variance - f.Level), cells * squares
}

// Widths are those of the phases relative to each other, with mean 1: they grow with the root of what is expected.
func (f *Mean) Widths() []float64 {
	out := make([]float64, len(f.Phases))
	for p, v := range f.Phases {
		out[p] = 1
		if f.Level > 0 {
			out[p] = math.Sqrt(max(v/f.Level, minWidth))
		}
	}
	mean := stat.Mean(out)
	for p := range out {
		out[p] /= mean
	}
	return out
}

// minWidth is the least share of the level that the width of a phase is taken from.
const minWidth = 0.01
