package genesys

import (
	"math"
	"time"
)

// expectation foretells how many rows an answer will have: by the hour of the week, or better where the answers to another question
// tell more.
type expectation struct {
	// week is the usual rows of a quarter-hour, full the same without gaps, nil while nothing is known.
	week, full WeekOfRows
	level      level
	// told foretells the rows of a quarter-hour by what another question told, false where it told nothing; nil: there is no other.
	told func(time.Time) (rows float64, ok bool)
	// missed are the latest answers over what was expected of them, of all that were compared the newer half at most: the
	// first are missed for want of knowledge, not by chance.
	missed   []float64
	compared int
	// quiet is for how many quarter-hours in a row there was far less than usual.
	quiet int
}

// practice is how many answers must have been compared with what was expected of them to know how far off that is.
const practice = 8

// level is how much there is now beside what is usual.
type level float64

// follow moves the level by what came of what was expected; one answer counts for little.
func (l *level) follow(expected, came float64) {
	const newest, least, most = 0.3, 0.9, 1.25
	if expected >= 1 && came >= 1 {
		*l *= level(1 + newest*(min(max(came/expected, least), most)-1))
	}
}

// quietBreak is how long, in quarter-hours, it may be quiet before that is what is usual: a holiday and a day beside it.
const quietBreak = 3 * 96

// newExpectation begins with what was learned of the week earlier.
func newExpectation(week WeekOfRows) expectation {
	e := expectation{week: newWeekOfRows(week), level: 1}
	if e.full = e.week.complete(); e.known() {
		e.compared = practice
	}
	return e
}

func (e *expectation) known() bool { return e.full != nil }

// usual is how many rows that hour of the week has now; it needs known.
func (e *expectation) usual(t time.Time) float64 {
	return float64(e.level) * float64(e.full[slotOf(t)])
}

// at is how many rows a quarter-hour should have; it needs known.
func (e *expectation) at(t time.Time) float64 {
	if e.told != nil {
		if rows, ok := e.told(t); ok {
			return rows
		}
	}
	return e.usual(t)
}

// of is how many rows a span should have; it needs known.
func (e *expectation) of(s span) float64 { return s.sum(e.at) }

// sum adds up what the quarter-hours of a span have.
func (i span) sum(at func(time.Time) float64) (sum float64) {
	for n := range i.length() {
		sum += at(i.From.Add(quarters(n)))
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

// learn follows an answer day by day. rows has how many every quarter-hour had.
func (e *expectation) learn(s span, rows []int) {
	var usual, came float64
	for _, d := range s.days() {
		part := rows[s.index(d.From) : s.index(d.From)+d.length()]
		telling := true
		if e.known() {
			expected, there := d.sum(e.usual), total(part)
			if telling = e.tells(d, expected, there); telling {
				usual, came = usual+expected, came+there
			}
		}
		e.learnHours(d, part, telling)
	}
	e.level.follow(usual, came)
	e.full = e.week.complete()
}

func total(rows []int) (sum float64) {
	for _, n := range rows {
		sum += float64(n)
	}
	return sum
}

// compare remembers by how much an answer was missed.
func (e *expectation) compare(expected, came int) {
	if expected < 1 || came < 1 {
		return
	}
	e.compared++
	if e.missed = append(e.missed, float64(came)/float64(expected)); len(e.missed) > min(max(e.compared/2, practice), 48) {
		e.missed = e.missed[1:]
	}
}

// tells reports whether a day tells of the usual: a holiday must not make the same day of next week look small.
func (e *expectation) tells(d span, usual, came float64) bool {
	if usual <= 1 || came >= 0.8*usual {
		e.quiet = 0
		return true
	}
	e.quiet += d.length()
	return e.quiet > quietBreak
}

// learnHours follows the hours of a day. Of one that does not tell of the usual, only those are learned that were never seen: on
// weekends one such day follows the other.
func (e *expectation) learnHours(d span, rows []int, telling bool) {
	for i, n := range rows {
		at := d.From.Add(quarters(i))
		if telling || e.week[slotOf(at)] < 0 {
			e.week.learn(at, float32(n))
		}
	}
}

func (e *expectation) practised() bool { return e.compared >= practice }

// margin weighs what is left unasked against the requests that would be refused, as the latest
// answers would have had it. A refusal costs the request, and another for what does not fit into the next.
func (e *expectation) margin() float64 {
	const dear, widest, unsure = 2, 0.2, 0.05
	if len(e.missed) < practice {
		return unsure
	}
	best, cost := widest, math.Inf(1)
	for m := 0.0025; m <= widest; m += 0.0025 {
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
