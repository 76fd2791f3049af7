package joint

import "math"

// Sorter orders the scores of the paths of a step: into as many buckets as there are scores, then by insertion. That
// takes time in proportion to their number.
type Sorter struct {
	bucket, first []int32
}

// NewSorter makes one for n scores.
func NewSorter(n int) *Sorter { return &Sorter{bucket: make([]int32, n), first: make([]int32, n+1)} }

// Sort writes the places of z in the order of its values, the earlier of equals first.
func (s *Sorter) Sort(z []float64, order []int32) {
	s.fillBuckets(z)
	for b := range len(z) {
		s.first[b+1] += s.first[b]
	}
	for p, b := range s.bucket {
		order[s.first[b]] = int32(p)
		s.first[b]++
	}
	for i := 1; i < len(order); i++ {
		p, k := order[i], i
		for v := z[p]; k > 0 && z[order[k-1]] > v; k-- {
			order[k] = order[k-1]
		}
		order[k] = p
	}
}

// fillBuckets finds each score's bucket and counts them: the share of a distribution with the scores' mean and spread
// that lies below it, near enough.
func (s *Sorter) fillBuckets(z []float64) {
	n, mean, square := float64(len(z)), 0.0, 0.0
	for _, v := range z {
		mean += v / n
	}
	for _, v := range z {
		square += (v - mean) * (v - mean) / n
	}
	scale := 1 / math.Sqrt(max(square, 1e-300))
	clear(s.first)
	for p, v := range z {
		x := (v - mean) * scale
		below := 0.5 + 0.5*x/math.Sqrt(1.6+x*x)
		s.bucket[p] = int32(max(0, min(below*n, n-1)))
		s.first[s.bucket[p]+1]++
	}
}
