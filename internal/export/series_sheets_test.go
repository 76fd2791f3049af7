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

// TestALedgerIsLaidOutDayByDayAndAddedUp has one decision that helped on one day and hurt on another.
func TestALedgerIsLaidOutDayByDayAndAddedUp(t *testing.T) {
	t.Parallel()
	made := time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)
	sum := wrapcast.LedgerSum{Days: 2, With: 230, Without: 200, Actual: 207, ErrorWith: 27, ErrorWithout: 13, ValueAdded: -14, Closer: 1, Further: 1}
	l := wrapcast.Ledger{From: 20770, To: 20780, Lead: 1, ErrorRate: 0.05,
		Entries: []wrapcast.LedgerEntry{{Kind: wrapcast.DecisionOverride, ID: "o1", Author: "ann", Reason: "=HYPERLINK(1)", Ticket: "T-1",
			MadeAt: made, From: 20779, To: 20780, Over: true, Sum: sum, Days: []wrapcast.LedgerDay{
				{Day: 20779, Forecast: "f1", With: 110, Without: 100, Actual: 108, ErrorWith: 2, ErrorWithout: 8},
				{Day: 20780, Forecast: "f2", With: 120, Without: 100, Actual: 95, ErrorWith: 25, ErrorWithout: 5}}}},
		Authors: []wrapcast.LedgerGroup{{Name: "ann", Decisions: 1, Hurt: 1, Independent: 1, Sum: sum, Verdict: wrapcast.VerdictFew, Evidence: 1.25}}}
	var b bytes.Buffer
	if err := export.WriteCSV(&b, export.LedgerTable(l)); err != nil {
		t.Fatal(err)
	}
	want := "kind,id,name,author,reason,ticket,made_at,from,to,day,forecast,with,without,actual,error_with,error_without,value_added\n" +
		"override,o1,,ann,'=HYPERLINK(1),T-1,2026-11-20T09:00:00Z,2026-11-22,2026-11-23,2026-11-22,f1,110,100,108,2,8,6\n" +
		"override,o1,,ann,'=HYPERLINK(1),T-1,2026-11-20T09:00:00Z,2026-11-22,2026-11-23,2026-11-23,f2,120,100,95,25,5,-20\n"
	if diff := cmp.Diff(want, b.String()); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	b.Reset()
	if err := export.WriteXLSX(&b, export.LedgerSheets(l)); err != nil {
		t.Fatal(err)
	}
	book, err := excelize.OpenReader(&b)
	if err != nil {
		t.Fatal(err)
	}
	for sheet, want := range map[string][]string{
		"Decisions": {"override", "o1", "ann", "=HYPERLINK(1)", "T-1", "2026-11-20", "2026-11-22", "2026-11-23", "yes", "2", "230", "200", "207", "27", "13", "-14", "1", "1"},
		"Worth it":  {"author", "ann", "1", "0", "1", "1", "2", "230", "200", "207", "27", "13", "-14", "1", "1", "too few days to say", "1.25"}} {
		rows, err := book.GetRows(sheet, excelize.Options{RawCellValue: true})
		if err != nil || len(rows) < 3 || !cmp.Equal(rows[len(rows)-1], want) {
			t.Errorf("%s: %v\n%s", sheet, err, cmp.Diff(want, rows[len(rows)-1]))
		}
	}
}
