package forecast_test

import (
	"slices"
	"testing"

	"github.com/wrapcast/wrapcast/forecast"
)

func TestBacktestAgreesWithForecastsMadeByHand(t *testing.T) {
	t.Parallel()
	y := weekly(90, 5)
	opt := forecast.BacktestOptions{Options: forecast.Options{Horizon: 7, Seasons: []float64{7},
		Algorithm: "seasonalNaive"}, Origins: 2}
	report, err := forecast.Backtest(t.Context(), []forecast.Series{{ID: "x", Values: y}}, opt)
	if err != nil {
		t.Fatal(err)
	}
	older := forecast.Score(forecast.Result{Mean: y[69:76]}, y[:76], y[76:83], 7)
	newer := forecast.Score(forecast.Result{Mean: y[76:83]}, y[:83], y[83:], 7)
	mase := (older.MASE + newer.MASE) / 2
	near(t, "MASE", report.Overall.MASE, mase, 1e-12)
	near(t, "MASE of the series", report.Series[0].MASE, mase, 1e-12)
	if report.Overall.Origins != 2 || report.Overall.Cells != 14 {
		t.Errorf("%d origins, %d cells", report.Overall.Origins, report.Overall.Cells)
	}
}

// TestBacktestNeverShowsTheFuture: what comes after an origin changes nothing of what is forecast there.
func TestBacktestNeverShowsTheFuture(t *testing.T) {
	t.Parallel()
	for _, name := range []string{forecast.Auto, "exponentialSmoothing", "theta", "regression"} {
		y := weekly(90, 3)
		want, histories := pastForecasts(t, name, y)
		if len(histories) != 3 || histories[0] != 81 || histories[1] != 83 || histories[2] != 85 {
			t.Fatalf("%s: histories of %v values, want 81, 83 and 85", name, histories)
		}
		for origin, n := range histories {
			other := slices.Clone(y)
			for i := n; i < len(other); i++ {
				other[i] = 1000 - other[i]
			}
			got, _ := pastForecasts(t, name, other)
			if !slices.Equal(got[origin], want[origin]) {
				t.Errorf("%s: origin %d forecasts %v, with another future %v", name, origin, want[origin], got[origin])
			}
			if origin < 2 && slices.Equal(got[2], want[2]) {
				t.Errorf("%s: the newest origin does not see what changed before it", name)
			}
		}
	}
}

// pastForecasts are the means that a backtest from three origins makes of one series, and the lengths of the histories.
func pastForecasts(t *testing.T, name string, y []float64) (means [][]float64, histories []int) {
	t.Helper()
	opt := forecast.BacktestOptions{
		Options: forecast.Options{Horizon: 5, Seasons: []float64{7}, Algorithm: name}, Origins: 3, Stride: 2,
		Each: func(origin int, h forecast.Series, r forecast.Result, actual []float64) {
			if origin != len(means) || !slices.Equal(actual, y[len(h.Values):len(h.Values)+5]) {
				t.Errorf("origin %d compares with %v", origin, actual)
			}
			means, histories = append(means, r.Mean), append(histories, len(h.Values))
		},
	}
	if _, err := forecast.Backtest(t.Context(), []forecast.Series{{ID: "x", Values: y}}, opt); err != nil {
		t.Fatal(err)
	}
	return means, histories
}

func TestReportedAccuracyIsThatOfTheBacktest(t *testing.T) {
	t.Parallel()
	panel := []forecast.Series{{ID: "x", Values: weekly(300, 8), Start: monday, Step: day}}
	r, err := forecast.Run(t.Context(), panel, forecast.Options{Horizon: 14, Levels: []float64{0.8}})
	if err != nil {
		t.Fatal(err)
	}
	a := r[0].Accuracy
	report, err := forecast.Backtest(t.Context(), panel,
		forecast.BacktestOptions{Options: forecast.Options{Horizon: 14, Levels: []float64{0.8}}, Origins: 6})
	if err != nil {
		t.Fatal(err)
	}
	if r := a.MASE / report.Overall.MASE; !(r > 0.75 && r < 1.33) || a.Origins < 4 {
		t.Errorf("Run reports MASE %.3f from %d origins, a rolling backtest %.3f", a.MASE, a.Origins,
			report.Overall.MASE)
	}
	if c := a.Levels[0].Coverage; !(c > 0.6 && c <= 1) {
		t.Errorf("coverage at 80 %% is %v", c)
	}
}
