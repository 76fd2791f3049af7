package adjust

import (
	"maps"
	"math"
	"slices"

	"github.com/wrapcast/wrapcast"
)

// mixture is overrides that overlap, and who gives way to whom. What is set comes first, then per cent, then what is
// added; within each of the three all overrides see the same contacts, so that the order in which they were made does
// not matter to those that compound.
type mixture struct {
	reaches []reach
	// beats says of two reaches, by their indexes, that the first takes the place of the second where both are.
	beats [][]bool
	// classes are the sets of reaches that meet on a leaf, classOf which one does on each.
	classes [][]int
	classOf map[int]int
	effects []mixedEffect
}

// mixedEffect is what an override of a mixture did.
type mixedEffect struct {
	before, after float64
	leaves        map[int]bool
	days          int
}

// newMixture takes of the reaches those that overlap another of them.
func newMixture(kept []reach, overlaps []Overlap) *mixture {
	x, index := &mixture{classOf: map[int]int{}}, map[int]int{}
	usable := func(at int) bool { return slices.ContainsFunc(kept, func(r reach) bool { return r.at == at }) }
	overlaps = slices.DeleteFunc(slices.Clone(overlaps), func(o Overlap) bool {
		return o.Ahead() || !usable(o.at[0]) || !usable(o.at[1])
	})
	for _, r := range kept {
		if slices.ContainsFunc(overlaps, func(o Overlap) bool { return o.at[0] == r.at || o.at[1] == r.at }) {
			index[r.at] = len(x.reaches)
			x.reaches = append(x.reaches, r)
			x.effects = append(x.effects, mixedEffect{leaves: map[int]bool{}})
		}
	}
	x.beats = make([][]bool, len(x.reaches))
	for i := range x.beats {
		x.beats[i] = make([]bool, len(x.reaches))
	}
	for _, o := range overlaps {
		earlier, later := index[o.at[0]], index[o.at[1]]
		switch {
		case o.Rule == wrapcast.OverlapReplace,
			o.Rule == wrapcast.OverlapNarrower && !narrower(x.reaches[earlier], x.reaches[later]):
			x.beats[later][earlier] = true
		case o.Rule == wrapcast.OverlapNarrower:
			x.beats[earlier][later] = true
		}
	}
	x.classify()
	return x
}

// classify finds which reaches meet on each leaf.
func (x *mixture) classify() {
	members := map[int][]int{}
	for i, r := range x.reaches {
		for _, leaf := range r.leaves {
			members[leaf] = append(members[leaf], i)
		}
	}
	known := map[string]int{}
	for leaf, all := range members {
		key := make([]byte, 0, 2*len(all))
		for _, i := range all {
			key = append(key, byte(i), byte(i>>8))
		}
		class, seen := known[string(key)]
		if !seen {
			class = len(x.classes)
			known[string(key)], x.classes = class, append(x.classes, all)
		}
		x.classOf[leaf] = class
	}
}

// holding tells of each class which of the reaches hold on the t-th day.
func (x *mixture) holding(t int) [][]bool {
	held := make([][]bool, len(x.classes))
	for c, members := range x.classes {
		var present []int
		for _, i := range members {
			if r := x.reaches[i]; r.first <= t && t <= r.last {
				present = append(present, i)
			}
		}
		held[c] = x.survivors(present)
	}
	return held
}

// survivors are those of some reaches that no other survivor takes the place of. Where each gives way to another in a
// ring, the one made last holds.
func (x *mixture) survivors(present []int) []bool {
	held, out := make([]bool, len(x.reaches)), make([]bool, len(x.reaches))
	for left := slices.Clone(present); len(left) > 0; {
		next := slices.IndexFunc(left, func(i int) bool {
			return !slices.ContainsFunc(left, func(j int) bool { return x.beats[j][i] })
		})
		if next < 0 {
			next = len(left) - 1
		}
		i := left[next]
		held[i] = true
		for _, j := range left {
			out[j] = out[j] || j == i || x.beats[i][j] || x.beats[j][i]
		}
		left = slices.DeleteFunc(left, func(j int) bool { return out[j] })
	}
	return held
}

// proposal is what one override makes of a leaf on a day.
type proposal struct {
	reach int
	after float64
}

// apply changes the leaves.
func (x *mixture) apply(m *reaggregation) {
	if len(x.reaches) == 0 {
		return
	}
	days := 0
	for _, r := range x.reaches {
		days = max(days, r.last+1)
	}
	for t := range days {
		held := x.holding(t)
		for _, kind := range []wrapcast.OverrideKind{wrapcast.OverrideSet, wrapcast.OverridePercent, wrapcast.OverrideAdd} {
			x.phase(m, kind, t, held)
		}
		for i := range x.reaches {
			if slices.ContainsFunc(held, func(of []bool) bool { return of[i] }) {
				x.effects[i].days++
			}
		}
	}
}

// phase applies the overrides of a kind to the t-th day.
func (x *mixture) phase(m *reaggregation, kind wrapcast.OverrideKind, t int, held [][]bool) {
	proposals := map[int][]proposal{}
	for i, r := range x.reaches {
		if r.override.Kind != kind || t < r.first || t > r.last {
			continue
		}
		after := r.changed(r.contacts(m, t))
		for k, leaf := range r.leaves {
			if held[x.classOf[leaf]][i] {
				proposals[leaf] = append(proposals[leaf], proposal{i, after[k]})
			}
		}
	}
	for _, leaf := range slices.Sorted(maps.Keys(proposals)) { // sums are the same, bit for bit, in the same order
		all := proposals[leaf]
		before := m.forecast.Leaves[leaf].Mean[t]
		m.set(leaf, t, x.together(leaf, kind, before, all))
	}
}

// together is what several overrides of one kind make of a leaf's contacts: the product of their factors, or the sum of
// their changes, at least zero. It notes what each of them did.
func (x *mixture) together(leaf int, kind wrapcast.OverrideKind, before float64, all []proposal) float64 {
	if len(all) == 1 {
		x.note(leaf, all[0].reach, before, all[0].after)
		return all[0].after
	}
	if kind == wrapcast.OverridePercent {
		now := before
		for _, p := range all {
			after := now * (1 + x.reaches[p.reach].override.Value/100)
			x.note(leaf, p.reach, now, after)
			now = after
		}
		return now
	}
	up, down := 0.0, 0.0
	for _, p := range all {
		up, down = up+max(p.after-before, 0), down+max(before-p.after, 0)
	}
	share := 1.0 // of what is taken away: no more than there is
	if down > before+up {
		share = (before + up) / down
	}
	for _, p := range all {
		change := p.after - before
		if change < 0 {
			change *= share
		}
		x.note(leaf, p.reach, before, before+change)
	}
	return math.Max(before+up-share*down, 0)
}

// note adds to the effect of an override what it did to a leaf on a day.
func (x *mixture) note(leaf, reach int, before, after float64) {
	e := &x.effects[reach]
	e.before, e.after = e.before+before, e.after+after
	e.leaves[leaf] = true
}

// effect is what an override did; ok is false for one that overlaps no other.
func (x *mixture) effect(r reach) (effect wrapcast.AppliedOverride, ok bool) {
	i := slices.IndexFunc(x.reaches, func(o reach) bool { return o.at == r.at })
	if i < 0 {
		return effect, false
	}
	e := x.effects[i]
	return wrapcast.AppliedOverride{Override: r.override, Before: e.before, After: e.after, Leaves: len(e.leaves),
		Days: e.days}, true
}
