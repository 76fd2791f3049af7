// Package steps is the run: the one place that knows the order of the work.
//
//	extract ─→ validate ─→ forecast ─→ plan ─→ submit ─→ notify
//
// A WrapUpForecaster owns the steps. Each is a plain function over the other packages; its result, its audit entry and
// whatever follows from it are committed in one transaction, so that a run which dies at any moment is taken up where
// it stood.
package steps
