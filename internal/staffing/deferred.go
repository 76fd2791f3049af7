package staffing

// Deferred is work that may wait for hours: e-mail, work items. All is done within a promise, by as few people at the
// busiest as can be.
type Deferred struct {
	// Work is what comes per interval, in seconds of handle time; Present tells in which intervals people work.
	Work    []float64
	Present []bool
	// Promise is how many intervals after it came work must be done.
	Promise int
}

// Level is how many seconds of work are done per interval, none where nobody is present: the flattest way that does
// nothing before it came and all before it is due. What is due while nobody is there is done just before, or, where
// nobody was there since it came, just after. Weeks are thought to follow each other alike: what is left over at the
// end was left over at the beginning.
//
// Source: the schedule of least peak is the string pulled tight between what has come and what is due (F. Yao,
// A. Demers, S. Shenker, A Scheduling Model for Reduced CPU Energy, FOCS 1995; J. Salehi et al., Supporting Stored
// Video, 1998).
func (d Deferred) Level() []float64 {
	const weeks = 3 // the middle one has others around it
	n := len(d.Work)
	var shifts []int // intervals with people, of all three
	for i := range weeks * n {
		if d.Present[i%n] {
			shifts = append(shifts, i)
		}
	}
	out := make([]float64, n)
	if len(shifts) == 0 {
		return out
	}
	come, due := d.bounds(shifts, weeks*n)
	rates := tautString(come, due)
	for k, i := range shifts {
		if i >= n && i < 2*n {
			out[i-n] = rates[k]
		}
	}
	return out
}

// bounds are what has come, and what is due, by the end of each shift.
func (d Deferred) bounds(shifts []int, end int) (come, due []float64) {
	// next[i] is the first shift at or after interval i.
	next := make([]int, end+1)
	next[end] = len(shifts)
	for i, k := end-1, len(shifts)-1; i >= 0; i-- {
		next[i] = next[i+1]
		if k >= 0 && shifts[k] == i {
			next[i], k = k, k-1
		}
	}
	come, due = make([]float64, len(shifts)), make([]float64, len(shifts))
	for i := range end {
		w := d.Work[i%len(d.Work)]
		from := next[i]
		if from == len(shifts) {
			continue // comes after the last shift
		}
		until := len(shifts) - 1 // the last shift that begins before it is due
		if last := i + max(d.Promise, 1); last < end {
			until = next[last] - 1
		}
		come[from] += w
		due[max(from, until)] += w
	}
	for k := 1; k < len(shifts); k++ {
		come[k] += come[k-1]
		due[k] += due[k-1]
	}
	return come, due
}

// tautString is how much is done in each step of the shortest way from 0 to the end that stays between two rising sums.
func tautString(upper, lower []float64) []float64 {
	n := len(upper)
	out := make([]float64, n)
	at, y := 0, 0.0 // steps done, and how much
	for at < n {
		to, rate := funnel(upper, lower, at, y)
		for k := at; k < to; k++ {
			out[k] = max(rate, 0)
		}
		y += rate * float64(to-at)
		at = to
	}
	return out
}

// funnel is how far the string goes straight from a point, and how steeply.
func funnel(upper, lower []float64, at int, y float64) (to int, rate float64) {
	const none = 1e308
	low, high := -none, none
	lowAt, highAt := at+1, at+1
	for j := at; j < len(upper); j++ {
		steps := float64(j + 1 - at)
		down, up := (lower[j]-y)/steps, (upper[j]-y)/steps
		switch {
		case down > high:
			return highAt, high
		case up < low:
			return lowAt, low
		}
		if down >= low {
			low, lowAt = down, j+1
		}
		if up <= high {
			high, highAt = up, j+1
		}
	}
	return lowAt, low
}
