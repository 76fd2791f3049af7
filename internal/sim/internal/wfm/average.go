package wfm

import (
	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/sim/internal/contact"
)

// historyWeeks is how many weeks a generated forecast averages: the unit's defaultHistoryWeeks.
const historyWeeks = 6

const quartersOfWeek = 7 * 96

// pastWeek sums the last weeks of a planning group up, by the quarter-hour of the week.
type pastWeek struct{ offered, seconds, handled [quartersOfWeek]float64 }

// average is the mean of so many last weeks by quarter-hour: what arrived, and how long it took.
func (r *Service) average(b *businessUnit, week wrapcast.Date, weeks, history int) *content {
	values := EightDays.values(week, weeks, b.zone())
	past := make([]pastWeek, len(b.Groups))
	r.lastWeeks(b, history, func(group, quarter int, seconds float64) {
		p := &past[group]
		p.offered[quarter]++
		if seconds > 0 {
			p.seconds[quarter] += seconds
			p.handled[quarter]++
		}
	})
	made := &content{weekCount: weeks}
	for i, g := range b.Groups {
		data := GroupData{g.ID, make([]float64, values), make([]float64, values)}
		for at := range values {
			quarter := at % quartersOfWeek
			data.Offered[at] = rounded(past[i].offered[quarter] / float64(history))
			if n := past[i].handled[quarter]; n > 0 {
				data.HandleSeconds[at] = rounded(past[i].seconds[quarter] / n)
			}
		}
		made.groups = append(made.groups, data)
	}
	return made
}

// lastWeeks tells every contact of the last weeks that a planning group plans: its group, the quarter-hour of the week
// in which it arrived by the clock, and its handle time in seconds, 0 where it was not handled.
func (r *Service) lastWeeks(b *businessUnit, history int, each func(group, quarter int, seconds float64)) {
	end, find := b.today(), r.finder(b)
	for day := end - wrapcast.Date(7*history); day < end; day++ {
		for c := range r.Contacts.Day(day) {
			group := find(&c)
			if group < 0 || c.Outbound {
				continue
			}
			at := localTime(c.Arrived, b.zone())
			quarter := (int(at.Weekday()-b.WeekStart)+7)%7*96 + at.Hour()*4 + at.Minute()/15
			each(group, quarter, float64(c.Handle())/1000)
		}
	}
}

// finder finds the planning group of contacts, and remembers where it found it.
func (r *Service) finder(b *businessUnit) func(*contact.Contact) int {
	type stream struct {
		queue, requirement int
		media              contact.Media
	}
	found := map[stream]int{}
	return func(c *contact.Contact) int {
		at := stream{c.Queue, c.Requirement, c.Media}
		group, known := found[at]
		if !known {
			group = b.GroupOf(c.Queue, c.Media, &r.Organisation.Requirements[c.Requirement])
			found[at] = group
		}
		return group
	}
}
