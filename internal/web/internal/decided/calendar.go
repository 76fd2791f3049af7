package decided

import (
	"context"
	"net/http"
	"slices"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/calendar"
	"github.com/wrapcast/wrapcast/internal/web/internal/access"
	"github.com/wrapcast/wrapcast/internal/web/internal/api"
	"github.com/wrapcast/wrapcast/internal/web/internal/scope"
	"github.com/wrapcast/wrapcast/internal/web/internal/snapshot"
)

// CalendarBody is the calendar that holds, and who set it.
type CalendarBody struct {
	ID       wrapcast.CalendarID `json:"id" doc:"Of this version; empty where none was ever set"`
	Calendar wrapcast.Calendar   `json:"calendar"`
	Source   string              `json:"source" enum:"none,stored,settings" doc:"settings: it is set in the settings file, and changed there"`
	Author   string              `json:"author"`
	Reason   string              `json:"reason"`
	MadeAt   *time.Time          `json:"made_at,omitempty"`
}

type calendarInput struct {
	api.IfMatch
	Body struct {
		Calendar wrapcast.Calendar `json:"calendar"`
		Reason   string            `json:"reason,omitempty" maxLength:"1000" doc:"Why it is changed"`
	}
}

type calendarVersions struct {
	api.Paged
}

// calendarDay is a day that has a name.
type calendarDay struct {
	Day  wrapcast.Date `json:"day"`
	Name string        `json:"name"`
	Kind string        `json:"kind" enum:"holiday,closure,event"`
	// NeverBefore says that no day of the history has the name.
	NeverBefore bool             `json:"never_before,omitempty" doc:"No day of the history has the name: nothing could be learned of it. Told of days that are forecast"`
	Expected    *wrapcast.Change `json:"expected,omitempty" doc:"What an event is expected to do until such a day was seen, a fraction"`
}

type calendarDaysInput struct {
	api.Paged
	From string `query:"from" required:"true" format:"date" example:"2026-01-01"`
	To   string `query:"to" required:"true" format:"date" example:"2026-12-31"`
}

type calendarRegion struct {
	Region   string   `json:"region" doc:"By ISO 3166: US-MA, GB-ENG, DE-BY, or a whole country, FR"`
	Name     string   `json:"name" doc:"In words: United States, Massachusetts"`
	Holidays []string `json:"holidays" doc:"The names of its public holidays, which except may list"`
}

// CalendarHandlers answers what is known of days in advance.
type CalendarHandlers struct {
	scope.DecisionHandlers
	// InSettings says that the settings are an organisation's calendar: what anybody set here would be gone at the next
	// start.
	InSettings func(wrapcast.OrganisationID) bool
}

// operations lists what can be asked here.
func (h *CalendarHandlers) operations() []api.Operation {
	return []api.Operation{
		{ID: "get-calendar", Path: "/calendar", Tag: "Calendar", Role: viewer, Summary: "The current calendar",
			Handler: api.Answer(api.Stored, h.getCalendar)},
		{ID: "set-calendar", Method: http.MethodPut, Path: "/calendar", Tag: "Calendar", Role: planner,
			Summary:     "Replace the calendar",
			Description: "The next forecast uses it. Queues may be given by name. Versions are kept.",
			Conditional: true, Handler: api.Answer(api.Stored, h.setCalendar)},
		{ID: "list-calendar-versions", Path: "/calendar/versions", Tag: "Calendar", Role: viewer,
			Summary: "List every calendar there was, the latest first",
			Handler: api.Answer(api.Stored, h.listCalendars)},
		{ID: "list-calendar-days", Path: "/calendar/days", Tag: "Calendar", Role: viewer,
			Summary:     "Special days",
			Description: "Holidays, closures and events of the current calendar between two days.",
			Handler:     api.Answer(api.Stored, h.listCalendarDays)},
		{ID: "get-calendar-suggestion", Path: "/calendar/suggestion", Tag: "Calendar", Role: viewer,
			Summary: "What the history says of the calendar",
			Description: "Days on which everything moved, regions whose public holidays they are, and days that return without a name; " +
				"as the last run found them, without what the calendar has by now. Regions are added by PUT /calendar.",
			Handler: api.Answer(api.Stored, h.getSuggestion)},
		{ID: "list-calendar-regions", Path: "/calendar/regions", Tag: "Calendar", Role: viewer,
			Summary: "The regions whose public holidays are known",
			Handler: api.Answer(api.Installed, h.listCalendarRegions)},
	}
}

func (h *CalendarHandlers) getCalendar(
	ctx context.Context, at api.Scope, _ *struct{},
) (*api.Reply[CalendarBody], error) {
	return api.RespondVersioned(h.Calendar(ctx, at))
}

// Calendar is the calendar that holds for the organisation a request means.
func (h *CalendarHandlers) Calendar(ctx context.Context, at api.Scope) (out CalendarBody, err error) {
	v, err := h.Decisions.Calendar(ctx, at.Organisation)
	if wrapcast.KindOf(err) == wrapcast.NotFound {
		return CalendarBody{Source: "none"}, nil
	}
	return h.calendarOf(at, v), err
}

func (h *CalendarHandlers) calendarOf(at api.Scope, v wrapcast.CalendarVersion) CalendarBody {
	out := CalendarBody{ID: v.ID, Calendar: v.Calendar, Source: "stored", Author: v.Author, Reason: v.Reason,
		MadeAt: api.Instant(v.MadeAt)}
	if h.InSettings(at.Organisation) {
		out.Source = "settings"
	}
	return out
}

func (h *CalendarHandlers) setCalendar(
	ctx context.Context, at api.Scope, in *calendarInput,
) (*api.Reply[CalendarBody], error) {
	if h.InSettings(at.Organisation) {
		return nil, api.NewProblem(http.StatusConflict, "the calendar is set in the settings file").
			WithHint("change it there and start wrapcast again")
	}
	current, err := h.Calendar(ctx, at)
	if err != nil {
		return nil, err
	}
	if err := in.Check(current); err != nil {
		return nil, err
	}
	v, err := h.Decisions.SetCalendar(ctx, at.Organisation, in.Body.Calendar, access.Actor(ctx), in.Body.Reason)
	return api.RespondVersioned(h.calendarOf(at, v), err)
}

func (h *CalendarHandlers) listCalendars(
	ctx context.Context, at api.Scope, in *calendarVersions,
) (*api.Page[CalendarBody], error) {
	return scope.ListDecisions(ctx, h.DecisionHandlers, at, in.Paged,
		scope.DecisionRows[wrapcast.CalendarVersion, CalendarBody]{
			Wanted: func(wrapcast.CalendarVersion) bool { return true },
			Show:   func(_ *snapshot.Snapshot, v wrapcast.CalendarVersion) CalendarBody { return h.calendarOf(at, v) },
		})
}

func (h *CalendarHandlers) listCalendarDays(
	ctx context.Context, at api.Scope, in *calendarDaysInput,
) (*api.Page[calendarDay], error) {
	from, to := scope.DayOf(in.From), scope.DayOf(in.To)
	if from > to || to-from > scope.MaxDays {
		return nil, api.NewProblem(http.StatusUnprocessableEntity, "from and to are not a range of days").
			WithHint("ask for at most 3,700 days")
	}
	current, err := h.Calendar(ctx, at)
	if err != nil {
		return nil, err
	}
	resolved, err := calendar.Resolve(current.Calendar, from, to)
	if err != nil {
		return nil, err
	}
	snap, err := h.Look(ctx, at)
	if err != nil {
		return nil, err
	}
	named := namedDays(resolved, snap, from, to)
	for i, d := range named {
		for _, e := range current.Calendar.Events {
			if e.Name == d.Name {
				named[i].Expected = e.Expected
			}
		}
	}
	return api.RespondPage(in.Paged, named, func(d calendarDay) string { return d.Day.String() + " " + d.Name })
}

// namedDays are the days of a calendar that have names, and which of them the latest forecast learned nothing of.
func namedDays(resolved *calendar.ResolvedCalendar, snap *snapshot.Snapshot, from, to wrapcast.Date) []calendarDay {
	kinds, fresh := map[string]calendar.DayKind{}, map[wrapcast.Date][]string{}
	for _, e := range resolved.Events() {
		kinds[e.Name] = e.Kind
	}
	if snap.Forecast != nil {
		for _, d := range snap.Forecast.SpecialDays {
			fresh[d.Day] = d.NeverBefore
		}
	}
	var named []calendarDay
	for day := from; day <= to; day++ {
		for _, name := range resolved.Names(day) {
			named = append(named, calendarDay{Day: day, Name: name, Kind: string(kinds[name]),
				NeverBefore: slices.Contains(fresh[day], name)})
		}
	}
	return named
}

func (h *CalendarHandlers) getSuggestion(
	ctx context.Context, at api.Scope, _ *struct{},
) (*api.Reply[wrapcast.CalendarSuggestion], error) {
	snap, err := h.Look(ctx, at)
	if err != nil {
		return nil, err
	}
	if snap.Report == nil || snap.Report.CalendarSuggestion == nil {
		return nil, scope.NotValidated()
	}
	current, err := h.Calendar(ctx, at)
	if err != nil {
		return nil, err
	}
	return api.Respond(calendar.StillMissing(*snap.Report.CalendarSuggestion, current.Calendar), nil)
}

func (h *CalendarHandlers) listCalendarRegions(
	_ context.Context, at api.Scope, in *api.Paged,
) (*api.Page[calendarRegion], error) {
	var regions []calendarRegion
	for _, r := range calendar.HolidayRegions() {
		regions = append(regions, calendarRegion(r))
	}
	return api.RespondPage(*in, regions, func(r calendarRegion) string { return r.Region })
}
