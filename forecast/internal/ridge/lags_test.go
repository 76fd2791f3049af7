package ridge

import (
	"math"
	"math/rand/v2"
	"testing"
)

// TestRunningSumsGiveTheSameTableAsRows builds every row of the regression by hand.
func TestRunningSumsGiveTheSameTableAsRows(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(1, 2))
	z := make([]float64, 120)
	for i := range z {
		z[i] = rng.NormFloat64() + float64(i)/50
	}
	for _, level := range []int{0, 1, 4} {
		d := NewDesign([]int{1, 2, 3, 4, 8, 12, 13}, 6, level)
		cuts := []int{120, 90, 40, 15}
		tables := make([]*Table, len(cuts))
		for i := range tables {
			tables[i] = d.NewTable()
		}
		d.Fill(z, cuts, tables, &Scratch{})
		for u, cut := range cuts {
			compare(t, d, tables[u], byHand(d, z[:cut]))
		}
	}
}

func byHand(d *Design, z []float64) *Table {
	out, p := d.NewTable(), d.P()
	for now := d.Longest() - 1; now+d.Leads < len(z); now++ {
		x, mean := make([]float64, p), 0.0
		for j := range d.Level {
			mean += z[now-j] / float64(d.Level)
		}
		for i, a := range d.Lags {
			x[i] = z[now+1-a] - mean
		}
		x[p-1] = 1
		out.Rows++
		for i := range p {
			for j := range i + 1 {
				out.G[i*p+j] += x[i] * x[j]
			}
			for l := range d.Leads {
				out.B[i*d.Leads+l] += x[i] * (z[now+1+l] - mean)
			}
		}
	}
	return out
}

func compare(t *testing.T, d *Design, got, want *Table) {
	t.Helper()
	if got.Rows != want.Rows {
		t.Fatalf("%v rows, want %v", got.Rows, want.Rows)
	}
	for i := range want.G {
		if math.Abs(got.G[i]-want.G[i]) > 1e-9 {
			t.Fatalf("level %d: G[%d,%d] is %v, want %v", d.Level, i/d.P(), i%d.P(), got.G[i], want.G[i])
		}
	}
	for i := range want.B {
		if math.Abs(got.B[i]-want.B[i]) > 1e-9 {
			t.Fatalf("level %d: B[%d] is %v, want %v", d.Level, i, got.B[i], want.B[i])
		}
	}
}

func TestSolveUndoesTheProduct(t *testing.T) {
	t.Parallel()
	a := []float64{4, 0, 0, 2, 5, 0, 1, 3, 6}
	full := []float64{4, 2, 1, 2, 5, 3, 1, 3, 6}
	want := []float64{1, -2, 3}
	b := make([]float64, 3)
	for i := range 3 {
		for j := range 3 {
			b[i] += full[i*3+j] * want[j]
		}
	}
	if !Cholesky(a, 3) {
		t.Fatal("not positive definite")
	}
	Solve(a, 3, b)
	for i := range want {
		if math.Abs(b[i]-want[i]) > 1e-12 {
			t.Fatalf("got %v, want %v", b, want)
		}
	}
	if Cholesky([]float64{1, 0, 2, 1}, 2) {
		t.Error("an indefinite matrix was factored")
	}
}
