// Package validate says whether a wrap-up code's history can carry a forecast: how
// long it is, what is missing, which days are out of the ordinary, whether the week
// repeats, whether its level moved or the code fell silent. Each finding names its
// rule, its place, its figures and the cheapest cure; together they make a verdict.
//
// It is a pure room: values and dates in, reports out. The rules are those of the
// founding article, on a series of local days whose calendar is complete: days are
// masked, never deleted, so that weekdays keep their place.
package validate
