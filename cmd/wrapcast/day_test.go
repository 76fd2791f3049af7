package main

import (
	"strconv"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/wrapcast/wrapcast"
)

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
