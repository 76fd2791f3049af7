package models_test

import (
	"math"
	"testing"

	"github.com/wrapcast/wrapcast/forecast/internal/models"
	"github.com/wrapcast/wrapcast/forecast/internal/peers"
)

func loadPeers(t *testing.T) peers.Numbers {
	t.Helper()
	n, err := peers.Load("../../testdata/peers.txt")
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// named returns a named model that has learned from y.
func named(t *testing.T, name string, y []float64, seasons ...float64) models.Model {
	t.Helper()
	m, ok := models.New(name, models.Setting{Seasons: seasons, Length: len(y)})
	if !ok || !m.Fit(y) {
		t.Fatalf("%s has no model of %d values", name, len(y))
	}
	return m
}

// ahead is what a named model forecasts after y.
func ahead(t *testing.T, name string, y []float64, steps int, seasons ...float64) []float64 {
	t.Helper()
	out := make([]float64, steps)
	named(t, name, y, seasons...).Predict(y, out)
	return out
}

// agree fails where values differ from R's by more than a share of their size.
func agree(t *testing.T, what string, got, want []float64, tolerance float64) {
	t.Helper()
	if len(want) == 0 {
		t.Errorf("%s: R has nothing to compare with", what)
	}
	for h, w := range want {
		if math.Abs(got[h]-w) > tolerance*math.Max(1, math.Abs(w)) {
			t.Errorf("%s: step %d is %.8g, R has %.8g", what, h+1, got[h], w)
			return
		}
	}
}

func TestModelsAgreeWithR(t *testing.T) {
	t.Parallel()
	n := loadPeers(t)
	for series, m := range map[string]float64{"air": 12, "nile": 0, "weekly": 7} {
		// R's smoothing starts from another level and takes its constant from a continuum
		agree(t, "theta of "+series, ahead(t, "theta", n.Values[series], 14, m), n.Values["theta."+series], 0.01)
	}
	agree(t, "croston", ahead(t, "croston", n.Values["sparse"], 1), n.Values["croston.sparse"], 1e-12)
	agree(t, "ets of nile", ahead(t, "ets", n.Values["nile"], 14), n.Values["ets.nile.forecast"], 1e-4)
}
