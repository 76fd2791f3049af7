package decided

import (
	"context"

	"github.com/wrapcast/wrapcast/internal/export"
	"github.com/wrapcast/wrapcast/internal/web/internal/api"
	"github.com/wrapcast/wrapcast/internal/web/internal/files"
)

// exportDaysInput names the days of a calendar's file.
type exportDaysInput struct {
	files.Input
	From string `query:"from" required:"true" format:"date" example:"2026-01-01"`
	To   string `query:"to" required:"true" format:"date" example:"2026-12-31"`
}

// exportOperations are the lists of this package as files: each has what its list has.
func exportOperations(lineage *lineageHandlers, masks *maskHandlers, calendars *CalendarHandlers) []api.Operation {
	return []api.Operation{
		{ID: "export-lineage", Path: "/exports/lineage", Tag: "Exports", Role: viewer,
			Summary: "Changes of codes as a workbook or a CSV",
			Handler: lineageFile().Handler(api.Stored, lineage.Name, func(ctx context.Context, at api.Scope,
				p api.Paged) (*api.Page[lineageRow], error) {
				return lineage.listLineage(ctx, at, &lineageInput{Paged: p})
			})},
		{ID: "export-mask-edits", Path: "/exports/mask-edits", Tag: "Exports", Role: viewer,
			Summary: "Manual decisions about days as a workbook or a CSV",
			Handler: maskEditsFile().Handler(api.Stored, masks.Name, func(ctx context.Context, at api.Scope,
				p api.Paged) (*api.Page[maskEditRow], error) {
				return masks.listMaskEdits(ctx, at, &maskEditsInput{Paged: p})
			})},
		{ID: "export-calendar-days", Path: "/exports/calendar/days", Tag: "Exports", Role: viewer,
			Summary: "Special days of the calendar as a workbook or a CSV",
			Handler: api.Files(api.Stored, files.Types(), calendars.exportDays)},
		{ID: "export-calendar-versions", Path: "/exports/calendar/versions", Tag: "Exports", Role: viewer,
			Summary: "Every calendar there was as a workbook or a CSV",
			Handler: calendarsFile().Handler(api.Stored, calendars.Name, func(ctx context.Context, at api.Scope,
				p api.Paged) (*api.Page[CalendarBody], error) {
				return calendars.listCalendars(ctx, at, &calendarVersions{p})
			})},
	}
}

func lineageFile() files.List[lineageRow] {
	return files.List[lineageRow]{What: "code-changes", Title: "Changes of codes, the latest first",
		About: "shares of a split that are empty are learned from the weeks after it",
		Columns: []files.Column[lineageRow]{
			{Header: "kind", Width: 12, Of: func(c lineageRow) any { return string(c.Kind) }},
			{Header: "on", Width: 16, Of: func(c lineageRow) any { return c.On }},
			{Header: "from codes", Width: 40, Of: func(c lineageRow) any { return c.FromNames }},
			{Header: "to codes", Width: 40, Of: func(c lineageRow) any { return c.ToNames }},
			{Header: "shares", Width: 16, Of: func(c lineageRow) any { return c.shares() }},
			{Header: "in use", Width: 8, Of: func(c lineageRow) any { return c.InUse }},
			{Header: "reason", Width: 60, Of: func(c lineageRow) any { return c.Reason }},
			{Header: "author", Width: 18, Of: func(c lineageRow) any { return c.Author }},
			{Header: "recorded", Width: 22, Of: func(c lineageRow) any { return c.MadeAt }},
			{Header: "withdrawn", Width: 22, Of: func(c lineageRow) any { return c.WithdrawnAt }},
			{Header: "withdrawn by", Width: 18, Of: func(c lineageRow) any { return c.WithdrawnBy }},
			{Header: "change", Width: 38, Of: func(c lineageRow) any { return string(c.ID) }},
		}}
}

func maskEditsFile() files.List[maskEditRow] {
	return files.List[maskEditRow]{What: "manual-decisions", Title: "Manual decisions about days, the latest first",
		About: "hide excludes days from the models; show includes days that a rule excludes; no codes means all",
		Columns: []files.Column[maskEditRow]{
			{Header: "kind", Width: 10, Of: func(m maskEditRow) any { return string(m.Kind) }},
			{Header: "codes", Width: 40, Of: func(m maskEditRow) any { return m.CodeNames }},
			{Header: "from", Width: 16, Of: func(m maskEditRow) any { return m.From }},
			{Header: "to", Width: 16, Of: func(m maskEditRow) any { return m.To }},
			{Header: "in use", Width: 8, Of: func(m maskEditRow) any { return m.InUse }},
			{Header: "reason", Width: 60, Of: func(m maskEditRow) any { return m.Reason }},
			{Header: "author", Width: 18, Of: func(m maskEditRow) any { return m.Author }},
			{Header: "made", Width: 22, Of: func(m maskEditRow) any { return m.CreatedAt }},
			{Header: "withdrawn", Width: 22, Of: func(m maskEditRow) any { return m.WithdrawnAt }},
			{Header: "withdrawn by", Width: 18, Of: func(m maskEditRow) any { return m.WithdrawnBy }},
		}}
}

// exportDays is the special days between two as a file.
func (h *CalendarHandlers) exportDays(ctx context.Context, at api.Scope, in *exportDaysInput) (api.File, error) {
	of, err := h.Name(ctx, at)
	if err != nil {
		return api.File{}, err
	}
	list := files.List[calendarDay]{What: "special-days", Title: "Special days, " + in.From + " to " + in.To,
		Columns: []files.Column[calendarDay]{
			{Header: "day", Width: 16, Of: func(d calendarDay) any { return d.Day }},
			{Header: "weekday", Width: 12, Of: func(d calendarDay) any { return d.Day.Weekday().String() }},
			{Header: "name", Width: 40, Of: func(d calendarDay) any { return d.Name }},
			{Header: "kind", Width: 12, Of: func(d calendarDay) any { return d.Kind }},
			{Header: "expected change", Width: 10, Of: expectedChange},
			{Header: "never before", Width: 9, Of: func(d calendarDay) any { return d.NeverBefore }},
		}}
	return list.File(ctx, in.Input, of, func(p api.Paged) (*api.Page[calendarDay], error) {
		return h.listCalendarDays(ctx, at, &calendarDaysInput{Paged: p, From: in.From, To: in.To})
	})
}

func expectedChange(d calendarDay) any {
	if d.Expected == nil {
		return nil
	}
	return export.Share(*d.Expected)
}

func calendarsFile() files.List[CalendarBody] {
	return files.List[CalendarBody]{What: "calendars", Title: "Every calendar there was, the latest first",
		Columns: []files.Column[CalendarBody]{
			{Header: "set", Width: 22, Of: func(c CalendarBody) any { return c.MadeAt }},
			{Header: "by", Width: 18, Of: func(c CalendarBody) any { return c.Author }},
			{Header: "reason", Width: 60, Of: func(c CalendarBody) any { return c.Reason }},
			{Header: "events", Width: 80, Of: func(c CalendarBody) any {
				var names []string
				for _, e := range c.Calendar.Events {
					names = append(names, e.Name+" ("+e.From.String()+")")
				}
				return names
			}},
			{Header: "version", Width: 38, Of: func(c CalendarBody) any { return string(c.ID) }},
		}}
}
