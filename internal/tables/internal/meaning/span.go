package meaning

import (
	"strconv"
	"strings"
)

// Span is a length of time as handle times are written.
type Span struct {
	// Seconds is its length; of two numbers (5:30) it is that of minutes and seconds.
	Seconds float64
	// Unsure says that it has two numbers, which may be hours and minutes too.
	Unsure bool
}

// ReadSpan reads h:mm:ss, m:ss, and 1h 5m 30s.
func ReadSpan(text string) (s Span, ok bool) {
	if text == "" || len(text) > maxNumber {
		return s, false
	}
	parts := strings.Split(text, ":")
	if len(parts) == 1 {
		return spanWithUnits(text)
	}
	if len(parts) > 3 {
		return s, false
	}
	for i, p := range parts {
		whole := p
		if i == len(parts)-1 && len(parts) == 3 { // seconds may have a fraction
			whole, _, _ = strings.Cut(strings.Replace(p, ",", ".", 1), ".")
		}
		v, err := strconv.ParseFloat(strings.Replace(p, ",", ".", 1), 64)
		if err != nil || whole == "" || !plainDigits(whole) || i > 0 && (len(whole) != 2 || v >= 60) || len(whole) > 5 {
			return s, false
		}
		s.Seconds = s.Seconds*60 + v
	}
	s.Unsure = len(parts) == 2
	return s, true
}

// spanWithUnits reads 1h 5m 30s, 5 min 30 s, 330 sec.
func spanWithUnits(text string) (s Span, ok bool) {
	rest, last := Fold(text), 100_000.0
	for rest != "" {
		digits := rest[:len(rest)-len(strings.TrimLeft(rest, "0123456789"))]
		v, err := strconv.ParseFloat(digits, 64)
		if err != nil {
			return s, false
		}
		rest = strings.TrimLeft(rest[len(digits):], " ")
		unit := rest[:len(rest)-len(strings.TrimLeft(rest, "abcdefghijklmnopqrstuvwxyz"))]
		rest = strings.TrimLeft(strings.TrimPrefix(rest[len(unit):], "."), " ")
		each := secondsOf(unit)
		if each == 0 || each >= last {
			return s, false
		}
		s.Seconds, last = s.Seconds+v*each, each
	}
	return s, last < 100_000
}

// secondsOf is how many seconds a unit has, 0 where it is none.
func secondsOf(unit string) float64 {
	switch unit {
	case "h", "hr", "hrs", "std":
		return 3600
	case "m", "min", "mins", "mn":
		return 60
	case "s", "sec", "secs", "sek", "seg":
		return 1
	}
	return 0
}
