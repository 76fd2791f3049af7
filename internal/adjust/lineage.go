package adjust

import (
	"cmp"
	"slices"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/forecast"
)

// learnedDays is how many days after a split its shares are learned from.
const learnedDays = 8 * 7

// Hidden tells whether a local day of a code is hidden from the models; nil hides none.
type Hidden func(wrapcast.CodeID, wrapcast.Date) bool

// any tells whether the day is hidden in one of the codes.
func (h Hidden) any(codes []wrapcast.LineageShare, day wrapcast.Date) bool {
	return h != nil && slices.ContainsFunc(codes, func(s wrapcast.LineageShare) bool { return h(s.Code, day) })
}

// ApplyLineage gives history to the codes that took the place of others: the contacts of a code before a
// change become those of its successors, in whole contacts by largest remainders, per leaf
// and day, so that no sum over a queue and a day changes. Changes are applied in the
// order of their days, so that a code renamed twice arrives under its last id. The contacts of a code from the day of
// the change on stay its own, and a finding says that it is still used. History is not changed by
// a retirement: see Retired.
//
// days may hold a leaf and day once; the result is sorted by day, queue, channel, code. hidden tells of a code's day
// that nothing is to be learned from it; nil hides none.
func ApplyLineage(days []wrapcast.LocalDay, changes []wrapcast.LineageChange, hidden Hidden) (
	[]wrapcast.LocalDay, []wrapcast.Finding, error) {
	if err := CheckLineage(changes); err != nil {
		return nil, nil, err
	}
	changes = slices.Clone(changes)
	slices.SortStableFunc(changes, func(a, b wrapcast.LineageChange) int { return cmp.Compare(a.On, b.On) })
	w := &finder{findings: []wrapcast.Finding{}}
	days = slices.Clone(days)
	for _, c := range changes {
		warnOfUse(w, days, c)
		if c.Kind != wrapcast.LineageRetire {
			days = inherit(days, c.From, c.On, sharesOf(days, c, hidden))
		}
	}
	return gather(days), w.findings, nil
}

// warnOfUse warns of contacts a code still has from the day of its change on.
func warnOfUse(w *finder, days []wrapcast.LocalDay, c wrapcast.LineageChange) {
	for _, code := range c.From {
		if slices.ContainsFunc(c.To, func(s wrapcast.LineageShare) bool { return s.Code == code }) {
			continue // a split may keep its code for one part
		}
		n, last := 0, c.On
		for _, d := range days {
			if d.Leaf.Code == code && d.Day >= c.On {
				n, last = n+d.Handled, max(last, d.Day)
			}
		}
		if n > 0 {
			w.warn("still-used", string(code), "take it from the agents' lists, or correct the date",
				"%d contacts still use it from %s on, when it was to be gone (%s); the last on %s", n, c.On, c.Kind,
				last)
		}
	}
}

// LearnShares returns the changes with the share of every code after them: one where a single code is left, those given
// where any is, else the codes' shares of the contacts that days has of them in the eight weeks from the change on.
// These are the shares by which ApplyLineage parts the history before a change.
func LearnShares(days []wrapcast.LocalDay, changes []wrapcast.LineageChange, hidden Hidden) []wrapcast.LineageChange {
	learned := slices.Clone(changes)
	for i, c := range learned {
		learned[i].To = sharesOf(days, c, hidden)
	}
	return learned
}

// sharesOf returns a change's shares; where they are to be learned, those of the weeks after it, all the same where no
// contact tells them. A day that is hidden in one of the codes teaches nothing of any.
func sharesOf(days []wrapcast.LocalDay, c wrapcast.LineageChange, hidden Hidden) []wrapcast.LineageShare {
	shares := slices.Clone(c.To)
	if len(shares) == 1 {
		shares[0].Share = 1
		return shares
	}
	given, learned := 0.0, make([]float64, len(shares))
	for i, s := range shares {
		given += s.Share
		for _, d := range days {
			if d.Leaf.Code == s.Code && d.Day >= c.On && d.Day < c.On+learnedDays && !hidden.any(c.To, d.Day) {
				learned[i] += float64(d.Handled)
			}
		}
	}
	if given > 0 {
		return shares
	}
	for i, share := range forecast.Proportions(1, learned) {
		shares[i].Share = share
	}
	return shares
}

// inherit turns the contacts that codes had before a day into contacts of their successors.
func inherit(days []wrapcast.LocalDay, from []wrapcast.CodeID, on wrapcast.Date,
	to []wrapcast.LineageShare) []wrapcast.LocalDay {
	out := make([]wrapcast.LocalDay, 0, len(days))
	shares := make([]float64, len(to))
	for i, s := range to {
		shares[i] = s.Share
	}
	for _, d := range days {
		if d.Day >= on || !slices.Contains(from, d.Leaf.Code) {
			out = append(out, d)
			continue
		}
		handled := whole(d.Handled, shares)
		handle, after := split(d.HandleMs, handled), split(d.AfterCallMs, handled)
		for i, s := range to {
			if handled[i] > 0 {
				leaf := d.Leaf
				leaf.Code = s.Code
				out = append(out, wrapcast.LocalDay{Leaf: leaf, Day: d.Day, Handled: int(handled[i]),
					HandleMs:    int64(handle[i]),
					AfterCallMs: int64(after[i])})
			}
		}
	}
	return out
}

// whole spreads n over shares in whole numbers.
func whole(n int, shares []float64) []float64 {
	return forecast.RoundTo(forecast.Proportions(float64(n), shares), float64(n))
}

// split spreads milliseconds in proportion to contacts, in whole numbers; those without a contact get none.
func split(ms int64, contacts []float64) []float64 {
	return forecast.RoundTo(forecast.Proportions(float64(ms), contacts), float64(ms))
}

// gather adds up days that now have the same leaf and date, and sorts.
func gather(days []wrapcast.LocalDay) []wrapcast.LocalDay {
	slices.SortStableFunc(days, func(a, b wrapcast.LocalDay) int {
		return cmp.Or(cmp.Compare(a.Day, b.Day), a.Leaf.Stream().Compare(b.Leaf.Stream()),
			cmp.Compare(a.Leaf.Code, b.Leaf.Code))
	})
	out := days[:0]
	for _, d := range days {
		if n := len(out); n > 0 && out[n-1].Leaf == d.Leaf && out[n-1].Day == d.Day {
			out[n-1].Handled += d.Handled
			out[n-1].HandleMs += d.HandleMs
			out[n-1].AfterCallMs += d.AfterCallMs
			continue
		}
		out = append(out, d)
	}
	return out
}

// Retired returns the forecast with nothing for retired codes from their day on: leaves become zero, and queue and
// total fall by as much. A code is retired by its last change alone: one that came back under another change is not.
func Retired(f wrapcast.Forecast, changes []wrapcast.LineageChange) wrapcast.Forecast {
	last := map[wrapcast.CodeID]wrapcast.LineageChange{}
	for _, c := range changes {
		for _, code := range involved(c) {
			if before, seen := last[code]; !seen || c.On >= before.On {
				last[code] = c
			}
		}
	}
	m := newReaggregation(f)
	for i, leaf := range f.Leaves {
		if c, ok := last[leaf.Leaf.Code]; ok && c.Kind == wrapcast.LineageRetire {
			for t := max(int(c.On-f.From), 0); t < min(len(leaf.Mean), f.Days); t++ {
				m.set(i, t, 0)
			}
		}
	}
	return m.result()
}

// involved returns the codes before and after a change.
func involved(c wrapcast.LineageChange) []wrapcast.CodeID {
	codes := slices.Clone(c.From)
	for _, s := range c.To {
		codes = append(codes, s.Code)
	}
	return codes
}
