package genesys

import "time"

// told foretells how many rows the question about codes has in a quarter-hour by what the question about queues told of it.
type told struct {
	// codes is what was seen, full the same without gaps, nil while nothing is known.
	codes, full CodesByContacts
	// beside is the rows there were over those the contacts told, by hour of the week, besideFull the same without gaps: at
	// night and on weekends other queues are open and other codes come.
	beside, besideFull WeekOfRows
	level              level
}

func newTold(known Sizes) told {
	t := told{codes: recalled(known.CodesByContacts, contactSteps), beside: newWeekOfRows(known.BesideTold), level: 1}
	t.complete()
	return t
}

func (t *told) complete() { t.full, t.besideFull = t.codes.complete(), t.beside.complete() }

func (t *told) known() bool { return t.full != nil }

// rows is how many a quarter-hour with such a crowd should have; it needs known.
func (t *told) rows(at time.Time, c *crowd) float64 {
	rows := float64(t.level) * t.full.of(c)
	if t.besideFull != nil {
		rows *= float64(t.besideFull[slotOf(at)])
	}
	return rows
}

// learn takes in an answer about codes. sizes has how many rows every quarter-hour of the span had, seen how many codes came with how
// many contacts, crowdAt what its queues had, nil where that is not known.
func (t *told) learn(s span, sizes []int, seen map[int]tally, crowdAt func(time.Time) *crowd) {
	if t.known() {
		t.compare(s, sizes, crowdAt)
	}
	t.codes.learn(seen)
	t.complete()
}

// compare takes in how many rows there were beside those foretold; it needs known.
func (t *told) compare(s span, sizes []int, crowdAt func(time.Time) *crowd) {
	const few = 50 // rows of a quarter-hour say nothing
	var expected, came float64
	for i, n := range sizes {
		at := s.From.Add(quarters(i))
		c := crowdAt(at)
		if c == nil {
			continue
		}
		expected, came = expected+t.rows(at, c), came+float64(n)
		if told := t.full.of(c); told >= few {
			t.beside.learn(at, float32(float64(n)/told))
		}
	}
	t.level.follow(expected, came)
}
