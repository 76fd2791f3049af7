package reports

import (
	"cmp"
	"math"
	"slices"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/accuracy"
	"github.com/wrapcast/wrapcast/internal/demand"
	"github.com/wrapcast/wrapcast/internal/steps"
)

// recentWeeks is how many weeks the habit of recent weeks looks at; the last counts eight times as much as the first.
const recentWeeks = 8

// handleTimes sets the handle times of planning groups, as they follow from the mix of codes, beside what two habits of
// planning would have had.
type handleTimes struct {
	directory wrapcast.Directory
	groups    map[wrapcast.PlanningGroupID]demand.Sum[int]
	scores    map[wrapcast.PlanningGroupID]*handleScores
	all       handleScores
}

func newHandleTimes(v *steps.View, h *steps.History) *handleTimes {
	b := &handleTimes{directory: v.Directory, groups: map[wrapcast.PlanningGroupID]demand.Sum[int]{},
		scores: map[wrapcast.PlanningGroupID]*handleScores{}}
	for _, g := range h.Groups(v.Directory) {
		id := v.Directory.PlanningGroups[g.Key].ID
		b.groups[id], b.scores[id] = g, &handleScores{}
	}
	return b
}

// add scores the groups of a forecast that knew the first cut days.
func (b *handleTimes) add(cut int, f wrapcast.Forecast) {
	for _, g := range f.Groups {
		h, known := b.groups[g.Group.ID]
		if !known {
			continue
		}
		average := averageHandle(h, cut, func(int) float64 { return 1 })
		recent := averageHandle(h, cut, func(ago int) float64 { return float64(max(recentWeeks-ago/7, 0)) })
		for i, mix := range g.HandleSeconds {
			for _, s := range []*handleScores{b.scores[g.Group.ID], &b.all} {
				s.add(h.Handled[cut+i], h.Seconds[cut+i], mix, average, cmp.Or(recent, average))
			}
		}
	}
}

// averageHandle is the handle time over the first cut days, each weighted by its contacts and by how many days it is
// ago; 0 where there were none.
func averageHandle(h demand.Sum[int], cut int, weight func(ago int) float64) float64 {
	var contacts, sum float64
	for t, n := range h.Handled[:cut] {
		if n > 0 && !math.IsNaN(h.Seconds[t]) {
			w := weight(cut - 1 - t)
			contacts, sum = contacts+w*n, sum+w*h.Seconds[t]
		}
	}
	if contacts == 0 {
		return 0
	}
	return sum / contacts
}

// handleScores are those of the three.
type handleScores struct {
	mix, average, recent accuracy.HandleScore
	contacts             float64
}

func (s *handleScores) add(contacts, seconds, mix, average, recent float64) {
	s.mix.Add(contacts, seconds, mix)
	s.average.Add(contacts, seconds, average)
	s.recent.Add(contacts, seconds, recent)
	if contacts > 0 {
		s.contacts += contacts
	}
}

func (s *handleScores) measured() HandleTimeBacktest {
	return HandleTimeBacktest{Mix: s.mix.WAPE(), Average: s.average.WAPE(), Recent: s.recent.WAPE()}
}

// report writes the scores into r, the busiest group first.
func (b *handleTimes) report(r *BacktestReport) {
	r.HandleTime, r.GroupHandleTimes = b.all.measured(), []GroupHandleTimeBacktest{}
	for _, g := range b.directory.PlanningGroups {
		if s := b.scores[g.ID]; s != nil {
			r.GroupHandleTimes = append(r.GroupHandleTimes, GroupHandleTimeBacktest{Group: g, Contacts: int(s.contacts),
				HandleTimeBacktest: s.measured()})
		}
	}
	slices.SortStableFunc(r.GroupHandleTimes, func(x, y GroupHandleTimeBacktest) int {
		return cmp.Compare(y.Contacts,
			x.Contacts)
	})
}
