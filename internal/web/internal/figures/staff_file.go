package figures

import (
	"context"
	"fmt"
	"net/http"
	"strings"

	"github.com/wrapcast/wrapcast/internal/export"
	"github.com/wrapcast/wrapcast/internal/heads"
	"github.com/wrapcast/wrapcast/internal/reports"
	"github.com/wrapcast/wrapcast/internal/web/internal/api"
	"github.com/wrapcast/wrapcast/internal/web/internal/files"
	"github.com/wrapcast/wrapcast/internal/web/internal/scope"
)

type exportStaffInput struct {
	files.Input
	staffInput
}

// exportStaff is the required staff of a week as a file: what the page Staff shows, and its quarter-hours.
func (h *staffHandlers) exportStaff(ctx context.Context, at api.Scope, in *exportStaffInput) (api.File, error) {
	snap, err := h.Look(ctx, at)
	if err != nil {
		return api.File{}, err
	}
	r, err := h.reports.Heads(ctx, snap, scope.DayOf(in.Week), in.Certainty)
	if err != nil {
		return api.File{}, err
	}
	groups := r.Groups
	if in.Group != "" {
		groups = nil
		for _, g := range r.Groups {
			if in.Group == string(g.ID) {
				groups = append(groups, g)
			}
		}
		if len(groups) == 0 {
			return api.File{}, unknownGroup(in.Group)
		}
	}
	table := staffDays(r, groups)
	return in.File(snap.Directory.Organisation.Name, "staff", reports.Exported{Table: table, From: r.From, To: r.To,
		Sheets: export.OfUnit([]export.Sheet{table, staffIntervals(r, groups), staffReasons(r, groups), aboutStaff(r)},
			snap.Directory)}), nil
}

func unknownGroup(id string) error {
	return api.NewProblem(http.StatusNotFound, "no planning group "+id+" is planned").
		WithHint("GET " + api.Prefix + "/staff lists them")
}

// staffDays has a row per planning group for its week and each of its days, and those of all groups first.
func staffDays(r *heads.Report, groups []heads.Group) export.Sheet {
	columns := []export.Heading{{Name: "planning group", Width: 34}, {Name: "from", Width: 16}, {Name: "to", Width: 16},
		{Name: "contacts", Width: 11}, {Name: "busiest", Width: 10}, {Name: "busiest, surer", Width: 10},
		{Name: "hours", Width: 10}, {Name: "hours, surer", Width: 10}, {Name: "rostered hours", Width: 10},
		{Name: "cost", Width: 11}}
	var rows [][]any
	add := func(name string, s heads.Stretch) {
		rows = append(rows, []any{name, s.From, s.To, s.Contacts, s.Peak, s.PeakSurer, s.Hours, s.HoursSurer,
			s.RosteredHours, optionalFigure(s.Cost)})
	}
	if len(groups) == len(r.Groups) {
		add("all", r.Weeks[0])
	}
	for _, g := range groups {
		add(g.Name, g.Weeks[0])
		for _, d := range g.Days {
			add(g.Name, d)
		}
	}
	return export.ListSheet("Staff", fmt.Sprintf("Required staff, %s to %s", r.From, r.To), columns, rows)
}

func optionalFigure(v *float64) any {
	if v == nil {
		return nil
	}
	return *v
}

// staffIntervals has a row per planning group and quarter-hour.
func staffIntervals(r *heads.Report, groups []heads.Group) export.Sheet {
	columns := []export.Heading{{Name: "planning group", Width: 34}, {Name: "day", Width: 16}, {Name: "time", Width: 9},
		{Name: "contacts", Width: 11}, {Name: "handle time, s", Width: 11}, {Name: "required, expected", Width: 11},
		{Name: "8 in 10", Width: 10}, {Name: "9 in 10", Width: 10}, {Name: "surer", Width: 10},
		{Name: "rostered", Width: 10}}
	var rows [][]any
	for _, g := range groups {
		for _, i := range g.Intervals {
			day, clock, _ := strings.Cut(i.Start, "T")
			rows = append(rows, []any{g.Name, scope.DayOf(day), clock[:min(5, len(clock))], i.Contacts, i.AHT, i.Mean,
				i.P80, i.P90, i.Surer, i.Rostered})
		}
	}
	return export.ListSheet("Quarter-hours", "Required staff per quarter-hour, times in "+r.TimeZone, columns, rows)
}

// staffReasons has a row per planning group and wrap-up code.
func staffReasons(r *heads.Report, groups []heads.Group) export.Sheet {
	columns := []export.Heading{{Name: "planning group", Width: 34}, {Name: "wrap-up code", Width: 34},
		{Name: "hours", Width: 10}, {Name: "share", Width: 9}, {Name: "hours of uncertainty", Width: 12},
		{Name: "hours of ten per cent more", Width: 12}, {Name: "cost", Width: 11}}
	var rows [][]any
	for _, g := range groups {
		for _, c := range g.Weeks[0].Reasons {
			var share any
			if g.Weeks[0].Hours > 0 {
				share = export.Share(c.Hours / g.Weeks[0].Hours)
			}
			rows = append(rows, []any{g.Name, c.Name, c.Hours, share, c.Surer, c.TenPercent, optionalFigure(c.Cost)})
		}
	}
	return export.ListSheet("Wrap-up codes", fmt.Sprintf("Hours by wrap-up code, %s to %s", r.From, r.To), columns, rows)
}

func aboutStaff(r *heads.Report) export.Sheet {
	lines := [][2]string{{"forecast", string(r.Forecast)}, {"days", r.From.String() + " to " + r.To.String() + ", those of " +
		r.TimeZone}, {"surer", fmt.Sprintf("enough in %.0f %% of futures", 100*r.Certainty)},
		{"hours", "of people who are there; rostered adds those who are paid for and away"},
		{"explained", "docs/STAFFING.md"}}
	if r.Currency != "" {
		lines = append(lines, [2]string{"currency", r.Currency})
	}
	for _, g := range r.Groups {
		lines = append(lines, [2]string{"counted", g.Name + ": " + servedWords(g)})
	}
	for _, n := range r.Notes {
		lines = append(lines, [2]string{"note", n})
	}
	return export.AboutList("What these figures are", lines...)
}

// servedWords says how a planning group is counted.
func servedWords(g heads.Group) string {
	words := []string{g.Model}
	s := g.Service
	if s.Within > 0 && s.Promise == 0 {
		words = append(words, fmt.Sprintf("%.0f %% within %.0f s", 100*s.ServiceLevel, s.Within))
	}
	if s.Promise > 0 {
		words = append(words, fmt.Sprintf("done within %g h", s.Promise/3600))
	}
	words = append(words, fmt.Sprintf("%.0f %% paid for and away", 100*s.Shrinkage))
	if g.Indicative {
		words = append(words, "indicative: nobody has set its goal")
	}
	return strings.Join(words, ", ")
}
