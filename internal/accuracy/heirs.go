package accuracy

import (
	"cmp"
	"slices"
	"time"

	"github.com/wrapcast/wrapcast"
)

// heirs gives what a forecast said of codes to those that came after them, by the changes it could not know: as history
// is, so that what was said stands beside what came. A code that took the place of one other is judged as that would have been;
// where several were merged or one was split, sums and shares are, and there is no band and no scale.
type heirs struct{ changes []wrapcast.LineageChange }

// newHeirs takes the changes in use, with their shares.
func newHeirs(changes []wrapcast.LineageChange) heirs {
	h := heirs{changes: slices.Clone(changes)}
	slices.SortStableFunc(h.changes, func(a, b wrapcast.LineageChange) int { return cmp.Compare(a.On, b.On) })
	return h
}

// of returns the values of a forecast under the codes of today.
func (h heirs) of(values []wrapcast.SubjectSnapshot, madeAt time.Time) []wrapcast.SubjectSnapshot {
	for _, c := range h.changes {
		if c.MadeAt.After(madeAt) && c.Kind != wrapcast.LineageRetire {
			values = inheritValues(values, c.From, c.To)
		}
	}
	return values
}

func inheritValues(values []wrapcast.SubjectSnapshot, from []wrapcast.CodeID, to []wrapcast.LineageShare) []wrapcast.SubjectSnapshot {
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
		for _, heir := range to {
			kept = addValue(kept, share(v, heir))
		}
	}
	return kept
}

// share is the part of a value that goes to a code.
func share(v wrapcast.SubjectSnapshot, to wrapcast.LineageShare) wrapcast.SubjectSnapshot {
	v.ID = string(to.Code)
	if to.Share == 1 {
		return v
	}
	part := func(s wrapcast.SnapshotValue) wrapcast.SnapshotValue {
		return wrapcast.SnapshotValue{Mean: s.Mean * to.Share, Median: s.Median * to.Share, HandleSeconds: s.HandleSeconds}
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
	sum.SnapshotValue, sum.Scale = addSaid(o.SnapshotValue, v.SnapshotValue), wrapcast.NotMeasured()
	if o.Base != nil || v.Base != nil {
		base := addSaid(withoutOverrides(o), withoutOverrides(v))
		sum.Base = &base
	}
	values[i] = sum
	return values
}

func addSaid(a, b wrapcast.SnapshotValue) wrapcast.SnapshotValue {
	sum := wrapcast.SnapshotValue{Mean: a.Mean + b.Mean, Median: a.Median + b.Median}
	if sum.Mean > 0 {
		sum.HandleSeconds = (a.Mean*a.HandleSeconds + b.Mean*b.HandleSeconds) / sum.Mean
	}
	return sum
}

// withoutOverrides is what was said before anybody changed it.
func withoutOverrides(v wrapcast.SubjectSnapshot) wrapcast.SnapshotValue {
	if v.Base != nil {
		return *v.Base
	}
	return v.SnapshotValue
}
