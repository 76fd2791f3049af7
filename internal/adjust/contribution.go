package adjust

import (
	"cmp"
	"slices"
	"time"

	"github.com/wrapcast/wrapcast"
)

// Contributions says what each override of a forecast did to each of its days: the contacts of what it is about with it
// and, with all others, without it. given are the overrides there were, from which those come that gave way to others
// everywhere: they would have held without them. A forecast without overrides has none.
// day says which days are wanted, counted from the forecast's first; the result is by override and day.
func Contributions(f wrapcast.Forecast, given []wrapcast.Override, day func(int) bool,
) map[wrapcast.OverrideID]map[int]wrapcast.DecisionCell {
	if f.Base == nil {
		return nil
	}
	all, base := inForce(f, given), f.WithoutOverrides()
	found := map[wrapcast.OverrideID]map[int]wrapcast.DecisionCell{}
	for _, o := range f.Overrides {
		r := reachOf(base, o.Override)
		days := map[int]wrapcast.DecisionCell{}
		var without wrapcast.Forecast
		for t := r.first; t <= r.last; t++ {
			if !day(t) {
				continue
			}
			if without.Leaves == nil {
				without, _, _ = ApplyOverrides(base, slices.DeleteFunc(slices.Clone(all),
					func(other wrapcast.Override) bool { return other.ID == o.ID }), f.MadeAt)
			}
			days[t] = wrapcast.DecisionCell{Codes: o.Codes, Queues: o.Queues, With: r.sumOn(f, t), Without: r.sumOn(without, t)}
		}
		found[o.ID] = days
	}
	return found
}

// inForce are the overrides that a forecast was made with, as they were then: those it names, and those that gave way.
func inForce(f wrapcast.Forecast, given []wrapcast.Override) (all []wrapcast.Override) {
	for _, o := range f.Overrides {
		all = append(all, o.Override)
	}
	for _, finding := range f.Findings {
		i := slices.IndexFunc(given, func(o wrapcast.Override) bool { return string(o.ID) == finding.Place })
		if finding.Code == "override-replaced" && i >= 0 {
			o := given[i]
			o.WithdrawnAt, o.WithdrawnBy = time.Time{}, ""
			o.Settled = slices.DeleteFunc(slices.Clone(o.Settled),
				func(s wrapcast.SettledOverlap) bool { return s.At.After(f.MadeAt) })
			all = append(all, o)
		}
	}
	for i, o := range all { // the forecast was made a moment after the instant it names
		all[i].CreatedAt = earlier(o.CreatedAt, f.MadeAt)
		if !o.ExpiresAt.IsZero() && !o.ExpiresAt.After(f.MadeAt) {
			all[i].ExpiresAt = time.Time{}
		}
	}
	slices.SortStableFunc(all, func(a, b wrapcast.Override) int { return cmp.Compare(a.ID, b.ID) })
	return all
}

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

// sumOn adds up a forecast's contacts of the leaves on the t-th day.
func (s reach) sumOn(f wrapcast.Forecast, t int) (sum float64) {
	for _, leaf := range s.leaves {
		sum += f.Leaves[leaf].Mean[t]
	}
	return sum
}
