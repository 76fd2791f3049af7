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

// sum returns the sum that a series is; kept is false where nobody adds it up beforehand.
func (s Series) sum() (key sumKey, kept bool) {
	switch {
	case s.Media != "" || s.Code != nil && s.Queue != nil:
		return key, false
	case s.Code != nil:
		return sumKey{codeSum, string(*s.Code)}, true
	case s.Queue != nil:
		return sumKey{queueSum, string(*s.Queue)}, true
	}
	return sumKey{kind: totalSum}, true
}

// SeriesDays returns what a series handled on the local days from first to last, both
// included, in their order. Days without a contact are left out.
func (tx *Tx) SeriesDays(org wrapcast.OrganisationID, s Series, first, last wrapcast.Date) ([]SeriesDay, error) {
	if key, kept := s.sum(); kept {
		return tx.sumDays(org, key, first, last)
	}
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
func (tx *Tx) CodeDays(org wrapcast.OrganisationID, first, last wrapcast.Date) (all []CodeDay, err error) {
	codes, err := list(tx, scanString, `SELECT DISTINCT code_id FROM leaf WHERE organisation_id = $1 ORDER BY code_id`, org)
	for _, id := range codes {
		days, err := tx.sumDays(org, sumKey{codeSum, id}, first, last)
		if err != nil {
			return nil, err
		}
		for _, d := range days {
			all = append(all, CodeDay{wrapcast.CodeID(id), d.Day, d.Handled})
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

// QueueDays returns what every queue handled on the local days from first to last, in the order of queues and days.
func (tx *Tx) QueueDays(org wrapcast.OrganisationID, first, last wrapcast.Date) (all []QueueDay, err error) {
	queues, err := list(tx, scanString, `SELECT DISTINCT queue_id FROM leaf WHERE organisation_id = $1 ORDER BY queue_id`, org)
	for _, id := range queues {
		days, err := tx.sumDays(org, sumKey{queueSum, id}, first, last)
		if err != nil {
			return nil, err
		}
		for _, d := range days {
			all = append(all, QueueDay{wrapcast.QueueID(id), d.Day, d.Handled})
		}
	}
	return all, err
}
