package demand

import "github.com/wrapcast/wrapcast"

// fading is the weight of a day for each day after it, where shares are learned: a memory of about a month.
const fading = 0.97

// spread shares a code's forecast out over its leaves (Gross and Sohl 1990, by fading average shares); handle has the
// handle time of every leaf of the history.
func spread(h *History, code Sum[wrapcast.CodeID], mean, handle []float64) (leaves []wrapcast.LeafForecast,
	shares []float64) {
	shares = make([]float64, len(code.Leaves))
	for i, l := range code.Leaves {
		shares[i] = fadingSum(h.Leaves[l].Handled)
	}
	normalise(shares)
	leaves = make([]wrapcast.LeafForecast, len(code.Leaves))
	for i, l := range code.Leaves {
		leaves[i] = wrapcast.LeafForecast{Leaf: h.Leaves[l].Leaf, Mean: scaled(mean, shares[i]),
			HandleSeconds: constant(handle[l], len(mean))}
	}
	return leaves, shares
}

// fadingSum adds days up, each counting less the longer ago it is.
func fadingSum(values []float64) float64 {
	sum := 0.0
	for _, v := range values {
		sum *= fading
		if v > 0 {
			sum += v
		}
	}
	return sum
}

// normalise makes shares add up to one; all zero become equal.
func normalise(shares []float64) {
	sum := 0.0
	for _, s := range shares {
		sum += s
	}
	for i := range shares {
		if sum > 0 {
			shares[i] /= sum
		} else {
			shares[i] = 1 / float64(len(shares))
		}
	}
}

func scaled(values []float64, by float64) []float64 {
	out := make([]float64, len(values))
	for i, v := range values {
		out[i] = v * by
	}
	return out
}

func constant(v float64, n int) []float64 {
	out := make([]float64, n)
	for i := range out {
		out[i] = v
	}
	return out
}
