package contact

import "time"

// Instant returns the instant at which clocks in loc show the civil time held in the
// fields of civil (whose own location is ignored). A time the clocks show twice is the
// first of the two; a time they skip moves an hour on, as far as they jumped.
func Instant(civil time.Time, loc *time.Location) time.Time {
	wall := time.Date(civil.Year(), civil.Month(), civil.Day(), civil.Hour(), civil.Minute(), civil.Second(),
		civil.Nanosecond(), time.UTC)
	before := offset(wall.Add(-24*time.Hour), loc)
	after := offset(wall.Add(24*time.Hour), loc)
	first := wall.Add(-max(before, after))
	if offset(first, loc) == max(before, after) {
		return first.In(loc)
	}
	if second := wall.Add(-min(before, after)); offset(second, loc) == min(before, after) {
		return second.In(loc)
	}
	return wall.Add(-before).In(loc)
}

func offset(t time.Time, loc *time.Location) time.Duration {
	_, seconds := t.In(loc).Zone()
	return time.Duration(seconds) * time.Second
}
