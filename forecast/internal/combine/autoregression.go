package combine

import (
	"math"

	"github.com/wrapcast/wrapcast/forecast/internal/ridge"
)

// regression is one kind of autoregression that is learned from: a set of lags on a transform of the series. Several
// members may share it with different weights of the pool.
type regression struct {
	design *ridge.Design
	warp   bool // on the series' own transform
	clean  bool
	sparse bool
}

// autoregression is a regression at work on one series after another: its tables serve all members that share it.
type autoregression struct {
	*regression
	of       *setup
	z        []float64 // what it sees: transformed and standardised
	mean, sd float64
	tables   []*ridge.Table // per cut
	work     *ridgeWork
}

// ridgeWork has the large buffers of all autoregressions of a worker.
type ridgeWork struct {
	solver  ridge.Solver
	scratch ridge.Scratch
	long    []float64 // a past and what was forecast after it
}

func newAutoregression(r *regression, of *setup, work *ridgeWork) *autoregression {
	a := &autoregression{regression: r, of: of, work: work}
	for range of.cuts() {
		a.tables = append(a.tables, r.design.NewTable())
	}
	return a
}

// suits reports whether the regression applies to a series.
func (a *autoregression) suits(v *view) bool {
	return a.sparse == v.sparse && (!a.warp || v.warp != plain) && (!a.clean || v.lo >= 0)
}

// begin fills the tables of all cuts, unless they see a past that is cleaned anew at each.
func (a *autoregression) begin(v *view) {
	if a.clean || !a.suits(v) {
		return
	}
	a.see(v, v.filled, v.oldest)
	a.design.Fill(a.z, v.cut, a.tables, &a.work.scratch)
}

// enter fills the table of the cut at hand from the cleaned past.
func (a *autoregression) enter(v *view) {
	if !a.clean || !v.isClean || !a.suits(v) {
		return
	}
	a.see(v, v.cleaned, len(v.cleaned))
	if v.kept != nil && v.kept[v.u].table != nil {
		a.tables[v.u].Take(v.kept[v.u].table)
		return
	}
	a.design.Fill(a.z, []int{len(v.cleaned)}, a.tables[v.u:v.u+1], &a.work.scratch)
}

func (a *autoregression) see(v *view, values []float64, upto int) {
	a.z = resize(a.z, v.n)
	a.z, a.mean, a.sd = standard(values, upto, v.through(a.warp), a.z)
}

// usable reports whether there is a table at the cut at hand.
func (a *autoregression) usable(v *view) bool { return a.suits(v) && (!a.clean || v.isClean) }

// pooled is the member that uses an autoregression with a weight κ of the group's tables.
type pooled struct {
	of    *autoregression
	pools *pools
	place int // among the group's regressions
	kappa float64
}

func (p *pooled) begin(*view) {}

func (p *pooled) predict(v *view, out []float64) bool {
	a := p.of
	if !a.usable(v) || !a.predict(v, p.pools.regress[p.place][v.u], p.kappa, out) {
		return false
	}
	undo(out, a.mean, a.sd, v.through(a.warp), v.hi)
	return true
}

// predict writes standardised forecasts at the cut at hand.
func (a *autoregression) predict(v *view, pool *ridge.Pool, kappa float64, out []float64) bool {
	d, z, work := a.design, a.z[:len(v.past)], a.work
	if len(z) < d.Longest() || !work.solver.Prepare(a.tables[v.u], pool, kappa, 1) {
		return false
	}
	work.long = append(work.long[:0], z...)
	for done := 0; done < len(out); done += d.Leads {
		part := out[done:min(len(out), done+d.Leads)]
		work.solver.Forecast(d, work.long, part)
		work.long = append(work.long, part...)
	}
	return true
}

// lagsOf returns the lags of the short and the long set.
func lagsOf(c Config) (short, long []int) {
	m := c.Short
	switch c.mode() {
	case double:
		if m > maxLags {
			return thinLags(c), nil
		}
		short = upTo(m)
		for l := 2 * m; l <= c.Long-m; l += m {
			short = append(short, l)
		}
		for l := max(c.Long-m+1, short[len(short)-1]+1); l <= c.Long+1; l++ {
			short = append(short, l)
		}
		return short, nil
	case single:
		if m > maxLags {
			return append(upTo(maxLags/2), m-1, m, m+1), nil
		}
		short = upTo(2 * m)
		for k := 3; k <= 8; k++ {
			short = append(short, k*m)
		}
		return short, nil
	}
	short = upTo(8)
	if m <= 1 {
		return short, upTo(14)
	}
	for _, l := range []int{m / 4, m / 2, m - 1, m, m + 1} {
		if l > short[len(short)-1] {
			short = append(short, l)
		}
	}
	if m > 2*maxLags {
		return short, nil
	}
	return short, upTo(m + 2)
}

// twoCycles are the lags of the last two cycles, thinned for long ones.
func twoCycles(m int) []int {
	if m > 2*maxLags {
		return append(upTo(maxLags/2), m-1, m, m+1, 2*m-1, 2*m)
	}
	return upTo(2 * m)
}

func upTo(n int) []int {
	out := make([]int, n)
	for i := range out {
		out[i] = i + 1
	}
	return out
}

// standard turns history into what a regression sees: transformed, and standardised by mean and deviation of
// history[:upto]. It returns what is needed to go back.
func standard(history []float64, upto int, how transform, out []float64) (z []float64, mean, sd float64) {
	z = out[:len(history)]
	for t, v := range history {
		z[t] = how.apply(v)
	}
	for _, v := range z[:upto] {
		mean += v / float64(upto)
	}
	for _, v := range z[:upto] {
		sd += (v - mean) * (v - mean) / float64(upto)
	}
	if sd = math.Sqrt(sd); !(sd > 0) {
		sd = 1
	}
	for t := range z {
		z[t] = (z[t] - mean) / sd
	}
	return z, mean, sd
}

// undo turns standardised forecasts back into values; logarithms are capped at e² times the greatest value.
func undo(f []float64, mean, sd float64, how transform, highest float64) {
	for i, v := range f {
		f[i] = how.undo(v*sd+mean, highest)
	}
}

// maxLags is the longest short season whose every step is a lag of its own.
const maxLags = 96

// thinLags are the lags for seasons of many steps: the newest ones, and those around each whole season.
func thinLags(c Config) []int {
	out := upTo(maxLags / 2)
	for l := c.Short; l <= c.Long; l += c.Short {
		for d := -2; d <= 2; d++ {
			if l+d > out[len(out)-1] {
				out = append(out, l+d)
			}
		}
	}
	return out
}
