package demand

import (
	"github.com/wrapcast/wrapcast/internal/sim/internal/figures"
)

// A rare type's own profile is mostly chance, so it is drawn towards what its sources
// let expect, as if it had that many requests more.
const (
	weightOfMonths   = 120
	weightOfWeekdays = 60
	weightOfHours    = 60
)

// shape is how a stream's requests lie in year, week and day.
type shape struct {
	weekdays [7]float64     // factors on the daily mean
	hours    [3][24]float64 // cumulative shares, the last is 1; by figures.DayKind
}

// shaper turns figures into shapes.
type shaper struct {
	figures *figures.Figures
	sources map[string]*figures.Source
}

func newShaper(f *figures.Figures) *shaper {
	s := &shaper{f, map[string]*figures.Source{}}
	for i := range f.Sources {
		s.sources[f.Sources[i].Name] = &f.Sources[i]
	}
	return s
}

// months returns a type's months, drawn towards those of all requests.
func (s *shaper) months(t *figures.Type) (m [12]float64) {
	n := float64(t.Requests())
	for i := range m {
		m[i] = (n*t.Months[i] + weightOfMonths*s.figures.Total.Months[i]) / (n + weightOfMonths)
	}
	return m
}

// shape gives a stream its source's week and day, corrected by how its type departs
// from what the type's sources together let expect.
func (s *shaper) shape(t *figures.Type, source string) shape {
	var sh shape
	own := s.sources[source]
	n := float64(t.Requests())
	weekdays, hours := s.mix(t)
	for i := range sh.weekdays {
		wanted := (n*t.Weekdays[i] + weightOfWeekdays*weekdays[i]) / (n + weightOfWeekdays)
		sh.weekdays[i] = own.Weekdays[i] * ratio(wanted, weekdays[i])
	}
	for kind := range sh.hours {
		sum := 0.0
		for h := range sh.hours[kind] {
			wanted := (float64(t.Hours[h]) + weightOfHours*hours[h]) / (n + weightOfHours)
			sum += (float64(own.Hours[kind][h]) + 0.01) * ratio(wanted, hours[h])
			sh.hours[kind][h] = sum
		}
		for h := range sh.hours[kind] {
			sh.hours[kind][h] /= sum
		}
	}
	return sh
}

// mix returns the week and day that the type's sources let expect of it: weekday
// factors, and hours as shares of 1.
func (s *shaper) mix(t *figures.Type) (weekdays [7]float64, hours [24]float64) {
	n := float64(t.Requests())
	for _, sources := range t.Queues {
		for name, requests := range sources {
			source, share := s.sources[name], float64(requests)/n
			for i := range weekdays {
				weekdays[i] += share * source.Weekdays[i]
			}
			for h := range hours {
				all := source.Hours[0][h] + source.Hours[1][h] + source.Hours[2][h]
				hours[h] += share * float64(all) / float64(source.Requests)
			}
		}
	}
	return weekdays, hours
}

func ratio(a, b float64) float64 {
	if b == 0 {
		return 0
	}
	return a / b
}
