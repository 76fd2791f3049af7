// Package staffing turns contacts and handle times into the people they need, and says what a number of people makes
// of them: Erlang C and Erlang A (docs/STAFFING.md has every formula with its source and its limits).
//
// Times are in seconds, rates in contacts per second, loads in erlangs (contacts per second × seconds of handle time:
// people who would be busy if nobody ever waited), shares are fractions. Plain types in, plain types out: no clock, no
// network, no disk. The same input gives the same output.
package staffing
