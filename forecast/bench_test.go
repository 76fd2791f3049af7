package forecast_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/wrapcast/wrapcast/forecast"
)

// BenchmarkRun shows that the cost grows with the number of series and no faster: compare ms/series.
func BenchmarkRun(b *testing.B) {
	for _, n := range []int{1000, 10_000, 50_000} {
		b.Run(fmt.Sprintf("daily/%d", n), func(b *testing.B) {
			panel := make([]forecast.Series, n)
			for i := range panel {
				panel[i] = forecast.Series{ID: fmt.Sprint(i), Values: weekly(180, uint64(i)), Start: monday, Step: day}
			}
			b.ReportAllocs()
			start := time.Now()
			runs := 0
			for b.Loop() {
				runs++
				if _, err := forecast.Run(b.Context(), panel, forecast.Options{Horizon: 28}); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(time.Since(start).Seconds()*1000/float64(runs*n), "ms/series")
		})
	}
}

// BenchmarkModels compares the models on two years of days, four pasts included.
func BenchmarkModels(b *testing.B) {
	panel := []forecast.Series{{ID: "x", Values: weekly(730, 1), Start: monday, Step: day}}
	for _, name := range forecast.Names() {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := forecast.Run(b.Context(), panel,
					forecast.Options{Horizon: 28, Algorithm: name}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
