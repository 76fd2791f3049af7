package store

import (
	"maps"
	"slices"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/store/internal/column"
)

// channelTable is a table with one row per UTC day and channel.
type channelTable string

const (
	// arrivalTable packs offered and abandoned.
	arrivalTable channelTable = "arrival"
	// handledTable packs handled and transferred.
	handledTable channelTable = "queue_handled"
)

// channelDay is what one channel had on a UTC day: two figures per quarter-hour.
type channelDay [column.QuarterHoursPerDay]column.Cell

// channelFact is one quarter-hour of a channel.
type channelFact struct {
	wrapcast.Stream
	start time.Time
	cell  column.Cell
}

// replaceArrivals replaces what queues were offered, and what they handled, in an interval.
func (tx History) replaceArrivals(org wrapcast.OrganisationID, e wrapcast.Extract) (changed int, err error) {
	offered, handled := make([]channelFact, 0, len(e.Arrivals)), make([]channelFact, 0, len(e.QueueHandled))
	for _, a := range e.Arrivals {
		offered = append(offered, channelFact{a.Stream(), a.Start,
			column.Cell{int64(a.Offered), int64(a.Abandoned)}})
	}
	for _, h := range e.QueueHandled {
		handled = append(handled, channelFact{h.Stream(), h.Start,
			column.Cell{int64(h.Handled), int64(h.Transferred)}})
	}
	if changed, err = tx.replaceChannels(arrivalTable, org, e, offered); err != nil {
		return 0, err
	}
	_, err = tx.replaceChannels(handledTable, org, e, handled) // its changes are those of the observations, counted there
	return changed, err
}

// replaceChannels replaces an interval UTC day by UTC day, so that a year needs no more memory than a day.
func (tx History) replaceChannels(
	table channelTable, org wrapcast.OrganisationID, e wrapcast.Extract, facts []channelFact,
) (changed int, err error) {
	byDay := make(map[wrapcast.Date][]channelFact)
	for _, f := range facts {
		byDay[utcDay(f.start)] = append(byDay[utcDay(f.start)], f)
	}
	for day := utcDay(e.From); startOf(day, 0).Before(e.To); day++ {
		from, to := 0, column.QuarterHoursPerDay
		if day == utcDay(e.From) {
			from = quarterHourOf(e.From)
		}
		if day == utcDay(e.To) {
			to = quarterHourOf(e.To)
		}
		n, err := tx.replaceChannelsOfDay(table, org, day, from, to, byDay[day])
		if err != nil {
			return 0, err
		}
		changed += n
	}
	return changed, nil
}

// replaceChannelsOfDay replaces the quarter-hours [from, to) of a UTC day.
func (tx History) replaceChannelsOfDay(
	table channelTable, org wrapcast.OrganisationID, day wrapcast.Date, from, to int, facts []channelFact,
) (changed int, err error) {
	before, err := tx.channelDays(table, org, day)
	if err != nil {
		return 0, err
	}
	after, err := replacedChannels(before, from, to, facts)
	if err != nil {
		return 0, err
	}
	for _, c := range slices.SortedFunc(maps.Keys(after), wrapcast.Stream.Compare) {
		n := countChanges(before[c], after[c])
		if n == 0 {
			continue
		}
		if err := tx.saveChannelDay(table, org, day, c, column.PackDay(after[c][:], 2)); err != nil {
			return 0, err
		}
		changed += n
	}
	return changed, nil
}

// replacedChannels returns a copy of a day's channels with [from, to) replaced.
func replacedChannels(
	before map[wrapcast.Stream]*channelDay, from, to int, facts []channelFact,
) (map[wrapcast.Stream]*channelDay, error) {
	after := make(map[wrapcast.Stream]*channelDay, len(before))
	for c, day := range before {
		kept := *day
		clear(kept[from:to])
		after[c] = &kept
	}
	for _, f := range facts {
		if after[f.Stream] == nil {
			after[f.Stream] = &channelDay{}
		}
		at := &after[f.Stream][quarterHourOf(f.start)]
		if *at != (column.Cell{}) {
			return nil, invalid("two arrivals in queue %s on %s at %s", f.Queue, f.Media, f.start)
		}
		*at = f.cell
	}
	return after, nil
}

// countChanges counts the quarter-hours that differ; before is nil where nothing was stored.
func countChanges(before, after *channelDay) (changed int) {
	if before == nil {
		before = &channelDay{}
	}
	for i := range after {
		if before[i] != after[i] {
			changed++
		}
	}
	return changed
}

// saveChannelDay writes a channel's day, or deletes its row where packed is nil.
func (tx History) saveChannelDay(
	table channelTable, org wrapcast.OrganisationID, day wrapcast.Date, c wrapcast.Stream, packed []byte,
) error {
	if packed == nil {
		return tx.later(org, `DELETE FROM `+string(table)+` WHERE organisation_id = $1 AND utc_day = $2 AND queue_id = $3
			AND media_type = $4 AND direction = $5 AND language = $6 AND skills = $7`,
			org, int64(day), c.Queue, c.Media, c.Direction, c.Language, c.Skills)
	}
	return tx.later(org, `INSERT INTO `+string(table)+` (organisation_id, utc_day, queue_id, media_type, direction, language,
		skills, quarter_hours) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
		ON CONFLICT (organisation_id, utc_day, queue_id, media_type, direction, language, skills)
		DO UPDATE SET quarter_hours = excluded.quarter_hours`,
		org, int64(day), c.Queue, c.Media, c.Direction, c.Language, c.Skills,
		channelRow(nil, table, org, day, c).Seal(packed))
}
