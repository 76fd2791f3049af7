package combine

import (
	"maps"
	"slices"
)

// Tuning holds the constants of the combination that were chosen by backtests on data. The others follow from the
// papers named where they stand, or were never varied.
type Tuning struct {
	Power float64 // weights fall with this power of a member's error
	// the same in small groups with two years of history, where members that know the year differ most from the others
	PowerYearly float64
	Share       float64 // how far a member's error is drawn to what it is over the group, on the logarithmic scale
	Trim        float64 // members worse than the best by this factor weigh nothing; 0 keeps all
	Stack       float64 // share of the weights that comes from the joint errors
	StackLong   float64 // the same with two seasons, where hundreds of steps per origin carry it
	SparsePower float64 // as Power, for sparse series
	Relative    float64 // share of an error that counts relative to the value, for series above zero
	Family      float64 // a family of n members that are made alike counts as n^(1-Family)
	Late        float64 // yearly members stay in a group if the best of them beats the others by this factor

	OwnWeight    float64 // of each error of the series itself among the group's quantiles
	GridWeight   float64 // of the group's quantiles in all
	GroupPseudo  float64 // origins that the group's ratio of width to scale is worth
	PhasePseudo  float64 // errors that "no difference between phases" is worth
	OriginFading float64 // weight of an origin for each window that it lies back
	LevelPower   float64 // widths grow with this power of the level
	PhiPseudo    float64 // strength with which a series' dispersion is drawn to the group's
	PhiShare     float64 // quantile over the group that dispersions are drawn to

	Balance     float64 // how far the sums of rare codes by the hour are drawn to those of the last weeks
	WeightPrior float64 // cycles compared that what is known of the families is worth
	SpreadPrior float64 // origins that the scatter inside the sample is worth, before there are any
	SampleWiden float64 // an error ahead over one inside the sample
	PhiPrior    float64 // cells that the dispersion inside the sample is worth, before there are any
}

// DefaultTuning returns the constants in use.
func DefaultTuning() Tuning {
	return Tuning{Power: 8, PowerYearly: 16, Share: 0.2, Trim: 1.3, Stack: 0.25, StackLong: 0.5, SparsePower: 4,
		Relative: 0.5, Family: 0.5, Late: 0.97,
		OwnWeight: 0.4, GridWeight: 300, GroupPseudo: 1, PhasePseudo: 6, OriginFading: 0.8, LevelPower: 0.5,
		PhiPseudo: 300, PhiShare: 0.45,
		Balance: 0.3, WeightPrior: 6, SpreadPrior: 4, SampleWiden: 1.1, PhiPrior: 20}
}

// Names lists the names that Set takes.
func (t *Tuning) Names() []string { return slices.Sorted(maps.Keys(t.fields())) }

func (t *Tuning) fields() map[string]*float64 {
	return map[string]*float64{"power": &t.Power, "powerYearly": &t.PowerYearly, "share": &t.Share, "trim": &t.Trim,
		"stack": &t.Stack, "stackLong": &t.StackLong,
		"sparsePower": &t.SparsePower, "relative": &t.Relative, "family": &t.Family, "late": &t.Late,
		"ownWeight": &t.OwnWeight, "gridWeight": &t.GridWeight,
		"groupPseudo": &t.GroupPseudo, "phasePseudo": &t.PhasePseudo, "originFading": &t.OriginFading,
		"levelPower": &t.LevelPower,
		"phiPseudo":  &t.PhiPseudo, "phiShare": &t.PhiShare,
		"balance": &t.Balance, "weightPrior": &t.WeightPrior, "spreadPrior": &t.SpreadPrior,
		"sampleWiden": &t.SampleWiden,
		"phiPrior":    &t.PhiPrior}
}

// Set changes one constant by name; false where there is none of that name.
func (t *Tuning) Set(name string, value float64) bool {
	f, ok := t.fields()[name]
	if ok {
		*f = value
	}
	return ok
}
