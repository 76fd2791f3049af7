// Package planning turns a forecast into what a target takes: the quarter-hours of a
// planning group's week, or the REST target's payload. It knows weeks and their
// clocks, how a day spreads over its quarter-hours, how handled contacts relate to
// offered ones, what the platform would refuse, and what changes against the plan
// before.
//
// It is a pure package: plain types in, plain types and findings out; no clock, no
// network, no disk. Nothing it cannot place disappears silently: contacts without a
// planning group, groups without history and days not forecast are findings.
package planning
