package figures

import (
	"context"
	"fmt"
	"io"
	"net/http"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/audit"
	"github.com/wrapcast/wrapcast/internal/export"
	"github.com/wrapcast/wrapcast/internal/export/report"
	"github.com/wrapcast/wrapcast/internal/reports"
	"github.com/wrapcast/wrapcast/internal/steps"
	"github.com/wrapcast/wrapcast/internal/store"
	intervals "github.com/wrapcast/wrapcast/internal/target/files"
	"github.com/wrapcast/wrapcast/internal/web/internal/api"
	"github.com/wrapcast/wrapcast/internal/web/internal/files"
	"github.com/wrapcast/wrapcast/internal/web/internal/scope"
	"github.com/wrapcast/wrapcast/internal/web/internal/snapshot"
)

type exportForecastInput struct {
	files.Input
	Forecast string  `query:"forecast" maxLength:"100" default:"latest" doc:"The forecast's id, or latest: with the overrides in use now"`
	Level    float64 `query:"level" minimum:"0.01" maximum:"0.99" doc:"Of the interval, a fraction: 0.5, 0.8, 0.95; by default that of the settings"`
}

type exportAccuracyInput struct {
	files.Input
	AccuracyInput
	Lead int `query:"lead" enum:"1,7,14,28,42" default:"7" doc:"The lead, in days ahead, of the day-by-day sheet"`
}

type exportIntervalsInput struct {
	Template string `query:"template" required:"true" enum:"calabrio-forecast,genesys-import-forecast" example:"calabrio-forecast" doc:"A template by name: GET /exports/templates lists them"`
	From     string `query:"from" format:"date" doc:"The first local day; by default the first whole week of the forecast"`
	Days     int    `query:"days" minimum:"1" maximum:"366" doc:"How many days; by default all whole weeks, as many as the template takes"`
}

type templatesInput struct{ api.Paged }

type exportMasksInput struct {
	files.Input
	From string `query:"from" format:"date" doc:"The first local day of the histories beside the masks; by default 13 weeks before the last"`
	To   string `query:"to" format:"date" doc:"The last local day; by default the last that was read"`
}

// fileHandlers has the parts of handlers that make files from the store.
type fileHandlers struct {
	scope.Organisations
	forecasts *forecastHandlers
	reports   *steps.WrapUpForecaster
	heads     *snapshot.Reports
	specs     snapshot.Specs
	clock     wrapcast.Clock
}

// viewOf looks at the organisation a request means, from the business unit it means.
func (h fileHandlers) viewOf(ctx context.Context, at api.Scope) (*steps.View, error) {
	snap, err := h.Look(ctx, at)
	if err != nil {
		return nil, err
	}
	org := snap.Directory.Organisation.ID
	return h.reports.View(ctx, org, snap.Spec(h.specs(org)))
}

// exportHandlers makes workbooks and CSV files.
type exportHandlers struct{ fileHandlers }

// operations lists what can be asked here.
func (h *exportHandlers) operations() []api.Operation {
	return []api.Operation{
		{ID: "export-forecast", Path: "/exports/forecast", Tag: "Exports", Role: viewer,
			Summary: "A forecast as a workbook or a CSV",
			Description: "Codes, queues, planning groups and codes in queues: contacts per day, the interval, the " +
				"handle time; what overrides changed is marked.",
			Handler: api.Files(api.Stored, files.Types(), h.exportForecast)},
		{ID: "export-intervals", Path: "/exports/intervals", Tag: "Exports", Role: viewer,
			Summary: "The latest forecast as the interval file of another WFM system",
			Description: "With the overrides in use, laid out and rounded by a template, whose rules are checked: " +
				"422 where the file would be refused.",
			Handler: api.Files(api.Stored, []string{"text/csv"}, h.exportIntervals)},
		{ID: "list-templates", Path: "/exports/templates", Tag: "Exports", Role: viewer,
			Summary: "List the templates of interval files, each with where its format is documented",
			Handler: api.Answer(api.Stored, h.listTemplates)},
		{ID: "export-accuracy", Path: "/exports/accuracy", Tag: "Exports", Role: viewer,
			Summary:     "Accuracy of forecasts as a workbook or a CSV",
			Description: "Each code, queue and planning group, and forecast vs actual day by day at one lead.",
			Handler:     api.Files(api.Stored, files.Types(), h.exportAccuracy)},
		{ID: "export-masks", Path: "/exports/masks", Tag: "Exports", Role: viewer,
			Summary: "Masked days as a workbook or a CSV",
			Description: "Every masked day with its rule and reason, manual decisions, and the history of the " +
				"codes concerned. `wrapcast export masks` also measures the effect of each mask, which takes " +
				"longer than a browser waits.",
			Handler: api.Files(api.Stored, files.Types(), h.exportMasks)},
	}
}

func (h *exportHandlers) exportForecast(ctx context.Context, at api.Scope, in *exportForecastInput) (api.File, error) {
	f, err := h.forecasts.chosen(ctx, at, ForecastPath{in.Forecast})
	if err != nil {
		return api.File{}, err
	}
	snap, err := h.Look(ctx, at)
	if err != nil {
		return api.File{}, err
	}
	v, err := h.viewOf(ctx, at)
	if err != nil {
		return api.File{}, err
	}
	editing, err := reports.EditingOf(ctx, v, *f, h.clock.Now())
	if err != nil {
		return api.File{}, err
	}
	e, err := reports.ExportForecast(snap.Directory, *f, in.Level, editing)
	if err == nil && snap.Forecast != nil && f.ID == snap.Forecast.ID {
		e.Sheets = export.WithStaff(e.Sheets, h.requiredStaff(ctx, snap))
	}
	return in.File(snap.Directory.Organisation.Name, "forecast", e), err
}

// requiredStaff is how many people the first whole weeks of the latest forecast need; none where it cannot be counted.
func (h *exportHandlers) requiredStaff(ctx context.Context, snap *snapshot.Snapshot) (needed []wrapcast.RequiredStaff) {
	const certainty, weeks = 0.9, 2 // each takes as long as counting it does
	for week := wrapcast.Date(0); len(needed) < weeks; {
		r, err := h.heads.Heads(ctx, snap, week, certainty)
		if err != nil {
			break
		}
		needed = append(needed, r.Summary()...)
		week = r.To + 1
	}
	return needed
}

func (h *exportHandlers) listTemplates(
	_ context.Context, _ api.Scope, in *templatesInput,
) (*api.Page[intervals.Template], error) {
	all, err := intervals.BuiltIn()
	if err != nil {
		return nil, err
	}
	return api.RespondPage(in.Paged, all, func(t intervals.Template) string { return t.Name })
}

func (h *exportHandlers) exportIntervals(
	ctx context.Context, at api.Scope, in *exportIntervalsInput,
) (api.File, error) {
	t, err := intervals.Named(in.Template)
	if err != nil {
		return api.File{}, err
	}
	made, err := h.forecasts.chosen(ctx, at, ForecastPath{scope.Latest})
	if err != nil {
		return api.File{}, err
	}
	v, err := h.viewOf(ctx, at)
	if err != nil {
		return api.File{}, err
	}
	f, err := reports.Intervals(ctx, v, *made, reports.IntervalOptions{Template: t, From: scope.DayOf(in.From),
		Days: in.Days})
	name := files.Name(v.Directory.Organisation.Name, t.Name, f.From, f.From+wrapcast.Date(f.Days-1)) + ".csv"
	return api.File{Name: name, ContentType: "text/csv" + "; charset=utf-8",
		Write: func(w io.Writer) error { _, err := w.Write(f.Bytes); return err }}, err
}

func (h *exportHandlers) exportAccuracy(ctx context.Context, at api.Scope, in *exportAccuracyInput) (api.File, error) {
	v, err := h.viewOf(ctx, at)
	if err != nil {
		return api.File{}, err
	}
	snap, err := h.Look(ctx, at)
	if err != nil {
		return api.File{}, err
	}
	e, err := reports.ExportAccuracy(ctx, v, in.options(), in.Lead)
	return in.File(snap.Directory.Organisation.Name, "accuracy", e), err
}

func (h *exportHandlers) exportMasks(ctx context.Context, at api.Scope, in *exportMasksInput) (api.File, error) {
	from, to := scope.DayOf(in.From), scope.DayOf(in.To)
	if from > to && to != 0 {
		return api.File{}, api.NewProblem(http.StatusUnprocessableEntity, "from is after to")
	}
	v, err := h.viewOf(ctx, at)
	if err != nil {
		return api.File{}, err
	}
	snap, err := h.Look(ctx, at)
	if err != nil {
		return api.File{}, err
	}
	e, err := reports.ExportMasks(ctx, v, reports.MaskOptions{NoEffects: true}, from, to)
	return in.File(snap.Directory.Organisation.Name, "masks", e), err
}

type weekReportInput struct {
	Week   string `query:"week" format:"date" doc:"A day of the week; by default the next that begins"`
	Things int    `query:"things" minimum:"1" maximum:"200" default:"12" doc:"How many codes and queues are listed"`
	As     string `query:"as" enum:"file,page" default:"file" doc:"file: a browser saves it; page: a browser shows it"`
}

// weekReportHandlers makes the report of a week.
type weekReportHandlers struct {
	fileHandlers
	version string
}

// operations lists what can be asked here.
func (h *weekReportHandlers) operations() []api.Operation {
	return []api.Operation{
		{ID: "get-week-report", Path: "/reports/week", Tag: "Exports", Role: viewer,
			Summary: "One week as an HTML file to mail or print",
			Description: "The forecast by day, code, queue and hour, beside the week before, and how accurate " +
				"forecasts have been. It needs no script and no network.",
			Handler: api.Files(api.Stored, []string{"text/html"}, h.weekReport)},
	}
}

func (h *weekReportHandlers) weekReport(ctx context.Context, at api.Scope, in *weekReportInput) (api.File, error) {
	v, err := h.viewOf(ctx, at)
	if err != nil {
		return api.File{}, err
	}
	r, err := reports.WeekReport(ctx, v, reports.WeekReportOptions{Week: scope.DayOf(in.Week), Listed: in.Things,
		Version: h.version})
	if err != nil {
		return api.File{}, err
	}
	snap, err := h.Look(ctx, at)
	if err != nil {
		return api.File{}, err
	}
	const shown = 0.9
	if needed, err := h.heads.Heads(ctx, snap, r.Week, shown); err == nil {
		r.AddStaff(needed.Summary())
	}
	return api.File{Name: files.Name(snap.Directory.Organisation.Name, "week", r.Week, r.Week+6) + ".html",
		ContentType: "text/html; charset=utf-8", Shown: in.As == "page",
		Write: func(w io.Writer) error { return report.WriteHTML(w, r) }}, nil
}

// typePack is that of evidence packs: a line of JSON and its signature.
const typePack = "application/octet-stream"

type planPackInput struct {
	Plan string `path:"plan" maxLength:"100"`
}

type forecastPackInput struct{ ForecastPath }

// packHandlers makes evidence packs.
type packHandlers struct {
	fileHandlers
	version string
}

// operations lists what can be asked here.
func (h *packHandlers) operations() []api.Operation {
	const about = " In one signed file: what it was made of, decisions with what they did, and the entries of the audit chain " +
		"that have the digests of all of it. `wrapcast audit verify FILE` checks it offline; `wrapcast audit pack` makes the same."
	return []api.Operation{
		{ID: "get-plan-pack", Path: "/plans/{plan}/pack", Tag: "Audit", Role: viewer,
			Summary: "The evidence pack of a plan", Description: "All that is stored of how a plan came about." + about,
			Handler: api.Files(api.Stored, []string{typePack}, h.planPack)},
		{ID: "get-forecast-pack", Path: "/forecasts/{forecast}/pack", Tag: "Audit", Role: viewer,
			Summary: "The evidence pack of a forecast", Description: "All that is stored of how a forecast came about." + about,
			Handler: api.Files(api.Stored, []string{typePack}, h.forecastPack)},
	}
}

func (h *packHandlers) planPack(ctx context.Context, at api.Scope, in *planPackInput) (api.File, error) {
	return h.pack(ctx, at, audit.Subject{Kind: audit.KindPlan, ID: in.Plan}, audit.KindForecast)
}

func (h *packHandlers) forecastPack(ctx context.Context, at api.Scope, in *forecastPackInput) (api.File, error) {
	if in.Forecast == scope.Latest {
		f, err := h.forecasts.chosen(ctx, at, in.ForecastPath)
		if err != nil {
			return api.File{}, err
		}
		in.Forecast = string(f.ID)
	}
	return h.pack(ctx, at, audit.Subject{Kind: audit.KindForecast, ID: in.Forecast}, audit.KindPlan)
}

// pack makes the pack of a plan or a forecast; what is the other of the two is not there.
func (h *packHandlers) pack(ctx context.Context, at api.Scope, of audit.Subject, other audit.Kind) (api.File, error) {
	err := h.View(ctx, at, func(tx *store.Tx, org wrapcast.OrganisationID) error {
		_, found, err := tx.Audit().Thing(org, audit.Subject{Kind: other, ID: of.ID})
		if err == nil && found {
			err = api.NewProblem(http.StatusNotFound, fmt.Sprintf("no %s has the id %s, but a %s", of.Kind, of.ID, other))
		}
		return err
	})
	if err != nil {
		return api.File{}, err
	}
	file, _, err := reports.Evidence(ctx, h.reports, at.Organisation, of.ID, h.specs(at.Organisation), h.version)
	return api.File{Name: fmt.Sprintf("wrapcast-%s-%s.pack", of.Kind, of.ID), ContentType: typePack,
		Write: func(w io.Writer) error { _, err := w.Write(file); return err }}, err
}
