package ridge

import (
	"math/rand/v2"
	"testing"
)

// BenchmarkFill fills the tables of nine pasts of two years of days: lags of eight weeks, eight weeks ahead.
func BenchmarkFill(b *testing.B) {
	lags := []int{21, 28, 35, 42, 49, 56}
	for l := 14; l > 0; l-- {
		lags = append([]int{l}, lags...)
	}
	d := NewDesign(lags, 56, 0)
	z, rng := make([]float64, 730), rand.New(rand.NewPCG(4, 4))
	for i := range z {
		z[i] = rng.NormFloat64()
	}
	var cuts []int
	var tables []*Table
	for u := range 9 {
		cuts, tables = append(cuts, 730-56*u), append(tables, d.NewTable())
	}
	var s Scratch
	b.ReportAllocs()
	for b.Loop() {
		d.Fill(z, cuts, tables, &s)
	}
}
