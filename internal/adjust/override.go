package adjust

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/forecast"
)

// CheckOverride refuses an override that cannot be meant, before it is kept.
func CheckOverride(o wrapcast.Override) error {
	refuse := func(format string, args ...any) *wrapcast.Error {
		return wrapcast.Errorf(wrapcast.Usage, "override", format, args...)
	}
	switch {
	case strings.TrimSpace(o.Author) == "":
		return refuse("an override needs an author")
	case strings.TrimSpace(o.Reason) == "":
		return refuse("an override needs a reason")
	case o.To < o.From:
		return refuse("the override ends on %s, before it begins on %s", o.To, o.From)
	case math.IsNaN(o.Value) || math.IsInf(o.Value, 0):
		return refuse("%g is no amount", o.Value)
	}
	switch o.Kind {
	case wrapcast.OverridePercent:
		if o.Value < -100 {
			return refuse("%g per cent less than zero contacts is impossible", -o.Value-100)
		}
	case wrapcast.OverrideSet:
		if o.Value < 0 {
			return refuse("%g is a negative number of contacts", o.Value)
		}
	case wrapcast.OverrideAdd:
	default:
		return refuse("%q is no kind of override", o.Kind).WithHint("known are percent, set and add")
	}
	if o.Overlap != "" && !slices.Contains(wrapcast.OverlapRules(), o.Overlap) {
		return refuse("%q is no rule for overrides that overlap", o.Overlap).
			WithHint("known are compound, replace and narrower")
	}
	return nil
}

// ApplyOverrides returns the forecast with the overrides that are active at now, the effect of each, and findings.
// Overrides are in the order in which they were made.
//
// The rule by which codes, queues and total move together: an override moves leaves, the
// ones of its codes in its queues. Percent changes each alike. Set and add concern their
// sum on each day and are spread over them in proportion to what was forecast, evenly
// where nothing was; a sum does not fall below zero. Code, queue and total then change by the sum of their
// leaves' changes; medians and bounds keep their proportion to the mean.
//
// Two overrides that would move the same leaf on the same day overlap. The rule that somebody chose for them holds: see
// [wrapcast.OverlapRule]. Where nobody did, neither is applied, a blocking finding names both, and somebody has to
// choose. An override that cannot be meant blocks as well, and one that touches nothing is a warning.
func ApplyOverrides(f wrapcast.Forecast, overrides []wrapcast.Override, now time.Time) (
	wrapcast.Forecast, []wrapcast.AppliedOverride, []wrapcast.Finding) {
	w := &finder{findings: []wrapcast.Finding{}}
	reaches := w.reachesOf(f, overrides, now)
	overlaps := overlapsOf(f, reaches)
	blocked := w.tellOverlaps(overlaps)
	kept := slices.DeleteFunc(reaches, func(r reach) bool { return r.idle() || blocked[r.at] })
	effects := []wrapcast.AppliedOverride{}
	if len(kept) == 0 {
		return f, effects, w.findings
	}
	m := newReaggregation(f)
	mixed := newMixture(kept, overlaps)
	mixed.apply(m)
	for _, r := range kept {
		effect, overlapping := mixed.effect(r)
		if !overlapping {
			effect = r.apply(m)
		}
		if effect.Days == 0 {
			w.replaced(r.override)
			continue
		}
		effects = append(effects, effect)
	}
	changed := m.result()
	changed.Overlaps = applied(overlaps, blocked)
	return changed, effects, w.findings
}

// reachesOf finds what the overrides that are active touch.
func (f *finder) reachesOf(made wrapcast.Forecast, overrides []wrapcast.Override, now time.Time) (all []reach) {
	for i, o := range overrides {
		if !o.Active(now) {
			continue
		}
		if err := CheckOverride(o); err != nil {
			f.block("override-invalid", string(o.ID), "withdraw it", "%s", err.Error())
			continue
		}
		r := reachOf(made, o)
		r.at = i
		if r.idle() {
			f.warn("override-idle", string(o.ID), "check its codes, queues and days, or withdraw it",
				"override by %s (%s) matches nothing that is forecast", o.Author, o.Reason)
		}
		all = append(all, r)
	}
	return all
}

// reach is what an override touches: leaves by index, days of the forecast from first to last, both included.
type reach struct {
	override wrapcast.Override
	// at is its place among the overrides, in the order in which they were made.
	at          int
	leaves      []int
	first, last int
}

// idle says that it touches nothing that is forecast.
func (s reach) idle() bool { return len(s.leaves) == 0 || s.first > s.last }

func reachOf(f wrapcast.Forecast, o wrapcast.Override) reach {
	s := reach{override: o, first: max(int(o.From-f.From), 0), last: min(int(o.To-f.From), f.Days-1)}
	concerned := wrapcast.Scope{Codes: o.Codes, Queues: o.Queues}
	for i, leaf := range f.Leaves {
		if concerned.Covers(leaf.Leaf) {
			s.leaves = append(s.leaves, i)
			s.last = min(s.last, len(leaf.Mean)-1)
		}
	}
	return s
}

// wordsOf names an override by its amount, author and reason: "+10 % by farah (mailing)".
func wordsOf(o wrapcast.Override) string {
	amount := fmt.Sprintf("set to %g", o.Value)
	switch o.Kind {
	case wrapcast.OverridePercent:
		amount = fmt.Sprintf("%+g %%", o.Value)
	case wrapcast.OverrideAdd:
		amount = fmt.Sprintf("%+g", o.Value)
	case wrapcast.OverrideSet:
	}
	return fmt.Sprintf("%s by %s (%s)", amount, o.Author, o.Reason)
}

// apply changes the leaves day by day and returns the contacts before and after.
func (s reach) apply(m *reaggregation) wrapcast.AppliedOverride {
	effect := wrapcast.AppliedOverride{Override: s.override, Leaves: len(s.leaves), Days: s.last - s.first + 1}
	for t := s.first; t <= s.last; t++ {
		before := s.contacts(m, t)
		for i, after := range s.changed(before) {
			effect.Before += before[i]
			effect.After += after
			m.set(s.leaves[i], t, after)
		}
	}
	return effect
}

// contacts are those of the leaves on the t-th day.
func (s reach) contacts(m *reaggregation, t int) []float64 {
	contacts := make([]float64, len(s.leaves))
	for i, leaf := range s.leaves {
		contacts[i] = m.forecast.Leaves[leaf].Mean[t]
	}
	return contacts
}

// changed returns one day's contacts of the leaves after the override, from those before it.
func (s reach) changed(before []float64) []float64 {
	o, sum := s.override, sumOf(before)
	switch o.Kind {
	case wrapcast.OverrideSet:
		return forecast.Proportions(o.Value, before)
	case wrapcast.OverrideAdd:
		return forecast.Proportions(max(sum+o.Value, 0), before)
	case wrapcast.OverridePercent:
	}
	after := make([]float64, len(before))
	for i, v := range before {
		after[i] = v * (1 + o.Value/100)
	}
	return after
}

func sumOf(values []float64) (sum float64) {
	for _, v := range values {
		sum += v
	}
	return sum
}
