// Package accuracy says how good forecasts were: which forecast held for a day so many days before it, what it
// predicted of codes, queues, planning groups and the total, and how far the contacts handled on that day were from it.
// It raises alarms where actuals fall outside an interval too often, and estimates how much of a young day is still to
// arrive.
//
// Plain types in, plain types out: no clock, no network, no disk.
package accuracy
