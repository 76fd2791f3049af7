package combine

import (
	"math"

	"github.com/wrapcast/wrapcast/forecast/internal/stat"
)

// robust has the buffers of medians: running ones, deviations from them, and winsorised shapes.
type robust struct{ level, window, deviations, values []float64 }

// clean clips history to what level and shape allow: the running median of two cycles times the shape, give or take
// 2.5 robust standard deviations. It writes the clipped history and returns it.
func (r *robust) clean(history, shape, out []float64) []float64 {
	m := len(shape)
	n := len(history)
	out = out[:n]
	off := phaseOffset(n, m)
	r.level = resize(r.level, n)
	for t, v := range history {
		out[t] = v
		if s := shape[(t+off)%m]; s > 0 {
			out[t] = v / s
		}
	}
	runningMedian(out, m, r.level, &r.window)
	r.deviations = resize(r.deviations, n)
	for t, v := range history {
		r.deviations[t] = math.Abs(v - r.level[t]*shape[(t+off)%m])
	}
	width := winsorWidth * 1.4826 * stat.MedianOf(r.deviations)
	for t, v := range history {
		center := r.level[t] * shape[(t+off)%m]
		out[t] = max(center-width, min(v, center+width))
	}
	return out
}

// residuals writes log(y / (running median of four cycles · shape)) of history, bounded.
func (r *robust) residuals(history, shape, out []float64) []float64 {
	m, n := len(shape), len(history)
	out = out[:n]
	off := phaseOffset(n, m)
	r.level = resize(r.level, n)
	for t, v := range history {
		out[t] = v
		if s := shape[(t+off)%m]; s > 0 {
			out[t] = v / s
		}
	}
	runningMedian(out, 2*m, r.level, &r.window)
	for t := range out {
		ratio := out[t] / r.level[t]
		if !(r.level[t] > 0) {
			ratio = 1
		}
		out[t] = math.Log(max(calendarLow, min(ratio, calendarHigh)))
	}
	return out
}

// shapeOf writes the share of each phase in its block, with mean 1, from the newest blocks of history. It reports
// whether there was anything to learn from.
func (r *robust) shapeOf(history []float64, l *levels, fading float64, winsorised bool, out []float64) bool {
	m := len(out)
	nb := len(l.mean)
	use := min(nb, shapeBlocks)
	total := 0.0
	for p := range out {
		r.values = r.values[:0]
		num, den, w := 0.0, 0.0, 1.0
		if winsorised {
			for a := range use {
				if level := l.mean[nb-1-a]; level > 0 {
					r.values = append(r.values, history[len(history)-(a+1)*m+p]/level)
				}
			}
		}
		lo, hi := winsor(r.values, &r.deviations)
		for a := range use {
			v, level := history[len(history)-(a+1)*m+p], l.mean[nb-1-a]
			switch {
			case !winsorised:
				num += w * v
				den += w * level
			case level > 0:
				num += w * max(lo, min(v/level, hi))
				den += w
			}
			w *= fading
		}
		out[p] = num / den
		total += out[p] / float64(m)
	}
	if !(math.Abs(total) > 0) || math.IsInf(total, 0) {
		return false
	}
	for p := range out {
		out[p] /= total
	}
	return true
}

const winsorWidth = 2.5

// winsor returns median ± 2.5 median absolute deviations. It reorders neither argument that matters.
func winsor(values []float64, buffer *[]float64) (lo, hi float64) {
	if len(values) == 0 {
		return math.Inf(-1), math.Inf(1)
	}
	b := append((*buffer)[:0], values...)
	med := stat.MedianOf(b)
	for i, v := range values {
		b[i] = math.Abs(v - med)
	}
	mad := stat.MedianOf(b)
	*buffer = b
	return med - winsorWidth*mad, med + winsorWidth*mad
}

// sd is 1.4826 times the median size.
func (r *robust) sd(x []float64) float64 {
	r.deviations = resize(r.deviations, len(x))
	for t, v := range x {
		r.deviations[t] = math.Abs(v)
	}
	return 1.4826 * stat.MedianOf(r.deviations)
}

// phaseOffset turns an index into a phase of a shape whose first phase follows the last value.
func phaseOffset(n, m int) int { return (m - n%m) % m }

// runningMedian writes the median of the 2·half+1 values around each, fewer at the ends. The window is kept in order.
func runningMedian(x []float64, half int, out []float64, window *[]float64) {
	w := (*window)[:0]
	for t := range min(half, len(x)) {
		w = insert(w, x[t])
	}
	for t := range x {
		comes, goes := t+half < len(x), t-half-1 >= 0
		switch {
		case comes && goes:
			replace(w, x[t-half-1], x[t+half])
		case comes:
			w = insert(w, x[t+half])
		case goes:
			i := placeIn(w, x[t-half-1])
			w = append(w[:i], w[i+1:]...)
		}
		h := len(w) / 2
		out[t] = w[h]
		if len(w)%2 == 0 {
			out[t] = (w[h-1] + w[h]) / 2
		}
	}
	*window = w
}

func insert(w []float64, v float64) []float64 {
	i := placeIn(w, v)
	w = append(w, 0)
	copy(w[i+1:], w[i:])
	w[i] = v
	return w
}

// replace puts v in the place of old, and moves what lies between where each belongs.
func replace(w []float64, old, v float64) {
	i := placeIn(w, old)
	for ; i+1 < len(w) && w[i+1] < v; i++ {
		w[i] = w[i+1]
	}
	for ; i > 0 && w[i-1] > v; i-- {
		w[i] = w[i-1]
	}
	w[i] = v
}

// placeIn is the first place in an ordered window whose value is not below v: slices.BinarySearch, which looks out for
// NaN, takes twice as long.
func placeIn(w []float64, v float64) int {
	lo, hi := 0, len(w)
	for lo < hi {
		if mid := int(uint(lo+hi) >> 1); w[mid] < v {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	return lo
}

func resize(x []float64, n int) []float64 {
	if cap(x) < n {
		return make([]float64, n, n+n/4)
	}
	return x[:n]
}
