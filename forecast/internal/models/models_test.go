package models_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/wrapcast/wrapcast/forecast/internal/models"
)

var nan = math.NaN()

// near fails where a forecast is further from what is wanted than a share of its size.
func near(t *testing.T, what string, got, want []float64, tolerance float64) {
	t.Helper()
	for h, w := range want {
		if !(math.Abs(got[h]-w) <= tolerance*math.Max(1, math.Abs(w))) {
			t.Errorf("%s: step %d is %.10g, want %.10g (%v)", what, h+1, got[h], w, got)
			return
		}
	}
}

// predicted is what a model that is fitted to y forecasts after it.
func predicted(t *testing.T, m models.Model, y []float64, steps int) []float64 {
	t.Helper()
	if !m.Fit(y) {
		t.Fatalf("%T cannot be fitted to %d values", m, len(y))
	}
	out := make([]float64, steps)
	m.Predict(y, out)
	return out
}

// noisyWeek is a level, a week and some noise.
func noisyWeek(n int, seed uint64) []float64 {
	rng := rand.New(rand.NewPCG(seed, 5))
	shape := []float64{80, 60, 50, 50, 40, 20, 10}
	y := make([]float64, n)
	for t := range y {
		y[t] = 100 + shape[t%7] + 4*rng.NormFloat64()
	}
	return y
}

func TestNamesAreThoseThatAUserMayChoose(t *testing.T) {
	t.Parallel()
	want := []string{"mean", "naive", "drift", "seasonalNaive", "weekdayAverage", "exponentialSmoothing", "ets",
		"theta", "arima", "regression", "croston"}
	if got := models.Names(); !slices.Equal(got, want) {
		t.Errorf("names %q", got)
	}
	for _, name := range want {
		if _, ok := models.New(name, models.Setting{}); !ok {
			t.Errorf("%s is listed and unknown", name)
		}
	}
	for _, name := range []string{"", "auto", "Mean", "dynamicTheta"} {
		if _, ok := models.New(name, models.Setting{}); ok {
			t.Errorf("%q is known", name)
		}
	}
}

// TestEveryModelTakesAnyHistoryWithAValue and forecasts numbers: short, flat, holed, huge, negative.
func TestEveryModelTakesAnyHistoryWithAValue(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		y := rapid.SliceOfN(rapid.OneOf(rapid.Just(nan), rapid.Just(0.0), rapid.Float64Range(-1e6, 1e6)), 0,
			40).Draw(t, "y")
		y = append(y, rapid.Float64Range(-10, 10).Draw(t, "value"))
		if rapid.Bool().Draw(t, "gap at the end") {
			y = append(y, nan)
		}
		name := rapid.SampledFrom(models.Names()).Draw(t, "name")
		m, _ := models.New(name, models.Setting{Seasons: []float64{7}, Length: len(y)})
		if !m.Fit(y) {
			t.Fatalf("%s cannot be fitted to %v", name, y)
		}
		out := make([]float64, 9)
		m.Predict(y, out)
		for _, v := range out {
			if math.IsInf(v, 0) || math.IsNaN(v) && name != "theta" { // a season's factors may divide zero by zero
				t.Fatalf("%s forecasts %v after %v", name, out, y)
			}
		}
	})
}

func TestEveryModelContinuesAConstant(t *testing.T) {
	t.Parallel()
	for _, name := range models.Names() {
		// a ridge draws a regression a little to zero
		near(t, name, ahead(t, name, slices.Repeat([]float64{7}, 60), 5, 7), slices.Repeat([]float64{7}, 5), 1e-3)
	}
}

func TestModelsWithASeasonContinueAPerfectWeek(t *testing.T) {
	t.Parallel()
	week := []float64{80, 60, 50, 50, 40, 20, 10}
	for name, tolerance := range map[string]float64{"seasonalNaive": 0, "weekdayAverage": 1e-12,
		"exponentialSmoothing": 1e-3, "ets": 1e-2, "theta": 1e-2, "regression": 1e-3} {
		y := slices.Repeat(week, 12)
		near(t, name, ahead(t, name, y[:81], 10, 7), y[4:14], tolerance) // the history ends on a Thursday
	}
}

// TestModelsFollowTheUnit: four times the values, four times the forecast.
func TestModelsFollowTheUnit(t *testing.T) {
	t.Parallel()
	y := noisyWeek(120, 1)
	four := make([]float64, len(y))
	for i, v := range y {
		four[i] = 4 * v
	}
	for _, name := range models.Names() {
		one := ahead(t, name, y, 10, 7)
		for h := range one {
			one[h] *= 4
		}
		near(t, name, ahead(t, name, four, 10, 7), one, 1e-4)
	}
}

// TestModelsFollowAShift: a thousand more, but for those that are ratios by nature.
func TestModelsFollowAShift(t *testing.T) {
	t.Parallel()
	y := noisyWeek(120, 2)
	higher := make([]float64, len(y))
	for i, v := range y {
		higher[i] = v + 1000
	}
	for _, name := range []string{"mean", "naive", "drift", "seasonalNaive", "weekdayAverage", "exponentialSmoothing",
		"regression"} {
		want := ahead(t, name, y, 10, 7)
		for h := range want {
			want[h] += 1000
		}
		near(t, name, ahead(t, name, higher, 10, 7), want, 1e-4)
	}
}

func TestSettingsTakeWholeSeasonsWithTwoCycles(t *testing.T) {
	t.Parallel()
	s := models.Setting{Seasons: []float64{2.5, 7, 30, 365.25}, Length: 59}
	if got := s.WholeSeasons(); !slices.Equal(got, []int{7}) {
		t.Errorf("59 values have the seasons %v", got)
	}
	if s.Length = 60; !slices.Equal(s.WholeSeasons(), []int{7, 30}) {
		t.Errorf("60 values have the seasons %v", s.WholeSeasons())
	}
	y := slices.Repeat([]float64{1, 2, 3}, 4) // the longest season is that of an average, the shortest that of a naive
	m, _ := models.New("weekdayAverage", models.Setting{Seasons: []float64{3, 6}, Length: 12})
	near(t, "average of two seasons", predicted(t, m, y, 3), []float64{1, 2, 3}, 1e-12)
}

// TestWithoutItsHistoryAModelFallsBack on the simpler one that is documented.
func TestWithoutItsHistoryAModelFallsBack(t *testing.T) {
	t.Parallel()
	y := []float64{4, 8, 6}
	for name, want := range map[string]float64{"seasonalNaive": 6, "theta": 6, "ets": 6, "arima": 6,
		"weekdayAverage": (6 + 0.9*8 + 0.81*4) / 2.71} {
		near(t, name, ahead(t, name, y, 2, 7), []float64{want, want}, 1e-9)
	}
}

func TestMeanAndWalksByHand(t *testing.T) {
	t.Parallel()
	y := []float64{nan, 2, 4, nan, 8, nan} // from 2 to 8 in three steps
	near(t, "mean", predicted(t, &models.Mean{}, y, 2), []float64{14.0 / 3, 14.0 / 3}, 1e-12)
	near(t, "naive", predicted(t, &models.Walk{}, y, 2), []float64{8, 8}, 0)
	// a step of the gap counts
	near(t, "drift", predicted(t, &models.Walk{Drift: true}, y, 2), []float64{8 + 2*2, 8 + 3*2}, 1e-12)
	near(t, "drift of one value", predicted(t, &models.Walk{Drift: true}, []float64{5}, 2), []float64{5, 5}, 0)
	for _, m := range []models.Model{&models.Mean{}, &models.Walk{}, &models.Croston{},
		&models.PhaseAverage{Period: 2}} {
		if m.Fit([]float64{nan, nan}) || m.Fit(nil) {
			t.Errorf("%T learns from nothing", m)
		}
	}
}

func TestSeasonalNaiveTakesTheNewestOfEachPhase(t *testing.T) {
	t.Parallel()
	y := []float64{1, 2, nan, 4, nan, nan} // phases of three: 1,4; 2; none
	near(t, "seasonal naive", predicted(t, &models.SeasonalNaive{Period: 3}, y, 7),
		[]float64{4, 2, 7.0 / 3, 4, 2, 7.0 / 3, 4}, 1e-12)
	if (&models.SeasonalNaive{Period: 3}).Fit(y[:2]) || (&models.SeasonalNaive{Period: 1}).Fit(y) {
		t.Error("it takes less than a cycle, or no cycle")
	}
}

// TestPhaseAverageByHand: three cycles of two, weights 1, 0.9 and 0.81, a gap in the newest.
func TestPhaseAverageByHand(t *testing.T) {
	t.Parallel()
	y := []float64{10, 1, 20, 2, 30, nan}
	want := []float64{(30 + 0.9*20 + 0.81*10) / 2.71, (0.9*2 + 0.81*1) / 1.71}
	near(t, "average", predicted(t, &models.PhaseAverage{Period: 2}, y, 4), append(want, want...), 1e-12)
	near(t, "average of an empty phase", predicted(t, &models.PhaseAverage{Period: 3}, []float64{3, nan, 6}, 3),
		[]float64{3, 4.5, 6}, 1e-12)
	c := (&models.PhaseAverage{Period: 2}).Components(y, 0)
	if len(c) != 1 || c[0].Name != "season 2" || !math.IsNaN(c[0].Values[1]) || c[0].Values[2] != 10 ||
		math.Abs(c[0].Values[4]-(20+9)/1.9) > 1e-12 {
		t.Errorf("components %+v", c)
	}
}

// TestOldCyclesAreLeftOut: what is older than 66 cycles weighs less than a thousandth.
func TestOldCyclesAreLeftOut(t *testing.T) {
	t.Parallel()
	y := slices.Repeat([]float64{1}, 100)
	y[0] = 1e9
	near(t, "average", predicted(t, &models.PhaseAverage{Period: 1}, y, 1), []float64{1}, 1e-12)
	y[40] = 1e9
	if got := predicted(t, &models.PhaseAverage{Period: 1}, y, 1)[0]; got < 1e5 {
		t.Errorf("sixty cycles back weigh nothing: %v", got)
	}
}

// TestHoltByHand: level 10, α 0.5, no trend; then with β 0.2 and φ 0.9.
func TestHoltByHand(t *testing.T) {
	t.Parallel()
	m := &models.Holt{Alphas: []float64{0.5}}
	near(t, "level", predicted(t, m, []float64{10, 14, 8}, 2), []float64{10, 10}, 1e-12) // 10, 12, 10
	m = &models.Holt{Damping: 0.9, Alphas: []float64{0.5}, Betas: []float64{0.2}}
	level, trend := 12.0, 0.5*0.2*4.0 // after 10 and 14: e = 4
	f := level + 0.9*trend
	e := 8 - f
	level, trend = f+0.5*e, 0.9*trend+0.5*0.2*e
	near(t, "damped trend", predicted(t, m, []float64{10, 14, 8}, 2),
		[]float64{level + 0.9*trend, level + (0.9+0.81)*trend}, 1e-12)
	if m.Fit(nil) {
		t.Error("it learns from nothing")
	}
}

// TestHoltTakesTheBestOfItsGrid: of a walk the last value, of noise the mean.
func TestHoltTakesTheBestOfItsGrid(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(8, 8))
	walk, noise := make([]float64, 500), make([]float64, 500)
	for i := range walk {
		noise[i] = 50 + rng.NormFloat64()
		if i > 0 {
			walk[i] = walk[i-1] + rng.NormFloat64()
		}
	}
	near(t, "walk", predicted(t, &models.Holt{}, walk, 1), walk[499:], 0.05)
	near(t, "noise", predicted(t, &models.Holt{}, noise, 1), []float64{50}, 0.02)
}

// TestAFreeStartMakesTheErrorsLeast: no other first level does better at the same α.
func TestAFreeStartMakesTheErrorsLeast(t *testing.T) {
	t.Parallel()
	y := []float64{3, 9, 4, 6, 8, 7, 5}
	const alpha = 0.3
	sse := func(start float64) float64 {
		level, sum := start, 0.0
		for _, v := range y {
			sum += (v - level) * (v - level)
			level += alpha * (v - level)
		}
		return sum
	}
	m := &models.Holt{Alphas: []float64{alpha}, FreeStart: true}
	end := predicted(t, m, y, 1)[0]
	best, at := math.Inf(1), 0.0
	for s := 0.0; s < 12; s += 0.001 {
		if v := sse(s); v < best {
			best, at = v, s
		}
	}
	level := at
	for _, v := range y {
		level += alpha * (v - level)
	}
	near(t, "level at the end", []float64{end}, []float64{level}, 1e-3)
}

// TestThetaByHand: a line of slope 2 has its level by smoothing at 0.99 and half the slope a step.
func TestThetaByHand(t *testing.T) {
	t.Parallel()
	y := make([]float64, 20)
	for i := range y {
		y[i] = 5 + 2*float64(i)
	}
	level := y[0]
	for _, v := range y {
		level += 0.99 * (v - level)
	}
	near(t, "theta", predicted(t, &models.Theta{}, y, 3), []float64{level + 1, level + 2, level + 3}, 1e-9)
	lag := (1-math.Pow(0.01, 20))/0.99 - 1
	near(t, "theta with its lag", predicted(t, &models.Theta{Lagging: true}, y, 2),
		[]float64{level + 1 + lag, level + 2 + lag}, 1e-9)
	if (&models.Theta{}).Fit(y[:2]) {
		t.Error("two values have a theta")
	}
}

// TestThetaTakesASeasonOut where there is one, and says so.
func TestThetaTakesASeasonOut(t *testing.T) {
	t.Parallel()
	y := noisyWeek(84, 3)
	m := named(t, "theta", y, 7)
	c := m.(models.Explainer).Components(y, 90)
	if len(c) != 1 || c[0].Name != "season 7" || len(c[0].Values) != 84 || !(c[0].Values[0] > c[0].Values[6]) {
		t.Fatalf("components %+v", c)
	}
	sum := 0.0
	for _, v := range c[0].Values[:7] {
		sum += v
	}
	near(t, "sum of the factors", []float64{sum}, []float64{7}, 1e-9)
	flat, rng := make([]float64, 84), rand.New(rand.NewPCG(1, 1))
	for i := range flat {
		flat[i] = 50 + rng.NormFloat64()
	}
	if c := named(t, "theta", flat, 7).(models.Explainer).Components(flat, 84); c != nil {
		t.Errorf("a series without a week has %+v", c)
	}
}

// TestSeasonalIndexByHand: levels 10 and 30 in turn around a mean of 20.
func TestSeasonalIndexByHand(t *testing.T) {
	t.Parallel()
	y := slices.Repeat([]float64{10, 30}, 10)
	index, ok := models.SeasonalIndex(y, 2, 2)
	if !ok {
		t.Fatal("no season")
	}
	near(t, "factors", index, []float64{0.5, 1.5}, 1e-12)
	for what, c := range map[string]struct {
		y []float64
		m int
	}{
		"no cycle": {y, 1}, "one cycle": {y[:3], 2},
		"no season":           {slices.Repeat([]float64{3, 1, 4, 1, 5, 9, 2, 6}, 3)[:23], 5},
		"a factor below zero": {slices.Repeat([]float64{-10, 30}, 10), 2},
	} {
		if got, ok := models.SeasonalIndex(c.y, c.m, 2); ok {
			t.Errorf("%s: factors %v", what, got)
		}
	}
}

func TestGapsAreBridgedByLines(t *testing.T) {
	t.Parallel()
	got := models.WithoutGaps([]float64{nan, 2, nan, nan, 8, nan}, nil)
	near(t, "bridged", got, []float64{2, 4, 6, 8, 8}, 1e-12)
	buffer := make([]float64, 10)
	if got := models.WithoutGaps([]float64{1, 2}, buffer); &got[0] != &buffer[0] || len(got) != 2 {
		t.Error("the buffer is not used")
	}
	if got := models.WithoutGaps([]float64{nan}, nil); len(got) != 0 {
		t.Errorf("nothing became %v", got)
	}
}

// TestSmoothingGoesOn from a longer history as if it had run over it at once, and starts anew where it is shorter.
func TestSmoothingGoesOn(t *testing.T) {
	t.Parallel()
	y := noisyWeek(100, 4)
	m, once := models.NewSmoothing(7, 1), models.NewSmoothing(7, 1)
	m.Fit(y[:60])
	once.Fit(y[:60])
	out, want := make([]float64, 7), make([]float64, 7)
	m.Predict(y[:70], out)
	m.Predict(y, out)
	once.Predict(y, want)
	near(t, "in two goes", out, want, 0)
	m.Restart()
	m.Predict(y[:70], out)
	once.Restart()
	once.Predict(y[:70], want)
	near(t, "started again", out, want, 0)
	m.Refit(y[30:])
	if m.Predict(y[30:], out); math.Abs(out[0]-want[0]) > 40 {
		t.Errorf("with another start %v, %v before", out, want)
	}
}

// TestSmoothingComponentsAreItsStates: they add up to the one-step forecast without the error's memory.
func TestSmoothingComponentsAreItsStates(t *testing.T) {
	t.Parallel()
	y := noisyWeek(80, 5)
	m := models.NewSmoothing(7, 1)
	before := predicted(t, m, y, 7)
	c := m.Components(y, 87)
	if len(c) != 2 || c[0].Name != "level" || c[1].Name != "season 7" || len(c[1].Values) != 80 {
		t.Fatalf("components %+v", c)
	}
	for i := 40; i < 80; i++ {
		if e := y[i] - c[0].Values[i] - c[1].Values[i]; math.Abs(e) > 30 {
			t.Errorf("step %d: level %v and season %v for %v", i, c[0].Values[i], c[1].Values[i], y[i])
		}
	}
	out := make([]float64, 7)
	m.Predict(y, out)
	near(t, "after the components", out, before, 1e-12)
}

// TestCrostonByHand: sizes 4, 2, 6 after 2, 1 and 3 steps; a missing step is no waiting.
func TestCrostonByHand(t *testing.T) {
	t.Parallel()
	y := []float64{0, 4, 2, nan, 0, 0, 6}
	near(t, "croston", predicted(t, &models.Croston{}, y, 2), []float64{4.02 / 2.01, 4.02 / 2.01}, 1e-12)
	near(t, "croston of zeros", predicted(t, &models.Croston{}, []float64{0, 0}, 1), []float64{0}, 0)
}

// TestRegressionFindsWhatItWasMadeOf: level, week, an event and a price.
func TestRegressionFindsWhatItWasMadeOf(t *testing.T) {
	t.Parallel()
	const n, steps = 140, 150
	event, price := make([]float64, steps), make([]float64, steps)
	for i := range steps {
		if i%23 == 5 {
			event[i] = 1
		}
		price[i] = math.Sin(float64(i * i))
	}
	price[3] = nan // counts as zero
	value := func(i int) float64 {
		v := 50 + 10*math.Cos(2*math.Pi*float64(i)/7) + 30*event[i]
		if i != 3 {
			v -= 5 * price[i]
		}
		return v
	}
	y, want := make([]float64, n), make([]float64, steps-n)
	for i := range y {
		y[i] = value(i)
	}
	for h := range want {
		want[h] = value(n + h)
	}
	y[60] = nan
	m, _ := models.New("regression", models.Setting{Seasons: []float64{7}, Length: n, Columns: func() []models.Column {
		return []models.Column{{Name: "event sale", Values: event}, {Name: "regressor price", Values: price}}
	}})
	near(t, "regression", predicted(t, m, y, steps-n), want, 1e-3)
	parts := m.(models.Explainer).Components(y, steps)
	var names []string
	for _, c := range parts {
		names = append(names, c.Name)
	}
	if got := strings.Join(names, ", "); got != "level, slope, season 7, event sale, regressor price" {
		t.Fatalf("parts %s", got)
	}
	for i := range steps {
		sum := 0.0
		for _, c := range parts {
			sum += c.Values[i]
		}
		if math.Abs(sum-value(i)) > 0.1 {
			t.Fatalf("step %d: the parts add up to %v, want %v", i, sum, value(i))
		}
	}
	if e := parts[3].Values[5]; math.Abs(e-30) > 0.1 {
		t.Errorf("the event brings %v", e)
	}
}

// TestTheSlopeEndsWithTheHistory: a regression does not extend a trend.
func TestTheSlopeEndsWithTheHistory(t *testing.T) {
	t.Parallel()
	y := make([]float64, 50)
	for i := range y {
		y[i] = float64(i)
	}
	near(t, "regression", ahead(t, "regression", y, 3), []float64{50, 50, 50}, 1e-2)
}

// TestLongHistoriesAreLearnedFromTheirNewestPart: what is older than 2,000 values moves ETS not, than 1,500 not ARIMA.
func TestLongHistoriesAreLearnedFromTheirNewestPart(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("four searches over thousands of values")
	}
	y := noisyWeek(2100, 6)
	other := slices.Clone(y)
	for i := range 90 {
		other[i] = -1e4
	}
	near(t, "arima", ahead(t, "arima", other[:1600], 5), ahead(t, "arima", y[:1600], 5), 0)
	near(t, "ets", ahead(t, "ets", other, 5), ahead(t, "ets", y, 5), 0)
}

func TestARIMANeedsFiveValuesThatMove(t *testing.T) {
	t.Parallel()
	if (&models.ARIMA{}).Fit([]float64{1, 2, nan, 3, 4}) || (&models.ARIMA{}).Fit(slices.Repeat([]float64{3}, 30)) {
		t.Error("it was fitted to four values, or to a constant")
	}
}
