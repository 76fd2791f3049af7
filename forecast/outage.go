package forecast

import (
	"math"

	"github.com/wrapcast/wrapcast/forecast/internal/stat"
)

const (
	zeroSurprise = 8    // a zero where so many are usual was no chance but a closure or an outage
	maxZeroShare = 0.05 // share of the values that such zeros may be
	zeroCycles   = 4    // cycles on either side that say what is usual
)

// outages are the steps whose zero cannot be chance: what was usual in the same phase of the cycles around them is far
// from zero. Where they are many they are no outages.
func outages(y []float64, cycle int) []int {
	var found []int
	around := make([]float64, 0, 2*zeroCycles)
	for t, v := range y {
		if v != 0 {
			continue
		}
		around = around[:0]
		for u := max(t%cycle, t-zeroCycles*cycle); u <= min(len(y)-1, t+zeroCycles*cycle); u += cycle {
			if u != t && !math.IsNaN(y[u]) {
				around = append(around, y[u])
			}
		}
		if len(around) >= 2 && stat.MedianOf(around) >= zeroSurprise {
			found = append(found, t)
		}
	}
	if len(found) == 0 || float64(len(found)) > maxZeroShare*float64(len(y)) {
		return nil
	}
	return found
}
