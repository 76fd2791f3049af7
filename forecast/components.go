package forecast

import (
	"fmt"
	"math"
	"slices"

	"github.com/wrapcast/wrapcast/forecast/internal/stat"
)

// Decompose takes a history and the forecast that continues it apart, whatever model made it: a level, one part per
// season, shortest first, and the rest, which add up to the history and to the mean after it. Each part has one value
// per step of both. Hidden steps, one per step of both or none, teach level and seasons nothing: outliers, special
// days. Gaps in the history are NaN and stay so in the rest.
func Decompose(history, mean []float64, seasons []int, hidden []bool) []Component {
	return partsOf(history, mean, seasons, hidden, nil)
}

// partsOf takes a history and the forecast that continues it apart by classical decomposition (Hyndman and
// Athanasopoulos, Forecasting: Principles and Practice, 3rd ed., section 3.4), so that the parts of any combination can
// be shown: a level, the mean over the longest season around each step; per season, shortest first, the mean of what is
// left per phase; the effects of events; the rest. They add up to the history, and to the mean after it. hidden are the
// steps to be left out of level and seasons, event days; an effect is what a forecast step owes to its event.
func partsOf(history, mean []float64, seasons []int, hidden []bool, effects []Component) []Component {
	x := slices.Concat(history, mean)
	for _, e := range effects {
		for t, v := range e.Values {
			x[t] -= v
		}
	}
	ordinary := slices.Clone(x)
	for t, on := range hidden {
		if on {
			ordinary[t] = math.NaN()
		}
	}
	longest := 1
	for _, m := range seasons {
		longest = max(longest, m)
	}
	level := meanAround(ordinary, longest)
	parts := []Component{{Name: "level", Values: level}}
	subtract(x, level)
	subtract(ordinary, level)
	for _, m := range seasons {
		phases := phaseMeans(ordinary, m)
		season := each(len(x), func(t int) float64 { return phases[t%m] })
		parts = append(parts, Component{Name: fmt.Sprintf("season %d", m), Values: season})
		subtract(x, season)
		subtract(ordinary, season)
	}
	return append(append(parts, effects...), Component{Name: "rest", Values: x})
}

func subtract(from, what []float64) {
	for t, v := range what {
		from[t] -= v
	}
}

// meanAround is the mean of the m values around each, windows moved inside at the ends; the mean of all where they hold
// none.
func meanAround(x []float64, m int) []float64 {
	m = max(1, min(m, len(x)))
	all := stat.Mean(x)
	sum, n := make([]float64, len(x)+1), make([]float64, len(x)+1)
	for t, v := range x {
		sum[t+1], n[t+1] = sum[t], n[t]
		if !math.IsNaN(v) {
			sum[t+1] += v
			n[t+1]++
		}
	}
	return each(len(x), func(t int) float64 {
		from := max(0, min(t-m/2, len(x)-m))
		if count := n[from+m] - n[from]; count > 0 {
			return (sum[from+m] - sum[from]) / count
		}
		return all
	})
}

// phaseMeans is the mean of each phase of a season, centred; 0 where a phase has no value.
func phaseMeans(x []float64, m int) []float64 {
	sum, n := make([]float64, m), make([]float64, m)
	for t, v := range x {
		if !math.IsNaN(v) {
			sum[t%m] += v
			n[t%m]++
		}
	}
	total := 0.0
	for p := range sum {
		sum[p] = ratioOr0(sum[p], n[p])
		total += sum[p] / float64(m)
	}
	for p := range sum {
		sum[p] -= total
	}
	return sum
}
