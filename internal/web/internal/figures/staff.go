package figures

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/heads"
	"github.com/wrapcast/wrapcast/internal/web/internal/api"
	"github.com/wrapcast/wrapcast/internal/web/internal/columns"
	"github.com/wrapcast/wrapcast/internal/web/internal/files"
	"github.com/wrapcast/wrapcast/internal/web/internal/scope"
	"github.com/wrapcast/wrapcast/internal/web/internal/snapshot"
)

type staffInput struct {
	Week      string  `query:"week" format:"date" doc:"A day of the week; by default the forecast's first whole week"`
	Group     string  `query:"group" maxLength:"200" doc:"Only this planning group, by id, with its days, wrap-up codes and quarter-hours"`
	Certainty float64 `query:"certainty" enum:"0.8,0.9,0.95" default:"0.9" doc:"The share of futures in which the surer figures are enough"`
}

// staffBody is how many people a week needs.
type staffBody struct {
	Forecast    wrapcast.ForecastID `json:"forecast"`
	TimeZone    string              `json:"time_zone"`
	From        wrapcast.Date       `json:"from" doc:"The first local day of the week"`
	To          wrapcast.Date       `json:"to" doc:"The last"`
	First       wrapcast.Date       `json:"forecast_from" doc:"The first local day of the forecast"`
	Last        wrapcast.Date       `json:"forecast_to" doc:"Its last: weeks within it can be asked for"`
	Certainty   float64             `json:"certainty" doc:"The share of futures in which the figures named surer are enough"`
	Paths       int                 `json:"paths" doc:"How many futures were looked at; 0 where the forecast has none"`
	CostPerHour float64             `json:"cost_per_hour" doc:"Of one rostered person; 0 where the settings do not say"`
	Currency    string              `json:"currency"`
	Total       heads.Stretch       `json:"total" doc:"All planning groups together, in the same futures"`
	Groups      []staffGroup        `json:"groups" doc:"Most hours first"`
	Notes       []string            `json:"notes"`
}

// staffGroup is what one planning group needs in a week.
type staffGroup struct {
	ID         wrapcast.PlanningGroupID `json:"id"`
	Name       string                   `json:"name"`
	Channel    wrapcast.MediaType       `json:"channel"`
	Model      string                   `json:"model" enum:"erlang-c,erlang-a,deferred"`
	Service    heads.GroupService       `json:"service"`
	Indicative bool                     `json:"indicative" doc:"Its goal is a default that nobody has set for it"`
	Week       heads.Stretch            `json:"week"`
	Days       []heads.Stretch          `json:"days,omitempty" doc:"Only of the planning group asked for"`
	Quarters   *staffQuarters           `json:"quarter_hours,omitempty" doc:"Only of the planning group asked for"`
}

// staffQuarters are the quarter-hours of a week, as columns.
type staffQuarters struct {
	Start    string           `json:"start" doc:"The instant of the first value; the others follow every 900 seconds, through clock changes"`
	Contacts columns.Decimals `json:"contacts"`
	Mean     columns.Decimals `json:"required_mean" doc:"The fewest people that meet the goal when what is expected comes"`
	P80      columns.Decimals `json:"required_p80"`
	P90      columns.Decimals `json:"required_p90"`
	Surer    columns.Decimals `json:"required_surer"`
}

// staffHandlers answers how many people a forecast needs.
type staffHandlers struct {
	scope.Organisations
	reports *snapshot.Reports
}

// operations lists what can be asked here.
func (h *staffHandlers) operations() []api.Operation {
	return []api.Operation{
		{ID: "get-staff", Path: "/staff", Tag: "Staff", Role: viewer, Summary: "How many people a week needs",
			Description: "Per planning group, of the latest forecast with the overrides in use now: expected and at a " +
				"certainty, rostered, and by wrap-up code. docs/STAFFING.md explains every figure.",
			Handler: api.Answer(api.Stored, h.getStaff)},
		{ID: "export-staff", Path: "/exports/staff", Tag: "Exports", Role: viewer,
			Summary: "Required staff of a week as a workbook or a CSV",
			Description: "Planning groups by day; in the workbook also by quarter-hour and by wrap-up code. With a planning " +
				"group only that one.",
			Handler: api.Files(api.Stored, files.Types(), h.exportStaff)},
	}
}

func (h *staffHandlers) getStaff(ctx context.Context, at api.Scope, in *staffInput) (*api.Reply[staffBody], error) {
	snap, err := h.Look(ctx, at)
	if err != nil {
		return nil, err
	}
	r, err := h.reports.Heads(ctx, snap, scope.DayOf(in.Week), in.Certainty)
	if err != nil {
		return nil, err
	}
	out := staffBody{Forecast: r.Forecast, TimeZone: r.TimeZone, From: r.From, To: r.To, First: snap.Forecast.From,
		Last: snap.Forecast.From + wrapcast.Date(snap.Forecast.Days) - 1, Certainty: r.Certainty, Paths: r.Paths,
		CostPerHour: r.CostPerHour, Currency: r.Currency, Total: r.Weeks[0], Groups: []staffGroup{}, Notes: r.Notes}
	for _, g := range r.Groups {
		if in.Group == "" || in.Group == string(g.ID) {
			out.Groups = append(out.Groups, staffGroupOf(g, in.Group != ""))
		}
	}
	if len(out.Groups) == 0 && in.Group != "" {
		return nil, unknownGroup(in.Group)
	}
	slices.SortStableFunc(out.Groups, func(a, b staffGroup) int {
		return cmp.Or(cmp.Compare(b.Week.Hours, a.Week.Hours), strings.Compare(a.Name, b.Name))
	})
	return api.Respond(out, nil)
}

// staffGroupOf is a planning group, with its days, codes and quarter-hours where it is looked at by itself.
func staffGroupOf(g heads.Group, alone bool) staffGroup {
	out := staffGroup{ID: g.ID, Name: g.Name, Channel: g.Channel, Model: g.Model, Service: g.Service,
		Indicative: g.Indicative, Week: g.Weeks[0]}
	if !alone {
		out.Week.Reasons = []heads.ReasonHours{}
		return out
	}
	for _, d := range g.Days {
		d.Reasons = []heads.ReasonHours{}
		out.Days = append(out.Days, d)
	}
	q := &staffQuarters{Start: g.Intervals[0].Start}
	for _, i := range g.Intervals {
		q.Contacts, q.Mean = append(q.Contacts, i.Contacts), append(q.Mean, i.Mean)
		q.P80, q.P90 = append(q.P80, float64(i.P80)), append(q.P90, float64(i.P90))
		q.Surer = append(q.Surer, float64(i.Surer))
	}
	out.Quarters = q
	return out
}
