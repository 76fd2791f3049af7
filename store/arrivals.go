package store

import (
	"iter"
	"maps"
	"slices"
	"time"

	"github.com/wrapcast/wrapcast"
)

// Arrivals yields what every queue was offered on every channel in the quarter-hours that
// begin in [from, to): UTC day by UTC day, queue by queue, channel by channel, and in the
// order of time. The transaction may be used for something else meanwhile. An error is
// the last thing yielded.
func (tx *Tx) Arrivals(org wrapcast.OrganisationID, from, to time.Time) iter.Seq2[wrapcast.Arrival, error] {
	return func(yield func(wrapcast.Arrival, error) bool) {
		first, last, err := tx.arrivalBounds(org)
		if err != nil {
			yield(wrapcast.Arrival{}, err)
			return
		}
		for day := max(first, utcDay(from)); day <= min(last, utcDay(to)); day++ {
			arrivals, err := tx.arrivalsOfDay(org, day, from, to)
			if err != nil {
				yield(wrapcast.Arrival{}, err)
				return
			}
			for _, a := range arrivals {
				if !yield(a, nil) {
					return
				}
			}
		}
	}
}

func (tx *Tx) arrivalsOfDay(org wrapcast.OrganisationID, day wrapcast.Date, from, to time.Time) ([]wrapcast.Arrival, error) {
	channels, err := tx.arrivalDays(org, day)
	var arrivals []wrapcast.Arrival
	for _, c := range slices.SortedFunc(maps.Keys(channels), compareChannels) {
		for start, at := range between(day, channels[c][:], from, to) {
			arrivals = append(arrivals, wrapcast.Arrival{Queue: c.queue, Media: c.media, Start: start, Offered: int(at[0]), Abandoned: int(at[1])})
		}
	}
	return arrivals, err
}

// arrivalBounds returns the first and the last UTC day that has arrivals, last before first where there is none.
func (tx *Tx) arrivalBounds(org wrapcast.OrganisationID) (first, last wrapcast.Date, err error) {
	scan := func(r row) (bounds [2]wrapcast.Date, err error) {
		err = r.Scan(&bounds[0], &bounds[1])
		return bounds, err
	}
	bounds, _, err := get(tx, scan, `SELECT COALESCE((SELECT MIN(utc_day) FROM arrival WHERE organisation_id = $1), 0),
		COALESCE((SELECT MAX(utc_day) FROM arrival WHERE organisation_id = $1), -1)`, org)
	return bounds[0], bounds[1], err
}

// arrivalDays returns what is stored of a UTC day.
func (tx *Tx) arrivalDays(org wrapcast.OrganisationID, day wrapcast.Date) (map[channel]*arrivalDay, error) {
	type storedChannel struct {
		channel
		packed []byte
	}
	scan := func(r row) (c storedChannel, err error) {
		err = r.Scan(&c.queue, &c.media, &c.packed)
		return c, err
	}
	stored, err := list(tx, scan, `SELECT queue_id, media_type, quarter_hours FROM arrival WHERE organisation_id = $1 AND utc_day = $2`, org, int64(day))
	if err != nil {
		return nil, err
	}
	days := make(map[channel]*arrivalDay, len(stored))
	for _, c := range stored {
		days[c.channel] = &arrivalDay{}
		if err := unpack(c.packed, 2, days[c.channel][:]); err != nil {
			return nil, tx.explain(err)
		}
	}
	return days, nil
}
