package store_test

import (
	"database/sql"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/audit"
	"github.com/wrapcast/wrapcast/internal/store"
	"github.com/wrapcast/wrapcast/internal/store/internal/column"
)

// firstSchema is a database with data as migration 1 made it, as SQL. After the first release it is never
// written again, and neither is migration 1; until then: go test ./internal/store -run Upgrade -update
const firstSchema = "testdata/first_schema.sql"

var update = flag.Bool("update", false, "write "+firstSchema+" anew")

func TestUpgradeOfTheFirstSchemaKeepsEverything(t *testing.T) {
	t.Parallel()
	if *update {
		writeFirstSchema(t)
	}
	dump, err := os.ReadFile(firstSchema)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	rawExec(t, filepath.Join(dir, "wrapcast.db"), string(dump))
	b := on(t, openIn(t, dir))

	wantSame(t, "schema", schemaOf(t, openIn(t, t.TempDir()).Path()), schemaOf(t, b.Path()))
	checkExample(t, b)
	b.refused(wrapcast.Conflict, "a submission of plan p1", func(tx *store.Tx) error { return tx.Submissions().Save(submission("org", "s2", "p1"), "") })
	b.replace(time.UTC, dense(noon.AddDate(0, 0, 1), 2))
}

// beforeDecisions is the last schema in which each kind of decision had a table of its own.
const beforeDecisions = 8

func TestUpgradeMovesDecisionsOfEachKindToOneTable(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	old, err := store.OpenAt(t.Context(), dir, beforeDecisions)
	if err != nil {
		t.Fatal(err)
	}
	path := old.Path()
	if err := old.Close(); err != nil {
		t.Fatal(err)
	}
	o, m, l, c := made("org", "o1", anOverride()), made("org", "m1", aMask()), made("org", "l1", aLineageChange()), made("org", "c1", aCalendar())
	for table, values := range map[string]string{
		"forecast_override": "'org', 'o1', 20000, 20006, 1764003600000, 'bob', " + documentSQL(t, o),
		"mask_edit":         "'org', 'm1', 20000, 20000, NULL, '', " + documentSQL(t, m),
		"lineage_change":    "'org', 'l1', 20000, 1764003600000, 'bob', " + documentSQL(t, l),
		"calendar_version":  "'org', 'c1', 'ann', 'agreed', 1763985600000, " + documentSQL(t, c),
	} {
		rawExec(t, path, "INSERT INTO "+table+" VALUES ("+values+")")
	}
	b := on(t, openIn(t, dir))
	o.WithdrawnBy, l.WithdrawnBy = "bob", "bob"
	o.WithdrawnAt, l.WithdrawnAt = time.UnixMilli(1764003600000).UTC(), time.UnixMilli(1764003600000).UTC()
	wantKept(b, o)
	wantKept(b, m)
	wantKept(b, l)
	wantKept(b, c)
	wantSame(t, "after the override's last day", []wrapcast.Override(nil), read(b, func(tx *store.Tx) ([]wrapcast.Override, error) {
		return store.DecisionsOf[wrapcast.Override](tx).Since("org", 20007)
	}))
	wantSame(t, "schema", schemaOf(t, openIn(t, t.TempDir()).Path()), schemaOf(t, b.Path()))
}

// wantKept checks that a decision is the only one of its kind.
func wantKept[T any, P wrapcast.Decided[T]](b bundle, want T) {
	b.T.Helper()
	wantSame(b.t, string(P(&want).Decision().Kind), []T{want},
		read(b, func(tx *store.Tx) ([]T, error) { return store.DecisionsOf[T, P](tx).All("org") }))
}

// documentSQL writes a document column as a literal of SQL.
func documentSQL(t *testing.T, v any) string {
	t.Helper()
	document, err := column.PackDocument(v)
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprintf("x'%x'", document)
}

func example() wrapcast.Extract {
	e := wrapcast.Extract{From: noon, To: noon.AddDate(0, 0, 1), ReadAt: noon}
	e.Observations = []wrapcast.Observation{observation(wrapcast.NoCode, noon, 7), observation("c1", noon, 3), observation("c1", noon.Add(18*time.Hour), 2)}
	e.Arrivals = []wrapcast.Arrival{{Queue: "q", Media: wrapcast.Voice, Start: noon, Offered: 9, Abandoned: 2}}
	return e
}

func writeExample(t *testing.T, b bundle) {
	t.Helper()
	b.update(func(tx *store.Tx) error { return tx.Directory().Save(directory("org")) })
	b.replace(location(t, "America/New_York"), example())
	b.update(func(tx *store.Tx) error { return tx.Runs().Create(run("org", "r1")) })
	b.update(func(tx *store.Tx) error {
		return tx.Leases().Acquire("org", wrapcast.Lease{Holder: "h", Until: noon}, noon, nil)
	})
	b.update(func(tx *store.Tx) error { return tx.Validations().Save("org", "r1", report()) })
	b.withPlans("p1")
	b.update(func(tx *store.Tx) error { return tx.Submissions().Save(submission("org", "s1", "p1"), "") })
	b.update(func(tx *store.Tx) error { return tx.Deliveries().Add(delivery("org", "d1", noon)) })
	for range 2 {
		b.update(func(tx *store.Tx) error {
			_, err := tx.Audit().Append(wrapcast.AuditEntry{Organisation: "org", Run: "r1", At: noon, Actor: "cli", Action: "extract", Status: "ok",
				Objects: map[string]string{"plan": "p1"}, Accuracy: &wrapcast.Accuracy{WAPE: 0.1, MASE: wrapcast.NotMeasured()}})
			return err
		})
	}
}

func checkExample(t *testing.T, b bundle) {
	t.Helper()
	e := example()
	wantSame(t, "directory", directory("org"), read(b, func(tx *store.Tx) (wrapcast.Directory, error) { return tx.Directory().Of("org") }))
	wantSame(t, "observations", sorted(e.Observations), b.observations(e.From, e.To))
	wantSame(t, "arrivals", e.Arrivals, b.arrivals(e.From, e.To))
	wantSame(t, "totals", store.Totals{Contacts: 12, ContactsWithoutCode: 7, Observations: 3},
		read(b, func(tx *store.Tx) (store.Totals, error) { return tx.History().Totals("org") }))
	wantSame(t, "the total's quarter-hours", []int32{10, 2}, read(b, func(tx *store.Tx) ([]int32, error) {
		handled, _, err := tx.Sums().QuarterHours("org", store.Series{}, e.From, e.To)
		return slices.DeleteFunc(handled, func(n int32) bool { return n == 0 }), err
	}))
	wantSame(t, "coverage", []wrapcast.Interval{{From: e.From, To: e.To}},
		read(b, func(tx *store.Tx) ([]wrapcast.Interval, error) { return tx.Readings().Coverage("org", time.Time{}) }))
	wantSame(t, "run", run("org", "r1"), read(b, func(tx *store.Tx) (wrapcast.Run, error) { return tx.Runs().Get("org", "r1") }))
	b.update(func(tx *store.Tx) error { return tx.Leases().Hold("org", "h") })
	wantSame(t, "report", report(), read(b, func(tx *store.Tx) (wrapcast.ValidationReport, error) { return tx.Validations().Of("org", "r1") }))
	wantSame(t, "forecast", forecast("org", "f1"), read(b, func(tx *store.Tx) (wrapcast.Forecast, error) { return tx.Forecasts().Get("org", "f1") }))
	wantSame(t, "plan", plan("org", "p1"), read(b, func(tx *store.Tx) (wrapcast.Plan, error) { return tx.Plans().Get("org", "p1") }))
	wantSame(t, "submission", submission("org", "s1", "p1"), read(b, func(tx *store.Tx) (wrapcast.Submission, error) { return tx.Submissions().Get("org", "s1") }))
	wantSame(t, "delivery", delivery("org", "d1", noon), read(b, func(tx *store.Tx) (wrapcast.Delivery, error) { return tx.Deliveries().Get("org", "d1") }))
	b.view(func(tx *store.Tx) error {
		end, err := audit.Verify(tx.Audit().Entries("org", 1, 0))
		if end.Seq != 2 {
			t.Errorf("the chain ends at %d", end.Seq)
		}
		return err
	})
}

func schemaOf(t *testing.T, path string) []string {
	t.Helper()
	return rawStrings(t, path, "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite%' AND name <> 'schema_version' ORDER BY name")
}

func rawStrings(t *testing.T, path, query string) (all []string) {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	rows, err := db.QueryContext(t.Context(), query)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var s string
		if err := rows.Scan(&s); err != nil {
			t.Fatal(err)
		}
		all = append(all, s)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return all
}

func writeFirstSchema(t *testing.T) {
	t.Helper()
	s, err := store.OpenAt(t.Context(), t.TempDir(), 1)
	if err != nil {
		t.Fatal(err)
	}
	writeExample(t, on(t, s))
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(filepath.Dir(firstSchema), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(firstSchema, []byte(dumpOf(t, s.Path())), 0o644); err != nil {
		t.Fatal(err)
	}
}

// dumpOf writes a database as SQL: its mark, its schema and its rows.
func dumpOf(t *testing.T, path string) string {
	t.Helper()
	dump := []string{"PRAGMA application_id = " + rawStrings(t, path, "PRAGMA application_id")[0]}
	dump = append(dump, rawStrings(t, path, "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite%' ORDER BY rowid")...)
	for _, table := range rawStrings(t, path, "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%' ORDER BY rowid") {
		var quoted []string
		for _, column := range rawStrings(t, path, "SELECT name FROM pragma_table_info('"+table+"') ORDER BY cid") {
			quoted = append(quoted, "quote("+column+")")
		}
		rows := rawStrings(t, path, fmt.Sprintf("SELECT %s FROM %s", strings.Join(quoted, "||', '||"), table))
		for _, row := range rows {
			dump = append(dump, fmt.Sprintf("INSERT INTO %s VALUES (%s)", table, row))
		}
	}
	return strings.Join(dump, ";\n") + ";\n"
}
