package forecast_test

import (
	"context"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"github.com/wrapcast/wrapcast/forecast"
)

// inShards learns from a panel, and forecasts it shard by shard with what was written down and read again each time.
func inShards(ctx context.Context, panel []forecast.Series, opt forecast.Options, shards int) ([]forecast.Result,
	error) {
	learned, err := forecast.Learn(ctx, slices.Values(panel), opt)
	if err != nil {
		return nil, err
	}
	frozen, err := learned.MarshalBinary()
	if err != nil {
		return nil, err
	}
	all := make([]forecast.Result, len(panel))
	for shard := range shards {
		from, to := shard*len(panel)/shards, (shard+1)*len(panel)/shards
		var again forecast.Learned
		if err := again.UnmarshalBinary(frozen); err != nil {
			return nil, err
		}
		some, err := again.Forecast(ctx, panel[from:to], opt.Workers)
		if err != nil {
			return nil, err
		}
		copy(all[from:], some)
	}
	return all, nil
}

// mustBeSame fails where two forecasts differ in a bit.
func mustBeSame(t rapid.TB, want, got []forecast.Result) {
	t.Helper()
	bits := cmp.Comparer(func(a, b float64) bool { return math.Float64bits(a) == math.Float64bits(b) || a != a && b != b })
	if diff := cmp.Diff(want, got, bits, cmpopts.EquateEmpty()); diff != "" {
		t.Fatal(diff)
	}
}

// TestShardsForecastWhatTheWholeForecasts: any panel, at any number of shards and workers, to the last bit.
func TestShardsForecastWhatTheWholeForecasts(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		panel, opt := anyPanel(t)
		for range rapid.IntRange(0, 3).Draw(t, "twins") {
			twin := panel[rapid.IntRange(0, len(panel)-1).Draw(t, "twin")]
			twin.ID = "twin"
			panel = append(panel, twin)
		}
		opt.Joint = rapid.Bool().Draw(t, "joint")
		opt.Workers = rapid.IntRange(1, 3).Draw(t, "workers")
		want, err := forecast.Run(t.Context(), panel, opt)
		if err != nil {
			t.Fatal(err)
		}
		opt.Workers = rapid.IntRange(1, 3).Draw(t, "workers of shards")
		got, err := inShards(t.Context(), panel, opt, rapid.IntRange(1, len(panel)).Draw(t, "shards"))
		if err != nil {
			t.Fatal(err)
		}
		mustBeSame(t, want, got)
	})
}

// worlds are panels in which series teach each other all there is to teach.
func worlds() map[string]struct {
	panel []forecast.Series
	opt   forecast.Options
} {
	year := func(name string) (days []time.Time) {
		for y := 2022; y < 2026; y++ {
			days = append(days, time.Date(y, 5, 1+len(name)%5, 0, 0, 0, 0, time.UTC))
		}
		return days
	}
	long, short, hours := make([]forecast.Series, 900), []forecast.Series(nil), make([]forecast.Series, 24)
	for i := range long {
		n := 430 + 7*(i%9)
		y := weekly(n, uint64(i))
		for t := range y {
			if d := monday.AddDate(0, 0, t-n+700).Day(); d == 1 {
				y[t] *= 1.8 // a day of the month
			}
			y[t] *= 1 + b2f(t >= n-12)*0.6*b2f(i%5 > 0) // a change most have in common
			y[t] = math.Round(y[t] * float64(1+i%4) / 8)
		}
		long[i] = forecast.Series{ID: "long", Values: y, Start: monday.AddDate(0, 0, 700-n), Step: day}
	}
	for i := range 30 {
		n := 9 + 4*i
		short = append(short, forecast.Series{ID: "short", Values: weekly(n, uint64(i)),
			Start: monday.AddDate(0, 0, 700-n), Step: day})
	}
	for i := range hours {
		y, open := make([]float64, 24*40), 8+2*(i%3)
		rng := rand.New(rand.NewPCG(uint64(i), 3))
		for t := range y {
			if h := t % 24; h >= 8 && h < 8+open && t/24%7 < 6 {
				y[t] = math.Floor(rng.Float64() * float64(1+i%7*i%7))
			}
		}
		hours[i] = forecast.Series{ID: "hours", Values: y, Start: monday, Step: time.Hour}
	}
	events := []forecast.Event{{Name: "May", Dates: year("May"), Group: "holidays"},
		{Name: "Spring", Dates: year("Sprin"), Group: "holidays"}, {Name: "new", Group: "holidays",
			Dates: []time.Time{monday.AddDate(0, 0, 705)}}}
	type world = struct {
		panel []forecast.Series
		opt   forecast.Options
	}
	days := forecast.Options{Horizon: 10, Levels: []float64{0.8, 0.95}, Events: events, Joint: true}
	return map[string]world{"more than a sample": {long, days}, "short ones": {short, days},
		"hours": {hours, forecast.Options{Horizon: 30, NonNegative: forecast.NonNegativeAlways}}}
}

// TestAllThatIsTaughtIsFrozen: samples, days that return, common changes, events, hours.
func TestAllThatIsTaughtIsFrozen(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("a thousand series, twice")
	}
	for name, w := range worlds() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			want, err := forecast.Run(t.Context(), w.panel, w.opt)
			if err != nil {
				t.Fatal(err)
			}
			got, err := inShards(t.Context(), w.panel, w.opt, 7)
			if err != nil {
				t.Fatal(err)
			}
			mustBeSame(t, want, got)
		})
	}
}

func TestWhatWasNotLearnedFromIsRefused(t *testing.T) {
	t.Parallel()
	panel := []forecast.Series{{ID: "known", Values: weekly(60, 1), Start: monday, Step: day}}
	learned, err := forecast.Learn(t.Context(), slices.Values(panel), forecast.Options{Horizon: 7})
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range []int{61, 12} { // another end; another end, and short
		stranger := forecast.Series{ID: "stranger", Values: weekly(n, 2), Start: monday, Step: day}
		if _, err := learned.Forecast(t.Context(), []forecast.Series{stranger}, 1); err == nil ||
			!strings.Contains(err.Error(), "stranger") {
			t.Errorf("%d days: %v", n, err)
		}
	}
	if _, err := forecast.Learn(t.Context(), slices.Values(panel), forecast.Options{Horizon: 7, Paths: 3}); err == nil {
		t.Error("paths of single series were promised")
	}
	if err := learned.UnmarshalBinary([]byte("torn")); err == nil {
		t.Error("what is torn was read")
	}
}
