package store_test

import (
	"errors"
	"fmt"
	"math"
	"reflect"
	"sync"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/audit"
	"github.com/wrapcast/wrapcast/internal/store"
	"pgregory.net/rapid"
)

func anyEntry(org wrapcast.OrganisationID) *rapid.Generator[wrapcast.AuditEntry] {
	text := rapid.OneOf(rapid.String(), rapid.Map(rapid.SliceOf(rapid.Byte()), func(b []byte) string { return string(b) }))
	measure := rapid.Map(rapid.OneOf(rapid.Float64(), rapid.Just(math.NaN())), func(f float64) wrapcast.Measure { return wrapcast.Measure(f) })
	return rapid.Custom(func(t *rapid.T) wrapcast.AuditEntry {
		e := wrapcast.AuditEntry{Organisation: org, Run: wrapcast.RunID(text.Draw(t, "run")), At: time.Unix(0, rapid.Int64().Draw(t, "at")),
			Actor: text.Draw(t, "actor"), Action: "extract", Status: "ok", StatusCode: rapid.IntRange(0, 599).Draw(t, "code"),
			LatencyMs: rapid.Int64().Draw(t, "latency"), Objects: rapid.MapOfN(text, text, 0, 3).Draw(t, "objects"), Detail: text.Draw(t, "detail")}
		if rapid.Bool().Draw(t, "measured") {
			e.Accuracy = &wrapcast.Accuracy{WAPE: measure.Draw(t, "wape"), MASE: measure.Draw(t, "mase"), Level: rapid.Float64().Draw(t, "level")}
		}
		return e
	})
}

func testAuditChain(b bundle) {
	rapid.Check(b.T, func(t *rapid.T) {
		b := b.in(t)
		var sealed []wrapcast.AuditEntry
		for _, e := range rapid.SliceOfN(anyEntry(b.org), 1, 5).Draw(t, "entries") {
			b.update(func(tx *store.Tx) error {
				s, err := tx.Audit().Append(e)
				sealed = append(sealed, s)
				return err
			})
		}
		b.view(func(tx *store.Tx) error {
			end, err := audit.Verify(tx.Audit().Entries(b.org, 1, 0))
			if end.Seq != int64(len(sealed)) {
				t.Fatalf("the chain ends at %d", end.Seq)
			}
			return err
		})
		wantSame(t, "entries", sealed, read(b, func(tx *store.Tx) ([]wrapcast.AuditEntry, error) { return gather(tx.Audit().Entries(b.org, 1, 0)) }))
		wantSame(b.t, "entries of the run", sealed[0], read(b, func(tx *store.Tx) ([]wrapcast.AuditEntry, error) { return tx.Audit().OfRun(b.org, sealed[0].Run) })[0])
		wantSame(b.t, "first entry", sealed[:1], read(b, func(tx *store.Tx) ([]wrapcast.AuditEntry, error) { return gather(tx.Audit().Entries(b.org, 1, 1)) }))
	})
}

func testAuditConcurrency(b bundle) {
	var wait sync.WaitGroup
	for w := range 4 {
		wait.Go(func() {
			for i := range 300 { // together more than a page
				b.update(func(tx *store.Tx) error {
					_, err := tx.Audit().Append(wrapcast.AuditEntry{Organisation: b.org, Actor: fmt.Sprint(w), LatencyMs: int64(i)})
					return err
				})
			}
		})
	}
	wait.Wait()
	b.view(func(tx *store.Tx) error {
		end, err := audit.Verify(tx.Audit().Entries(b.org, 1, 0))
		if end.Seq != 1200 {
			b.t.Errorf("the chain ends at %d", end.Seq)
		}
		return err
	})
	if some := read(b, func(tx *store.Tx) ([]wrapcast.AuditEntry, error) { return gather(tx.Audit().Entries(b.org, 990, 1010)) }); len(some) != 21 || some[20].Seq != 1010 {
		b.t.Errorf("entries 990 to 1010 are %d", len(some))
	}
}

func testAuditIsAtomic(b bundle) {
	fault := errors.New("the forecast cannot be stored")
	err := b.Update(b.t.Context(), func(tx *store.Tx) error {
		if _, err := tx.Audit().Append(wrapcast.AuditEntry{Organisation: b.org}); err != nil {
			return err
		}
		return fault
	})
	if !errors.Is(err, fault) {
		b.t.Fatal(err)
	}
	b.update(func(tx *store.Tx) error {
		e, err := tx.Audit().Append(wrapcast.AuditEntry{Organisation: b.org})
		if e.Seq != 1 {
			b.t.Errorf("the first entry is number %d", e.Seq)
		}
		return err
	})
}

// testRetention: three runs are old; one is in doubt, one is the latest.
func testRetention(b bundle) {
	for i, state := range []wrapcast.SubmissionState{wrapcast.SubmissionCompleted, wrapcast.SubmissionUnknown, wrapcast.SubmissionFailed,
		wrapcast.SubmissionCompleted} {
		run := wrapcast.RunID(fmt.Sprintf("r%d", i))
		f, p := forecast(b.org, wrapcast.ForecastID(fmt.Sprintf("f%d", i))), plan(b.org, wrapcast.PlanID(fmt.Sprintf("p%d", i)))
		f.Run, p.Run, p.Forecast = run, run, f.ID
		sub := submission(b.org, wrapcast.SubmissionID(fmt.Sprintf("s%d", i)), p.ID)
		sub.Run, sub.State = run, state
		b.update(func(tx *store.Tx) error {
			return errors.Join(tx.Forecasts().Add(f), tx.Forecasts().AddInput(b.org, wrapcast.ForecastInput{Forecast: f.ID}),
				tx.Plans().Add(p), tx.Submissions().Save(sub, ""))
		})
	}
	before := read(b, func(tx *store.Tx) (store.Aged, error) { return tx.Retention().OldForecasts(b.org, 20_001) })
	aged := read(b, func(tx *store.Tx) (store.Aged, error) { return tx.Retention().OldForecasts(b.org, 20_002) })
	if len(before.Runs) != 0 || !reflect.DeepEqual(aged.Runs, []wrapcast.RunID{"r0", "r2"}) || len(aged.Kept) != 2 {
		b.t.Fatalf("%v, then %v, and %v stay", before.Runs, aged.Runs, aged.Kept)
	}
	things := read(b, func(tx *store.Tx) ([]audit.Subject, error) { return tx.Retention().ForecastsOf(b.org, "r0") })
	wantSame(b.t, "what a run has of forecasts", []audit.Subject{{Kind: "submission", ID: "s0"}, {Kind: "plan", ID: "p0"},
		{Kind: "input", ID: "f0"}, {Kind: "forecast", ID: "f0"}}, things)
	b.update(func(tx *store.Tx) error {
		return tx.Retention().Delete(wrapcast.AuditEntry{Organisation: b.org, At: noon, Actor: "test"}, things)
	})
	for _, s := range things {
		if seq := read(b, func(tx *store.Tx) (int64, error) { return tx.Retention().DeletedIn(b.org, s) }); seq != 1 {
			b.t.Errorf("%s was deleted in entry %d", s, seq)
		}
		b.view(func(tx *store.Tx) error {
			if _, found, err := tx.Audit().Thing(b.org, s); found || err != nil {
				b.t.Errorf("%s is there: %v", s, err)
			}
			return nil
		})
	}
	entries := read(b, func(tx *store.Tx) ([]wrapcast.AuditEntry, error) {
		all, _, err := tx.Audit().Before(b.org, store.AuditQuery{Action: audit.ActionDeleted, Limit: 9})
		return all, err
	})
	if len(entries) != 1 || len(entries[0].Digests) != 4 || entries[0].Objects["plan_2"] != "p0" || entries[0].Digests["plan_2"] == "" {
		b.t.Errorf("the entries %+v", entries)
	}
}

// testRetentionOfHistory deletes days in a zone whose days are not those of UTC.
func testRetentionOfHistory(b bundle) {
	zone := location(b.t, "America/New_York")
	midnight := noon.Truncate(24 * time.Hour)
	for day := range 5 {
		b.replace(zone, dense(midnight.AddDate(0, 0, day), 1+day))
	}
	first := wrapcast.DateOf(midnight)
	days := read(b, func(tx *store.Tx) ([]wrapcast.Date, error) { return tx.Retention().OldDays(b.org, first+2) })
	wantSame(b.t, "old days", []wrapcast.Date{first, first + 1}, days)
	b.update(func(tx *store.Tx) error {
		return tx.Retention().DeleteHistory(wrapcast.AuditEntry{Organisation: b.org, At: noon, Actor: "test"}, first, first+1)
	})
	wantSame(b.t, "first that is read", midnight.AddDate(0, 0, 2), read(b, func(tx *store.Tx) ([]wrapcast.Interval, error) {
		return tx.Readings().Coverage(b.org, time.Time{})
	})[0].From.UTC())
	b.view(func(tx *store.Tx) error { // reading compares rows with the sums kept beside them
		sum := 0
		for o, err := range tx.History().Observations(b.org, midnight.AddDate(0, 0, -3), midnight.AddDate(0, 0, 9)) {
			if err != nil {
				return err
			}
			sum += o.Handled
		}
		for d, err := range tx.History().LocalDays(b.org, zone, first-3, first+9) {
			if err != nil {
				return err
			}
			sum -= d.Handled
		}
		if sum != 0 {
			b.t.Errorf("quarter-hours and local days are %d contacts apart", sum)
		}
		return nil
	})
	if left := read(b, func(tx *store.Tx) ([]wrapcast.Date, error) { return tx.Retention().OldDays(b.org, first+9) }); len(left) != 3 {
		b.t.Errorf("%v are left", left)
	}
}
