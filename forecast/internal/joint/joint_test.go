package joint

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// TestSorterSortsAsASortDoes, whatever the scores: heavy tails, ties, all the same.
func TestSorterSortsAsASortDoes(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(1, 1))
	for name, draw := range map[string]func(i int) float64{
		"normal": func(int) float64 { return rng.NormFloat64() },
		"heavy":  func(int) float64 { return math.Tan(3 * (rng.Float64() - 0.5)) },
		"ties":   func(i int) float64 { return float64(i % 7) }, "one": func(int) float64 { return 5 },
		"falling": func(i int) float64 { return -float64(i) },
	} {
		for _, n := range []int{1, 2, 777} {
			z, want, got := make([]float64, n), make([]int32, n), make([]int32, n)
			for i := range z {
				z[i], want[i] = draw(i), int32(i)
			}
			slices.SortStableFunc(want, func(a, b int32) int {
				switch {
				case z[a] < z[b]:
					return -1
				case z[a] > z[b]:
					return 1
				}
				return 0
			})
			NewSorter(n).Sort(z, got)
			if !slices.Equal(got, want) {
				t.Errorf("%s, %d scores: not in order", name, n)
			}
		}
	}
}

// TestValuesLieBetweenTheQuantiles: those of a skewed step, with its mean; whole numbers where counts are.
func TestValuesLieBetweenTheQuantiles(t *testing.T) {
	t.Parallel()
	r := NewRanks([]float64{0.5, 0.8, 0.8}, 1000) // a level twice is one
	at := map[int]float64{-2: 4, -1: 8, 0: 10, 1: 14, 2: 25, -3: 4, 3: 25}
	row := r.Row(func(place int) float64 { return at[place] }, nil)
	if !slices.Equal(row, []float64{4, 8, 10, 14, 25}) {
		t.Fatalf("quantiles %v", row)
	}
	out := make([]float64, 1000)
	for _, mean := range []float64{10, 12, 13, 16} {
		r.Fill(Step{Mean: mean, Row: row}, out)
		sum := 0.0
		for k, v := range out {
			sum += v
			if k > 0 && v < out[k-1]-1e-12 {
				t.Fatalf("mean %v: rank %d falls from %v to %v", mean, k, out[k-1], v)
			}
		}
		for i, k := range []int{100, 250, 500, 750, 900} {
			if out[k-1] > row[i]+1e-9 || out[k] < row[i]-1e-9 {
				t.Errorf("mean %v: quantile %v lies between %v and %v", mean, row[i], out[k-1], out[k])
			}
		}
		if math.Abs(sum/1000-mean) > 1e-9 {
			t.Errorf("mean %v, want %v", sum/1000, mean)
		}
	}
	rare := []float64{0, 0, 0, 0, 1}
	r.Fill(Step{Mean: 0.15, Total: 150, Row: rare, Whole: true}, out)
	sum := 0.0
	for _, v := range out {
		sum += v
		if v != math.Trunc(v) {
			t.Fatalf("%v of a count", v)
		}
	}
	if out[749] != 0 || out[900] != 1 || math.Abs(sum-150) > 2 {
		t.Errorf("a rare count: %v, %v, in all %v", out[749], out[900], sum)
	}
	r.Fill(Step{Mean: 0.004, Total: 4, Row: make([]float64, 5), Whole: true}, out)
	if sum := out[995] + out[996] + out[999]; out[995] != 0 || sum != 2 {
		t.Errorf("a very rare count: %v", out[990:])
	}
}

// TestMemoryIsReadFromTestPeriods, drawn to what is known where there are few.
func TestMemoryIsReadFromTestPeriods(t *testing.T) {
	t.Parallel()
	nan := math.NaN()
	m := memoryOf([]Period{{Z: []float64{1, 1, nan, 2}}, {Z: []float64{-1, 1}}}, 3)
	if !slices.Equal(m.products, []float64{8, 0, 2}) {
		t.Errorf("products %v", m.products)
	}
	if !slices.Equal(m.pairs, []float64{5, 2, 1}) {
		t.Errorf("pairs %v", m.pairs)
	}
	acf := m.drawnTo(func(int) float64 { return 0.3 }, 2)
	if acf[0] != 1 || math.Abs(acf[1]-0.6/4) > 1e-12 || math.Abs(acf[2]-2.6/3) > 1e-12 {
		t.Errorf("autocorrelations %v", acf)
	}
	root := rootOf([]float64{1, 0.9, -0.9, 0.9}) // the memory of nothing: it is weakened
	for i := range 4 {
		sum := 0.0
		for _, v := range root[i*4 : i*4+i+1] {
			sum += v * v
		}
		if math.Abs(sum-1) > 1e-9 {
			t.Errorf("row %d has the variance %v", i, sum)
		}
	}
}
