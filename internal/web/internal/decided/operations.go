// Package decided answers what people know better than the counts: overrides, masks, the calendar, lineage.
package decided

import (
	"slices"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/web/internal/api"
	"github.com/wrapcast/wrapcast/internal/web/internal/scope"
)

// The roles, as the tables of operations name them.
const (
	viewer  = wrapcast.RoleViewer
	planner = wrapcast.RolePlanner
)

// Operations lists the operations of decisions, and those of the calendar among them.
func Operations(d scope.DecisionHandlers, calendars *CalendarHandlers, books Workbooks) []api.Operation {
	masks, lineage := &maskHandlers{d}, &lineageHandlers{d}
	return slices.Concat(
		(&overrideHandlers{d}).operations(),
		(&workbookHandlers{d, books}).operations(),
		masks.operations(),
		calendars.operations(),
		lineage.operations(),
		exportOperations(lineage, masks, calendars),
	)
}
