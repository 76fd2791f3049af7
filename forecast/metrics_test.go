package forecast_test

import (
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/wrapcast/wrapcast/forecast"
)

// The figures of TestScoreAgreesWithTheScorer were computed by the project's scorer in Python from the same numbers.
var (
	scored    = []float64{12, 5, 7, 9, 30, 2, 1, 14, 6, 8, 9, 28, 3, 2, 11, 7, 6, 12, 33, 2, 0, 15, 4, 9, 10, 27, 4, 1}
	actual    = []float64{13, 0, 8, 11, 29, 3, 0}
	predicted = []float64{12.5, 1, 7, 9, 31, 0, 0}
	lower     = []float64{10, 0, 5, 8, 25, 1, 0}
	upper     = []float64{15, 4, 9, 10, 33, 5, 1}
)

func near(t *testing.T, what string, got, want, tolerance float64) {
	t.Helper()
	if !(math.Abs(got-want) <= tolerance*math.Max(1, math.Abs(want))) {
		t.Errorf("%s is %.12g, want %.12g", what, got, want)
	}
}

// said is the forecast that the scorer judged.
func said() forecast.Result {
	return forecast.Result{Mean: predicted, Bands: []forecast.Band{{Level: 0.8, Lower: lower, Upper: upper}}}
}

func TestScoreAgreesWithTheScorer(t *testing.T) {
	t.Parallel()
	a := forecast.Score(said(), scored, actual, 7)
	near(t, "sMAPE", a.SMAPE, 63.41736694677871, 1e-12)
	near(t, "MASE", a.MASE, 0.6195652173913043, 1e-12)
	near(t, "RMSSE", a.RMSSE, 0.6332785063987777, 1e-12)
	near(t, "WAPE", a.WAPE, 0.1484375, 1e-12)
	near(t, "MSIS", a.Levels[0].MSIS, 2.4782608695652173, 1e-12)
	near(t, "coverage", a.Levels[0].Coverage, 6.0/7, 1e-12)
	near(t, "bias", a.Bias, -3.5/64, 1e-12)
	if a.Origins != 1 || a.Cells != 7 {
		t.Errorf("%d origins, %d cells", a.Origins, a.Cells)
	}
}

// TestMedianIsForAbsoluteErrorsAndMeanForTheOthers: each figure follows its own forecast.
func TestMedianIsForAbsoluteErrorsAndMeanForTheOthers(t *testing.T) {
	t.Parallel()
	r := said()
	r.Median, r.Mean = predicted, actual
	a := forecast.Score(r, scored, actual, 7)
	if a.RMSSE != 0 || a.Bias != 0 || a.MASE == 0 {
		t.Errorf("a perfect mean has RMSSE %v and bias %v; its median MASE %v", a.RMSSE, a.Bias, a.MASE)
	}
}

func TestMissingActualsAreLeftOutOfEveryFigure(t *testing.T) {
	t.Parallel()
	nan := math.NaN()
	r := said()
	holed := append([]float64{nan}, actual...)
	r.Mean = append([]float64{1e6}, r.Mean...)
	r.Bands = []forecast.Band{{Level: 0.8, Lower: append([]float64{1e6}, lower...),
		Upper: append([]float64{1e6}, upper...)}}
	got, want := forecast.Score(r, scored, holed, 7), forecast.Score(said(), scored, actual, 7)
	if d := cmp.Diff(want, got, cmpopts.EquateApprox(1e-12, 0)); d != "" {
		t.Errorf("with a missing actual: %s", d)
	}
}

func TestFiguresOfNothingAreNotANumber(t *testing.T) {
	t.Parallel()
	flat := forecast.Score(said(), []float64{5, 5, 5, 5}, actual, 1)
	for name, v := range map[string]float64{
		"WAPE of zeros": forecast.Score(forecast.Result{Mean: []float64{1, 2}}, scored, []float64{0, 0},
			7).WAPE,
		"MASE of a flat history": flat.MASE,
		"MSIS of a flat history": flat.Levels[0].MSIS,
		"sMAPE without cells":    forecast.Score(forecast.Result{}, scored, nil, 7).SMAPE,
		"coverage without cells": forecast.Score(forecast.Result{Bands: []forecast.Band{{Level: 0.8}}}, scored, nil,
			7).Levels[0].Coverage,
		"RMSSE of a short history": forecast.Score(said(), []float64{5}, actual, 7).RMSSE,
	} {
		if !math.IsNaN(v) {
			t.Errorf("%s is %v, want NaN", name, v)
		}
	}
}
