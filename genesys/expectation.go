package genesys

import (
	"math"
	"time"
)

// expectation foretells how many rows an answer will have.
type expectation struct {
	// week is the usual rows of a quarter-hour, full the same without gaps, nil while nothing is known;
	// level is how much there is now beside it.
	week, full WeekOfRows
	level      float64
	// busy tells how many contacts there were in a quarter-hour beside the usual, 1 where that is not known: a
	// question that is asked second knows from the first. Rows follow it with a power, since contacts share them.
	busy  func(time.Time) float64
	power float64
	// missed are the latest answers over what was expected of them, quiet how many in a row had far less.
	missed []float64
	quiet  int
}

func newExpectation(week WeekOfRows, busy func(time.Time) float64) expectation {
	e := expectation{week: newWeekOfRows(week), level: 1, busy: busy, power: 0.8}
	e.full = e.week.complete()
	return e
}

func (e *expectation) known() bool { return e.full != nil }

// at is how many rows a quarter-hour should have; it needs known.
func (e *expectation) at(t time.Time) float64 {
	rows := e.level * float64(e.full[slotOf(t)])
	if e.busy != nil {
		rows *= math.Pow(e.busy(t), e.power)
	}
	return rows
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

// learn compares an answer with what was expected of it. rows has how many every quarter-hour had.
func (e *expectation) learn(s span, rows []int) {
	if e.known() && !e.compare(s, rows) {
		return
	}
	for i, n := range rows {
		at, usual := s.From.Add(quarters(i)), float64(n)
		if e.busy != nil {
			if usual /= math.Pow(e.busy(at), e.power); math.IsNaN(usual) || math.IsInf(usual, 0) {
				continue
			}
		}
		e.week.learn(at, float32(usual))
	}
	e.full = e.week.complete()
}

// compare follows the level and the power, and reports whether there is something to learn from: a
// holiday must not make the same day of next week look small.
func (e *expectation) compare(s span, rows []int) bool {
	expected, came := e.of(s), 0.0
	for _, n := range rows {
		came += float64(n)
	}
	ratio := came / max(expected, 1)
	if ratio < 0.8 && expected > 1 {
		if e.quiet++; e.quiet <= 3 {
			return false
		}
	}
	e.quiet = 0
	if expected < 1 || came < 1 {
		return true
	}
	if e.missed = append(e.missed, ratio); len(e.missed) > 64 {
		e.missed = e.missed[1:]
	}
	if busier := e.busier(s, expected); math.Abs(busier) > 0.1 {
		e.power = min(max(e.power+0.3*math.Log(ratio)/busier, 0.3), 1)
		return true
	}
	e.level *= 1 + 0.3*(min(max(ratio, 0.9), 1.25)-1)
	return true
}

// busier is the logarithm of how much busier a span was than usual, as far as that is told.
func (e *expectation) busier(s span, expected float64) float64 {
	if e.busy == nil {
		return 0
	}
	usual := 0.0
	for n := range s.length() {
		usual += float64(e.full[slotOf(s.From.Add(quarters(n)))])
	}
	return math.Log(expected/(e.level*usual)) / e.power
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
