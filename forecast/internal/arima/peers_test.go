package arima_test

import (
	"math"
	"testing"

	"github.com/wrapcast/wrapcast/forecast/internal/arima"
	"github.com/wrapcast/wrapcast/forecast/internal/peers"
)

func load(t *testing.T) peers.Numbers {
	t.Helper()
	n, err := peers.Load("../../testdata/peers.txt")
	if err != nil {
		t.Fatal(err)
	}
	for i, v := range n.Values["lynx"] {
		n.Values["lynx"][i] = math.Log(v)
	}
	return n
}

func TestLikelihoodAgreesWithRAtRsOwnEstimates(t *testing.T) {
	t.Parallel()
	n := load(t)
	for _, name := range []string{"nile", "lynx"} {
		o, c := n.Values["arima."+name+".order"], n.Values["arima."+name+".coef"]
		p, q := int(o[0]), int(o[2])
		order := arima.Order{P: p, D: int(o[1]), Q: q, Constant: len(c) > p+q}
		constant := 0.0
		if order.Constant {
			constant = c[p+q]
		}
		got := arima.LogLikelihood(n.Values[name], order, c[:p], c[p:p+q], constant)
		if want := n.Values["arima."+name+".loglik"][0]; math.Abs(got-want) > 1e-4*math.Abs(want) {
			t.Errorf("%s: log-likelihood %v, R has %v", name, got, want)
		}
	}
}

// TestFitAgreesWithR fits the order that R chose: likelihood within 0.1 % or better, forecasts and their 95 % bounds
// within 2 %.
func TestFitAgreesWithR(t *testing.T) {
	t.Parallel()
	n := load(t)
	for _, name := range []string{"nile", "lynx"} {
		o := n.Values["arima."+name+".order"]
		f, ok := arima.Fit(n.Values[name], arima.Order{P: int(o[0]), D: int(o[1]), Q: int(o[2]),
			Constant: name == "lynx"})
		want := n.Values["arima."+name+".loglik"][0]
		if !ok || f.LogLik < want-1e-3*math.Abs(want) {
			t.Fatalf("%s: log-likelihood %v, R reaches %v", name, f.LogLik, want)
		}
		mean, sd := f.Forecast(10)
		upper := n.Values["arima."+name+".upper95"]
		for h, want := range n.Values["arima."+name+".forecast"] {
			if math.Abs(mean[h]-want) > 0.02*want {
				t.Errorf("%s: step %d is %v, R has %v", name, h+1, mean[h], want)
			}
			if u := mean[h] + 1.959964*sd[h]; math.Abs(u-upper[h]) > 0.02*upper[h] {
				t.Errorf("%s: upper bound of step %d is %v, R has %v", name, h+1, u, upper[h])
			}
		}
	}
}

// TestSearchChoosesAsWellAsR compares AICc at the same number of differences: within 1 % of R's, or better.
func TestSearchChoosesAsWellAsR(t *testing.T) {
	t.Parallel()
	n := load(t)
	for _, name := range []string{"nile", "lynx"} {
		f, ok := arima.Search(n.Values[name])
		if d := n.Values["arima."+name+".order"][1]; !ok || f.Order.D != int(d) {
			t.Fatalf("%s: %v, R differences %v times", name, f.Order, d)
		}
		if want := n.Values["arima."+name+".aicc"][0]; f.AICc > 1.01*want {
			t.Errorf("%s: %v with AICc %v, R has %v", name, f.Order, f.AICc, want)
		}
	}
}
