package combine

import "github.com/wrapcast/wrapcast/forecast/internal/stat"

// Steep weights look at each member alone. What counts in a mean is also how far errors cancel: a part of the weights
// therefore minimises the squared error of the weighted mean over the origins, with weights of at least zero that add
// up to one (Granger and Ramanathan, Journal of Forecasting 1984), each origin in units of its median member's error so
// that no bad week decides alone.

const (
	stackRidge = 0.01 // added to each member's squared error
	stackSteps = 30   // moves of weight between two members
	absent     = 9    // squared error of a member at an origin where it is missing
)

// stack moves a share of the weights to those of the joint errors.
func (g *weigher) stack(w *seriesRun, mask int, weights []float64, share float64) {
	m := len(w.members)
	c, n := make([]float64, m*m), 0.0
	for u, o := range g.origins {
		if w.joint[u].cells == 0 || !o.weighs || !g.allows(mask, u) {
			continue
		}
		for i, v := range w.joint[u].products {
			c[i] += v
		}
		n += w.joint[u].cells
	}
	if n == 0 {
		return
	}
	for i := range m {
		for j := range i + 1 {
			c[i*m+j] /= n
			c[j*m+i] = c[i*m+j]
		}
	}
	silent := make([]bool, m)
	for j := range m {
		c[j*m+j] += stackRidge
		silent[j] = !w.have[j*len(w.cut)+mask] || !w.have[(j+1)*len(w.cut)-1]
	}
	joint := make([]float64, m)
	copy(joint, weights)
	onSimplex(c, joint, silent)
	for j := range weights {
		weights[j] = (1-share)*weights[j] + share*joint[j]
	}
}

// jointError sums the products of the members' errors at one origin, lower triangle.
type jointError struct {
	products []float64
	cells    float64
}

// jointErrors fills w.joint, one entry per origin.
func (g *weigher) jointErrors(w *seriesRun) {
	m, cuts := len(w.members), len(w.cut)
	w.joint = make([]jointError, len(g.origins))
	e := make([]float64, m)
	for u, o := range g.origins {
		level := g.originLevel(w, u)
		if !o.weighs || !w.trusted[u] || !(level > 0) {
			continue
		}
		at := jointError{products: make([]float64, m*m)}
		for h, y := range w.Y[w.cut[u] : w.cut[u]+g.window] {
			if y != y {
				continue
			}
			for j := range m {
				e[j] = 0
				if w.have[j*cuts+u] {
					e[j] = (w.slot(j, u)[h] - y) / (w.scale * level)
				} else {
					at.products[j*m+j] += absent
				}
			}
			for i, v := range e {
				row := at.products[i*m : i*m+i+1]
				for j := range row {
					row[j] += v * e[j]
				}
			}
			at.cells++
		}
		w.joint[u] = at
	}
}

// originLevel is the median member's error at an origin.
func (g *weigher) originLevel(w *seriesRun, u int) float64 {
	seen := make([]float64, 0, len(w.members))
	for j := range w.members {
		if e := w.errs[j*len(g.origins)+u]; e == e {
			seen = append(seen, e)
		}
	}
	if len(seen) == 0 {
		return 0
	}
	return stat.MedianOf(seen)
}

// onSimplex lowers wᵀ·C·w, moving weight from the member that costs most to the one that costs least, each time as far
// as it helps (pairwise Frank-Wolfe). Few moves keep it near where it started. Silent members get nothing.
func onSimplex(c, w []float64, silent []bool) {
	m := len(w)
	for range stackSteps {
		best, worst, lowest, highest := -1, -1, 0.0, 0.0
		for i := range m {
			slope := 0.0
			for j, v := range w {
				slope += c[i*m+j] * v
			}
			if !silent[i] && (best < 0 || slope < lowest) {
				best, lowest = i, slope
			}
			if w[i] > 0 && (worst < 0 || slope > highest) {
				worst, highest = i, slope
			}
		}
		if best < 0 || best == worst || worst < 0 || highest-lowest < 1e-9*lowest {
			return
		}
		step := w[worst]
		if curve := c[best*m+best] + c[worst*m+worst] - 2*c[best*m+worst]; curve > 0 {
			step = min(step, (highest-lowest)/curve)
		}
		w[best] += step
		w[worst] -= step
	}
}
