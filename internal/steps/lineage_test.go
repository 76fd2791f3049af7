package steps_test

import (
	"encoding/json"
	"math"
	"slices"
	"testing"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/sim"
	"github.com/wrapcast/wrapcast/internal/steps"
	"github.com/wrapcast/wrapcast/internal/store"
	"github.com/wrapcast/wrapcast/internal/validate"
)

// A change that was suggested and accepted gives the code after it one history, and the forecast follows; withdrawn,
// every bit is as it was before.
func TestHistoryAndForecastFollowAChangeOfCodesBothWays(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(o *sim.Options) {
		o.Kinds, o.Codes, o.History, o.Volume = []sim.Kind{sim.KindRecoded}, 24, 150, 4
	})
	w.spec.Algorithm = "weekdayAverage"
	if _, err := w.Extract(t.Context(), w.spec); err != nil {
		t.Fatal(err)
	}
	before, history, suggested := w.forecastNow(t)
	truth := w.sim.CodeChanges()[0]
	i := slices.IndexFunc(suggested, func(s wrapcast.LineageSuggestion) bool { return s.From[0] == truth.From[0] })
	if i < 0 || suggested[i].Kind != truth.Kind || suggested[i].To[0] != truth.To[0].Code || suggested[i].On < truth.On ||
		suggested[i].On > truth.On+2 {
		t.Fatalf("of %+v it is suggested: %+v", truth, suggested)
	}
	change := suggested[i].Change()
	change.Author, change.Reason = "ann", "suggested"
	kept, err := w.Decisions().AddLineage(t.Context(), w.org(), change)
	if err != nil {
		t.Fatal(err)
	}

	w.wantOverridesLeft(t, kept)
	masked := change.On - 5
	if _, err := w.Decisions().AddMask(t.Context(), w.org(), wrapcast.MaskEdit{Kind: wrapcast.MaskHide, Codes: change.From, From: masked,
		To: change.On + 5, Author: "ann", Reason: "an outage"}); err != nil {
		t.Fatal(err)
	}
	w.wantHidden(t, change.To[0].Code, masked, true)
	w.wantHidden(t, change.To[0].Code, change.On+1, false)
	w.withdrawMasks(t)
	after, inherited, left := w.forecastNow(t)
	from, to := change.From[0], change.To[0].Code
	for day, n := range inherited[to] {
		if want := zeroUnknown(history[from][day]) + zeroUnknown(history[to][day]); zeroUnknown(n) != want {
			t.Fatalf("on day %d the code after has %g contacts, the two had %g", day, n, want)
		}
	}
	if len(inherited[from]) != 0 || len(left) != len(suggested)-1 {
		t.Errorf("the code before keeps %d days; %d changes are suggested, %d before", len(inherited[from]), len(left), len(suggested))
	}
	if codeMean(after, from) != 0 || codeMean(after, to) == codeMean(before, to) {
		t.Errorf("forecast: %g contacts of the code before, %g of the one after, %g without its history",
			codeMean(after, from), codeMean(after, to), codeMean(before, to))
	}

	if err := steps.WithdrawDecision[wrapcast.LineageChange](t.Context(), w.Decisions(), w.org(), string(kept.ID), "ann"); err != nil {
		t.Fatal(err)
	}
	if again, _, _ := w.forecastNow(t); compact(t, again) != compact(t, before) {
		t.Error("withdrawn, the forecast is not what it was before")
	}
}

// A decision about days of a code holds for what another inherits of them, and for no day of its own; where several have
// a part in a day, one hidden part hides it, and no shown part shows it.
func TestMasksFollowAChangeOfCodes(t *testing.T) {
	t.Parallel()
	const day = wrapcast.Date(20_000)
	change := func(kind wrapcast.LineageKind, on wrapcast.Date, from []wrapcast.CodeID, to ...wrapcast.CodeID) wrapcast.LineageChange {
		c := wrapcast.LineageChange{Kind: kind, On: on, From: from}
		for _, code := range to {
			c.To = append(c.To, wrapcast.LineageShare{Code: code})
		}
		return c
	}
	codes := func(all ...wrapcast.CodeID) []wrapcast.CodeID { return all }
	rename := change(wrapcast.LineageRename, day, codes("old"), "new")
	merge := change(wrapcast.LineageMerge, day, codes("old", "other"), "new")
	for name, c := range map[string]struct {
		lineage []wrapcast.LineageChange
		kind    wrapcast.MaskKind
		of      wrapcast.CodeID
		on      wrapcast.Date
		want    bool
	}{
		"no change":                     {nil, wrapcast.MaskHide, "new", day - 1, false},
		"the code itself":               {nil, wrapcast.MaskHide, "old", day + 1, true},
		"renamed":                       {[]wrapcast.LineageChange{rename}, wrapcast.MaskHide, "new", day - 1, true},
		"renamed, shown":                {[]wrapcast.LineageChange{rename}, wrapcast.MaskShow, "new", day - 1, true},
		"renamed, from the day on":      {[]wrapcast.LineageChange{rename}, wrapcast.MaskHide, "new", day, false},
		"merged":                        {[]wrapcast.LineageChange{merge}, wrapcast.MaskHide, "new", day - 1, true},
		"merged, shown":                 {[]wrapcast.LineageChange{merge}, wrapcast.MaskShow, "new", day - 1, false},
		"split":                         {[]wrapcast.LineageChange{change(wrapcast.LineageSplit, day, codes("old"), "new", "newer")}, wrapcast.MaskHide, "newer", day - 1, true},
		"retired":                       {[]wrapcast.LineageChange{change(wrapcast.LineageRetire, day, codes("old"))}, wrapcast.MaskHide, "new", day - 1, false},
		"renamed twice":                 {[]wrapcast.LineageChange{change(wrapcast.LineageRename, day+2, codes("new"), "newest"), rename}, wrapcast.MaskHide, "newest", day - 1, true},
		"renamed twice, in between":     {[]wrapcast.LineageChange{change(wrapcast.LineageRename, day+2, codes("new"), "newest"), rename}, wrapcast.MaskHide, "newest", day, false},
		"renamed before it was the old": {[]wrapcast.LineageChange{change(wrapcast.LineageRename, day-5, codes("new"), "newest"), rename}, wrapcast.MaskHide, "newest", day - 1, false},
		"in a circle":                   {[]wrapcast.LineageChange{rename, change(wrapcast.LineageRename, day, codes("new"), "old")}, wrapcast.MaskHide, "new", day - 1, true},
	} {
		k := &steps.Assumptions{Lineage: c.lineage, Masks: []wrapcast.MaskEdit{{ID: "m", Kind: c.kind, Codes: codes("old"), From: day - 3, To: day + 3}}}
		if got := k.EditOf(c.of, c.on); (got == "m") != c.want {
			t.Errorf("%s: the mask is found: %v", name, !c.want)
		}
	}
}

// forecastNow is the forecast of four weeks, with the history of each code, and what looks like changes of codes.
func (w *world) forecastNow(t *testing.T) (
	wrapcast.Forecast, map[wrapcast.CodeID][]float64, []wrapcast.LineageSuggestion,
) {
	t.Helper()
	v := w.view(t)
	h, err := v.LoadHistory(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	f, err := v.Forecast(t.Context(), h, v.Judge(h), 28)
	if err != nil {
		t.Fatal(err)
	}
	codes := map[wrapcast.CodeID][]float64{}
	for _, c := range h.Codes() {
		codes[c.Key] = c.Handled
	}
	return f, codes, v.SuggestLineage(h)
}

// wantOverridesLeft: an override of the code before, with days after the change, is named; one of its days before, of
// another code or of all is not.
func (w *world) wantOverridesLeft(t *testing.T, c wrapcast.LineageChange) {
	t.Helper()
	today := wrapcast.DateOf(clock().Now())
	var want wrapcast.OverrideID
	for _, o := range []wrapcast.Override{{Codes: c.From, From: today + 5, To: today + 6}, {Codes: []wrapcast.CodeID{c.To[0].Code}, From: today + 5, To: today + 6},
		{From: today + 15, To: today + 16}, {Codes: c.From, From: c.On - 9, To: c.On - 8}} {
		o.Kind, o.Value, o.Author, o.Reason = wrapcast.OverridePercent, 5, "ann", "x"
		o.Keep(wrapcast.Decision{ID: newID(), Organisation: w.org(), MadeAt: clock().Now()})
		if err := w.Store.Update(t.Context(), func(tx *store.Tx) error { return store.DecisionsOf[wrapcast.Override](tx).Add(o) }); err != nil {
			t.Fatal(err)
		}
		if want == "" {
			want = o.ID
		}
	}
	left, err := w.Decisions().OverridesLeft(t.Context(), c)
	if err != nil || len(left) != 1 || left[0].ID != want {
		t.Errorf("left are %+v, %v", left, err)
	}
	w.sql(t, "DELETE FROM decision WHERE kind = 'override'")
}

// wantHidden looks whether a day of a code is hidden by hand. The world ends today, and on some days of the calendar chance
// hides one as an outlier, too.
func (w *world) wantHidden(t *testing.T, code wrapcast.CodeID, day wrapcast.Date, want bool) {
	t.Helper()
	v := w.view(t)
	h, err := v.LoadHistory(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	hidden := false
	for _, c := range v.Judge(h).Codes {
		hidden = hidden || c.Code == code && slices.ContainsFunc(c.Masks, func(m wrapcast.Mask) bool { return m.Day == day && m.Rule == validate.RuleHand })
	}
	if hidden != want {
		t.Errorf("%s of the code after is hidden: %v", day, hidden)
	}
}

func (w *world) withdrawMasks(t *testing.T) {
	t.Helper()
	all, err := steps.ListDecisions[wrapcast.MaskEdit](t.Context(), w.Decisions(), w.org())
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range all {
		if err := steps.WithdrawDecision[wrapcast.MaskEdit](t.Context(), w.Decisions(), w.org(), string(m.ID), "ann"); err != nil {
			t.Fatal(err)
		}
	}
}

func zeroUnknown(n float64) float64 {
	if math.IsNaN(n) {
		return 0
	}
	return n
}

func codeMean(f wrapcast.Forecast, code wrapcast.CodeID) (sum float64) {
	for _, c := range f.Codes {
		if c.Code.ID == code {
			for _, m := range c.Mean {
				sum += m
			}
		}
	}
	return sum
}

func compact(t *testing.T, v any) string {
	t.Helper()
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
