package auto

import (
	"math"
	"slices"

	"github.com/wrapcast/wrapcast/forecast/internal/stat"
)

// clean clips history to what level and shape allow: the running median of two cycles times the shape, give or take
// 2.5 robust standard deviations. It writes the clipped history and returns it.
func (k *kit) clean(history, shape, out []float64) []float64 {
	m := len(shape)
	n := len(history)
	out = out[:n]
	off := phaseOffset(n, m)
	k.level = resize(k.level, n)
	for t, v := range history {
		out[t] = v
		if s := shape[(t+off)%m]; s > 0 {
			out[t] = v / s
		}
	}
	runningMedian(out, m, k.level, &k.window)
	k.deviations = resize(k.deviations, n)
	for t, v := range history {
		k.deviations[t] = math.Abs(v - k.level[t]*shape[(t+off)%m])
	}
	width := winsorWidth * 1.4826 * stat.MedianOf(k.deviations)
	for t, v := range history {
		center := k.level[t] * shape[(t+off)%m]
		out[t] = max(center-width, min(v, center+width))
	}
	return out
}

// phaseOffset turns an index into a phase of a shape whose first phase follows the last value.
func phaseOffset(n, m int) int { return (m - n%m) % m }

// runningMedian writes the median of the 2·half+1 values around each, fewer at the ends.
func runningMedian(x []float64, half int, out []float64, window *[]float64) {
	w := (*window)[:0]
	insert := func(v float64) {
		i, _ := slices.BinarySearch(w, v)
		w = append(w, 0)
		copy(w[i+1:], w[i:])
		w[i] = v
	}
	for t := range min(half, len(x)) {
		insert(x[t])
	}
	for t := range x {
		if t+half < len(x) {
			insert(x[t+half])
		}
		if t-half-1 >= 0 {
			i, _ := slices.BinarySearch(w, x[t-half-1])
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

func resize(x []float64, n int) []float64 {
	if cap(x) < n {
		return make([]float64, n, n+n/4)
	}
	return x[:n]
}
