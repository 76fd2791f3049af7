package adjust

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/wrapcast/wrapcast"
)

var overrideNow = time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)

// coherent is a forecast of ten days from 23 November whose sums hold: codes a and b in queues x and y, 10 to 40 a day.
func coherent() wrapcast.Forecast {
	f := wrapcast.Forecast{TimeZone: "UTC", From: date("2026-11-23"), Days: 10}
	daily := func(mean, seconds float64) wrapcast.DailyForecast {
		return wrapcast.DailyForecast{
			Mean:          slices.Repeat([]float64{mean}, 10),
			Median:        slices.Repeat([]float64{mean * 0.9}, 10),
			HandleSeconds: slices.Repeat([]float64{seconds}, 10),
			Bands: []wrapcast.Band{
				{Level: 0.85, Lower: slices.Repeat([]float64{mean / 2}, 10), Upper: slices.Repeat([]float64{mean * 2}, 10)},
			},
		}
	}
	leaf := func(code wrapcast.CodeID, queue wrapcast.QueueID, mean, seconds float64) {
		f.Leaves = append(
			f.Leaves,
			wrapcast.LeafForecast{Leaf: wrapcast.Leaf{Queue: queue, Code: code, Media: wrapcast.Voice},
				Mean: slices.Repeat([]float64{mean}, 10), HandleSeconds: slices.Repeat([]float64{seconds}, 10)},
		)
	}
	leaf("a", "x", 10, 100)
	leaf("a", "y", 20, 100)
	leaf("b", "x", 30, 400)
	leaf("b", "y", 40, 400)
	f.Codes = []wrapcast.CodeForecast{
		{Code: wrapcast.Code{ID: "a"}, DailyForecast: daily(30, 100)},
		{Code: wrapcast.Code{ID: "b"}, DailyForecast: daily(70, 400)},
	}
	f.Queues = []wrapcast.QueueForecast{
		{Queue: wrapcast.Queue{ID: "x"}, DailyForecast: daily(40, 325)},
		{Queue: wrapcast.Queue{ID: "y"}, DailyForecast: daily(60, 300)},
	}
	f.Total = daily(100, 310)
	return f
}

func override(kind wrapcast.OverrideKind, value float64) wrapcast.Override {
	return wrapcast.Override{
		ID:        "o-1",
		From:      date("2026-11-25"),
		To:        date("2026-11-26"),
		Kind:      kind,
		Value:     value,
		Author:    "farah",
		Reason:    "mailing",
		CreatedAt: overrideNow.Add(-time.Hour),
	}
}

// sumsHold fails where leaves do not add up to codes, to queues and to the total.
func sumsHold(t interface{ Fatalf(string, ...any) }, f wrapcast.Forecast) {
	for day := range f.Days {
		codes, queues, total := map[wrapcast.CodeID]float64{}, map[wrapcast.QueueID]float64{}, 0.0
		for _, l := range f.Leaves {
			if l.Mean[day] < 0 {
				t.Fatalf("day %d: %g contacts of %v", day, l.Mean[day], l.Leaf)
			}
			codes[l.Leaf.Code] += l.Mean[day]
			queues[l.Leaf.Queue] += l.Mean[day]
			total += l.Mean[day]
		}
		for _, c := range f.Codes {
			if math.Abs(c.Mean[day]-codes[c.Code.ID]) > 1e-6 {
				t.Fatalf("day %d: code %s is %g, its leaves %g", day, c.Code.ID, c.Mean[day], codes[c.Code.ID])
			}
		}
		for _, q := range f.Queues {
			if math.Abs(q.Mean[day]-queues[q.Queue.ID]) > 1e-6 {
				t.Fatalf("day %d: queue %s is %g, its leaves %g", day, q.Queue.ID, q.Mean[day], queues[q.Queue.ID])
			}
		}
		if math.Abs(f.Total.Mean[day]-total) > 1e-6 {
			t.Fatalf("day %d: the total is %g, the leaves %g", day, f.Total.Mean[day], total)
		}
	}
}

func TestOverridesMoveCodeQueueAndTotalTogether(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name          string
		change        func(o *wrapcast.Override)
		leaves        []float64 // a/x, a/y, b/x, b/y on the 25th
		before, after float64   // over both days
	}{
		{"percent of one code", func(o *wrapcast.Override) { o.Codes = []wrapcast.CodeID{"a"} }, []float64{11, 22, 30, 40},
			60, 66},
		{"percent of everything", func(*wrapcast.Override) {}, []float64{11, 22, 33, 44}, 200, 220},
		{"nothing at all", func(o *wrapcast.Override) { o.Value = -100 }, []float64{0, 0, 0, 0}, 200, 0},
		{"set a code in one queue", func(o *wrapcast.Override) {
			o.Kind, o.Value, o.Codes, o.Queues = wrapcast.OverrideSet, 5, []wrapcast.CodeID{"b"}, []wrapcast.QueueID{"x"}
		}, []float64{10, 20, 5, 40}, 60, 10},
		{"set a queue", func(o *wrapcast.Override) {
			o.Kind, o.Value, o.Queues = wrapcast.OverrideSet, 80, []wrapcast.QueueID{"x"}
		}, []float64{20, 20, 60, 40}, 80, 160},
		{"add to a code", func(o *wrapcast.Override) {
			o.Kind, o.Value, o.Codes = wrapcast.OverrideAdd, 15, []wrapcast.CodeID{"a"}
		}, []float64{15, 30, 30, 40}, 60, 90},
		{"take more than there is", func(o *wrapcast.Override) {
			o.Kind, o.Value, o.Codes = wrapcast.OverrideAdd, -500, []wrapcast.CodeID{"a"}
		}, []float64{0, 0, 30, 40}, 60, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			o := override(wrapcast.OverridePercent, 10)
			c.change(&o)
			f, effects, findings := ApplyOverrides(coherent(), []wrapcast.Override{o}, overrideNow)
			if len(findings) != 0 {
				t.Fatal(findings)
			}
			sumsHold(t, f)
			for i, want := range c.leaves {
				if got := f.Leaves[i].Mean[2]; math.Abs(got-want) > 1e-9 {
					t.Errorf("leaf %d is %g, want %g", i, got, want)
				}
				if f.Leaves[i].Mean[1] != coherent().Leaves[i].Mean[1] || f.Leaves[i].Mean[4] != coherent().Leaves[i].Mean[4] {
					t.Errorf("leaf %d moved on another day", i)
				}
			}
			if e := effects[0]; math.Abs(e.Before-c.before) > 1e-9 || math.Abs(e.After-c.after) > 1e-9 || e.Days != 2 {
				t.Errorf("effect %+v", e)
			}
		})
	}
}

func TestBoundsAndHandleTimesFollow(t *testing.T) {
	t.Parallel()
	o := override(wrapcast.OverridePercent, 100)
	o.Codes = []wrapcast.CodeID{"a"}
	f, _, _ := ApplyOverrides(coherent(), []wrapcast.Override{o}, overrideNow)
	total := f.Total // 100 contacts of 310 s become 130, of which 30 more of 100 s
	if total.Mean[2] != 130 || total.Median[2] != 117 || total.Bands[0].Lower[2] != 65 || total.Bands[0].Upper[2] != 260 {
		t.Errorf(
			"total %g, median %g, band %g to %g",
			total.Mean[2],
			total.Median[2],
			total.Bands[0].Lower[2],
			total.Bands[0].Upper[2],
		)
	}
	if want := (100*310.0 + 30*100) / 130; math.Abs(total.HandleSeconds[2]-want) > 1e-9 {
		t.Errorf("handle time %g, want %g", total.HandleSeconds[2], want)
	}
	if f.Codes[0].HandleSeconds[2] != 100 || f.Codes[1].Mean[2] != 70 {
		t.Errorf("code a takes %g s, code b has %g contacts", f.Codes[0].HandleSeconds[2], f.Codes[1].Mean[2])
	}
}

func TestSettingWhereNothingIsForecastSpreadsEvenly(t *testing.T) {
	t.Parallel()
	nothing := override(wrapcast.OverridePercent, -100)
	empty, _, _ := ApplyOverrides(coherent(), []wrapcast.Override{nothing}, overrideNow)
	o := override(wrapcast.OverrideSet, 40)
	f, _, _ := ApplyOverrides(empty, []wrapcast.Override{o}, overrideNow)
	sumsHold(t, f)
	for _, l := range f.Leaves {
		if l.Mean[2] != 10 {
			t.Errorf("%v has %g", l.Leaf, l.Mean[2])
		}
	}
	if b := f.Total.Bands[0]; f.Total.Mean[2] != 40 || b.Lower[2] > 40 || b.Upper[2] < 40 {
		t.Errorf("total %g within %g to %g", f.Total.Mean[2], b.Lower[2], b.Upper[2])
	}
}

func TestOverridesInConflictAreShownAndNotApplied(t *testing.T) {
	t.Parallel()
	a, b, c := override(wrapcast.OverridePercent, 10), override(wrapcast.OverrideSet, 5), override(wrapcast.OverrideAdd, 3)
	a.Codes, b.Queues = []wrapcast.CodeID{"a"}, []wrapcast.QueueID{"x"} // both mean code a in queue x
	b.ID, b.Author, c.ID, c.Codes, c.Queues = "o-2", "sven", "o-3", []wrapcast.CodeID{"b"}, []wrapcast.QueueID{"y"}
	f, effects, findings := ApplyOverrides(coherent(), []wrapcast.Override{a, b, c}, overrideNow)
	if !slices.Equal(codesOf(findings), []string{"override-conflict"}) || findings[0].Severity != wrapcast.Blocking ||
		!strings.Contains(findings[0].Message, "+10 % by farah (mailing) and set to 5 by sven (mailing)") {
		t.Errorf("findings %+v", findings)
	}
	if len(effects) != 1 || effects[0].ID != "o-3" || f.Leaves[0].Mean[2] != 10 || f.Leaves[3].Mean[2] != 43 {
		t.Errorf("effects %+v, leaves %g and %g", effects, f.Leaves[0].Mean[2], f.Leaves[3].Mean[2])
	}
	b.From, b.To = date("2026-11-27"), date("2026-11-28")
	if _, effects, findings = ApplyOverrides(coherent(), []wrapcast.Override{a, b, c}, overrideNow); len(findings) != 0 ||
		len(effects) != 3 {
		t.Errorf("on other days: findings %v, %d effects", findings, len(effects))
	}
}

func TestAForecastOfUnevenLengthsIsNoReasonToPanic(t *testing.T) {
	t.Parallel()
	f := coherent()
	f.Leaves[0].Mean = append(f.Leaves[0].Mean, 1, 2, 3)
	f.Leaves[1].Mean, f.Leaves[2].HandleSeconds = f.Leaves[1].Mean[:4], nil
	f.Total.Bands[0].Lower, f.Total.Median, f.Codes[0].Mean = f.Total.Bands[0].Lower[:2], nil, nil
	o := override(wrapcast.OverridePercent, 10)
	o.To += 100
	ApplyOverrides(f, []wrapcast.Override{o}, overrideNow)
	Retired(f, []wrapcast.LineageChange{lineage(wrapcast.LineageRetire, "2026-11-01", "a")})
}

func TestOnlyActiveOverridesAreUsed(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*wrapcast.Override){
		"expired":      func(o *wrapcast.Override) { o.ExpiresAt = overrideNow },
		"withdrawn":    func(o *wrapcast.Override) { o.WithdrawnAt = overrideNow.Add(-time.Minute) },
		"not yet made": func(o *wrapcast.Override) { o.CreatedAt = overrideNow.Add(time.Minute) },
	} {
		o := override(wrapcast.OverridePercent, 10)
		change(&o)
		f, effects, findings := ApplyOverrides(coherent(), []wrapcast.Override{o}, overrideNow)
		if len(effects) != 0 || len(findings) != 0 || cmp.Diff(coherent(), f) != "" {
			t.Errorf("%s: %v %v", name, effects, findings)
		}
	}
	o := override(wrapcast.OverridePercent, 10)
	o.ExpiresAt = overrideNow.Add(time.Minute)
	if _, effects, _ := ApplyOverrides(coherent(), []wrapcast.Override{o}, overrideNow); len(effects) != 1 {
		t.Error("one that expires in a minute is not used")
	}
}

func TestAnOverrideThatTouchesNothingSaysSo(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*wrapcast.Override){
		"an unknown code": func(o *wrapcast.Override) { o.Codes = []wrapcast.CodeID{"c"} },
		"days long past":  func(o *wrapcast.Override) { o.From, o.To = date("2026-01-01"), date("2026-01-02") },
		"days to come":    func(o *wrapcast.Override) { o.From, o.To = date("2027-01-01"), date("2027-01-02") },
	} {
		o := override(wrapcast.OverridePercent, 10)
		change(&o)
		if _, effects, findings := ApplyOverrides(coherent(), []wrapcast.Override{o}, overrideNow); !slices.Equal(
			codesOf(findings),
			[]string{"override-idle"},
		) ||
			len(effects) != 0 {
			t.Errorf("%s: %v %v", name, effects, findings)
		}
	}
}

func TestAnOverrideThatCannotBeMeantIsRefused(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*wrapcast.Override){
		"without an author":   func(o *wrapcast.Override) { o.Author = " " },
		"without a reason":    func(o *wrapcast.Override) { o.Reason = "" },
		"backwards":           func(o *wrapcast.Override) { o.To = o.From - 1 },
		"not a number":        func(o *wrapcast.Override) { o.Value = math.NaN() },
		"infinite":            func(o *wrapcast.Override) { o.Value = math.Inf(1) },
		"less than nothing":   func(o *wrapcast.Override) { o.Value = -101 },
		"a negative number":   func(o *wrapcast.Override) { o.Kind, o.Value = wrapcast.OverrideSet, -1 },
		"of a kind not known": func(o *wrapcast.Override) { o.Kind = "double" },
		"of no kind":          func(o *wrapcast.Override) { o.Kind = "" },
	} {
		o := override(wrapcast.OverridePercent, 10)
		change(&o)
		if err := CheckOverride(o); wrapcast.KindOf(err) != wrapcast.Usage {
			t.Errorf("%s: %v", name, err)
		}
		if f, _, findings := ApplyOverrides(coherent(), []wrapcast.Override{o}, overrideNow); !slices.Equal(
			codesOf(findings),
			[]string{"override-invalid"},
		) ||
			cmp.Diff(coherent(), f) != "" {
			t.Errorf("%s: %v", name, findings)
		}
	}
	if err := CheckOverride(override(wrapcast.OverrideAdd, -5)); err != nil {
		t.Error(err)
	}
}

func TestSumsHoldUnderAnyOverridesAndTheForecastGivenIsLeftAlone(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		base := coherent()
		var overrides []wrapcast.Override
		for i := range rapid.IntRange(0, 6).Draw(t, "overrides") {
			o := override(
				rapid.SampledFrom([]wrapcast.OverrideKind{wrapcast.OverridePercent, wrapcast.OverrideSet, wrapcast.OverrideAdd}).
					Draw(t, "kind"),
				rapid.Float64Range(-100, 1000).Draw(t, "value"),
			)
			o.ID = wrapcast.OverrideID(fmt.Sprint(i))
			o.Codes = rapid.SliceOfDistinct(rapid.SampledFrom([]wrapcast.CodeID{"a", "b", "c"}), rapid.ID).Draw(t, "codes")
			o.Queues = rapid.SliceOfDistinct(rapid.SampledFrom([]wrapcast.QueueID{"x", "y", "z"}), rapid.ID).Draw(t, "queues")
			o.From = base.From + wrapcast.Date(rapid.IntRange(-3, 12).Draw(t, "from"))
			o.To = o.From + wrapcast.Date(rapid.IntRange(0, 6).Draw(t, "length"))
			overrides = append(overrides, o)
		}
		f, effects, findings := ApplyOverrides(base, overrides, overrideNow)
		sumsHold(t, f)
		if diff := cmp.Diff(coherent(), base); diff != "" {
			t.Fatal(diff)
		}
		if len(effects) == len(overrides) && blocked(findings) {
			t.Fatalf("all are applied and %v", findings)
		}
		change := 0.0
		for _, e := range effects {
			change += e.After - e.Before
		}
		if got := sumOf(f.Total.Mean) - sumOf(base.Total.Mean); math.Abs(got-change) > 1e-6 {
			t.Fatalf("the total moved by %g, the overrides say %g", got, change)
		}
		for _, d := range append([]wrapcast.DailyForecast{f.Total}, f.Codes[0].DailyForecast, f.Queues[0].DailyForecast) {
			for day := range f.Days {
				if b := d.Bands[0]; !(b.Lower[day] >= 0 && b.Lower[day] <= b.Upper[day]) || !(d.HandleSeconds[day] >= 0) {
					t.Fatalf("day %d: band %g to %g, handle time %g", day, b.Lower[day], b.Upper[day], d.HandleSeconds[day])
				}
			}
		}
	})
}
