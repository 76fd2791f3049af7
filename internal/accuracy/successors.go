package accuracy

import (
	"cmp"
	"slices"
	"time"

	"github.com/wrapcast/wrapcast"
)

// successors gives the forecasts of codes to the codes that took their place, by the changes of lineage that a forecast
// could not know when it was made: history is moved in the same way, so that both are about the same codes. A code that
// took the place of a single other keeps that one's forecast, band and scale; where codes were merged or split,
// forecasts are added or shared out, and there is no band and no scale.
type successors struct{ changes []wrapcast.LineageChange }

// newSuccessors takes the changes in use, with their shares.
func newSuccessors(changes []wrapcast.LineageChange) successors {
	s := successors{changes: slices.Clone(changes)}
	slices.SortStableFunc(s.changes, func(a, b wrapcast.LineageChange) int { return cmp.Compare(a.On, b.On) })
	return s
}

// of returns the values of a forecast under the codes of today.
func (s successors) of(values []wrapcast.SubjectSnapshot, madeAt time.Time) []wrapcast.SubjectSnapshot {
	for _, c := range s.changes {
		if c.MadeAt.After(madeAt) && c.Kind != wrapcast.LineageRetire {
			values = inherit(values, c.From, c.To)
		}
	}
	return values
}

// inherit takes the values of codes away and gives their shares to the codes after them.
func inherit(values []wrapcast.SubjectSnapshot, from []wrapcast.CodeID,
	to []wrapcast.LineageShare) []wrapcast.SubjectSnapshot {
	isFrom := func(v wrapcast.SubjectSnapshot) bool {
		return v.Kind == wrapcast.LevelCode && slices.Contains(from, wrapcast.CodeID(v.ID))
	}
	var kept, left []wrapcast.SubjectSnapshot
	for _, v := range values {
		if isFrom(v) {
			left = append(left, v)
		} else {
			kept = append(kept, v)
		}
	}
	for _, v := range left {
		for _, code := range to {
			kept = addValue(kept, share(v, code))
		}
	}
	return kept
}

// share returns the part of a value that goes to a code.
func share(v wrapcast.SubjectSnapshot, to wrapcast.LineageShare) wrapcast.SubjectSnapshot {
	v.ID = string(to.Code)
	if to.Share == 1 {
		return v
	}
	part := func(s wrapcast.SnapshotValue) wrapcast.SnapshotValue {
		return wrapcast.SnapshotValue{Mean: s.Mean * to.Share, Median: s.Median * to.Share,
			HandleSeconds: s.HandleSeconds}
	}
	v.SnapshotValue, v.Scale = part(v.SnapshotValue), wrapcast.NotMeasured()
	if v.Base != nil {
		base := part(*v.Base)
		v.Base = &base
	}
	return v
}

// addValue adds a value to that of the same code, if there is one.
func addValue(values []wrapcast.SubjectSnapshot, v wrapcast.SubjectSnapshot) []wrapcast.SubjectSnapshot {
	i := slices.IndexFunc(values, func(o wrapcast.SubjectSnapshot) bool { return o.Kind == v.Kind && o.ID == v.ID })
	if i < 0 {
		return append(values, v)
	}
	o := values[i]
	sum := o
	sum.SnapshotValue, sum.Scale = addForecasts(o.SnapshotValue, v.SnapshotValue), wrapcast.NotMeasured()
	if o.Base != nil || v.Base != nil {
		base := addForecasts(withoutOverrides(o), withoutOverrides(v))
		sum.Base = &base
	}
	values[i] = sum
	return values
}

// addForecasts adds contacts up and weights handle times by them.
func addForecasts(a, b wrapcast.SnapshotValue) wrapcast.SnapshotValue {
	sum := wrapcast.SnapshotValue{Mean: a.Mean + b.Mean, Median: a.Median + b.Median}
	if sum.Mean > 0 {
		sum.HandleSeconds = (a.Mean*a.HandleSeconds + b.Mean*b.HandleSeconds) / sum.Mean
	}
	return sum
}

// withoutOverrides returns the value as it was before overrides changed it.
func withoutOverrides(v wrapcast.SubjectSnapshot) wrapcast.SnapshotValue {
	if v.Base != nil {
		return *v.Base
	}
	return v.SnapshotValue
}
