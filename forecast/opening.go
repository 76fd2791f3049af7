package forecast

import (
	"cmp"
	"github.com/wrapcast/wrapcast/forecast/internal/stat"
	"math"
	"slices"
)

// Opening hours, as histories show them. A contact centre that closes at night and at weekends has zeros that say
// nothing of its demand: taken for values they switch logarithms off, spoil levels, and make a busy series look like
// one of rare events. The combined procedure therefore never sees the parts of the day and the days of the week on
// which nothing ever comes: fine steps are cut to those that are open, which leaves two shorter seasons; closed days of
// daily series, whose dates matter, are hidden instead. Either way they are forecast as exactly zero.

const (
	closedShare  = 0.0005 // of all contacts: a part of the day that brings no more is closed
	closedCycles = 26     // newest cycles that are looked at
	closedProof  = 20     // contacts per part from which a series can tell by itself when it is closed
	closedChance = 0.001  // a thin series whose contacts fall into another's hours by less chance than this shares them
	minClosed    = 0.1    // share of the steps that must be closed to make a difference
	minOpen      = 4      // parts that must be open
	openAlike    = 1.25   // series share the hours of another that is open so much longer
)

// opening says which steps of a cycle are open: some parts of some days. Phases count from the end of the history, so
// that series which end together share them; a cycle of one season is one day. The nil opening is always open.
type opening struct {
	parts, days []bool
}

// openingOf sees which phases are open by what each brought; nil where that says too little, or nothing is closed.
func openingOf(sums []float64, parts int) *opening {
	all, days := total(sums), len(sums)/parts
	partSum, daySum := make([]float64, parts), make([]float64, days)
	for q, v := range sums {
		partSum[q%parts] += v
		daySum[q/parts] += v
	}
	if all < closedProof*float64(parts) {
		return nil
	}
	open := func(v float64) bool { return v > closedShare*all }
	o := &opening{}
	for _, v := range partSum {
		o.parts = append(o.parts, open(v))
	}
	for _, v := range daySum {
		o.days = append(o.days, open(v))
	}
	if countTrue(o.parts) < min(minOpen, parts) || float64(o.size()) > (1-minClosed)*float64(len(sums)) {
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

// phaseSums adds up what the newest cycles brought per phase, phase 0 following the end; nil where a value is below
// zero.
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

// hours are when the series of a group that end together are open. Those too thin to tell share the hours of one that
// can, or follow what they say together.
type hours struct {
	parts, cycle int
	cut          bool       // closed steps are cut out, and series share a group that are open alike
	known        []*opening // of those that can tell, each once
	pooled       []float64  // what came to the others, by phase
	together     *opening   // what that says
	kinds        []*opening // all there are, each once, nil among them
	groups       [][]int    // places in kinds
}

func newHours(parts, cycle int, cut bool) *hours {
	return &hours{parts: parts, cycle: cycle, cut: cut, pooled: make([]float64, cycle)}
}

// sight is what one history says of its hours: its opening, or, where it is too thin to tell, what came by phase.
type sight struct {
	opening *opening
	thin    []float64
}

func (h *hours) look(y []float64) sight {
	sums := phaseSums(y, h.cycle)
	switch {
	case sums == nil || len(y) < 2*h.cycle:
		return sight{}
	case total(sums) < closedProof*float64(h.parts):
		return sight{thin: sums}
	}
	return sight{opening: openingOf(sums, h.parts)}
}

// add takes in what one history says.
func (h *hours) add(s sight) {
	for q, v := range s.thin {
		h.pooled[q] += v
	}
	if s.opening != nil && placeOf(h.known, s.opening) < 0 {
		h.known = append(h.known, s.opening)
	}
}

// of is when a series is open of which so much is seen, once all were added.
func (h *hours) of(s sight) *opening {
	if s.thin == nil {
		return s.opening
	}
	if o := widestThatFits(s.thin, h.known); o != nil {
		return o
	}
	return h.together
}

// list takes note of one of the openings there are.
func (h *hours) list(o *opening) {
	if placeOf(h.kinds, o) < 0 {
		h.kinds = append(h.kinds, o)
	}
}

// sort sorts what was listed into groups.
func (h *hours) sort() {
	if h.groups = [][]int{nil}; h.cut {
		h.groups = alike(h.kinds, h.cycle)
	}
}

// groupOf is the group of a series with an opening, -1 where none like it was listed, and the opening it has there.
func (h *hours) groupOf(o *opening) (int, *opening) {
	if !h.cut {
		return 0, o
	}
	at := placeOf(h.kinds, o)
	for g, places := range h.groups {
		if slices.Contains(places, at) {
			return g, h.kinds[places[0]]
		}
	}
	return -1, o
}

// placeOf is the place of the opening that is open at the same steps, -1 where there is none.
func placeOf(all []*opening, o *opening) int {
	return slices.IndexFunc(all, func(a *opening) bool {
		if a == nil || o == nil {
			return a == o
		}
		return slices.Equal(a.parts, o.parts) && slices.Equal(a.days, o.days)
	})
}

// widestThatFits is the longest of the openings that fit the values; nil where none does.
func widestThatFits(sums []float64, known []*opening) (found *opening) {
	for _, o := range known {
		if o != nil && (found == nil || o.size() > found.size()) && o.fits(sums) {
			found = o
		}
	}
	return found
}

// fits tells whether all that came, by phase, came while o is open, and whether that is hardly chance.
func (o *opening) fits(sums []float64) bool {
	for q, v := range sums {
		if v > 0 && !o.at(q) {
			return false
		}
	}
	return math.Pow(float64(o.size())/float64(len(sums)), total(sums)) < closedChance
}

// alike sorts openings into groups: each joins the longest hours that hold its own and are not much longer. It returns
// their places, that of the longest hours first.
func alike(all []*opening, cycle int) (groups [][]int) {
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
	for _, i := range order {
		at := slices.IndexFunc(groups, func(g []int) bool {
			first := all[g[0]]
			return first.holds(all[i]) && float64(size(first)) <= openAlike*float64(size(all[i]))
		})
		if at < 0 {
			groups, at = append(groups, nil), len(groups)
		}
		groups[at] = append(groups[at], i)
	}
	return groups
}

func total(x []float64) float64 {
	sum := 0.0
	for _, v := range x {
		sum += v
	}
	return sum
}

const (
	zeroSurprise = 8    // a zero where so many are usual was no chance but a closure or an outage
	maxZeroShare = 0.05 // share of the values that such zeros may be
	zeroCycles   = 4    // cycles on either side that say what is usual
)

// outages are the steps whose zero cannot be chance: what was usual in the same phase of the cycles around them is far
// from zero. Where they are many they are no outages.
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
	if len(found) == 0 || float64(len(found)) > maxZeroShare*float64(len(y)) {
		return nil
	}
	return found
}
