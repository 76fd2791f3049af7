package figures

import (
	"time"

	"github.com/wrapcast/wrapcast"
)

func (s *survey) month(day int) int   { return int(monthOf(s.first+wrapcast.Date(day))) - 1 }
func (s *survey) weekday(day int) int { return Monday0(s.first + wrapcast.Date(day)) }

// Monday0 returns the weekday counted from Monday, which is 0.
func Monday0(d wrapcast.Date) int { return (int(d.Weekday()) + 6) % 7 }

func monthOf(d wrapcast.Date) time.Month { return d.Midnight(time.UTC).Month() }

// fit finds the profile whose months and weekdays have the counts' sums on regular days (iterative proportional fitting).
func (s *survey) fit(counts []float64) Profile {
	var p Profile
	days := 0
	for day, ok := range s.regular {
		if ok {
			p.Daily += counts[day]
			days++
		}
	}
	p.Daily /= float64(days)
	for i := range p.Months {
		p.Months[i] = 1
	}
	for i := range p.Weekdays {
		p.Weekdays[i] = 1
	}
	for range 50 {
		s.scale(counts, &p, p.Months[:], s.month)
		s.scale(counts, &p, p.Weekdays[:], s.weekday)
	}
	p.Daily, p.Months, p.Weekdays = round(p.Daily, 4), p.rounded12(), rounded7(p.Weekdays)
	return p
}

// scale multiplies each factor so that the profile sums to the counts on the regular days it covers.
func (s *survey) scale(counts []float64, p *Profile, factors []float64, of func(day int) int) {
	have, want := make([]float64, len(factors)), make([]float64, len(factors))
	for day, ok := range s.regular {
		if ok {
			want[of(day)] += counts[day]
			have[of(day)] += s.expected(*p, day)
		}
	}
	for i := range factors {
		if have[i] > 0 {
			factors[i] *= want[i] / have[i]
		}
	}
}

func (s *survey) expected(p Profile, day int) float64 {
	return p.Daily * p.Months[s.month(day)] * p.Weekdays[s.weekday(day)]
}

func (p Profile) rounded12() (r [12]float64) {
	for i, x := range p.Months {
		r[i] = round(x, 3)
	}
	return r
}

func rounded7(x [7]float64) (r [7]float64) {
	for i := range x {
		r[i] = round(x[i], 3)
	}
	return r
}
