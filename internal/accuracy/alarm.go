package accuracy

import (
	"cmp"
	"slices"

	"gonum.org/v1/gonum/mathext"

	"github.com/wrapcast/wrapcast"
)

// bandCount is on how many days a subject's contacts lay inside its band, above it and below it.
type bandCount struct {
	kind                 wrapcast.AccuracyLevel
	id, name             string
	inside, above, below int
}

// days is how many days were counted.
func (c bandCount) days() int { return c.inside + c.above + c.below }

// outsideTooOften returns the subjects that left a band of a level more often than the level allows, by the test of
// wrapcast.BandWatch. Each kind of subject is a family of its own for the false discovery rate. The result is sorted by
// p-value.
func outsideTooOften(counts []bandCount, level, rate float64) []wrapcast.BandAlarm {
	alarms := []wrapcast.BandAlarm{}
	for _, kind := range wrapcast.AccuracyLevels() {
		var family []wrapcast.BandAlarm
		for _, c := range counts {
			if c.kind == kind && c.days() > 0 {
				family = append(family, tested(c, level))
			}
		}
		alarms = append(alarms, discoveries(family, rate)...)
	}
	slices.SortStableFunc(alarms, func(a, b wrapcast.BandAlarm) int { return cmp.Compare(a.PValue, b.PValue) })
	return alarms
}

func tested(c bandCount, level float64) wrapcast.BandAlarm {
	return wrapcast.BandAlarm{Kind: c.kind, ID: c.id, Name: c.name, Days: c.days(), Above: c.above, Below: c.below,
		Expected: (1 - level) * float64(c.days()), PValue: atLeast(c.above+c.below, c.days(), 1-level)}
}

// atLeast is the probability of k or more of n where each happens with probability p: a value of the incomplete beta
// function, which unlike one less the distribution's lower tail is exact however small it is.
func atLeast(k, n int, p float64) float64 {
	if k <= 0 {
		return 1
	}
	return mathext.RegIncBeta(float64(k), float64(n-k+1), p)
}

// discoveries are the tests that the procedure of Benjamini and Hochberg (J. R. Statist. Soc. B 57, 1995) selects at a
// rate.
func discoveries(family []wrapcast.BandAlarm, rate float64) []wrapcast.BandAlarm {
	slices.SortStableFunc(family, func(a, b wrapcast.BandAlarm) int { return cmp.Compare(a.PValue, b.PValue) })
	q, last := 1.0, 0
	for i := len(family) - 1; i >= 0; i-- {
		q = min(q, family[i].PValue*float64(len(family))/float64(i+1))
		family[i].QValue = q
		if q <= rate {
			last = max(last, i+1)
		}
	}
	return family[:last]
}
