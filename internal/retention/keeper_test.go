package retention_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	_ "modernc.org/sqlite"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/audit"
	"github.com/wrapcast/wrapcast/internal/reports"
	"github.com/wrapcast/wrapcast/internal/retention"
	"github.com/wrapcast/wrapcast/internal/store"
)

const org wrapcast.OrganisationID = "org"

// began is when the installation of the tests was new.
var began = time.Date(2024, 3, 4, 2, 0, 0, 0, time.UTC)

var rules = retention.Rules{HistoryDays: retention.LeastHistoryDays(365), ForecastDays: retention.LeastForecastDays,
	RunDays: retention.LeastRunDays, MessageDays: retention.LeastMessageDays}

// inDoubt is the week whose submission nobody has settled.
const inDoubt = 5

// installation runs once a week, on a clock that is made up.
type installation struct {
	*store.Store
	t   *testing.T
	dir string
	now time.Time
}

// old is how many weeks old the installation is that tests begin with.
const old = 63

// oldOne is its data directory, made once.
var oldOne = sync.OnceValues(func() (files map[string][]byte, err error) {
	dir, err := os.MkdirTemp("", "wrapcast-retention-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	s, err := store.Open(context.Background(), store.Options{Dir: dir})
	if err != nil {
		return nil, err
	}
	i := &installation{Store: s}
	err = s.Update(context.Background(), func(tx *store.Tx) error {
		err := tx.Directory().Save(wrapcast.Directory{Organisation: wrapcast.Organisation{ID: org, Name: "Harbour"}})
		for week := 0; week <= old && err == nil; week++ {
			i.now = began.AddDate(0, 0, 7*week)
			err = i.oneRun(tx, week)
		}
		return err
	})
	if err = errors.Join(err, s.Close()); err != nil {
		return nil, err
	}
	files = map[string][]byte{}
	for _, name := range []string{"wrapcast.db", "audit.key"} {
		b, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			return nil, err
		}
		files[name] = b
	}
	return files, nil
})

func newInstallation(t *testing.T) *installation {
	t.Helper()
	files, err := oldOne()
	must(t, err)
	i := &installation{t: t, dir: t.TempDir(), now: began.AddDate(0, 0, 7*old)}
	for name, b := range files {
		must(t, os.WriteFile(filepath.Join(i.dir, name), b, 0o600))
	}
	i.open()
	return i
}

func (i *installation) open() {
	i.t.Helper()
	s, err := store.Open(i.t.Context(), store.Options{Dir: i.dir})
	must(i.t, err)
	i.Store = s
	i.t.Cleanup(func() { _ = s.Close() })
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func (i *installation) update(work func(*store.Tx) error) {
	i.t.Helper()
	must(i.t, i.Update(i.t.Context(), work))
}

func (i *installation) keeper() retention.Keeper {
	return retention.Keeper{Store: i.Store, Clock: wrapcast.Clock{Now: func() time.Time { return i.now }}, Rules: rules,
		Actor: "test"}
}

// weeks lets weeks go by from one on, each with a run that leaves everything behind; then is called after each.
func (i *installation) weeks(first, last int, then func()) {
	i.t.Helper()
	for week := first; week <= last; week++ {
		i.now = began.AddDate(0, 0, 7*week)
		i.update(func(tx *store.Tx) error { return i.oneRun(tx, week) })
		if then != nil {
			then()
		}
	}
}

// oneRun writes what a run leaves behind: a week of history, a forecast of two weeks, a plan, a message.
func (i *installation) oneRun(tx *store.Tx, week int) error {
	id := func(kind string) string { return fmt.Sprintf("%s%04d", kind, week) }
	run := wrapcast.Run{ID: wrapcast.RunID(id("r")), Organisation: org, State: wrapcast.RunRunning, Actor: "schedule",
		StartedAt: i.now, Spec: []byte(`{"actor":"schedule"}`)}
	today := wrapcast.DateOf(i.now)
	made := wrapcast.Forecast{Schema: wrapcast.ForecastSchema, ID: wrapcast.ForecastID(id("f")), Run: run.ID, Organisation: org,
		MadeAt: i.now, CountingRule: wrapcast.CountingRule, TimeZone: "Europe/Berlin", From: today, Days: 14}
	plan := wrapcast.Plan{Schema: wrapcast.PlanSchema, ID: wrapcast.PlanID(id("p")), Run: run.ID, Forecast: made.ID,
		Organisation: org, Target: wrapcast.REST, MadeAt: i.now}
	sent := wrapcast.Submission{ID: wrapcast.SubmissionID(id("s")), Plan: plan.ID, Run: run.ID, Organisation: org,
		Target: wrapcast.REST, State: wrapcast.SubmissionPlanned, CreatedAt: i.now, UpdatedAt: i.now}
	held := sent
	if held.State = wrapcast.SubmissionCompleted; week == inDoubt {
		held.State = wrapcast.SubmissionUnknown
	}
	message := wrapcast.Delivery{ID: wrapcast.DeliveryID(id("m")), Run: run.ID, Organisation: org, URL: "https://example.com",
		Body: []byte("{}"), State: wrapcast.DeliveryDelivered, Attempts: 1, CreatedAt: i.now}
	done := run
	done.State, done.FinishedAt = wrapcast.RunDone, i.now
	return inTurn(
		func() error { return tx.Runs().Create(run) },
		func() error { return i.readWeek(tx) },
		i.entry(tx, run, "extract", nil),
		func() error { return tx.Validations().Save(org, run.ID, "", wrapcast.ValidationReport{From: today}) },
		i.entry(tx, run, "validate", nil),
		func() error { return tx.Forecasts().Add(made) },
		func() error { return tx.Forecasts().AddInput(org, wrapcast.ForecastInput{Forecast: made.ID}) },
		i.entry(tx, run, "forecast", map[string]string{"forecast": string(made.ID)}),
		func() error { return tx.Plans().Add(plan) },
		func() error { return tx.Submissions().Save(sent, "") },
		i.entry(tx, run, "plan", map[string]string{"plan": string(plan.ID), "submission": string(sent.ID)}),
		func() error { return tx.Submissions().Save(held, wrapcast.SubmissionPlanned) },
		func() error { return tx.Deliveries().Add(message) },
		i.entry(tx, run, "submit", map[string]string{"submission": string(sent.ID), "delivery": string(message.ID)}),
		func() error { return tx.Runs().Save(done, wrapcast.RunRunning) },
		func() error {
			return tx.Snapshots().Save(wrapcast.ForecastSnapshot{Organisation: org, Day: today + 1, Lead: 1, Forecast: made.ID,
				Published: true, Latest: true, MadeAt: i.now})
		})
}

func inTurn(all ...func() error) error {
	for _, one := range all {
		if err := one(); err != nil {
			return err
		}
	}
	return nil
}

func (i *installation) entry(tx *store.Tx, run wrapcast.Run, action string, objects map[string]string) func() error {
	return func() error {
		_, err := tx.Audit().Append(wrapcast.AuditEntry{Organisation: org, Run: run.ID, At: i.now, Actor: "schedule",
			Action: action, Status: "ok", Objects: objects})
		return err
	}
}

// readWeek stores the last seven days: contacts late in the evening, so that UTC and local days differ.
func (i *installation) readWeek(tx *store.Tx) error {
	zone, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		return err
	}
	to := i.now.Truncate(24 * time.Hour)
	e := wrapcast.Extract{From: to.AddDate(0, 0, -7), To: to, ReadAt: i.now}
	for day := range 7 {
		for _, hour := range []int{9, 22, 23} {
			at := e.From.AddDate(0, 0, day).Add(time.Duration(hour) * time.Hour)
			e.Observations = append(e.Observations, wrapcast.Observation{Start: at, Handled: 3, HandleMs: 900, AfterCallMs: 9,
				Leaf: wrapcast.Leaf{Queue: "q1", Code: "c1", Media: wrapcast.Voice}})
			e.Arrivals = append(e.Arrivals, wrapcast.Arrival{Queue: "q1", Media: wrapcast.Voice, Start: at, Offered: 4})
		}
	}
	_, err = tx.History().Replace(org, zone, e)
	return err
}

// whole checks that the chain has everything as it is stored, and that the store is undamaged.
func (i *installation) whole() (c reports.ChainCheck) {
	i.t.Helper()
	c = i.check()
	if !c.Valid {
		i.t.Fatalf("the chain does not hold: %v", c.Problems)
	}
	v, err := i.Verify(i.t.Context(), nil)
	must(i.t, err)
	if v.Damaged() > 0 {
		i.t.Fatalf("the store is damaged: %+v", v.Checks)
	}
	return c
}

func (i *installation) check() (c reports.ChainCheck) {
	i.t.Helper()
	must(i.t, i.View(i.t.Context(), func(tx *store.Tx) (err error) {
		c, err = reports.CheckChain(tx, org, reports.CheckOptions{})
		return err
	}))
	return c
}

// stored counts what is stored of a kind.
func (i *installation) stored(kind audit.Kind) (ids []string) {
	i.t.Helper()
	must(i.t, i.View(i.t.Context(), func(tx *store.Tx) error {
		for v, err := range tx.Audit().Things(org, kind) {
			if err != nil {
				return err
			}
			ids = append(ids, v.Subject.ID)
		}
		return nil
	}))
	return ids
}

func TestALongInstallationKeepsWhatTheRulesSayAndNoMore(t *testing.T) {
	t.Parallel()
	i := newInstallation(t)
	const last = old + 10
	i.weeks(old+1, last, func() {
		r, err := i.keeper().Apply(t.Context(), org)
		if err != nil || !r.Finished {
			t.Fatalf("%+v: %v", r, err)
		}
	})
	c := i.whole()
	// a forecast of two weeks is kept 366 days after them, and the one in doubt
	forecasts := last + 1 - (7*last-13-retention.LeastForecastDays)/7
	for kind, want := range map[audit.Kind]int{audit.KindForecast: forecasts + 1, audit.KindInput: forecasts + 1,
		audit.KindPlan: forecasts + 1, audit.KindSubmission: forecasts + 1, audit.KindSettings: forecasts + 1,
		audit.KindValidation: forecasts + 1, audit.KindDelivery: 2} {
		if got := i.stored(kind); len(got) < want-1 || len(got) > want+1 {
			t.Errorf("%d of %s are stored, not about %d: %v", len(got), kind, want, got)
		}
	}
	if got := i.stored(audit.KindSubmission); got[0] != fmt.Sprintf("s%04d", inDoubt) {
		t.Errorf("the submission in doubt is not the oldest: %v", got)
	}
	gone := 7*last + 7 - rules.HistoryDays - 1
	if c.DeletedDays < gone-1 || c.DeletedDays > gone+1 || c.HistoryDays < rules.HistoryDays-1 || c.HistoryDays > rules.HistoryDays+7 {
		t.Errorf("%d days are compared and %d deleted; about %d and %d", c.HistoryDays, c.DeletedDays, rules.HistoryDays, gone)
	}
	if len(c.Notes) != 1 || !strings.Contains(c.Notes[0], fmt.Sprintf("%d things and %d days of history were deleted by retention",
		c.Deleted, c.DeletedDays)) {
		t.Errorf("the notes are %q", c.Notes)
	}
	i.update(func(tx *store.Tx) error { // what is kept can still be proven
		file, err := reports.MakePack(tx, org, fmt.Sprintf("p%04d", inDoubt), reports.PackOptions{At: i.now})
		if err == nil {
			_, err = audit.OpenPack(file, "")
		}
		_, gone := reports.MakePack(tx, org, "p0001", reports.PackOptions{At: i.now})
		if wrapcast.KindOf(gone) != wrapcast.NotFound || !strings.Contains(gone.Error(), "retention deleted plan p0001: entry") {
			t.Errorf("of a plan that is gone: %v", gone)
		}
		return err
	})
	i.historyBegins(wrapcast.DateOf(i.now) - 1 - wrapcast.Date(rules.HistoryDays))
}

// historyBegins checks that nothing of days before one is stored or known as read, in any of the tables.
func (i *installation) historyBegins(first wrapcast.Date) {
	i.t.Helper()
	i.update(func(tx *store.Tx) error {
		read, err := tx.Readings().Coverage(org, time.Time{})
		if err != nil {
			return err
		}
		if len(read) != 1 || wrapcast.DateOf(read[0].From.UTC()) != first {
			i.t.Errorf("history was read %v, not from %s on", read, first)
		}
		for d, err := range tx.History().LocalDays(org, time.UTC, first-400, first+3) {
			if err != nil {
				return err
			}
			if d.Day < first || d.Handled != 9 {
				i.t.Errorf("on %s %d contacts are stored", d.Day, d.Handled)
			}
		}
		return nil
	})
}

func TestWhatIsInterruptedGoesOnAndLosesNothing(t *testing.T) {
	t.Parallel()
	i := newInstallation(t)
	would, err := i.keeper().Look(t.Context(), org)
	must(t, err)
	before := i.whole()
	if before.Deleted != 0 || would.Deleted() < 100 {
		t.Fatalf("looking deleted %d, and would delete %d", before.Deleted, would.Deleted())
	}
	total, passes := 0, 0
	for finished := false; !finished; passes++ {
		ctx, stop := context.WithCancel(t.Context())
		k, calls := i.keeper(), 0
		k.Clock.Now = func() time.Time { // it is asked at the beginning, and for every entry
			if calls++; calls == 3 {
				stop()
			}
			return i.now
		}
		r, err := k.Apply(ctx, org)
		stop()
		if finished = r.Finished; finished != (err == nil) {
			t.Fatalf("%+v: %v", r, err)
		}
		total += r.Deleted()
		if passes > 1000 {
			t.Fatal("it does not come to an end")
		}
	}
	c := i.whole()
	if passes < 5 || total != would.Deleted() || c.Deleted+c.DeletedDays != total {
		t.Errorf("in %d passes %d were deleted, the chain has %d and %d; %d were to be", passes, total, c.Deleted, c.DeletedDays,
			would.Deleted())
	}
}

func TestTimeThatIsUpLeavesTheRestForTheNext(t *testing.T) {
	t.Parallel()
	i := newInstallation(t)
	k := i.keeper()
	k.Rules, k.For = retention.Rules{MessageDays: 7}, time.Second
	k.Clock.Now = func() time.Time { i.now = i.now.Add(time.Second); return i.now }
	if r, err := k.Apply(t.Context(), org); err != nil || r.Finished || r.Deleted() != 0 {
		t.Errorf("%+v: %v", r, err)
	}
	k.For = 0
	if r, err := k.Apply(t.Context(), org); err != nil || !r.Finished || r.Deleted() < 25 {
		t.Errorf("%+v: %v", r, err)
	}
}

// insider changes the database as whoever can write its file does.
func (i *installation) insider(statements ...string) {
	i.t.Helper()
	db, err := sql.Open("sqlite", filepath.Join(i.dir, "wrapcast.db"))
	must(i.t, err)
	defer db.Close()
	for _, s := range append([]string{"DROP TRIGGER IF EXISTS plan_stays_as_it_is", "DROP TRIGGER IF EXISTS plan_stays"}, statements...) {
		if _, err := db.ExecContext(i.t.Context(), s); err != nil {
			i.t.Fatalf("%s: %v", s, err)
		}
	}
}

func TestWhoeverPutsBackOrTakesMoreIsFound(t *testing.T) {
	t.Parallel()
	i := newInstallation(t)
	i.insider(`CREATE TABLE copy_of_plans AS SELECT * FROM plan`, `CREATE TABLE copy_of_history AS SELECT * FROM history_block`,
		`CREATE TABLE copy_of_messages AS SELECT * FROM delivery`)
	_, err := i.keeper().Apply(t.Context(), org)
	must(t, err)
	for _, c := range []struct{ name, does, undoes, says string }{
		{"a plan put back", `INSERT INTO plan SELECT * FROM copy_of_plans WHERE plan_id = 'p0001'`,
			`DELETE FROM plan WHERE plan_id = 'p0001'`, "plan p0001: retention deleted it in entry"},
		{"a message put back", `INSERT INTO delivery SELECT * FROM copy_of_messages WHERE delivery_id = 'm0001'`,
			`DELETE FROM delivery WHERE delivery_id = 'm0001'`, "delivery m0001: retention deleted it in entry"},
		{"history put back", `INSERT INTO history_block SELECT * FROM copy_of_history WHERE first_day = (SELECT MIN(first_day) FROM copy_of_history)`,
			`DELETE FROM history_block WHERE first_day = (SELECT MIN(first_day) FROM copy_of_history)`, "retention deleted it, and contacts are stored"},
		{"a message taken as if by retention", `DELETE FROM delivery WHERE delivery_id = 'm0063'`,
			`INSERT INTO delivery SELECT * FROM copy_of_messages WHERE delivery_id = 'm0063'`, "delivery m0063: it was deleted: entry"},
		{"and noted as retention notes it", `INSERT INTO retention_deleted SELECT organisation_id, 'delivery', delivery_id, 9
			FROM copy_of_messages WHERE delivery_id = 'm0063'`, ``, ""},
		{"history taken", `DELETE FROM history_digest WHERE utc_day = (SELECT MIN(utc_day) FROM history_digest)`, ``,
			"the digests of its days were changed"},
	} {
		i.insider(c.does)
		found := i.check()
		if c.says != "" && (found.Valid || !strings.Contains(fmt.Sprint(found.Problems), c.says)) {
			t.Errorf("%s: found %v", c.name, found.Problems)
		}
		if c.undoes != "" {
			i.insider(c.undoes)
			if back := i.check(); !back.Valid {
				t.Fatalf("%s, undone: %v", c.name, back.Problems)
			}
		}
	}
}

func TestWhatWasChangedBeforeItWasDeletedIsFound(t *testing.T) {
	t.Parallel()
	i := newInstallation(t)
	i.insider(`UPDATE submission SET target_forecast_id = 'another' WHERE submission_id = 's0002'`)
	_, err := i.keeper().Apply(t.Context(), org)
	must(t, err)
	if c := i.check(); len(c.Problems) != 1 || !strings.Contains(c.Problems[0].String(), "submission s0002: retention deleted it in entry") {
		t.Errorf("found %v", c.Problems)
	}
}

func TestWhatCannotBeReadIsNotDeleted(t *testing.T) {
	t.Parallel()
	i := newInstallation(t)
	i.insider(`UPDATE plan SET document = x'00' WHERE plan_id = 'p0003'`)
	k := i.keeper()
	k.Rules = retention.Rules{ForecastDays: rules.ForecastDays}
	_, err := k.Apply(t.Context(), org)
	if err == nil || !strings.Contains(err.Error(), "plan p0003 cannot be read") {
		t.Errorf("%v", err)
	}
	if n := len(i.stored(audit.KindPlan)); n != old+1 {
		t.Errorf("%d plans are left", n)
	}
}

func TestAClockFarAheadTakesNoMoreHistory(t *testing.T) {
	t.Parallel()
	i := newInstallation(t)
	k := i.keeper()
	now, err := k.Look(t.Context(), org)
	must(t, err)
	i.now = i.now.AddDate(30, 0, 0)
	k.Rules = retention.Rules{HistoryDays: rules.HistoryDays, ForecastDays: rules.ForecastDays, RunDays: rules.RunDays}
	r, err := k.Apply(t.Context(), org)
	if err != nil || fmt.Sprint(r.Kinds[3].Things) != fmt.Sprint(now.Kinds[3].Things) {
		t.Errorf("%+v, not what goes by the right clock, %+v: %v", r.Kinds, now.Kinds, err)
	}
	// what the next publication is compared with, and what pages show, stays
	if got := i.stored(audit.KindForecast); len(got) != 2 {
		t.Errorf("the forecasts %v are left", got)
	}
	i.whole()
}

func TestRulesThatTakeWhatIsNeededAreRefusedByName(t *testing.T) {
	t.Parallel()
	for says, r := range map[string]retention.Rules{
		"retention.history_days is 743; at least 744":   {HistoryDays: 743},
		"retention.forecasts_days is 365; at least 366": {ForecastDays: 365},
		"retention.runs_days is 30; at least 31":        {RunDays: 30},
		"retention.messages_days is -1; at least 7":     {MessageDays: -1},
	} {
		if err := r.Check(730); wrapcast.KindOf(err) != wrapcast.Usage || !strings.Contains(err.Error(), says) {
			t.Errorf("%+v: %v", r, err)
		}
	}
	if err := (retention.Rules{HistoryDays: 744, ForecastDays: 366, RunDays: 31, MessageDays: 7}).Check(730); err != nil {
		t.Error(err)
	}
	if err := (retention.Rules{HistoryDays: 379}).Check(90); err != nil {
		t.Error(err)
	}
	if err := (retention.Rules{}).Check(730); err != nil {
		t.Error(err)
	}
}
