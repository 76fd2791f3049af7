package ridge

import "slices"

// Table holds normal equations: sums over rows of the products of P explaining columns with each other and with
// Leads explained ones.
type Table struct {
	P, Leads int
	Rows     float64
	G        []float64 // P by P, lower triangle
	B        []float64 // P by Leads
}

// NewTable returns an empty table.
func NewTable(p, leads int) *Table {
	return &Table{P: p, Leads: leads, G: make([]float64, p*p), B: make([]float64, p*leads)}
}

// Reset empties the table.
func (t *Table) Reset() {
	clear(t.G)
	clear(t.B)
	t.Rows = 0
}

// Clone returns a table of its own with the same sums.
func (t *Table) Clone() *Table {
	c := *t
	c.G, c.B = slices.Clone(t.G), slices.Clone(t.B)
	return &c
}

// Take makes the sums those of another table of the same size.
func (t *Table) Take(of *Table) {
	t.Rows = of.Rows
	copy(t.G, of.G)
	copy(t.B, of.B)
}

// AddRow adds one observation y explained by x, which may be shorter than P: the rest counts as 0. The table has one
// lead.
func (t *Table) AddRow(x []float64, y float64) { t.AddFrom(0, x, y) }

// AddFrom is AddRow without the products of the first columns with each other, for tables that take those from another.
func (t *Table) AddFrom(first int, x []float64, y float64) {
	for i, v := range x {
		t.B[i] += v * y
	}
	for i := first; i < len(x); i++ {
		v, row := x[i], t.G[i*t.P:i*t.P+i+1]
		for j := range row {
			row[j] += v * x[j]
		}
	}
	t.Rows++
}

// CopyHead takes the products of the first columns with each other from another table.
func (t *Table) CopyHead(of *Table, columns int) {
	for i := range columns {
		copy(t.G[i*t.P:i*t.P+i+1], of.G[i*of.P:])
	}
}

// Pool is the mean table of a group, per row.
type Pool struct{ Table }

// NewPool returns an empty pool.
func NewPool(p, leads int) *Pool { return &Pool{*NewTable(p, leads)} }

// Add adds a series' table.
func (p *Pool) Add(t *Table) {
	p.Rows += t.Rows
	for i := range t.P {
		to := p.G[i*t.P : i*t.P+i+1]
		for j, v := range t.G[i*t.P : i*t.P+i+1] {
			to[j] += v
		}
	}
	for i, v := range t.B {
		p.B[i] += v
	}
}

// Close divides by the rows and adds a ridge to the diagonal.
func (p *Pool) Close(ridge float64) {
	n := max(p.Rows, 1)
	for i := range p.G {
		p.G[i] /= n
	}
	for i := range p.B {
		p.B[i] /= n
	}
	for i := range p.P {
		p.G[i*p.P+i] += ridge
	}
}

// Solver turns a table and a pool into forecasts. Its buffers are used again.
type Solver struct {
	l, v, b []float64
	table   *Table // what was prepared
	pool    *Pool
	weight  float64 // of the pool
}

// Prepare factors G + κ·rows·pool, where the pool counts as κ·rows rows and at least as κ·least. It reports whether the
// system could be solved. Table and pool must stay what they are until the forecast is made.
func (s *Solver) Prepare(t *Table, pool *Pool, kappa, least float64) bool {
	p := t.P
	if len(s.l) < p*p {
		s.l = make([]float64, p*p)
	}
	if len(s.v) < p {
		s.v = make([]float64, p)
	}
	if len(s.b) < p {
		s.b = make([]float64, p)
	}
	w := kappa * max(t.Rows, least)
	s.table, s.pool, s.weight = t, pool, w
	l := s.l[:p*p]
	for i := range p {
		to, prior := l[i*p:i*p+i+1], pool.G[i*p:i*p+i+1]
		for j, v := range t.G[i*p : i*p+i+1] {
			to[j] = v + w*prior[j]
		}
	}
	return Cholesky(l, p)
}

// Single returns the forecast of a table with one lead for the explaining values x, and whether it could be had. x may
// be shorter than P, as in AddRow.
func (s *Solver) Single(t *Table, pool *Pool, kappa, least float64, x []float64) (float64, bool) {
	if !s.Prepare(t, pool, kappa, least) {
		return 0, false
	}
	for i, v := range t.B {
		s.b[i] = v + s.weight*pool.B[i]
	}
	Solve(s.l[:t.P*t.P], t.P, s.b[:t.P])
	sum := 0.0
	for i, v := range x {
		sum += v * s.b[i]
	}
	return sum, true
}
