// Package heads says how many people a stored forecast needs: per planning group and quarter-hour, day and week,
// expected and at a chosen certainty, and by the wrap-up codes they are needed for. The numbers are worked out by
// staffing from the joint paths of the forecast; docs/STAFFING.md explains them.
package heads
