package forecast

import "math"

// accuracy measures what the combination said of the past, origin by origin, against what came. Scales are those of
// the whole history.
func (o *outlook) accuracy(past [][]float64) Accuracy {
	var y, f []float64
	a := Accuracy{Origins: len(o.cuts)}
	for u, cut := range o.cuts {
		y = append(y, o.s.Values[cut:cut+o.window]...)
		f = append(f, past[u]...)
	}
	for i := range y {
		if math.IsNaN(f[i]) {
			y[i], f[i] = math.NaN(), 0
		}
		if !math.IsNaN(y[i]) {
			a.Cells++
		}
	}
	a.WAPE, a.Bias, a.SMAPE = WAPE(y, f), Bias(y, f), SMAPE(y, f)
	a.MASE = ratio(meanOver(y, f, func(y, f float64) float64 { return math.Abs(y - f) }), o.scale)
	a.RMSSE = math.Sqrt(ratio(meanOver(y, f, func(y, f float64) float64 { return (y - f) * (y - f) }), o.square))
	a.Levels = o.levelScores(past)
	return a
}

// levelScores measures the intervals at each origin, made from the errors of the other origins alone.
func (o *outlook) levelScores(past [][]float64) []LevelScore {
	scores := make([]LevelScore, len(o.opt.Levels))
	var y []float64
	lower, upper := make([][]float64, len(scores)), make([][]float64, len(scores))
	for u, cut := range o.cuts {
		others := *o
		others.cuts = without(o.cuts, u)
		if len(others.cuts) == 0 {
			continue
		}
		y = append(y, o.s.Values[cut:cut+o.window]...)
		for i, b := range others.bands(past[u], without(past, u)) {
			lower[i], upper[i] = append(lower[i], b.Lower...), append(upper[i], b.Upper...)
		}
	}
	for i, level := range o.opt.Levels {
		scores[i] = LevelScore{
			Level: level, Coverage: Coverage(y, lower[i], upper[i]),
			MSIS: ratio(intervalScore(y, lower[i], upper[i], level), o.scale),
		}
	}
	return scores
}

func without[T any](x []T, i int) []T {
	out := make([]T, 0, len(x))
	out = append(out, x[:i]...)
	return append(out, x[i+1:]...)
}
