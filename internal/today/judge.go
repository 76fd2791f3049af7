package today

import (
	"fmt"
	"math"
	"strconv"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/intraday"
)

// all are the subjects of the report.
func (r *Report) all() (all []*Subject) {
	all = append(all, &r.Total)
	for _, part := range [][]Subject{r.Groups, r.Queues, r.Codes} {
		for i := range part {
			all = append(all, &part[i])
		}
	}
	return all
}

// judge says whether the day goes off. Many subjects are tested, which would find something on many days: they count as
// so many tests as past days show, and the day is wrongly said to go off on one in a hundred for all of them together.
func (m *maker) judge() {
	r := m.report
	least := map[int]float64{}
	for _, s := range r.all() {
		if !measured(s.Chance) {
			continue
		}
		for day, chance := range m.models[subjectKey{s.Kind, s.ID}].Chances() {
			if known, there := least[day]; !there || chance < known {
				least[day] = chance
			}
		}
	}
	var all []float64
	for _, chance := range least {
		all = append(all, chance)
	}
	tests := intraday.Tests(all)
	for _, s := range r.all() {
		if !measured(s.Chance) {
			continue
		}
		together := intraday.Together(float64(s.Chance), tests)
		s.Off = together < Wrong
		if !measured(r.Chance) || together < float64(r.Chance) {
			r.Chance = wrapcast.Measure(together)
		}
		r.Off = r.Off || s.Off
	}
	for _, s := range r.all() {
		if !s.Off {
			s.Since, s.Change = "", nil
		}
		if s.State == Silent {
			m.find(wrapcast.Warning, "silent", s.Name, "look whether its lines and routing work; if they do, its counts are late",
				"nothing has come of late although contacts were expected: the rest of its day is the morning's forecast")
		}
	}
	if len(r.Names) > 0 {
		m.find(wrapcast.Info, "special-day", "", "", "today is %s: the test of ordinary days says nothing of it", r.Names[0])
	}
}

func measured(v wrapcast.Measure) bool { return !math.IsNaN(float64(v)) }

// propose proposes overrides for what goes off: of single queues where they do, else of single codes, else of all
// contacts.
func (m *maker) propose() {
	r := m.report
	for _, part := range [][]Subject{r.Queues, r.Codes, {r.Total}} {
		for _, s := range part {
			if s.Off && math.Abs(s.Day-s.DayForecast) >= 1 {
				r.Proposals = append(r.Proposals, m.proposal(s))
			}
		}
		if len(r.Proposals) > 0 {
			return
		}
	}
}

func (m *maker) proposal(s Subject) Proposal {
	p := Proposal{Kind: s.Kind, ID: s.ID, Name: s.Name, Day: m.report.Day, Set: math.Round(s.Day), Now: s.DayForecast,
		Cause: fmt.Sprintf("intraday %s: %.0f handled, %.0f expected", m.hour(m.until), s.Actual, s.Expected)}
	what := "--set " + strconv.FormatFloat(p.Set, 'f', -1, 64)
	switch s.Kind {
	case wrapcast.LevelQueue:
		what += " --queue " + s.ID
	case wrapcast.LevelCode:
		what += " --code " + s.ID
	}
	p.Command = fmt.Sprintf("wrapcast override add %s --from %s --reason %q --overlap replace", what, p.Day, p.Cause)
	return p
}
