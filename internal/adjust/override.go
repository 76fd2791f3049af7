package adjust

import (
	"fmt"
	"math"
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
	return nil
}

// ApplyOverrides returns the forecast with the overrides that are active at now, the effect of each, and findings.
//
// The rule by which codes, queues and total move together: an override moves leaves, the
// ones of its codes in its queues. Percent changes each alike. Set and add concern their
// sum on each day and are spread over them in proportion to what was forecast, evenly
// where nothing was; a sum does not fall below zero. Code, queue and total then change by the sum of their
// leaves' changes; medians and bounds keep their proportion to the mean.
//
// Two overrides that would move the same leaf on the same day are in conflict: neither
// is applied, a blocking finding names both, and somebody has to withdraw one. An override that
// cannot be meant blocks as well, and one that touches nothing is a warning.
func ApplyOverrides(f wrapcast.Forecast, overrides []wrapcast.Override, now time.Time) (
	wrapcast.Forecast, []wrapcast.AppliedOverride, []wrapcast.Finding) {
	w := &finder{findings: []wrapcast.Finding{}}
	var reaches []reach
	for _, o := range overrides {
		if !o.Active(now) {
			continue
		}
		if err := CheckOverride(o); err != nil {
			w.block("override-invalid", string(o.ID), "withdraw it", "%s", err.Error())
			continue
		}
		s := reachOf(f, o)
		if len(s.leaves) == 0 || s.first > s.last {
			w.warn("override-idle", string(o.ID), "check its codes, queues and days, or withdraw it",
				"override by %s (%s) matches nothing that is forecast", o.Author, o.Reason)
			continue
		}
		reaches = append(reaches, s)
	}
	effects := []wrapcast.AppliedOverride{}
	if len(reaches) == 0 {
		return f, effects, w.findings
	}
	m := newReaggregation(f)
	blocked := conflicts(w, reaches)
	for i, s := range reaches {
		if !blocked[i] {
			effects = append(effects, s.apply(m))
		}
	}
	return m.result(), effects, w.findings
}

// reach is what an override touches: leaves by index, days of the forecast from first to last, both included.
type reach struct {
	override    wrapcast.Override
	leaves      []int
	first, last int
}

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

// conflicts blocks every pair of overrides that share a leaf and a day.
func conflicts(w *finder, reaches []reach) []bool {
	blocked := make([]bool, len(reaches))
	for i, a := range reaches {
		for j := i + 1; j < len(reaches); j++ {
			b := reaches[j]
			shared := sharedLeaves(a.leaves, b.leaves)
			if shared == 0 || a.first > b.last || b.first > a.last {
				continue
			}
			blocked[i], blocked[j] = true, true
			w.block("override-conflict", string(a.override.ID)+" "+string(b.override.ID), "withdraw one of them",
				"%s and %s would change the same forecast (%d leaves, from %s on); neither is applied",
				wordsOf(a.override),
				wordsOf(b.override), shared, max(a.override.From, b.override.From))
		}
	}
	return blocked
}

// sharedLeaves counts the numbers that two ascending lists have in common.
func sharedLeaves(a, b []int) int {
	n := 0
	for i, j := 0, 0; i < len(a) && j < len(b); {
		switch {
		case a[i] < b[j]:
			i++
		case a[i] > b[j]:
			j++
		default:
			n, i, j = n+1, i+1, j+1
		}
	}
	return n
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
		before := make([]float64, len(s.leaves))
		for i, leaf := range s.leaves {
			before[i] = m.forecast.Leaves[leaf].Mean[t]
		}
		for i, after := range s.changed(before) {
			effect.Before += before[i]
			effect.After += after
			m.set(s.leaves[i], t, after)
		}
	}
	return effect
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
