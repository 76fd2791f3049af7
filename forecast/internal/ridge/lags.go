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

	pairs [][]pair // by distance
}

// pair is an entry of the table: lag i against lag j, or against lead j-len(Lags)+1, with the offset from "now".
type pair struct{ i, j, offset int32 }

// NewDesign prepares the table of which distance feeds which entry.
func NewDesign(lags []int, leads, level int) *Design {
	d := &Design{Lags: lags, Leads: leads, Level: level}
	d.pairs = make([][]pair, lags[len(lags)-1]+leads)
	for i, a := range lags {
		for j, b := range lags[:i+1] { // lag b is newer: distance a-b, the newer value lies b-1 steps back
			d.pairs[a-b] = append(d.pairs[a-b], pair{int32(i), int32(j), int32(b - 1)})
		}
		for l := 1; l <= leads; l++ {
			d.pairs[a-1+l] = append(d.pairs[a-1+l], pair{int32(i), int32(len(lags) + l - 1), int32(-l)})
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
	sum []float64 // running sum of z
	run []float64 // running sum of z[t]·z[t-distance]
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
	k, p := len(d.Lags), d.P()
	for distance, pairs := range d.pairs {
		if len(pairs) == 0 || distance >= n {
			continue
		}
		run := s.run[:n+1]
		for t := range distance {
			run[t+1] = 0
		}
		acc := 0.0
		for t := distance; t < n; t++ {
			acc += z[t] * z[t-distance]
			run[t+1] = acc
		}
		for u, c := range cuts {
			if tables[u].Rows == 0 {
				continue
			}
			first, last := d.Longest()-1, c-d.Leads-1 // "now" runs over these
			g, b := tables[u].G, tables[u].B
			for _, q := range pairs {
				v := run[last-int(q.offset)+1] - run[first-int(q.offset)]
				if int(q.j) < k {
					g[int(q.i)*p+int(q.j)] = v
				} else {
					b[int(q.i)*d.Leads+int(q.j)-k] = v
				}
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
	if len(s.sum) < n {
		s.sum, s.run = make([]float64, n), make([]float64, n)
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
	at := func(i, j int) float64 {
		if i < j {
			i, j = j, i
		}
		return t.G[i*p+j]
	}
	mean, both := s.lag[:p], 0.0 // of each lag, and of the intercept, with the level
	for i := range p {
		mean[i] = 0
		for j := range d.Level {
			mean[i] += w * at(i, j)
		}
		if i < d.Level {
			both += w * mean[i]
		}
	}
	lead := s.fut[:d.Leads]
	for l := range lead {
		lead[l] = 0
		for j := range d.Level {
			lead[l] += w * t.B[j*d.Leads+l]
		}
	}
	for i := range k {
		for j := range i + 1 {
			t.G[i*p+j] += both - mean[i] - mean[j]
		}
		for l := range d.Leads {
			t.B[i*d.Leads+l] += both - mean[i] - lead[l]
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
		row := s.b[i*d.Leads : i*d.Leads+len(out)]
		for l, b := range row {
			out[l] += vi * b
		}
	}
}
