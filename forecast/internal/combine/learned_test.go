package combine

import (
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// runs begins every series of a group.
func (g *group) runs(inputs []Input) []*seriesRun {
	out := make([]*seriesRun, len(inputs))
	for i, in := range inputs {
		out[i] = g.newRun(in)
	}
	return out
}

// TestWhatWasLearnedForecastsItsSampleToo, the same bits after it was written and read again, and a series that stands
// twice as one that stands once.
func TestWhatWasLearnedForecastsItsSampleToo(t *testing.T) {
	t.Parallel()
	for name, c := range kinds() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var inputs []Input
			for _, y := range drawn(c, 12, 5) {
				inputs = append(inputs, Input{Y: y, Last: 19_999})
			}
			inputs = append(inputs, inputs[3], inputs[0])
			cfg := withLevels(c.cfg)
			learned, want, err := Learn(t.Context(), cfg, ExtentOf(inputs), inputs)
			if err != nil {
				t.Fatal(err)
			}
			data, err := learned.MarshalBinary()
			if err != nil {
				t.Fatal(err)
			}
			var again Learned
			if err := again.UnmarshalBinary(data); err != nil {
				t.Fatal(err)
			}
			sameBits := cmp.Comparer(func(a, b float64) bool { return math.Float64bits(a) == math.Float64bits(b) })
			for i, in := range inputs {
				if diff := cmp.Diff(want[i], again.Forecast(in), sameBits, cmpopts.EquateEmpty()); diff != "" {
					t.Fatalf("series %d: %s", i, diff)
				}
			}
		})
	}
}

// TestASeriesLongerThanTheSampleIsForecast: a group of many lends it last year's days as far as the sample goes.
func TestASeriesLongerThanTheSampleIsForecast(t *testing.T) {
	t.Parallel()
	c := kinds()["days with a year"]
	var inputs []Input
	for _, y := range drawn(c, 12, 6) {
		inputs = append(inputs, Input{Y: y, Last: 19_999})
	}
	long := Input{Y: append(inputs[1].Y[:100:100], inputs[2].Y...), Last: 19_999}
	all := append(inputs, long)
	learned, _, err := Learn(t.Context(), withLevels(c.cfg), ExtentOf(all), inputs)
	if err != nil {
		t.Fatal(err)
	}
	if out := learned.Forecast(long); len(out.Mean) != c.cfg.Horizon {
		t.Errorf("%d days were forecast", len(out.Mean))
	}
}
