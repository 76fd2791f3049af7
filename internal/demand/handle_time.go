package demand

import (
	"math"
	"slices"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/forecast"
)

// handleTimes forecasts the handle time of every leaf, in seconds: its own of the last weeks, shrunk towards what its
// code takes times what its queue and channel do to codes (an email takes another time than a call, whatever it is
// about). The second factor is how long the queue and channel took in all over how long its codes would have taken at
// their own times.
func (p *panel) handleTimes() []float64 {
	h := p.history
	ofCode := make([]float64, len(h.Leaves))
	for _, g := range p.codes {
		seconds := forecast.HandleTime(g.Handled, g.Seconds, math.NaN(), forecast.HandleTimeOptions{})
		for _, leaf := range g.Leaves {
			ofCode[leaf] = seconds
		}
	}
	took, expected := map[wrapcast.Stream]float64{}, map[wrapcast.Stream]float64{}
	for i, leaf := range h.Leaves {
		took[leaf.Leaf.Stream()] += fadingSum(secondsSeen(leaf))
		expected[leaf.Leaf.Stream()] += fadingSum(leaf.Handled) * ofCode[i]
	}
	seconds := make([]float64, len(h.Leaves))
	for i, leaf := range h.Leaves {
		prior := ofCode[i]
		if at := leaf.Leaf.Stream(); took[at] > 0 && expected[at] > 0 {
			prior *= took[at] / expected[at]
		}
		seconds[i] = forecast.HandleTime(leaf.Handled, leaf.Seconds, prior, forecast.HandleTimeOptions{})
	}
	return seconds
}

// secondsSeen are a leaf's handle times without those of hidden days.
func secondsSeen(leaf LeafHistory) []float64 {
	seconds := slices.Clone(leaf.Seconds)
	for t, v := range leaf.Handled {
		if math.IsNaN(v) {
			seconds[t] = math.NaN()
		}
	}
	return seconds
}
