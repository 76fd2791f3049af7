package forecast_test

import (
	"math"
	"testing"

	"github.com/wrapcast/wrapcast/forecast"
)

// The figures of TestMetricsAgreeWithTheScorer were computed by the project's scorer in Python from the same numbers.
var (
	scored   = []float64{12, 5, 7, 9, 30, 2, 1, 14, 6, 8, 9, 28, 3, 2, 11, 7, 6, 12, 33, 2, 0, 15, 4, 9, 10, 27, 4, 1}
	actual   = []float64{13, 0, 8, 11, 29, 3, 0}
	foretold = []float64{12.5, 1, 7, 9, 31, 0, 0}
	lower    = []float64{10, 0, 5, 8, 25, 1, 0}
	upper    = []float64{15, 4, 9, 10, 33, 5, 1}
)

func near(t *testing.T, what string, got, want, tolerance float64) {
	t.Helper()
	if !(math.Abs(got-want) <= tolerance*math.Max(1, math.Abs(want))) {
		t.Errorf("%s is %.12g, want %.12g", what, got, want)
	}
}

func TestMetricsAgreeWithTheScorer(t *testing.T) {
	t.Parallel()
	near(t, "sMAPE", forecast.SMAPE(actual, foretold), 63.41736694677871, 1e-12)
	near(t, "MASE", forecast.MASE(actual, foretold, scored, 7), 0.6195652173913043, 1e-12)
	near(t, "RMSSE", forecast.RMSSE(actual, foretold, scored, 7), 0.6332785063987777, 1e-12)
	near(t, "WAPE", forecast.WAPE(actual, foretold), 0.1484375, 1e-12)
	near(t, "MSIS", forecast.MSIS(actual, lower, upper, scored, 7, 0.8), 2.4782608695652173, 1e-12)
	near(t, "coverage", forecast.Coverage(actual, lower, upper), 6.0/7, 1e-12)
	near(t, "bias", forecast.Bias(actual, foretold), -3.5/64, 1e-12)
}

func TestNaive2AgreesWithTheScorer(t *testing.T) {
	t.Parallel()
	y := make([]float64, len(scored))
	for i, v := range scored {
		y[i] = v + 1
	}
	want := []float64{13.945616964266422, 6.551850310051853, 8.515734227453128, 10.907335431777746, 30.77925393519974,
		3.2998583949067184, 2, 13.945616964266422, 6.551850310051853}
	for i, v := range forecast.Naive2(y, 7, 9) {
		near(t, "seasonal step", v, want[i], 1e-12)
	}
	for _, v := range forecast.Naive2(y, 4, 5) {
		near(t, "step without a season", v, 2, 1e-12)
	}
}

func TestMissingActualsAreLeftOutOfEveryMetric(t *testing.T) {
	t.Parallel()
	holed := append([]float64{math.NaN()}, actual...)
	f := append([]float64{1e6}, foretold...)
	near(t, "sMAPE", forecast.SMAPE(holed, f), forecast.SMAPE(actual, foretold), 1e-12)
	near(t, "WAPE", forecast.WAPE(holed, f), forecast.WAPE(actual, foretold), 1e-12)
	near(t, "MASE", forecast.MASE(holed, f, scored, 7), forecast.MASE(actual, foretold, scored, 7), 1e-12)
}

func TestMetricsOfNothingAreNotANumber(t *testing.T) {
	t.Parallel()
	for name, v := range map[string]float64{
		"WAPE of zeros":            forecast.WAPE([]float64{0, 0}, []float64{1, 2}),
		"MASE of a flat history":   forecast.MASE(actual, foretold, []float64{5, 5, 5, 5}, 1),
		"sMAPE without cells":      forecast.SMAPE(nil, nil),
		"coverage without cells":   forecast.Coverage(nil, nil, nil),
		"RMSSE of a short history": forecast.RMSSE(actual, foretold, []float64{5}, 7),
	} {
		if !math.IsNaN(v) {
			t.Errorf("%s is %v, want NaN", name, v)
		}
	}
}
