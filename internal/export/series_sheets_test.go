package export_test

import (
	"bytes"
	"math"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/export"
)

// TestAWorkbookOfSeriesHasDatesAcrossOrIntervalsDown looks at the cells of a forecast of two days and of two intervals.
func TestAWorkbookOfSeriesHasDatesAcrossOrIntervalsDown(t *testing.T) {
	t.Parallel()
	band := []wrapcast.Band{{Level: 0.8, Lower: []float64{1, 2}, Upper: []float64{9, math.NaN()}}}
	first := time.Date(2026, 12, 1, 8, 0, 0, 0, time.UTC)
	for name, c := range map[string]struct {
		step  time.Duration
		daily bool
		want  [][]string
	}{
		"days": {24 * time.Hour, true, [][]string{{"series", "measure", "sum", "46357", "46358"},
			{"=1+1", "forecast", "7.5", "5", "2.5"}, {"=1+1", "low 80 %", "", "1", "2"}, {"=1+1", "high 80 %", "", "9"}}},
		"half-hours": {30 * time.Minute, false, [][]string{{"day", "time", "forecast", "low 80 %", "high 80 %"},
			{"46357", "08:00", "5", "1", "9"}, {"46357", "08:30", "2.5", "2"}}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := export.SeriesForecast{ID: "=1+1", Steps: []string{"a", "b"}, Times: []time.Time{first, first.Add(c.step)}}
			if c.daily {
				s.Times = []time.Time{first.Truncate(24 * time.Hour), first.Truncate(24 * time.Hour).Add(c.step)}
			}
			s.Mean, s.Median, s.Bands = []float64{5, 2.5}, []float64{5, 2}, band
			var b bytes.Buffer
			if err := export.WriteXLSX(&b, export.SeriesSheets(export.SeriesBook{Title: "T", Daily: c.daily, Dates: c.daily,
				Series: []export.SeriesForecast{s}})); err != nil {
				t.Fatal(err)
			}
			f, err := excelize.OpenReader(&b, excelize.Options{RawCellValue: true})
			if err != nil {
				t.Fatal(err)
			}
			rows, err := f.GetRows("Forecast")
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want, rows[2:]); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if formula, _ := f.GetCellFormula("Forecast", "A4"); formula != "" {
				t.Errorf("a name became the formula %q", formula)
			}
		})
	}
}
