package combine

import (
	"math"
	"testing"
)

// TestRareCodesAreDrawnToTheirLongMean, by hand: one contact a week in every one of 13 weeks, a quarter of one expected
// in the week ahead; (1 + 1/13) / (1/4 + 1/13) = 3.29, its root 1.81. A busy code stays as it is.
func TestRareCodesAreDrawnToTheirLongMean(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ every, want float64 }{"rare": {168, 0.25 * 1.8150}, "busy": {2, 0.25}} {
		y := make([]float64, 13*168)
		for i := range y {
			y[i] = b2f(math.Mod(float64(i), c.every) == 0)
		}
		s := newSetup(Config{Horizon: 168, Short: 24, Long: 168}, []Input{{Y: y}})
		w := s.newRun(Input{Y: y})
		u := len(s.origins)
		w.combined, w.middle = make([]float64, u*s.window+168), make([]float64, u*s.window+168)
		w.forecastAt(u)[0] = 0.25
		(&weigher{setup: s}).balance(w, u)
		if got := w.forecastAt(u)[0]; math.Abs(got-c.want) > 1e-3 {
			t.Errorf("%s: %.4f, want %.4f", name, got, c.want)
		}
	}
}

func b2f(b bool) float64 {
	if b {
		return 1
	}
	return 0
}
