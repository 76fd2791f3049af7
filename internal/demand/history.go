package demand

import (
	"cmp"
	"math"
	"slices"
	"time"

	"github.com/wrapcast/wrapcast"
)

// History has the contacts an organisation handled per leaf and complete local day.
type History struct {
	Zone *time.Location
	// From and To are the first and the last day, both included.
	From, To wrapcast.Date
	// Read tells per day whether all of it was read from the source.
	Read []bool
	// Leaves are in the order of code, queue and media type; none stands twice.
	Leaves []LeafHistory
	// Nowcast are the last days, in order, that hold what they will have once their late codes have arrived.
	Nowcast []wrapcast.Date
}

// LeafHistory has one value per day of its history, NaN where the day was not read: handled contacts, and the sum of
// their handle times in seconds.
type LeafHistory struct {
	Leaf    wrapcast.Leaf
	Handled []float64
	Seconds []float64
}

// Days is how many days the history has.
func (h *History) Days() int { return int(h.To-h.From) + 1 }

// EmptyDays has one value per day: zero where the day was read, NaN where it was not.
func (h *History) EmptyDays() []float64 {
	days := make([]float64, h.Days())
	for i, read := range h.Read {
		if !read {
			days[i] = math.NaN()
		}
	}
	return days
}

// Whole reports whether a day belongs to the history and all of it was read.
func (h *History) Whole(day wrapcast.Date) bool {
	return day >= h.From && day <= h.To && h.Read[day-h.From]
}

// On is the value of a day among one value per day of the history; not measured where the day was not read whole.
func (h *History) On(values []float64, day wrapcast.Date) wrapcast.Measure {
	if !h.Whole(day) {
		return wrapcast.NotMeasured()
	}
	return wrapcast.Measure(values[day-h.From])
}

// Until is the history as it was when its first n days were over: these days, and the leaves that had had a contact by
// then. It shares its values with h.
func (h *History) Until(n int) *History {
	past := &History{Zone: h.Zone, From: h.From, To: h.From + wrapcast.Date(n) - 1, Read: h.Read[:n]}
	for _, l := range h.Leaves {
		if slices.ContainsFunc(l.Handled[:n], func(v float64) bool { return v > 0 }) {
			past.Leaves = append(past.Leaves, LeafHistory{Leaf: l.Leaf, Handled: l.Handled[:n], Seconds: l.Seconds[:n]})
		}
	}
	return past
}

// Sum adds up the leaves that share a key: one value per day of the history.
type Sum[K cmp.Ordered] struct {
	Key K
	// Leaves are places in History.Leaves.
	Leaves []int
	// Handled are contacts, Seconds the sum of their handle times.
	Handled, Seconds []float64
}

// Codes sums the leaves of each code, in the order of the codes' ids.
func (h *History) Codes() []Sum[wrapcast.CodeID] {
	return SumBy(h, func(l wrapcast.Leaf) wrapcast.CodeID { return l.Code })
}

// Queues sums the leaves of each queue, in the order of the queues' ids.
func (h *History) Queues() []Sum[wrapcast.QueueID] {
	return SumBy(h, func(l wrapcast.Leaf) wrapcast.QueueID { return l.Queue })
}

// Groups sums the leaves of each planning group, keyed by the group's place in the directory and in that order. Leaves
// that no group plans for are left out.
func (h *History) Groups(directory wrapcast.Directory) []Sum[int] {
	groups := SumBy(h, groupIn(directory))
	return slices.DeleteFunc(groups, func(g Sum[int]) bool { return g.Key == noGroup })
}

// Total returns the contacts of all leaves together, one value per day.
func (h *History) Total() []float64 {
	total := h.EmptyDays()
	for _, q := range h.Queues() { // queue by queue, which decides the last digit
		for t, v := range q.Handled {
			total[t] += v
		}
	}
	return total
}

// noGroup is the key of leaves that no planning group plans for.
const noGroup = -1

// groupIn tells the place of a leaf's planning group in the directory.
func groupIn(directory wrapcast.Directory) func(wrapcast.Leaf) int {
	owner := directory.GroupOf()
	places := map[wrapcast.PlanningGroupID]int{}
	for i, g := range directory.PlanningGroups {
		places[g.ID] = i
	}
	return func(leaf wrapcast.Leaf) int {
		if g, ok := owner(leaf); ok {
			return places[g.ID]
		}
		return noGroup
	}
}

// SumBy sums the leaves that share a key, in the order of the keys.
func SumBy[K cmp.Ordered](h *History, key func(wrapcast.Leaf) K) []Sum[K] {
	index := map[K]int{}
	var sums []Sum[K]
	for i, l := range h.Leaves {
		k := key(l.Leaf)
		g, ok := index[k]
		if !ok {
			g = len(sums)
			index[k] = g
			sums = append(sums, Sum[K]{Key: k, Handled: h.EmptyDays(), Seconds: h.EmptyDays()})
		}
		sums[g].Leaves = append(sums[g].Leaves, i)
		for t := range l.Handled {
			sums[g].Handled[t] += l.Handled[t]
			sums[g].Seconds[t] += l.Seconds[t]
		}
	}
	slices.SortFunc(sums, func(a, b Sum[K]) int { return cmp.Compare(a.Key, b.Key) })
	return sums
}
