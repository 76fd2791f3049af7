package demand

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/calendar"
)

// masksOn masks days of a history in the codes named, in the order of the history's codes.
func masksOn(h *History, codes []wrapcast.CodeID, days ...wrapcast.Date) wrapcast.ValidationReport {
	var report wrapcast.ValidationReport
	for _, g := range h.Codes() {
		var masks []wrapcast.Mask
		if slices.Contains(codes, g.Key) {
			for _, day := range days {
				masks = append(masks, wrapcast.Mask{Day: day})
			}
		}
		report.Codes = append(report.Codes, wrapcast.CodeReport{Code: g.Key, Masks: masks})
	}
	return report
}

// Invariant 11: what is hidden of a code is hidden from everything, bit for bit: leaves, codes, queues, planning
// groups, the total, their handle times, accuracy and mix.
func TestNothingDependsOnWhatWasHandledOnHiddenDays(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		r := tenWeeks(t, wrapcast.Calendar{Events: []wrapcast.CalendarEvent{
			{Name: "payday", Days: wrapcast.Days{From: monday + 3, Repeat: wrapcast.Monthly}}}})
		r.Algorithm = rapid.SampledFrom([]string{"auto", "weekdayAverage"}).Draw(rt, "algorithm")
		for _, l := range r.History.Leaves {
			for i := range l.Handled {
				l.Handled[i] = math.Max(0, math.Round(l.Handled[i]*rapid.Float64Range(0.6, 1.4).Draw(rt, "noise")))
				l.Seconds[i] = 60 * l.Handled[i]
			}
		}
		codes := rapid.SampledFrom([][]wrapcast.CodeID{{"billing"}, {"refund"}, {"billing", "refund"}}).
			Draw(rt, "codes")
		places := rapid.SliceOfNDistinct(rapid.IntRange(0, 69), 1, 12, rapid.ID).Draw(rt, "days")
		var days []wrapcast.Date
		for _, place := range places {
			days = append(days, monday+wrapcast.Date(place))
		}
		r.Judged = masksOn(r.History, codes, days...)
		before := forecastJSON(t, r)
		for _, l := range r.History.Leaves {
			for _, place := range places {
				if slices.Contains(codes, l.Leaf.Code) {
					l.Handled[place] = float64(rapid.IntRange(0, 5000).Draw(rt, "hidden"))
					l.Seconds[place] = rapid.Float64Range(0, 1e6).Draw(rt, "seconds")
				}
			}
		}
		if after := forecastJSON(t, r); after != before {
			rt.Fatalf("what was hidden moved the forecast:\n%s\n%s", before, after)
		}
	})
}

func forecastJSON(t *testing.T, r Request) string {
	t.Helper()
	f, err := Forecast(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(f)
	if err != nil {
		t.Fatal(err)
	}
	return string(text) + fmt.Sprint(f.Total.Mean)
}

func TestANodeDoesNotSeeADayThatIsHiddenInEverythingBelowIt(t *testing.T) {
	t.Parallel()
	r := tenWeeks(t, wrapcast.Calendar{})
	at := monday + 66
	for _, l := range r.History.Leaves {
		l.Handled[66] *= 10
	}
	r.Judged = masksOn(r.History, []wrapcast.CodeID{"billing", "refund"}, at)
	for _, s := range newPanel(r).series() {
		if !math.IsNaN(s.Values[66]) {
			t.Errorf("%s sees %g contacts", s.ID, s.Values[66])
		}
	}
}

func TestANodeSeesWhatIsExpectedOfItsHiddenParts(t *testing.T) {
	t.Parallel()
	r := tenWeeks(t, wrapcast.Calendar{})
	ordinary := newPanel(r)
	const at = 66 // a Friday of the last week
	r.Judged = masksOn(r.History, []wrapcast.CodeID{"billing"}, monday+at)
	for _, l := range r.History.Leaves {
		if l.Leaf.Code == "billing" {
			l.Handled[at] *= 10
		}
	}
	p := newPanel(r)
	// Billing's Fridays are alike within 4 contacts: what is seen instead is near what was there before the burst.
	for i, q := range p.queues {
		if got, want := q.Handled[at], ordinary.queues[i].Handled[at]; math.Abs(got-want) > 4 {
			t.Errorf("queue %s sees %g contacts, %g were ordinary", q.Key, got, want)
		}
	}
	if got, want := p.total[at], ordinary.total[at]; math.Abs(got-want) > 8 {
		t.Errorf("the total sees %g contacts, %g were ordinary", got, want)
	}
	wantFigures(t, "another day", []float64{p.total[at-1]}, ordinary.total[at-1])
}

func TestWhatARuleHidesInACodeStaysInAQueueThatItHardlyMoves(t *testing.T) {
	t.Parallel()
	const at = 66
	for _, c := range []struct {
		rule   string
		more   float64
		stays  bool
		reason string
	}{
		{"iqr", 6, true, "six contacts more of some 80 are ordinary"},
		{"iqr", 400, false, "four hundred are not"},
		{"hand", 6, false, "a person knows better"},
	} {
		r := tenWeeks(t, wrapcast.Calendar{})
		for _, l := range r.History.Leaves { // days differ by up to 7 from week to week
			for i := range l.Handled {
				l.Handled[i] += float64(i * 5 % 8)
			}
		}
		r.History.Leaves[0].Handled[at] += c.more
		r.Judged.Codes[0].Masks = []wrapcast.Mask{{Day: monday + at, Rule: c.rule}}
		p := newPanel(r)
		came := r.History.Leaves[0].Handled[at] + r.History.Leaves[2].Handled[at]
		if got := p.queues[0].Handled[at]; (got == came) != c.stays || got != math.Trunc(got) {
			t.Errorf("%s hides a code, the queue sees %g of %g contacts: %s", c.rule, got, came, c.reason)
		}
		if !math.IsNaN(p.codes[0].Handled[at]) {
			t.Error("the code sees its masked day")
		}
	}
}

func TestWhatIsExpectedOfAHiddenDay(t *testing.T) {
	t.Parallel()
	values := constant(nan, 70)
	e := &expectation{history: historyOf(leafOf("a", "x", 1, values...)), effects: &calendar.Effects{}}
	if got := e.expected(values, 30); got != 0 {
		t.Errorf("%g where nothing is seen", got)
	}
	values[31], values[40] = 4, 8
	if got := e.expected(values, 30); got != 6 {
		t.Errorf("%g where no such weekday is seen, want the mean of 4 and 8", got)
	}
	for week, v := range []float64{100, 80, 60, 40, 20, nan, 12, 24} {
		values[7*week+2] = v
	}
	// The 38th day: 20, 40, 60 and 80 lie 1 to 4 weeks before it, 100 is one too many; 12 and 24 lie 1 and 2 after it.
	want := (20 + 40.0/2 + 60.0/3 + 80.0/4 + 12 + 24.0/2) / (1 + 1.0/2 + 1.0/3 + 1.0/4 + 1 + 1.0/2)
	if got := e.expected(values, 37); !closeTo(got, want) {
		t.Errorf("%g, want %g", got, want)
	}
}

func TestTheMixKnowsNothingOfHiddenDays(t *testing.T) {
	t.Parallel()
	h := historyOf(leafOf("a", "billing", 1, constant(80, 56)...), leafOf("a", "refund", 1, constant(20, 56)...))
	h.Leaves[0].Handled[50] = 5000
	mixed := func(codes ...wrapcast.CodeID) *History {
		seen, hidden := h.hide(masksOn(h, codes, monday+50))
		return newExpectation(seen, hidden, &calendar.Effects{}).streams()
	}
	if got := mixed("billing").Leaves; got[0].Handled[50] != 80 || got[1].Handled[50] != 20 {
		t.Errorf("%g and %g contacts where one of two codes is hidden", got[0].Handled[50], got[1].Handled[50])
	}
	if got := mixed("billing", "refund").Leaves; !math.IsNaN(got[0].Handled[50]) || !math.IsNaN(got[1].Handled[50]) {
		t.Errorf("%g and %g contacts where both are hidden", got[0].Handled[50], got[1].Handled[50])
	}
	if got := mixed().Leaves; got[0].Handled[50] != 5000 {
		t.Errorf("%g contacts where none is hidden", got[0].Handled[50])
	}
}
