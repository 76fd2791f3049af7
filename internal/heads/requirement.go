package heads

import (
	"math"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/staffing"
)

// Requirement counts the people that a planning group needs in quarter-hours one after the other, whatever forecast
// they are of.
type Requirement struct {
	// Indicative says that its goal is a default that nobody has set for it.
	Indicative bool
	group      group
}

// Requirement is how people of a planning group are counted by the rules.
func (r Rules) Requirement(g wrapcast.PlanningGroup) (*Requirement, error) {
	service := r.of(g)
	table, err := staffing.NewRequirement(service.Goal, service.Patience)
	if err != nil {
		return nil, wrapcast.Errorf(wrapcast.Usage, "", "planning group %s: %w", g.Name, err).
			WithHint("change its goal in the settings: staffing")
	}
	return &Requirement{service.source == SourceDefault, group{service: service, table: table}}, nil
}

// Needed is how many people must be there in each quarter-hour for contacts that take seconds each on average. Work
// that may wait is levelled over the quarter-hours in which contacts come.
func (r *Requirement) Needed(contacts, seconds []float64) []float64 {
	g := r.group
	g.week = &groupWeek{plan: wrapcast.GroupPlan{Offered: contacts, HandleSeconds: seconds}}
	if g.service.promise > 0 {
		g.week.level = g.levelled(g.week.plan)
	}
	needed := make([]float64, len(contacts))
	for q, n := range contacts {
		needed[q] = float64(g.heads(q, n, n*seconds[q], 1))
	}
	return needed
}

// Waits reports whether the work may wait, so that people need not be there when it comes.
func (r *Requirement) Waits() bool { return r.group.service.promise > 0 }

// Hours are those of people who are there.
func Hours(needed []float64) (hours float64) {
	for _, n := range needed {
		hours += n * hoursPerHead
	}
	return math.Round(hours*100) / 100
}
