package forecast

import (
	"context"
	"math"
	"slices"

	"github.com/wrapcast/wrapcast/forecast/internal/combine"
	"github.com/wrapcast/wrapcast/forecast/internal/shift"
	"github.com/wrapcast/wrapcast/forecast/internal/stat"
)

// A panel is learned from in passes, in the order of its series: what one pass finds the next one needs. A pass looks
// at each series by itself, several at once (ready), and then adds up what they say, one after the other (take), so
// that no sum depends on the number of workers. Whether series are held between two passes or looked at anew makes no
// difference to any number: Run holds them, Learn does not.

// looked is one series of a panel, as far as it has been looked at.
type looked struct {
	m     mended
	group *panelGroup // nil where the history is too short for one
	*preparedSeries
	sight sight
	alike *alikeGroup
	place int // in the sample that is learned from, -1 outside
}

// panelGroup are series that share a clock. They learn from each other as far as they are open alike.
type panelGroup struct {
	opt     Options // with the group's events
	first   Series
	series  int
	longest int

	seen    int        // of the pass at hand
	returns *returning // nil where no days are looked for
	factors factorSums
	lengths []int
	cfg     combine.Config
	hours   *hours
	alike   []*alikeGroup
}

// alikeGroup are the series of a group that are open alike.
type alikeGroup struct {
	cfg     combine.Config
	lengths []int
	extent  combine.Extent
	seen    int
	sample  []combine.Input
	learned *combine.Learned
	outputs []combine.Output // of the sample, while they are kept
}

// stage is one pass over the series of groups, and what ends it.
type stage struct {
	ready func(*looked)
	take  func(*panelGroup, *looked)
	end   func(context.Context, *panelGroup) error
	// needless tells of groups that only its end is for; nil means none.
	needless func(*panelGroup) bool
}

// passes tells whether a pass is for any of some groups.
func (s stage) passes(of ...*panelGroup) bool {
	return s.needless == nil || slices.ContainsFunc(of, func(g *panelGroup) bool { return !s.needless(g) })
}

// stages are the passes once groups are known.
func stages() []stage {
	nothing := func(*looked) {}
	done := func(do func(*panelGroup)) func(context.Context, *panelGroup) error {
		return func(_ context.Context, g *panelGroup) error {
			do(g)
			return nil
		}
	}
	return []stage{
		{ready: nothing, take: (*panelGroup).lookForDays, end: done((*panelGroup).findEvents),
			needless: func(g *panelGroup) bool { return g.returns == nil }},
		{ready: (*looked).prepareSeries, take: (*panelGroup).measure, end: done((*panelGroup).configure)},
		{ready: (*looked).lookAtHours, take: (*panelGroup).addHours, end: done((*panelGroup).closeHours)},
		{ready: nothing, take: (*panelGroup).listHours, end: done((*panelGroup).sortHours),
			needless: func(g *panelGroup) bool { return !g.hours.cut }},
		{ready: (*looked).open, take: (*panelGroup).extend, end: done((*panelGroup).settle)},
		{ready: nothing, take: (*panelGroup).pick,
			end: func(ctx context.Context, g *panelGroup) error { return g.learn(ctx) }},
	}
}

// count takes in that a mended series belongs to the group.
func (g *panelGroup) count(m *mended) {
	if g.series++; g.series == 1 {
		g.first = clockOf(m.Series)
	}
	g.longest = max(g.longest, len(m.Values))
}

// clockOf is what a series shares with those of its group.
func clockOf(s Series) Series {
	clock := Series{Start: s.Start, Step: s.Step, Values: []float64{math.NaN()}}
	if s.hasCalendar() {
		clock.Start = s.end()
	}
	return clock
}

// begin prepares the first pass, once all series are counted.
func (g *panelGroup) begin() {
	g.factors = newFactorSums()
	step := g.first.Step
	if g.first.hasCalendar() && (step == day && g.longest >= returnLeast || step > day && len(g.opt.Events) > 0) {
		g.returns = newReturning(g.first, g.longest)
	}
}

// lookForDays looks for days, or for weeks with events, that the panel is always far from those around on: in an even
// sample.
func (g *panelGroup) lookForDays(x *looked) {
	g.seen++
	if stride := (g.series + returnSample - 1) / returnSample; g.returns == nil || (g.seen-1)%stride != 0 ||
		floorFor(x.m.Values, g.opt.NonNegative) != 0 {
		return
	}
	values := x.m.Values
	if g.first.Step == day {
		_, values = bookEvents(x.m.Series, g.opt)
	}
	g.returns.add(values)
}

func (g *panelGroup) findEvents() {
	switch {
	case g.returns != nil && g.first.Step > day:
		g.opt.Events = g.opt.tellingEvents(g.first, g.returns, g.longest)
	case g.returns != nil:
		g.opt.Events = slices.Concat(g.opt.Events, g.opt.returningEvents(g.returns, g.series))
	}
	g.returns = nil
}

func (x *looked) prepareSeries() { x.preparedSeries = x.group.opt.prepareSeries(x.m.asGiven(), x.m) }

// asGiven is the series before anything was mended.
func (m *mended) asGiven() Series {
	s := m.Series
	s.Values = m.original
	return s
}

func (g *panelGroup) measure(x *looked) {
	g.factors.add(x.book)
	g.lengths = append(g.lengths, len(x.values)-x.lead)
}

// configure decides on the seasons.
func (g *panelGroup) configure() {
	o := g.opt
	g.cfg = combine.Config{Horizon: o.Horizon, Levels: o.Levels, Workers: o.Workers,
		Budget: float64(o.Budget.Nanoseconds()), Tuning: o.tuning()}
	g.cfg.Daily = g.first.hasCalendar() && g.first.Step == day
	g.cfg.Short, g.cfg.Long, g.cfg.Yearly = o.autoSeasons(g.first, combine.MedianLength(g.lengths))
	g.lengths = nil
	cut := g.cfg.Long > 1 || g.first.hasCalendar() && g.first.Step < day
	g.hours = newHours(g.cfg.Short, max(g.cfg.Short, g.cfg.Long), cut)
}

func (x *looked) lookAtHours() {
	x.book.learn(x.group.factors)
	x.sight = x.group.hours.look(x.values[x.lead:])
}

func (g *panelGroup) addHours(x *looked) { g.hours.add(x.sight) }

func (g *panelGroup) closeHours() { g.hours.together = openingOf(g.hours.pooled, g.hours.parts) }

func (g *panelGroup) listHours(x *looked) { g.hours.list(g.hours.of(x.sight)) }

func (g *panelGroup) sortHours() {
	g.hours.sort()
	for range g.hours.groups {
		g.alike = append(g.alike, &alikeGroup{})
	}
}

// open cuts or hides what is closed.
func (x *looked) open() {
	h := x.group.hours
	at, opening := h.groupOf(h.of(x.sight))
	if x.sight.thin = nil; at < 0 {
		return // it is none of the panel
	}
	x.alike, x.opening, x.cut = x.group.alike[at], opening, h.cut && opening != nil
	x.prepare(h.cycle)
}

func (g *panelGroup) extend(x *looked) {
	a := x.alike
	if len(a.lengths) == 0 {
		a.cfg, a.extent.Last = x.config(g.cfg, g.opt.Horizon), x.input.Last
	}
	a.lengths, a.extent.Longest = append(a.lengths, len(x.input.Y)), max(a.extent.Longest, len(x.input.Y))
}

func (g *panelGroup) settle() {
	for _, a := range g.alike {
		a.extent.Series, a.extent.Median = len(a.lengths), combine.MedianLength(a.lengths)
		a.lengths = nil
	}
}

func (g *panelGroup) pick(x *looked) {
	a := x.alike
	if a.seen%combine.Stride(a.extent.Series) == 0 {
		x.place, a.sample = len(a.sample), append(a.sample, x.input)
	}
	a.seen++
}

func (g *panelGroup) learn(ctx context.Context) (err error) {
	for _, a := range g.alike {
		if a.learned, a.outputs, err = combine.Learn(ctx, a.cfg, a.extent, a.sample); err != nil {
			return err
		}
		a.sample = nil
	}
	return nil
}

// forecast forecasts a series that was looked at in all passes.
func (x *looked) forecast(o combine.Output) Result { return x.preparedSeries.forecast(o, x.group.opt) }

// longestCommon is how many series of a panel are looked at, from an even sample, for changes that all have in common.
const longestCommon = 4096

// finders are an even sample of the series of a panel in which changes of level may be found.
type finders struct {
	seen, stride int
	kept         []*shift.Finder
}

func (f *finders) add(of *shift.Finder) {
	if f.stride = max(f.stride, 1); f.seen%f.stride == 0 {
		f.kept = append(f.kept, of)
	}
	f.seen++
	if len(f.kept) <= longestCommon {
		return
	}
	half := f.kept[:0]
	for i := 0; i < len(f.kept); i += 2 {
		half = append(half, f.kept[i])
	}
	clear(f.kept[len(half):])
	f.kept, f.stride = half, 2*f.stride
}

// commonChanges are the changes of level that panels had as a whole.
type commonChanges map[panelKey][]shift.Common

// changesIn looks for them in the series of panels.
func changesIn(of map[panelKey]*finders) commonChanges {
	out := commonChanges{}
	for key, f := range of {
		if c := shift.Together(f.kept); c != nil {
			out[key] = c
		}
	}
	return out
}

// enough tells whether a mended history is long enough to weigh models.
func (o Options) enough(m *mended) bool { return stat.Count(m.Values) >= o.minValues(m.asGiven()) }

// learner is what is known of a panel before its groups learn.
type learner struct {
	opt    Options
	common commonChanges
	groups map[groupKey]*panelGroup
	order  []*panelGroup
	short  *shortPanels // nil where no history is too short
}

func newLearner(o Options) *learner { return &learner{opt: o, groups: map[groupKey]*panelGroup{}} }

// sortIn finds the group of a mended series; nil where its history is too short.
func (l *learner) sortIn(m *mended) *panelGroup {
	if !l.opt.enough(m) {
		if l.short == nil {
			l.short = newShortPanels()
		}
		return nil
	}
	g := l.groups[m.key()]
	if g == nil {
		g = &panelGroup{opt: l.opt}
		l.groups[m.key()], l.order = g, append(l.order, g)
	}
	g.count(m)
	return g
}
