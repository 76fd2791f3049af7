package planning

import (
	"math"

	"github.com/wrapcast/wrapcast"
)

// checkCoherence finds days on which a forecast's leaves do not add up to its codes,
// its queues and its total, by more than a hundredth of a contact or a millionth of the sum. Each finding is
// blocking and names the first such day.
func checkCoherence(f wrapcast.Forecast) []wrapcast.Finding {
	w := &finder{findings: []wrapcast.Finding{}}
	codes, queues, total := map[wrapcast.CodeID][]float64{}, map[wrapcast.QueueID][]float64{}, make([]float64, f.Days)
	for _, l := range f.Leaves {
		if codes[l.Leaf.Code] == nil {
			codes[l.Leaf.Code] = make([]float64, f.Days)
		}
		if queues[l.Leaf.Queue] == nil {
			queues[l.Leaf.Queue] = make([]float64, f.Days)
		}
		for t := range min(len(l.Mean), f.Days) {
			codes[l.Leaf.Code][t] += l.Mean[t]
			queues[l.Leaf.Queue][t] += l.Mean[t]
			total[t] += l.Mean[t]
		}
	}
	for _, c := range f.Codes {
		w.compare(f, "code "+c.Code.Name, c.Mean, codes[c.Code.ID])
	}
	for _, q := range f.Queues {
		w.compare(f, "queue "+q.Queue.Name, q.Mean, queues[q.Queue.ID])
	}
	w.compare(f, "the total", f.Total.Mean, total)
	return w.findings
}

func (f *finder) compare(of wrapcast.Forecast, what string, mean, leaves []float64) {
	if leaves == nil {
		leaves = make([]float64, of.Days)
	}
	for t, sum := range leaves {
		if t >= len(mean) {
			f.block("incoherent", what, "run the forecast again", "%s has no forecast for %s", what,
				of.From+wrapcast.Date(t))
			return
		}
		if !(math.Abs(mean[t]-sum) <= max(0.01, 1e-6*sum)) {
			f.block("incoherent", what, "run the forecast again", "%s has %.2f contacts on %s, its parts have %.2f",
				what,
				mean[t], of.From+wrapcast.Date(t), sum)
			return
		}
	}
}
