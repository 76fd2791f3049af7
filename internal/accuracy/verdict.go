package accuracy

import (
	"cmp"
	"math"
	"slices"

	"github.com/wrapcast/wrapcast"
)

// The test of the ledger. Somebody without skill helps as often as he hurts, or less often: of each decision the
// sign of what it added is bet on, at stakes of 0.1 to 0.9 of what there is at once, in equal parts. Without skill
// no betting of this kind multiplies its stake by 1/α with a probability above α, whenever it is looked at: the
// product of the bets is a supermartingale (Ville 1939; Waudby-Smith & Ramdas, J. R. Statist. Soc. B 86, 2024:
// testing by betting). Signs, and not contacts, are bet on because nothing is then asked of the errors: neither how
// large they are nor how they are spread. Of all groups of a table those are selected that the procedure of Wang &
// Ramdas (J. R. Statist. Soc. B 84, 2022: e-BH) selects, which needs no independence between them.

const (
	// wrongVerdicts is the probability with which a table of groups without skill has any verdict, ever; half of it is
	// for "helped", half for "hurt".
	wrongVerdicts = 0.05
	// stakes is at how many parts of the capital is bet: 1/10, 2/10 …
	stakes = 9
)

// betOn is the factor by which betting on one side of the votes has multiplied its stake by now: 1 is for help, -1
// for harm.
func betOn(votes []float64, side float64) float64 {
	sum := 0.0
	for i := range stakes {
		stake, capital := float64(i+1)/(stakes+1), 1.0
		for _, v := range votes {
			capital *= 1 + side*stake*v
		}
		sum += capital
	}
	return sum / stakes
}

// votesOf are the votes of decisions whose week is over, in the order of these weeks: 1 for one that brought the
// forecast closer to the actual over its days together, -1 for one that took it further away, 0 for neither. The
// days of a decision depend on each other and have one vote together. Decisions that share a day do, too: of those
// that end in the same week and share a day, at first hand or through others, the mean of the votes is one. A week
// counts once it is over: a vote that was seen never changes.
func votesOf(entries []wrapcast.LedgerEntry, last wrapcast.Date) (votes []float64) {
	over := slices.DeleteFunc(slices.Clone(entries), func(e wrapcast.LedgerEntry) bool {
		return weekOf(e.To) >= weekOf(last+1)
	})
	slices.SortStableFunc(over, func(a, b wrapcast.LedgerEntry) int {
		return cmp.Or(cmp.Compare(weekOf(a.To), weekOf(b.To)), cmp.Compare(a.From, b.From), cmp.Compare(a.ID, b.ID))
	})
	for i := 0; i < len(over); {
		sum, n, reach := 0.0, 0, over[i].To
		for week := weekOf(over[i].To); i < len(over) && weekOf(over[i].To) == week &&
			(n == 0 || over[i].From <= reach); i++ {
			sum, n, reach = sum+sign(over[i].Sum.ValueAdded), n+1, max(reach, over[i].To)
		}
		votes = append(votes, sum/float64(n))
	}
	return votes
}

// weekOf numbers the weeks, which begin on Mondays.
func weekOf(day wrapcast.Date) int { return int(math.Floor(float64(day+3) / 7)) }

func sign(v float64) float64 {
	switch {
	case v > nothing:
		return 1
	case v < -nothing:
		return -1
	}
	return 0
}

// decide gives the groups of a table their verdicts. Evidence is given with the sign of its side, and taken away.
// Beyond the test, nobody helped whose decisions together took forecasts further away, and nobody hurt who brought
// them closer.
func decide(groups []wrapcast.LedgerGroup) {
	for side, verdict := range map[float64]wrapcast.LedgerVerdict{1: wrapcast.VerdictHelped, -1: wrapcast.VerdictHurt} {
		for _, i := range selected(groups, side) {
			if side*groups[i].Sum.ValueAdded > 0 {
				groups[i].Verdict = verdict
			}
		}
	}
	for i := range groups {
		groups[i].Evidence = math.Abs(groups[i].Evidence)
	}
}

// selected are the groups that the procedure selects: the most, k of m, whose e-values are m/(k·rate) at least.
func selected(groups []wrapcast.LedgerGroup, side float64) []int {
	order := make([]int, len(groups))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		return cmp.Compare(side*groups[b].Evidence, side*groups[a].Evidence)
	})
	for k := len(order); k > 0; k-- {
		if side*groups[order[k-1]].Evidence >= float64(len(order))/(float64(k)*wrongVerdicts/2) {
			return order[:k]
		}
	}
	return nil
}
