package web

import (
	"context"
	"net/http"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/planning"
	"github.com/wrapcast/wrapcast/internal/store"
)

// calendarBody is the calendar that holds, and who set it.
type calendarBody struct {
	ID       wrapcast.CalendarID `json:"id" doc:"Of this version; empty where none was ever set"`
	Calendar wrapcast.Calendar   `json:"calendar"`
	Source   string              `json:"source" enum:"none,stored,settings" doc:"settings: it stands in the settings file and is changed there"`
	Author   string              `json:"author"`
	Reason   string              `json:"reason"`
	MadeAt   *time.Time          `json:"made_at,omitempty"`
}

type calendarInput struct {
	Scope
	IfMatch
	Body struct {
		Calendar wrapcast.Calendar `json:"calendar"`
		Reason   string            `json:"reason,omitempty" maxLength:"1000" doc:"Why it is changed"`
	}
}

type calendarVersions struct {
	Scope
	Paged
}

// calendarDay is a day that has a name.
type calendarDay struct {
	Day  wrapcast.Date `json:"day"`
	Name string        `json:"name"`
	Kind string        `json:"kind" enum:"holiday,closure,event"`
}

type calendarDaysInput struct {
	Scope
	Paged
	From string `query:"from" required:"true" format:"date" example:"2026-01-01"`
	To   string `query:"to" required:"true" format:"date" example:"2026-12-31"`
}

type calendarRegion struct {
	Region   string   `json:"region" doc:"By ISO 3166: US-MA, GB-ENG, DE-BY, or a whole country, FR"`
	Holidays []string `json:"holidays" doc:"The names of its public holidays, which except may list"`
}

func (s *Server) registerCalendar() {
	register(s.api, wrapcast.RoleViewer, get("get-calendar", "/calendar", "Calendar", "The calendar that holds"), s.getCalendar)
	register(s.api, wrapcast.RolePlanner, described(conditional(operation(http.MethodPut, "set-calendar", "/calendar", "Calendar", "Replace the calendar")),
		"It holds from the next forecast on. Queues may be given by name. Versions are kept."), s.setCalendar)
	register(s.api, wrapcast.RoleViewer, get("list-calendar-versions", "/calendar/versions", "Calendar", "List every calendar there was, the latest first"), s.listCalendars)
	register(s.api, wrapcast.RoleViewer, described(get("list-calendar-days", "/calendar/days", "Calendar", "The days that have a name"),
		"Holidays, closures and events between two days, as the calendar that holds has them."), s.listCalendarDays)
	register(s.api, wrapcast.RoleViewer, get("list-calendar-regions", "/calendar/regions", "Calendar", "The regions whose public holidays are known"), s.listCalendarRegions)
}

func (s *Server) getCalendar(ctx context.Context, in *Scope) (*reply[calendarBody], error) {
	return versioned(s.calendar(ctx, *in))
}

func (s *Server) calendar(ctx context.Context, in Scope) (out calendarBody, err error) {
	org, err := s.choose(ctx, in)
	if err != nil {
		return out, err
	}
	v, err := s.knowing.Calendar(ctx, org)
	if wrapcast.KindOf(err) == wrapcast.NotFound {
		return calendarBody{Source: "none"}, nil
	}
	return s.calendarOf(v), err
}

func (s *Server) calendarOf(v wrapcast.CalendarVersion) calendarBody {
	out := calendarBody{ID: v.ID, Calendar: v.Calendar, Source: "stored", Author: v.Author, Reason: v.Reason, MadeAt: instant(v.MadeAt)}
	if s.calendarInSettings() {
		out.Source = "settings"
	}
	return out
}

// calendarInSettings reports whether the settings say what the calendar is: what anybody set here would be gone at the next start.
func (s *Server) calendarInSettings() bool { return s.Service != nil && s.Service.Spec.Calendar != nil }

func (s *Server) setCalendar(ctx context.Context, in *calendarInput) (*reply[calendarBody], error) {
	if s.calendarInSettings() {
		return nil, newProblem(http.StatusConflict, "the calendar stands in the settings file").withHint("change it there and start wrapcast again")
	}
	current, err := s.calendar(ctx, in.Scope)
	if err != nil {
		return nil, err
	}
	if err := in.check(current); err != nil {
		return nil, err
	}
	org, err := s.choose(ctx, in.Scope)
	if err != nil {
		return nil, err
	}
	v, err := s.knowing.SetCalendar(ctx, org, in.Body.Calendar, actor(ctx), in.Body.Reason)
	return versioned(s.calendarOf(v), err)
}

func (s *Server) listCalendars(ctx context.Context, in *calendarVersions) (*reply[list[calendarBody]], error) {
	var versions []calendarBody
	err := s.view(ctx, in.Scope, func(tx *store.Tx, org wrapcast.OrganisationID) error {
		all, err := tx.Calendars(org)
		for _, v := range all {
			versions = append(versions, s.calendarOf(v))
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	return answer(page(in.Paged, versions, func(v calendarBody) string { return string(v.ID) }))
}

func (s *Server) listCalendarDays(ctx context.Context, in *calendarDaysInput) (*reply[list[calendarDay]], error) {
	from, _ := wrapcast.ParseDate(in.From) // their form was checked
	to, _ := wrapcast.ParseDate(in.To)
	if from > to || to-from > mostDays {
		return nil, newProblem(http.StatusUnprocessableEntity, "from and to do not bound a stretch of days").withHint("ask for at most 3,700 days")
	}
	current, err := s.calendar(ctx, in.Scope)
	if err != nil {
		return nil, err
	}
	almanac, err := planning.NewAlmanac(current.Calendar, from, to)
	if err != nil {
		return nil, err
	}
	var named []calendarDay
	kinds := map[string]planning.DayKind{}
	for _, e := range almanac.Events() {
		kinds[e.Name] = e.Kind
	}
	for day := from; day <= to; day++ {
		for _, name := range almanac.Names(day) {
			named = append(named, calendarDay{day, name, string(kinds[name])})
		}
	}
	return answer(page(in.Paged, named, func(d calendarDay) string { return d.Day.String() + " " + d.Name }))
}

func (s *Server) listCalendarRegions(_ context.Context, in *Paged) (*reply[list[calendarRegion]], error) {
	var regions []calendarRegion
	for _, r := range planning.HolidayRegions() {
		regions = append(regions, calendarRegion(r))
	}
	return answer(page(*in, regions, func(r calendarRegion) string { return r.Region }))
}
