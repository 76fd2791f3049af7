package today

import (
	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/heads"
	"github.com/wrapcast/wrapcast/internal/intraday"
)

// staff counts the staff that the rest of the day requires of a planning group: for what is expected now, for what the
// morning expected, and for what nine in ten of what may come need.
func (m *maker) staff(s *Subject, g wrapcast.PlanningGroup, of func(wrapcast.Leaf) bool) {
	required, err := m.options.Rules.Requirement(g)
	if err != nil {
		m.find(wrapcast.Warning, "no-staff", g.Name, wrapcast.Hint(err), "%v", err)
		return
	}
	expected, busy := m.intraday.QuarterHours(m.made, of, m.report.Day, m.report.Day)
	if sumOf(expected) == 0 {
		return
	}
	ratio := m.intraday.OfferedRatio(of, m.report.Day)
	aht := sumOf(busy) / sumOf(expected)
	n := len(expected) - m.until
	seconds, now, morning, surer := make([]float64, n), make([]float64, n), make([]float64, n), make([]float64, n)
	look := m.lookOf(*s, expected)
	for i := range n {
		q := m.until + i
		seconds[i] = aht
		if expected[q] > 1e-9 {
			seconds[i] = busy[q] / expected[q]
		}
		now[i], morning[i] = ratio*expected[q], ratio*expected[q]
		if look != nil {
			now[i] = ratio * look.Slots[q]
			_, upper := look.Band(0.8, q, q+1) // nine in ten stay below
			surer[i] = max(ratio*upper, now[i])
		}
	}
	m.fillStaff(s, required, look != nil, required.Needed(now, seconds), required.Needed(morning, seconds),
		required.Needed(surer, seconds))
}

// lookOf is the outlook of a subject again, nil where there are no bands.
func (m *maker) lookOf(s Subject, expected []float64) *intraday.Outlook {
	key := subjectKey{s.Kind, s.ID}
	model := m.models[key]
	if model == nil {
		return nil
	}
	var counts []float64
	if s.State == Updated {
		counts = m.counts.series(key).today[:m.until]
	}
	return model.Look(intraday.Day{Expected: expected, Hours: wrapcast.QuarterHour.Hours()}, counts)
}

func (m *maker) fillStaff(s *Subject, required *heads.Requirement, bands bool, now, morning, surer []float64) {
	s.Staff = &Staff{Hours: heads.Hours(now), Morning: heads.Hours(morning), PeakSurer: wrapcast.NotMeasured(),
		Indicative: required.Indicative}
	at := map[string]int{}
	for i := range s.Slots {
		at[s.Slots[i].Start] = i
	}
	for i, need := range now {
		q := m.until + i
		sure := wrapcast.NotMeasured()
		if bands && !required.Waits() {
			sure = wrapcast.Measure(max(surer[i], need))
		}
		if slot, there := at[m.clock(q)]; there {
			value := need
			s.Slots[slot].Required, s.Slots[slot].Surer = &value, &sure
		}
		if need > s.Staff.Peak {
			s.Staff.Peak, s.Staff.PeakAt, s.Staff.PeakSurer = need, m.clock(q), sure
		}
	}
}
