package web

import (
	"context"
	"io"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/export/report"
	"github.com/wrapcast/wrapcast/internal/flow"
)

type weekReportInput struct {
	Scope
	Week   string `query:"week" format:"date" doc:"A day of the week; by default the next that begins"`
	Things int    `query:"things" minimum:"1" maximum:"200" default:"12" doc:"How many codes and queues are listed"`
}

func (s *Server) registerReport() {
	files(s.api, wrapcast.RoleViewer, described(get("get-week-report", "/reports/week", "Exports", "One week as an HTML file to mail or print"),
		"What is expected, day by day, by code, queue and hour, beside what was, and how far it can be trusted. It needs no script and no network."),
		[]string{"text/html"}, s.weekReport)
}

func (s *Server) weekReport(ctx context.Context, in *weekReportInput) (file, error) {
	org, err := s.choose(ctx, in.Scope)
	if err != nil {
		return file{}, err
	}
	week, _ := dayOf(in.Week) // its form was checked
	r, err := s.knowing.WeekReport(ctx, org, s.spec(), flow.WeekReportOptions{Week: week, Things: in.Things, Version: s.Version})
	if err != nil {
		return file{}, err
	}
	return file{name: "wrapcast-" + r.Week.String() + ".html", contentType: "text/html; charset=utf-8",
		write: func(w io.Writer) error { return report.WriteHTML(w, r) }}, nil
}
