package combine

import (
	"context"

	"github.com/wrapcast/wrapcast/forecast/internal/ridge"
)

// knowledge is what a group learned together, per cut (the origins, nearest first, and at last the end).
type knowledge struct {
	regress  [][]*ridge.Pool      // [regression][cut]
	level    [][][2][]*ridge.Pool // [shape][cut][yearly][lead]
	calendar [][]float64          // [cut][days before its end]
	counts   [][]float64          // series behind calendar
}

// learnParts is how many independent sums a group is learned in: fixed, so that the order of additions never depends on
// the number of workers.
const learnParts = 4

func (g *group) newKnowledge(longest int) *knowledge {
	n := &knowledge{}
	cuts := len(g.origins) + 1
	for _, r := range g.regressions {
		var pools []*ridge.Pool
		for range cuts {
			pools = append(pools, ridge.NewPool(r.design.P(), r.design.Leads))
		}
		n.regress = append(n.regress, pools)
	}
	for range g.shapes {
		var perCut [][2][]*ridge.Pool
		for range cuts {
			var both [2][]*ridge.Pool
			for y := range both {
				for range g.levelLeads() {
					both[y] = append(both[y], ridge.NewPool(levelColumns, 1))
				}
			}
			perCut = append(perCut, both)
		}
		n.level = append(n.level, perCut)
	}
	if g.calendar {
		for range cuts {
			n.calendar, n.counts = append(n.calendar, make([]float64, longest)), append(n.counts, make([]float64, longest))
		}
	}
	return n
}

func (n *knowledge) merge(o *knowledge) {
	for r := range n.regress {
		for u := range n.regress[r] {
			n.regress[r][u].Add(&o.regress[r][u].Table)
		}
	}
	for s := range n.level {
		for u := range n.level[s] {
			for y := range n.level[s][u] {
				for b := range n.level[s][u][y] {
					n.level[s][u][y][b].Add(&o.level[s][u][y][b].Table)
				}
			}
		}
	}
	for u := range n.calendar {
		for t, v := range o.calendar[u] {
			n.calendar[u][t] += v
			n.counts[u][t] += o.counts[u][t]
		}
	}
}

const poolRidge = 0.01

func (n *knowledge) close() {
	for _, pools := range n.regress {
		for _, p := range pools {
			p.Close(poolRidge)
		}
	}
	for _, perCut := range n.level {
		for _, both := range perCut {
			for _, pools := range both {
				for _, p := range pools {
					p.Close(levelRidge)
				}
			}
		}
	}
	for u := range n.calendar {
		for t, c := range n.counts[u] {
			if c > 0 {
				n.calendar[u][t] /= c
			}
		}
	}
}

// learn sums the tables of the sample.
func (g *group) learn(ctx context.Context, sample []*work) error {
	longest := 0
	for _, w := range sample {
		longest = max(longest, w.n)
	}
	n := min(learnParts, len(sample))
	parts := make([]*knowledge, n)
	err := inParallel(ctx, n, g.cfg.Workers, func(i int) {
		parts[i] = g.newKnowledge(longest)
		k := g.kit()
		defer g.giveBack(k)
		for j := i * len(sample) / n; j < (i+1)*len(sample)/n; j++ {
			if ctx.Err() != nil {
				return
			}
			k.teach(sample[j], parts[i])
		}
	})
	if err != nil {
		return err
	}
	g.known = parts[0]
	for _, p := range parts[1:] {
		g.known.merge(p)
	}
	g.known.close()
	return nil
}

// teach adds one series to what is known.
func (k *kit) teach(w *work, n *knowledge) {
	k.begin(w)
	for u := range w.cut {
		if !k.enter(u) {
			continue
		}
		for r := range k.g.regressions {
			if k.regressable(r, u) {
				n.regress[r][u].Add(k.tables[r][u])
			}
		}
		for s := range k.g.shapes {
			if !k.shapable(s) {
				continue
			}
			y := k.levelsOf(s)
			for b, t := range k.levelTables {
				n.level[s][u][y][b].Add(t)
			}
		}
		if k.g.calendar && k.calendarable() {
			for t, v := range k.resid {
				n.calendar[u][len(k.resid)-1-t] += v
				n.counts[u][len(k.resid)-1-t]++
			}
		}
	}
}
