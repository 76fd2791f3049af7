// Package calendar works out what an organisation's calendar says of a stretch of days: which days have a name (public
// holidays, closures, events), when queues are open, and what days of each name did to the contacts of the past.
//
// Plain types in, plain types out: no clock, no network, no disk. Unlike the other packages of numbers and rules it may
// be imported by each of them.
package calendar
