// Package validate says whether a wrap-up code's history is good enough for a
// forecast: how long it is, what is missing, which days are outliers, whether the
// week repeats, whether its level changed or the code is no longer used. Each finding
// names its rule, its place, its figures and the cheapest fix; together they make a
// verdict.
//
// It is a pure package: values and dates in, reports out. The rules work on a series
// of local days whose calendar is complete: days are masked, never deleted, so that
// weekdays keep their place.
package validate
