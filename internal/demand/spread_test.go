package demand

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/wrapcast/wrapcast"
)

func TestLeavesShareACodeOutWhollyAndRecentDaysCountMore(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		days := rapid.IntRange(1, 60).Draw(t, "days")
		h := &History{Zone: time.UTC}
		code := Sum[wrapcast.CodeID]{Handled: make([]float64, days), Seconds: make([]float64, days)}
		for l := range rapid.IntRange(1, 5).Draw(t, "leaves") {
			leaf := LeafHistory{Handled: make([]float64, days), Seconds: make([]float64, days)}
			for d := range days {
				leaf.Handled[d] = float64(rapid.IntRange(0, 5).Draw(t, "contacts"))
				leaf.Seconds[d] = 60 * leaf.Handled[d]
				code.Handled[d] += leaf.Handled[d]
				code.Seconds[d] += leaf.Seconds[d]
			}
			h.Leaves, code.Leaves = append(h.Leaves, leaf), append(code.Leaves, l)
		}
		mean := []float64{0, 1.5, 100}
		all := &panel{history: h, codes: []Sum[wrapcast.CodeID]{code}}
		leaves, _ := spread(h, code, mean, all.handleTimes())
		for step, want := range mean {
			sum := 0.0
			for _, l := range leaves {
				sum += l.Mean[step]
				if l.Mean[step] < 0 || l.HandleSeconds[step] < 0 {
					t.Fatalf("a leaf has %v contacts of %v seconds", l.Mean[step], l.HandleSeconds[step])
				}
			}
			if d := sum - want; d > 1e-9 || d < -1e-9 {
				t.Fatalf("leaves add up to %v, the code is %v", sum, want)
			}
		}
	})
}
