package accuracy

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/wrapcast/wrapcast"
)

// planner is somebody who overrides a forecast of 100 contacts a day for a year, now and then, for 1 to 7 days each.
type planner struct {
	dice *rand.Rand
	// noise draws the actual's distance from the forecast on each day of the year.
	noise func(*rand.Rand) []float64
	// skill is the probability with which a decision goes the way of what happens on its days, of which the forecast
	// knows nothing; zero for no skill, and then nothing happens. small says that a decision is a matter of a contact,
	// which helps every other time exactly, or else of many.
	skill float64
	small bool
}

const simulatedDays = 365

// errorDistributions are kinds of days: light tails, tails without a variance, without a mean, skewed counts, and
// days that resemble the day before.
func errorDistributions() []func(*rand.Rand) []float64 {
	each := func(draw func(*rand.Rand) float64) func(*rand.Rand) []float64 {
		return func(d *rand.Rand) []float64 {
			days := make([]float64, simulatedDays+7)
			for i := range days {
				days[i] = draw(d)
			}
			return days
		}
	}
	student := func(d *rand.Rand) float64 { // of two degrees of freedom
		return 10 * d.NormFloat64() / math.Sqrt((d.ExpFloat64() + 1e-9))
	}
	return []func(*rand.Rand) []float64{
		each(func(d *rand.Rand) float64 { return 10 * d.NormFloat64() }),
		each(student),
		each(func(d *rand.Rand) float64 { return 10 * math.Tan(math.Pi*(d.Float64()-0.5)) }),
		each(func(d *rand.Rand) float64 { return 100 * (math.Exp(0.5*d.NormFloat64()) - 1) }),
		func(d *rand.Rand) []float64 {
			days := make([]float64, simulatedDays+7)
			for i := range days {
				days[i] = 5 * d.NormFloat64()
				if i > 0 {
					days[i] += 0.95 * days[i-1]
				}
			}
			return days
		},
	}
}

// year are the planner's decisions and what became of them.
func (p planner) year(author string) (entries []wrapcast.LedgerEntry) {
	noise := p.noise(p.dice)
	for day := p.dice.IntN(4); day < simulatedDays; day += 1 + p.dice.IntN(6) {
		e := wrapcast.LedgerEntry{Kind: wrapcast.DecisionOverride, ID: fmt.Sprintf("%s-%03d", author, day), Author: author,
			From: wrapcast.Date(day), To: wrapcast.Date(day + p.dice.IntN(7))}
		change, event := (10+10*p.dice.Float64())*float64(1-2*p.dice.IntN(2)), 0.0
		switch {
		case p.small:
			change /= 1000
		case p.skill > 0:
			if event = 2 * change; p.dice.Float64() > p.skill {
				event = -event
			}
		}
		for d := e.From; d <= e.To; d++ {
			e.Days = append(e.Days, wrapcast.LedgerDay{Day: d, With: 100 + change, Without: 100, Actual: 100 + event + noise[d],
				ErrorWith: math.Abs(event + noise[d] - change), ErrorWithout: math.Abs(event + noise[d])})
		}
		e.Sum = sumDays(e.Days)
		entries = append(entries, e)
	}
	return entries
}

// lookedAt is what an author is told on each day of a year: the first day of each verdict, -1 where it was never given.
func lookedAt(entries []wrapcast.LedgerEntry, every int) (helped, hurt wrapcast.Date) {
	helped, hurt = -1, -1
	for last := wrapcast.Date(0); last < simulatedDays+14; last += wrapcast.Date(every) {
		groups := []wrapcast.LedgerGroup{groupOf("x", slices.DeleteFunc(slices.Clone(entries),
			func(e wrapcast.LedgerEntry) bool { return e.To > last }), last)}
		decide(groups)
		if groups[0].Verdict == wrapcast.VerdictHelped && helped < 0 {
			helped = last
		}
		if groups[0].Verdict == wrapcast.VerdictHurt && hurt < 0 {
			hurt = last
		}
	}
	return helped, hurt
}

// praisedEver tells whether the test would praise after any of the votes, which is more often than it is asked: it counts
// weeks when they are over.
func praisedEver(entries []wrapcast.LedgerEntry) bool {
	votes := votesOf(entries, simulatedDays+14)
	for i := range votes {
		if betOn(votes[:i+1], 1) >= 2/wrongVerdicts {
			return true
		}
	}
	return false
}

// A thousand planners without skill, of five kinds of errors, half of whom change so little that they help every other
// time exactly, looked at on every day of a year: at most 5 % are ever praised.
func TestPlannersWithoutSkillAreNotPraised(t *testing.T) {
	t.Parallel()
	const planners = 1000
	distributions, praised, decisions := errorDistributions(), make([]int, 5), 0
	all := make([][]wrapcast.LedgerEntry, planners)
	for i := range planners {
		p := planner{dice: rand.New(rand.NewPCG(uint64(i), 7)), noise: distributions[i%5], small: i%2 == 0}
		all[i] = p.year(fmt.Sprint("planner ", i))
		decisions += len(all[i])
		if praisedEver(all[i]) {
			praised[i%5]++
		}
		if i < 5 {
			if helped, _ := lookedAt(all[i], 1); helped >= 0 && !praisedEver(all[i]) {
				t.Errorf("planner %d is praised on day %d, after none of the votes", i, helped)
			}
		}
	}
	sum := 0
	for _, n := range praised {
		sum += n
	}
	t.Logf("of %d planners with %d decisions each, %d were praised: %v", planners, decisions/planners, sum, praised)
	if sum > planners/20 {
		t.Errorf("%d of %d planners without skill were praised: %v", sum, planners, praised)
	}
	// In one table, where whoever is praised is one too many, nobody is.
	for last := wrapcast.Date(3); last < simulatedDays+14; last += 91 {
		groups := make([]wrapcast.LedgerGroup, 0, planners)
		for _, entries := range all {
			groups = append(groups, groupOf(entries[0].Author, entries, last))
		}
		decide(groups)
		for _, g := range groups {
			if g.Verdict == wrapcast.VerdictHelped {
				t.Errorf("on day %d, %s of a thousand in one table is praised", last, g.Name)
			}
		}
	}
}

// A planner who knows in nine of ten cases which way it goes is found within a year of two decisions a week, nine times
// in ten. Of those who help in so many of their independent decisions, nine in ten are found after so many of them.
func TestAPlannerWithSkillIsFound(t *testing.T) {
	t.Parallel()
	const planners = 100
	found := 0
	for i := range planners {
		p := planner{dice: rand.New(rand.NewPCG(uint64(i), 11)), noise: errorDistributions()[i%5], skill: 0.9}
		entries := p.year("skilled")
		if praisedEver(entries) {
			found++
		}
	}
	t.Logf("%d of %d planners with skill are found", found, planners)
	if found < planners*9/10 {
		t.Errorf("%d of %d planners with skill are found", found, planners)
	}
	for p, most := range map[float64]int{1: 8, 0.9: 20, 0.75: 70} {
		if n := decisionsUntilFound(p); n > most {
			t.Errorf("of those who help in %g of their decisions, nine in ten are found after %d, not %d", p, n, most)
		}
	}
}

// decisionsUntilFound is after how many decisions nine in ten are found of those who help with a probability.
func decisionsUntilFound(p float64) int {
	var needed []int
	dice := rand.New(rand.NewPCG(1, uint64(1000*p)))
	for range 500 {
		var votes []float64
		for betOn(votes, 1) < 2/wrongVerdicts && len(votes) < 500 {
			vote := -1.0
			if dice.Float64() < p {
				vote = 1
			}
			votes = append(votes, vote)
		}
		needed = append(needed, len(votes))
	}
	slices.Sort(needed)
	return needed[len(needed)*9/10]
}
