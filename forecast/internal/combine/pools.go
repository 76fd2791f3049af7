package combine

import "github.com/wrapcast/wrapcast/forecast/internal/ridge"

// pools are what a group learned together, per cut (the origins, nearest first, and at last the end).
type pools struct {
	regress  [][]*ridge.Pool      // [regression][cut]
	level    [][][2][]*ridge.Pool // [shape][cut][yearly][lead]
	calendar [][]float64          // [cut][days before its end]
	counts   [][]float64          // series behind calendar
}

// learnParts is how many independent sums a group is learned in: fixed, so that the order of additions never depends on
// the number of workers.
const learnParts = 4

func newPools(l *lineUp, longest int) *pools {
	n := &pools{}
	cuts := l.setup.cuts()
	for _, r := range l.regressions {
		var pools []*ridge.Pool
		for range cuts {
			pools = append(pools, ridge.NewPool(r.design.P(), r.design.Leads))
		}
		n.regress = append(n.regress, pools)
	}
	for range l.shapes {
		var perCut [][2][]*ridge.Pool
		for range cuts {
			var both [2][]*ridge.Pool
			for y := range both {
				for range l.levelLeads() {
					both[y] = append(both[y], ridge.NewPool(levelColumns, 1))
				}
			}
			perCut = append(perCut, both)
		}
		n.level = append(n.level, perCut)
	}
	if l.calendar {
		for range cuts {
			n.calendar, n.counts = append(n.calendar, make([]float64, longest)),
				append(n.counts, make([]float64, longest))
		}
	}
	return n
}

// addResiduals adds what the calendar factor is learned from, by days before a cut's end.
func (n *pools) addResiduals(u int, resid []float64) {
	for t, v := range resid {
		n.calendar[u][len(resid)-1-t] += v
		n.counts[u][len(resid)-1-t]++
	}
}

// merge adds the sums of another part of the sample.
func (n *pools) merge(o *pools) {
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

// close turns sums into means.
func (n *pools) close() {
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
