package store

import (
	"fmt"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/store/internal/column"
	"github.com/wrapcast/wrapcast/internal/store/internal/evidence"
)

// Changes counts the quarter-hours, of leaves and of queues' channels, that do not hold
// what they held before.
type Changes struct {
	Observations int
	Arrivals     int
}

// Replace stores what the platform said of an interval in the place of what was
// stored for it, for every leaf and every queue, whether they occur in e or not: a late
// code also empties the cell it leaves. The interval counts as read at e.ReadAt. The zone is whose
// local days changes are counted by.
//
// It returns InvalidData, and changes nothing, where From and To are not two UTC
// quarter-hours in their order, where an observation or an arrival lies outside them or
// off a quarter-hour, says nothing or less than nothing, or comes twice.
func (tx History) Replace(org wrapcast.OrganisationID, zone *time.Location, e wrapcast.Extract) (Changes, error) {
	c, _, err := tx.ReplaceByDay(org, zone, e)
	return c, err
}

// ReplaceByDay is ReplaceHistory that also tells on which local days the changed observations lie.
func (tx History) ReplaceByDay(
	org wrapcast.OrganisationID, zone *time.Location, e wrapcast.Extract,
) (Changes, map[wrapcast.Date]int, error) {
	if err := checkExtract(e); err != nil {
		return Changes{}, nil, err
	}
	days, err := tx.replaceObservations(org, zone, e)
	if err != nil {
		return Changes{}, nil, fmt.Errorf("history: %w", err)
	}
	arrivals, err := tx.replaceArrivals(org, e)
	if err != nil {
		return Changes{}, nil, fmt.Errorf("arrivals: %w", err)
	}
	detail, err := Readings(tx).numberOf(org, e.Detail)
	if err == nil {
		err = Readings(tx).recordCoverage(org, read{e.From, e.To, e.ReadAt, detail})
	}
	if err == nil {
		err = evidence.ReadAnew(statements(tx), org, utcDay(e.From), utcDay(e.To.Add(-1)))
	}
	if err != nil {
		return Changes{}, nil, fmt.Errorf("coverage: %w", err)
	}
	c := Changes{Arrivals: arrivals}
	for _, n := range days {
		c.Observations += n
	}
	return c, days, nil
}

func checkExtract(e wrapcast.Extract) error {
	if !onQuarterHour(e.From) || !onQuarterHour(e.To) || !e.From.Before(e.To) {
		return invalid("%s to %s is not an interval of whole quarter-hours", e.From, e.To)
	}
	for _, o := range e.Observations {
		if err := checkPlace(e, o.Start); err != nil {
			return err
		}
		if o.Handled < 1 || o.HandleMs < 0 || o.AfterCallMs < 0 || max(int64(o.Handled), o.HandleMs,
			o.AfterCallMs) > column.MaxCount {
			return invalid("an observation of code %q at %s cannot be: %d handled in %d ms, %d of them after the call",
				o.Leaf.Code, o.Start, o.Handled, o.HandleMs, o.AfterCallMs)
		}
	}
	for _, a := range e.Arrivals {
		if err := checkPlace(e, a.Start); err != nil {
			return err
		}
		if a.Offered < 0 || a.Abandoned < 0 || a.Offered+a.Abandoned == 0 ||
			max(a.Offered, a.Abandoned) > column.MaxCount {
			return invalid("an arrival at queue %s at %s cannot be: %d offered, %d abandoned", a.Queue, a.Start,
				a.Offered,
				a.Abandoned)
		}
	}
	return checkHandled(e)
}

func checkHandled(e wrapcast.Extract) error {
	for _, h := range e.QueueHandled {
		if err := checkPlace(e, h.Start); err != nil {
			return err
		}
		if h.Handled < 0 || h.Transferred < 0 || h.Handled+h.Transferred == 0 ||
			max(h.Handled, h.Transferred) > column.MaxCount {
			return invalid("what queue %s handled at %s cannot be: %d contacts, %d passed on", h.Queue, h.Start,
				h.Handled,
				h.Transferred)
		}
	}
	return nil
}

func checkPlace(e wrapcast.Extract, start time.Time) error {
	if !onQuarterHour(start) || start.Before(e.From) || !start.Before(e.To) {
		return invalid("%s is no quarter-hour between %s and %s", start, e.From, e.To)
	}
	return nil
}

func onQuarterHour(t time.Time) bool { return t.Equal(t.Truncate(wrapcast.QuarterHour)) }

// utcDay returns the UTC day of t.
func utcDay(t time.Time) wrapcast.Date { return wrapcast.DateOf(t.UTC()) }

// quarterHourOf returns which quarter-hour of its UTC day t begins.
func quarterHourOf(t time.Time) int {
	t = t.UTC()
	return t.Hour()*4 + t.Minute()/15
}

// startOf returns when a quarter-hour of a UTC day begins.
func startOf(day wrapcast.Date, quarterHour int) time.Time {
	return day.Midnight(time.UTC).Add(time.Duration(quarterHour) * wrapcast.QuarterHour)
}
