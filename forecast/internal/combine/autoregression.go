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

// mostLeads keeps the tables of fine steps small.
const mostLeads = 480

// maxLeads bounds the direct leads; beyond them the forecasts are fed back as history.
func (g *group) maxLeads() int {
	switch g.mode {
	case double:
		return min(g.cfg.Horizon, 2*g.cfg.Long, mostLeads)
	case single:
		return min(g.cfg.Horizon, 16*g.cfg.Short)
	default:
		return min(g.cfg.Horizon, 104)
	}
}

// lagsOf returns the lags of the short and the long set.
func lagsOf(c Config) (short, long []int) {
	m := c.Short
	switch c.mode() {
	case double:
		if m > mostLags {
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
		if m > mostLags {
			return append(upTo(mostLags/2), m-1, m, m+1), nil
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
	if m > 2*mostLags {
		return short, nil
	}
	return short, upTo(m + 2)
}

// twoCycles are the lags of the last two cycles, thinned for long ones.
func twoCycles(m int) []int {
	if m > 2*mostLags {
		return append(upTo(mostLags/2), m-1, m, m+1, 2*m-1, 2*m)
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

// standard turns history into what a regression sees: transformed, and standardised by mean and deviation of history[:upto].
// It returns what is needed to go back.
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

// autoregress writes member forecasts of one regression at one cut: standardised history z, table and pool of that cut.
func (k *kit) autoregress(r *regression, z []float64, table *ridge.Table, pool *ridge.Pool, kappa float64, out []float64) bool {
	d := r.design
	if len(z) < d.Longest() || !k.solver.Prepare(table, pool, kappa, 1) {
		return false
	}
	k.long = append(k.long[:0], z...)
	for done := 0; done < len(out); done += d.Leads {
		part := out[done:min(len(out), done+d.Leads)]
		k.solver.Forecast(d, k.long, part)
		k.long = append(k.long, part...)
	}
	return true
}

// undo turns standardised forecasts back into values; logarithms are capped at e² times the greatest value.
func undo(f []float64, mean, sd float64, how transform, highest float64) {
	for i, v := range f {
		f[i] = how.undo(v*sd+mean, highest)
	}
}

// mostLags is the longest short season whose every step is a lag of its own.
const mostLags = 96

// thinLags are the lags for seasons of many steps: the newest ones, and those around each whole season.
func thinLags(c Config) []int {
	out := upTo(mostLags / 2)
	for l := c.Short; l <= c.Long; l += c.Short {
		for d := -2; d <= 2; d++ {
			if l+d > out[len(out)-1] {
				out = append(out, l+d)
			}
		}
	}
	return out
}
