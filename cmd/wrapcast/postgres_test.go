package main

import (
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/wrapcast/wrapcast/internal/postgrestest"
)

// TestDemoOnPostgresGivesTheSameFigures replays one contact log into a directory and into a database, which leaves
// nothing to chance: what the run says is the same but for ids and times.
func TestDemoOnPostgresGivesTheSameFigures(t *testing.T) {
	t.Parallel()
	d := postgrestest.Shared(t).Empty(t)
	log := filepath.Join("..", "..", "internal", "sim", "testdata", "contacts.csv")
	figures := func(args ...string) map[string]any {
		out := succeeds(t, append([]string{"demo", "--once", "--json", "--quiet", "--target", "rest", "--contacts", log}, args...)...)
		var v map[string]any
		if err := json.Unmarshal([]byte(out), &v); err != nil {
			t.Fatalf("%v: %s", err, out)
		}
		return withoutChance(v).(map[string]any) //nolint:forcetypeassert // it is one
	}
	beside := t.TempDir()
	disk := t.TempDir()
	onDisk := figures("--data", disk)
	inDatabase := figures("--data", beside, "--store", d.Owner())
	if diff := cmp.Diff(onDisk, inDatabase); diff != "" {
		t.Errorf("directory (-) and database (+) differ:\n%s", diff)
	}
	at := []string{"--store", d.Owner(), "--data", beside}
	for _, c := range []struct{ args, says string }{
		{"store verify", "Everything is what was stored"},
		{"audit verify", "unchanged"},
		{"validate", "contacts"},
		{"store migrate --role " + postgrestest.App, "was up to date"},
	} {
		if out := succeeds(t, append(strings.Fields(c.args), at...)...); !strings.Contains(out, c.says) {
			t.Errorf("%s: %s", c.args, out)
		}
	}
	moved := postgrestest.Shared(t).Empty(t).Owner()
	if out := succeeds(t, "store", "copy", "--from", disk, "--to", moved); !strings.Contains(out, "compared by digests") {
		t.Errorf("store copy: %s", out)
	}
	succeeds(t, "audit", "verify", "--store", moved, "--data", disk)
	for _, c := range []struct {
		args []string
		exit int
		says string
	}{
		{[]string{"store", "backup", "b", "--store", d.App()}, 2, "pg_dump"},
		{[]string{"store", "restore", "b", "--store", d.App()}, 2, "pg_restore"},
		{[]string{"run", "--store", d.App(), "--data", t.TempDir()}, 2, "WRAPCAST_AUDIT_KEY"},
		{[]string{"validate", "--store", "postgres://me:secret-word@127.0.0.1:1/x"}, 1, "cannot be reached"},
		{[]string{"validate", "--store", "here"}, 2, "a data directory is named with --data"},
		{[]string{"store", "migrate", "--data", beside}, 2, "--store"},
		{[]string{"store", "copy", "--from", disk, "--to", d.Owner()}, 1, "holds something else"},
		{[]string{"store", "copy", "--from", disk}, 2, "--to"},
	} {
		out, exit := tried(t, c.args...)
		if exit != c.exit || !strings.Contains(out, c.says) || strings.Contains(out, "secret") {
			t.Errorf("%v: exit %d, want %d: %s", c.args, exit, c.exit, out)
		}
	}
}

// succeeds runs a command that must succeed, and returns what it prints.
func succeeds(t *testing.T, args ...string) string {
	t.Helper()
	c := command(t.Context(), t, nil, args...)
	var errs strings.Builder
	c.Stderr = &errs
	out, err := c.Output()
	if err != nil {
		t.Fatalf("%v: %v: %s%s", args, err, out, errs.String())
	}
	return string(out)
}

// tried runs a command and returns all it says, and its exit code.
func tried(t *testing.T, args ...string) (says string, exit int) {
	t.Helper()
	c := command(t.Context(), t, []string{"GENESYS_CLIENT_ID=x", "GENESYS_CLIENT_SECRET=y"}, args...)
	out, _ := c.CombinedOutput() // how it ended is asked of it next
	return string(out), c.ProcessState.ExitCode()
}

// withoutChance leaves out what no two runs share: ids, instants, durations, sizes of messages.
func withoutChance(v any) any {
	switch v := v.(type) {
	case map[string]any:
		kept := map[string]any{}
		for name, member := range v {
			switch name {
			case "run_id", "forecast_id", "plan_id", "id", "latency_ms", "usage", "submissions", "first", "latest":
				continue
			}
			kept[name] = withoutChance(member)
		}
		return kept
	case []any:
		kept := make([]any, len(v))
		for i, member := range v {
			kept[i] = withoutChance(member)
		}
		return kept
	}
	return v
}
