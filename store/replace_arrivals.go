package store

import (
	"cmp"
	"maps"
	"slices"

	"github.com/wrapcast/wrapcast"
)

// channel is a queue on one media type.
type channel struct {
	queue wrapcast.QueueID
	media wrapcast.MediaType
}

func compareChannels(a, b channel) int {
	return cmp.Or(cmp.Compare(a.queue, b.queue), cmp.Compare(a.media, b.media))
}

// arrivalDay is what one channel was offered on a UTC day.
type arrivalDay [quarterHoursPerDay]cell

// replaceArrivals replaces an interval UTC day by UTC day, so that a year needs no more memory than a day.
func (tx *Tx) replaceArrivals(org wrapcast.OrganisationID, e wrapcast.Extract) (changed int, err error) {
	byDay := make(map[wrapcast.Date][]wrapcast.Arrival)
	for _, a := range e.Arrivals {
		byDay[utcDay(a.Start)] = append(byDay[utcDay(a.Start)], a)
	}
	for day := utcDay(e.From); startOf(day, 0).Before(e.To); day++ {
		from, to := 0, quarterHoursPerDay
		if day == utcDay(e.From) {
			from = quarterHourOf(e.From)
		}
		if day == utcDay(e.To) {
			to = quarterHourOf(e.To)
		}
		n, err := tx.replaceArrivalsOfDay(org, day, from, to, byDay[day])
		if err != nil {
			return 0, err
		}
		changed += n
	}
	return changed, nil
}

// replaceArrivalsOfDay replaces the quarter-hours [from, to) of a UTC day.
func (tx *Tx) replaceArrivalsOfDay(org wrapcast.OrganisationID, day wrapcast.Date, from, to int, arrivals []wrapcast.Arrival) (changed int, err error) {
	before, err := tx.arrivalDays(org, day)
	if err != nil {
		return 0, err
	}
	after, err := replacedArrivals(before, from, to, arrivals)
	if err != nil {
		return 0, err
	}
	for _, c := range slices.SortedFunc(maps.Keys(after), compareChannels) {
		n := countChanges(before[c], after[c])
		if n == 0 {
			continue
		}
		if err := tx.saveArrivalDay(org, day, c, pack(after[c][:], 2)); err != nil {
			return 0, err
		}
		changed += n
	}
	return changed, nil
}

// replacedArrivals returns a copy of a day's channels with [from, to) replaced.
func replacedArrivals(before map[channel]*arrivalDay, from, to int, arrivals []wrapcast.Arrival) (map[channel]*arrivalDay, error) {
	after := make(map[channel]*arrivalDay, len(before))
	for c, day := range before {
		kept := *day
		clear(kept[from:to])
		after[c] = &kept
	}
	for _, a := range arrivals {
		c := channel{a.Queue, a.Media}
		if after[c] == nil {
			after[c] = &arrivalDay{}
		}
		at := &after[c][quarterHourOf(a.Start)]
		if *at != (cell{}) {
			return nil, invalid("two arrivals in queue %s on %s at %s", a.Queue, a.Media, a.Start)
		}
		*at = cell{int64(a.Offered), int64(a.Abandoned)}
	}
	return after, nil
}

// countChanges counts the quarter-hours that differ; before is nil where nothing was stored.
func countChanges(before, after *arrivalDay) (changed int) {
	if before == nil {
		before = &arrivalDay{}
	}
	for i := range after {
		if before[i] != after[i] {
			changed++
		}
	}
	return changed
}

// saveArrivalDay writes a channel's day, or deletes its row where packed is nil.
func (tx *Tx) saveArrivalDay(org wrapcast.OrganisationID, day wrapcast.Date, c channel, packed []byte) error {
	if packed == nil {
		_, err := tx.exec(`DELETE FROM arrival WHERE organisation_id = $1 AND utc_day = $2 AND queue_id = $3 AND media_type = $4`,
			org, int64(day), c.queue, c.media)
		return err
	}
	_, err := tx.exec(`INSERT INTO arrival (organisation_id, utc_day, queue_id, media_type, quarter_hours) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (organisation_id, utc_day, queue_id, media_type) DO UPDATE SET quarter_hours = excluded.quarter_hours`,
		org, int64(day), c.queue, c.media, packed)
	return err
}
