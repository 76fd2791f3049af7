package web

import (
	"context"
	"io"
	"net/http"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/export"
	"github.com/wrapcast/wrapcast/internal/flow"
)

// ExportInput says which form a file has.
type ExportInput struct {
	Format string `query:"format" enum:"xlsx,csv" default:"xlsx" doc:"xlsx: a workbook with a sheet per subject; csv: all of it in one table"`
}

type exportForecastInput struct {
	Scope
	ExportInput
	Forecast string  `query:"forecast" maxLength:"100" default:"latest" doc:"The forecast's id, or latest: under the overrides in use now"`
	Level    float64 `query:"level" minimum:"0.01" maximum:"0.99" doc:"Of the interval, a fraction: 0.5, 0.8, 0.95; by default that of the settings"`
}

type exportAccuracyInput struct {
	Scope
	ExportInput
	AccuracyInput
	Lead int `query:"lead" enum:"1,7,14,28,42" default:"7" doc:"How many days ahead is laid out day by day"`
}

type exportMasksInput struct {
	Scope
	ExportInput
	From string `query:"from" format:"date" doc:"The first local day of the histories beside the masks; by default 13 weeks before the last"`
	To   string `query:"to" format:"date" doc:"The last local day; by default the last that was read"`
}

const (
	typeXLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
	typeCSV  = "text/csv"
)

func (s *Server) registerExports() {
	types := []string{typeXLSX, typeCSV}
	files(s.api, wrapcast.RoleViewer, described(get("export-forecast", "/exports/forecast", "Exports", "A forecast as a workbook or a CSV"),
		"Codes, queues, planning groups and codes in queues: contacts per day, the interval, the handle time; what overrides changed is marked."), types, s.exportForecast)
	files(s.api, wrapcast.RoleViewer, described(get("export-accuracy", "/exports/accuracy", "Exports", "How good forecasts were, as a workbook or a CSV"),
		"Each code, queue and planning group, and, day by day, what was said so many days ahead beside what came."), types, s.exportAccuracy)
	files(s.api, wrapcast.RoleViewer, described(get("export-masks", "/exports/masks", "Exports", "The days hidden from the models as a workbook or a CSV"),
		"Every masked day with its rule and reason, what people decided, and the history of the codes concerned. `wrapcast export masks` also measures the effect of each mask, which takes longer than a browser waits."), types, s.exportMasks)
}

func (s *Server) exportForecast(ctx context.Context, in *exportForecastInput) (file, error) {
	f, err := s.chosenForecast(ctx, in.Scope, ForecastPath{in.Forecast})
	if err != nil {
		return file{}, err
	}
	e, err := flow.ExportForecast(*f, in.Level)
	return in.file("forecast-"+f.From.String(), e), err
}

func (s *Server) exportAccuracy(ctx context.Context, in *exportAccuracyInput) (file, error) {
	org, err := s.choose(ctx, in.Scope)
	if err != nil {
		return file{}, err
	}
	e, err := s.knowing.ExportAccuracy(ctx, org, s.spec(), in.options(), in.Lead)
	return in.file("accuracy-"+s.Clock.Now().Format("2006-01-02"), e), err
}

func (s *Server) exportMasks(ctx context.Context, in *exportMasksInput) (file, error) {
	org, err := s.choose(ctx, in.Scope)
	if err != nil {
		return file{}, err
	}
	from, _ := dayOf(in.From) // their form was checked
	to, _ := dayOf(in.To)
	if from > to && to != 0 {
		return file{}, newProblem(http.StatusUnprocessableEntity, "from is after to")
	}
	e, err := s.knowing.ExportMasks(ctx, org, s.spec(), flow.MaskOptions{NoEffects: true}, from, to)
	return in.file("masks-"+s.Clock.Now().Format("2006-01-02"), e), err
}

func (in ExportInput) file(name string, e flow.Exported) file {
	if in.Format == "csv" {
		return file{name: "wrapcast-" + name + ".csv", contentType: typeCSV + "; charset=utf-8", write: func(w io.Writer) error { return export.WriteCSV(w, e.Table) }}
	}
	return file{name: "wrapcast-" + name + ".xlsx", contentType: typeXLSX, write: func(w io.Writer) error { return export.WriteXLSX(w, e.Sheets) }}
}
