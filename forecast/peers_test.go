package forecast_test

import (
	"math"
	"testing"

	"github.com/wrapcast/wrapcast/forecast"
	"github.com/wrapcast/wrapcast/forecast/internal/peers"
)

func loadPeers(t *testing.T) peers.Numbers {
	t.Helper()
	n, err := peers.Load("testdata/peers.txt")
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func fitted(t *testing.T, name string, y []float64, seasons ...float64) forecast.Fit {
	t.Helper()
	m, err := forecast.New(name)
	if err != nil {
		t.Fatal(err)
	}
	f, err := m.Fit(forecast.Series{ID: name, Values: y}, forecast.Options{Horizon: 14, Seasons: seasons})
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// agree fails where values differ from R's by more than a share of their size.
func agree(t *testing.T, what string, got, want []float64, tolerance float64) {
	t.Helper()
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
	period := map[string]float64{"air": 12, "nile": 0, "weekly": 7}
	for series, m := range period {
		theta := fitted(t, "theta", n.Values[series], m).Forecast(14, nil).Mean
		agree(t, "theta of "+series, theta, n.Values["theta."+series], 0.01) // R's smoothing starts from another level
	}
	agree(t, "croston", fitted(t, "croston", n.Values["sparse"]).Forecast(1, nil).Mean, n.Values["croston.sparse"], 1e-12)
	agree(t, "ets of nile", fitted(t, "ets", n.Values["nile"]).Forecast(14, nil).Mean, n.Values["ets.nile.forecast"], 1e-4)
	agree(t, "mstl of hourly", fitted(t, "mstl", n.Values["hourly"], 24, 168).Forecast(48, nil).Mean, n.Values["mstl.hourly.forecast"], 0.01)
}

func TestDecompositionsAgreeWithR(t *testing.T) {
	t.Parallel()
	n := loadPeers(t)
	parts := fitted(t, "mstl", n.Values["weekly"], 7).Components()
	agree(t, "trend of weekly", parts[0].Values, n.Values["mstl.weekly.trend"], 1e-9)
	agree(t, "season of weekly", parts[1].Values, n.Values["mstl.weekly.season"], 1e-9)
	parts = fitted(t, "mstl", n.Values["hourly"], 24, 168).Components()
	agree(t, "trend of hourly", parts[0].Values, n.Values["mstl.hourly.trend"], 1e-9)
	agree(t, "season 24 of hourly", parts[1].Values, n.Values["mstl.hourly.24"], 1e-9)
	agree(t, "season 168 of hourly", parts[2].Values, n.Values["mstl.hourly.168"], 1e-9)
}
