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
		each, known := map[string]float64{"h": 3600, "hr": 3600, "hrs": 3600, "std": 3600, "m": 60, "min": 60, "mins": 60, "mn": 60,
			"s": 1, "sec": 1, "secs": 1, "sek": 1, "seg": 1}[unit]
		if !known || each >= last {
			return s, false
		}
		s.Seconds, last = s.Seconds+v*each, each
	}
	return s, last < 100_000
}
