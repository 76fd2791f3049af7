// Package sizing decides how much of a history to ask the platform for at once. The platform refuses what has too many
// rows or is too long, and no source says how many rows or how long that is, so both are learned from its answers.
//
// A [Planner] plans one question over a history by four verbs: Next gives the interval to ask for, Answered, Refused
// and Slow report its answer. It predicts the rows of an interval by the hour of the week, or by what the answers about
// queues say of the codes to come ([RowModel]), and asks for as many rows as the largest answer had: a little more
// after each answer, a part less after each refusal.
package sizing
