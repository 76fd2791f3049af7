package combine

import (
	"math"
	"testing"
)

// weeks is a history of days with a week: 40 a day, none of it noise but a little.
func weeks(n int) []float64 {
	y := make([]float64, n)
	for t := range y {
		y[t] = []float64{70, 60, 50, 40, 30, 20, 10}[t%7] + float64(t*t%5)
	}
	return y
}

// TestWhatIsKnownGivesWayToWhatCame: before there is a past the families decide, and after a year of pasts hardly.
func TestWhatIsKnownGivesWayToWhatCame(t *testing.T) {
	t.Parallel()
	last := 1.0
	for _, n := range []int{28, 60, 120, 360} {
		s := newSetup(Config{Horizon: 14, Short: 7, Long: 1}, ExtentOf([]Input{{Y: weeks(n)}}))
		w := s.newRun(Input{Y: weeks(n)})
		prior := s.weightPrior(w, len(s.origins))
		if n == 28 && prior != 1 || prior > last || n == 360 && prior > 0.15 {
			t.Errorf("%d days: what is known weighs %g, %g with less history", n, prior, last)
		}
		last = prior
	}
}

// TestKnownErrorsByHand: halfway between an error of 1 and the 0.8 that averages are known for is √0.8.
func TestKnownErrorsByHand(t *testing.T) {
	t.Parallel()
	g := &weigher{setup: &setup{}, candidates: []candidate{{family: shrunkAverages}, {family: naives},
		{family: naives}}}
	w := &seriesRun{members: []int{0, 1, 2}, cut: []int{30}, have: []bool{true, true, false}}
	rel := []float64{1, math.NaN(), math.NaN()}
	g.drawTo(w, 0, 0.5, rel)
	if math.Abs(rel[0]-math.Sqrt(0.8)) > 1e-12 || rel[1] == rel[1] {
		t.Errorf("%v, want √0.8 and nothing", rel)
	}
	g.drawTo(w, 0, 1, rel)
	if math.Abs(rel[0]-0.8) > 1e-12 || rel[1] != naives.known() || rel[2] == rel[2] {
		t.Errorf("%v, want what is known of those that have a forecast", rel)
	}
}

// TestWidthsFollowTheLevelInSmallGroups: four times as many contacts on Mondays scatter twice as far.
func TestWidthsFollowTheLevelInSmallGroups(t *testing.T) {
	t.Parallel()
	y := make([]float64, 70)
	for i := range y {
		y[i] = 100 + float64(i%3)
		if i%7 == 0 {
			y[i] *= 4
		}
	}
	s := newSetup(Config{Horizon: 7, Short: 7, Long: 1}, ExtentOf([]Input{{Y: y}}))
	w := s.newRun(Input{Y: y})
	p := make([]float64, 7)
	w.profile(w.n%7, p)
	if r := p[0] / p[1]; math.Abs(r-2) > 0.1 {
		t.Errorf("Monday is %.2f times as wide as Tuesday, want 2: %v", r, p)
	}
}

// TestHoursAreRememberedForHalfAYear, by hand: 26 cycles of four phases with 8, 4, 2, 2 contacts, the newest four cycles
// half of that: the shape is that of all, the level half way, on the logarithmic scale, between all and the newest.
func TestHoursAreRememberedForHalfAYear(t *testing.T) {
	t.Parallel()
	var y []float64
	for k := range 26 {
		level := 1.0
		if k >= 22 {
			level = 0.5
		}
		y = append(y, 8*level, 4*level, 2*level, 2*level)
	}
	s := newSetup(Config{Horizon: 8, Short: 2, Long: 4}, ExtentOf([]Input{{Y: y}}))
	v := &view{seriesRun: s.newRun(Input{Y: y}), setup: s, past: y}
	out := make([]float64, 8)
	if !(longAverage{}).predict(v, out) {
		t.Fatal("it says nothing of 26 cycles")
	}
	share := 24.0 / 26 // of its full level that the history had on average
	want := math.Sqrt(0.5/share) * share
	for h, f := range out {
		if full := []float64{8, 4, 2, 2}[h%4]; math.Abs(f-want*full) > 1e-12 {
			t.Errorf("step %d is %.4f, want %.4f", h, f, want*full)
		}
	}
	v.past = y[:25*4]
	if (longAverage{}).predict(v, out) {
		t.Error("it takes 25 cycles for half a year")
	}
}
