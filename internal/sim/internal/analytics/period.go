package analytics

import (
	"regexp"
	"strconv"
	"strings"
	"time"
)

// period is an ISO 8601 duration: a calendar part, which follows the clocks of a zone, and an exact part.
type period struct {
	years, months, days int
	exact               time.Duration
}

var periodForm = regexp.MustCompile(`^P(?:(\d{1,4})Y)?(?:(\d{1,4})M)?(?:(\d{1,4})W)?(?:(\d{1,4})D)?(?:T(?:(\d{1,5})H)?(?:(\d{1,6})M)?(?:(\d{1,8})S)?)?$`)

// parsePeriod reads "PT15M", "P1D", "P1DT12H"; ok is false for anything else and for nothing at all.
func parsePeriod(s string) (p period, ok bool) {
	parts := periodForm.FindStringSubmatch(s)
	if parts == nil || strings.HasSuffix(s, "T") {
		return p, false
	}
	var n [8]int
	for i, part := range parts[1:] {
		n[i+1], _ = strconv.Atoi(part) // digits or empty, which is 0
	}
	p = period{n[1], n[2], 7*n[3] + n[4],
		time.Duration(n[5])*time.Hour + time.Duration(n[6])*time.Minute + time.Duration(n[7])*time.Second}
	return p, p != period{}
}

// after returns start with n periods added, counted in start's location.
func (p period) after(start time.Time, n int) time.Time {
	if p.years|p.months|p.days == 0 {
		return start.Add(time.Duration(n) * p.exact)
	}
	return start.AddDate(n*p.years, n*p.months, n*p.days).Add(time.Duration(n) * p.exact)
}

// finer reports whether the period is shorter than a time below a day; no period at all is not.
func (p period) finer(than time.Duration) bool {
	return p != period{} && p.years|p.months|p.days == 0 && p.exact < than
}

// parseInterval reads "start/end". Times without an offset are in zone; durations are refused.
func parseInterval(s string, zone *time.Location) (from, to time.Time, ok bool) {
	start, end, found := strings.Cut(s, "/")
	if !found {
		return from, to, false
	}
	from, ok = parseInstant(start, zone)
	if !ok {
		return from, to, false
	}
	to, ok = parseInstant(end, zone)
	return from, to, ok
}

func parseInstant(s string, zone *time.Location) (time.Time, bool) {
	for _, layout := range []string{"2006-01-02T15:04:05Z07:00", "2006-01-02T15:04Z07:00", "2006-01-02T15:04:05Z0700"} {
		if t, err := time.Parse(layout, s); err == nil {
			return t, true
		}
	}
	for _, layout := range []string{"2006-01-02T15:04:05", "2006-01-02T15:04"} {
		if t, err := time.ParseInLocation(layout, s, zone); err == nil {
			return t, true
		}
	}
	return time.Time{}, false
}

// bounds cuts [from, to) into buckets a period wide and returns where each begins, then the end, in Unix
// milliseconds. It stops after limit buckets and says so.
func (p period) bounds(from, to time.Time, limit int) (bounds []int64, ok bool) {
	for n := 0; ; n++ {
		start := p.after(from, n)
		if !start.Before(to) {
			return append(bounds, to.UnixMilli()), true
		}
		if n >= limit {
			return nil, false
		}
		bounds = append(bounds, start.UnixMilli())
	}
}
