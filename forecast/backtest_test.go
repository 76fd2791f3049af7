package forecast_test

import (
	"errors"
	"math"
	"testing"

	"github.com/wrapcast/wrapcast/forecast"
)

func TestBacktestAgreesWithForecastsMadeByHand(t *testing.T) {
	t.Parallel()
	y := weekly(90, 5)
	opt := forecast.BacktestOptions{Options: forecast.Options{Horizon: 7, Seasons: []float64{7}, Algorithm: "seasonalNaive"}, Origins: 2}
	report, err := forecast.Backtest(t.Context(), []forecast.Series{{ID: "x", Values: y}}, opt)
	if err != nil {
		t.Fatal(err)
	}
	mase := (forecast.MASE(y[76:83], y[69:76], y[:76], 7) + forecast.MASE(y[83:], y[76:83], y[:83], 7)) / 2
	near(t, "MASE", report.Overall.MASE, mase, 1e-12)
	near(t, "MASE of the series", report.Series[0].MASE, mase, 1e-12)
	if report.Overall.Origins != 2 || report.Overall.Cells != 14 {
		t.Errorf("%d origins, %d cells", report.Overall.Origins, report.Overall.Cells)
	}
}

// spy records the longest history it was shown and cheats if it ever sees the future.
type spy struct{ lengths *[]int }

func (spy) Name() string { return "spy" }

func (s spy) Fit(h forecast.Series, _ forecast.Options) (forecast.Fit, error) {
	*s.lengths = append(*s.lengths, len(h.Values))
	return nil, errors.New("it only looks")
}

func TestBacktestNeverShowsTheFuture(t *testing.T) {
	t.Parallel()
	var lengths []int
	var origins []int
	opt := forecast.BacktestOptions{
		Options: forecast.Options{Horizon: 5, Workers: 1}, Origins: 3, Stride: 2, Model: spy{&lengths},
		Each: func(origin int, h forecast.Series, _ forecast.Result, actual []float64) {
			origins = append(origins, origin)
			if len(actual) != 5 || actual[0] != float64(len(h.Values)) {
				t.Errorf("origin %d compares with %v", origin, actual)
			}
		},
	}
	y := make([]float64, 20)
	for i := range y {
		y[i] = float64(i)
	}
	report, err := forecast.Backtest(t.Context(), []forecast.Series{{ID: "x", Values: y}}, opt)
	if err != nil {
		t.Fatal(err)
	}
	if want := []int{11, 13, 15}; len(lengths) != 3 || lengths[0] != want[0] || lengths[1] != want[1] || lengths[2] != want[2] {
		t.Errorf("histories of %v values, want %v", lengths, want)
	}
	if len(origins) != 3 || !math.IsNaN(report.Overall.MASE) {
		t.Errorf("origins %v, MASE %v of a model without forecasts", origins, report.Overall.MASE)
	}
}

func TestReportedAccuracyIsThatOfTheBacktest(t *testing.T) {
	t.Parallel()
	panel := []forecast.Series{{ID: "x", Values: weekly(300, 8), Start: monday, Step: day}}
	r, err := forecast.Run(t.Context(), panel, forecast.Options{Horizon: 14, Levels: []float64{0.8}})
	if err != nil {
		t.Fatal(err)
	}
	a := r[0].Accuracy
	report, err := forecast.Backtest(t.Context(), panel, forecast.BacktestOptions{Options: forecast.Options{Horizon: 14, Levels: []float64{0.8}}, Origins: 6})
	if err != nil {
		t.Fatal(err)
	}
	if r := a.MASE / report.Overall.MASE; !(r > 0.75 && r < 1.33) || a.Origins < 4 {
		t.Errorf("Run reports MASE %.3f from %d origins, a rolling backtest %.3f", a.MASE, a.Origins, report.Overall.MASE)
	}
	if c := a.Levels[0].Coverage; !(c > 0.6 && c <= 1) {
		t.Errorf("coverage at 80 %% is %v", c)
	}
}
