package store

import (
	"iter"
	"maps"
	"slices"
	"time"

	"github.com/wrapcast/wrapcast"
)

// Arrivals yields what every stream was offered in the quarter-hours that
// begin in [from, to): UTC day by UTC day, stream by stream, and in the
// order of time. The transaction may be used for something else meanwhile. An error is
// the last thing yielded.
func (tx History) Arrivals(org wrapcast.OrganisationID, from, to time.Time) iter.Seq2[wrapcast.Arrival, error] {
	return func(yield func(wrapcast.Arrival, error) bool) {
		for f, err := range tx.channelFacts(arrivalTable, org, from, to) {
			a := wrapcast.Arrival{Start: f.start, Offered: int(f.cell[0]), Abandoned: int(f.cell[1])}.In(f.Stream)
			if err != nil {
				a = wrapcast.Arrival{}
			}
			if !yield(a, err) {
				return
			}
		}
	}
}

// QueueHandled yields what every stream handled, by the platform's own count per queue, in the order
// and for the quarter-hours of Arrivals.
func (tx History) QueueHandled(
	org wrapcast.OrganisationID, from, to time.Time,
) iter.Seq2[wrapcast.QueueHandled, error] {
	return func(yield func(wrapcast.QueueHandled, error) bool) {
		for f, err := range tx.channelFacts(handledTable, org, from, to) {
			h := wrapcast.QueueHandled{Start: f.start, Handled: int(f.cell[0]), Transferred: int(f.cell[1])}.In(f.Stream)
			if err != nil {
				h = wrapcast.QueueHandled{}
			}
			if !yield(h, err) {
				return
			}
		}
	}
}

func (tx History) channelFacts(
	table channelTable, org wrapcast.OrganisationID, from, to time.Time,
) iter.Seq2[channelFact, error] {
	return func(yield func(channelFact, error) bool) {
		first, last, err := tx.channelBounds(table, org)
		if err != nil {
			yield(channelFact{}, err)
			return
		}
		for day := max(first, utcDay(from)); day <= min(last, utcDay(to)); day++ {
			channels, err := tx.channelDays(table, org, day)
			if err != nil {
				yield(channelFact{}, err)
				return
			}
			for _, c := range slices.SortedFunc(maps.Keys(channels), wrapcast.Stream.Compare) {
				for start, at := range between(day, channels[c][:], from, to) {
					if !yield(channelFact{c, start, at}, nil) {
						return
					}
				}
			}
		}
	}
}

// channelBounds returns the first and the last UTC day that a table has, last before first where there is none.
func (tx History) channelBounds(
	table channelTable, org wrapcast.OrganisationID,
) (first, last wrapcast.Date, err error) {
	scan := func(r row) (bounds [2]wrapcast.Date, err error) {
		err = r.Scan(&bounds[0], &bounds[1])
		return bounds, err
	}
	bounds, _, err := get(tx.conn, scan,
		`SELECT COALESCE((SELECT MIN(utc_day) FROM `+string(table)+` WHERE organisation_id = $1), 0),
		COALESCE((SELECT MAX(utc_day) FROM `+string(table)+` WHERE organisation_id = $1), -1)`, org)
	return bounds[0], bounds[1], err
}

// channelDays returns what is stored of a UTC day.
func (tx History) channelDays(
	table channelTable, org wrapcast.OrganisationID, day wrapcast.Date,
) (map[wrapcast.Stream]*channelDay, error) {
	type storedChannel struct {
		wrapcast.Stream
		packed []byte
	}
	scan := func(r row) (c storedChannel, err error) {
		err = r.Scan(&c.Queue, &c.Media, &c.Direction, &c.Language, &c.Skills, &c.packed)
		return c, err
	}
	stored, err := list(tx.conn, scan, `SELECT queue_id, media_type, direction, language, skills, quarter_hours
		FROM `+string(table)+` WHERE organisation_id = $1 AND utc_day = $2`, org, int64(day))
	if err != nil {
		return nil, err
	}
	days := make(map[wrapcast.Stream]*channelDay, len(stored))
	for _, c := range stored {
		days[c.Stream] = &channelDay{}
		if err := tx.unpackChannel(table, org, day, c.Stream, c.packed, days[c.Stream][:]); err != nil {
			return nil, err
		}
	}
	return days, nil
}
