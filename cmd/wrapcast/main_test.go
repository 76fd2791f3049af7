package main

import (
	"encoding/json"
	"errors"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/postgrestest"
	"github.com/wrapcast/wrapcast/internal/sim"
)

// asWrapcast makes the test binary behave as the command, so that tests can run it in a
// process of its own, and kill it.
const asWrapcast = "WRAPCAST_TEST_AS_COMMAND"

func TestMain(m *testing.M) {
	if os.Getenv(asWrapcast) != "" {
		main()
		return
	}
	testscript.Main(stopped{m}, map[string]func(){"wrapcast": main})
}

// stopped stops the PostgreSQL server when the tests have ended.
type stopped struct{ *testing.M }

// Run implements testscript.TestingM.
func (m stopped) Run() int {
	defer postgrestest.Stop()
	return m.M.Run()
}

// TestScripts runs testdata/*.txtar: each reads as documentation of a command.
func TestScripts(t *testing.T) {
	t.Parallel()
	testscript.Run(t, testscript.Params{
		Dir: "testdata", RequireExplicitExec: true, UpdateScripts: os.Getenv("UPDATE") != "",
		Cmds:  map[string]func(*testscript.TestScript, bool, []string){"organisation": serveOrganisation, "day": nameDay, "ago": runAgo, "exits": mustExit, "suggested": nameSuggested, "withdrawn": withdrawLineage, "expand": expandFile},
		Setup: preferBinary,
	})
}

// preferBinary makes scripts run the binary that make test has built, which is quicker than this one.
func preferBinary(e *testscript.Env) error {
	if binary := os.Getenv("WRAPCAST_BINARY"); binary != "" {
		e.Setenv("PATH", filepath.Dir(binary)+string(os.PathListSeparator)+e.Getenv("PATH"))
	}
	return nil
}

// serveOrganisation serves a small simulated organisation and points the script's environment at it. Arguments:
// fault=429=0.1 orders faults, without=PERMISSION takes one away, with=PERMISSION gives one more, writer=yes splits
// them between two OAuth clients, volume=8 multiplies contacts, codes=24 and history=150 choose them, kind=seven-days,no-unit makes it other than plain,
// switch=max-days=3 decides an open point of the platform, as=HARBOUR makes it another organisation, of that name, whose address and secret
// are the variables HARBOUR_URL and HARBOUR_SECRET. Queues that hidden.txt names have no contacts: see hiding.
func serveOrganisation(ts *testscript.TestScript, _ bool, args []string) {
	o := sim.Options{Clock: wrapcast.Clock{Now: time.Now, Sleep: sleep}, RequestsPerMinute: 100_000, ImportDelay: 10 * time.Millisecond}.Small()
	o.ClientID, o.ClientSecret = "script", "the-secret-of-the-script"
	o.Permissions = sim.Needed()
	as := ""
	for _, arg := range args {
		name, value, _ := strings.Cut(arg, "=")
		var err error
		switch name {
		case "as":
			as, o.Name, o.Seed = value, value, uint64(len(value))
			o.ClientID, o.ClientSecret = "client of "+value, "the secret of "+value
		case "fault":
			o.Faults, err = sim.ParseFaults(value)
		case "volume":
			o.Volume, err = strconv.ParseFloat(value, 64)
		case "codes":
			o.Codes, err = strconv.Atoi(value)
		case "history":
			o.History, err = strconv.Atoi(value)
		case "kind":
			o.Kinds, err = sim.ParseKinds(value)
		case "switch":
			name, value, _ := strings.Cut(value, "=")
			err = o.Switches.Set(name, value)
		case "without":
			o.Permissions = without(o.Permissions, value)
		case "with":
			o.Permissions = append(o.Permissions, value)
		case "writer":
			writing := []string{"wfm:shortTermForecast:add"}
			o.MoreClients = []sim.Client{{ID: "script-writer", Secret: "the-other-secret", Permissions: writing}}
			for _, p := range writing {
				o.Permissions = without(o.Permissions, p)
			}
			ts.Setenv("GENESYS_WRITE_CLIENT_ID", "script-writer")
			ts.Setenv("GENESYS_WRITE_CLIENT_SECRET", "the-other-secret")
		default:
			ts.Fatalf("organisation does not know %q", arg)
		}
		ts.Check(err)
	}
	server, err := sim.New(o)
	ts.Check(err)
	http := httptest.NewServer(hidingIn(server, ts.MkAbs("hidden.txt")))
	ts.Defer(http.Close)
	if as != "" {
		ts.Setenv(as+"_URL", http.URL)
		ts.Setenv(as+"_SECRET", o.ClientSecret)
		return
	}
	ts.Setenv("GENESYS_BASE_URL", http.URL)
	ts.Setenv("GENESYS_CLIENT_ID", o.ClientID)
	ts.Setenv("GENESYS_CLIENT_SECRET", o.ClientSecret)
}

// expandFile puts variables of the environment, written as ${NAME}, into a file.
func expandFile(ts *testscript.TestScript, _ bool, args []string) {
	text := os.Expand(ts.ReadFile(args[0]), ts.Getenv)
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(text), 0o600))
}

// nameSuggested puts the id of the latest change of codes that is suggested into a variable of the environment.
func nameSuggested(ts *testscript.TestScript, _ bool, args []string) {
	ts.Check(ts.Exec("wrapcast", "lineage", "suggest", "--json"))
	var found wrapcast.LineageSuggestions
	ts.Check(json.Unmarshal([]byte(ts.ReadFile("stdout")), &found))
	ts.Setenv(args[0], found.Suggestions[0].ID)
}

// withdrawLineage withdraws the change of codes that was recorded last.
func withdrawLineage(ts *testscript.TestScript, _ bool, _ []string) {
	ts.Check(ts.Exec("wrapcast", "lineage", "list", "--json"))
	var list lineageList
	ts.Check(json.Unmarshal([]byte(ts.ReadFile("stdout")), &list))
	ts.Check(ts.Exec("wrapcast", "lineage", "withdraw", string(list.Changes[len(list.Changes)-1].ID), "--author", "ann"))
}

// mustExit runs a command that ends with the exit code named first.
func mustExit(ts *testscript.TestScript, _ bool, args []string) {
	err := ts.Exec(args[1], args[2:]...)
	code := 0
	if e, ok := errors.AsType[*exec.ExitError](err); ok {
		code = e.ExitCode()
	} else {
		ts.Check(err)
	}
	if want := args[0]; strconv.Itoa(code) != want {
		ts.Fatalf("it exited with %d, want %s", code, want)
	}
}

func without(all []string, one string) []string {
	var kept []string
	for _, s := range all {
		if s != one {
			kept = append(kept, s)
		}
	}
	return kept
}
