package accuracy

import (
	"cmp"
	"maps"
	"math"
	"slices"
	"strings"

	"github.com/wrapcast/wrapcast"
)

// ledgerLead is how many days before a day the forecast held that decisions are judged in: the last one that was
// published the day before, for decisions are made until then.
const ledgerLead = 1

// Ledger sets what decisions did to the snapshots against actuals. about are the decisions, each with what is known of
// it; days of decisions that are not among them are left out. Decisions without a day that is over are left out, too.
// last is the last day that is over and whose codes have all arrived.
func Ledger(j Judging, about []wrapcast.LedgerEntry, last wrapcast.Date) wrapcast.Ledger {
	l := wrapcast.Ledger{Schema: wrapcast.LedgerSchema, Lead: ledgerLead, ErrorRate: wrongVerdicts,
		Entries: []wrapcast.LedgerEntry{}, Findings: []wrapcast.Finding{}}
	type key struct {
		kind wrapcast.DecisionKind
		id   string
	}
	entries := map[key]*wrapcast.LedgerEntry{}
	for i, e := range about {
		about[i].Days = []wrapcast.LedgerDay{}
		entries[key{e.Kind, e.ID}] = &about[i]
	}
	actual := scopeSums(j.Actuals)
	for _, d := range j.Days {
		if d.Lead != ledgerLead {
			continue
		}
		for _, s := range d.Decisions {
			e := entries[key{s.Kind, s.ID}]
			if e != nil && e.From <= d.Day && d.Day <= e.To && !j.hiddenIn(s, d.Day) {
				e.Days = append(e.Days, actual.day(d, s))
			}
		}
	}
	for _, e := range about {
		if len(e.Days) == 0 {
			continue
		}
		e.Over, e.Sum = e.To <= last, sumDays(e.Days)
		l.Entries = append(l.Entries, e)
	}
	slices.SortStableFunc(l.Entries, func(a, b wrapcast.LedgerEntry) int {
		return cmp.Or(cmp.Compare(b.To, a.To), b.MadeAt.Compare(a.MadeAt), cmp.Compare(a.ID, b.ID))
	})
	l.Authors, l.Reasons, l.Kinds = groupsOf(l.Entries, last)
	return l
}

// hiddenIn says that people hid the day in a code that a decision names: an outage tells nothing of a decision.
func (j Judging) hiddenIn(s wrapcast.DecisionSnapshot, day wrapcast.Date) bool {
	if j.Hidden == nil || s.Kind == wrapcast.DecisionMask {
		return false
	}
	for _, c := range s.Cells {
		if slices.ContainsFunc(c.Codes, func(code wrapcast.CodeID) bool { return j.Hidden(code, day) }) {
			return true
		}
	}
	return false
}

// LedgerOfForecast are the rows of a ledger that one forecast has: the days on which it held, of the decisions in it.
func LedgerOfForecast(l wrapcast.Ledger, id wrapcast.ForecastID) []wrapcast.LedgerEntry {
	rows := []wrapcast.LedgerEntry{}
	for _, e := range l.Entries {
		e.Days = slices.DeleteFunc(slices.Clone(e.Days), func(d wrapcast.LedgerDay) bool { return d.Forecast != id })
		if len(e.Days) > 0 {
			e.Sum = sumDays(e.Days)
			rows = append(rows, e)
		}
	}
	return rows
}

// leafSums are the contacts of leaves, by day.
type leafSums map[wrapcast.Date]map[wrapcast.Leaf]float64

func scopeSums(days []wrapcast.LocalDay) leafSums {
	sums := leafSums{}
	for _, d := range days {
		if sums[d.Day] == nil {
			sums[d.Day] = map[wrapcast.Leaf]float64{}
		}
		sums[d.Day][d.Leaf] += float64(d.Handled)
	}
	return sums
}

// of adds up a day's contacts of a scope.
func (s leafSums) of(scope wrapcast.Scope, day wrapcast.Date) (sum float64) {
	for leaf, n := range s[day] {
		if scope.Covers(leaf) {
			sum += n // whole numbers: in any order the same
		}
	}
	return sum
}

// day judges one decision in one snapshot.
func (s leafSums) day(d wrapcast.ForecastSnapshot, of wrapcast.DecisionSnapshot) wrapcast.LedgerDay {
	day := wrapcast.LedgerDay{Day: d.Day, Forecast: d.Forecast}
	for _, c := range of.Cells {
		actual := s.of(wrapcast.Scope{Codes: c.Codes, Queues: c.Queues}, d.Day)
		day.With, day.Without, day.Actual = day.With+c.With, day.Without+c.Without, day.Actual+actual
		day.ErrorWith += math.Abs(c.With - actual)
		day.ErrorWithout += math.Abs(c.Without - actual)
	}
	return day
}

func sumDays(days []wrapcast.LedgerDay) (sum wrapcast.LedgerSum) {
	for _, d := range days {
		sum = addSums(sum, wrapcast.LedgerSum{Days: 1, With: d.With, Without: d.Without, Actual: d.Actual,
			ErrorWith: d.ErrorWith, ErrorWithout: d.ErrorWithout, ValueAdded: d.ValueAdded(),
			Closer: count01(d.ValueAdded() > nothing), Further: count01(d.ValueAdded() < -nothing)})
	}
	return sum
}

// nothing is by how many contacts errors may differ and still be the same.
const nothing = 1e-9

func count01(yes bool) int {
	if yes {
		return 1
	}
	return 0
}

func addSums(a, b wrapcast.LedgerSum) wrapcast.LedgerSum {
	return wrapcast.LedgerSum{Days: a.Days + b.Days, With: a.With + b.With, Without: a.Without + b.Without,
		Actual: a.Actual + b.Actual, ErrorWith: a.ErrorWith + b.ErrorWith, ErrorWithout: a.ErrorWithout + b.ErrorWithout,
		ValueAdded: a.ValueAdded + b.ValueAdded, Closer: a.Closer + b.Closer, Further: a.Further + b.Further}
}

// groupsOf adds entries up by author, reason and kind, as of the last day that is over.
func groupsOf(entries []wrapcast.LedgerEntry, last wrapcast.Date) (authors, reasons, kinds []wrapcast.LedgerGroup) {
	by := func(name func(wrapcast.LedgerEntry) string) []wrapcast.LedgerGroup {
		members := map[string][]wrapcast.LedgerEntry{}
		for _, e := range entries {
			members[name(e)] = append(members[name(e)], e)
		}
		groups := []wrapcast.LedgerGroup{}
		for _, n := range slices.Sorted(maps.Keys(members)) {
			groups = append(groups, groupOf(n, members[n], last))
		}
		decide(groups)
		slices.SortStableFunc(groups, func(a, b wrapcast.LedgerGroup) int { return cmp.Compare(b.Decisions, a.Decisions) })
		return groups
	}
	return by(func(e wrapcast.LedgerEntry) string { return e.Author }),
		by(func(e wrapcast.LedgerEntry) string {
			return strings.ToLower(strings.Join(strings.Fields(e.Reason), " "))
		}),
		by(func(e wrapcast.LedgerEntry) string { return string(e.Kind) })
}

func groupOf(name string, entries []wrapcast.LedgerEntry, last wrapcast.Date) wrapcast.LedgerGroup {
	g := wrapcast.LedgerGroup{Name: name, Decisions: len(entries), Verdict: wrapcast.VerdictFew}
	for _, e := range entries {
		g.Sum = addSums(g.Sum, e.Sum)
		g.Helped += count01(e.Sum.ValueAdded > nothing)
		g.Hurt += count01(e.Sum.ValueAdded < -nothing)
	}
	votes := votesOf(entries, last)
	g.Independent = len(votes)
	helped, hurt := betOn(votes, 1), betOn(votes, -1)
	g.Evidence = helped
	if hurt > helped {
		g.Evidence = -hurt // for decide, which takes the sign away
	}
	return g
}
