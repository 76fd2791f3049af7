package handlers

import (
	"context"
	"io"

	"github.com/wrapcast/wrapcast/internal/export/report"
	"github.com/wrapcast/wrapcast/internal/steps"
	"github.com/wrapcast/wrapcast/internal/web/internal/api"
)

type weekReportInput struct {
	OrganisationInput
	Week   string `query:"week" format:"date" doc:"A day of the week; by default the next that begins"`
	Things int    `query:"things" minimum:"1" maximum:"200" default:"12" doc:"How many codes and queues are listed"`
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
			Handler: api.Files([]string{"text/html"}, h.weekReport)},
	}
}

func (h *weekReportHandlers) weekReport(ctx context.Context, in *weekReportInput) (api.File, error) {
	org, err := h.choose(ctx, in.OrganisationInput)
	if err != nil {
		return api.File{}, err
	}
	r, err := h.reports.WeekReport(ctx, org, h.spec, steps.WeekReportOptions{Week: dayOf(in.Week), Things: in.Things,
		Version: h.version})
	if err != nil {
		return api.File{}, err
	}
	return api.File{Name: "wrapcast-" + r.Week.String() + ".html", ContentType: "text/html; charset=utf-8",
		Write: func(w io.Writer) error { return report.WriteHTML(w, r) }}, nil
}
