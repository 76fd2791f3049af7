package store

import (
	"github.com/wrapcast/wrapcast"
)

// Series names the leaves whose sum is looked at: those of one code, of one queue, of both,
// on one channel; nil and "" mean all, so that the zero Series is the total.
type Series struct {
	Code  *wrapcast.CodeID
	Queue *wrapcast.QueueID
	Media wrapcast.MediaType
}

// SeriesDay is what a series handled on one local day.
type SeriesDay struct {
	Day      wrapcast.Date
	Handled  int
	HandleMs int64
}

// leafFilter is the SQL condition of a series on the table leaf l, with its arguments from number $2 on.
const leafFilter = ` l.organisation_id = $1 AND ($2 IS NULL OR l.code_id = $2) AND ($3 IS NULL OR l.queue_id = $3) AND ($4 = '' OR l.media_type = $4)`

func (s Series) args(org wrapcast.OrganisationID) []any {
	args := []any{org, nil, nil, s.Media}
	if s.Code != nil {
		args[1] = *s.Code
	}
	if s.Queue != nil {
		args[2] = *s.Queue
	}
	return args
}

// SeriesDays returns what a series handled on the local days from first to last, both
// included, in their order. Days without a contact are left out.
func (tx *Tx) SeriesDays(org wrapcast.OrganisationID, s Series, first, last wrapcast.Date) ([]SeriesDay, error) {
	return list(tx, scanSeriesDay, `SELECT d.day, SUM(d.handled), SUM(d.handle_ms)
		FROM leaf l JOIN local_day d ON d.organisation_id = l.organisation_id AND d.leaf_id = l.leaf_id
		WHERE`+leafFilter+` AND d.day BETWEEN $5 AND $6 GROUP BY d.day ORDER BY d.day`, append(s.args(org), int64(first), int64(last))...)
}

func scanSeriesDay(r row) (d SeriesDay, err error) {
	var day int64
	err = r.Scan(&day, &d.Handled, &d.HandleMs)
	d.Day = wrapcast.Date(day)
	return d, err
}

// CodeDay is what one code handled on one local day, over all its queues.
type CodeDay struct {
	Code    wrapcast.CodeID
	Day     wrapcast.Date
	Handled int
}

// CodeDays returns what every code handled on the local days from first to last, in the order of codes and days.
func (tx *Tx) CodeDays(org wrapcast.OrganisationID, first, last wrapcast.Date) ([]CodeDay, error) {
	scan := func(r row) (d CodeDay, err error) {
		var day int64
		err = r.Scan(&d.Code, &day, &d.Handled)
		d.Day = wrapcast.Date(day)
		return d, err
	}
	return list(tx, scan, `SELECT l.code_id, d.day, SUM(d.handled)
		FROM leaf l JOIN local_day d ON d.organisation_id = l.organisation_id AND d.leaf_id = l.leaf_id
		WHERE l.organisation_id = $1 AND d.day BETWEEN $2 AND $3 GROUP BY l.code_id, d.day ORDER BY l.code_id, d.day`, org, int64(first), int64(last))
}

// QueueDay is what one queue handled on one local day, over all its codes.
type QueueDay struct {
	Queue   wrapcast.QueueID
	Day     wrapcast.Date
	Handled int
}

// QueueDays returns what every queue handled on the local days from first to last, in the order of queues and days.
func (tx *Tx) QueueDays(org wrapcast.OrganisationID, first, last wrapcast.Date) ([]QueueDay, error) {
	scan := func(r row) (d QueueDay, err error) {
		var day int64
		err = r.Scan(&d.Queue, &day, &d.Handled)
		d.Day = wrapcast.Date(day)
		return d, err
	}
	return list(tx, scan, `SELECT l.queue_id, d.day, SUM(d.handled)
		FROM leaf l JOIN local_day d ON d.organisation_id = l.organisation_id AND d.leaf_id = l.leaf_id
		WHERE l.organisation_id = $1 AND d.day BETWEEN $2 AND $3 GROUP BY l.queue_id, d.day ORDER BY l.queue_id, d.day`, org, int64(first), int64(last))
}
