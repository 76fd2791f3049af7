package combine

import (
	"math"
	"testing"
)

// TestRareCodesAreDrawnToTheirLongMean, by hand: one contact a week in every one of 13 weeks, a quarter of one expected
// in the week ahead; ((1 + 1/13) / (1/4 + 1/13))^0.3 = 1.4301. A busy code stays as it is.
func TestRareCodesAreDrawnToTheirLongMean(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ every, want float64 }{"rare": {168, 0.25 * 1.4301}, "busy": {1.25, 0.25}} {
		y := make([]float64, 13*168)
		for i := range y {
			y[i] = b2f(math.Mod(float64(i), c.every) < 1)
		}
		s := newSetup(Config{Horizon: 168, Short: 24, Long: 168}, ExtentOf([]Input{{Y: y}}))
		w := s.newRun(Input{Y: y})
		mean := make([]float64, 168)
		mean[0] = 0.25
		(&weigher{setup: s}).balance(w, len(s.origins), mean)
		if got := mean[0]; math.Abs(got-c.want) > 1e-3 {
			t.Errorf("%s: %.4f, want %.4f", name, got, c.want)
		}
	}
}

// TestARareCodeIsNotClosedOnAWeekdayThatSawLittle, by hand: 26 weeks with a contact each Monday; the last 13 Wednesdays
// saw nothing, and two of the 13 before did. Their mean is at least half of 2/26, times what the newest half of the days
// brought over all of them.
func TestARareCodeIsNotClosedOnAWeekdayThatSawLittle(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		quiet bool
		want  float64
	}{"as many as before": {false, 0.5 * 2 / 26 * (13.0 / 91) / (28.0 / 182)}, "gone": {true, 0}} {
		y := make([]float64, 26*7)
		for k := range 26 {
			y[7*k] = b2f(!c.quiet || k < 13)
		}
		y[2], y[7+2] = 1, 1
		s := newSetup(Config{Horizon: 7, Short: 7, Long: 0, Daily: true}, ExtentOf([]Input{{Y: y}}))
		w := s.newRun(Input{Y: y})
		u := len(s.origins)
		w.combined, w.middle = make([]float64, u*s.window+7), make([]float64, u*s.window+7)
		(&weigher{setup: s}).leastOfRare(w, u)
		if got := w.forecastAt(u)[2]; math.Abs(got-c.want) > 1e-12 {
			t.Errorf("%s: a Wednesday has %.4f, want %.4f", name, got, c.want)
		}
		if got := w.forecastAt(u)[3]; got != 0 {
			t.Errorf("%s: a day that never saw a contact has %v", name, got)
		}
	}
}

func b2f(b bool) float64 {
	if b {
		return 1
	}
	return 0
}
