package accuracy

import (
	"math"

	"github.com/wrapcast/wrapcast"
)

// leadScore adds up the cells of one lead.
type leadScore struct {
	with, without Score
	handle        HandleScore
	forecasts     map[wrapcast.ForecastID]bool
	days          map[wrapcast.Date]int
	overridden    int
}

func (s *leadScore) add(d wrapcast.ForecastSnapshot, v wrapcast.SubjectSnapshot, actual handled, level float64) {
	if s.forecasts == nil {
		s.forecasts, s.days = map[wrapcast.ForecastID]bool{}, map[wrapcast.Date]int{}
	}
	s.forecasts[d.Forecast], s.days[d.Day] = true, d.Age
	s.with.Add(cellOf(v.SnapshotValue, actual.contacts, level, float64(v.Scale)))
	s.without.Add(cellOf(withoutOverrides(v), actual.contacts, level, float64(v.Scale)))
	s.handle.Add(actual.contacts, actual.seconds, v.HandleSeconds)
	if v.Base != nil {
		s.overridden++
	}
}

// cellOf sets a value against an actual of contacts; its bounds are NaN where it has no band of the level.
func cellOf(v wrapcast.SnapshotValue, actual, level, scale float64) Cell {
	c := Cell{Actual: actual, Mean: v.Mean, Median: v.Median, Lower: math.NaN(), Upper: math.NaN(), Scale: scale}
	if band, ok := bandOf(v, level); ok {
		c.Lower, c.Upper = band.Lower, band.Upper
	}
	return c
}

func (s *leadScore) accuracy(lead int, level float64) wrapcast.LeadAccuracy {
	age := 0.0
	for _, days := range s.days {
		age += float64(days)
	}
	s.with.Origins, s.without.Origins = len(s.forecasts), len(s.forecasts)
	a := wrapcast.LeadAccuracy{Lead: lead, Age: wrapcast.Measure(age / float64(len(s.days))),
		Accuracy: s.with.Accuracy(level), HandleTime: s.handle.WAPE(), Overridden: s.overridden}
	if s.overridden > 0 {
		without := s.without.Accuracy(level)
		a.Without = &without
	}
	return a
}

func leadsOf(scores map[int]*leadScore, level float64) []wrapcast.LeadAccuracy {
	leads := []wrapcast.LeadAccuracy{}
	for _, lead := range wrapcast.AccuracyLeads() {
		if s := scores[lead]; s != nil {
			leads = append(leads, s.accuracy(lead, level))
		}
	}
	return leads
}
