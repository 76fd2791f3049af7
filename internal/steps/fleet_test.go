package steps_test

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/postgrestest"
	"github.com/wrapcast/wrapcast/internal/service"
	"github.com/wrapcast/wrapcast/internal/sim"
	"github.com/wrapcast/wrapcast/internal/source"
	"github.com/wrapcast/wrapcast/internal/steps"
	"github.com/wrapcast/wrapcast/internal/store"
)

// beside is another organisation of the same data directory.
func (w *world) beside(t *testing.T, name string) *world {
	t.Helper()
	other := newWorld(t, func(o *sim.Options) { o.Name, o.Seed = name, uint64(1000+len(name)) })
	other.dir, other.database = w.dir, w.database
	other.WrapUpForecaster = other.process(t, "one")
	other.Meant.Name = name
	return other
}

// fleet works for some worlds of one data directory.
func fleet(t *testing.T, parallel int, worlds ...*world) *service.Fleet {
	t.Helper()
	var members []service.Config
	for _, w := range worlds {
		members = append(members, service.Config{Forecaster: w.WrapUpForecaster, Spec: w.spec, TickEvery: 50 * time.Millisecond})
	}
	f, err := service.StartFleet(t.Context(), service.FleetConfig{Parallel: parallel}, members...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
		defer cancel()
		if err := f.Stop(ctx); err != nil {
			t.Errorf("the fleet stops with %v", err)
		}
	})
	return f
}

// poisoned is a source in which reading the history breaks.
type poisoned struct{ source.Source }

// ReadHistory implements source.Source.
func (poisoned) ReadHistory(context.Context, source.Reading) (json.RawMessage, error) {
	panic("what nobody thought of")
}

// One organisation's platform never answers about the history, one is gone, one breaks the program: the night of the
// fourth takes its course, with one place to compute, while the first still waits.
func TestAnOrganisationThatFailsFailsAlone(t *testing.T) {
	t.Parallel()
	good := newWorld(t)
	good.Meant.Name = "good"
	slow, gone, broken := good.beside(t, "slow"), good.beside(t, "gone!"), good.beside(t, "broken")
	release, asked := make(chan struct{}), make(chan struct{})
	var once sync.Once
	slow.meddleWith(func(r *http.Request, send func() (*http.Response, error)) (*http.Response, error) {
		if strings.Contains(r.URL.Path, "/analytics/") {
			once.Do(func() { close(asked) })
			select {
			case <-release:
			case <-r.Context().Done():
				return nil, r.Context().Err()
			}
		}
		return send()
	})
	gone.meddleWith(func(*http.Request, func() (*http.Response, error)) (*http.Response, error) {
		return nil, errors.New("connection refused")
	})
	broken.Source = poisoned{broken.Source}
	f := fleet(t, 1, slow, gone, broken, good)
	all := f.Services()
	waiting := begin(t, all[0])
	poison := begin(t, all[2])
	<-asked // the platform of the first keeps it waiting from here on
	fine := begin(t, all[3])
	if run := good.awaitRun(t, fine); run.State != wrapcast.RunDone {
		t.Errorf("the run beside them is %s: %s", run.State, run.Reason)
	}
	if run := broken.awaitRun(t, poison); run.State != wrapcast.RunFailed || !strings.Contains(run.Reason, "extract broke: what nobody thought of") {
		t.Errorf("the poisoned run is %s: %s", run.State, run.Reason)
	}
	if run := slow.storedRun(t, waiting); !steps.Unfinished(run) {
		t.Errorf("the run that waits is %s: %s", run.State, run.Reason)
	}
	await(t, "the word that one is gone", func() bool { _, problem := all[1].Connection(); return problem != nil })
	close(release)
	if run := slow.awaitRun(t, waiting); run.State != wrapcast.RunDone {
		t.Errorf("the run that waited is %s: %s", run.State, run.Reason)
	}
	for _, w := range []*world{good, slow} {
		if n := w.acceptedOnce(t); n != 1 {
			t.Errorf("%d plans were accepted", n)
		}
	}
	if n := broken.acceptedOnce(t); n != 0 {
		t.Errorf("the poisoned one had %d plans accepted", n)
	}
}

func begin(t *testing.T, s *service.Service) wrapcast.RunID {
	t.Helper()
	run, err := s.StartRun(t.Context(), service.RunRequest{}, "farah")
	if err != nil {
		t.Fatal(err)
	}
	return run.ID
}

// Two workers share the steps of three organisations: each run is done once, whoever does which step.
func TestTwoWorkersShareTheRunsOfAllOrganisations(t *testing.T) {
	t.Parallel()
	one := newWorld(t)
	one.Meant.Name = "a"
	worlds := []*world{one, one.beside(t, "bb"), one.beside(t, "ccc")}
	var others []*world
	for _, w := range worlds {
		again := &world{WrapUpForecaster: w.process(t, "two"), sim: w.sim, spec: w.spec, dir: w.dir, receiver: w.receiver}
		again.Meant.Name = w.Meant.Name
		others = append(others, again)
	}
	first, _ := fleet(t, 1, worlds...), fleet(t, 2, others...)
	for i, s := range first.Services() {
		id := begin(t, s)
		if run := worlds[i].awaitRun(t, id); run.State != wrapcast.RunDone {
			t.Errorf("%s: the run is %s: %s", s.Name(), run.State, run.Reason)
		}
		if n := worlds[i].acceptedOnce(t); n != 1 {
			t.Errorf("%s: %d plans were accepted", s.Name(), n)
		}
		if chain := worlds[i].chain(t); strings.Count(strings.Join(chain, "\n"), "forecast ok") != 1 {
			t.Errorf("%s: the chain is %v", s.Name(), chain)
		}
	}
}

// Two names in the settings whose credentials are of one organisation: the first works for it, and the second says so.
func TestAnOrganisationIsWorkedForUnderOneName(t *testing.T) {
	t.Parallel()
	one := newWorld(t)
	again := &world{WrapUpForecaster: one.process(t, "one"), sim: one.sim, spec: one.spec, dir: one.dir}
	one.Meant.Name, again.Meant.Name = "first", "second"
	f := fleet(t, 1, one, again)
	await(t, "the refusal", func() bool { _, problem := f.Services()[1].Connection(); return problem != nil })
	await(t, "the first", func() bool { org, _ := f.Services()[0].Connection(); return org != "" })
	if _, problem := f.Services()[1].Connection(); wrapcast.KindOf(problem) != wrapcast.Usage || !strings.Contains(problem.Error(), "for which first works") {
		t.Errorf("the second is refused with %v", problem)
	}
	if org, _ := f.Services()[1].Connection(); org != "" {
		t.Error("the second works all the same")
	}
}

// newerSchema is what a newer program leaves that knows one migration more, for programs from a number on.
func (w *world) newerSchema(t *testing.T, number, worksFrom int64, change string) {
	t.Helper()
	db, err := sql.Open("sqlite", filepath.Join(w.dir, "wrapcast.db")+"?_pragma=busy_timeout(10000)")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	_, err = db.ExecContext(t.Context(), fmt.Sprintf("BEGIN IMMEDIATE; %s; INSERT INTO schema_version (version_id, is_applied) "+
		"VALUES (%d, 1); INSERT INTO schema_reach (migration, works_from) VALUES (%d, %d); COMMIT", change, number, number, worksFrom))
	if err != nil {
		t.Fatal(err)
	}
}

// A rolling upgrade: a newer worker is started, and brings the schema up to date, while an older one is in the middle of
// a run. Where it only grew, both work on; where it lost something, the older one stops and says why, and its run is
// done by the newer.
func TestOldAndNewWorkersSideBySideOverAMigration(t *testing.T) {
	t.Parallel()
	inADirectory(t)
	old := newWorld(t)
	_, known, err := old.Store.Schema(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	held, release := make(chan struct{}), make(chan struct{})
	var once sync.Once
	old.meddleWith(func(r *http.Request, send func() (*http.Response, error)) (*http.Response, error) {
		if strings.Contains(r.URL.Path, "/analytics/") {
			once.Do(func() { close(held); <-release })
		}
		return send()
	})
	olds := fleet(t, 1, old)
	first := begin(t, olds.Services()[0])
	<-held
	old.newerSchema(t, known+1, known, "ALTER TABLE planning_group ADD COLUMN later BIGINT NOT NULL DEFAULT 0")
	newer := old.beside(t, "newer")
	newer.knows = known + 1
	newer.WrapUpForecaster = newer.process(t, "two")
	newer.Meant.Name = "newer"
	news := fleet(t, 1, newer)
	second := begin(t, news.Services()[0])
	close(release)
	for id, w := range map[wrapcast.RunID]*world{first: old, second: newer} {
		if run := w.awaitRun(t, id); run.State != wrapcast.RunDone {
			t.Errorf("%s: the run is %s: %s", w.Meant.Name, run.State, run.Reason)
		}
	}

	held, release, once = make(chan struct{}), make(chan struct{}), sync.Once{}
	third := begin(t, olds.Services()[0])
	<-held
	old.newerSchema(t, known+2, known+2, "ALTER TABLE planning_group DROP COLUMN later")
	close(release)
	<-olds.Ended()
	if why := olds.Why(); !store.IsOutdated(why) || wrapcast.KindOf(why) != wrapcast.Usage {
		t.Errorf("the older one stops with %q %v", wrapcast.KindOf(why), why)
	}
	heir := &world{sim: old.sim, url: old.url, spec: old.spec, dir: old.dir, receiver: old.receiver, knows: known + 2}
	heir.WrapUpForecaster = heir.process(t, "three")
	heir.Alive = func(holder string) bool { return !strings.HasPrefix(holder, "one") } // it has ended
	fleet(t, 1, heir)
	if run := heir.awaitRun(t, third); run.State != wrapcast.RunDone {
		t.Errorf("the run that was left is %s: %s", run.State, run.Reason)
	}
	heir.acceptedOnce(t)
	newer.acceptedOnce(t)
}

// A process is held up in the middle of a step for longer than its lease lasts, and another does the run to its end.
// When the first goes on, nothing it writes is taken.
func TestALateWriterIsRefused(t *testing.T) {
	t.Parallel()
	for _, step := range wrapcast.Steps() {
		for _, second := range []string{"two", "one"} { // another process, or the same once more
			t.Run(string(step)+" "+second, func(t *testing.T) { t.Parallel(); overtaken(t, step, second) })
		}
	}
}

func overtaken(t *testing.T, step wrapcast.StepName, second string) {
	t.Helper()
	w := newWorld(t)
	var late atomic.Bool
	w.Clock.Sleep = func(ctx context.Context, d time.Duration) error { // held up, it does not renew its lease
		if d == 10*time.Second {
			<-ctx.Done()
		}
		return clock().Sleep(ctx, d)
	}
	held, wake := make(chan struct{}), make(chan struct{})
	var once sync.Once
	w.Report = func(p wrapcast.Progress) {
		if p.Step == step {
			once.Do(func() { close(held); <-wake })
		}
	}
	ended := make(chan error, 1)
	go func() { _, err := w.Run(context.Background(), w.spec); late.Store(true); ended <- err }()
	<-held
	heir := w.process(t, second)
	heir.Clock.Now = func() time.Time { return time.Now().Add(31 * time.Second) }
	out, err := heir.Run(t.Context(), w.spec)
	if out.Run.ID == "" || late.Load() {
		t.Fatalf("the run is not taken over: %v", err)
	}
	if steps.Unfinished(out.Run) {
		t.Fatalf("the run is %s: %v", out.Run.State, err)
	}
	before := w.rows(t)
	close(wake)
	if err := <-ended; err == nil {
		t.Error("the one that was late is told that all is well")
	}
	if after := w.rows(t); after != before {
		t.Errorf("the one that was late has written (-before +after):\n%s", cmp.Diff(before, after))
	}
	w.acceptedOnce(t)
}

// rows has a digest of every table of the store but those of leases and request budgets.
func (w *world) rows(t *testing.T) string {
	t.Helper()
	db, err := sql.Open("sqlite", filepath.Join(w.dir, "wrapcast.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	names := read(t, db, `SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'
		AND name NOT LIKE 'river%' AND name NOT IN ('lease', 'api_budget', 'api_month') ORDER BY name`)
	if len(names) < 20 {
		t.Fatalf("%d tables", len(names))
	}
	var text strings.Builder
	for _, name := range names {
		rows := read(t, db, "SELECT * FROM "+name)
		fmt.Fprintf(&text, "%s: %d rows %x\n", name, len(rows), sha256.Sum256([]byte(strings.Join(rows, "\n"))))
	}
	return text.String()
}

// read returns the rows of a query as texts.
func read(t *testing.T, db *sql.DB, query string) (all []string) {
	t.Helper()
	rows, err := db.QueryContext(t.Context(), query)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	names, err := rows.Columns()
	if err != nil {
		t.Fatal(err)
	}
	for rows.Next() {
		values := make([]any, len(names))
		for i := range values {
			values[i] = new(any)
		}
		if err := rows.Scan(values...); err != nil {
			t.Fatal(err)
		}
		var text strings.Builder
		for i, v := range values {
			if i > 0 {
				text.WriteByte('|')
			}
			fmt.Fprint(&text, *v.(*any))
		}
		all = append(all, text.String())
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return all
}

// The database is gone in the middle of a step, while the clock stands still, so that no lease runs out: the process
// gives its lease back when the database is there again, and takes its own run up.
func TestARunThatTheDatabaseLeftIsTakenUpWhenItIsBack(t *testing.T) {
	t.Parallel()
	server := postgrestest.Own(t)
	d := server.Empty(t)
	if _, _, err := store.Migrate(t.Context(), store.Options{URL: d.Owner()}, postgrestest.App); err != nil {
		t.Fatal(err)
	}
	w := newWorld(t)
	w.database = d.App()
	w.WrapUpForecaster = w.process(t, "one")
	now := time.Now()
	w.Clock.Now = func() time.Time { return now }
	held, release, kept := make(chan struct{}), make(chan struct{}), make(chan struct{})
	var once, keeps sync.Once
	w.Clock.Sleep = func(ctx context.Context, d time.Duration) error {
		if d == time.Second { // until it tries again to give its lease back
			keeps.Do(func() { close(kept) })
		}
		return clock().Sleep(ctx, d)
	}
	w.meddleWith(func(r *http.Request, send func() (*http.Response, error)) (*http.Response, error) {
		if strings.Contains(r.URL.Path, "/analytics/") {
			once.Do(func() { close(held); <-release })
		}
		return send()
	})
	f := fleet(t, 1, w)
	id := begin(t, f.Services()[0])
	<-held
	server.End(true)
	close(release)
	<-kept
	if err := server.Begin(); err != nil {
		t.Fatal(err)
	}
	if run := w.awaitRun(t, id); run.State != wrapcast.RunDone {
		t.Errorf("the run is %s: %s", run.State, run.Reason)
	}
	w.acceptedOnce(t)
}

// cutOff is a source in which the database ends every connection once, in the middle of a transaction.
type cutOff struct {
	source.Source
	cut func(context.Context) error
}

// ReadHistory implements source.Source.
func (c cutOff) ReadHistory(ctx context.Context, r source.Reading) (json.RawMessage, error) {
	if err := c.cut(ctx); err != nil {
		return nil, err
	}
	return c.Source.ReadHistory(ctx, r)
}

// The database throws everybody out in the middle of a step, and is there again at once: the run goes on.
func TestARunDoesNotFailWithAConnection(t *testing.T) {
	t.Parallel()
	d := postgrestest.Shared(t).Empty(t)
	if _, _, err := store.Migrate(t.Context(), store.Options{URL: d.Owner()}, postgrestest.App); err != nil {
		t.Fatal(err)
	}
	w := newWorld(t)
	w.database = d.App()
	w.WrapUpForecaster = w.process(t, "one")
	var once sync.Once
	db := w.Store
	w.Source = cutOff{w.Source, func(ctx context.Context) (err error) {
		once.Do(func() {
			err = db.Update(ctx, func(tx *store.Tx) error {
				if _, err := tx.Directory().Of(w.org()); err != nil {
					return err
				}
				d.Exec(t, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE state = 'idle in transaction' AND "+
					"datname = '"+d.Name+"'")
				_, err := tx.Directory().Of(w.org())
				return err
			})
			if !store.IsGone(err) {
				t.Errorf("the cut is %v", err)
			}
		})
		return err
	}}
	f := fleet(t, 1, w)
	if run := w.awaitRun(t, begin(t, f.Services()[0])); run.State != wrapcast.RunDone {
		t.Errorf("the run is %s: %s", run.State, run.Reason)
	}
	w.acceptedOnce(t)
}

// What is wrong is looked at again soon, and less and less often while it stays so.
func TestAServiceThatCouldNotLookLooksAgainSoon(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.meddleWith(func(*http.Request, func() (*http.Response, error)) (*http.Response, error) {
		return nil, errors.New("connection refused")
	})
	rests := make(chan time.Duration, 1)
	w.Clock.Sleep = func(ctx context.Context, d time.Duration) error {
		select {
		case rests <- d:
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	f, err := service.StartFleet(t.Context(), service.FleetConfig{Idle: true}, service.Config{Forecaster: w.WrapUpForecaster, Spec: w.spec})
	if err != nil {
		t.Fatal(err)
	}
	var got []time.Duration
	for range 7 {
		got = append(got, <-rests)
	}
	want := []time.Duration{2 * time.Second, 4 * time.Second, 8 * time.Second, 16 * time.Second, 32 * time.Second, time.Minute, time.Minute}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("rests (-want +got):\n%s", diff)
	}
	if err := f.Stop(t.Context()); err != nil {
		t.Error(err)
	}
}
