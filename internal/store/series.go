package store

import (
	"slices"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/store/internal/column"
)

// Series names the leaves whose sum is looked at: those of one code, of one queue, of both,
// on one channel, of some directions; nil and "" mean all, so that the zero Series is the total.
type Series struct {
	Code       *wrapcast.CodeID
	Queue      *wrapcast.QueueID
	Media      wrapcast.MediaType
	Directions []wrapcast.Direction
}

// SeriesDay is what a series handled on one local day.
type SeriesDay struct {
	Day      wrapcast.Date
	Handled  int
	HandleMs int64
}

// leavesOf returns the numbers of a series' leaves. Whoever asks goes leaf by leaf: left to join, SQLite reads the
// whole history.
func (tx Sums) leavesOf(org wrapcast.OrganisationID, s Series) ([]storedLeaf, error) {
	where := rowsOf("leaf", org)
	directions(s.Directions).in(&where)
	if s.Queue != nil {
		where.and("queue_id = $%d", *s.Queue)
	}
	if s.Code != nil {
		where.and("code_id = $%d", *s.Code)
	}
	only(&where, "media_type", s.Media)
	return list(tx.conn, scanLeaf, "SELECT "+leafColumns+where.sql+" ORDER BY leaf_id", where.args...)
}

// sum returns the sum that a series is; kept is false where nobody adds it up beforehand.
func (s Series) sum() (sum keptSum, kept bool) {
	switch {
	case s.Media != "" || s.Code != nil && s.Queue != nil:
		return sum, false
	case s.Code != nil:
		return keptSum{codeSum, string(*s.Code), s.Directions}, true
	case s.Queue != nil:
		return keptSum{queueSum, string(*s.Queue), s.Directions}, true
	}
	return keptSum{kind: totalSum, directions: s.Directions}, true
}

// Days returns what a series handled on the days of a zone from first to last, both
// included, in their order. Days without a contact are left out.
func (tx Sums) Days(
	org wrapcast.OrganisationID, s Series, zone *time.Location, first, last wrapcast.Date,
) ([]SeriesDay, error) {
	if sum, kept := s.sum(); kept {
		return tx.localDays(org, sum, zone, first, last)
	}
	leaves, err := tx.leavesOf(org, s)
	if err != nil {
		return nil, err
	}
	days := newDaySums(zone, first, last)
	sums := make([]SeriesDay, len(days.sums))
	for l, err := range History(tx).eachLeafCells(org, leaves, first-1, days.to) {
		if err != nil {
			return nil, err
		}
		days.add(l.cells)
		for i, d := range days.sums {
			sums[i] = SeriesDay{first + wrapcast.Date(i), sums[i].Handled + int(d.handled), sums[i].HandleMs + d.handleMs}
		}
	}
	return slices.DeleteFunc(sums, func(d SeriesDay) bool { return d.Handled == 0 }), nil
}

// CodeDay is what one code handled on one local day, over all its queues.
type CodeDay struct {
	Code    wrapcast.CodeID
	Day     wrapcast.Date
	Handled int
}

// CodeDays returns what every code handled, in contacts of some directions or of all where none is named, on the days
// of a zone from first to last, in the order of codes and days.
func (tx Sums) CodeDays(
	org wrapcast.OrganisationID, of []wrapcast.Direction, zone *time.Location, first, last wrapcast.Date,
) ([]CodeDay, error) {
	show := func(id string, d SeriesDay) CodeDay { return CodeDay{wrapcast.CodeID(id), d.Day, d.Handled} }
	return daysOfEach(tx, org, keptSum{kind: codeSum, directions: of}, zone, first, last, show)
}

// daysOfEach returns what every code, or every queue, handled on the local days from first to last, each as show makes
// it.
func daysOfEach[T any](tx Sums, org wrapcast.OrganisationID, of keptSum, zone *time.Location, first,
	last wrapcast.Date, show func(id string, d SeriesDay) T) (all []T, err error) {
	column := map[sumKind]string{codeSum: "code_id", queueSum: "queue_id"}[of.kind]
	ids, err := list(tx.conn, scanString,
		`SELECT DISTINCT `+column+` FROM leaf WHERE organisation_id = $1 ORDER BY `+column, org)
	for _, id := range ids {
		of.id = id
		days, err := tx.localDays(org, of, zone, first, last)
		if err != nil {
			return nil, err
		}
		for _, d := range days {
			all = append(all, show(id, d))
		}
	}
	return all, err
}

// QueueDay is what one queue handled on one local day, over all its codes.
type QueueDay struct {
	Queue   wrapcast.QueueID
	Day     wrapcast.Date
	Handled int
}

// QueueDays returns what every queue handled, in contacts of some directions or of all where none is named, on the days
// of a zone from first to last, in the order of queues and days.
func (tx Sums) QueueDays(
	org wrapcast.OrganisationID, of []wrapcast.Direction, zone *time.Location, first, last wrapcast.Date,
) ([]QueueDay, error) {
	show := func(id string, d SeriesDay) QueueDay { return QueueDay{wrapcast.QueueID(id), d.Day, d.Handled} }
	return daysOfEach(tx, org, keptSum{kind: queueSum, directions: of}, zone, first, last, show)
}

// QuarterHours returns what a series handled in every quarter-hour that begins in [from, to), which lie
// on UTC quarter-hours: contacts, and the sum of their handle times in milliseconds. One value per
// quarter-hour, zero where nothing was handled.
func (tx Sums) QuarterHours(
	org wrapcast.OrganisationID, s Series, from, to time.Time,
) (handled []int32, handleMs []int64, err error) {
	n := max(int(to.Sub(from)/wrapcast.QuarterHour), 0)
	handled, handleMs = make([]int32, n), make([]int64, n)
	add := func(t int, c column.Cell) {
		handled[t] += int32(c[0])
		handleMs[t] += c[1]
	}
	if sum, kept := s.sum(); kept {
		return handled, handleMs, tx.cells(org, sum, from, n, add)
	}
	leaves, err := tx.leavesOf(org, s)
	if err != nil {
		return nil, nil, err
	}
	begin := int(startOf(cutStart(utcDay(from)), 0).Sub(from) / wrapcast.QuarterHour)
	for l, err := range History(tx).eachLeafCells(org, leaves, utcDay(from), utcDay(to)) {
		if err != nil {
			return nil, nil, err
		}
		for _, c := range l.cells {
			if t := begin + int(c.At); t >= 0 && t < n {
				add(t, c.Cell)
			}
		}
	}
	return handled, handleMs, nil
}
