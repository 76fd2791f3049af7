package genesys

import (
	"math"
	"time"
)

// expectation foretells how many rows an answer will have: by the hour of the week, or, for a question that is asked second, by the
// contacts that the first has told.
type expectation struct {
	// week is the usual rows of a quarter-hour, full the same without gaps, nil while nothing is known;
	// level is how much there is now beside it.
	week, full WeekOfRows
	level      float64
	// contacts tells how many were handled in a quarter-hour, nil where nobody knows; byContacts is how many rows they have.
	contacts   func(time.Time) float64
	byContacts RowsByContacts
	// missed are the latest answers over what was expected of them, quiet for how many quarter-hours in a row there was far less.
	missed []float64
	quiet  int
}

// quietBreak is how long, in quarter-hours, it may be quiet before that is what is usual: a holiday and a day beside it.
const quietBreak = 3 * 96

// newExpectation foretells by the hour of the week.
func newExpectation(week WeekOfRows) expectation {
	e := expectation{week: newWeekOfRows(week), level: 1}
	e.full = e.week.complete()
	return e
}

// newToldExpectation foretells by the contacts of a quarter-hour.
func newToldExpectation(known RowsByContacts, contacts func(time.Time) float64) expectation {
	return expectation{level: 1, contacts: contacts, byContacts: newRowsByContacts(known)}
}

func (e *expectation) known() bool { return e.full != nil || e.byContacts.known() }

// at is how many rows a quarter-hour should have; it needs known.
func (e *expectation) at(t time.Time) float64 {
	if e.contacts != nil {
		return e.byContacts.of(e.contacts(t))
	}
	return e.level * float64(e.full[slotOf(t)])
}

// of is how many rows a span should have; it needs known.
func (e *expectation) of(s span) float64 {
	sum := 0.0
	for n := range s.length() {
		sum += e.at(s.From.Add(quarters(n)))
	}
	return sum
}

// fitting counts the quarter-hours from an instant on, up to most, that should come to no more rows than the ceiling.
func (e *expectation) fitting(from time.Time, most int, ceiling float64) int {
	sum := 0.0
	for n := range most {
		if sum += e.at(from.Add(quarters(n))); sum > ceiling {
			return n
		}
	}
	return most
}

// learn compares an answer with what was expected of it. rows has how many every quarter-hour had. Of an answer that does not tell
// of the usual, only the hours are learned that were never seen: on weekends one such answer follows the other.
func (e *expectation) learn(s span, rows []int) {
	telling := !e.known() || e.compare(s, rows)
	for i, n := range rows {
		at := s.From.Add(quarters(i))
		switch {
		case e.contacts != nil:
			e.byContacts.learn(e.contacts(at), float64(n))
		case telling || e.week[slotOf(at)] < 0:
			e.week.learn(at, float32(n))
		}
	}
	if e.contacts == nil {
		e.full = e.week.complete()
	}
}

// compare follows the level, and reports whether the answer tells of the usual: a holiday must not make the same day of next
// week look small.
func (e *expectation) compare(s span, rows []int) bool {
	expected, came := e.of(s), 0.0
	for _, n := range rows {
		came += float64(n)
	}
	ratio := came / max(expected, 1)
	if ratio >= 0.8 || expected <= 1 || e.contacts != nil {
		e.quiet = 0
	} else if e.quiet += s.length(); e.quiet <= quietBreak {
		return false
	}
	if expected < 1 || came < 1 {
		return true
	}
	if e.missed = append(e.missed, ratio); len(e.missed) > 64 {
		e.missed = e.missed[1:]
	}
	e.level *= 1 + 0.3*(min(max(ratio, 0.9), 1.25)-1)
	return true
}

// margin weighs what is left unasked against the requests that would be refused, as the latest
// answers would have had it. A refusal costs the request and a fifth of the next.
func (e *expectation) margin() float64 {
	const dear, widest, unsure = 1.2, 0.2, 0.05
	if len(e.missed) < 8 {
		return unsure
	}
	best, cost := widest, math.Inf(1)
	for m := 0.005; m <= widest; m += 0.005 {
		refused := 0.5 // as if one in between had been: a short memory is no certainty
		for _, ratio := range e.missed {
			if ratio*(1-m) > 1 {
				refused++
			}
		}
		if c := m + dear*refused/float64(len(e.missed)); c < cost {
			best, cost = m, c
		}
	}
	return best
}
