package forecast

import (
	"context"
	"hash/maphash"
	"math"
	"slices"
)

// held is a panel whose series are all held while they are forecast. Of series that are the same the first is looked
// at for all: a queue and its planning group often are.
type held struct {
	*learner
	panel []Series
	all   []*looked
	once  []int // places of the first of each kind
}

// runAuto forecasts each group of a panel by the combined procedure, and histories too short for it alone.
func runAuto(ctx context.Context, panel []Series, o Options) ([]Result, error) {
	h := &held{learner: newLearner(o), panel: panel, all: make([]*looked, len(panel))}
	first := sameSeries(panel)
	for i, j := range first {
		if h.all[i] = h.all[j]; i == j {
			h.all[i], h.once = &looked{place: -1}, append(h.once, i)
		}
	}
	if err := h.mend(ctx); err != nil {
		return nil, err
	}
	results := make([]Result, len(panel))
	members := map[*panelGroup][]int{}
	for i, x := range h.all {
		x.group = h.sortIn(&x.m)
		members[x.group] = append(members[x.group], i)
	}
	if err := h.averages(ctx); err != nil {
		return nil, err
	}
	for _, g := range h.order {
		if err := h.forecast(ctx, g, members[g], first, results); err != nil {
			return nil, err
		}
	}
	if err := h.forecastShort(ctx, members[nil], first, results); err != nil {
		return nil, err
	}
	for i, j := range first {
		if i != j {
			results[i] = results[j].clone(panel[i].ID)
		}
	}
	return results, nil
}

// mend repairs all histories.
func (h *held) mend(ctx context.Context) error {
	err := inParallel(ctx, len(h.once), h.opt.Workers, func(_, i int) error {
		h.all[h.once[i]].m = h.opt.startMending(h.panel[h.once[i]])
		return nil
	})
	if err != nil {
		return err
	}
	of := map[panelKey]*finders{}
	for _, x := range h.all {
		addFinder(of, &x.m)
	}
	h.common = changesIn(of)
	return inParallel(ctx, len(h.once), h.opt.Workers, func(_, i int) error {
		m := &h.all[h.once[i]].m
		m.mend(h.common[m.panelKey()])
		m.mending = mending{}
		return nil
	})
}

func addFinder(of map[panelKey]*finders, m *mended) {
	if m.finder == nil {
		return
	}
	key := m.panelKey()
	if of[key] == nil {
		of[key] = &finders{}
	}
	of[key].add(m.finder)
}

// forecast lets a group learn and forecasts its members, the places of series.
func (h *held) forecast(ctx context.Context, g *panelGroup, members, first []int, results []Result) error {
	var once []int
	for _, i := range members {
		if first[i] == i {
			once = append(once, i)
		}
	}
	g.begin()
	for _, s := range stages() {
		if err := h.pass(ctx, s, g, members, once); err != nil {
			return err
		}
		if err := s.end(ctx, g); err != nil {
			return err
		}
	}
	return inParallel(ctx, len(once), h.opt.Workers, func(_, i int) error {
		x := h.all[once[i]]
		if x.place >= 0 {
			results[once[i]] = x.forecast(x.alike.outputs[x.place])
		} else {
			results[once[i]] = x.forecast(x.alike.learned.Forecast(x.input))
		}
		*x = looked{m: mended{original: x.m.original}} // held no longer than it is worked on
		return nil
	})
}

// pass takes the members of a group, of which once are the first of each kind, through a pass.
func (h *held) pass(ctx context.Context, s stage, g *panelGroup, members, once []int) error {
	if !s.passes(g) {
		return nil
	}
	err := inParallel(ctx, len(once), h.opt.Workers, func(_, i int) error {
		s.ready(h.all[once[i]])
		return nil
	})
	if err != nil {
		return err
	}
	for _, i := range members {
		s.take(g, h.all[i])
	}
	return nil
}

// averages adds up what short histories learn from.
func (h *held) averages(ctx context.Context) error {
	if h.short == nil {
		return nil
	}
	of := make([]averages, len(h.panel))
	err := inParallel(ctx, len(h.panel), h.opt.Workers, func(_, i int) error {
		of[i] = h.opt.averagesOf(h.all[i].m)
		return nil
	})
	for _, a := range of {
		h.short.add(a)
	}
	return err
}

// forecastShort forecasts the histories that are too short to weigh models, by their places.
func (h *held) forecastShort(ctx context.Context, members, first []int, results []Result) error {
	return inParallel(ctx, len(members), h.opt.Workers, func(_, i int) error {
		if at := members[i]; first[at] == at {
			results[at] = h.opt.forecastFew(h.all[at].m, h.short)
		}
		return nil
	})
}

// sameSeries tells of each series of a panel which is the first with the same history and nothing of its own beside it.
func sameSeries(panel []Series) []int {
	first, seed := make([]int, len(panel)), maphash.MakeSeed()
	seen := map[uint64]int{}
	for i, s := range panel {
		first[i] = i
		if len(s.Events) > 0 || len(s.Regressors) > 0 {
			continue
		}
		var h maphash.Hash
		h.SetSeed(seed)
		for _, v := range s.Values {
			maphash.WriteComparable(&h, math.Float64bits(v))
		}
		if j, known := seen[h.Sum64()]; !known {
			seen[h.Sum64()] = i
		} else if s.same(panel[j]) {
			first[i] = j
		}
	}
	return first
}

func (s Series) same(o Series) bool {
	return s.Start.Equal(o.Start) && s.Start.Location() == o.Start.Location() && s.Step == o.Step &&
		slices.EqualFunc(s.Values, o.Values,
			func(a, b float64) bool { return math.Float64bits(a) == math.Float64bits(b) })
}

// clone is a result of its own for another series.
func (r Result) clone(id string) Result {
	r.ID = id
	r.Mean, r.Median, r.Bands = slices.Clone(r.Mean), slices.Clone(r.Median), slices.Clone(r.Bands)
	for i, b := range r.Bands {
		r.Bands[i].Lower, r.Bands[i].Upper = slices.Clone(b.Lower), slices.Clone(b.Upper)
	}
	r.Tests, r.Components = slices.Clone(r.Tests), slices.Clone(r.Components)
	for i, t := range r.Tests {
		r.Tests[i].Scores = slices.Clone(t.Scores)
	}
	for i, c := range r.Components {
		r.Components[i].Values = slices.Clone(c.Values)
	}
	r.Members, r.Notes = slices.Clone(r.Members), slices.Clone(r.Notes)
	r.Accuracy.Levels = slices.Clone(r.Accuracy.Levels)
	return r
}
