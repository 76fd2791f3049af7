package adjust

import (
	"fmt"
	"math"

	"github.com/wrapcast/wrapcast"
)

// CheckLineage refuses changes that cannot be: wrong numbers of codes, shares that do not add up to one, a code
// that becomes two things on one day.
func CheckLineage(changes []wrapcast.LineageChange) error {
	type moment struct {
		code wrapcast.CodeID
		on   wrapcast.Date
	}
	seen := map[moment]bool{}
	for _, c := range changes {
		if err := checkChange(c); err != nil {
			return err
		}
		for _, code := range c.From {
			if seen[moment{code, c.On}] {
				return lineageError(c, "code %q is changed twice on that day", code)
			}
			seen[moment{code, c.On}] = true
		}
	}
	return nil
}

func checkChange(c wrapcast.LineageChange) error {
	from, to := len(c.From), len(c.To)
	fits := map[wrapcast.LineageKind]bool{
		wrapcast.LineageRename: from == 1 && to == 1, wrapcast.LineageMerge: from > 1 && to == 1,
		wrapcast.LineageSplit: from == 1 && to > 1, wrapcast.LineageRetire: from > 0 && to == 0,
	}
	ok, known := fits[c.Kind]
	switch {
	case !known:
		return lineageError(c, "%q is no kind of change", c.Kind).WithHint("known are rename, merge, split and retire")
	case !ok:
		return lineageError(c, "a %s does not turn %d codes into %d", c.Kind, from, to)
	}
	sum, after := 0.0, map[wrapcast.CodeID]bool{}
	for _, s := range c.To {
		if !(s.Share >= 0 && s.Share <= 1) {
			return lineageError(c, "the share %g of code %q does not lie between 0 and 1", s.Share, s.Code)
		}
		if after[s.Code] {
			return lineageError(c, "code %q is named twice", s.Code)
		}
		after[s.Code] = true
		sum += s.Share
	}
	if c.Kind == wrapcast.LineageSplit && sum != 0 && math.Abs(sum-1) > 1e-6 {
		return lineageError(c, "the shares add up to %g, not to one", sum)
	}
	return nil
}

func lineageError(c wrapcast.LineageChange, format string, args ...any) *wrapcast.Error {
	return wrapcast.Errorf(wrapcast.Usage, "lineage", fmt.Sprintf("%s on %s: ", c.Kind, c.On)+format, args...)
}
