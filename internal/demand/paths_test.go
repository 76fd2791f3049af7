package demand

import (
	"context"
	"math"
	"reflect"
	"testing"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/forecast"
)

// made is a forecast of ten weeks and a fortnight ahead; queue b is closed on its third day.
func made(t *testing.T) wrapcast.Forecast {
	t.Helper()
	r := tenWeeks(t, wrapcast.Calendar{Closures: []wrapcast.Closure{{Name: "move", Days: wrapcast.Days{From: monday + 72},
		Queues: []wrapcast.QueueID{"b"}}}})
	r.Algorithm = forecast.Auto
	f, err := Forecast(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func span(first, days int) wrapcast.Span {
	return wrapcast.Span{From: monday + 70 + wrapcast.Date(first), To: monday + 70 + wrapcast.Date(first+days) - 1}
}

func TestSumsHaveTheirIntervalsFromJointPaths(t *testing.T) {
	t.Parallel()
	f := made(t)
	sums, err := SumsOver(t.Context(), &f, span(0, 7), span(7, 7), span(0, 14))
	if err != nil {
		t.Fatal(err)
	}
	again, err := SumsOver(t.Context(), &f, span(7, 7))
	if err != nil || !reflect.DeepEqual(again[0], sums[1]) {
		t.Errorf("%v: asked for alone, a week differs", err)
	}
	old := f
	old.Errors = nil
	added, err := SumsOver(t.Context(), &old, span(0, 7))
	if err != nil {
		t.Fatal(err)
	}
	all := func(s SubjectSums) []wrapcast.SumForecast {
		return append(append(append(append([]wrapcast.SumForecast{}, s.Codes...), s.Queues...), s.Groups...), s.Total)
	}
	wide := all(added[0])
	for i, s := range all(sums[0]) {
		wantFigures(t, "mean of the week", []float64{s.Mean}, sumOf(subjectsOf(&f)[i].Mean[:7]))
		if s.Interval != wrapcast.IntervalJoint || wide[i].Interval != wrapcast.IntervalAdded || len(s.Bands) != 4 {
			t.Errorf("subject %d: intervals are %s and %s, of %d levels", i, s.Interval, wide[i].Interval, len(s.Bands))
		}
		for k, b := range s.Bands {
			w := wide[i].Bands[k]
			if b.Level != w.Level || b.Lower < w.Lower || b.Upper > w.Upper || b.Upper < b.Lower || s.Mean < b.Lower && k > 0 {
				t.Errorf("subject %d at %g: %g to %g around %g; days added up %g to %g", i, b.Level, b.Lower, b.Upper, s.Mean,
					w.Lower, w.Upper)
			}
			if k > 0 && (b.Lower > s.Bands[k-1].Lower || b.Upper < s.Bands[k-1].Upper) {
				t.Errorf("subject %d: the interval of %g does not hold that of %g", i, b.Level, s.Bands[k-1].Level)
			}
		}
	}
	if b, _ := sums[0].Total.Band(0.95); b.Upper-b.Lower > 0.9*(added[0].Total.Bands[3].Upper-added[0].Total.Bands[3].Lower) {
		t.Errorf("the week's 95 %% interval is hardly narrower than its days': %+v", b)
	}
	beyond, err := SumsOver(t.Context(), &f, span(20, 7), span(-7, 7), span(12, 7))
	if err != nil || beyond[0].Total.Mean != 0 || beyond[1].Total.Mean != 0 || beyond[0].Total.Bands[0].Upper != 0 {
		t.Errorf("%v: beyond the forecast %+v and %+v are expected", err, beyond[0].Total, beyond[1].Total)
	}
	wantFigures(t, "two days of a week", []float64{beyond[2].Total.Mean}, sumOf(f.Total.Mean[12:]))
}

// TestPathsAddUpAndFollowTheForecast: leaves to codes, queues and the total, their means those of the forecast, nothing
// where a queue is closed; and what an override did to leaves and intervals it did to the paths.
func TestPathsAddUpAndFollowTheForecast(t *testing.T) {
	t.Parallel()
	f := made(t)
	for l := range f.Leaves { // somebody knows that nobody asks for refunds on the first day
		if f.Leaves[l].Leaf.Code == "refund" {
			f.Leaves[l].Mean[0] = 0
		}
	}
	tree := treeOf(&f)
	for i, d := range subjectsOf(&f) { // intervals keep their proportion to the mean
		mean := 0.0
		for _, l := range tree.Sums[i] {
			mean += f.Leaves[l].Mean[0]
		}
		by := mean / d.Mean[0]
		d.Mean[0], d.Median[0] = mean, d.Median[0]*by
		for _, b := range d.Bands {
			b.Lower[0], b.Upper[0] = b.Lower[0]*by, b.Upper[0]*by
		}
	}
	p := newPaths(&f)
	days := 0
	err := p.draw(context.Background(), f.From, f.From+6, func(day wrapcast.Date, leaves [][]float64) error {
		step := int(day - f.From)
		days++
		for l, values := range leaves {
			mean := 0.0
			for _, v := range values {
				mean += v / float64(len(values))
				closed := step == 2 && f.Leaves[l].Leaf.Queue == "b" || step == 0 && f.Leaves[l].Leaf.Code == "refund"
				if closed != (v == 0) && (closed || v < 0) {
					t.Fatalf("%v on day %d: %g contacts", f.Leaves[l].Leaf, step, v)
				}
			}
			if want := f.Leaves[l].Mean[step]; math.Abs(mean-want) > 0.02*want+0.01 {
				t.Errorf("%v on day %d: %g contacts on average, forecast %g", f.Leaves[l].Leaf, step, mean, want)
			}
		}
		return nil
	})
	if err != nil || days != 7 {
		t.Errorf("%d days drawn: %v", days, err)
	}
}

func TestForecastsWithoutWhatPathsNeedHaveNone(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(f *wrapcast.Forecast){
		"no errors":        func(f *wrapcast.Forecast) { f.Errors = nil },
		"errors of others": func(f *wrapcast.Forecast) { f.Errors.Series = f.Errors.Series[1:] },
		"no intervals":     func(f *wrapcast.Forecast) { f.Codes[0].Bands = nil },
		"a leaf of a code that is not there": func(f *wrapcast.Forecast) {
			f.Leaves = append(f.Leaves, wrapcast.LeafForecast{Leaf: wrapcast.Leaf{Code: "else", Queue: "a"}, Mean: make([]float64, f.Days)})
		},
	} {
		f := made(t)
		change(&f)
		if newPaths(&f) != nil {
			t.Errorf("%s: there are paths", name)
		}
	}
}

func TestWeeksOfAForecast(t *testing.T) {
	t.Parallel()
	f := wrapcast.Forecast{From: monday + 2, Total: wrapcast.DailyForecast{Mean: make([]float64, 14)}}
	weeks := Weeks(&f, func(d wrapcast.Date) wrapcast.Date { return d - (d-monday)%7 })
	want := []wrapcast.Span{{From: monday + 2, To: monday + 6}, {From: monday + 7, To: monday + 13}, {From: monday + 14, To: monday + 15}}
	if !reflect.DeepEqual(weeks, want) {
		t.Errorf("%v, want %v", weeks, want)
	}
}
