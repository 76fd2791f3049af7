package models

import (
	"math"

	"github.com/wrapcast/wrapcast/forecast/internal/stat"
)

// Walk repeats the last value, the best there is for a random walk; with drift it extends the line from the first value
// to the last:
//
//	f_h = y_n + h·(y_n - y_1)/(n-1)
//
// Steps since the last value that is there count as ahead.
type Walk struct{ Drift bool }

// Fit reports whether the history has a value.
func (*Walk) Fit(y []float64) bool { return stat.Count(y) > 0 }

// Predict writes the last value, or the line.
func (w *Walk) Predict(y, out []float64) {
	first, last := -1, -1
	for t, v := range y {
		if !math.IsNaN(v) {
			if first < 0 {
				first = t
			}
			last = t
		}
	}
	slope := 0.0
	if w.Drift && last > first {
		slope = (y[last] - y[first]) / float64(last-first)
	}
	since := len(y) - 1 - last
	for h := range out {
		out[h] = y[last] + slope*float64(since+h+1)
	}
}

// SeasonalNaive repeats the last cycle of so many steps: per phase the newest value that is there, the mean of the
// history where a phase never had one. Period is at least 2.
type SeasonalNaive struct{ Period int }

// Fit reports whether the history has a whole cycle.
func (s *SeasonalNaive) Fit(y []float64) bool { return s.Period > 1 && len(y) >= s.Period }

// Predict writes the last cycle, over and over.
func (s *SeasonalNaive) Predict(y, out []float64) {
	for h := range out {
		if h >= s.Period {
			out[h] = out[h-s.Period]
			continue
		}
		t := len(y) - s.Period + h
		for t >= 0 && y[t] != y[t] {
			t -= s.Period
		}
		if t < 0 {
			out[h] = stat.Mean(y)
			continue
		}
		out[h] = y[t]
	}
}
