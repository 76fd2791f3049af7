package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"database/sql"
	"fmt"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/spf13/cobra"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/cli"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/terminal"
	"github.com/wrapcast/wrapcast/internal/sim"
	"github.com/wrapcast/wrapcast/internal/store"
)

// The walk at the command line: every command that works for an organisation, over a data directory with two. None reads,
// prints or changes another's, and those that are not told which refuse by name.

// shared is a data directory of two organisations, and the settings of both.
type shared struct {
	dir, settings string
	orgs          map[string]*sharedOrg
}

// sharedOrg has things of an organisation by name, and texts that only it has.
type sharedOrg struct {
	id    string
	ids   map[string]string
	marks []string
}

func newShared(t *testing.T) *shared {
	t.Helper()
	s := &shared{dir: t.TempDir(), orgs: map[string]*sharedOrg{"Alder": {}, "Birch": {}}}
	text := "history: {lookback_days: 70}\napi: {requests_per_minute: 100000}\norganisations:\n"
	for i, name := range []string{"Alder", "Birch"} {
		o := sim.Options{Clock: wrapcast.Clock{Now: time.Now, Sleep: sleep}, RequestsPerMinute: 100_000, ImportDelay: time.Millisecond,
			History: 70, Permissions: sim.Needed()}.Small()
		o.Seed, o.Name, o.ClientID, o.ClientSecret = uint64(70+i), name+" Care", "client of "+name, "the-secret"
		o.Queues, o.Codes = 2+i, 3+i
		server, err := sim.New(o)
		if err != nil {
			t.Fatal(err)
		}
		front := httptest.NewServer(server)
		t.Cleanup(front.Close)
		writeFile(t, filepath.Join(s.dir, name+".secret"), o.ClientSecret)
		text += fmt.Sprintf("  %s:\n    base_url: %s\n    client_id: %s\n    client_secret: file:%s\n", name, front.URL, o.ClientID,
			filepath.Join(s.dir, name+".secret"))
	}
	s.settings = filepath.Join(s.dir, "wrapcast.yaml")
	writeFile(t, s.settings, text)
	for name, org := range s.orgs {
		s.must(t, "run", "--organisation", name)
		s.learn(t, name, org)
	}
	own, other := s.orgs["Alder"].marks, s.orgs["Birch"].marks
	s.orgs["Alder"].marks, s.orgs["Birch"].marks = onlyIn(own, other), onlyIn(other, own)
	return s
}

func onlyIn(texts, others []string) []string {
	return slices.DeleteFunc(slices.Clone(texts), func(text string) bool { return slices.Contains(others, text) || len(text) < 8 })
}

// run runs one command line; what it prints is on both streams.
func (s *shared) run(args ...string) (code int, out, said string) {
	var printed, err bytes.Buffer
	a := newApp()
	a.sessions.Terminal = &terminal.Terminal{In: strings.NewReader(""), Out: &printed, Err: &err}
	a.sessions.Settings.Environ = func(string) (string, bool) { return "", false }
	code = a.run(context.Background(), append([]string{"--data", s.dir, "--config", s.settings}, args...))
	return code, printed.String(), err.String()
}

func (s *shared) must(t *testing.T, args ...string) string {
	t.Helper()
	code, out, said := s.run(args...)
	if code != cli.ExitDone {
		t.Fatalf("%q: exit code %d: %s", args, code, said)
	}
	return out
}

// learn finds things of an organisation, and makes a decision of each kind.
func (s *shared) learn(t *testing.T, name string, org *sharedOrg) {
	t.Helper()
	org.ids = map[string]string{"DAY": wrapcast.DateOf(time.Now()).String(), "PAST": (wrapcast.DateOf(time.Now()) - 9).String(),
		"NEXT": (wrapcast.DateOf(time.Now()) + 9).String(), "OUT": filepath.Join(t.TempDir(), "out")}
	db, err := store.Open(t.Context(), store.Options{Dir: s.dir})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	err = db.View(t.Context(), func(tx *store.Tx) error {
		all, err := tx.Directory().Organisations()
		if err != nil {
			return err
		}
		for _, o := range all {
			if o.Name != name+" Care" {
				continue
			}
			org.id = string(o.ID)
			directory, err := tx.Directory().Of(o.ID)
			if err != nil {
				return err
			}
			org.marks = append(org.marks, org.id, o.Name, "client of "+name)
			for _, c := range directory.Codes {
				org.ids["CODE2"], org.ids["CODE"] = org.ids["CODE"], string(c.ID)
				org.marks = append(org.marks, string(c.ID), c.Name)
			}
			for _, q := range directory.Queues {
				org.ids["QUEUE"] = string(q.ID)
				org.marks = append(org.marks, string(q.ID), q.Name)
			}
			runs, err := tx.Runs().Latest(o.ID, 1)
			if err != nil {
				return err
			}
			org.ids["RUN"] = string(runs[0].ID)
			forecast, err := tx.Forecasts().OfRun(o.ID, runs[0].ID, directory.BusinessUnit.ID)
			if err != nil {
				return err
			}
			org.ids["FORECAST"] = string(forecast.ID)
			plans, err := tx.Plans().OfRun(o.ID, runs[0].ID)
			if err != nil {
				return err
			}
			org.ids["PLAN"] = string(plans[0].ID)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, made := range [][]string{
		{"OVERRIDE", "override", "add", "--percent", "5", "--from", "NEXT", "--reason", "of " + name, "--code", "CODE"},
		{"OVERRIDE2", "override", "add", "--percent", "7", "--from", "NEXT", "--reason", "also of " + name, "--code", "CODE", "--overlap", "compound"},
		{"MASK", "validate", "masks", "hide", "--from", "PAST", "--reason", "of " + name, "--code", "CODE"},
		{"LINEAGE", "lineage", "add", "retired", "--code", "CODE2", "--from", "NEXT", "--reason", "of " + name},
	} {
		org.ids[made[0]] = idIn(t, s.must(t, org.filled(made[1:], "--organisation", name, "--json")...))
	}
	for _, what := range []string{"RUN", "FORECAST", "PLAN", "OVERRIDE", "OVERRIDE2", "MASK", "LINEAGE"} {
		org.marks = append(org.marks, org.ids[what])
	}
}

// idIn is the id of what was made, as a document of a command has it: its own id, or the one its sentence names.
func idIn(t *testing.T, document string) string {
	t.Helper()
	for _, form := range []string{`"id": "(.{36})"`, `([0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12})`} {
		if m := regexp.MustCompile(form).FindStringSubmatch(document); m != nil {
			return m[1]
		}
	}
	t.Fatalf("no id in %s", document)
	return ""
}

// filled puts things of an organisation into a command line.
func (o *sharedOrg) filled(args []string, more ...string) []string {
	out := slices.Clone(args)
	for i, arg := range out {
		name, ending, dotted := strings.Cut(arg, ".")
		if id, ok := o.ids[name]; ok && dotted {
			out[i] = id + "." + ending
		} else if ok {
			out[i] = id
		}
	}
	return append(out, more...)
}

// ofOne are command lines that work for one organisation; exits beyond 0 are those of a command that has nothing to do.
var ofOne = []struct {
	line  string
	exits []int
}{
	{"accuracy", nil}, {"accuracy ledger", nil}, {"audit list", nil}, {"audit verify", nil}, {"audit export --to OUT", nil},
	{"audit checkpoint", nil}, {"audit pack FORECAST --to OUT", nil}, {"audit pack PLAN --to OUT", nil},
	{"backtest --all --origins 2", []int{cli.ExitUsage}},
	{"calendar", nil}, {"calendar list", nil}, {"calendar suggest", nil}, {"calendar use US-MA", nil},
	{"calendar add Fair --from NEXT --expected +10%", nil}, {"calendar remove Fair", nil},
	{"codes", nil}, {"doctor --read-only", nil},
	{"export forecast --to OUT.csv", nil}, {"export accuracy --to OUT.csv", nil}, {"export masks --to OUT.csv", nil}, {"export ledger --to OUT.csv", nil},
	{"export intervals --template calabrio-forecast --to OUT.csv", nil},
	{"extract", nil}, {"extract --plan", nil}, {"intraday", nil},
	{"lineage list", nil}, {"lineage suggest", nil}, {"lineage accept nothing", []int{cli.ExitUsage}},
	{"lineage withdraw LINEAGE", nil}, {"lineage add retired --code CODE2 --from NEXT --reason again", nil},
	{"override list", nil}, {"override add --percent 3 --queue QUEUE --from NEXT --reason more --overlap compound", nil},
	{"override import OUT.csv", []int{cli.ExitData}},
	{"override resolve OVERRIDE OVERRIDE2 --rule replace", nil}, {"override remove OVERRIDE", nil},
	{"plan", nil}, {"plan accept-silence --list", nil}, {"plan accept-silence QUEUE --reason closed", nil},
	{"reconcile", nil}, {"reconcile --stored", nil}, {"report --out OUT.html", nil}, {"rollback --dry-run", []int{cli.ExitUsage, cli.ExitData}},
	{"run --dry-run", nil}, {"submit PLAN --yes --accept-changes", []int{cli.ExitFailed}}, {"submit --settle", nil},
	{"validate", nil}, {"validate masks", nil}, {"validate masks hide --from PAST --reason more --code CODE", nil},
	{"validate masks show --from PAST --reason more --code CODE", nil}, {"validate masks remove MASK", nil}, {"validate queues", nil},
}

// ofNone are commands that work for no organisation, for all of them, or until they are told to stop; store prune deletes
// what is old of each, and internal/retention has its test.
var ofNone = []string{"audit key", "audit key make", "audit key rotate", "demo", "forecast", "init", "serve", "serve ready", "serve user", "serve user add", "serve user change",
	"serve user list", "serve user password", "simulate", "staff", "staff erlang", "store", "store backup", "store copy", "store migrate", "store prune", "store repair", "store restore",
	"store verify", "version", "worker", "audit", "export", "export templates", "override", "lineage", "import"}

func TestNoCommandTouchesAnotherOrganisation(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("two runs and two hundred commands")
	}
	s := newShared(t)
	t.Run("every command is tried", s.allAreTried)
	t.Run("who names none is told which there are", s.namesNone)
	t.Run("one is worked for, the other stays", s.onlyOne)
	t.Run("a thing of the other is not there", s.thingsAreNotThere)
	t.Run("a name that two have is refused", s.twoOfOneName)
}

func (*shared) allAreTried(t *testing.T) {
	everyCommand(newApp().rootCommand(), nil, func(c *cobra.Command, path []string) {
		name := strings.TrimPrefix(strings.Join(path, " "), "validate ")
		tried := slices.ContainsFunc(ofOne, func(o struct {
			line  string
			exits []int
		}) bool {
			return o.line == name || strings.HasPrefix(o.line+" ", strings.Join(path, " ")+" ") || strings.HasPrefix(o.line+" ", name+" ")
		})
		if !tried && !slices.Contains(ofNone, name) {
			t.Errorf("nobody tries %s with two organisations", name)
		}
	})
}

func (s *shared) namesNone(t *testing.T) {
	before := s.digest(t, "Alder") + s.digest(t, "Birch")
	for _, c := range ofOne {
		args := s.orgs["Alder"].filled(strings.Fields(c.line))
		code, out, said := s.run(args...)
		if strings.HasPrefix(c.line, "audit verify") { // it verifies the chains of all
			continue
		}
		if code != cli.ExitUsage || !strings.Contains(said, "Alder") || !strings.Contains(said, "Birch") || !strings.Contains(said, "--organisation") {
			t.Errorf("%q: exit code %d: %s%.300s", args, code, said, out)
		}
	}
	if s.digest(t, "Alder")+s.digest(t, "Birch") != before {
		t.Error("what was refused changed what is stored")
	}
}

func (s *shared) onlyOne(t *testing.T) {
	for own, other := range map[string]string{"Alder": "Birch", "Birch": "Alder"} {
		for _, c := range ofOne {
			before := s.digest(t, other)
			args := s.orgs[own].filled(strings.Fields(c.line), "--organisation", own)
			if own == "Birch" {
				args = append(args, "--json")
			}
			code, out, said := s.run(args...)
			if code != cli.ExitDone && !slices.Contains(c.exits, code) {
				t.Errorf("%q: exit code %d: %s", args, code, said)
			}
			s.leaksNothing(t, args, other, out+said)
			if s.digest(t, other) != before {
				t.Errorf("%q changes what is stored of %s", args, other)
			}
		}
		files, _ := filepath.Glob(filepath.Dir(s.orgs[own].ids["OUT"]) + "/*")
		if len(files) < 3 { // one of each kind: the last written stays
			t.Errorf("only %q were written", files)
		}
		for _, file := range files {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			s.leaksNothing(t, []string{file}, other, string(text))
		}
	}
}

// leaksNothing looks for texts of another organisation.
func (s *shared) leaksNothing(t *testing.T, args []string, other, text string) {
	t.Helper()
	for _, mark := range s.orgs[other].marks {
		if strings.Contains(text, mark) {
			t.Errorf("%q tells of %s: %q", args, other, mark)
		}
	}
}

// thingsAreNotThere: what belongs to the other organisation is refused by id, and stays as it is.
func (s *shared) thingsAreNotThere(t *testing.T) {
	for own, other := range map[string]string{"Alder": "Birch", "Birch": "Alder"} {
		for _, line := range []string{"audit pack FORECAST --to OUT", "audit pack PLAN --to OUT", "lineage withdraw LINEAGE",
			"override remove OVERRIDE2", "override resolve OVERRIDE OVERRIDE2 --rule replace", "validate masks remove MASK",
			"submit PLAN --yes", "rollback --to PLAN", "export forecast --forecast FORECAST --to OUT.csv",
			"override add --percent 3 --code CODE --from NEXT --reason x", "override add --percent 3 --queue QUEUE --from NEXT --reason x",
			"lineage add retired --code CODE --from NEXT --reason x", "validate masks hide --from PAST --code CODE --reason x",
			"accuracy --code CODE", "accuracy --queue QUEUE", "plan accept-silence QUEUE --reason x"} {
			before := s.digest(t, other) + s.digest(t, own, "decision", "plan", "submission")
			args := s.orgs[other].filled(strings.Fields(line), "--organisation", own)
			code, out, said := s.run(args...)
			if code == cli.ExitDone || code == cli.ExitFailed {
				t.Errorf("%q: exit code %d: %s%.300s", args, code, said, out)
			}
			if s.digest(t, other)+s.digest(t, own, "decision", "plan", "submission") != before {
				t.Errorf("%q changes what is stored", args)
			}
		}
	}
}

// twoOfOneName: where two are called alike at the platform, neither is taken for the other; an id or the name of the
// settings tells them apart.
func (s *shared) twoOfOneName(t *testing.T) {
	db, err := sql.Open("sqlite", filepath.Join(s.dir, "wrapcast.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.ExecContext(t.Context(), `UPDATE organisation SET name = 'Twin'`); err != nil {
		t.Fatal(err)
	}
	writeFile(t, s.settings, "history: {lookback_days: 70}\n")
	if code, _, said := s.run("audit", "list", "--organisation", "twin"); code != cli.ExitUsage || !strings.Contains(said, s.orgs["Alder"].id) ||
		!strings.Contains(said, s.orgs["Birch"].id) {
		t.Errorf("exit code %d: %s", code, said)
	}
	for name, org := range s.orgs {
		s.must(t, "audit", "list", "--organisation", org.id)
		s.must(t, "audit", "list", "--organisation", name)
	}
}

// digest is of all rows that are stored of an organisation, or of those of some tables.
func (s *shared) digest(t *testing.T, name string, of ...string) string {
	t.Helper()
	db, err := sql.Open("sqlite", filepath.Join(s.dir, "wrapcast.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	tables := tableRows(t, db, `SELECT m.name FROM sqlite_master m JOIN pragma_table_info(m.name) c
		WHERE m.type = 'table' AND c.name = 'organisation_id' ORDER BY m.name`)
	if len(tables) < 15 {
		t.Fatalf("only %q", tables)
	}
	sum := sha256.New()
	for _, table := range tables {
		if len(of) > 0 && !slices.Contains(of, table) {
			continue
		}
		for _, row := range tableRows(t, db, `SELECT * FROM `+table+` WHERE organisation_id = ?`, s.orgs[name].id) {
			fmt.Fprintln(sum, table, row)
		}
	}
	return fmt.Sprintf("%x", sum.Sum(nil))
}

// tableRows are the rows of a query as texts.
func tableRows(t *testing.T, db *sql.DB, query string, args ...any) (all []string) {
	t.Helper()
	rows, err := db.QueryContext(t.Context(), query, args...)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		t.Fatal(err)
	}
	for rows.Next() {
		values := make([]any, len(columns))
		for i := range values {
			values[i] = new(any)
		}
		if err := rows.Scan(values...); err != nil {
			t.Fatal(err)
		}
		texts := make([]string, len(values))
		for i, v := range values {
			texts[i] = fmt.Sprint(*v.(*any))
		}
		all = append(all, strings.Join(texts, " "))
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return all
}
