package forecast

import (
	"fmt"
	"math"

	"github.com/wrapcast/wrapcast/forecast/internal/count"
)

// fitNegativeBinomial is for counts: the mean of each step is a level, smoothed, times the share of its phase in the
// season; the counts scatter around it as a negative binomial, with a dispersion φ by moments: variance μ + φ·μ².
// Quantiles are whole numbers. The season's shares are those of the same phase, drawn to 1 with the weight of one cycle's
// mean count (at least one contact).
//
//	μ = level · share[phase],  φ = Σ((y-μ)² - μ) / Σμ²,  0 ≤ φ ≤ 30
func fitNegativeBinomial(s Series, opt Options) (Fit, error) {
	y, m := s.Values, opt.shortSeason(s)
	share := phaseShares(y, m)
	level, fitted := smoothedLevel(y, share)
	num, den := 0.0, 0.0
	for t, v := range y {
		if e := v - fitted[t]; !math.IsNaN(e) {
			num += e*e - fitted[t]
			den += fitted[t] * fitted[t]
		}
	}
	phi := max(0, min(ratioOr0(num, den), 30))
	n := len(y)
	mean := func(h int) []float64 {
		return each(h, func(i int) float64 { return max(0, level*share[(n+i)%m]) })
	}
	return &fit{
		y: y, fitted: fitted, floor: 0, mean: mean,
		text: fmt.Sprintf("level %.4g, dispersion %.3g", level, phi),
		bands: func(h int, levels []float64) []Band {
			mu := mean(h)
			out := make([]Band, len(levels))
			for i, l := range levels {
				out[i] = Band{
					Level: l,
					Lower: each(h, func(j int) float64 { return count.NegativeBinomial{Mean: mu[j], Phi: phi}.Quantile((1 - l) / 2) }),
					Upper: each(h, func(j int) float64 { return count.NegativeBinomial{Mean: mu[j], Phi: phi}.Quantile((1 + l) / 2) }),
				}
			}
			return out
		},
	}, nil
}

func ratioOr0(a, b float64) float64 {
	if !(b > 0) {
		return 0
	}
	return a / b
}

// phaseShares is the mean of each phase over the mean of all, drawn to 1.
func phaseShares(y []float64, m int) []float64 {
	sum, n, total, all := make([]float64, m), make([]float64, m), 0.0, 0.0
	for t, v := range y {
		if !math.IsNaN(v) {
			v = math.Max(v, 0)
			sum[t%m] += v
			n[t%m]++
			total += v
			all++
		}
	}
	mean := total / math.Max(all, 1)
	pseudo := math.Max(1, mean)
	shares := each(m, func(p int) float64 { return (sum[p] + pseudo) / (n[p]*mean + pseudo) })
	norm := 0.0
	for _, v := range shares {
		norm += v / float64(m)
	}
	for p := range shares {
		shares[p] /= norm
	}
	return shares
}

// smoothedLevel smooths y over its shares, with the constant that misses least.
func smoothedLevel(y, share []float64) (level float64, fitted []float64) {
	best := math.Inf(1)
	for _, alpha := range []float64{0.01, 0.02, 0.05, 0.1, 0.2, 0.4} {
		f := constant(len(y), math.NaN())
		l, sse, started := 0.0, 0.0, false
		for t, v := range y {
			if started {
				f[t] = math.Max(0, l*share[t%len(share)])
			}
			if math.IsNaN(v) {
				continue
			}
			adjusted := v / share[t%len(share)]
			if !started {
				l, started = adjusted, true
				continue
			}
			sse += (v - f[t]) * (v - f[t])
			l += alpha * (adjusted - l)
		}
		if sse < best {
			best, level, fitted = sse, l, f
		}
	}
	return level, fitted
}

// wideCount is a quantile of a count of which little is known but the mean.
func wideCount(mean, p float64) float64 {
	return count.NegativeBinomial{Mean: mean, Phi: 1}.Quantile(p)
}
