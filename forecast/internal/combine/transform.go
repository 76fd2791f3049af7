package combine

import "math"

// transform is what members look at a series through.
type transform int

const (
	plain transform = iota
	logarithm
	logPlus1
	root // √(y + 3/8), Anscombe
	// the one that suits the series: its logarithm where it is above zero throughout, its root where it touches zero
	warped
)

func (t transform) apply(v float64) float64 {
	switch t {
	case logarithm:
		return math.Log(v)
	case logPlus1:
		return math.Log1p(max(v, 0))
	case root:
		return math.Sqrt(max(v, 0) + 0.375)
	}
	return v
}

// undo is the inverse; logarithms are capped at e² times the greatest value.
func (t transform) undo(v, highest float64) float64 {
	switch t {
	case logarithm:
		return math.Min(math.Exp(v), math.Exp(2)*highest)
	case logPlus1:
		return math.Min(math.Expm1(v), math.Exp(2)*highest)
	case root:
		return max(0, max(v, 0)*max(v, 0)-0.375)
	}
	return v
}

// suffix is what names of members say of the transform.
func (t transform) suffix() string {
	return map[transform]string{warped: ", logarithm", logPlus1: ", log(1+y)", root: ", root"}[t]
}
