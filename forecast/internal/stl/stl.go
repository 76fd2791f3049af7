// Package stl decomposes a series into trend, seasons and remainder by local regression (Cleveland, Cleveland, McRae
// and Terpenning, Journal of Official Statistics 1990), for one season as R's stl does and for several as mstl of R's
// forecast (Bandara, Hyndman and Bergmeir, arXiv 2107.13462).
package stl

import "math"

// Parts of a series; they add up to it.
type Parts struct {
	Trend     []float64
	Seasons   [][]float64 // per period, in the order given
	Remainder []float64
}

// Decomposer decomposes one series after another in buffers that it keeps. Its zero value is ready.
type Decomposer struct {
	parts          Parts
	adjusted, work []float64
	cycle, low     []float64
	plans          map[planKey]*plan
}

// Several decomposes y, which must have no gaps, by periods of which y holds more than two cycles. Seasonal windows are
// 11, 15, 19 … cycles for the first, second, third period, and two passes are made over more than one, as mstl does.
// The parts hold until the next call.
func (d *Decomposer) Several(y []float64, periods []int) Parts {
	p := &d.parts
	d.adjusted, p.Trend, p.Remainder = append(d.adjusted[:0], y...), resize(p.Trend, len(y)),
		resize(p.Remainder, len(y))
	for len(p.Seasons) < len(periods) {
		p.Seasons = append(p.Seasons, nil)
	}
	p.Seasons = p.Seasons[:len(periods)]
	for i := range periods {
		p.Seasons[i] = resize(p.Seasons[i], len(y))
		clear(p.Seasons[i])
	}
	passes := 2
	if len(periods) == 1 {
		passes = 1
	}
	for range passes {
		for i, period := range periods {
			add(d.adjusted, p.Seasons[i], 1)
			d.one(d.adjusted, period, 11+4*i, p.Seasons[i], p.Trend)
			add(d.adjusted, p.Seasons[i], -1)
		}
	}
	copy(p.Remainder, d.adjusted)
	add(p.Remainder, p.Trend, -1)
	return *p
}

func add(x, y []float64, by float64) {
	for i, v := range y {
		x[i] += by * v
	}
}

func resize(x []float64, n int) []float64 {
	if cap(x) < n {
		return make([]float64, n)
	}
	return x[:n]
}

// one decomposes y by one period: two inner passes, no robustness weights, the season locally constant, the trend
// locally linear, windows and jumps by R's defaults. window is that of the season, in cycles.
func (d *Decomposer) one(y []float64, period, window int, season, trend []float64) {
	n := len(y)
	trendSpan := odd(math.Ceil(1.5 * float64(period) / (1 - 1.5/float64(window))))
	lowSpan := odd(float64(period))
	d.cycle, d.low, d.work = resize(d.cycle, n+2*period), resize(d.low, n), resize(d.work, n)
	clear(trend)
	for range 2 {
		for i := range d.work {
			d.work[i] = y[i] - trend[i]
		}
		d.cycles(d.work, period, window, d.cycle)
		copy(season, d.cycle[period:])
		for _, width := range []int{period, period, 3} {
			d.cycle = movingAverage(d.cycle, width)
		}
		d.loess(d.cycle, lowSpan, 1, jump(lowSpan), d.low)
		for i := range season {
			season[i] -= d.low[i]
			d.work[i] = y[i] - season[i]
		}
		d.loess(d.work, trendSpan, 1, jump(trendSpan), trend)
		d.cycle = d.cycle[:n+2*period]
	}
}

func odd(x float64) int {
	n := int(math.Round(x))
	if n%2 == 0 {
		n++
	}
	return n
}

func jump(span int) int { return (span + 9) / 10 }

// cycles smooths each phase's own series, one cycle beyond either end. The phases of the last, broken cycle have one
// value more than the others.
func (d *Decomposer) cycles(x []float64, period, window int, out []float64) {
	whole, broken := len(x)/period, len(x)%period
	d.phases(x, columns{period, 0, broken}, whole+1, window, out)
	d.phases(x, columns{period, broken, period}, whole, window, out)
}

// columns are the phases from..to-1 of a series that is read as rows of one period.
type columns struct{ period, from, to int }

func (c columns) row(x []float64, i int) []float64 { return x[i*c.period+c.from : i*c.period+c.to] }

// phases smooths phases with k values each: all of them in step, with the same weights.
func (d *Decomposer) phases(x []float64, c columns, k, window int, out []float64) {
	if c.from == c.to || k == 0 {
		return
	}
	if k == 1 {
		for i := range 3 {
			copy(c.row(out, i), c.row(x, 0))
		}
		return
	}
	p := d.planOf(k, window, 0, jump(window))
	for _, f := range p.points {
		f.ofRows(x, c, c.row(x, f.at), c.row(out, f.at+1))
	}
	for i := 1; i < len(p.points); i++ {
		c.between(out, p.points[i-1].at+1, p.points[i].at+1)
	}
	p.before.ofRows(x, c, c.row(out, 1), c.row(out, 0))
	p.after.ofRows(x, c, c.row(out, k), c.row(out, k+1))
}

// ofRows is of for the columns of rows; otherwise is what a fit without weights gives.
func (f localFit) ofRows(x []float64, c columns, otherwise, out []float64) {
	if f.weights == nil {
		copy(out, otherwise)
		return
	}
	clear(out)
	i := 0
	for w := f.weights; i+2 <= len(w); i += 2 {
		x0, x1, w0, w1 := c.row(x, f.left+i)[:len(out)], c.row(x, f.left+i+1)[:len(out)], w[i], w[i+1]
		for p, v := range out {
			v += w0 * x0[p]
			out[p] = v + w1*x1[p]
		}
	}
	if i < len(f.weights) {
		x0, w0 := c.row(x, f.left+i)[:len(out)], f.weights[i]
		for p := range out {
			out[p] += w0 * x0[p]
		}
	}
}

// between fills the rows between two with what lies on the line between them.
func (c columns) between(out []float64, from, to int) {
	a, b, n := c.row(out, from), c.row(out, to), float64(to-from)
	for j := from + 1; j < to; j++ {
		at := float64(j - from)
		for p, row := 0, c.row(out, j); p < len(row); p++ {
			row[p] = a[p] + (b[p]-a[p])/n*at
		}
	}
}

// movingAverage replaces x by the means of so many neighbours, which are that many less one fewer.
func movingAverage(x []float64, width int) []float64 {
	n := len(x) - width + 1
	sum := 0.0
	for _, v := range x[:width] {
		sum += v
	}
	for i := range n {
		mean := sum / float64(width)
		if i+width < len(x) {
			sum += x[i+width] - x[i]
		}
		x[i] = mean
	}
	return x[:n]
}
