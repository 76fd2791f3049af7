package shift

import (
	"github.com/wrapcast/wrapcast/forecast/internal/stat"
)

const (
	sleepCycles   = 8    // cycles without anything that are a sleep
	sleepContacts = 30   // contacts that a sleep would have brought at the level after it
	awakeContacts = 12   // contacts that came since
	longestSince  = 13   // cycles since a sleep or of a silence: what is older, weights and levels have followed
	awakeDays     = 3    // steps with contacts after a sleep that make a level
	sleepyShare   = 0.25 // of the level after the sleep: what any four cycles before it may have brought at most
	silentMissing = 12   // contacts that a silence would have brought
	silentBefore  = 13   // cycles before it that say so
	silentCycles  = 2    // cycles it must have lasted
	silentTimes   = 2    // times the longest silence of the year before
	closedWeeks   = 3    // newest weeks in which a weekday that closed brought nothing
	closedMissing = 15   // contacts it would have brought
	closedBefore  = 8    // weeks before that say so
)

// Awake finds the end of a sleep: weeks in which nothing came, after a past that had next to nothing, and a level since
// that would have shown. What came before says nothing about it.
func Awake(y []float64, s Steps) (Level, bool) {
	from, at, run := 0, 0, 0
	for t, v := range y {
		switch {
		case v > 0:
			if run >= sleepCycles*s.cycle {
				from, at = t-run, t
			}
			run = 0
		case v == 0:
			run++
		}
	}
	if at == 0 || len(y)-at > longestSince*s.cycle {
		return Level{}, false
	}
	l := Level{At: at, After: stat.Mean(y[at:])}
	days, came := 0, 0.0
	for _, v := range y[at:] {
		if v > 0 {
			days, came = days+1, came+v
		}
	}
	awake := days >= awakeDays && came >= awakeContacts && l.After*float64(at-from) >= sleepContacts
	return l, awake && sleepy(y[:from], s.newest, sleepyShare*l.After)
}

// sleepy tells whether no stretch of so many steps has a mean above most.
func sleepy(y []float64, steps int, most float64) bool {
	for from := 0; from < len(y); from += max(1, steps/2) {
		if stat.Mean(y[from:min(len(y), from+steps)]) > most {
			return false
		}
	}
	return true
}

// Silent finds that nothing comes any more of what came rarely: a silence twice as long as any of the year before, in
// which a dozen contacts should have come.
func Silent(y []float64, s Steps) (Level, bool) {
	n := len(y)
	quiet := quietSteps(y)
	if quiet < silentCycles*s.cycle || quiet > longestSince*s.cycle || n-quiet < s.newest {
		return Level{}, false
	}
	before := y[max(0, n-quiet-silentBefore*s.cycle) : n-quiet]
	level, longest, run := stat.Mean(before), 0, 0
	for _, v := range y[max(0, n-quiet-s.year) : n-quiet] {
		switch {
		case v > 0:
			run = 0
		case v == 0:
			run++
			longest = max(longest, run)
		}
	}
	missing := level * float64(stat.Count(y[n-quiet:]))
	return Level{At: n - quiet, Before: level}, missing >= silentMissing && quiet >= silentTimes*longest
}

// quietSteps is how many of the newest steps are zero or unknown.
func quietSteps(y []float64) int {
	for t := len(y) - 1; t >= 0; t-- {
		if y[t] == y[t] && y[t] != 0 {
			return len(y) - 1 - t
		}
	}
	return len(y)
}

// Closed are the weekdays, by steps after the end, on which nothing has come for three weeks though much did before, in
// a history in which others go on.
func Closed(y []float64) []int {
	const week = 7
	n := len(y)
	if n < week*(closedWeeks+closedBefore/2) || quietSteps(y) >= week {
		return nil
	}
	var found []int
	for p := range week {
		var newest, before []float64
		for age, t := 0, n-week+p; t >= 0 && age < closedWeeks+closedBefore; age, t = age+1, t-week {
			if age < closedWeeks {
				newest = append(newest, y[t])
			} else {
				before = append(before, y[t])
			}
		}
		_, most := stat.Range(newest)
		least, _ := stat.Range(before)
		if most == 0 && stat.Count(newest) == closedWeeks && least > 0 &&
			stat.Mean(before)*closedWeeks >= closedMissing {
			found = append(found, p)
		}
	}
	if len(found) > week-2 {
		return nil
	}
	return found
}
