package stat

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
)

func BenchmarkMedianOf(b *testing.B) {
	for _, n := range []int{52, 200, 700, 1400} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			rng := rand.New(rand.NewPCG(1, 2))
			all, x := make([]float64, 97*n), make([]float64, n)
			for i := range all {
				all[i] = math.Abs(rng.NormFloat64())
			}
			b.ReportAllocs()
			i := 0
			for b.Loop() {
				i = (i + 1) % 97
				copy(x, all[i*n:])
				MedianOf(x)
			}
		})
	}
}
