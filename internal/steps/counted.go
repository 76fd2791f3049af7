package steps

import (
	"fmt"
	"iter"
	"slices"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/store"
)

// Directions are those whose contacts are counted: in histories, forecasts, plans and accuracy. What is stored has all.
func (v *View) Directions() []wrapcast.Direction {
	if len(v.Spec.Directions) == 0 {
		return []wrapcast.Direction{wrapcast.Inbound}
	}
	return v.Spec.Directions
}

// counting says as whose contacts stored ones are counted.
type counting struct {
	directions []wrapcast.Direction
	detail     wrapcast.Detail
	// from is the leaf asked about last, to what it is counted as.
	from, to wrapcast.Leaf
}

// counting is that of the view: contacts of the directions that count, together whatever their direction, told apart as
// far as the unit's planning groups ask.
func (v *View) counting() *counting {
	return &counting{directions: v.Directions(), detail: wrapcast.NewDetail(v.Directory.PlanningGroups)}
}

// stream is the one that contacts of a stored stream are counted in; false where they are not counted.
func (c *counting) stream(s wrapcast.Stream) (wrapcast.Stream, bool) {
	counts := slices.Contains(c.directions, s.Direction)
	s.Direction = wrapcast.Inbound
	return c.detail.Reduce(s), counts
}

// leaf is the one that contacts of a stored leaf are counted in; false where they are not counted. Leaves mostly come
// many times in a row.
func (c *counting) leaf(l wrapcast.Leaf) (wrapcast.Leaf, bool) {
	if l != c.from || c.to == (wrapcast.Leaf{}) {
		s, _ := c.stream(l.Stream())
		c.from, c.to = l, l.In(s)
	}
	return c.to, slices.Contains(c.directions, l.Direction)
}

// localDays yields what is counted of every leaf on the local days from the first to the last, both included. Several
// stored leaves may be counted as one, so that a leaf and day may come more than once.
func (v *View) localDays(tx *store.Tx, first, last wrapcast.Date) iter.Seq2[wrapcast.LocalDay, error] {
	c := v.counting()
	return func(yield func(wrapcast.LocalDay, error) bool) {
		for d, err := range tx.History().LocalDays(v.Organisation(), v.Zone, first, last) {
			var counts bool
			if d.Leaf, counts = c.leaf(d.Leaf); !counts && err == nil {
				continue
			}
			if !yield(d, err) {
				return
			}
		}
	}
}

// recentCounts are the contacts counted in the quarter-hours of [from, to): handled, and offered.
func (v *View) recentCounts(tx *store.Tx, from, to time.Time) (handled []wrapcast.Observation,
	offered []wrapcast.Arrival, err error) {
	c := v.counting()
	for o, err := range tx.History().Observations(v.Organisation(), from, to) {
		if err != nil {
			return nil, nil, err
		}
		if leaf, counts := c.leaf(o.Leaf); counts {
			o.Leaf = leaf
			handled = append(handled, o)
		}
	}
	for a, err := range tx.History().Arrivals(v.Organisation(), from, to) {
		if err != nil {
			return nil, nil, err
		}
		if s, counts := c.stream(a.Stream()); counts {
			offered = append(offered, a.In(s))
		}
	}
	return handled, offered, nil
}

// detailFindings say what a history does not tell apart and should: days read before directions were known, and
// dimensions that the platform refuses.
func (v *View) detailFindings(readings []wrapcast.Reading, first, last wrapcast.Date) (found []wrapcast.Finding) {
	wanted := wrapcast.NewDetail(v.Directory.PlanningGroups)
	from, to := first.Midnight(v.Zone), (last + 1).Midnight(v.Zone)
	var old []wrapcast.Interval
	refused := map[string]bool{}
	for _, r := range readings {
		if !r.From.Before(to) || !r.To.After(from) {
			continue
		}
		if !r.Detail.Covers(wanted) {
			old = append(old, r.Interval)
		}
		for _, name := range r.Detail.Refused {
			refused[name] = true
		}
	}
	if len(old) > 0 {
		found = append(found, wrapcast.Finding{Code: "read-before", Severity: wrapcast.Warning,
			Place: fmt.Sprintf("%s to %s", v.Day(old[0].From), v.Day(old[len(old)-1].To.Add(-1))),
			Message: "the history was read before contacts were told apart by direction, language and skills as they " +
				"are now: all of them count",
			Advice: "run wrapcast extract, which reads it again"})
	}
	for _, name := range wanted.Dimensions() {
		if refused[name] {
			found = append(found, wrapcast.Finding{Code: "refused-dimension", Severity: wrapcast.Warning, Place: name,
				Message: "the platform refused to count contacts by it: they are not told apart",
				Advice:  "report it to the platform's support; planning groups that ask for it can be left out: plan.leave_out"})
		}
	}
	return found
}
