package main

import (
	"fmt"
	"math"
	"math/rand/v2"
	"time"

	"github.com/wrapcast/wrapcast/forecast"
)

// madeUp is a panel of daily counts that anybody can run: 40 codes of all sizes over 18 months, with a week, a slow
// wandering level, a common wave and bursts. It is drawn by rule from a fixed seed and flatters nobody on purpose.
func madeUp() *task {
	const n, codes = 548, 40
	t := &task{Name: "made-up codes", Horizon: 28, Season: 7, Seasons: []float64{7, 365.25}, Freq: "D"}
	for c := range codes {
		rng := rand.New(rand.NewPCG(2026, uint64(c)))
		week := make([]float64, 7)
		for d := range week {
			week[d] = 0.4 + rng.Float64()
		}
		size, level := math.Exp(1+4*rng.Float64()), 0.0
		s := forecast.Series{ID: fmt.Sprintf("code %d", c), Start: time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC), Step: 24 * time.Hour}
		for d := range n {
			level += 0.02 * rng.NormFloat64()
			mean := size * week[d%7] * math.Exp(level+0.15*math.Sin(float64(d)/58))
			if rng.Float64() < 0.01 {
				mean *= 2
			}
			s.Values = append(s.Values, poisson(rng, mean))
		}
		t.panel = append(t.panel, s)
	}
	return t
}

// poisson draws a count; large means by the normal distribution.
func poisson(rng *rand.Rand, mean float64) float64 {
	if mean > 200 {
		return math.Max(0, math.Round(mean+math.Sqrt(mean)*rng.NormFloat64()))
	}
	k, p, limit := 0.0, rng.Float64(), math.Exp(-mean)
	for ; p > limit; k++ {
		p *= rng.Float64()
	}
	return k
}
