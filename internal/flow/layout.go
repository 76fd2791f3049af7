package flow

import (
	"math"
	"slices"
	"strconv"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/forecast"
	"github.com/wrapcast/wrapcast/internal/planning"
)

// layout is what is forecast from a history beside its leaves: codes, queues, planning groups, and the total.
type layout struct {
	codes  []keyedHistory[wrapcast.CodeID]
	queues []keyedHistory[wrapcast.QueueID]
	// groups are keyed by their place in the directory.
	groups  []keyedHistory[int]
	groupOf func(wrapcast.Leaf) int
}

// noGroup is the key of leaves that no planning group plans for.
const noGroup = -1

func (p *pass) layOut(h *history) *layout {
	l := &layout{codes: group(h, byCode), queues: group(h, byQueue), groupOf: groupIn(p.directory)}
	l.groups = slices.DeleteFunc(group(h, l.groupOf), func(g keyedHistory[int]) bool { return g.key == noGroup })
	return l
}

// groupIn tells the place of a leaf's planning group in the directory.
func groupIn(directory wrapcast.Directory) func(wrapcast.Leaf) int {
	owner := planning.GroupOf(directory)
	places := map[wrapcast.PlanningGroupID]int{}
	for i, g := range directory.PlanningGroups {
		places[g.ID] = i
	}
	return func(leaf wrapcast.Leaf) int {
		if g, ok := owner(leaf); ok {
			return places[g.ID]
		}
		return noGroup
	}
}

// panel lists what the engine forecasts: the codes with their masked days hidden, queues, groups, and the total; all
// without their special days, which it would take for ordinary ones.
func (l *layout) panel(h *history, report wrapcast.ValidationReport, effects *planning.Effects) []forecast.Series {
	var panel []forecast.Series
	add := func(id string, values []float64) {
		panel = append(panel, h.series(id, ordinaryDays(values, h.from, effects)))
	}
	for i, g := range l.codes {
		add("code "+string(g.key), masked(g.handled, h.from, report.Codes[i].Masks))
	}
	for _, g := range l.queues {
		add("queue "+string(g.key), g.handled)
	}
	for _, g := range l.groups {
		add("group "+strconv.Itoa(g.key), g.handled)
	}
	add("total", l.total(h))
	return panel
}

// total is what was handled per day in all.
func (l *layout) total(h *history) []float64 {
	total := h.emptyDays()
	for _, g := range l.queues {
		for t, v := range g.handled {
			total[t] += v
		}
	}
	return total
}

// ordinaryDays hides the special ones.
func ordinaryDays(values []float64, from wrapcast.Date, effects *planning.Effects) []float64 {
	values = slices.Clone(values)
	for t := range values {
		if effects.KindOf(from+wrapcast.Date(t)) != "" {
			values[t] = math.NaN()
		}
	}
	return values
}

// learnEffects learns what the calendar's days do to each code in each queue; masked days teach nothing.
func (l *layout) learnEffects(h *history, report wrapcast.ValidationReport) *planning.Effects {
	type place struct {
		queue wrapcast.QueueID
		code  wrapcast.CodeID
	}
	learned := planning.EffectHistory{From: h.from}
	at := map[place]int{}
	for i, g := range l.codes {
		for _, leaf := range g.leaves {
			key := place{h.leaves[leaf].leaf.Queue, g.key}
			values := masked(h.leaves[leaf].handled, h.from, report.Codes[i].Masks)
			if j, seen := at[key]; seen {
				for t, v := range values {
					learned.Series[j].Values[t] += v
				}
				continue
			}
			at[key] = len(learned.Series)
			learned.Series = append(learned.Series, planning.EffectSeries{Queue: key.queue, Code: key.code, Values: values})
		}
	}
	return planning.LearnEffects(h.known.almanac, learned)
}
