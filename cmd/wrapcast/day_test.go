package main

import (
	"context"
	"strconv"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/terminal"
)

// runAgo runs a command as it would have been done so many days ago: ago 15 run --quiet.
func runAgo(ts *testscript.TestScript, _ bool, args []string) {
	days, err := strconv.Atoi(args[0])
	ts.Check(err)
	a := newApp()
	a.sessions.Clock = a.sessions.Clock.At(time.Now().AddDate(0, 0, -days))
	a.sessions.Terminal = &terminal.Terminal{Out: ts.Stdout(), Err: ts.Stderr()}
	a.sessions.Settings.Environ = func(name string) (string, bool) { v := ts.Getenv(name); return v, v != "" }
	where := []string{"--config", ts.MkAbs(ts.Getenv("WRAPCAST_CONFIG")), "--data", ts.MkAbs("wrapcast-data")}
	if code := a.run(context.Background(), append(args[1:], where...)); code != 0 {
		ts.Fatalf("%v of %d days ago ended with %d", args[1:], days, code)
	}
}

// nameDay puts a day, so many from today in the simulated organisation's zone, into a variable of a script: day NAME 7.
func nameDay(ts *testscript.TestScript, _ bool, args []string) {
	if len(args) != 2 {
		ts.Fatalf("usage: day NAME DAYS")
	}
	zone, err := time.LoadLocation("America/New_York")
	ts.Check(err)
	ahead, err := strconv.Atoi(args[1])
	ts.Check(err)
	ts.Setenv(args[0], (wrapcast.DateOf(time.Now().In(zone)) + wrapcast.Date(ahead)).String())
}
