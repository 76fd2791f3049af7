package forecast

import (
	"cmp"
	"math"
	"slices"

	"github.com/wrapcast/wrapcast/forecast/internal/stat"
)

// Opening hours, as histories show them. A contact centre that closes at night and at weekends has zeros that say nothing of
// its demand: taken for values they switch logarithms off, spoil levels, and make a busy series look like one of rare events.
// The combined procedure therefore never sees the parts of the day and the days of the week on which nothing ever comes: fine
// steps are cut to those that are open, which leaves two shorter seasons; closed days of daily series, whose dates matter, are
// hidden instead. Either way they are forecast as exactly zero.

const (
	closedShare  = 0.0005 // of all contacts: a part of the day that brings no more is closed
	closedCycles = 26     // newest cycles that are looked at
	closedProof  = 20     // contacts per part from which a series can tell by itself when it is closed
	closedLeast  = 0.1    // share of the steps that must be closed to make a difference
	openLeast    = 4      // parts that must be open
	openAlike    = 1.25   // series share the hours of another that is open so much longer
)

// opening says which steps of a cycle are open: some parts of some days. Phases count from the end of the history, so that
// series which end together share them; a cycle of one season is one day. The nil opening is always open.
type opening struct {
	parts, days []bool
}

// openingOf sees which phases are open by what each brought; nil where that says too little, or nothing is closed.
func openingOf(sums []float64, parts int) *opening {
	total, days := 0.0, len(sums)/parts
	partSum, daySum := make([]float64, parts), make([]float64, days)
	for q, v := range sums {
		total += v
		partSum[q%parts] += v
		daySum[q/parts] += v
	}
	if total < closedProof*float64(parts) {
		return nil
	}
	open := func(v float64) bool { return v > closedShare*total }
	o := &opening{}
	for _, v := range partSum {
		o.parts = append(o.parts, open(v))
	}
	for _, v := range daySum {
		o.days = append(o.days, open(v))
	}
	if countTrue(o.parts) < min(openLeast, parts) || float64(o.size()) > (1-closedLeast)*float64(len(sums)) {
		return nil
	}
	return o
}

func countTrue(x []bool) int {
	n := 0
	for _, v := range x {
		n += int(b2f(v))
	}
	return n
}

// seasons are the lengths of day and cycle in open steps.
func (o *opening) seasons() (short, long int) { return countTrue(o.parts), o.size() }

func (o *opening) size() int { return countTrue(o.parts) * countTrue(o.days) }

// at tells whether the step so many after the end, or before it, is open.
func (o *opening) at(step int) bool {
	if o == nil {
		return true
	}
	cycle := len(o.parts) * len(o.days)
	q := ((step % cycle) + cycle) % cycle
	return o.parts[q%len(o.parts)] && o.days[q/len(o.parts)]
}

// holds tells whether o is open whenever other is.
func (o *opening) holds(other *opening) bool {
	if o == nil || other == nil {
		return o == nil
	}
	within := func(a, b []bool) bool {
		for i := range a {
			if a[i] && !b[i] {
				return false
			}
		}
		return true
	}
	return within(other.parts, o.parts) && within(other.days, o.days)
}

// phaseSums adds up what the newest cycles brought per phase, phase 0 following the end; nil where a value is below zero.
func phaseSums(y []float64, cycle int) []float64 {
	sums := make([]float64, cycle)
	for t := max(0, len(y)-closedCycles*cycle); t < len(y); t++ {
		if y[t] < 0 {
			return nil
		}
		if !math.IsNaN(y[t]) {
			sums[(cycle-(len(y)-t)%cycle)%cycle] += y[t]
		}
	}
	return sums
}

// openings sees when each of several histories that end together is open. Those too thin to tell follow what they say
// together.
func openings(histories [][]float64, parts, cycle int) []*opening {
	out, pooled := make([]*opening, len(histories)), make([]float64, cycle)
	var thin []int
	for i, y := range histories {
		sums := phaseSums(y, cycle)
		total := 0.0
		for _, v := range sums {
			total += v
		}
		switch {
		case sums == nil || len(y) < 2*cycle:
		case total < closedProof*float64(parts):
			thin = append(thin, i)
			for q, v := range sums {
				pooled[q] += v
			}
		default:
			out[i] = openingOf(sums, parts)
		}
	}
	together := openingOf(pooled, parts)
	for _, i := range thin {
		out[i] = together
	}
	return out
}

// alike sorts histories into groups that share their opening: each joins the longest hours that hold its own and are not much
// longer. It returns the places of the members, and widens their openings to the group's.
func alike(all []*opening, cycle int) [][]int {
	size := func(o *opening) int {
		if o == nil {
			return cycle
		}
		return o.size()
	}
	order := make([]int, len(all))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(size(all[b]), size(all[a])) })
	var groups [][]int
	for _, i := range order {
		at := slices.IndexFunc(groups, func(g []int) bool {
			first := all[g[0]]
			return first.holds(all[i]) && float64(size(first)) <= openAlike*float64(size(all[i]))
		})
		if at < 0 {
			groups, at = append(groups, nil), len(groups)
		} else {
			all[i] = all[groups[at][0]]
		}
		groups[at] = append(groups[at], i)
	}
	for _, g := range groups {
		slices.Sort(g)
	}
	return groups
}

const (
	zeroSurprise = 8    // a zero where so many are usual was no chance but a closure or an outage
	zeroMost     = 0.05 // share of the values that such zeros may be
	zeroCycles   = 4    // cycles on either side that say what is usual
)

// outages are the steps whose zero cannot be chance: what was usual in the same phase of the cycles around them is far from
// zero. Where they are many they are no outages.
func outages(y []float64, cycle int) []int {
	var found []int
	around := make([]float64, 0, 2*zeroCycles)
	for t, v := range y {
		if v != 0 {
			continue
		}
		around = around[:0]
		for u := max(t%cycle, t-zeroCycles*cycle); u <= min(len(y)-1, t+zeroCycles*cycle); u += cycle {
			if u != t && !math.IsNaN(y[u]) {
				around = append(around, y[u])
			}
		}
		if len(around) >= 2 && stat.MedianOf(around) >= zeroSurprise {
			found = append(found, t)
		}
	}
	if len(found) == 0 || float64(len(found)) > zeroMost*float64(len(y)) {
		return nil
	}
	return found
}
