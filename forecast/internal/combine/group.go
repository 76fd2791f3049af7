package combine

import (
	"context"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/wrapcast/wrapcast/forecast/internal/ridge"
)

// group is the work on series that learn from each other.
type group struct {
	cfg  Config
	tune Tuning
	mode mode
	plan
	regressions []*regression
	shapes      []levelShape
	smooths     []smoothing
	members     []member
	years       []yearly
	locals      []transform
	memories    int  // how many members are remembered within a cut
	yearly      bool // a year is looked for
	small       bool // too few series to lend each other their errors
	sources     sourceTable
	calendar    bool    // movable feasts and last year's days are looked at
	length      int     // of the median series
	spent       float64 // estimated nanoseconds per series
	dismissLate bool    // yearly members did not prove themselves
	refused     int     // members that the budget left out
	known       *knowledge
	found       standing
	kits        sync.Pool
}

func newDesign(lags []int, leads, level int) *ridge.Design {
	return ridge.NewDesign(lags, leads, level)
}

func (g *group) kit() *kit {
	if k, ok := g.kits.Get().(*kit); ok {
		return k
	}
	return newKit(g)
}

func (g *group) giveBack(k *kit) {
	k.w = nil
	g.kits.Put(k)
}

// Run forecasts a group. Every output is in the place of its input. The only error is ctx's.
func Run(ctx context.Context, cfg Config, inputs []Input) ([]Output, error) {
	g := newGroup(cfg, inputs)
	out := make([]Output, len(inputs))
	sample, rest := g.split(inputs)
	if err := g.learn(ctx, works(sample)); err != nil {
		return nil, err
	}
	err := inParallel(ctx, len(sample), cfg.Workers, func(i int) { g.forecast(sample[i].work) })
	if err != nil {
		return nil, err
	}
	g.judge(works(sample))
	err = inParallel(ctx, len(sample), cfg.Workers, func(i int) { out[sample[i].at] = g.finish(sample[i].work) })
	if err != nil {
		return nil, err
	}
	sample = nil
	err = inParallel(ctx, len(rest), cfg.Workers, func(i int) {
		w := g.newWork(inputs[rest[i]])
		g.forecast(w)
		out[rest[i]] = g.finish(w)
	})
	return out, err
}

// newGroup plans the origins and members of a group.
func newGroup(cfg Config, inputs []Input) *group {
	g := &group{cfg: cfg, mode: cfg.mode(), tune: cfg.tuning()}
	lengths := make([]int, len(inputs))
	for i, in := range inputs {
		lengths[i] = len(in.Y)
	}
	g.small = len(inputs) < smallGroup
	g.calendar = cfg.Daily && cfg.Short == 7 && g.mode == single && medianInt(lengths) >= calendarMin
	g.place(lengths)
	if g.calendar {
		last := inputs[0].Last
		g.sources = newSources(last-slices.Max(lengths), last+cfg.Horizon+1)
	}
	g.length = medianInt(lengths)
	g.lineUp()
	return g
}

type placed struct {
	*work
	at int
}

func works(p []placed) []*work {
	out := make([]*work, len(p))
	for i, w := range p {
		out[i] = w.work
	}
	return out
}

// split takes an even sample of the group and leaves the places of the others.
func (g *group) split(inputs []Input) (sample []placed, rest []int) {
	stride := (len(inputs) + SampleSize - 1) / SampleSize
	for i, in := range inputs {
		if i%stride == 0 {
			sample = append(sample, placed{g.newWork(in), i})
		} else {
			rest = append(rest, i)
		}
	}
	return sample, rest
}

// forecast lets every member forecast at every cut.
func (g *group) forecast(w *work) {
	k := g.kit()
	defer g.giveBack(k)
	cuts := len(w.cut)
	for m := range g.members {
		if g.members[m].sparse == w.sparse {
			w.members = append(w.members, m)
		}
	}
	w.f = make([]float64, len(w.members)*(len(g.origins)*g.window+g.cfg.Horizon))
	w.have = make([]bool, len(w.members)*cuts)
	k.begin(w)
	for i := range cuts {
		u := cuts - 2 - i // oldest origin first, the end last
		if i == cuts-1 {
			u = cuts - 1
		}
		if !k.enter(u) {
			continue
		}
		for j, m := range w.members {
			f := g.slot(w, j, u)
			w.have[j*cuts+u] = g.members[m].run(k, f) && guard(f, w.Y[:w.cut[u]], w.Floor)
		}
	}
}

func inParallel(ctx context.Context, n, workers int, do func(i int)) error {
	var next atomic.Int64
	var all sync.WaitGroup
	for range max(1, min(workers, n)) {
		all.Go(func() {
			for {
				i := int(next.Add(1)) - 1
				if i >= n || ctx.Err() != nil {
					return
				}
				do(i)
			}
		})
	}
	all.Wait()
	return ctx.Err()
}
