package main

import (
	"fmt"
	"math"
	"strconv"
	"time"

	"github.com/wrapcast/wrapcast"
)

func plural(n int, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}

// count writes a number with its noun: "1 code", "158 codes".
func count(n int, one, many string) string {
	return fmt.Sprintf("%s %s", thousands(int64(n)), plural(n, one, many))
}

// thousands groups digits for people: 121145 becomes 121,145.
func thousands(n int64) string {
	s := strconv.FormatInt(n, 10)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

func amount(v float64) string {
	if v < 9.95 {
		return fmt.Sprintf("%.1f", v)
	}
	return thousands(int64(v + 0.5))
}

// bound writes a bound of an interval: whole numbers as such.
func bound(v float64) string {
	if v == math.Trunc(v) {
		return thousands(int64(v))
	}
	return amount(v)
}

func percent(m wrapcast.Measure) string {
	if !m.Known() {
		return "–"
	}
	return fmt.Sprintf("%.1f %%", 100*float64(m))
}

func figure(m wrapcast.Measure) string {
	if !m.Known() {
		return "–"
	}
	return fmt.Sprintf("%.2f", float64(m))
}

// minutes writes a handle time as planners do: 13:39.
func minutes(seconds float64) string {
	s := int(seconds + 0.5)
	return fmt.Sprintf("%d:%02d", s/60, s%60)
}

// duration writes a time as people say it: 340 ms, 9.8 s, 4 min 20 s.
func duration(d time.Duration) string {
	switch {
	case d < time.Second:
		return fmt.Sprintf("%d ms", d.Milliseconds())
	case d < time.Minute:
		return fmt.Sprintf("%.1f s", d.Seconds())
	}
	return fmt.Sprintf("%d min %d s", int(d.Minutes()), int(d.Seconds())%60)
}
