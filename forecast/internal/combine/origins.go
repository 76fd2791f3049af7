package combine

import (
	"cmp"
	"math"
	"slices"
)

// origin is one past, back steps before the end.
type origin struct {
	back    int
	weighs  bool // its errors decide the weights
	spreads bool // its errors decide the width of intervals
}

// place places the origins for histories of n values. Their windows are complete: none lies nearer to the end than the
// window is long.
func (s *setup) place(n int) {
	s.window = s.cfg.Horizon
	switch s.mode {
	case double:
		s.minPast = 2*s.cfg.Long + s.cfg.Short
	case single:
		s.minPast = 3*s.cfg.Short + 7
	case weekly:
		s.minPast = 15
	}
	if s.window > (n-s.minPast)/2 {
		s.window = max(1, (n-s.minPast)/2)
	}
	for _, f := range s.factors() {
		if k := s.round(f); n-k >= s.minPast {
			s.addOrigin(origin{k, true, true})
		}
	}
	if s.calendar && n-yearLag >= minYearBack {
		s.addOrigin(origin{yearLag, true, true}) // the same season as what lies ahead
	}
	if s.yearly = s.hasYears(n); s.yearly && n-s.round(6) >= minYearly {
		s.yearlyOrigins(n)
	}
	if s.small {
		s.spreadOrigins(n)
	}
	slices.SortFunc(s.origins, func(a, b origin) int { return cmp.Compare(a.back, b.back) })
}

// round returns so many windows in steps, as whole seasons and at least one window.
func (s *setup) round(windows float64) int {
	unit := 1
	if s.mode != weekly {
		unit = s.cfg.Short
	}
	k := (int(math.Ceil(windows*float64(s.window))) + unit - 1) / unit * unit
	return max(k, (s.window+unit-1)/unit*unit)
}

// addOrigin adds an origin, or its uses where it is there already. One whose window would reach beyond the end is none.
func (s *setup) addOrigin(o origin) {
	if o.back < s.window {
		return
	}
	for i := range s.origins {
		if s.origins[i].back == o.back {
			s.origins[i].weighs = s.origins[i].weighs || o.weighs
			s.origins[i].spreads = s.origins[i].spreads || o.spreads
			return
		}
	}
	s.origins = append(s.origins, o)
}

// yearlyOrigins looks one year back, where the same season lies ahead.
func (s *setup) yearlyOrigins(n int) {
	s.origins = nil
	for _, f := range []float64{1, 2, 3, 4, 6} {
		if k := s.round(f); n-k >= minYearly {
			s.addOrigin(origin{k, true, true})
		}
	}
	for _, k := range []int{yearLag - s.round(1), yearLag, yearLag + s.round(1)} {
		if n-k >= minYearly && k >= s.window {
			s.addOrigin(origin{k, true, !s.small})
		}
	}
}

// spreadOrigins adds origins for the intervals of groups too small to lend each other their errors.
func (s *setup) spreadOrigins(n int) {
	for i := range s.origins {
		s.origins[i].spreads = false
	}
	minPast := s.minPast
	if s.yearly {
		minPast = minYearly
	}
	for j := 1; j <= spreadOrigins; j++ {
		if k := j * s.round(1); n-k >= minPast {
			s.addOrigin(origin{k, false, true})
		}
	}
	if !slices.ContainsFunc(s.origins, func(o origin) bool { return o.spreads }) {
		for i := range s.origins {
			s.origins[i].spreads = true
		}
	}
}

const spreadOrigins = 14

// minYearBack is the history that an origin a year back needs.
const minYearBack = 200

// hasYears reports whether yearly members are admitted: days with a week, and three origins with a year and a half
// before them.
func (s *setup) hasYears(n int) bool {
	if !s.cfg.Yearly || s.cfg.Short != 7 || s.mode != single {
		return false
	}
	origins := 0
	for _, o := range s.origins {
		if n-o.back >= minYearly {
			origins++
		}
	}
	return origins >= 3
}

// factors are the distances of the origins, in windows.
func (s *setup) factors() []float64 {
	if s.mode == weekly {
		return []float64{1, 2, 3, 4, 5}
	}
	if s.calendar {
		return []float64{1, 1.5, 2, 3, 4, 5, 6, 7}
	}
	if s.mode == double {
		return []float64{1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10, 12, 14}
	}
	return []float64{1, 1.5, 2, 2.5, 3, 4, 5, 6}
}
