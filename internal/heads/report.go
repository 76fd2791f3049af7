package heads

import (
	"cmp"
	"context"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/staffing"
	"github.com/wrapcast/wrapcast/internal/steps"
)

// Options say which heads are counted.
type Options struct {
	Rules Rules
	// Start is the first day of the first week; 0 takes the first week that begins after the forecast is made.
	Start wrapcast.Date
	// Weeks is how many, at least 1.
	Weeks int
	// Group names the only planning group, by id or name; "" is all.
	Group string
	// Certainty is a share of futures, 0 for 0.9.
	Certainty float64
	// Roster is how many people are rostered, nil where that is not looked at.
	Roster Roster
	// Brief leaves out what each code has of single quarter-hours.
	Brief bool
	// Paths, if set, is handed the paths that heads are counted from, a planning group's day at a time. What is handed
	// out holds until it returns.
	Paths func(wrapcast.GroupPaths) error
}

const (
	defaultCertainty = 0.9
	smallGroups      = 0.8 // of the hours: what one pool takes where being apart is worth a word
)

// Make counts the heads of a forecast.
func Make(ctx context.Context, v *steps.View, made *wrapcast.Forecast, o Options) (*Report, error) {
	o.Certainty, o.Weeks = cmp.Or(o.Certainty, defaultCertainty), max(o.Weeks, 1)
	if !(o.Certainty > 0.5 && o.Certainty < 1) {
		return nil, wrapcast.Errorf(wrapcast.Usage, "", "a certainty of %v cannot be counted", o.Certainty).
			WithHint("it is a share above 0.5 and below 1, such as 0.9: enough in 9 futures of 10")
	}
	intraday, err := v.Intraday(ctx, made)
	if err != nil {
		return nil, err
	}
	m := &maker{view: v, made: made, options: o, intraday: intraday}
	if err := m.weeks(); err != nil {
		return nil, err
	}
	r := &Report{Schema: Schema, Forecast: made.ID, BusinessUnit: v.Unit(), TimeZone: v.Zone.String(),
		From: m.plans[0].Start, To: m.plans[len(m.plans)-1].Start + 6, Certainty: o.Certainty,
		CostPerHour: o.Rules.CostPerHour, Weeks: []Stretch{}, Groups: []Group{}, Notes: []string{}}
	if r.CostPerHour > 0 {
		r.Currency = o.Rules.Currency
	}
	if err := m.count(ctx); err != nil {
		return nil, err
	}
	for _, g := range m.groups {
		r.Groups = append(r.Groups, g.document())
		r.Paths = max(r.Paths, g.paths)
	}
	for w := range m.plans {
		r.Weeks = append(r.Weeks, m.total(w))
	}
	r.Notes = append(r.Notes, m.notes(r)...)
	return r, nil
}

// maker carries one report through its steps.
type maker struct {
	view     *steps.View
	made     *wrapcast.Forecast
	options  Options
	intraday *steps.Intraday

	plans  []wrapcast.WeekPlan
	groups []*group
}

// weeks lays the forecast over the weeks asked for, and makes the groups.
func (m *maker) weeks() error {
	start := m.options.Start
	if start == 0 {
		begins := m.view.Directory.BusinessUnit.WeekStart
		if start = m.made.From.StartOfWeek(begins); start < m.made.From {
			start += 7
		}
	}
	for w := range wrapcast.Date(m.options.Weeks) {
		plan := m.intraday.Week(start + 7*w)
		if len(plan.Groups) == 0 {
			break
		}
		m.plans = append(m.plans, plan)
	}
	if len(m.plans) == 0 {
		return m.noWeek(start)
	}
	return m.chooseGroups()
}

// noWeek says why a week has no planning groups.
func (m *maker) noWeek(start wrapcast.Date) error {
	last := m.made.From + wrapcast.Date(m.made.Days) - 1
	if len(m.view.Directory.PlanningGroups) == 0 {
		return wrapcast.Errorf(wrapcast.NotFound, "", "there are no planning groups that required staff could be counted for").
			WithHint("choose a business unit with --business-unit; `wrapcast staff erlang` works on numbers you type")
	}
	return wrapcast.Errorf(wrapcast.Usage, "", "the forecast has %s to %s, which is not the whole week of %s",
		m.made.From, last, start).
		WithHint("name the first day of a week within it, or forecast further: `wrapcast run --dry-run --weeks 6`")
}

// chooseGroups makes the groups that are planned, or the only one that is asked for.
func (m *maker) chooseGroups() error {
	names := map[wrapcast.CodeID]string{}
	for _, c := range m.made.Codes {
		names[c.Code.ID] = c.Code.Name
	}
	var known []string
	for i, plan := range m.plans[0].Groups {
		known = append(known, plan.Name)
		if m.options.Group != "" && m.options.Group != string(plan.Group) && !strings.EqualFold(m.options.Group, plan.Name) {
			continue
		}
		g, err := m.newGroup(plan, i, names)
		if err != nil {
			return err
		}
		m.groups = append(m.groups, g)
	}
	if len(m.groups) == 0 {
		return wrapcast.Errorf(wrapcast.NotFound, "", "there is no planning group %q", m.options.Group).
			WithHint("there are %s", strings.Join(known, ", "))
	}
	return nil
}

func (m *maker) newGroup(plan wrapcast.GroupPlan, at int, names map[wrapcast.CodeID]string) (*group, error) {
	known := m.view.Directory.PlanningGroups
	i := slices.IndexFunc(known, func(g wrapcast.PlanningGroup) bool { return g.ID == plan.Group })
	service := m.options.Rules.of(known[i])
	table, err := staffing.NewRequirement(service.Goal, service.Patience)
	if err != nil {
		return nil, fmt.Errorf("planning group %s: %w", plan.Name, err)
	}
	return &group{id: plan.Group, name: plan.Name, at: at, service: service, table: table, names: names, zone: m.view.Zone,
		certainty: m.options.Certainty, cost: m.options.Rules.CostPerHour, brief: m.options.Brief,
		roster: m.options.Roster}, nil
}

// count goes through the weeks and lets the groups count their days side by side: each by one worker, in its order.
func (m *maker) count(ctx context.Context) error {
	workers := min(runtime.GOMAXPROCS(0), len(m.groups))
	work := make([]chan func(), workers)
	var running sync.WaitGroup
	for w := range work {
		work[w] = make(chan func(), 2)
		running.Go(func() {
			for do := range work[w] {
				do()
			}
		})
	}
	places := map[wrapcast.PlanningGroupID]int{}
	for i, g := range m.groups {
		places[g.id] = i
	}
	err := m.draw(ctx, func(i int, do func(*group)) {
		work[i%workers] <- func() { do(m.groups[i]) }
	}, places)
	for w := range work {
		close(work[w])
	}
	running.Wait()
	return err
}

// draw draws the paths of all weeks, and hands each group its days.
func (m *maker) draw(ctx context.Context, hand func(int, func(*group)),
	places map[wrapcast.PlanningGroupID]int) error {
	for _, week := range m.plans {
		for i, g := range m.groups {
			plan := week.Groups[g.at]
			hand(i, func(g *group) { g.begin(week.Start, plan) })
		}
		chosen := wrapcast.WeekPlan{Start: week.Start}
		for _, g := range m.groups {
			chosen.Groups = append(chosen.Groups, week.Groups[g.at])
		}
		_, err := m.intraday.EachGroup(ctx, chosen, func(p wrapcast.GroupPaths) error {
			if m.options.Paths != nil {
				if err := m.options.Paths(p); err != nil {
					return err
				}
			}
			hand(places[p.Group], func(g *group) { g.add(p) })
			return nil
		})
		if err != nil {
			return err
		}
		for i := range m.groups {
			hand(i, (*group).end)
		}
	}
	return nil
}

// total is a week of all groups together: path k of one group and of another are the same future.
func (m *maker) total(week int) Stretch {
	t, all := &stretch{}, &group{names: m.groups[0].names, certainty: m.options.Certainty}
	paid, first := 0.0, m.groups[0].weekAt(week)
	sums := make([]float64, len(m.groups[0].intervals[first:m.groups[0].weekAt(week+1)]))
	for _, g := range m.groups {
		w := g.weeks[week]
		t.include(w)
		t.Span = w.Span
		paid += w.RosteredHours
		for q := range sums {
			sums[q] += g.intervals[first+q].Mean
		}
	}
	t.Peak, t.open = 0, 0
	for _, heads := range sums {
		t.Peak = max(t.Peak, heads)
		if heads > 0 {
			t.open += hoursPerHead
		}
	}
	if all.cost = m.options.Rules.CostPerHour; t.Hours > 0 {
		all.service.Shrinkage = 1 - t.Hours/paid // of all groups on average
	}
	t.close(all)
	pooled := m.pooled(week)
	t.HoursPooled = &pooled
	t.PeakP80, t.PeakP90, t.PeakSurer = wrapcast.NotMeasured(), wrapcast.NotMeasured(), wrapcast.NotMeasured()
	return t.Stretch
}

// pooled is how many hours a week takes if all who answer at once had every skill, served as where nothing else is set;
// deferred work is added as it is. Of conversations held at once the work of one person counts.
func (m *maker) pooled(week int) (hours float64) {
	first, last := m.groups[0].weekAt(week), m.groups[0].weekAt(week+1)
	rule := m.options.Rules.Service
	table, err := staffing.NewRequirement(rule.Goal, rule.Patience)
	if err != nil {
		return 0 // refused before: every group was checked
	}
	for q := first; q < last; q++ {
		contacts, seconds, deferred := 0.0, 0.0, 0.0
		for _, g := range m.groups {
			i := g.intervals[q]
			if g.service.promise > 0 {
				deferred += i.Mean
				continue
			}
			contacts += i.Contacts
			seconds += i.Contacts * i.AHT / float64(g.service.atOnce)
		}
		hours += hoursPerHead * (deferred + float64(table.Agents(contacts, seconds, quarterHour)))
	}
	return hours
}

// notes says what people should know of the figures.
func (m *maker) notes(r *Report) (notes []string) {
	indicative := 0
	for _, g := range r.Groups {
		if g.Indicative {
			indicative++
		}
	}
	if indicative > 0 {
		notes = append(notes, fmt.Sprintf("Indicative: the service goals of %d of %d planning groups are defaults nobody has "+
			"set for them (settings: staffing).", indicative, len(r.Groups)))
	}
	if w := r.Weeks[0]; len(r.Groups) > 1 && w.HoursPooled != nil && *w.HoursPooled < smallGroups*w.Hours {
		notes = append(notes, fmt.Sprintf("Small groups need somebody each, however few come: as one pool with every skill "+
			"they would need %.0f hours of the %.0f.", *w.HoursPooled, w.Hours))
	}
	if r.Paths == 0 {
		notes = append(notes, "This forecast was made before there were joint paths: how sure its required staff is cannot be said. "+
			"The next run makes one.")
	}
	if len(m.plans) < m.options.Weeks {
		notes = append(notes, fmt.Sprintf("The forecast reaches over %d whole weeks of the %d asked for.", len(m.plans),
			m.options.Weeks))
	}
	return notes
}
