package combine

// Averages of the same phase, the weekday or the hour of the week, the newest cycles counting most: what planners do by hand.
// Slow to follow and slow to err; beyond a few days hard to beat (Taylor, Management Science 2008).

const averageFading = 0.9 // weight of a cycle for each that follows it

func (g *group) averages() {
	m := max(g.cfg.Short, g.cfg.Long)
	g.add(phaseAverages, "average of the same phase", false, func(k *kit, out []float64) bool { return k.average(m, out) })
}

// average writes the weighted mean of each phase of a cycle of m steps.
func (k *kit) average(m int, out []float64) bool {
	n := len(k.history)
	if n < 2*m {
		return false
	}
	for h := range out {
		if h >= m {
			out[h] = out[h-m]
			continue
		}
		sum, total, w := 0.0, 0.0, 1.0
		for t := n - m + h; t >= 0 && w > 1e-3; t -= m {
			sum += w * k.history[t]
			total += w
			w *= averageFading
		}
		out[h] = sum / total
	}
	return true
}
