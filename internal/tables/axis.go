package tables

import (
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/wrapcast/wrapcast"
)

// axis is how the time of one series runs: on the clock on somebody's wall, of which every day has 24 hours. People
// call by that clock, so that days, weeks and holidays are kept on it; where it goes back, two steps of the file share
// one place on the axis, and where it jumps one place has no step.
type axis struct {
	notation notation
	freq     Frequency
	// zone is where the clock hangs: the zone asked for, else the offset that the last row is written with. Nil is a
	// clock that never changes, for times without an offset and no zone asked for.
	zone *time.Location
	// asked says that the zone was asked for.
	asked bool
	// written is the zone in which instants are written.
	written *time.Location
	// at is the time of day at which steps of days, weeks and months are written, monthDay the day of months; beyond the
	// last of a month it is that.
	at       time.Duration
	monthDay int
}

// axisOf is the axis of a series whose rows are in the order of time.
func axisOf(n notation, f Frequency, zone *time.Location, rows []row) axis {
	a := axis{notation: n, freq: f, zone: zone, asked: zone != nil, written: zone}
	last := rows[len(rows)-1].at.time
	if n.offset {
		_, offset := last.Zone()
		a.hang(rows, time.FixedZone("", offset))
	}
	a.at, a.monthDay = sinceMidnight(a.onWall(last)), a.onWall(last).Day()
	if next := a.onWall(last).AddDate(0, 0, 1); next.Day() == 1 {
		a.monthDay = 31
	}
	return a
}

// hang finds the clocks of instants: the one they are kept by, and the one they are written by.
func (a *axis) hang(rows []row, fixed *time.Location) {
	switch {
	case !a.asked || a.datesOfAnotherClock(rows):
		a.asked, a.zone, a.written = false, fixed, fixed
	case a.notation.utc,
		len(offsetsOf(rows)) == 1 && !slices.ContainsFunc(rows, a.writtenAsTheZone):
		a.written = fixed
	}
}

// datesOfAnotherClock reports whether rows are days that are written at midnight and are none on the zone's clock: what
// exports dates as instants of UTC means the dates.
func (a axis) datesOfAnotherClock(rows []row) bool {
	if !a.freq.byDate() {
		return false
	}
	midnight := func(t time.Time) bool { return sinceMidnight(t) == 0 }
	here := false
	for _, r := range rows {
		if !midnight(r.at.time) {
			return false
		}
		here = here || r.at.time.Equal(wrapcast.DateOf(r.at.time.In(a.zone)).Midnight(a.zone))
	}
	return !here
}

// sinceMidnight is the time of day that a clock shows.
func sinceMidnight(t time.Time) time.Duration {
	hour, minute, second := t.Clock()
	return time.Duration(hour)*time.Hour + time.Duration(minute)*time.Minute + time.Duration(second)*time.Second
}

// writtenAsTheZone reports whether a row has the offset that the zone has then.
func (a axis) writtenAsTheZone(r row) bool {
	_, written := r.at.time.Zone()
	_, zone := r.at.time.In(a.zone).Zone()
	return written == zone
}

// offsetsOf are the offsets from UTC that rows are written with, in seconds.
func offsetsOf(rows []row) map[int]bool {
	offsets := map[int]bool{}
	for _, r := range rows {
		_, offset := r.at.time.Zone()
		offsets[offset] = true
	}
	return offsets
}

// onWall is a time as the axis' clock shows it. Days without a zone are those that are written.
func (a axis) onWall(t time.Time) time.Time {
	if a.notation.offset && (a.asked || !a.freq.byDate()) {
		return t.In(a.zone)
	}
	return t
}

// reading is what a clock shows, in seconds, as if it hung in UTC.
func reading(t time.Time) int64 {
	_, offset := t.Zone()
	return t.Unix() + int64(offset)
}

// position counts steps' units: integers, days, or seconds of the wall clock.
func (a axis) position(t tick) int64 {
	switch {
	case a.freq == Steps:
		return t.step
	case a.freq == Monthly:
		at := a.onWall(t.time)
		return int64(at.Year())*12 + int64(at.Month()) - 1
	case a.freq.byDate():
		return int64(wrapcast.DateOf(a.onWall(t.time)))
	default:
		return reading(a.onWall(t.time))
	}
}

// unit is how far apart two steps lie in positions.
func (a axis) unit() int64 {
	switch a.freq {
	case Steps:
		return 1
	case Daily, Monthly:
		return 1
	case Weekly:
		return 7
	case QuarterHourly, HalfHourly, Hourly:
	}
	return int64(a.freq.Step() / time.Second)
}

// clock returns what the clock shows at a position, as if it hung in UTC: dates at midnight.
func (a axis) clock(position int64) time.Time {
	switch {
	case a.freq == Steps:
		return time.Time{}
	case a.freq.byDate():
		return a.date(position).Midnight(time.UTC)
	default:
		return time.Unix(position, 0).UTC()
	}
}

// instants are when the clock shows a position of less than a day: twice where it goes back, never where it jumps.
func (a axis) instants(position int64) []time.Time {
	if a.zone == nil {
		return []time.Time{time.Unix(position, 0).UTC()}
	}
	var found []time.Time
	for _, around := range []int64{-1, 1} {
		_, offset := time.Unix(position+around*int64(day/time.Second), 0).In(a.zone).Zone()
		t := time.Unix(position-int64(offset), 0).In(a.zone)
		if reading(t) == position && !slices.ContainsFunc(found, t.Equal) {
			found = append(found, t)
		}
	}
	slices.SortFunc(found, time.Time.Compare)
	return found
}

// exists reports whether the clock ever shows a position.
func (a axis) exists(position int64) bool {
	return a.freq == Steps || a.freq.byDate() || len(a.instants(position)) > 0
}

// format writes a position as the file writes its timestamps, the first of two.
func (a axis) format(position int64) string {
	if a.freq == Steps {
		return strconv.FormatInt(position, 10)
	}
	if a.freq.byDate() {
		return a.formatDate(a.date(position))
	}
	if instants := a.instants(position); len(instants) > 0 {
		return a.formatInstant(position, instants[0])
	}
	return a.clock(position).Format("2006-01-02T15:04:05")
}

// date is the day of a position of days, weeks or months.
func (a axis) date(position int64) wrapcast.Date {
	if a.freq != Monthly {
		return wrapcast.Date(position)
	}
	year, month := int(position/12), time.Month(position%12+1)
	last := time.Date(year, month+1, 0, 0, 0, 0, 0, time.UTC).Day()
	return wrapcast.DateOf(time.Date(year, month, min(a.monthDay, last), 0, 0, 0, 0, time.UTC))
}

// weekLayout stands for a year and its week by ISO 8601, of which package time has no layout.
const weekLayout = "week"

func (a axis) formatDate(date wrapcast.Date) string {
	if a.notation.written == weekLayout {
		year, week := date.Midnight(time.UTC).ISOWeek()
		return fmt.Sprintf("%d-W%02d", year, week)
	}
	if !a.notation.offset {
		return date.Midnight(time.UTC).Add(a.at).Format(a.notation.written)
	}
	t := date.Midnight(a.zone)
	if a.at > 0 {
		t = time.Date(t.Year(), t.Month(), t.Day(), 0, 0, int(a.at/time.Second), 0, a.zone)
	}
	return t.In(a.written).Format(a.notation.written)
}

// formatInstant writes one of the instants of a position.
func (a axis) formatInstant(position int64, t time.Time) string {
	if a.notation.offset {
		return t.In(a.written).Format(a.notation.written)
	}
	return a.clock(position).Format(a.notation.written)
}
