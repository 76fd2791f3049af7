package stl_test

import (
	"math"
	"testing"

	"github.com/wrapcast/wrapcast/forecast/internal/stl"
)

// BenchmarkSeveral takes a day and a week out of four and of twelve weeks of hours.
func BenchmarkSeveral(b *testing.B) {
	for name, n := range map[string]int{"4 weeks": 4*168 + 5, "12 weeks": 12 * 168} {
		b.Run(name, func(b *testing.B) {
			y := make([]float64, n)
			for i := range y {
				y[i] = 50 + 10*math.Sin(float64(i)/24*2*math.Pi) + float64(i%168)/9 + float64(i*i%17)
			}
			var d stl.Decomposer
			b.ReportAllocs()
			for b.Loop() {
				d.Several(y, []int{24, 168})
			}
		})
	}
}
