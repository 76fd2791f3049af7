package lineage

import (
	"cmp"
	"math"
	"slices"

	"github.com/wrapcast/wrapcast"
)

// choose takes the changes that go together best, each with its probability: a code is part of one change at most, so
// that a change whose codes are explained better by others loses to these.
func choose(changes []change) []change {
	slices.SortStableFunc(changes, func(a, b change) int { return cmp.Compare(b.score, a.score) })
	changes = changes[:min(len(changes), maxRivals)]
	sets := map[string]bool{}
	var all []plausible
	consider := func(first int, without []bool) {
		set := together(changes, first, without)
		if key := set.key(); !sets[key] {
			sets[key], all = true, append(all, set)
		}
	}
	for i := range changes {
		consider(i, nil)
		consider(-1, rivalsOf(changes, i))
	}
	consider(-1, nil)
	best, sum := plausible{}, 0.0
	for _, set := range all {
		if set.score > best.score {
			best = set
		}
	}
	for _, set := range all {
		sum += math.Exp(set.score - best.score)
	}
	var chosen []change
	for _, i := range best.members {
		c := changes[i]
		for _, set := range all {
			if slices.Contains(set.members, i) {
				c.confidence += math.Exp(set.score-best.score) / sum
			}
		}
		chosen = append(chosen, c)
	}
	return chosen
}

// plausible are changes that go together, by their places in ascending order.
type plausible struct {
	members []int
	score   float64
}

func (s plausible) key() string {
	key := make([]byte, 0, 2*len(s.members))
	for _, i := range s.members {
		key = append(key, byte(i>>8), byte(i))
	}
	return string(key)
}

// together begins with one change, none where it is below zero, and takes the likeliest others that have none of its
// codes, those left out apart.
func together(changes []change, first int, without []bool) plausible {
	set, taken := plausible{}, map[wrapcast.CodeID]bool{}
	take := func(i int) {
		codes := changes[i].codes()
		if slices.ContainsFunc(codes, func(id wrapcast.CodeID) bool { return taken[id] }) {
			return
		}
		for _, id := range codes {
			taken[id] = true
		}
		set.members, set.score = append(set.members, i), set.score+changes[i].score
	}
	if first >= 0 {
		take(first)
	}
	for i := range changes {
		if i != first && (without == nil || !without[i]) {
			take(i)
		}
	}
	slices.Sort(set.members)
	return set
}

// rivalsOf are a change and all that have a code of it: without them it is as if its codes changed by themselves.
func rivalsOf(changes []change, of int) []bool {
	rivals, own := make([]bool, len(changes)), changes[of].codes()
	for i, c := range changes {
		rivals[i] = slices.ContainsFunc(c.codes(), func(id wrapcast.CodeID) bool { return slices.Contains(own, id) })
	}
	return rivals
}
