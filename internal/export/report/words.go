package report

import (
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/wrapcast/wrapcast"
)

// count writes a number of contacts with separators: 12,345; below ten with a decimal, unless it is whole.
func count(v float64) string {
	if math.IsNaN(v) {
		return "–"
	}
	if math.Abs(v) < 10 && math.Abs(v-math.Round(v)) > 0.05 {
		return fmt.Sprintf("%.1f", v)
	}
	digits := fmt.Sprintf("%.0f", math.Abs(v))
	var b strings.Builder
	if math.Round(v) < 0 {
		b.WriteString("−")
	}
	for i, d := range digits {
		if i > 0 && (len(digits)-i)%3 == 0 {
			b.WriteByte(',')
		}
		b.WriteRune(d)
	}
	return b.String()
}

// short writes a number in at most four characters.
func short(v float64) string {
	switch {
	case v >= 9950:
		return fmt.Sprintf("%.0fk", v/1000)
	case v >= 999.5:
		return fmt.Sprintf("%.1fk", v/1000)
	}
	return fmt.Sprintf("%.0f", v)
}

func measured(m wrapcast.Measure) string { return count(float64(m)) }

// percent writes a fraction as per cent, with a decimal below ten.
func percent(v float64) string {
	switch {
	case math.IsNaN(v):
		return "–"
	case math.Abs(v) < 0.0995 && v != 0:
		return fmt.Sprintf("%.1f\u00a0%%", 100*v)
	}
	return fmt.Sprintf("%.0f\u00a0%%", 100*v)
}

// change writes a fraction as per cent more or less.
func change(m wrapcast.Measure) string {
	switch v := float64(m); {
	case !m.Known():
		return "–"
	case math.Abs(v) < 0.005:
		return "±0\u00a0%"
	case v > 0:
		return fmt.Sprintf("+%.0f\u00a0%%", 100*v)
	default:
		return fmt.Sprintf("−%.0f\u00a0%%", -100*v)
	}
}

// minutes writes seconds as m:ss.
func minutes(seconds float64) string {
	if !(seconds > 0) {
		return "–"
	}
	s := int(math.Round(seconds))
	return fmt.Sprintf("%d:%02d", s/60, s%60)
}

func at(d wrapcast.Date) time.Time { return d.Midnight(time.UTC) }

func longDay(d wrapcast.Date) string { return at(d).Format("Monday 2 January 2006") }

func shortDay(d wrapcast.Date) string { return at(d).Format("2 Jan") }

func weekdayOf(d wrapcast.Date) string { return at(d).Format("Mon 2 Jan") }

// squeezed shortens a name to n characters.
func squeezed(name string, n int) string {
	r := []rune(name)
	if len(r) <= n {
		return name
	}
	return strings.TrimRight(string(r[:n-1]), " ") + "…"
}

// instant writes a moment on the wall clock of a zone.
func instant(t time.Time, zone *time.Location) string {
	return t.In(zone).Format("2 January 2006, 15:04 MST")
}

// levelName says of what a figure is, from the total down to codes.
func levelName(l wrapcast.AccuracyLevel) string {
	switch l {
	case wrapcast.LevelTotal:
		return "all contacts"
	case wrapcast.LevelQueue:
		return "a queue"
	case wrapcast.LevelGroup:
		return "a planning group"
	case wrapcast.LevelCode:
	}
	return "a wrap-up code"
}
