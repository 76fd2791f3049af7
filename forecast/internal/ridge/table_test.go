package ridge

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// TestRowsAddUpToNormalEquations: two rows of three columns, by hand; a short row counts as zeros.
func TestRowsAddUpToNormalEquations(t *testing.T) {
	t.Parallel()
	table := NewTable(3, 1)
	table.AddRow([]float64{1, 2, 3}, 10)
	table.AddRow([]float64{4, 5}, 100)
	want := []float64{17, 0, 0, 22, 29, 0, 3, 6, 9}
	if table.Rows != 2 || !slices.Equal(table.G, want) || !slices.Equal(table.B, []float64{410, 520, 30}) {
		t.Errorf("got %+v", table)
	}
	other := NewTable(3, 1)
	other.AddFrom(2, []float64{1, 2, 3}, 10)
	other.AddFrom(2, []float64{4, 5, 0}, 100)
	if other.CopyHead(table, 2); !slices.Equal(other.G, want) || other.Rows != 2 {
		t.Errorf("with the head of the other: %+v", other)
	}
	if table.Reset(); table.Rows != 0 || table.G[8] != 0 || table.B[0] != 0 {
		t.Errorf("emptied: %+v", table)
	}
}

// TestAnExactRelationIsFound: y = 3 - 2·x without noise and with next to no pool.
func TestAnExactRelationIsFound(t *testing.T) {
	t.Parallel()
	table, pool := NewTable(2, 1), NewPool(2, 1)
	for x := range 6 {
		table.AddRow([]float64{float64(x), 1}, 3-2*float64(x))
	}
	pool.Close(1)
	var s Solver
	got, ok := s.Single(table, pool, 1e-9, 1, []float64{10, 1})
	if !ok || math.Abs(got+17) > 1e-6 {
		t.Errorf("at 10 it expects %v, %v", got, ok)
	}
	if _, ok := s.Single(NewTable(2, 1), NewPool(2, 1), 1, 1, []float64{1, 1}); ok {
		t.Error("an empty system was solved")
	}
}

// TestAPoolOfEqualWeightMeetsHalfWay: the series says 2·x, the pool 4·x, κ of 1 counts the pool as many rows.
func TestAPoolOfEqualWeightMeetsHalfWay(t *testing.T) {
	t.Parallel()
	table, pool := NewTable(1, 1), NewPool(1, 1)
	for range 5 {
		table.AddRow([]float64{1}, 2)
	}
	other := NewTable(1, 1)
	for range 50 {
		other.AddRow([]float64{1}, 4)
	}
	pool.Add(other)
	pool.Close(0)
	var s Solver
	for kappa, want := range map[float64]float64{0: 2, 1: 3, 4: 3.6} {
		if got, ok := s.Single(table, pool, kappa, 1, []float64{1}); !ok || math.Abs(got-want) > 1e-12 {
			t.Errorf("κ of %v: %v, want %v", kappa, got, want)
		}
	}
	if got, _ := s.Single(NewTable(1, 1), pool, 2, 1, []float64{1}); math.Abs(got-4) > 1e-12 {
		t.Errorf("a series without rows follows the pool: %v", got)
	}
}

// TestOneSolutionServesAllLeads: the forecasts are those of a regression per lead, local level or not.
func TestOneSolutionServesAllLeads(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(3, 3))
	z := make([]float64, 90)
	for i := range z {
		z[i] = math.Sin(float64(i)/3) + 0.1*rng.NormFloat64()
	}
	for _, level := range []int{0, 2} {
		d := NewDesign([]int{1, 2, 5}, 4, level)
		table, pool := d.NewTable(), NewPool(d.P(), d.Leads)
		d.Fill(z, []int{len(z)}, []*Table{table}, &Scratch{})
		pool.Close(0.1)
		var s Solver
		if !s.Prepare(table, pool, 0.01, 1) {
			t.Fatal("not solved")
		}
		got := make([]float64, 4)
		s.Forecast(d, z, got)
		for lead := range got {
			if want := singleLead(d, table, pool, z, lead); math.Abs(got[lead]-want) > 1e-9 {
				t.Errorf("level of %d, lead %d: %v, want %v", level, lead+1, got[lead], want)
			}
		}
	}
}

// singleLead regresses one lead by itself.
func singleLead(d *Design, table *Table, pool *Pool, z []float64, lead int) float64 {
	one, none := NewTable(d.P(), 1), NewPool(d.P(), 1)
	one.Rows = table.Rows
	copy(one.G, table.G)
	copy(none.G, pool.G)
	for i := range d.P() {
		one.B[i] = table.B[i*d.Leads+lead]
	}
	mean, x := 0.0, make([]float64, d.P())
	for j := range d.Level {
		mean += z[len(z)-1-j] / float64(d.Level)
	}
	for i, a := range d.Lags {
		x[i] = z[len(z)-a] - mean
	}
	x[len(d.Lags)] = 1
	var s Solver
	f, _ := s.Single(one, none, 0.01, 1, x)
	return f + mean
}
