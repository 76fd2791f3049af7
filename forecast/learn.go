package forecast

import (
	"bytes"
	"context"
	"encoding/gob"
	"fmt"
	"iter"
	"slices"

	"github.com/wrapcast/wrapcast/forecast/internal/combine"
)

// Learned is what the series of a panel have taught each other, frozen: with it any of them is forecast by itself, on
// any machine, to the same bits as [Run] forecasts it among the others. It is safe for concurrent use. MarshalBinary
// keeps every bit; what another version of this package has learned is refused.
type Learned struct {
	opt    Options
	common commonChanges
	groups map[groupKey]*panelGroup
	short  *shortPanels
}

// Learn goes through a panel, several times, and freezes what auto learns across series: changes of level that all
// have, days that return, effects of events, hours, the pooled regressions, ranks and errors of each group, averages
// for short histories. Named algorithms learn nothing of the kind. It holds no more than a few hundred series at once,
// and samples of up to a few thousand. The sequence must yield the same series in the same order each time.
//
// Options.Paths must be zero: paths are drawn for all series together. Errors are those of [Run].
func Learn(ctx context.Context, panel iter.Seq[Series], opt Options) (*Learned, error) {
	if err := opt.check(); err != nil {
		return nil, err
	}
	if opt.Paths > 0 {
		return nil, optionError("Paths", "%d: paths are drawn of all series together", opt.Paths)
	}
	opt = opt.withDefaults()
	if opt.Algorithm != Auto {
		return &Learned{opt: opt}, nil
	}
	s := &streamed{learner: newLearner(opt), panel: panel}
	for _, pass := range []func(context.Context) error{s.findChanges, s.sortAll, s.averages, s.learn} {
		if err := pass(ctx); err != nil {
			return nil, err
		}
	}
	l := &Learned{opt: opt, common: s.common, groups: s.groups, short: s.short}
	for _, g := range l.groups {
		g.forget()
	}
	return l, nil
}

// forget leaves out what only learning needed.
func (g *panelGroup) forget() {
	g.hours.pooled, g.first, g.lengths = nil, Series{}, nil
	for _, a := range g.alike {
		a.outputs = nil
	}
}

// Forecast forecasts some of the series that were learned from, in their order. Workers is how many are worked on at
// once; 0 means one per CPU.
func (l *Learned) Forecast(ctx context.Context, some []Series, workers int) ([]Result, error) {
	o := l.opt
	o.Workers = workers
	o = o.withDefaults()
	results, first := make([]Result, len(some)), sameSeries(some)
	err := inParallel(ctx, len(some), o.Workers, func(_, i int) (err error) {
		if first[i] == i {
			results[i], err = l.one(some[i])
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	for i, j := range first {
		if i != j {
			results[i] = results[j].clone(some[i].ID)
		}
	}
	return results, nil
}

// one forecasts one series.
func (l *Learned) one(s Series) (r Result, err error) {
	if err := s.check(); err != nil {
		return r, err
	}
	if l.opt.Algorithm == Auto {
		r, err = l.oneOfGroup(s)
	} else {
		r = forecastAlone(s, []string{l.opt.Algorithm}, l.opt)
	}
	r.nest()
	r.keep(len(l.opt.Levels), l.opt.Joint)
	return r, err
}

func (l *Learned) oneOfGroup(s Series) (Result, error) {
	x := &looked{m: l.opt.startMending(s), place: -1}
	x.m.mend(l.common[x.m.panelKey()])
	if !l.opt.enough(&x.m) {
		if l.short == nil || !l.short.knows(l.opt.averagesOf(x.m)) {
			return Result{}, seriesError(s.ID, "it is none of those that were learned from")
		}
		return l.opt.forecastFew(x.m, l.short), nil
	}
	if x.group = l.groups[x.m.key()]; x.group == nil {
		return Result{}, seriesError(s.ID, "it is none of those that were learned from")
	}
	x.prepareSeries()
	x.lookAtHours()
	if x.open(); x.alike == nil {
		return Result{}, seriesError(s.ID, "it is none of those that were learned from")
	}
	return x.forecast(x.alike.learned.Forecast(x.input)), nil
}

// knows tells whether a history may be one of the panel.
func (p *shortPanels) knows(a averages) bool {
	steps := !a.known[0] || p.Steps[cycleKey{a.key, len(a.steps.Phases)}] != nil
	return steps && (!a.known[1] || p.Days[cycleKey{a.key, daysAWeek}] != nil)
}

// streamed is a panel whose series are read anew in each pass.
type streamed struct {
	*learner
	panel iter.Seq[Series]
	// same says of each series that mending leaves it as it is.
	same []bool
}

// held at once, and worked on by all workers, before any is added up.
const streamBlock = 256

// pass goes through the panel: ready is called for several series at once, take in the order of the panel.
func (s *streamed) pass(ctx context.Context, ready func(i int, s Series) (*looked, error),
	take func(i int, x *looked)) error {
	block, from := make([]Series, 0, streamBlock), 0
	all := make([]*looked, streamBlock)
	work := func() error {
		err := inParallel(ctx, len(block), s.opt.Workers, func(_, i int) (err error) {
			all[i], err = ready(from+i, block[i])
			return err
		})
		if err != nil {
			return err
		}
		for i := range block {
			take(from+i, all[i])
		}
		from, block = from+len(block), block[:0]
		return nil
	}
	for next := range s.panel {
		if block = append(block, next); len(block) < streamBlock {
			continue
		}
		if err := work(); err != nil {
			return err
		}
	}
	return work()
}

// findChanges looks for changes of level that panels have as a whole.
func (s *streamed) findChanges(ctx context.Context) error {
	of := map[panelKey]*finders{}
	err := s.pass(ctx, func(_ int, one Series) (*looked, error) {
		if err := one.check(); err != nil {
			return nil, err
		}
		return &looked{m: s.opt.startMending(one)}, nil
	}, func(_ int, x *looked) { addFinder(of, &x.m) })
	s.common = changesIn(of)
	return err
}

// mended looks at the i-th series.
func (s *streamed) mended(i int, one Series) *looked {
	x := &looked{place: -1}
	if i < len(s.same) && s.same[i] {
		x.m = mended{Series: one, original: one.Values}
		return x
	}
	x.m = s.opt.startMending(one)
	x.m.mend(s.common[x.m.panelKey()])
	return x
}

// sortAll counts the series of each group.
func (s *streamed) sortAll(ctx context.Context) error {
	var same []bool
	err := s.pass(ctx, func(i int, one Series) (*looked, error) { return s.mended(i, one), nil },
		func(_ int, x *looked) {
			s.sortIn(&x.m)
			same = append(same, x.m.note == "" && x.m.untouched())
		})
	s.same = same
	return err
}

// untouched tells whether a mended history is the one given.
func (m *mended) untouched() bool {
	return len(m.Values) == 0 || &m.Values[0] == &m.original[0] && m.from == 0
}

// averages adds up what short histories learn from.
func (s *streamed) averages(ctx context.Context) error {
	if s.short == nil {
		return nil
	}
	var at [streamBlock]averages
	return s.pass(ctx, func(i int, one Series) (*looked, error) {
		at[i%streamBlock] = s.opt.averagesOf(s.mended(i, one).m)
		return nil, nil //nolint:nilnil // nothing else is looked at
	}, func(i int, _ *looked) { s.short.add(at[i%streamBlock]) })
}

// learn lets every group learn.
func (s *streamed) learn(ctx context.Context) error {
	for _, g := range s.order {
		g.begin()
	}
	all := stages()
	for k, stage := range all {
		if stage.passes(s.order...) {
			if err := s.stage(ctx, all[:k+1]); err != nil {
				return err
			}
		}
		for _, g := range s.order {
			if err := stage.end(ctx, g); err != nil {
				return err
			}
		}
	}
	return nil
}

// stage takes all series through the last of some passes.
func (s *streamed) stage(ctx context.Context, passes []stage) error {
	last := passes[len(passes)-1]
	return s.pass(ctx, func(i int, one Series) (*looked, error) {
		x := s.mended(i, one)
		if !s.opt.enough(&x.m) {
			return x, nil
		}
		if x.group = s.groups[x.m.key()]; x.group == nil {
			return nil, seriesError(one.ID, "it was another in an earlier pass")
		}
		for _, earlier := range passes {
			earlier.ready(x)
		}
		return x, nil
	}, func(_ int, x *looked) {
		if x.group != nil {
			last.take(x.group, x)
		}
	})
}

// learnedFormat is the version of what is written: it grows with every change of what is learned or how it is used.
const learnedFormat = 1

// frozenLearned is Learned as it is written.
type frozenLearned struct {
	Format  int
	Options Options
	Common  commonChanges
	Groups  map[groupKey]frozenGroup
	Short   *shortPanels
}

// frozenGroup is a panelGroup as it is written.
type frozenGroup struct {
	Events       []Event
	Factors      factorSums
	Config       combine.Config
	Parts, Cycle int
	Cut          bool
	Known, Kinds []frozenOpening
	Together     frozenOpening
	Alike        []*combine.Learned
}

// frozenOpening is an opening as it is written; without parts it is nil.
type frozenOpening struct{ Parts, Days []bool }

func freeze(o *opening) frozenOpening {
	if o == nil {
		return frozenOpening{}
	}
	return frozenOpening{o.parts, o.days}
}

func (f frozenOpening) thaw() *opening {
	if len(f.Parts) == 0 {
		return nil
	}
	return &opening{parts: f.Parts, days: f.Days}
}

// MarshalBinary implements encoding.BinaryMarshaler.
func (l *Learned) MarshalBinary() ([]byte, error) {
	f := frozenLearned{Format: learnedFormat, Options: l.opt, Common: l.common, Groups: map[groupKey]frozenGroup{},
		Short: l.short}
	f.Options.Workers = 0
	for key, g := range l.groups {
		h := g.hours
		one := frozenGroup{Events: g.opt.Events, Factors: g.factors, Config: g.cfg, Parts: h.parts, Cycle: h.cycle,
			Cut: h.cut, Together: freeze(h.together)}
		for _, o := range h.known {
			one.Known = append(one.Known, freeze(o))
		}
		for _, o := range h.kinds {
			one.Kinds = append(one.Kinds, freeze(o))
		}
		for _, a := range g.alike {
			one.Alike = append(one.Alike, a.learned)
		}
		f.Groups[key] = one
	}
	var b bytes.Buffer
	err := gob.NewEncoder(&b).Encode(f)
	return b.Bytes(), err
}

// UnmarshalBinary implements encoding.BinaryUnmarshaler.
func (l *Learned) UnmarshalBinary(data []byte) error {
	var f frozenLearned
	if err := gob.NewDecoder(bytes.NewReader(data)).Decode(&f); err != nil {
		return fmt.Errorf("what was learned cannot be read: %w", err)
	}
	if f.Format != learnedFormat {
		return fmt.Errorf("what was learned is of version %d; this one reads %d", f.Format, learnedFormat)
	}
	*l = Learned{opt: f.Options, common: f.Common, groups: map[groupKey]*panelGroup{}, short: f.Short}
	for key, one := range f.Groups {
		g := &panelGroup{opt: f.Options, factors: one.Factors, cfg: one.Config,
			hours: newHours(one.Parts, one.Cycle, one.Cut)}
		g.opt.Events, g.hours.together = one.Events, one.Together.thaw()
		for _, o := range one.Known {
			g.hours.known = append(g.hours.known, o.thaw())
		}
		for _, o := range one.Kinds {
			g.hours.kinds = append(g.hours.kinds, o.thaw())
		}
		g.hours.sort()
		for _, learned := range one.Alike {
			g.alike = append(g.alike, &alikeGroup{learned: learned})
		}
		l.groups[key] = g
	}
	return nil
}

// Options are those that were learned with.
func (l *Learned) Options() Options {
	o := l.opt
	o.Workers, o.Levels = 0, slices.Clone(o.Levels)
	return o
}
