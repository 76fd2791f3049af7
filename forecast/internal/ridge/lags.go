// Package ridge is direct ridge autoregression with a pooled prior: one regression per step ahead, all on the same
// lags and the same rows, so that one Gram matrix serves every lead and a whole panel of series.
//
// The Gram matrices of all origins come out of one pass: lagged products of a series depend on the distance of
// the two lags only, up to terms at the ends, so running sums per distance give every entry of every origin's table.
package ridge

// Design says which lags and how many leads a regression has.
type Design struct {
	Lags  []int // ascending, from 1
	Leads int
	Level int // subtract the mean of the newest Level lags from lags and leads; they must be the first ones. 0: none

	feeds []feed // by distance
}

// feed is which entries of a table the products of values at one distance add up to.
type feed struct {
	distance    int
	lags, leads []entry
}

// entry is a place in the table of lags with each other, or of lags with leads: the sum over the rows, with the offset
// of the newer value from "now".
type entry struct{ at, offset int32 }

// NewDesign prepares the table of which distance feeds which entry.
func NewDesign(lags []int, leads, level int) *Design {
	d := &Design{Lags: lags, Leads: leads, Level: level}
	p, all := d.P(), make([]feed, lags[len(lags)-1]+leads)
	for i, a := range lags {
		for j, b := range lags[:i+1] { // lag b is newer: distance a-b, the newer value lies b-1 steps back
			f := &all[a-b]
			f.lags = append(f.lags, entry{int32(i*p + j), int32(b - 1)})
		}
		for l := 1; l <= leads; l++ {
			f := &all[a-1+l]
			f.leads = append(f.leads, entry{int32(i*leads + l - 1), int32(-l)})
		}
	}
	for distance, f := range all {
		if f.distance = distance; len(f.lags)+len(f.leads) > 0 {
			d.feeds = append(d.feeds, f)
		}
	}
	return d
}

// P is the number of coefficients: the lags and an intercept.
func (d *Design) P() int { return len(d.Lags) + 1 }

// Longest is the oldest lag: the history that a forecast needs.
func (d *Design) Longest() int { return d.Lags[len(d.Lags)-1] }

// NewTable returns an empty table.
func (d *Design) NewTable() *Table { return NewTable(d.P(), d.Leads) }

// Scratch holds the running sums; it grows to the longest series and is used again.
type Scratch struct {
	sum []float64          // running sum of z
	run [strands][]float64 // running sums of z[t]·z[t-distance], of as many distances at once
	lag []float64
	fut []float64
}

// Fill computes the tables of z[:cut] for every cut. Cuts too short for a row get an empty table.
func (d *Design) Fill(z []float64, cuts []int, tables []*Table, s *Scratch) {
	n := len(z)
	s.grow(n + 1)
	for t, v := range z {
		s.sum[t+1] = s.sum[t] + v
	}
	for u, c := range cuts {
		tables[u].Reset()
		tables[u].Rows = float64(max(0, c-d.Leads-d.Longest()+1))
	}
	for from := 0; from < len(d.feeds); from += strands {
		feeds := d.feeds[from:min(from+strands, len(d.feeds))]
		s.products(z, feeds)
		for i, f := range feeds {
			if f.distance < n {
				d.read(f, s.run[i][:n+1], cuts, tables)
			}
		}
	}
	for u, c := range cuts {
		if tables[u].Rows > 0 {
			d.intercept(tables[u], c, s.sum)
			d.localise(tables[u], s)
		}
	}
}

func (s *Scratch) grow(n int) {
	if len(s.sum) >= n {
		return
	}
	s.sum = make([]float64, n)
	for i := range s.run {
		s.run[i] = make([]float64, n)
	}
}

// strands is how many running sums are made at once: each waits for its own last addition only.
const strands = 4

// products fills the running sums of some distances, in ascending order.
func (s *Scratch) products(z []float64, feeds []feed) {
	var acc [strands]float64
	common := min(feeds[len(feeds)-1].distance, len(z)) // from here on all of them have products
	for i, f := range feeds {
		run, distance := s.run[i], min(f.distance, len(z))
		clear(run[:distance+1])
		for t := distance; t < common; t++ {
			acc[i] += z[t] * z[t-distance]
			run[t+1] = acc[i]
		}
	}
	if len(feeds) < strands {
		for i, f := range feeds {
			s.one(z, i, f.distance, common, acc[i])
		}
		return
	}
	n := len(z) - common
	if n <= 0 {
		return
	}
	lag := func(i int) []float64 { return z[common-feeds[i].distance:][:n] }
	out := func(i int) []float64 { return s.run[i][common+1:][:n] }
	a0, a1, a2, a3 := acc[0], acc[1], acc[2], acc[3]
	z0, z1, z2, z3 := lag(0), lag(1), lag(2), lag(3)
	r0, r1, r2, r3 := out(0), out(1), out(2), out(3)
	for t, v := range z[common:] {
		a0 += v * z0[t]
		a1 += v * z1[t]
		a2 += v * z2[t]
		a3 += v * z3[t]
		r0[t], r1[t], r2[t], r3[t] = a0, a1, a2, a3
	}
}

// one goes on with the running sum of one distance.
func (s *Scratch) one(z []float64, i, distance, from int, acc float64) {
	for t := from; t < len(z); t++ {
		acc += z[t] * z[t-distance]
		s.run[i][t+1] = acc
	}
}

// read takes the entries that one distance feeds out of its running sum.
func (d *Design) read(f feed, run []float64, cuts []int, tables []*Table) {
	first := d.Longest() - 1
	for u, c := range cuts {
		if tables[u].Rows == 0 {
			continue
		}
		last := c - d.Leads - 1 // "now" runs from first to last
		g, b := tables[u].G, tables[u].B
		for _, e := range f.lags {
			g[e.at] = run[last-int(e.offset)+1] - run[first-int(e.offset)]
		}
		for _, e := range f.leads {
			b[e.at] = run[last-int(e.offset)+1] - run[first-int(e.offset)]
		}
	}
}

// intercept fills the last row: sums of lags and leads, and the number of rows.
func (d *Design) intercept(t *Table, cut int, sum []float64) {
	k, p := len(d.Lags), d.P()
	first, last := d.Longest()-1, cut-d.Leads-1
	for i, a := range d.Lags {
		t.G[k*p+i] = sum[last-a+2] - sum[first-a+1]
	}
	t.G[k*p+k] = t.Rows
	for l := 1; l <= d.Leads; l++ {
		t.B[k*d.Leads+l-1] = sum[last+l+1] - sum[first+l]
	}
}

// localise subtracts the local level, the mean of the first Level lags, from every lag and lead: a linear map of the
// table, without a second look at the series.
func (d *Design) localise(t *Table, s *Scratch) {
	if d.Level == 0 {
		return
	}
	k, p, w := len(d.Lags), d.P(), 1/float64(d.Level)
	if len(s.lag) < p {
		s.lag = make([]float64, p)
	}
	if len(s.fut) < d.Leads {
		s.fut = make([]float64, d.Leads)
	}
	mean, both := s.lag[:p], 0.0 // of each lag, and of the intercept, with the level
	for i := range p {
		mean[i] = 0
		for j := range d.Level {
			mean[i] += w * t.G[max(i, j)*p+min(i, j)]
		}
		if i < d.Level {
			both += w * mean[i]
		}
	}
	lead := s.fut[:d.Leads]
	clear(lead)
	for j := range d.Level {
		for l, v := range t.B[j*d.Leads : (j+1)*d.Leads] {
			lead[l] += w * v
		}
	}
	for i := range k {
		row := t.G[i*p : i*p+i+1]
		for j := range row {
			row[j] += both - mean[i] - mean[j]
		}
		row = t.B[i*d.Leads : (i+1)*d.Leads]
		for l := range row {
			row[l] += both - mean[i] - lead[l]
		}
	}
	for i := range k {
		t.G[k*p+i] -= mean[k]
	}
	for l := range d.Leads {
		t.B[k*d.Leads+l] -= mean[k]
	}
}

// Forecast writes the leads after the history z. Only one right-hand side is solved: the forecasts are
// xᵀ·(G+…)⁻¹·B, and the left part is common to all leads.
func (s *Solver) Forecast(d *Design, z []float64, out []float64) {
	k, p, n := len(d.Lags), d.P(), len(z)
	level := 0.0
	for j := 1; j <= d.Level; j++ {
		level += z[n-j] / float64(d.Level)
	}
	v := s.v[:p]
	for i, a := range d.Lags {
		v[i] = z[n-a] - level
	}
	v[k] = 1
	Solve(s.l[:p*p], p, v)
	for l := range out {
		out[l] = level
	}
	for i, vi := range v {
		prior := s.pool.B[i*d.Leads : i*d.Leads+len(out)]
		for l, b := range s.table.B[i*d.Leads : i*d.Leads+len(out)] {
			out[l] += vi * (b + s.weight*prior[l])
		}
	}
}
