package forecast

import "math"

// HandleTimeOptions say how handle times are forecast.
type HandleTimeOptions struct {
	// Fading is the weight of a day for each day that follows it. Zero means 0.97, a memory of about a month.
	Fading float64
	// Pseudo is how many contacts the queue's handle time is worth against the code's own. Zero means 30.
	Pseudo float64
}

// HandleTime forecasts the mean handle time of one thing: the weighted mean over past days, each day by its volume and
// its age, shrunk towards prior, the handle time of what it belongs to, as far as its volume is small.
//
//	AHT = (Σ w^age·seconds + κ·prior) / (Σ w^age·volume + κ)
//
// volumes and seconds hold one value per day, oldest first: contacts handled, and the sum of their handle times. Days
// of which either is missing are left out. Without any volume the result is prior; without a prior (NaN or not above 0)
// there is no shrinkage; with neither it is 0.
func HandleTime(volumes, seconds []float64, prior float64, opt HandleTimeOptions) float64 {
	if opt.Fading == 0 {
		opt.Fading = 0.97
	}
	if opt.Pseudo == 0 {
		opt.Pseudo = 30
	}
	n, weight := min(len(volumes), len(seconds)), 1.0
	num, den := 0.0, 0.0
	for i := n - 1; i >= 0; i-- {
		v, s := volumes[i], seconds[i]
		if v >= 0 && s >= 0 && !math.IsInf(v, 0) && !math.IsInf(s, 0) {
			num += weight * s
			den += weight * v
		}
		weight *= opt.Fading
	}
	if prior > 0 && !math.IsInf(prior, 0) {
		num += opt.Pseudo * prior
		den += opt.Pseudo
	}
	if !(den > 0) {
		return 0
	}
	return num / den
}
