package sizing

import "time"

// RowModel predicts how many rows the answer about codes has in a quarter-hour from the contacts its queues handled.
type RowModel struct {
	// codes is what was learned, full the same without gaps, nil while nothing is known.
	codes, full CodesByContacts
	// ratio is the rows there were over those that the contacts let expect, by hour of the week, fullRatio the same
	// without gaps: at night and on weekends other queues are open and other codes come.
	ratio, fullRatio WeekProfile
	level            level
}

// NewRowModel begins with what was learned earlier.
func NewRowModel(known LearnedLimits) *RowModel {
	m := &RowModel{codes: recalled(known.CodesByContacts, contactSteps), ratio: newWeekProfile(known.RowRatioByHour),
		level: 1}
	m.complete()
	return m
}

func (m *RowModel) complete() { m.full, m.fullRatio = m.codes.complete(), m.ratio.complete() }

// Known reports whether anything was learned.
func (m *RowModel) Known() bool { return m.full != nil }

// Save puts what was learned into limits.
func (m *RowModel) Save(into *LearnedLimits) {
	into.CodesByContacts, into.RowRatioByHour = m.codes, m.ratio
}

// Rows is how many rows a quarter-hour whose queues handled such contacts should have; it needs Known.
func (m *RowModel) Rows(at time.Time, c *ContactHistogram) float64 {
	rows := float64(m.level) * m.full.of(c)
	if m.fullRatio != nil {
		rows *= float64(m.fullRatio[slotOf(at)])
	}
	return rows
}

// Learn takes in an answer about codes. rows has how many every quarter-hour of the span had, seen how many codes went
// with how many contacts, contacts what the queues of a quarter-hour handled, nil where that is not known.
func (m *RowModel) Learn(s Span, rows []int, seen map[int]CodeCount, contacts func(time.Time) *ContactHistogram) {
	if m.Known() {
		m.compare(s, rows, contacts)
	}
	m.codes.learn(seen)
	m.complete()
}

// compare takes in how many rows there were over those predicted; it needs Known.
func (m *RowModel) compare(s Span, rows []int, contacts func(time.Time) *ContactHistogram) {
	const few = 50 // rows of a quarter-hour say nothing
	var predicted, counted float64
	for i, n := range rows {
		at := s.From.Add(Quarters(i))
		c := contacts(at)
		if c == nil {
			continue
		}
		predicted, counted = predicted+m.Rows(at, c), counted+float64(n)
		if usual := m.full.of(c); usual >= few {
			m.ratio.learn(at, float32(float64(n)/usual))
		}
	}
	m.level.follow(predicted, counted)
}
