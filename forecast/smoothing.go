package forecast

import (
	"fmt"
	"math"

	"github.com/wrapcast/wrapcast/forecast/internal/smooth"
)

// fitSmoothing is exponential smoothing with a weekly season, additive, with a second season where the history holds
// two cycles of it, and with an autoregressive error: the "exponentialSmoothing" of planning systems.
// Package smooth has the formula; Taylor (JORS 2003) for two seasons. Spread: the residual variance summed over
// the weights that an error has h steps later.
func fitSmoothing(s Series, opt Options) (Fit, error) {
	y := s.Values
	m1, m2 := 1, 1
	switch w := opt.wholeSeasons(s); {
	case len(w) > 1:
		m1, m2 = w[0], w[1]
	case len(w) == 1:
		m1 = w[0]
	}
	sm := smooth.New(m1, m2)
	sm.Init(y)
	p := sm.Fit(y)
	fitted := make([]float64, len(y))
	sm.Reset()
	sm.Run(y, 0, len(y), 0, p, fitted)
	sd := residualSd(y, fitted)
	return &fit{
		y: y, fitted: fitted, floor: floorFor(y, opt.NonNegative),
		mean: func(h int) []float64 {
			out := make([]float64, h)
			sm.Forecast(len(y), p, out)
			return out
		},
		spread:     func(h int) []float64 { return smoothingSpread(sd, p, m1, m2, h) },
		components: smoothingComponents(y, p, m1, m2),
		text: fmt.Sprintf("seasons %d and %d, α %.3f, γ %.3f and %.3f, φ %.3f", m1, m2, p.Alpha, p.Gamma1, p.Gamma2,
			p.Phi),
	}, nil
}

// smoothingSpread sums σ²·c_j², where c_j is what an error of the base still weighs j steps later:
// α + γ at whole seasons + φ^j.
func smoothingSpread(sd float64, p smooth.Params, m1, m2, h int) []float64 {
	sum, phi := 1.0, 1.0
	return each(h, func(i int) float64 {
		now := math.Sqrt(sum)
		j := i + 1
		phi *= p.Phi
		c := p.Alpha + phi
		if m1 > 1 && j%m1 == 0 {
			c += p.Gamma1
		}
		if m2 > 1 && j%m2 == 0 {
			c += p.Gamma2
		}
		sum += c * c
		return sd * now
	})
}

func smoothingComponents(y []float64, p smooth.Params, m1, m2 int) []Component {
	sm := smooth.New(m1, m2)
	sm.Init(y)
	sm.Reset()
	n := len(y)
	level, first, second := make([]float64, n), make([]float64, n), make([]float64, n)
	for t := range y {
		l, s1, s2 := sm.State()
		level[t], first[t], second[t] = l, s1[t%m1], s2[t%m2]
		sm.Run(y, t, t+1, 0, p, nil)
	}
	out := []Component{{Name: "level", Values: level}}
	if m1 > 1 {
		out = append(out, Component{Name: fmt.Sprintf("season %d", m1), Values: first})
	}
	if m2 > 1 {
		out = append(out, Component{Name: fmt.Sprintf("season %d", m2), Values: second})
	}
	return out
}
