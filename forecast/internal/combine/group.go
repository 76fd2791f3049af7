package combine

import (
	"context"
	"fmt"
	"runtime/debug"
	"sync"
	"sync/atomic"
)

// group is the work on series that learn from each other.
type group struct {
	*lineUp
	pools  *pools
	ranks  *weigher
	spread *errorSpread
	spaces sync.Pool
}

// Run forecasts a group. Every output is in the place of its input. The only error is ctx's.
func Run(ctx context.Context, cfg Config, inputs []Input) ([]Output, error) {
	g := newGroup(cfg, inputs)
	out := make([]Output, len(inputs))
	sample, rest := g.split(inputs)
	if err := g.learn(ctx, runsOf(sample)); err != nil {
		return nil, err
	}
	err := inParallel(ctx, len(sample), cfg.Workers, func(i int) { g.predict(sample[i].seriesRun) })
	if err != nil {
		return nil, err
	}
	g.judge(runsOf(sample))
	err = inParallel(ctx, len(sample), cfg.Workers, func(i int) { out[sample[i].at] = g.finish(sample[i].seriesRun) })
	if err != nil {
		return nil, err
	}
	sample = nil
	err = inParallel(ctx, len(rest), cfg.Workers, func(i int) {
		w := g.newRun(inputs[rest[i]])
		g.predict(w)
		out[rest[i]] = g.finish(w)
	})
	return out, err
}

// newGroup plans the origins and members of a group.
func newGroup(cfg Config, inputs []Input) *group {
	l := newLineUp(newSetup(cfg, inputs))
	w := &weigher{setup: l.setup, candidates: l.candidates, years: len(l.years) > 0}
	return &group{lineUp: l, pools: &pools{}, ranks: w, spread: &errorSpread{setup: l.setup}}
}

// placed is a series and its place among the inputs.
type placed struct {
	*seriesRun
	at int
}

func runsOf(p []placed) []*seriesRun {
	out := make([]*seriesRun, len(p))
	for i, w := range p {
		out[i] = w.seriesRun
	}
	return out
}

// split takes an even sample of the group and leaves the places of the others.
func (g *group) split(inputs []Input) (sample []placed, rest []int) {
	stride := (len(inputs) + SampleSize - 1) / SampleSize
	for i, in := range inputs {
		if i%stride == 0 {
			sample = append(sample, placed{g.newRun(in), i})
		} else {
			rest = append(rest, i)
		}
	}
	return sample, rest
}

// workspace lends one that no other worker has.
func (g *group) workspace() *workspace {
	if ws, ok := g.spaces.Get().(*workspace); ok {
		return ws
	}
	return newWorkspace(g.lineUp, g.pools)
}

func (g *group) giveBack(ws *workspace) {
	ws.view.seriesRun = nil
	g.spaces.Put(ws)
}

// learn sums the tables of the sample.
func (g *group) learn(ctx context.Context, sample []*seriesRun) error {
	longest := 0
	for _, w := range sample {
		longest = max(longest, w.n)
	}
	g.keep(sample)
	n := min(learnParts, len(sample))
	parts := make([]*pools, n)
	err := inParallel(ctx, n, g.cfg.Workers, func(i int) {
		parts[i] = newPools(g.lineUp, longest)
		ws := g.workspace()
		defer g.giveBack(ws)
		for j := i * len(sample) / n; j < (i+1)*len(sample)/n; j++ {
			if ctx.Err() != nil {
				return
			}
			ws.teach(sample[j], parts[i])
		}
	})
	if err != nil {
		return err
	}
	for _, p := range parts[1:] {
		parts[0].merge(p)
	}
	parts[0].close()
	*g.pools = *parts[0]
	return nil
}

// predict lets every member forecast a series at every cut.
func (g *group) predict(w *seriesRun) {
	ws := g.workspace()
	defer g.giveBack(ws)
	w.lineUp(g.candidates, g.cfg.Horizon)
	ws.predict(w)
	w.kept = nil
}

func inParallel(ctx context.Context, n, workers int, do func(i int)) error {
	var next atomic.Int64
	var broke atomic.Pointer[string]
	var all sync.WaitGroup
	for range max(1, min(workers, n)) {
		all.Go(func() {
			defer func() {
				if p := recover(); p != nil {
					text := fmt.Sprintf("%v\n%s", p, debug.Stack())
					broke.Store(&text)
				}
			}()
			for broke.Load() == nil {
				i := int(next.Add(1)) - 1
				if i >= n || ctx.Err() != nil {
					return
				}
				do(i)
			}
		})
	}
	all.Wait()
	if text := broke.Load(); text != nil {
		panic(*text) // where whoever called can catch it
	}
	return ctx.Err()
}
