package genesys

import (
	"cmp"
	"slices"
)

// Sizes is what an organisation's answers have taught: how much the platform gives at once, and how
// much there is at which hour of the week. It is kept between runs; the zero value knows nothing.
type Sizes struct {
	// MostRows is the largest answer that was given, in rows: quarter-hours of groups. 0: none yet.
	MostRows int `json:"most_rows,omitempty"`
	// Longest is the longest interval answered, in quarter-hours; 0: none yet.
	Longest int `json:"longest,omitempty"`
	// Refused are the smallest answers that were refused as too large.
	Refused []Refused `json:"refused,omitempty"`
	// Queues is how many rows the question about queues has by hour of the week, Contacts how many contacts are handled, and
	// RowsByContacts how many rows the question about codes has for these.
	Queues         WeekOfRows     `json:"queues,omitempty"`
	Contacts       WeekOfRows     `json:"contacts,omitempty"`
	RowsByContacts RowsByContacts `json:"rows_by_contacts,omitempty"`
}

// Refused is an answer that was refused as too large: how long its interval was, in quarter-hours,
// and how many rows it should have had, 0 where that was not known.
type Refused struct {
	Length int `json:"length"`
	Rows   int `json:"rows,omitempty"`
}

// keptRefusals bounds Sizes.Refused.
const keptRefusals = 16

// given takes in an answer. A refusal that was smaller in every respect was a matter of wrong expectations.
func (s *Sizes) given(length, rows int) {
	s.MostRows, s.Longest = max(s.MostRows, rows), max(s.Longest, length)
	s.Refused = slices.DeleteFunc(s.Refused, func(r Refused) bool {
		return r.Length <= s.Longest && r.Rows > 0 && r.Rows <= s.MostRows
	})
}

// refused takes in a refusal.
func (s *Sizes) refused(length, rows int) {
	if length <= s.Longest && rows <= s.MostRows {
		rows = s.MostRows + 1 // it had more rows than it should have had, for it was not too long
	}
	s.Refused = append(s.Refused, Refused{length, rows})
	slices.SortFunc(s.Refused, func(a, b Refused) int { return cmp.Or(cmp.Compare(a.Length, b.Length), cmp.Compare(a.Rows, b.Rows)) })
	if len(s.Refused) > keptRefusals {
		s.Refused = slices.Delete(s.Refused, keptRefusals/2, keptRefusals/2+1)
	}
}

// tooManyRows is the smallest number of rows that was refused, 0 where none was. It is sure where no
// length can have been the reason.
func (s *Sizes) tooManyRows() (rows int, sure bool) {
	for _, r := range s.Refused {
		if r.Rows > s.MostRows {
			rows, sure = least(rows, r.Rows), sure || r.Length <= s.Longest
		}
	}
	return rows, sure
}

// alone reports whether the bound to rows rests on a single refusal, which may have had more than was expected.
func (s *Sizes) alone() bool {
	bound, _ := s.tooManyRows()
	near := 0
	for _, r := range s.Refused {
		if r.Rows > s.MostRows && float64(r.Rows) <= 1.1*float64(bound) {
			near++
		}
	}
	return near == 1
}

// tooLong is the shortest length that was refused, 0 where none was. Where there surely is a bound to rows, what had
// too many of them says nothing of lengths.
func (s *Sizes) tooLong() (length int) {
	_, byRows := s.tooManyRows()
	for _, r := range s.Refused {
		if r.Length > s.Longest && (!byRows || r.Rows <= s.MostRows) {
			length = least(length, r.Length)
		}
	}
	return length
}

// least is the smaller of two bounds of which 0 is none.
func least(a, b int) int {
	if a == 0 {
		return b
	}
	return min(a, b)
}
