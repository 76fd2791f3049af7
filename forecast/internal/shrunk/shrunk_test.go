package shrunk_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"

	"github.com/wrapcast/wrapcast/forecast/internal/shrunk"
)

func near(t rapid.TB, what string, got, want, by float64) {
	t.Helper()
	if !(math.Abs(got-want) <= by) {
		t.Errorf("%s is %g, want %g", what, got, want)
	}
}

// By hand, a cycle of 2 and no fading: 10 20 14 24 has phase means 12 and 22, level 17, residuals ±2, variance 4·4/(4 -
// 2) = 8, between (25 + 25)/1 = 50, chance 8·2/4 = 4, keep 46/50: 12.4 and 21.6; 8·(1 + 2/4) = 12.
func TestAnAverageWorkedByHand(t *testing.T) {
	t.Parallel()
	f, ok := shrunk.Fit([]float64{10, 20, 14, 24}, 2, 1)
	if !ok {
		t.Fatal("nothing known")
	}
	near(t, "level", f.Level, 17, 1e-9)
	near(t, "the next step", f.Phases[0], 12.4, 1e-9)
	near(t, "the one after it", f.Phases[1], 21.6, 1e-9)
	near(t, "variance", f.Variance, 12, 1e-9)
	excess, squares := f.Dispersion(10)
	near(t, "excess over counting", excess, 10*(12-17), 1e-9)
	near(t, "squares", squares, 10*(12.4*12.4+21.6*21.6)/2, 1e-9)
}

func TestPhasesAreKeptAsFarAsTheyAreThere(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(1, 1))
	alike, week := make([]float64, 140), make([]float64, 140)
	for i := range alike {
		alike[i] = 50 + 7*rng.NormFloat64()
		week[i] = alike[i] + float64(i%7)*20
	}
	a, _ := shrunk.Fit(alike, 7, 0.9)
	b, _ := shrunk.Fit(week, 7, 0.9)
	for p := range 7 {
		near(t, "a phase like the others", a.Phases[p], a.Level, 3)
		near(t, "a phase of its own", b.Phases[p], 50+20*float64(p), 6)
	}
}

func TestAnAverageScalesWithItsUnitAndSkipsGaps(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		rng := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 2))
		n, factor := rapid.IntRange(1, 60).Draw(t, "n"), rapid.Float64Range(0.1, 100).Draw(t, "factor")
		y, scaled := make([]float64, n), make([]float64, n)
		for i := range y {
			y[i] = 20 * rng.Float64()
			if rng.Float64() < 0.2 {
				y[i] = math.NaN()
			}
			scaled[i] = factor * y[i]
		}
		a, known := shrunk.Fit(y, 7, 0.9)
		b, _ := shrunk.Fit(scaled, 7, 0.9)
		if !known {
			return
		}
		for p, v := range a.Phases {
			near(t, "phase", b.Phases[p], factor*v, 1e-9*factor*20)
		}
		near(t, "variance", b.Variance, factor*factor*a.Variance, 1e-6*factor*factor*400)
	})
}

func TestAHistoryOfDaysBorrowsShapeAndScatter(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(4, 4))
	shape := []float64{2, 1.5, 1, 1, 0.8, 0.5, 0.2}
	draw := func(n int, level float64) []float64 {
		y := make([]float64, n)
		for i := range y {
			mean := level * shape[(i+70-n)%7]
			y[i] = math.Max(0, math.Round(mean+math.Sqrt(mean+0.04*mean*mean)*rng.NormFloat64()))
		}
		return y
	}
	p := shrunk.NewPanel(7)
	for range 20 {
		f, _ := shrunk.Raw(draw(70, 60), 7, 0.9)
		p.Add(f, true, 1)
	}
	raw, _ := shrunk.Raw(draw(4, 100), 7, 0.9) // its days are the last four of a week
	f := p.Of(raw, true)
	for d, v := range f.Phases {
		near(t, "a weekday over the level", v/f.Level, shape[d], 0.35)
	}
	if sd := math.Sqrt(f.Variance); sd < 10 || sd > 60 {
		t.Errorf("standard deviation %g of about 100 a day with a dispersion of 0.04", sd)
	}
}
