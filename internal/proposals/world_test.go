package proposals_test

import (
	"bytes"
	"fmt"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/export"
	"github.com/wrapcast/wrapcast/internal/proposals"
	"github.com/wrapcast/wrapcast/internal/reports"
	"github.com/wrapcast/wrapcast/internal/steps"
	"github.com/wrapcast/wrapcast/internal/store"
)

const (
	org     wrapcast.OrganisationID = "org"
	tuesday                         = wrapcast.Date(20781) // 2026-11-24, on which the history was read
)

// world is an organisation with two codes in two queues, a forecast of 14 days from the day before the present on, and
// a queue that is closed on Sundays.
type world struct {
	*testing.T
	forecaster *steps.WrapUpForecaster
	now        time.Time
	ids        int
}

func newWorld(t *testing.T) *world {
	t.Helper()
	s, err := store.Open(t.Context(), store.Options{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	w := &world{T: t, now: time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)}
	w.forecaster = &steps.WrapUpForecaster{Store: s, Clock: wrapcast.Clock{Now: func() time.Time { return w.now }},
		NewID: func() string { w.ids++; return fmt.Sprintf("id%04d", w.ids) }}
	w.must(s.Update(t.Context(), func(tx *store.Tx) error {
		if err := tx.Directory().Save(wrapcast.Directory{Organisation: wrapcast.Organisation{ID: org, Name: "Harbour"},
			Queues: []wrapcast.Queue{{ID: "q1", Name: "Front"}, {ID: "q2", Name: "Back"}},
			Codes:  []wrapcast.Code{{ID: "a", Name: "Billing"}, {ID: "b", Name: "Refund"}}}); err != nil {
			return err
		}
		if err := tx.Runs().Create(wrapcast.Run{ID: "r1", Organisation: org, State: wrapcast.RunRunning, StartedAt: w.now, Spec: []byte("{}")}); err != nil {
			return err
		}
		from := w.now.Truncate(24*time.Hour).AddDate(0, 0, -3)
		_, err := tx.History().Replace(org, time.UTC, wrapcast.Extract{From: from, To: from.AddDate(0, 0, 3), ReadAt: w.now})
		if err != nil {
			return err
		}
		return tx.Forecasts().Add(w.forecast("f1", 0))
	}))
	_, err = w.forecaster.Decisions().SetCalendar(t.Context(), org, wrapcast.Calendar{Hours: []wrapcast.OpeningHours{
		{Queues: []wrapcast.QueueID{"q2"}, Open: []wrapcast.OpenHours{{Days: "mon-sat", Begins: 8 * 60, Ends: 18 * 60}}}}}, "ann", "hours")
	w.must(err)
	return w
}

func (w *world) must(err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
}

// forecast has code a in both queues, with 20.03 and 10.04 contacts a day, and b in the second alone, with 5.26; raised by so
// many a leaf.
func (w *world) forecast(id wrapcast.ForecastID, raised float64) wrapcast.Forecast {
	const days = 14
	daily := func(mean float64) wrapcast.DailyForecast {
		d := wrapcast.DailyForecast{Bands: []wrapcast.Band{{Level: 0.8}}}
		for range days {
			d.Mean, d.Median, d.HandleSeconds = append(d.Mean, mean), append(d.Median, mean), append(d.HandleSeconds, 300)
			d.Bands[0].Lower, d.Bands[0].Upper = append(d.Bands[0].Lower, mean/2), append(d.Bands[0].Upper, 2*mean)
		}
		return d
	}
	leaf := func(q wrapcast.QueueID, c wrapcast.CodeID, mean float64) wrapcast.LeafForecast {
		return wrapcast.LeafForecast{Leaf: wrapcast.Leaf{Queue: q, Code: c, Media: wrapcast.Voice}, Mean: daily(mean).Mean,
			HandleSeconds: daily(mean).HandleSeconds}
	}
	a1, a2, b2 := 20.03+raised, 10.04+raised, 5.26+raised
	return wrapcast.Forecast{Schema: wrapcast.ForecastSchema, ID: id, Run: "r1", Organisation: org, MadeAt: w.now,
		CountingRule: wrapcast.CountingRule, TimeZone: "UTC", From: tuesday - 1, Days: days,
		Codes: []wrapcast.CodeForecast{{Code: wrapcast.Code{ID: "a", Name: "Billing"}, DailyForecast: daily(a1 + a2)},
			{Code: wrapcast.Code{ID: "b", Name: "Refund"}, DailyForecast: daily(b2)}},
		Queues: []wrapcast.QueueForecast{{Queue: wrapcast.Queue{ID: "q1", Name: "Front"}, DailyForecast: daily(a1)},
			{Queue: wrapcast.Queue{ID: "q2", Name: "Back"}, DailyForecast: daily(a2 + b2)}},
		Total: daily(a1 + a2 + b2), Leaves: []wrapcast.LeafForecast{leaf("q1", "a", a1), leaf("q2", "a", a2), leaf("q2", "b", b2)},
		Accuracy: wrapcast.Accuracy{Level: 0.8, WAPE: wrapcast.NotMeasured()}}
}

// later is an hour on: what is made then is younger.
func (w *world) later() { w.now = w.now.Add(time.Hour) }

func (w *world) view() *steps.View {
	w.Helper()
	v, err := w.forecaster.View(w.Context(), org, steps.Spec{BusinessUnits: wrapcast.ChooseUnits(wrapcast.NoUnit), TimeZone: "UTC"})
	w.must(err)
	return v
}

func (w *world) latest() wrapcast.Forecast {
	w.Helper()
	f, err := w.forecaster.LatestForecast(w.Context(), org, "")
	w.must(err)
	return f
}

// exported is the latest forecast as it is exported: with the overrides in use.
func (w *world) exported() reports.Exported {
	w.Helper()
	f := w.latest()
	w.must(w.forecaster.Store.View(w.Context(), func(tx *store.Tx) error {
		all, err := steps.OverridesSince(tx, org, f.From)
		f = steps.WithOverrides(f, all, w.now)
		return err
	}))
	editing, err := reports.EditingOf(w.Context(), w.view(), f, w.now)
	w.must(err)
	e, err := reports.ExportForecast(w.view().Directory, f, 0.8, editing)
	w.must(err)
	return e
}

// workbook is the exported workbook with some cells changed, by what is typed into them: "Codes!F8".
func (w *world) workbook() *excelize.File {
	w.Helper()
	var b bytes.Buffer
	w.must(export.WriteXLSX(&b, w.exported().Sheets))
	f, err := excelize.OpenReader(&b)
	w.must(err)
	w.Cleanup(func() { _ = f.Close() })
	return f
}

func (w *world) bytes(f *excelize.File) []byte {
	w.Helper()
	var b bytes.Buffer
	w.must(f.Write(&b))
	return b.Bytes()
}

func (w *world) propose(r proposals.Request) proposals.OverrideProposal {
	w.Helper()
	r.Name, r.Author = "forecast.xlsx", "ann"
	p, err := proposals.Propose(w.Context(), w.view(), r)
	w.must(err)
	return p
}

func (w *world) accept(r proposals.Request, expected string) (proposals.OverrideProposal, error) {
	w.Helper()
	r.Name, r.Author = "forecast.xlsx", "ann"
	return proposals.Accept(w.Context(), w.view(), w.forecaster.Decisions(), r, expected)
}

// set types into a cell of a sheet.
func (w *world) set(f *excelize.File, sheet, cell string, value any) {
	w.Helper()
	w.must(f.SetCellValue(sheet, cell, value))
}

func addForecast(f wrapcast.Forecast) func(*store.Tx) error {
	return func(tx *store.Tx) error { return tx.Forecasts().Add(f) }
}
