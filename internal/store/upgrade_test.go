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
	"github.com/wrapcast/wrapcast/internal/reports"
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

// A chain of before there were digests verifies as it did, and says so; entries of now are bound.
func TestUpgradeOfAChainWithoutDigests(t *testing.T) {
	t.Parallel()
	dump, err := os.ReadFile(firstSchema)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	path := filepath.Join(dir, "wrapcast.db")
	rawExec(t, path, string(dump))
	b := on(t, openIn(t, dir))
	verify := func() reports.ChainCheck {
		return read(b, func(tx *store.Tx) (reports.ChainCheck, error) {
			return reports.CheckChain(tx, "org", reports.CheckOptions{})
		})
	}
	before := verify()
	if !before.Valid || before.WithoutDigests != before.Entries || before.WithoutDigest == 0 ||
		!strings.Contains(fmt.Sprint(before.Notes), "entries are without digests") {
		t.Errorf("of before: %+v", before)
	}
	first := read(b, func(tx *store.Tx) ([]wrapcast.AuditEntry, error) { return tx.Audit().OfRun("org", "r1") })
	if len(first) == 0 || first[0].Objects["plan"] != "p1" {
		t.Errorf("the entries are %+v", first)
	}
	b.update(func(tx *store.Tx) error {
		_, err := tx.Audit().Append(wrapcast.AuditEntry{Organisation: "org", At: noon, Action: "plan", Status: "ok",
			Objects: map[string]string{"plan": "p1"}})
		return err
	})
	after := verify()
	if !after.Valid || after.WithoutDigests != before.Entries || after.WithoutDigest >= before.WithoutDigest || after.Key == "" {
		t.Errorf("with an entry of now: %+v", after)
	}
	rawExec(t, path, "DROP TRIGGER plan_stays_as_it_is; UPDATE plan SET document = (SELECT document FROM forecast LIMIT 1) WHERE plan_id = 'p1'")
	if c := verify(); c.Valid || !strings.Contains(fmt.Sprint(c.Problems), "plan p1: it was changed since entry") {
		t.Errorf("a plan changed since: %+v", c)
	}
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

// beforeDirections is the last schema that knew neither directions nor languages and skills.
const beforeDirections = 9

func TestUpgradeKeepsHistoryThatKnewNoDirections(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	old, err := store.OpenAt(t.Context(), dir, beforeDirections)
	if err != nil {
		t.Fatal(err)
	}
	path := old.Path()
	if err := old.Close(); err != nil {
		t.Fatal(err)
	}
	day := wrapcast.DateOf(noon)
	packed := func(figures ...int64) string { // of the quarter-hour from noon on
		cells := make([]column.Cell, column.QuarterHoursPerDay)
		copy(cells[48][:], figures)
		return fmt.Sprintf("x'%x'", column.PackDay(cells, len(figures)))
	}
	from, to := noon.UnixMilli(), noon.Add(wrapcast.QuarterHour).UnixMilli()
	for _, row := range []string{
		"leaf (organisation_id, leaf_id, queue_id, code_id, media_type) VALUES ('org', 1, 'q', 'c', 'voice')",
		fmt.Sprintf("history VALUES ('org', 1, %d, %s)", day, packed(5, 500, 50)),
		fmt.Sprintf("local_day VALUES ('org', 1, %d, 1, 5, 500, 50)", day),
		"local_day_zone VALUES ('org', 'UTC')",
		fmt.Sprintf("arrival VALUES ('org', %d, 'q', 'voice', %s)", day, packed(7, 2)),
		fmt.Sprintf("queue_handled VALUES ('org', %d, 'q', 'voice', %s)", day, packed(5, 1)),
		fmt.Sprintf("history_sum VALUES ('org', 'code', 'c', %d, %s)", day, packed(5, 500)),
		fmt.Sprintf("history_sum VALUES ('org', 'queue', 'q', %d, %s)", day, packed(5, 500)),
		fmt.Sprintf("history_sum VALUES ('org', 'total', '', %d, %s)", day, packed(5, 500)),
		fmt.Sprintf("coverage VALUES ('org', %d, %d, %d)", from, to, to),
		fmt.Sprintf("day_reading VALUES ('org', %d, %d, 'c', 5)", day, to),
	} {
		rawExec(t, path, "INSERT INTO "+row)
	}
	b := on(t, openIn(t, dir))
	wantSame(t, "schema", schemaOf(t, openIn(t, t.TempDir()).Path()), schemaOf(t, b.Path()))
	until, code := noon.Add(wrapcast.QuarterHour), wrapcast.CodeID("c")
	leaf := wrapcast.Leaf{Queue: "q", Code: "c", Media: wrapcast.Voice}
	wantSame(t, "observations", []wrapcast.Observation{{Leaf: leaf, Start: noon, Handled: 5, HandleMs: 500, AfterCallMs: 50}},
		b.observations(noon, until))
	wantSame(t, "arrivals", []wrapcast.Arrival{{Queue: "q", Media: wrapcast.Voice, Start: noon, Offered: 7, Abandoned: 2}},
		b.arrivals(noon, until))
	wantSame(t, "a day's readings", []wrapcast.DayReading{{Day: day, ReadAt: until, Code: "c", Handled: 5}},
		read(b, func(tx *store.Tx) ([]wrapcast.DayReading, error) {
			return tx.Readings().Days("org", nil, time.UTC, day)
		}))
	sums := func(of ...wrapcast.Direction) []store.SeriesDay {
		return read(b, func(tx *store.Tx) ([]store.SeriesDay, error) {
			return tx.Sums().Days("org", store.Series{Code: &code, Directions: of}, time.UTC, day, day)
		})
	}
	wantSame(t, "the code's day", []store.SeriesDay{{Day: day, Handled: 5, HandleMs: 500}}, sums())
	readings := func() []wrapcast.Reading {
		return read(b, func(tx *store.Tx) ([]wrapcast.Reading, error) { return tx.Readings().All("org") })
	}
	was := wrapcast.Reading{Interval: wrapcast.Interval{From: noon, To: until}, ReadAt: until}
	wantSame(t, "what was told apart", []wrapcast.Reading{was}, readings())

	// Read again, three of the five were outbound.
	out := leaf
	out.Direction = wrapcast.Outbound
	again := wrapcast.Extract{From: noon, To: until, ReadAt: until.Add(time.Hour), Detail: wrapcast.Detail{Direction: true},
		Observations: []wrapcast.Observation{{Leaf: leaf, Start: noon, Handled: 2, HandleMs: 200}, {Leaf: out, Start: noon, Handled: 3, HandleMs: 300}}}
	b.replace(time.UTC, again)
	wantSame(t, "inbound", []store.SeriesDay{{Day: day, Handled: 2, HandleMs: 200}}, sums(wrapcast.Inbound))
	wantSame(t, "outbound", []store.SeriesDay{{Day: day, Handled: 3, HandleMs: 300}}, sums(wrapcast.Outbound))
	wantSame(t, "all", []store.SeriesDay{{Day: day, Handled: 5, HandleMs: 500}}, sums())
	was.ReadAt, was.Detail = again.ReadAt, again.Detail
	wantSame(t, "what was told apart then", []wrapcast.Reading{was}, readings())
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
	b.update(func(tx *store.Tx) error { return tx.Validations().Save("org", "r1", "bu", report()) })
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
		read(b, func(tx *store.Tx) (store.Totals, error) { return tx.History().Totals("org", nil) }))
	wantSame(t, "the total's quarter-hours", []int32{10, 2}, read(b, func(tx *store.Tx) ([]int32, error) {
		handled, _, err := tx.Sums().QuarterHours("org", store.Series{}, e.From, e.To)
		return slices.DeleteFunc(handled, func(n int32) bool { return n == 0 }), err
	}))
	wantSame(t, "coverage", []wrapcast.Interval{{From: e.From, To: e.To}},
		read(b, func(tx *store.Tx) ([]wrapcast.Interval, error) { return tx.Readings().Coverage("org", time.Time{}) }))
	wantSame(t, "run", run("org", "r1"), read(b, func(tx *store.Tx) (wrapcast.Run, error) { return tx.Runs().Get("org", "r1") }))
	b.update(func(tx *store.Tx) error { return tx.Leases().Hold("org", "h") })
	wantSame(t, "report", report(), read(b, func(tx *store.Tx) (wrapcast.ValidationReport, error) { return tx.Validations().Of("org", "r1", "bu") }))
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

// beforeBlocks is the last schema in which the history had a row for every day of a leaf.
const beforeBlocks = 29

func TestUpgradePutsTheDaysOfTheHistoryTogether(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	old, err := store.OpenAt(t.Context(), dir, beforeBlocks)
	if err != nil {
		t.Fatal(err)
	}
	path := old.Path()
	if err := old.Close(); err != nil {
		t.Fatal(err)
	}
	const leaves, days = 250, 40 // more than are brought over at once
	first := wrapcast.DateOf(noon) - days
	var want []wrapcast.Observation
	sums := make([][column.QuarterHoursPerDay]column.Cell, days)
	var rows []string
	for l := range leaves {
		leaf := wrapcast.Leaf{Queue: wrapcast.QueueID(fmt.Sprintf("q%03d", l)), Code: "c", Media: wrapcast.Voice}
		row := column.RowOf(nil, "leaf").Text("org").Number(int64(l + 1)).Text(string(leaf.Queue)).Text("c").Text("voice").Text("").Text("").Text("")
		rows = append(rows, fmt.Sprintf(`INSERT INTO leaf (organisation_id, leaf_id, queue_id, code_id, media_type, digest)
			VALUES ('org', %d, '%s', 'c', 'voice', %d)`, l+1, leaf.Queue, row.Digest()))
		for d := l % 3; d < days; d += 3 {
			var cells [column.QuarterHoursPerDay]column.Cell
			for at := 30 + l%7; at < 80; at += 9 {
				cells[at] = column.Cell{int64(1 + at%3), int64(300_000 + at*l), int64(at)}
				sums[d][at][0] += cells[at][0]
				sums[d][at][1] += cells[at][1]
				want = append(want, wrapcast.Observation{Leaf: leaf, Start: (first + wrapcast.Date(d)).Midnight(time.UTC).Add(time.Duration(at) * wrapcast.QuarterHour),
					Handled: int(cells[at][0]), HandleMs: cells[at][1], AfterCallMs: cells[at][2]})
			}
			sealed := column.RowOf(nil, "history").Text("org").Number(int64(l + 1)).Number(int64(first) + int64(d)).Seal(column.PackDay(cells[:], 3))
			rows = append(rows, fmt.Sprintf("INSERT INTO history VALUES ('org', %d, %d, x'%x')", l+1, int64(first)+int64(d), sealed))
		}
	}
	for d := range sums {
		row := column.RowOf(nil, "history_sum").Text("org").Text("total").Text("").Text("").Number(int64(first) + int64(d))
		rows = append(rows, fmt.Sprintf("INSERT INTO history_sum VALUES ('org', 'total', '', '', %d, x'%x')", int64(first)+int64(d),
			row.Seal(column.PackDay(sums[d][:], 2))))
	}
	rawExec(t, path, "BEGIN; "+strings.Join(rows, ";")+"; COMMIT")

	var told []string
	s, err := store.Open(t.Context(), store.Options{Dir: dir, Converting: func(done, all int) { told = append(told, fmt.Sprint(done, " of ", all)) }})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	b := on(t, s)
	b.org = "org"
	wantSame(t, "what was told", []string{"100 of 250", "200 of 250", "250 of 250", "1 of 1"}, told)
	wantSame(t, "observations", sorted(want), b.observations(noon.AddDate(0, 0, -50), noon))
	wantSame(t, "schema", schemaOf(t, openIn(t, t.TempDir()).Path()), schemaOf(t, path))
}
