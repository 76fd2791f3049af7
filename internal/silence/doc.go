// Package silence finds where an organisation, a queue or a planning group has no contacts although contacts are
// expected, says since when and what is the likely cause, and which of it people have accepted. It is pure: no clock,
// no network, no disk. docs/PLANNING.md has the rule in words and the figures it was chosen by.
package silence
