package export

import (
	"math"
	"strconv"
	"time"

	"github.com/wrapcast/wrapcast"
)

// notation is how a file writes its timestamps; a file keeps to one.
type notation struct {
	layout string // "" for plain integers
	offset bool   // the text says its offset from UTC, so it is an instant
}

func notations() []notation {
	return []notation{
		{layout: time.DateOnly},
		{layout: "2006-01-02T15:04:05"},
		{layout: time.DateTime},
		{layout: "2006-01-02T15:04"},
		{layout: "2006-01-02 15:04"},
		{layout: time.RFC3339, offset: true},
		{layout: "2006-01-02 15:04:05Z07:00", offset: true},
		{layout: "2006-01-02T15:04Z07:00", offset: true},
		{layout: "2006-01-02 15:04Z07:00", offset: true},
	}
}

// detect finds the notation of a timestamp.
func detect(text string) (notation, bool) {
	if _, err := strconv.ParseInt(text, 10, 64); err == nil {
		return notation{}, true
	}
	for _, n := range notations() {
		if _, err := time.Parse(n.layout, text); err == nil {
			return n, true
		}
	}
	return notation{}, false
}

// tick is a point on a file's time axis before its frequency is known: the whole
// number itself for plain integers, else the reading of the clock in UTC.
type tick struct {
	step int64
	time time.Time
}

func (n notation) parse(text string) (tick, bool) {
	if n.layout == "" {
		i, err := strconv.ParseInt(text, 10, 64)
		return tick{step: i}, err == nil && i > math.MinInt64/2 && i < math.MaxInt64/2
	}
	t, err := time.Parse(n.layout, text)
	return tick{time: t}, err == nil && t.Year() > 0 && t.Year() < 10_000
}

// axis places ticks on the grid of one frequency.
type axis struct {
	notation notation
	freq     Frequency
	zone     *time.Location // whose days instants belong to; nil keeps the offset that is written
}

// position counts steps' units: integers, days, or seconds.
func (a axis) position(t tick) int64 {
	switch {
	case a.freq == Steps && a.notation.layout == "":
		return t.step
	case a.freq.byDate():
		return int64(wrapcast.DateOf(a.local(t.time)))
	default:
		return t.time.Unix()
	}
}

// unit is how far apart two steps lie in positions.
func (a axis) unit() int64 {
	switch a.freq {
	case Steps:
		return 1
	case Daily:
		return 1
	case Weekly:
		return 7
	case QuarterHourly, HalfHourly, Hourly:
	}
	return int64(a.freq.Step() / time.Second)
}

func (a axis) local(t time.Time) time.Time {
	if a.notation.offset && a.zone != nil {
		return t.In(a.zone)
	}
	return t
}

// time returns the start of the step at a position: dates at midnight UTC, so that a
// day is a day whatever the clocks did.
func (a axis) time(position int64) time.Time {
	switch {
	case a.freq == Steps:
		return time.Time{}
	case a.freq.byDate():
		return wrapcast.Date(position).Midnight(time.UTC)
	default:
		return time.Unix(position, 0).UTC()
	}
}

// format writes a position as the file writes its timestamps.
func (a axis) format(position int64) string {
	switch {
	case a.freq == Steps:
		return strconv.FormatInt(position, 10)
	case a.freq.byDate() && a.notation.offset:
		return wrapcast.Date(position).Midnight(a.zoneOrUTC()).Format(a.notation.layout)
	case a.freq.byDate():
		return wrapcast.Date(position).Midnight(time.UTC).Format(a.notation.layout)
	default:
		t := time.Unix(position, 0).UTC()
		if a.notation.offset {
			t = t.In(a.zoneOrUTC())
		}
		return t.Format(a.notation.layout)
	}
}

func (a axis) zoneOrUTC() *time.Location {
	if a.zone == nil {
		return time.UTC
	}
	return a.zone
}
