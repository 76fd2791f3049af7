package adjust

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/wrapcast/wrapcast"
)

// Overlap is two active overrides that change the same leaves on the same days.
type Overlap struct {
	// Earlier and Later are in the order in which they were made.
	Earlier, Later wrapcast.Override
	// Rule is the one chosen for them, "" where nobody has chosen.
	Rule wrapcast.OverlapRule
	// Leaves are those of the forecast that they share, by index and ascending; none where the codes and queues that
	// both name are not forecast.
	Leaves []int
	// From and To are the local days that they share, both included.
	From, To wrapcast.Date
	// first and last are these days counted from the forecast's first, at how the two stand among the overrides.
	first, last int
	at          [2]int
}

// Settled says that somebody chose a rule.
func (o Overlap) Settled() bool { return o.Rule != "" }

// Ahead says that the days they share lie beyond the forecast.
func (o Overlap) Ahead() bool { return o.first > o.last || len(o.Leaves) == 0 }

// Has says that an override is one of the two.
func (o Overlap) Has(id wrapcast.OverrideID) bool { return o.Earlier.ID == id || o.Later.ID == id }

// Overlaps lists the pairs of overrides active at now that overlap on days of the forecast or later ones.
func Overlaps(f wrapcast.Forecast, overrides []wrapcast.Override, now time.Time) []Overlap {
	return overlapsOf(f, (&finder{}).reachesOf(f, overrides, now))
}

// overlapsOf finds the pairs that share a leaf and a day. Days beyond the forecast count: it will reach them.
func overlapsOf(f wrapcast.Forecast, reaches []reach) (all []Overlap) {
	for i, a := range reaches {
		for _, b := range reaches[i+1:] {
			o := Overlap{Earlier: a.override, Later: b.override, Rule: chosenRule(a.override, b.override),
				From: max(a.override.From, b.override.From, f.From), To: min(a.override.To, b.override.To),
				first: max(a.first, b.first), last: min(a.last, b.last), at: [2]int{a.at, b.at}}
			if o.From > o.To {
				continue
			}
			o.Leaves = sharedLeaves(a.leaves, b.leaves)
			unseen := len(a.leaves) == 0 || len(b.leaves) == 0
			if len(o.Leaves) > 0 || unseen && sharedNames(a.override, b.override) {
				all = append(all, o)
			}
		}
	}
	return all
}

// chosenRule is the rule for two overrides: the one somebody chose last for the two, else that of the later one.
func chosenRule(earlier, later wrapcast.Override) wrapcast.OverlapRule {
	rule, last := later.Overlap, wrapcast.OverlapID("")
	note := func(all []wrapcast.SettledOverlap, with wrapcast.OverrideID) {
		for _, s := range all {
			if s.With == with && s.Decision > last {
				rule, last = s.Rule, s.Decision
			}
		}
	}
	note(earlier.Settled, later.ID)
	note(later.Settled, earlier.ID)
	return rule
}

// sharedLeaves are the numbers that two ascending lists have in common.
func sharedLeaves(a, b []int) (shared []int) {
	for i, j := 0, 0; i < len(a) && j < len(b); {
		switch {
		case a[i] < b[j]:
			i++
		case a[i] > b[j]:
			j++
		default:
			shared = append(shared, a[i])
			i, j = i+1, j+1
		}
	}
	return shared
}

// sharedNames says that a code and a queue is named by both, whether anything is forecast of it or not.
func sharedNames(a, b wrapcast.Override) bool {
	codes := len(a.Codes) == 0 || len(b.Codes) == 0 ||
		slices.ContainsFunc(a.Codes, func(c wrapcast.CodeID) bool { return slices.Contains(b.Codes, c) })
	queues := len(a.Queues) == 0 || len(b.Queues) == 0 ||
		slices.ContainsFunc(a.Queues, func(q wrapcast.QueueID) bool { return slices.Contains(b.Queues, q) })
	return codes && queues
}

// SharedContacts adds up what a forecast has of the leaves and days of overlaps, each leaf and day once.
func SharedContacts(f wrapcast.Forecast, overlaps []Overlap) (sum float64) {
	for t := range f.Days {
		seen := map[int]bool{}
		for _, o := range overlaps {
			if t < o.first || t > o.last {
				continue
			}
			for _, leaf := range o.Leaves {
				if !seen[leaf] && t < len(f.Leaves[leaf].Mean) {
					seen[leaf] = true
					sum += f.Leaves[leaf].Mean[t]
				}
			}
		}
	}
	return sum
}

// ConflictCode is the code of the finding that nobody has chosen a rule for two overrides that overlap. OverlapHolds
// is what its message says where it stops a publication.
const (
	ConflictCode = "override-conflict"
	OverlapHolds = "no rule is chosen, so neither is applied and nothing is published"
)

// tellOverlaps blocks the overrides for whose overlap no rule is chosen, by their place, and names every overlap.
func (f *finder) tellOverlaps(overlaps []Overlap) map[int]bool {
	blocked := map[int]bool{}
	for _, o := range overlaps {
		both := string(o.Earlier.ID) + " " + string(o.Later.ID)
		what := fmt.Sprintf("%s and %s would change the same forecast (%d leaves, from %s on)", wordsOf(o.Earlier),
			wordsOf(o.Later), len(o.Leaves), o.From)
		advice := fmt.Sprintf("choose what holds: `wrapcast override resolve %s --rule compound` (or replace, or "+
			"narrower); or remove one: `wrapcast override remove %s`", both, o.Later.ID)
		switch {
		case o.Settled() && !o.Ahead():
			f.tell("override-overlap", both, "%s: %s", what, RuleWords(o))
		case o.Settled():
		case o.Ahead():
			f.warn(ConflictCode, both, advice, "%s; no rule is chosen, and no plan of these days will be published", what)
		default:
			blocked[o.at[0]], blocked[o.at[1]] = true, true
			f.block(ConflictCode, both, advice, "%s; %s", what, OverlapHolds)
		}
	}
	return blocked
}

// replaced tells of an override that gives way to others wherever it reaches.
func (f *finder) replaced(o wrapcast.Override) {
	f.tell("override-replaced", string(o.ID), "%s gives way to other overrides on all its days", wordsOf(o))
}

// RuleWords say what a settled overlap's rule does to the two.
func RuleWords(o Overlap) string {
	switch o.Rule {
	case wrapcast.OverlapReplace:
		return fmt.Sprintf("the later one, by %s, replaces the other there", o.Later.Author)
	case wrapcast.OverlapNarrower:
		return "the narrower one replaces the other there"
	case wrapcast.OverlapCompound:
	}
	return "both are applied there (compound)"
}

// applied are the overlaps that were settled and touched the forecast.
func applied(overlaps []Overlap, blocked map[int]bool) (all []wrapcast.AppliedOverlap) {
	for _, o := range overlaps {
		if o.Settled() && !o.Ahead() && !blocked[o.at[0]] && !blocked[o.at[1]] {
			all = append(all, wrapcast.AppliedOverlap{Earlier: o.Earlier.ID, Later: o.Later.ID, Rule: o.Rule,
				Leaves: len(o.Leaves), From: o.From, To: o.To})
		}
	}
	return all
}

// narrower says that the first of two reaches is the narrower one; the second was made later.
func narrower(a, b reach) bool {
	named := func(o wrapcast.Override) int { return min(len(o.Codes), 1) + min(len(o.Queues), 1) }
	days := func(o wrapcast.Override) int { return int(o.To - o.From) }
	return cmp.Or(cmp.Compare(len(a.leaves), len(b.leaves)), cmp.Compare(named(b.override), named(a.override)),
		cmp.Compare(days(a.override), days(b.override))) < 0
}
