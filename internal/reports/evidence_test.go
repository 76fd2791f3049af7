package reports_test

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	_ "modernc.org/sqlite"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/audit"
	"github.com/wrapcast/wrapcast/internal/reports"
	"github.com/wrapcast/wrapcast/internal/steps"
	"github.com/wrapcast/wrapcast/internal/store"
)

const org wrapcast.OrganisationID = "org"

var noon = time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)

// evidenceWorld is a small data directory as runs leave it: history, a run with everything it makes, decisions of every
// kind, one of them withdrawn, and the installation's chain.
func evidenceWorld(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	s := openWorld(t, dir)
	next := 1
	clock := wrapcast.Clock{Now: func() time.Time { return noon }}
	decide := steps.Decisions{Store: s, Clock: clock, NewID: func() string { next++; return fmt.Sprintf("d%d", next) }}
	ctx := t.Context()
	must(t, s.Update(ctx, func(tx *store.Tx) error { return fillWorld(tx) }))
	must(t, steps.WithdrawDecision[wrapcast.Override](ctx, decide, org, "d1", "bob"))
	_, err := decide.AddMask(ctx, org, wrapcast.MaskEdit{From: 20780, To: 20780, Kind: wrapcast.MaskHide, Author: "ann", Reason: "outage"})
	must(t, err)
	_, err = decide.AddLineage(ctx, org, wrapcast.LineageChange{Kind: wrapcast.LineageRename, From: []wrapcast.CodeID{"c0"},
		To: []wrapcast.LineageShare{{Code: "c1", Share: 1}}, On: 20700, Author: "ann", Reason: "renamed"})
	must(t, err)
	_, err = decide.SetCalendar(ctx, org, wrapcast.Calendar{}, "ann", "none")
	must(t, err)
	must(t, s.Close())
	return dir
}

// fillWorld writes what one run leaves behind.
func fillWorld(tx *store.Tx) error {
	run := wrapcast.Run{ID: "r1", Organisation: org, State: wrapcast.RunRunning, Actor: "cli", StartedAt: noon,
		Spec: []byte(`{"actor":"cli","webhook":"https://example.com/hook?token=planted-token"}`)}
	f := wrapcast.Forecast{Schema: wrapcast.ForecastSchema, ID: "f1", Run: "r1", Organisation: org, MadeAt: noon,
		CountingRule: wrapcast.CountingRule, TimeZone: "UTC", From: 20782, Days: 2}
	p := wrapcast.Plan{Schema: wrapcast.PlanSchema, ID: "p1", Run: "r1", Forecast: "f1", Organisation: org, Target: wrapcast.REST,
		MadeAt: noon, CountingRule: wrapcast.CountingRule}
	sub := wrapcast.Submission{ID: "s1", Plan: "p1", Run: "r1", Organisation: org, Target: wrapcast.REST,
		State: wrapcast.SubmissionPlanned, CreatedAt: noon, UpdatedAt: noon}
	sent := sub
	sent.State, sent.TargetForecastID = wrapcast.SubmissionCompleted, "t1"
	d := wrapcast.Delivery{ID: "m1", Run: "r1", Organisation: org, URL: "https://example.com/hook?token=planted-token",
		Body: []byte("{}"), State: wrapcast.DeliveryPending, CreatedAt: noon, NextAt: noon}
	done := run
	done.State, done.FinishedAt = wrapcast.RunDone, noon
	entry := func(action string, objects map[string]string) func() error {
		return func() error {
			_, err := tx.Audit().Append(wrapcast.AuditEntry{Organisation: org, Run: "r1", At: noon, Actor: "cli", Action: action,
				Status: "ok", Objects: objects})
			return err
		}
	}
	for _, write := range []func() error{
		func() error {
			return tx.Directory().Save(wrapcast.Directory{Organisation: wrapcast.Organisation{ID: org, Name: "Harbour"}})
		},
		func() error { return tx.Runs().Create(run) },
		func() error { return readThreeDays(tx) },
		entry("extract", nil),
		func() error { return tx.Validations().Save(org, "r1", "", wrapcast.ValidationReport{From: 20700}) },
		entry("validate", nil),
		func() error { return tx.Forecasts().Add(f) },
		func() error {
			return tx.Forecasts().AddInput(org, wrapcast.ForecastInput{Forecast: "f1", Version: "test",
				Masks: []wrapcast.MaskEdit{{ID: "d2"}}})
		},
		entry("forecast", map[string]string{"forecast": "f1"}),
		func() error { return tx.Plans().Add(p) },
		func() error { return tx.Submissions().Save(sub, "") },
		entry("plan", map[string]string{"plan": "p1", "forecast": "f1", "submission": "s1"}),
		func() error { return tx.Submissions().Save(sent, wrapcast.SubmissionPlanned) },
		entry("submit.completed", map[string]string{"submission": "s1", "plan": "p1"}),
		func() error { return tx.Deliveries().Add(d) },
		entry("submit", map[string]string{"submission": "s1", "plan": "p1", "delivery": "m1"}),
		func() error { return tx.Runs().Save(done, wrapcast.RunRunning) },
		func() error { return store.DecisionsOf[wrapcast.Override](tx).Add(anOverride()) },
		entry("override.added", map[string]string{"override": "d1"}),
		func() error {
			_, err := tx.Audit().Append(wrapcast.AuditEntry{Organisation: wrapcast.Installation, At: noon, Actor: "ann",
				Action: "login", Status: "ok"})
			return err
		},
	} {
		if err := write(); err != nil {
			return err
		}
	}
	return nil
}

func anOverride() wrapcast.Override {
	return wrapcast.Override{ID: "d1", Organisation: org, From: 20782, To: 20783, Kind: wrapcast.OverridePercent, Value: 10,
		Author: "ann", Reason: "campaign", CreatedAt: noon}
}

func readThreeDays(tx *store.Tx) error {
	from := noon.Truncate(24*time.Hour).AddDate(0, 0, -3)
	e := wrapcast.Extract{From: from, To: from.AddDate(0, 0, 3), ReadAt: noon}
	for day := range 3 {
		at := from.AddDate(0, 0, day).Add(10 * time.Hour)
		e.Observations = append(e.Observations, wrapcast.Observation{Leaf: wrapcast.Leaf{Queue: "q1", Code: "c1", Media: wrapcast.Voice},
			Start: at, Handled: 5 + day, HandleMs: 1000, AfterCallMs: 10})
		e.Arrivals = append(e.Arrivals, wrapcast.Arrival{Queue: "q1", Media: wrapcast.Voice, Start: at, Offered: 7})
	}
	_, err := tx.History().Replace(org, time.UTC, e)
	return err
}

func openWorld(t *testing.T, dir string) *store.Store {
	t.Helper()
	s, err := store.Open(t.Context(), store.Options{Dir: dir})
	must(t, err)
	return s
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// copyWorld copies a data directory that nobody has open.
func copyWorld(t *testing.T, from string) string {
	t.Helper()
	to := t.TempDir()
	for _, name := range []string{"wrapcast.db", "audit.key"} {
		b, err := os.ReadFile(filepath.Join(from, name))
		must(t, err)
		must(t, os.WriteFile(filepath.Join(to, name), b, 0o600))
	}
	return to
}

// check verifies a chain of a data directory.
func check(t *testing.T, dir string, of wrapcast.OrganisationID, o reports.CheckOptions) (c reports.ChainCheck) {
	t.Helper()
	s := openWorld(t, dir)
	defer s.Close()
	must(t, s.View(t.Context(), func(tx *store.Tx) (err error) {
		c, err = reports.CheckChain(tx, of, o)
		return err
	}))
	return c
}

// insider writes the database as whoever can write its file does: without triggers.
type insider struct{ db *sql.DB }

func (i insider) do(statements ...string) error {
	for _, s := range statements {
		if _, err := i.db.ExecContext(context.Background(), s); err != nil {
			return fmt.Errorf("%s: %w", s, err)
		}
	}
	return nil
}

// recompute seals a chain anew, as a script of twenty lines does.
func (i insider) recompute(entries []wrapcast.AuditEntry, change func(wrapcast.AuditEntry) (wrapcast.AuditEntry, bool)) error {
	if err := i.do(`DELETE FROM audit_entry WHERE organisation_id = 'org'`); err != nil {
		return err
	}
	var previous *wrapcast.AuditEntry
	for _, e := range entries {
		e, keep := change(e)
		if !keep {
			continue
		}
		e = audit.Seal(previous, e)
		previous = &e
		if _, err := i.db.ExecContext(context.Background(), `INSERT INTO audit_entry VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
			e.Organisation, e.Seq, e.Run, e.At.UnixMilli(), e.Actor, e.Action, e.Status, e.StatusCode, e.LatencyMs, texts(e.Objects),
			e.Webhook, nil, e.Detail, e.Previous, e.Hash, texts(e.Digests)); err != nil {
			return err
		}
	}
	return nil
}

// entriesOf reads a chain of a data directory.
func entriesOf(t *testing.T, dir string, of wrapcast.OrganisationID) (all []wrapcast.AuditEntry) {
	t.Helper()
	s := openWorld(t, dir)
	defer s.Close()
	must(t, s.View(t.Context(), func(tx *store.Tx) error {
		for e, err := range tx.Audit().Entries(of, 1, 0) {
			if err != nil {
				return err
			}
			all = append(all, e)
		}
		return nil
	}))
	return all
}

func texts(m map[string]string) any {
	if m == nil {
		return nil
	}
	b, _ := json.Marshal(m)
	return string(b)
}

// byInsider opens the database of a data directory without its triggers.
func byInsider(t *testing.T, dir string) insider {
	t.Helper()
	db, err := sql.Open("sqlite", filepath.Join(dir, "wrapcast.db"))
	must(t, err)
	t.Cleanup(func() { db.Close() })
	i := insider{db}
	rows, err := db.QueryContext(t.Context(), `SELECT name FROM sqlite_master WHERE type = 'trigger'`)
	must(t, err)
	defer rows.Close()
	var names []string
	for rows.Next() {
		var name string
		must(t, rows.Scan(&name))
		names = append(names, "DROP TRIGGER "+name)
	}
	must(t, rows.Err())
	must(t, i.do(names...))
	return i
}

func TestTheWorldAsItIsVerifies(t *testing.T) {
	t.Parallel()
	dir := evidenceWorld(t)
	c := check(t, dir, org, reports.CheckOptions{})
	if !c.Valid || c.Compared != 11 || c.HistoryDays != 3 || c.Checkpoints != 2 || c.WithoutDigests != 0 || c.Fingerprint == "" {
		t.Errorf("%+v", c)
	}
	if c := check(t, dir, wrapcast.Installation, reports.CheckOptions{}); !c.Valid || c.Entries != 1 {
		t.Errorf("the installation's: %+v", c)
	}
	for _, e := range entriesOf(t, dir, org) {
		if strings.Contains(fmt.Sprint(e), "planted-token") {
			t.Errorf("entry %d has a secret: %+v", e.Seq, e)
		}
	}
}

// attack is something an insider does to the database, and what has to be named then.
type attack struct {
	name string
	// entries changes the chain, whose hashes are then recomputed; nil leaves it.
	entries func(wrapcast.AuditEntry) (wrapcast.AuditEntry, bool)
	sql     []string
	named   string
	// elsewhere says that only a checkpoint from elsewhere shows it: everything that would was removed with it.
	elsewhere bool
}

func attacks() []attack {
	all := func(e wrapcast.AuditEntry) (wrapcast.AuditEntry, bool) { return e, true }
	plain := func(e wrapcast.AuditEntry) (wrapcast.AuditEntry, bool) {
		e.Digests, e.Objects = nil, nil
		return e, true
	}
	everything := []string{`DELETE FROM audit_checkpoint`, `DELETE FROM audit_key`}
	return []attack{
		{name: "actors replaced", entries: func(e wrapcast.AuditEntry) (wrapcast.AuditEntry, bool) { e.Actor = "eve"; return e, true },
			named: "was rewritten"},
		{name: "submit entries removed", entries: func(e wrapcast.AuditEntry) (wrapcast.AuditEntry, bool) {
			return e, !strings.HasPrefix(e.Action, "submit")
		}, named: "saw entry"},
		{name: "the last entries cut off", sql: []string{`DELETE FROM audit_entry WHERE organisation_id = 'org' AND seq > 9`},
			named: "entries 10 to 11 were removed"},
		{name: "the last entries and the latest checkpoint", sql: []string{`DELETE FROM audit_entry WHERE organisation_id = 'org' AND seq > 6`,
			`DELETE FROM audit_checkpoint WHERE run_id = ''`}, named: "the latest checkpoint: it is missing"},
		{name: "the whole chain", sql: []string{`DELETE FROM audit_entry WHERE organisation_id = 'org'`}, named: "it is empty, although 1 runs"},
		{name: "the whole chain and its checkpoints", sql: append(everything, `DELETE FROM audit_entry WHERE organisation_id = 'org'`),
			named: "it is empty, although 1 runs"},
		{name: "all checkpoints", entries: all, sql: []string{`DELETE FROM audit_checkpoint`}, named: "run r1: it has ended, and there is no signed checkpoint"},
		{name: "checkpoints and digests", entries: plain, sql: everything, named: "no entry has a digest or names a key"},
		{name: "a forecast changed", sql: []string{`UPDATE forecast SET document = (SELECT document FROM plan)`}, named: "forecast f1: it was changed since entry 4"},
		{name: "a forecast's errors changed", sql: []string{`UPDATE forecast SET errors = x'0102'`}, named: "forecast f1: it was changed"},
		{name: "a forecast deleted", sql: []string{`DELETE FROM forecast`}, named: "forecast f1: it was deleted"},
		{name: "a plan changed", sql: []string{`UPDATE plan SET document = (SELECT document FROM forecast)`}, named: "plan p1: it was changed"},
		{name: "a plan deleted", sql: []string{`DELETE FROM plan`}, named: "plan p1: it was deleted"},
		{name: "a plan damaged", sql: []string{`UPDATE plan SET document = x'01'`}, named: "plan p1: it cannot be read"},
		{name: "a plan added", sql: []string{`INSERT INTO plan SELECT organisation_id, 'p2', run_id, forecast_id, target, business_unit_id, week, made_at, refusals, document FROM plan`},
			named: "plan p2: no entry speaks of it"},
		{name: "a submission changed", sql: []string{`UPDATE submission SET state = 'failed'`}, named: "submission s1: it was changed"},
		{name: "a submission's id at the platform", sql: []string{`UPDATE submission SET target_forecast_id = 't2'`}, named: "submission s1: it was changed"},
		{name: "a submission deleted", sql: []string{`DELETE FROM submission`}, named: "submission s1: it was deleted"},
		{name: "an override changed", sql: []string{`UPDATE decision SET document = (SELECT document FROM plan) WHERE kind = 'override'`}, named: "override d1: it was changed"},
		{name: "a withdrawal undone", sql: []string{`UPDATE decision SET withdrawn_at = NULL, withdrawn_by = '' WHERE kind = 'override'`}, named: "override d1: it was changed"},
		{name: "a mask deleted", sql: []string{`DELETE FROM decision WHERE kind = 'mask'`}, named: "mask d2: it was deleted"},
		{name: "lineage deleted", sql: []string{`DELETE FROM decision WHERE kind = 'lineage'`}, named: "lineage d3: it was deleted"},
		{name: "the calendar changed", sql: []string{`UPDATE decision SET document = (SELECT document FROM plan) WHERE kind = 'calendar'`}, named: "calendar d4: it was changed"},
		{name: "a decision added", sql: []string{`INSERT INTO decision SELECT organisation_id, kind, 'd9', last_day, withdrawn_at, withdrawn_by, document FROM decision WHERE kind = 'mask'`},
			named: "mask d9: no entry speaks of it"},
		{name: "a validation report changed", sql: []string{`UPDATE validation_report SET document = (SELECT document FROM plan)`}, named: "validation r1: it was changed"},
		{name: "a message changed", sql: []string{`UPDATE delivery SET body = x'00'`}, named: "delivery m1: it was changed"},
		{name: "a message deleted", sql: []string{`DELETE FROM delivery`}, named: "delivery m1: it was deleted"},
		{name: "a run's settings changed", sql: []string{`UPDATE run SET spec = '{"actor":"eve"}'`}, named: "settings r1: it was changed"},
		{name: "a run deleted", sql: []string{`DELETE FROM run`}, named: "settings r1: it was deleted"},
		{name: "history changed", sql: []string{`UPDATE history_block SET quarter_hours = CAST(substr(quarter_hours, 1, 20) || x'00' || substr(quarter_hours, 22) AS BLOB)`},
			named: "history of 2026-11-21 to 2026-11-23 (UTC): it was changed"},
		{name: "history moved by a day", sql: []string{`UPDATE history_block SET first_day = first_day + 1`}, named: "history of 2026-11-21 to 2026-11-23 (UTC): it was changed"},
		{name: "history deleted", sql: []string{`DELETE FROM history_block`}, named: "history of 2026-11-21 to 2026-11-23 (UTC): it was changed"},
		{name: "history of another code", sql: []string{`UPDATE leaf SET code_id = 'c2'`}, named: "history of 2026-11-21 to 2026-11-23 (UTC): it was changed"},
		{name: "history added", sql: []string{`INSERT INTO history_block SELECT organisation_id, leaf_id, 20000, quarter_hours FROM history_block`},
			named: "contacts are stored that were never read"},
		{name: "arrivals deleted", sql: []string{`DELETE FROM arrival`}, named: "history of 2026-11-21 to 2026-11-23 (UTC)"},
		{name: "history and its digests", sql: []string{`DELETE FROM history_block`, `DELETE FROM history_digest WHERE utc_day = 20780`},
			named: "the digests of its days were changed since entry 3"},
		{name: "a run and all that speaks of it", sql: append([]string{`DELETE FROM audit_entry WHERE organisation_id = 'org'`, `DELETE FROM history_digest`}, append(everything,
			`DELETE FROM run`, `DELETE FROM forecast`, `DELETE FROM plan`, `DELETE FROM submission`, `DELETE FROM delivery`, `DELETE FROM decision`,
			`DELETE FROM validation_report`)...), named: "saw entry", elsewhere: true},
	}
}

func TestAnInsiderWhoRewritesTheDatabaseIsFound(t *testing.T) {
	t.Parallel()
	world := evidenceWorld(t)
	chain := entriesOf(t, world, org)
	before := check(t, world, org, reports.CheckOptions{})
	signed, err := audit.ParseSeen("elsewhere", before.Signed)
	must(t, err)
	unsigned, err := audit.ParseSeen("elsewhere", before.Checkpoint)
	must(t, err)
	for _, a := range attacks() {
		t.Run(a.name, func(t *testing.T) {
			t.Parallel()
			dir := copyWorld(t, world)
			i := byInsider(t, dir)
			if a.entries != nil {
				must(t, i.recompute(chain, a.entries))
			}
			must(t, i.do(a.sql...))
			must(t, i.db.Close())
			for name, o := range map[string]reports.CheckOptions{"alone": {}, "signed": {Against: []audit.Seen{signed}},
				"unsigned": {Against: []audit.Seen{unsigned}}} {
				c := check(t, dir, org, o)
				switch {
				case name == "alone" && a.elsewhere:
				case c.Valid:
					t.Errorf("%s: not found", name)
				case !strings.Contains(fmt.Sprint(c.Problems), a.named):
					t.Errorf("%s: found, but not named %q: %v", name, a.named, c.Problems)
				}
			}
		})
	}
}
