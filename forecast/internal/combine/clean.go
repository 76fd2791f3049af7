package combine

import (
	"math"

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

// placeIn is the first place in an ordered window whose value is not below v: slices.BinarySearch, which looks out for NaN, takes
// twice as long.
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
