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

// newGroup plans the origins and members of a group.
func newGroup(cfg Config, of Extent) *group {
	l := newLineUp(newSetup(cfg, of))
	w := &weigher{setup: l.setup, candidates: l.candidates, years: len(l.years) > 0}
	return &group{lineUp: l, pools: &pools{}, ranks: w, spread: &errorSpread{setup: l.setup}}
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
	g.keep(sample)
	n := min(learnParts, len(sample))
	parts := make([]*pools, n)
	err := inParallel(ctx, n, g.cfg.Workers, func(i int) {
		parts[i] = newPools(g.lineUp, g.longest)
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
