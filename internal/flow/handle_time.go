package flow

import (
	"math"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/forecast"
)

// handleTimes forecasts the handle time of every leaf, in seconds: its own of the last weeks, shrunk towards what its code
// takes times what its queue and channel do to codes (an email takes another time than a call, whatever it is about). The
// second factor is how long the queue and channel took in all over how long its codes would have taken at their own times.
func (l *layout) handleTimes(h *history) []float64 {
	ofCode := make([]float64, len(h.leaves))
	for _, g := range l.codes {
		seconds := forecast.HandleTime(g.handled, g.seconds, math.NaN(), forecast.HandleTimeOptions{})
		for _, leaf := range g.leaves {
			ofCode[leaf] = seconds
		}
	}
	took, expected := map[queueMedia]float64{}, map[queueMedia]float64{}
	for i, leaf := range h.leaves {
		took[queueMediaOf(leaf.leaf)] += fadingSum(leaf.seconds)
		expected[queueMediaOf(leaf.leaf)] += fadingSum(leaf.handled) * ofCode[i]
	}
	seconds := make([]float64, len(h.leaves))
	for i, leaf := range h.leaves {
		prior := ofCode[i]
		if at := queueMediaOf(leaf.leaf); took[at] > 0 && expected[at] > 0 {
			prior *= took[at] / expected[at]
		}
		seconds[i] = forecast.HandleTime(leaf.handled, leaf.seconds, prior, forecast.HandleTimeOptions{})
	}
	return seconds
}

// queueMedia is a queue on a channel.
type queueMedia struct {
	queue wrapcast.QueueID
	media wrapcast.MediaType
}

func queueMediaOf(l wrapcast.Leaf) queueMedia { return queueMedia{l.Queue, l.Media} }
