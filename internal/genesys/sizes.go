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
	// Queues and Codes are how many rows the questions about queues and about codes have by hour of the week.
	Queues WeekOfRows `json:"queues,omitempty"`
	Codes  WeekOfRows `json:"codes,omitempty"`
	// CodesByContacts foretells the rows about codes by the contacts that the question about queues told; BesideTold is how many
	// there usually were beside that.
	CodesByContacts CodesByContacts `json:"codes_by_contacts,omitempty"`
	BesideTold      WeekOfRows      `json:"beside_told,omitempty"`
}

// Refused is an answer that was refused as too large: how long its interval was, in quarter-hours,
// and how many rows it should have had, 0 where that was not known.
type Refused struct {
	Length int `json:"length"`
	Rows   int `json:"rows,omitempty"`
}

// keptRefusals bounds Sizes.Refused.
const keptRefusals = 16

// given takes in an answer. A refusal that was smaller in every respect had more rows than it should have had: one that
// should have had nearly as many says as much as before, any other nothing.
func (s *Sizes) given(length, rows int) {
	s.MostRows, s.Longest = max(s.MostRows, rows), max(s.Longest, length)
	s.Refused = slices.DeleteFunc(s.Refused, func(r Refused) bool {
		return r.Length <= s.Longest && r.Rows > 0 && !s.nearlyMost(r.Rows) && r.Rows <= s.MostRows
	})
	for i, r := range s.Refused {
		if r.Length <= s.Longest && s.nearlyMost(r.Rows) {
			s.Refused[i].Rows = max(r.Rows, s.MostRows+1)
		}
	}
}

// nearlyMost reports whether so many foretold rows may well have been more than were ever given.
func (s *Sizes) nearlyMost(rows int) bool { return float64(rows) > 0.9*float64(s.MostRows) }

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
// too many of them, or nearly as far as one could foretell, says nothing of lengths.
func (s *Sizes) tooLong() (length int) {
	_, byRows := s.tooManyRows()
	for _, r := range s.Refused {
		if r.Length > s.Longest && (!byRows || !s.nearlyMost(r.Rows)) {
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
