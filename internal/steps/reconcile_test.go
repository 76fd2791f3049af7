package steps_test

import (
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/reports"
	"github.com/wrapcast/wrapcast/internal/sim"
)

// everyReason is an organisation with contacts for every reason there is, over a year and both clock changes.
func everyReason(o *sim.Options) {
	o.Queues, o.Codes, o.History, o.HiddenCodes, o.Volume, o.Disturbances = 4, 12, 400, 2, 2, sim.FullDisturbances()
}

func (w *world) reconcile(t *testing.T, o reports.ReconcileOptions) wrapcast.Reconciliation {
	t.Helper()
	r, err := reports.Reconcile(t.Context(), w.view(t), o)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestEveryContactIsAccountedForOnEveryDay(t *testing.T) {
	t.Parallel()
	w := newWorld(t, everyReason)
	first := w.sim.Start()
	w.spec.HistoryFrom, w.spec.DryRun = &first, true
	w.mustRun(t)
	for name, r := range map[string]wrapcast.Reconciliation{"stored": w.reconcile(t, reports.ReconcileOptions{}), "platform": w.reconcile(t, reports.ReconcileOptions{Ask: w.WrapUpForecaster})} {
		if r.Source != name || r.Unexplained != 0 || r.Platform == 0 {
			t.Errorf("%s: %d of %d contacts are unexplained", r.Source, r.Unexplained, r.Platform)
		}
		clocks := 0
		for _, d := range r.Days {
			sum := d.Codes
			for _, n := range d.Reasons {
				sum += n
			}
			if sum != d.Platform || d.Unexplained != 0 {
				t.Errorf("%s: %s has %d contacts, %d with reasons", name, d.Day, d.Platform, sum)
			}
			if d.QuarterHours != 96 {
				clocks++
			}
		}
		if len(r.Days) < 399 || clocks < 2 {
			t.Errorf("%s: %d days, %d with a clock change", name, len(r.Days), clocks)
		}
	}
}

func TestTheReasonsAreThoseOfWhatReallyHappened(t *testing.T) {
	t.Parallel()
	w := newWorld(t, everyReason)
	first := w.sim.Start()
	w.spec.HistoryFrom, w.spec.DryRun = &first, true
	w.mustRun(t)
	r := w.reconcile(t, reports.ReconcileOptions{})
	zone, err := time.LoadLocation(r.TimeZone)
	if err != nil {
		t.Fatal(err)
	}
	truth := w.sim.GroundTruthBetween(r.From.Midnight(zone), (r.To + 1).Midnight(zone))
	if r.Platform != truth.Contacts {
		t.Errorf("%d contacts, %d were handled", r.Platform, truth.Contacts)
	}
	why := truth.Reasons
	for reason, want := range map[wrapcast.Reason]int{
		wrapcast.ReasonNoCode: truth.WithoutCode, wrapcast.ReasonTimedOut: why.TimedOut, wrapcast.ReasonSystem: why.System - why.TimedOut,
		wrapcast.ReasonDeleted: why.Deleted, wrapcast.ReasonNotVisible: why.Hidden, wrapcast.ReasonLate: 0,
	} {
		if got := r.Reasons[reason]; got != want {
			t.Errorf("%s: %d contacts, really %d", reason, got, want)
		}
		if want == 0 && reason != wrapcast.ReasonLate {
			t.Errorf("the organisation has no contact for %s", reason)
		}
	}
	if r.Transferred < why.Transferred || why.Transferred == 0 || float64(r.Transferred) > 1.2*float64(why.Transferred) {
		t.Errorf("%d contacts handed on, %d were handled again", r.Transferred, why.Transferred)
	}
}

func TestCodesThatCameAfterTheReadingArrivedLate(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	first := w.sim.Start()
	w.spec.HistoryFrom, w.spec.DryRun = &first, true
	var hide codeHider
	w.meddleWith(hide.meddle)
	w.mustRun(t)
	before := w.reconcile(t, reports.ReconcileOptions{})
	w.meddleWith(func(_ *http.Request, send func() (*http.Response, error)) (*http.Response, error) { return send() })
	after := w.reconcile(t, reports.ReconcileOptions{Ask: w.WrapUpForecaster})
	if hide.hidden == 0 || before.Unexplained != 0 || after.Unexplained != 0 {
		t.Fatalf("%d codes were hidden; %d and %d contacts are unexplained", hide.hidden, before.Unexplained, after.Unexplained)
	}
	late, deleted := after.Reasons[wrapcast.ReasonLate], after.Reasons[wrapcast.ReasonDeleted]-before.Reasons[wrapcast.ReasonDeleted]
	if late == 0 || late+deleted != before.Reasons[wrapcast.ReasonNoCode]-after.Reasons[wrapcast.ReasonNoCode] {
		t.Errorf("%d arrived late, without a code were %d before and are %d now", late, before.Reasons[wrapcast.ReasonNoCode], after.Reasons[wrapcast.ReasonNoCode])
	}
	if !slices.ContainsFunc(after.Findings, func(f wrapcast.Finding) bool {
		return f.Code == string(wrapcast.ReasonLate) && f.Advice == "run wrapcast extract"
	}) {
		t.Errorf("nobody is told: %+v", after.Findings)
	}
}

func TestAnAccountStandsBesideWhatWasForecast(t *testing.T) {
	t.Parallel()
	past := &pastClock{clock: clock(), back: 30 * 24 * time.Hour}
	w := newWorld(t, func(o *sim.Options) { o.Clock = past.wrapcast() })
	w.Clock = past.wrapcast()
	w.spec.DryRun = true
	made := w.mustRun(t).Forecast
	past.move(9 * 24 * time.Hour)
	if _, err := w.Extract(t.Context(), w.spec); err != nil {
		t.Fatal(err)
	}
	r := w.reconcile(t, reports.ReconcileOptions{})
	known := 0
	for _, d := range r.Days {
		i := int(d.Day - made.From)
		if d.Forecast.Known() != (i >= 1) {
			t.Errorf("%s: forecast %v, the first was made for %s", d.Day, d.Forecast, made.From)
		}
		if i >= 1 {
			known++
			if float64(d.Forecast) != made.Total.Mean[i] {
				t.Errorf("%s: %v beside %v", d.Day, d.Forecast, made.Total.Mean[i])
			}
		}
	}
	if known != 8 {
		t.Errorf("%d days stand beside a forecast", known)
	}
}
