package lineage

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"math"
	"slices"
	"strings"

	"github.com/wrapcast/wrapcast"
)

const (
	// minConfidence is the probability from which on a change is suggested.
	minConfidence = 0.6
	// maxRivals is how many changes are weighed against each other.
	maxRivals = 200
	// maxTogether is how many codes are looked at on one side of a change, maxBeside among how many.
	maxTogether, maxBeside = 4, 8
)

// Suggest finds the changes of codes that a history looks like: what was renamed, merged or split.
func Suggest(h History) []wrapcast.LineageSuggestion {
	p := newPanel(h)
	var ended, begun []turn
	for _, c := range p.codes {
		if h.retired(c.id) {
			continue
		}
		if t, ok := p.turnOf(c, side{p.days, true}); ok {
			ended = append(ended, t)
		}
		if t, ok := p.turnOf(c, side{p.days, false}); ok {
			begun = append(begun, t)
		}
	}
	p.turns = slices.Concat(ended, begun)
	suggestions := []wrapcast.LineageSuggestion{}
	for _, c := range choose(p.changes(ended, begun)) {
		if c.confidence >= minConfidence {
			suggestions = append(suggestions, p.suggestion(c))
		}
	}
	slices.SortFunc(suggestions, func(a, b wrapcast.LineageSuggestion) int {
		return cmp.Or(cmp.Compare(b.On, a.On), cmp.Compare(a.ID, b.ID))
	})
	return suggestions
}

// changes are all that can be: each code that began with one or several that ended, and each that ended with several
// that began.
func (p *panel) changes(ended, begun []turn) []change {
	var all []change
	add := func(from, to []turn) {
		if c, ok := p.weigh(from, to); ok && c.score > 0 {
			all = append(all, c)
		}
	}
	for _, b := range begun {
		near := p.nearest(ended, func(a turn) (change, bool) {
			return p.weigh([]turn{a}, []turn{b})
		})
		for _, from := range subsets(near) {
			add(from, []turn{b})
		}
	}
	for _, a := range ended {
		near := p.nearest(begun, func(b turn) (change, bool) {
			return p.weigh([]turn{a}, []turn{b})
		})
		for _, to := range subsets(near) {
			if len(to) > 1 {
				add([]turn{a}, to)
			}
		}
	}
	return all
}

// nearest are the turns that can be the other side of a change, the likeliest first.
func (p *panel) nearest(turns []turn, with func(turn) (change, bool)) []turn {
	type candidate struct {
		turn
		score float64
	}
	var near []candidate
	for _, t := range turns {
		if c, ok := with(t); ok {
			near = append(near, candidate{t, c.score})
		}
	}
	slices.SortStableFunc(near, func(a, b candidate) int { return cmp.Compare(b.score, a.score) })
	var kept []turn
	for _, c := range near[:min(len(near), maxBeside)] {
		kept = append(kept, c.turn)
	}
	return kept
}

// subsets are the sets of one up to maxTogether turns.
func subsets(turns []turn) [][]turn {
	var all [][]turn
	for bits := 1; bits < 1<<len(turns); bits++ {
		var set []turn
		for i, t := range turns {
			if bits>>i&1 == 1 {
				set = append(set, t)
			}
		}
		if len(set) <= maxTogether {
			all = append(all, set)
		}
	}
	return all
}

// codes are those before and after.
func (c change) codes() []wrapcast.CodeID {
	var ids []wrapcast.CodeID
	for _, t := range slices.Concat(c.from, c.to) {
		ids = append(ids, t.id)
	}
	return ids
}

// suggestion writes a change for people.
func (p *panel) suggestion(c change) wrapcast.LineageSuggestion {
	s := wrapcast.LineageSuggestion{Kind: wrapcast.LineageRename, Confidence: c.confidence, Evidence: c.evidence}
	switch {
	case len(c.from) > 1:
		s.Kind = wrapcast.LineageMerge
	case len(c.to) > 1:
		s.Kind = wrapcast.LineageSplit
	}
	last, first := 0, p.days
	for _, t := range c.from {
		s.From = append(s.From, t.id)
		last = max(last, t.at)
	}
	for _, t := range c.to {
		s.To = append(s.To, t.id)
		first = min(first, t.at)
	}
	slices.Sort(s.From)
	slices.Sort(s.To)
	s.On = p.From + wrapcast.Date(p.dayOf(c, last, first))
	s.Evidence.LastBefore, s.Evidence.FirstAfter = p.From+wrapcast.Date(last), p.From+wrapcast.Date(first)
	s.ID = idOf(s)
	return s
}

// dayOf is the first day of the new state: with the fewest contacts of old codes from it on and of new ones before it,
// the earliest of those.
func (p *panel) dayOf(c change, last, first int) int {
	if first > last {
		return first
	}
	best, fewest := first, math.Inf(1)
	for day := first; day <= last+1; day++ {
		wrong := 0.0
		for _, t := range c.from {
			wrong += t.contacts(window{day, last + 1})
		}
		for _, t := range c.to {
			wrong += t.contacts(window{first, day})
		}
		if wrong < fewest {
			best, fewest = day, wrong
		}
	}
	return best
}

// idOf is made of kind and codes.
func idOf(s wrapcast.LineageSuggestion) string {
	var b strings.Builder
	b.WriteString(string(s.Kind))
	for _, ids := range [][]wrapcast.CodeID{s.From, s.To} {
		b.WriteString("\n")
		for _, id := range ids {
			b.WriteString(string(id) + "\x00")
		}
	}
	sum := sha256.Sum256([]byte(b.String()))
	return hex.EncodeToString(sum[:4])
}
