// Package show writes numbers, texts and tables as a person at a terminal reads them.
package show

import (
	"fmt"
	"math"
	"strconv"
	"time"

	"github.com/wrapcast/wrapcast"
)

// unknown stands for a figure that could not be measured.
const unknown = "–"

// Plural is the form of a noun that goes with a number: one for 1, many for all others.
func Plural(n int, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}

// Count writes a number with its noun: "1 code", "158 codes".
func Count(n int, one, many string) string {
	return fmt.Sprintf("%s %s", Thousands(int64(n)), Plural(n, one, many))
}

// Thousands groups digits: 121145 is 121,145.
func Thousands(n int64) string {
	s := strconv.FormatInt(n, 10)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// Amount writes a number of contacts: with one decimal below ten, whole above.
func Amount(v float64) string {
	if v < 9.95 {
		return fmt.Sprintf("%.1f", v)
	}
	return Thousands(int64(v + 0.5))
}

// SignedAmount writes a change of contacts with its sign; 0 where it is less than 0.05.
func SignedAmount(v float64) string {
	switch {
	case v >= 0.05:
		return "+" + Amount(v)
	case v <= -0.05:
		return "-" + Amount(-v)
	}
	return "0"
}

// Short writes a number of contacts in at most four characters: 7, 640, 6.4k, 64k.
func Short(v float64) string {
	switch {
	case v >= 9950:
		return fmt.Sprintf("%.0fk", v/1000)
	case v >= 999.5:
		return fmt.Sprintf("%.1fk", v/1000)
	}
	return fmt.Sprintf("%.0f", v)
}

// SignedShort writes a change of contacts in at most five characters; · where it is less than half a contact.
func SignedShort(v float64) string {
	switch {
	case v >= 0.5:
		return "+" + Short(v)
	case v <= -0.5:
		return "-" + Short(-v)
	}
	return "·"
}

// Measured writes a number of contacts that may not have been measured.
func Measured(m wrapcast.Measure) string {
	if !m.Known() {
		return unknown
	}
	return Amount(float64(m))
}

// Bound writes a bound of an interval: whole numbers as such.
func Bound(v float64) string {
	if v == math.Trunc(v) {
		return Thousands(int64(v))
	}
	return Amount(v)
}

// Percent writes a share in per cent with one decimal.
func Percent(m wrapcast.Measure) string { return PercentAs(m, "%.1f %%") }

// SignedPercent writes a share in per cent with one decimal and its sign: a bias.
func SignedPercent(m wrapcast.Measure) string { return PercentAs(m, "%+.1f %%") }

// PercentAs writes a share in per cent by a format such as "%.0f %%".
func PercentAs(m wrapcast.Measure, format string) string {
	if !m.Known() {
		return unknown
	}
	return fmt.Sprintf(format, 100*float64(m))
}

// Figure writes a ratio with two decimals.
func Figure(m wrapcast.Measure) string {
	if !m.Known() {
		return unknown
	}
	return fmt.Sprintf("%.2f", float64(m))
}

// Minutes writes a handle time in seconds as planners do: 13:39.
func Minutes(seconds float64) string {
	s := int(seconds + 0.5)
	return fmt.Sprintf("%d:%02d", s/60, s%60)
}

// Duration writes a time as people say it: 340 ms, 9.8 s, 4 min 20 s.
func Duration(d time.Duration) string {
	switch {
	case d < time.Second:
		return fmt.Sprintf("%d ms", d.Milliseconds())
	case d < time.Minute:
		return fmt.Sprintf("%.1f s", d.Seconds())
	}
	return fmt.Sprintf("%d min %d s", int(d.Minutes()), int(d.Seconds())%60)
}
