package forecast

import (
	"fmt"
	"math"
	"slices"

	"github.com/wrapcast/wrapcast/forecast/internal/stat"
)

// rates are forecasts of counts with many zeros: a constant rate at every step ahead. Spread: that of the residuals.
func rateFit(s Series, opt Options, fitted []float64, rate float64, text string) *fit {
	sd := residualSd(s.Values, fitted)
	return &fit{
		y: s.Values, fitted: fitted, floor: floorFor(s.Values, opt.NonNegative), text: text,
		mean:   func(h int) []float64 { return constant(h, rate) },
		spread: func(h int) []float64 { return constant(h, sd) },
	}
}

const crostonAlpha = 0.1

// fitCroston smooths the sizes of demands and the intervals between them apart and forecasts size over interval
// (Croston, Operational Research Quarterly 1972), with α = 0.1. Missing steps count neither as demand nor as waiting.
func fitCroston(s Series, opt Options) (Fit, error) { return crostonLike(s, opt, 1, "size / interval") }

// fitSBA is Croston's forecast times 1 - α/2, which removes its bias (Syntetos and Boylan, IJF 2005).
func fitSBA(s Series, opt Options) (Fit, error) {
	return crostonLike(s, opt, 1-crostonAlpha/2, "size / interval, bias removed")
}

func crostonLike(s Series, opt Options, factor float64, text string) (Fit, error) {
	size, interval, waited, seen := 0.0, 0.0, 0.0, 0
	fitted := constant(len(s.Values), math.NaN())
	rate := 0.0
	for t, v := range s.Values {
		if seen > 0 {
			fitted[t] = rate
		}
		if math.IsNaN(v) {
			continue
		}
		waited++
		if v == 0 {
			continue
		}
		if seen++; seen == 1 {
			size, interval = v, waited
		} else {
			size += crostonAlpha * (v - size)
			interval += crostonAlpha * (waited - interval)
		}
		waited = 0
		rate = factor * size / interval
	}
	return rateFit(s, opt, fitted, rate, fmt.Sprintf("%s: %.4g / %.4g", text, size, interval)), nil
}

// fitTSB smooths the chance of a demand at every step and its size at every demand, so that a code that is no longer used
// fades (Teunter, Syntetos and Babai, EJOR 2011), with 0.1 for both constants.
func fitTSB(s Series, opt Options) (Fit, error) {
	size, chance := firstDemand(s.Values)
	fitted := constant(len(s.Values), math.NaN())
	for t, v := range s.Values {
		fitted[t] = chance * size
		switch {
		case math.IsNaN(v):
		case v == 0:
			chance -= crostonAlpha * chance
		default:
			chance += crostonAlpha * (1 - chance)
			size += crostonAlpha * (v - size)
		}
	}
	return rateFit(s, opt, fitted, chance*size, fmt.Sprintf("chance %.4g × size %.4g", chance, size)), nil
}

// firstDemand is the first value that is not zero, and the share of such values.
func firstDemand(y []float64) (size, share float64) {
	n := 0.0
	for _, v := range y {
		if math.IsNaN(v) {
			continue
		}
		n++
		if v != 0 {
			if share == 0 {
				size = v
			}
			share++
		}
	}
	return size, share / math.Max(n, 1)
}

// fitADIDA sums the history over blocks as long as the mean interval between demands, smooths the sums, and spreads the
// forecast evenly (Nikolopoulos et al., JORS 2011). Missing steps count as the mean.
func fitADIDA(s Series, opt Options) (Fit, error) {
	y := withMean(s.Values)
	block := meanInterval(y)
	return rateFit(s, opt, blockFitted(y, block), blockRate(y, block), fmt.Sprintf("blocks of %d steps", block)), nil
}

// fitIMAPA is the mean of ADIDA's forecasts over all block lengths up to the mean interval between demands
// (Petropoulos and Kourentzes, JORS 2015).
func fitIMAPA(s Series, opt Options) (Fit, error) {
	y := withMean(s.Values)
	longest := meanInterval(y)
	rate, fitted := 0.0, make([]float64, len(y))
	for block := 1; block <= longest; block++ {
		rate += blockRate(y, block) / float64(longest)
		for t, v := range blockFitted(y, block) {
			fitted[t] += v / float64(longest)
		}
	}
	return rateFit(s, opt, fitted, rate, fmt.Sprintf("blocks of 1 to %d steps", longest)), nil
}

func withMean(y []float64) []float64 {
	m := stat.Mean(y)
	return each(len(y), func(t int) float64 {
		if math.IsNaN(y[t]) {
			return m
		}
		return y[t]
	})
}

// meanInterval is the mean number of steps from one demand to the next, rounded, at least 1.
func meanInterval(y []float64) int {
	demands, last := 0, -1
	for t, v := range y {
		if v != 0 {
			demands++
			last = t
		}
	}
	if demands == 0 {
		return 1
	}
	return max(1, int(math.Round(float64(last+1)/float64(demands))))
}

// blockSums are the sums of whole blocks, counted back from the end.
func blockSums(y []float64, block int) []float64 {
	n := len(y) / block
	return each(n, func(i int) float64 {
		sum := 0.0
		for _, v := range y[len(y)-(n-i)*block : len(y)-(n-i-1)*block] {
			sum += v
		}
		return sum
	})
}

// blockRate is the forecast of a block by simple smoothing, per step.
func blockRate(y []float64, block int) float64 {
	_, level := smoothBlocks(blockSums(y, block))
	return level / float64(block)
}

// smoothBlocks smooths with the constant, of a grid from 0.1 to 0.3, that misses least: the range of the papers.
func smoothBlocks(sums []float64) (alpha, level float64) {
	best := math.Inf(1)
	for _, a := range []float64{0.1, 0.15, 0.2, 0.25, 0.3} {
		if sse, l := smoothed(sums, a); sse < best {
			best, alpha, level = sse, a, l
		}
	}
	return alpha, level
}

func smoothed(x []float64, alpha float64) (sse, level float64) {
	if len(x) == 0 {
		return 0, 0
	}
	level = x[0]
	for _, v := range x[1:] {
		sse += (v - level) * (v - level)
		level += alpha * (v - level)
	}
	return sse, level
}

// blockFitted is what each block was expected to bring, per step, before it began.
func blockFitted(y []float64, block int) []float64 {
	sums := blockSums(y, block)
	alpha, _ := smoothBlocks(sums)
	out := constant(len(y), math.NaN())
	if len(sums) == 0 {
		return out
	}
	level := sums[0]
	from := len(y) - len(sums)*block
	for i, v := range sums {
		for t := from + i*block; t < from+(i+1)*block; t++ {
			out[t] = level / float64(block)
		}
		level += alpha * (v - level)
	}
	for t := range from {
		out[t] = sums[0] / float64(block)
	}
	return slices.Clip(out)
}
