package ets

import "math"

// firstStates guesses constants and states from the head of the series, for the search to start from: the season from
// its first two or three cycles, level and trend from a line through the first ten adjusted values.
func firstStates(y []float64, f Form) Params {
	p := Params{Alpha: 0.3, Beta: 0.05, Gamma: 0.05, Phi: 0.97}
	m := f.seasonLength()
	if m > 0 {
		p.Alpha = 0.2
		p.Season = firstSeason(y, f)
	}
	var adjusted []float64
	for t, v := range y[:min(len(y), max(10, 2*m))] {
		if m > 0 && f.Season == Additive {
			v -= p.Season[t%m]
		} else if m > 0 {
			v /= p.Season[t%m]
		}
		adjusted = append(adjusted, v)
	}
	p.Level, p.Trend = line(adjusted)
	switch f.Trend {
	case None:
		p.Level += p.Trend * float64(len(adjusted)) / 2
		p.Trend = 0
	case Multiplicative:
		p.Trend = 1 + p.Trend/math.Max(math.Abs(p.Level), 1e-8)
		p.Level = math.Max(p.Level, 1e-8)
		p.Trend = math.Max(0.5, math.Min(p.Trend, 1.5))
	}
	if f.Season == Multiplicative && !(math.Abs(p.Level) > 1e-3) {
		p.Level = 1e-3
	}
	return p
}

// firstSeason is the mean deviation from (or ratio to) the mean of each of the first cycles, per phase.
func firstSeason(y []float64, f Form) []float64 {
	m := f.Period
	cycles := max(1, min(4, len(y)/m))
	season, count := make([]float64, m), make([]float64, m)
	for c := range cycles {
		cycle := y[c*m : min(len(y), (c+1)*m)]
		mean := meanOf(cycle)
		for i, v := range cycle {
			if f.Season == Multiplicative {
				v /= mean
			} else {
				v -= mean
			}
			if v == v && !math.IsInf(v, 0) {
				season[i] += v
				count[i]++
			}
		}
	}
	total := 0.0
	for i := range season {
		if count[i] > 0 {
			season[i] /= count[i]
		} else if f.Season == Multiplicative {
			season[i] = 1
		}
		if f.Season == Multiplicative {
			season[i] = math.Max(season[i], 0.01)
		}
		total += season[i] / float64(m)
	}
	for i := range season {
		if f.Season == Multiplicative {
			season[i] /= total
		} else {
			season[i] -= total
		}
	}
	return season
}

func meanOf(x []float64) float64 {
	sum, n := 0.0, 0.0
	for _, v := range x {
		if v == v {
			sum += v
			n++
		}
	}
	return sum / n
}

// line is the least squares line through the values that are there: its value before the first, and its slope.
func line(x []float64) (at0, slope float64) {
	var n, st, stt, sx, stx float64
	for t, v := range x {
		if v == v {
			u := float64(t + 1)
			n, st, stt, sx, stx = n+1, st+u, stt+u*u, sx+v, stx+u*v
		}
	}
	if n == 0 {
		return 0, 0
	}
	if d := n*stt - st*st; d > 0 {
		slope = (n*stx - st*sx) / d
	}
	return (sx - slope*st) / n, slope
}
