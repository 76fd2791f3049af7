package steps_test

import (
	"database/sql"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/ids"
	"github.com/wrapcast/wrapcast/internal/service"
	"github.com/wrapcast/wrapcast/internal/steps"
	"github.com/wrapcast/wrapcast/internal/store"
)

// TestAClockThatWasSetBackStopsNothing ages a directory as a clock leaves it that was ahead: a run then reads what it
// needs again and ends as any other, and a schedule that was put off by years is due when it should be.
func TestAClockThatWasSetBackStopsNothing(t *testing.T) {
	t.Parallel()
	inADirectory(t)
	w := newWorld(t)
	before := w.mustRun(t).Extract
	org, ahead := w.organisation(), 400*24*time.Hour
	wrong := wrapcast.Extract{From: before.To.Add(-24 * time.Hour), To: before.To.Add(ahead), ReadAt: clock().Now().Add(ahead)}
	if err := w.Store.Update(t.Context(), func(tx *store.Tx) error {
		_, _, err := tx.History().ReplaceByDay(org, w.view(t).Zone, wrong) // a day seems read, and is empty
		return err
	}); err != nil {
		t.Fatal(err)
	}
	w.sql(t, "UPDATE api_budget SET next_us = next_us + ?, at_us = at_us + ?", time.Hour.Microseconds(), time.Hour.Microseconds())
	w.sql(t, "INSERT INTO lease (organisation_id, holder, until_at) VALUES (?, 'elsewhere/1/x', ?)", org,
		clock().Now().Add(-time.Second).UnixMilli())
	grow := &ids.Growing{Now: func() time.Time { return time.Now().Add(-time.Hour) }}
	grow.Bind(func() string { last, _ := w.Store.LastID(t.Context()); return last })
	w.NewID = grow.New
	began := time.Now()
	out := w.mustRun(t)
	w.wantLatest(t, out)
	if took := time.Since(began); took > 30*time.Second {
		t.Errorf("the run took %v", took)
	}
	if out.Extract.Contacts < before.Contacts {
		t.Errorf("%d contacts of %d: not all was read again of what a clock ahead had noted as read", out.Extract.Contacts,
			before.Contacts)
	}
	if n := w.count(t, "SELECT COUNT(*) FROM coverage WHERE read_at > ?", clock().Now().Add(time.Hour).UnixMilli()); n != 0 {
		t.Errorf("%d readings lie in the future", n)
	}

	late := wrapcast.Schedule{ID: "nightly", Organisation: org, Source: wrapcast.ScheduleStored, Cron: "0 2 * * *",
		Request: []byte("{}"), Enabled: true, NextAt: clock().Now().Add(ahead), UpdatedAt: clock().Now(),
		LastAt: clock().Now().Add(ahead - 24*time.Hour)}
	if err := w.Store.Update(t.Context(), func(tx *store.Tx) error { return tx.Schedules().Save(late) }); err != nil {
		t.Fatal(err)
	}
	w.sql(t, "INSERT INTO lease (organisation_id, holder, until_at) VALUES (?, 'elsewhere/1/x', ?)", org,
		clock().Now().Add(ahead).UnixMilli())
	served(t, w, func(c *service.Config) { c.TickEvery = 50 * time.Millisecond })
	await(t, "the schedule to be due within a day", func() bool {
		due := w.count(t, "SELECT next_at FROM schedule WHERE schedule_id = 'nightly'")
		return due < clock().Now().Add(25*time.Hour).UnixMilli()
	})
	await(t, "the lease to end as any other", func() bool {
		return w.count(t, "SELECT until_at FROM lease") < clock().Now().Add(time.Minute).UnixMilli()
	})
}

// wantLatest: the latest run, forecast and plans are those of a run, whatever the clock said that their ids are made by.
func (w *world) wantLatest(t *testing.T, of steps.Outcome) {
	t.Helper()
	err := w.Store.View(t.Context(), func(tx *store.Tx) error {
		runs, err := tx.Runs().Latest(of.Run.Organisation, 2)
		if err != nil || len(runs) < 2 || runs[0].ID != of.Run.ID {
			t.Errorf("the latest run is %v, not %s", runs, of.Run.ID)
		}
		forecast, err := tx.Forecasts().LatestID(of.Run.Organisation, of.Forecast.BusinessUnit)
		if err != nil || forecast != of.Forecast.ID {
			t.Errorf("the latest forecast is %s, not %s, %v", forecast, of.Forecast.ID, err)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
	if n := w.count(t, "SELECT COUNT(*) FROM plan WHERE plan_id > ?", of.Plans[0].ID); n >= int64(len(of.Plans)) {
		t.Errorf("%d plans come after the first of the latest run", n)
	}
}

// TestMessagesToAReceiverThatHangsDoNotHoldARun lets a run find a full outbox.
func TestMessagesToAReceiverThatHangsDoNotHoldARun(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	over := make(chan struct{})
	hang := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-over }))
	t.Cleanup(hang.Close)
	t.Cleanup(func() { close(over) })
	w.spec.Webhook, w.spec.NotifyFor = hang.URL, 2*time.Second
	before := clock().Now().Add(-time.Hour)
	for i := range 20 {
		old := wrapcast.Delivery{ID: wrapcast.DeliveryID(fmt.Sprintf("old-%02d", i)), Organisation: w.organisation(), URL: hang.URL,
			Body: []byte("{}"), State: wrapcast.DeliveryPending, NextAt: before, CreatedAt: before}
		if err := w.Store.Update(t.Context(), func(tx *store.Tx) error { return tx.Deliveries().Add(old) }); err != nil {
			t.Fatal(err)
		}
	}
	out, err := w.Run(t.Context(), w.spec)
	if wrapcast.KindOf(err) != wrapcast.Partial {
		t.Fatalf("the run ends with %v", err)
	}
	for _, s := range out.Run.Steps {
		if s.Name == wrapcast.StepNotify && s.LatencyMs > 5_000 {
			t.Errorf("its messages took %d ms", s.LatencyMs)
		}
	}
	tried := w.count(t, "SELECT COUNT(*) FROM delivery WHERE attempts = 1 AND state = 'pending'")
	waiting := w.count(t, "SELECT COUNT(*) FROM delivery WHERE attempts = 0 AND state = 'pending'")
	if tried < 1 || tried > 8 || tried+waiting != 21 {
		t.Errorf("%d messages were tried, %d wait", tried, waiting)
	}
	if said := w.count(t, "SELECT COUNT(*) FROM audit_entry WHERE action = 'notify' AND detail LIKE '%wait in the outbox%'"); said != 1 {
		t.Error("nobody says what waits")
	}
	if !strings.Contains(err.Error(), "did not answer within 2s") {
		t.Errorf("the error is %v", err)
	}
}

// sql runs a statement on the world's database, as somebody with an editor would.
func (w *world) sql(t *testing.T, statement string, values ...any) {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+w.Store.Path()+"?_pragma=busy_timeout(10000)")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.ExecContext(t.Context(), statement, values...); err != nil {
		t.Fatal(err)
	}
}

// count reads the one number of a query on the world's database.
func (w *world) count(t *testing.T, query string, values ...any) (n int64) {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+w.Store.Path()+"?_pragma=busy_timeout(10000)")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if err := db.QueryRowContext(t.Context(), query, values...).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}
