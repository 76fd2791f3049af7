package demand

import (
	"cmp"
	"math"
	"slices"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/calendar"
)

// expectedWeeks is how many seen days of the same weekday, at most, on either side of a hidden one say what was to be
// expected of it.
const expectedWeeks = 4

// ruleHand is the rule of a mask that a person set.
const ruleHand = "hand"

// hiddenDay is a day of a leaf that is hidden from the models.
type hiddenDay struct {
	// at is its place in the history.
	at int
	// came is what was handled, where a rule hid it; NaN where a person did.
	came float64
}

// hiddenDays are those of each leaf of a history, in order.
type hiddenDays [][]hiddenDay

// hide returns the history as the models see it, with NaN contacts on the days that are masked in a leaf's code, and
// these days. report has a code each in the order of h.Codes. h stays as it is; leaves without masks are shared.
func (h *History) hide(report wrapcast.ValidationReport) (*History, hiddenDays) {
	seen, hidden := *h, make(hiddenDays, len(h.Leaves))
	seen.Leaves = slices.Clone(h.Leaves)
	codes := make([]wrapcast.CodeID, len(h.Leaves))
	for i, l := range h.Leaves {
		codes[i] = l.Leaf.Code
	}
	slices.Sort(codes)
	codes = slices.Compact(codes)
	for i, l := range h.Leaves {
		at, _ := slices.BinarySearch(codes, l.Leaf.Code)
		if hidden[i] = h.daysOf(report.Codes[at].Masks, l); len(hidden[i]) == 0 {
			continue
		}
		seen.Leaves[i].Handled = slices.Clone(l.Handled)
		for _, d := range hidden[i] {
			seen.Leaves[i].Handled[d.at] = math.NaN()
		}
	}
	return &seen, hidden
}

// daysOf are the masked days of a leaf's history. What a person hid is hidden, whatever the rules say of it.
func (h *History) daysOf(masks []wrapcast.Mask, leaf LeafHistory) (days []hiddenDay) {
	for _, m := range masks {
		t := int(m.Day - h.From)
		if t < 0 || t >= h.Days() || !h.Read[t] {
			continue
		}
		d := hiddenDay{t, math.NaN()}
		if m.Rule != "" && m.Rule != ruleHand {
			d.came = leaf.Handled[t]
		}
		days = append(days, d)
	}
	slices.SortStableFunc(days, func(a, b hiddenDay) int {
		return cmp.Or(cmp.Compare(a.at, b.at), cmp.Compare(a.came, b.came)) // NaN first
	})
	return slices.CompactFunc(days, func(a, b hiddenDay) bool { return a.at == b.at })
}

// expectation lays what is expected in the place of what is hidden. A node of the hierarchy does not see a day that is
// hidden in all leaves below it. On one that is hidden in some, it sees what is seen of the others plus what was to be
// expected of these. A rule judges codes, though, and a code's outlier may be the ordinary scatter of its queue, which
// bands are made of: what it hides in some leaves stays where the node moves by no more than three of its own robust
// standard deviations.
type expectation struct {
	// history is that of the models, with NaN on hidden days.
	history *History
	hidden  hiddenDays
	effects *calendar.Effects
	// filled are the contacts of the leaves that have hidden days, with what is expected on these; nil for others.
	filled [][]float64
	// began is the first day on which a leaf was seen to have a contact.
	began []int
}

func newExpectation(seen *History, hidden hiddenDays, effects *calendar.Effects) *expectation {
	e := &expectation{history: seen, hidden: hidden, effects: effects, filled: make([][]float64, len(hidden)),
		began: make([]int, len(hidden))}
	for i, l := range seen.Leaves {
		e.began[i] = slices.IndexFunc(l.Handled, func(v float64) bool { return v > 0 })
		if len(hidden[i]) == 0 {
			continue
		}
		e.filled[i] = slices.Clone(l.Handled)
		for _, d := range hidden[i] {
			e.filled[i][d.at] = e.expected(l.Handled, d.at)
		}
	}
	return e
}

// of are the contacts of a leaf, with what is expected on hidden days.
func (e *expectation) of(leaf int) []float64 {
	if e.filled[leaf] != nil {
		return e.filled[leaf]
	}
	return e.history.Leaves[leaf].Handled
}

// expected is what a leaf was to have on a hidden day: the mean of the nearest ordinary days of the same weekday that
// are seen, up to four before it and four after, each by one over its distance in weeks; where none is seen, the mean
// of all ordinary days that are; 0 where none is.
func (e *expectation) expected(values []float64, t int) float64 {
	var sum, weight float64
	for _, step := range []int{-week, week} {
		found := 0
		for u := t + step; u >= 0 && u < len(values) && found < expectedWeeks; u += step {
			if !e.ordinary(values, u) {
				continue
			}
			w := float64(week) / math.Abs(float64(u-t))
			sum, weight, found = sum+w*values[u], weight+w, found+1
		}
	}
	if weight > 0 {
		return sum / weight
	}
	for u, v := range values {
		if e.ordinary(values, u) {
			sum, weight = sum+v, weight+1
		}
	}
	return sum / max(weight, 1)
}

func (e *expectation) ordinary(values []float64, t int) bool {
	return !math.IsNaN(values[t]) && e.effects.KindOf(e.history.From+wrapcast.Date(t)) == ""
}

// hides tells whether any day of some leaves is hidden.
func (e *expectation) hides(leaves []int) bool {
	return slices.ContainsFunc(leaves, func(i int) bool { return len(e.hidden[i]) > 0 })
}

// sum adds leaves up, with what is expected of those that are hidden, to whole contacts.
func (e *expectation) sum(leaves []int) []float64 {
	sum, expected, came := e.history.EmptyDays(), map[int]float64{}, map[int]float64{}
	for _, i := range leaves {
		next := e.hidden[i]
		for t, v := range e.of(i) {
			if len(next) > 0 && next[0].at == t {
				expected[t], came[t] = expected[t]+v, came[t]+next[0].came
				next = next[1:]
				continue
			}
			sum[t] += v
		}
	}
	seen := slices.Clone(sum)
	for t, v := range expected {
		sum[t] += math.Round(v)
	}
	allowed := ordinaryMove * scatter(sum)
	for t, v := range came {
		if whole := seen[t] + v; math.Abs(whole-sum[t]) <= allowed {
			sum[t] = whole
		}
	}
	return sum
}

// ordinaryMove is by how many robust standard deviations of its own a node may be moved by what a rule hides below it.
const ordinaryMove = 3

// scatter is the robust standard deviation of a day around the same weekday a week before, at least one contact.
func scatter(values []float64) float64 {
	var steps []float64
	for t := week; t < len(values); t++ {
		if d := math.Abs(values[t] - values[t-week]); !math.IsNaN(d) {
			steps = append(steps, d)
		}
	}
	if len(steps) == 0 {
		return 1
	}
	slices.Sort(steps)
	return max(1, 1.4826*steps[len(steps)/2]/math.Sqrt2)
}

// leaveOut makes the days unknown on which everything that is in use among some leaves is hidden.
func (e *expectation) leaveOut(values []float64, leaves []int) {
	for _, i := range leaves {
		for _, d := range e.hidden[i] {
			if values[d.at] == values[d.at] && !slices.ContainsFunc(leaves, func(i int) bool { return e.sees(i, d.at) }) {
				values[d.at] = math.NaN()
			}
		}
	}
}

// sees tells whether a leaf was in use by a day, and is seen on it.
func (e *expectation) sees(leaf, t int) bool {
	return !math.IsNaN(e.history.Leaves[leaf].Handled[t]) && e.began[leaf] >= 0 && e.began[leaf] <= t
}

// node is what the models see of a subject that some leaves add up to.
func (e *expectation) node(leaves []int) []float64 {
	sum := e.sum(leaves)
	e.leaveOut(sum, leaves)
	return sum
}

// streams is the history with what is expected on hidden days, but for the days on which all of a queue and channel is
// hidden.
func (e *expectation) streams() *History {
	if !e.hides(upTo(len(e.hidden))) {
		return e.history
	}
	h := *e.history
	h.Leaves = slices.Clone(h.Leaves)
	members := map[wrapcast.Stream][]int{}
	for i, l := range h.Leaves {
		members[l.Leaf.Stream()] = append(members[l.Leaf.Stream()], i)
	}
	for i, l := range h.Leaves {
		if e.filled[i] != nil {
			h.Leaves[i].Handled = slices.Clone(e.filled[i])
			e.leaveOut(h.Leaves[i].Handled, members[l.Leaf.Stream()])
		}
	}
	return &h
}
