package panel_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/panel"
	"github.com/wrapcast/wrapcast/forecast"
	"github.com/wrapcast/wrapcast/internal/tables"
)

// poisson draws a count.
func poisson(r *rand.Rand, mean float64) int {
	limit, product, n := math.Exp(-mean), r.Float64(), 0
	for ; product > limit; n++ {
		product *= r.Float64()
	}
	return n
}

// sumsOf forecasts a panel and works out its sums.
func sumsOf(t *testing.T, p *panel.Panel, horizon int, levels ...float64) ([][]panel.Sum, []forecast.Result) {
	t.Helper()
	o := forecast.Options{Horizon: p.Horizon(), Levels: panel.SumLevels(levels), Joint: true, Events: p.Events}
	results, err := forecast.Run(t.Context(), p.Series, o)
	if err != nil {
		t.Fatal(err)
	}
	results, o.Levels = p.Results(results), levels
	sums, err := p.Sums(t.Context(), results, p.SumDays(horizon), o)
	if err != nil {
		t.Fatal(err)
	}
	return sums, results
}

func TestSumsHoldWhatTheirIntervalsPromise(t *testing.T) {
	t.Parallel()
	const series, past, horizon = 60, 84, 28
	r, first := rand.New(rand.NewPCG(1, 2)), time.Date(2026, 1, 5, 0, 0, 0, 0, time.UTC)
	var rows strings.Builder
	truth := make([][2]float64, series) // of 7 and 28 days
	for i := range series {
		for d := range past + horizon {
			v := poisson(r, []float64{20, 24, 22, 21, 18, 6, 4}[d%7])
			switch {
			case d < past:
				fmt.Fprintf(&rows, "s%02d,%s,%d\n", i, first.AddDate(0, 0, d).Format(time.DateOnly), v)
			case d < past+7:
				truth[i][0] += float64(v)
				fallthrough
			default:
				truth[i][1] += float64(v)
			}
		}
	}
	p := panelOf(t, rows.String(), nil, horizon, tables.Options{})
	sums, results := sumsOf(t, p, horizon, 0.8)
	for k, days := range []int{7, 28} {
		inside := 0
		for i, s := range sums {
			mean, added := 0.0, 0.0
			for h := range days {
				mean, added = mean+results[i].Mean[h], added+results[i].Bands[0].Upper[h]-results[i].Bands[0].Lower[h]
			}
			b := s[k].Bands[0]
			if s[k].Days != days || math.Abs(s[k].Mean-mean) > 1e-9 || b.Level != 0.8 || b.Lower > mean || b.Upper < mean {
				t.Fatalf("series %d: %+v, the means add up to %v", i, s[k], mean)
			}
			if width := b.Upper - b.Lower; width > 0.75*added {
				t.Errorf("series %d: the interval of %d days is %v wide, those of the days together %v", i, days, width, added)
			}
			if truth[i][k] >= b.Lower && truth[i][k] <= b.Upper {
				inside++
			}
		}
		if share := float64(inside) / series; share < 0.7 || share > 0.93 {
			t.Errorf("%.0f %% of the sums of %d days lie inside 80 %%", 100*share, days)
		}
	}
}

// A week has as many steps as the wall clock gives it, a series without values has no sum, and a horizon that ends
// before the week is over has none either.
func TestSumsEndWithTheDay(t *testing.T) {
	t.Parallel()
	hours := ""
	newYork, err := time.LoadLocation("America/New_York")
	if err != nil {
		t.Fatal(err)
	}
	for at := time.Date(2026, 10, 12, 4, 0, 0, 0, time.UTC); at.Before(time.Date(2026, 10, 30, 4, 0, 0, 0, time.UTC)); at = at.Add(time.Hour) {
		hours += fmt.Sprintf("a,%s,3\n", at.In(newYork).Format(time.RFC3339))
	}
	hours += "empty,2026-10-29T23:00:00-04:00,\n"
	for horizon, want := range map[int]int{169: 1, 168: 0} { // the clock goes back on 1 November
		p := panelOf(t, hours, nil, horizon, tables.Options{Zone: newYork, Frequency: tables.Hourly})
		sums, results := sumsOf(t, p, horizon, 0.95)
		if len(sums[0]) != want || len(sums[1]) != 0 {
			t.Fatalf("a horizon of %d hours has the sums %+v, want %d", horizon, sums, want)
		}
		if want == 1 && math.Abs(sums[0][0].Mean-3*169) > 1 {
			t.Errorf("169 hours of 3 are %v, hour by hour %v", sums[0][0].Mean, results[0].Mean[:3])
		}
	}
	weekly := panelOf(t, "a,2026-01-05,3\na,2026-01-12,4\na,2026-01-19,3\n", nil, 6, tables.Options{})
	if got := weekly.SumDays(6); !slices.Equal(got, []int{28}) {
		t.Errorf("of weeks there are sums of %d days", got)
	}
	steps := panelOf(t, "a,1,3\na,2,4\na,3,3\n", nil, 60, tables.Options{})
	if got := steps.SumDays(60); len(got) != 0 {
		t.Errorf("of steps without dates there are sums of %d days", got)
	}
}
