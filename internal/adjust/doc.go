// Package adjust changes counts and forecasts by what people know: overrides of coming days, and changes of wrap-up
// codes (lineage). Sums hold through every change: leaves add up to codes, queues, planning groups and the total before
// and after, and whole contacts stay whole.
//
// Plain types in, plain types and findings out: no clock, no network, no disk.
package adjust
