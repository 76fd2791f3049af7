package store

import (
	"iter"
	"maps"
	"slices"
	"time"

	"github.com/wrapcast/wrapcast"
)

// Totals sum up an organisation's whole history.
type Totals struct {
	// Contacts is the number handled, ContactsWithoutCode how many of them ended without a code.
	Contacts            int
	ContactsWithoutCode int
	// Observations is the number of quarter-hours of leaves in which a contact was handled.
	Observations int
}

// Totals sums up the history.
func (tx *Tx) Totals(org wrapcast.OrganisationID) (Totals, error) {
	scan := func(r row) (t Totals, err error) {
		err = r.Scan(&t.Contacts, &t.ContactsWithoutCode, &t.Observations)
		return t, err
	}
	t, _, err := get(tx, scan, `SELECT COALESCE(SUM(handled), 0), COALESCE(SUM(CASE WHEN code_id = '' THEN handled END), 0), COALESCE(SUM(observations), 0)
		FROM (SELECT l.code_id, SUM(d.handled) AS handled, SUM(d.observations) AS observations
			FROM leaf l JOIN local_day d ON d.organisation_id = l.organisation_id AND d.leaf_id = l.leaf_id
			WHERE l.organisation_id = $1 GROUP BY l.code_id) AS codes`, org)
	return t, err
}

// Leaves returns every leaf that ever handled a contact, in the order of queue, code and media type.
func (tx *Tx) Leaves(org wrapcast.OrganisationID) ([]wrapcast.Leaf, error) {
	stored, err := tx.leaves(org)
	leaves := make([]wrapcast.Leaf, 0, len(stored))
	for _, l := range stored {
		leaves = append(leaves, l.leaf)
	}
	return leaves, err
}

// LocalDays yields what every leaf handled on the local days from the first to the last,
// both included: leaf by leaf in the order of [Tx.Leaves], day by day. A day without a
// contact is left out; [Tx.Coverage] tells a quiet day from one that was never read. The
// transaction may be used for something else meanwhile. An error is the last thing yielded.
func (tx *Tx) LocalDays(org wrapcast.OrganisationID, first, last wrapcast.Date) iter.Seq2[wrapcast.LocalDay, error] {
	const query = `SELECT day, handled, handle_ms, after_call_ms FROM local_day
		WHERE organisation_id = $1 AND leaf_id = $2 AND day BETWEEN $3 AND $4 ORDER BY day`
	scan := func(r row) (d wrapcast.LocalDay, err error) {
		err = r.Scan(&d.Day, &d.Handled, &d.HandleMs, &d.AfterCallMs)
		return d, err
	}
	ofLeaf := func(leaf wrapcast.Leaf, days []wrapcast.LocalDay) ([]wrapcast.LocalDay, error) {
		for i := range days {
			days[i].Leaf = leaf
		}
		return days, nil
	}
	return byLeaf(tx, org, query, first, last, scan, ofLeaf)
}

// Observations yields what every leaf handled in the quarter-hours that begin in
// [from, to): leaf by leaf in the order of [Tx.Leaves], and in the order of time.
// The transaction may be used for something else meanwhile. An error is the last thing yielded.
func (tx *Tx) Observations(org wrapcast.OrganisationID, from, to time.Time) iter.Seq2[wrapcast.Observation, error] {
	const query = `SELECT utc_day, quarter_hours FROM history
		WHERE organisation_id = $1 AND leaf_id = $2 AND utc_day BETWEEN $3 AND $4 ORDER BY utc_day`
	ofLeaf := func(leaf wrapcast.Leaf, days []storedDay) (observations []wrapcast.Observation, err error) {
		for _, d := range days {
			if observations, err = d.appendTo(observations, leaf, from, to); err != nil {
				return nil, err
			}
		}
		return observations, nil
	}
	return byLeaf(tx, org, query, utcDay(from), utcDay(to), scanStoredDay, ofLeaf)
}

// appendTo appends the day's observations of [from, to).
func (d storedDay) appendTo(observations []wrapcast.Observation, leaf wrapcast.Leaf, from, to time.Time) ([]wrapcast.Observation, error) {
	var cells [quarterHoursPerDay]cell
	if err := unpack(d.packed, 3, cells[:]); err != nil {
		return nil, err
	}
	for i, c := range cells {
		start := startOf(d.day, i)
		if c == (cell{}) || start.Before(from) || !start.Before(to) {
			continue
		}
		observations = append(observations, wrapcast.Observation{Leaf: leaf, Start: start, Handled: int(c[0]), HandleMs: c[1], AfterCallMs: c[2]})
	}
	return observations, nil
}

// byLeaf runs a query for one leaf after the other and yields what ofLeaf makes of its rows. They
// are all read before the first is yielded, so that no query is open while the caller works.
func byLeaf[R, T any](tx *Tx, org wrapcast.OrganisationID, query string, first, last wrapcast.Date,
	scan func(row) (R, error), ofLeaf func(wrapcast.Leaf, []R) ([]T, error)) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		var none T
		leaves, err := tx.leaves(org)
		if err != nil {
			yield(none, err)
			return
		}
		s, err := tx.prepare(query)
		if err != nil {
			yield(none, err)
			return
		}
		defer s.close()
		for _, l := range leaves {
			values, err := listOfLeaf(s, org, l, first, last, scan, ofLeaf)
			if err != nil {
				yield(none, err)
				return
			}
			for _, v := range values {
				if !yield(v, nil) {
					return
				}
			}
		}
	}
}

func listOfLeaf[R, T any](s *statement, org wrapcast.OrganisationID, l storedLeaf, first, last wrapcast.Date,
	scan func(row) (R, error), ofLeaf func(wrapcast.Leaf, []R) ([]T, error)) ([]T, error) {
	rows, err := listWith(s, scan, org, l.id, int64(first), int64(last))
	if err != nil {
		return nil, err
	}
	values, err := ofLeaf(l.leaf, rows)
	return values, s.tx.explain(err)
}

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
		for i, at := range channels[c] {
			start := startOf(day, i)
			if at == (cell{}) || start.Before(from) || !start.Before(to) {
				continue
			}
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
	bounds, _, err := get(tx, scan, `SELECT COALESCE(MIN(utc_day), 0), COALESCE(MAX(utc_day), -1) FROM arrival WHERE organisation_id = $1`, org)
	return bounds[0], bounds[1], err
}
