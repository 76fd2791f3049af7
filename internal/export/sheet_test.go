package export_test

import (
	"archive/zip"
	"bytes"
	"encoding/csv"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/export"
	"github.com/wrapcast/wrapcast/internal/plain"
)

const monday = wrapcast.Date(20780) // 2026-11-23

// daily is a forecast of three days.
func daily(mean float64) wrapcast.DailyForecast {
	return wrapcast.DailyForecast{Mean: []float64{mean, mean + 1, mean + 2}, Median: []float64{mean, mean, mean}, HandleSeconds: []float64{300, 300, 330},
		Bands: []wrapcast.Band{{Level: 0.8, Lower: []float64{0, 1, 2}, Upper: []float64{9, 10, 11}}, {Level: 0.95, Lower: []float64{0, 0, 0}, Upper: []float64{99, 99, 99}}}}
}

// forecast has two codes in one queue; somebody has raised what is forecast of one by ten contacts on the second day.
func forecast() wrapcast.Forecast {
	leaf := func(code wrapcast.CodeID, mean float64) wrapcast.LeafForecast {
		return wrapcast.LeafForecast{Leaf: wrapcast.Leaf{Queue: "q", Code: code, Media: wrapcast.Voice}, Mean: daily(mean).Mean, HandleSeconds: daily(mean).HandleSeconds}
	}
	f := wrapcast.Forecast{ID: "f1", MadeAt: time.Date(2026, 11, 23, 2, 0, 0, 0, time.UTC), CountingRule: wrapcast.CountingRule, TimeZone: "America/New_York", From: monday, Days: 3,
		Codes:  []wrapcast.CodeForecast{{Code: wrapcast.Code{ID: "a", Name: "=cmd|'/c calc'!A1"}, DailyForecast: daily(2)}, {Code: wrapcast.Code{ID: "b", Name: "Refund"}, DailyForecast: daily(5)}},
		Queues: []wrapcast.QueueForecast{{Queue: wrapcast.Queue{ID: "q", Name: "Billing"}, DailyForecast: daily(7)}},
		Groups: []wrapcast.GroupForecast{{Group: wrapcast.PlanningGroup{ID: "g", Name: "Billing voice"}, DailyForecast: daily(7)}},
		Total:  daily(7), Leaves: []wrapcast.LeafForecast{leaf("a", 2), leaf("b", 5)},
		SpecialDays: []wrapcast.SpecialDay{{Day: monday + 1, Names: []string{"Price letter"}}},
		Accuracy:    wrapcast.Accuracy{WAPE: wrapcast.NotMeasured()}}
	changed := f
	changed.Codes = slices.Clone(f.Codes)
	changed.Codes[1].DailyForecast = daily(5)
	changed.Codes[1].Mean[1] += 10
	changed.Base = &f
	changed.Overrides = []wrapcast.AppliedOverride{{Override: wrapcast.Override{From: monday + 1, To: monday + 1, Kind: wrapcast.OverrideAdd, Value: 10, Author: "ann", Reason: "price letter"}}}
	return changed
}

// open writes a workbook and reads it back.
func open(t *testing.T, sheets []export.Sheet) *excelize.File {
	t.Helper()
	var b bytes.Buffer
	if err := export.WriteXLSX(&b, sheets); err != nil {
		t.Fatal(err)
	}
	f, err := excelize.OpenReader(&b)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.Close() })
	return f
}

func cells(t *testing.T, f *excelize.File, sheet string) [][]string {
	t.Helper()
	rows, err := f.GetRows(sheet)
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

func TestAForecastIsLaidOutWithDaysAcrossAndCodesDown(t *testing.T) {
	t.Parallel()
	f := open(t, export.ForecastSheets(wrapcast.Directory{}, forecast(), 0.8))
	if got := f.GetSheetList(); !slices.Equal(got, []string{"Codes", "Queues", "Planning groups", "Codes in queues", "About"}) {
		t.Fatalf("sheets %v", got)
	}
	rows := cells(t, f, "Codes")
	for i, want := range []string{
		"Contacts forecast per day from 2026-11-23, made on 23 November 2026",
		",,,,Price letter",
		"code,measure,all days,Mon 23 Nov,Tue 24 Nov,Wed 25 Nov",
		"all,contacts,24.0,7.0,8.0,9.0",
		"all,low 80 %,,0.0,1.0,2.0",
		"all,high 80 %,,9.0,10.0,11.0",
		"all,handle time,5:11,5:00,5:00,5:30",
		"Refund,contacts,28.0,5.0,16.0,7.0",
		"Refund,low 80 %,,0.0,1.0,2.0",
		"Refund,high 80 %,,9.0,10.0,11.0",
		"Refund,without overrides,18.0,5.0,6.0,7.0",
		"Refund,handle time,5:08,5:00,5:00,5:30",
		"=cmd|'/c calc'!A1,contacts,9.0,2.0,3.0,4.0",
	} {
		if got := strings.Join(rows[i], ","); got != want {
			t.Errorf("row %d:\n got %s\nwant %s", i+1, got, want)
		}
	}
	if formula, err := f.GetCellFormula("Codes", "A13"); err != nil || formula != "" {
		t.Errorf("a name became the formula %q, %v", formula, err)
	}
	about := cells(t, f, "About")
	if !slices.ContainsFunc(about, func(r []string) bool { return len(r) > 1 && strings.Contains(r[1], "by ann: price letter") }) {
		t.Errorf("nobody is told of the override: %v", about)
	}
}

// Whatever a spreadsheet could take for a formula is text: in a CSV by an apostrophe, in a workbook by its own mark,
// which stays when the cell is edited.
func TestNoNameIsAFormula(t *testing.T) {
	t.Parallel()
	hostile := []string{"=cmd|'/c calc'!A1", "＝cmd|'/c calc'!A1", "+1", "＋1", "-1", "－1", "@SUM(A1)", "＠SUM(A1)", "\t=1", "\r=1", "  =1", "\u200b=1"}
	f := forecast()
	f.Codes, f.Base = nil, nil
	for i, name := range append(hostile, "Refund") {
		f.Codes = append(f.Codes, wrapcast.CodeForecast{Code: wrapcast.Code{ID: wrapcast.CodeID(strconv.Itoa(i)), Name: name}, DailyForecast: daily(2)})
	}
	f.SpecialDays = []wrapcast.SpecialDay{{Day: monday, Names: []string{"＝HYPERLINK(1)"}}}
	sheets := export.ForecastSheets(wrapcast.Directory{}, f, 0.8)
	book := open(t, sheets)
	rows, quoted := cells(t, book, "Codes"), 0
	for i, row := range rows {
		for j, text := range row {
			cell, _ := excelize.CoordinatesToCellName(j+1, i+1)
			style, err := book.GetCellStyle("Codes", cell)
			if err != nil {
				t.Fatal(err)
			}
			kind, _ := book.GetCellType("Codes", cell)
			mark := book.Styles.CellXfs.Xf[style].QuotePrefix
			formula := plain.Formula(text) && kind == excelize.CellTypeInlineString
			if formula != (mark != nil && *mark) {
				t.Errorf("%s is %q, marked %v", cell, text, mark)
			}
			if formula {
				quoted++
			}
		}
	}
	if quoted < len(hostile)+1 {
		t.Errorf("%d cells are quoted", quoted)
	}
	for _, s := range sheets {
		var b bytes.Buffer
		if err := export.WriteCSV(&b, s); err != nil {
			t.Fatal(err)
		}
		records, err := csv.NewReader(&b).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		for _, record := range records {
			for _, field := range record {
				if _, err := strconv.ParseFloat(field, 64); err != nil && plain.Formula(field) {
					t.Errorf("%s: %q", s.Name, field)
				}
			}
		}
	}
}

func TestSheetsCanBeFilteredAndKeepTheirHeadInSight(t *testing.T) {
	t.Parallel()
	sheets := export.ForecastSheets(wrapcast.Directory{}, forecast(), 0.8)
	f := open(t, sheets)
	for _, s := range sheets {
		panes, err := f.GetPanes(s.Name)
		if err != nil || !panes.Freeze || panes.YSplit != 3 || panes.XSplit != s.Fixed {
			t.Errorf("%s: panes %+v, %v", s.Name, panes, err)
		}
	}
	for _, sheet := range xmlOf(t, sheets) {
		if !strings.Contains(sheet, `<autoFilter ref="$A$3:`) || !strings.Contains(sheet, `state="frozen"`) {
			t.Errorf("no filter, or nothing frozen: … %s", sheet[max(len(sheet)-600, 0):])
		}
	}
}

// xmlOf returns what a workbook's sheets are written as.
func xmlOf(t *testing.T, sheets []export.Sheet) (all []string) {
	t.Helper()
	var b bytes.Buffer
	if err := export.WriteXLSX(&b, sheets); err != nil {
		t.Fatal(err)
	}
	z, err := zip.NewReader(bytes.NewReader(b.Bytes()), int64(b.Len()))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range z.File {
		if !strings.HasPrefix(file.Name, "xl/worksheets/sheet") {
			continue
		}
		r, err := file.Open()
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, string(text))
	}
	if len(all) != len(sheets) {
		t.Fatalf("%d sheets, want %d", len(all), len(sheets))
	}
	return all
}

func TestATableIsTheSameInACSV(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	if err := export.WriteCSV(&b, export.ForecastTable(wrapcast.Directory{}, forecast(), 0.8)); err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(&b).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range map[int]string{
		0: "kind,id,name,queue,channel,measure,2026-11-23,2026-11-24,2026-11-25",
		1: "total,,total,,,contacts,7,8,9",
		5: "code,b,Refund,,,contacts,5,16,7",
		8: "code,b,Refund,,,without overrides,5,6,7",
		9: "code,b,Refund,,,handle time,300,300,330",
		// what a spreadsheet would run is only text
		10: "code,a,'=cmd|'/c calc'!A1,,,contacts,2,3,4",
		22: "code_in_queue,b,Refund,Billing,voice,contacts,5,6,7",
	} {
		if got := strings.Join(rows[i], ","); got != want {
			t.Errorf("row %d:\n got %s\nwant %s", i, got, want)
		}
	}
}

func TestNoNameCanBecomeAFormulaInACSV(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{"=1+1": "'=1+1", "+1": "'+1", "-1": "'-1", "@sum": "'@sum", "\t=1": "'\t=1", "Refund": "Refund", "": "", "a=b": "a=b"} {
		f := forecast()
		f.Base.Codes[0].Code.Name, f.Codes[0].Code.Name = name, name
		var b bytes.Buffer
		if err := export.WriteCSV(&b, export.ForecastTable(wrapcast.Directory{}, f, 0.8)); err != nil {
			t.Fatal(err)
		}
		rows, err := csv.NewReader(&b).ReadAll()
		if err != nil || rows[10][2] != want {
			t.Errorf("%q is written as %q, %v", name, rows[10][2], err)
		}
	}
}

func TestAccuracyIsLaidOutByLeadAndDayByDay(t *testing.T) {
	t.Parallel()
	lead := wrapcast.LeadAccuracy{Lead: 1, Age: 1, Accuracy: wrapcast.Accuracy{WAPE: 0.25, Bias: -0.1, MASE: wrapcast.NotMeasured(), Coverage: 0.5, Level: 0.8, Cells: 2, Origins: 1}, HandleTime: 0.1,
		Overridden: 1, Without: &wrapcast.Accuracy{WAPE: 0.5}}
	r := wrapcast.AccuracyReport{From: monday, To: monday + 1, Source: wrapcast.SourcePublished, Forecasts: 1, Level: 0.8, Leads: []int{1},
		Levels:   []wrapcast.LevelAccuracy{{Kind: wrapcast.LevelCode, Subjects: 1, Leads: []wrapcast.LeadAccuracy{lead}}},
		Subjects: []wrapcast.SubjectAccuracy{{Kind: wrapcast.LevelCode, ID: "a", Name: "Refund", Contacts: 12, Leads: []wrapcast.LeadAccuracy{lead}}},
		Watch:    wrapcast.BandWatch{Level: 0.8, Alarms: []wrapcast.BandAlarm{{Kind: wrapcast.LevelCode, ID: "a", Name: "Refund", Days: 2, Above: 2, Expected: 0.4, PValue: 0.04, QValue: 0.04}}}}
	gap := wrapcast.NotMeasured()
	vsActual := wrapcast.ForecastVsActual{Lead: 1, Level: 0.8, From: monday, Days: 3, Subjects: []wrapcast.SubjectSeries{{Kind: wrapcast.LevelCode, ID: "a", Name: "Refund",
		Forecast: []wrapcast.Measure{gap, 4, 5}, Lower: []wrapcast.Measure{gap, 2, 3}, Upper: []wrapcast.Measure{gap, 6, 7}, Actual: []wrapcast.Measure{gap, 9, 4}}}}
	f := open(t, export.AccuracySheets(r, vsActual))
	for sheet, want := range map[string]string{
		"Accuracy": "codes,1,1.0,25.0%,-10.0%,,50.0%,10.0%,50.0%,2,1",
		"Codes":    "Refund,12,alarm,25.0%,-10.0%,50.0%,10.0%",
		"Alarms":   "codes,Refund,2,2,0,0.4,0.04,0.04",
		// the first day could not be judged
		"Forecast 1 day ahead": "codes,Refund,actual,13.0,9.0,4.0",
	} {
		if got := strings.Join(cells(t, f, sheet)[3], ","); got != want {
			t.Errorf("%s:\n got %s\nwant %s", sheet, got, want)
		}
	}
	outside, err := f.GetCellStyle("Forecast 1 day ahead", "E4")
	inside, err2 := f.GetCellStyle("Forecast 1 day ahead", "F4")
	if err != nil || err2 != nil || outside == inside {
		t.Errorf("nothing marks the day outside its band: %v, %v, %v, %v", outside, inside, err, err2)
	}
	var b bytes.Buffer
	if err := export.WriteCSV(&b, export.AccuracyTable(r)); err != nil || !strings.Contains(b.String(), "code,a,Refund,12,1,1,0.25,-0.1,,0.5,0.8,0.1,2,1,1,0.5,0\n") {
		t.Errorf("%v\n%s", err, b.String())
	}
}

func TestMasksAreMarkedInTheHistoryAndListed(t *testing.T) {
	t.Parallel()
	code := wrapcast.Code{ID: "a", Name: "Refund"}
	r := wrapcast.MaskReport{From: monday, To: monday + 2, Days: 28, Codes: []wrapcast.CodeMasks{{Code: code, With: 5, Without: 4, Masks: []wrapcast.MaskEffect{
		{Mask: wrapcast.Mask{Day: monday + 1, Rule: "iqr", Reason: "an outage", Value: 90}}, {Mask: wrapcast.Mask{Day: monday + 2, Rule: "iqr", Reason: "a peak", Value: 50}, Shown: true, Edit: "e1"}}}},
		Edits: []wrapcast.MaskEdit{{ID: "e1", From: monday + 2, To: monday + 2, Kind: wrapcast.MaskShow, Author: "ann", Reason: "price letter", CreatedAt: time.Date(2026, 11, 27, 9, 0, 0, 0, time.UTC)}}}
	f := open(t, export.MaskSheets(r, []wrapcast.CodeHistory{{Code: code, From: monday, Handled: []wrapcast.Measure{7, 90, 50}}}))
	if got := strings.Join(cells(t, f, "Days")[3], ","); got != "Refund,1,7,90,50" {
		t.Errorf("the history is %s", got)
	}
	seen := map[int]bool{}
	for _, cell := range []string{"C4", "D4", "E4"} {
		style, err := f.GetCellStyle("Days", cell)
		if err != nil || seen[style] {
			t.Errorf("%s looks like another day: %v", cell, err)
		}
		seen[style] = true
	}
	if got := strings.Join(cells(t, f, "Masks")[4], ","); got != "Refund,Wed 25 Nov 2026,shown by hand,iqr,50,a peak,e1,5.0,4.0,25.0%,a" {
		t.Errorf("the list has %s", got)
	}
	if got := strings.Join(cells(t, f, "Decided by hand")[3], ","); got != "e1,show,Wed 25 Nov 2026,Wed 25 Nov 2026,all,ann,price letter,Fri 27 Nov 2026" {
		t.Errorf("decided by hand: %s", got)
	}
}

func TestASheetThatDoesNotFitIsRefused(t *testing.T) {
	t.Parallel()
	wide := export.Sheet{Name: "Wide", Columns: make([]export.Column, math.MaxInt16)}
	if err := export.WriteXLSX(&bytes.Buffer{}, []export.Sheet{wide}); err == nil || wrapcast.KindOf(err) != wrapcast.Usage {
		t.Errorf("it ended with %v", err)
	}
}

func TestSheetsArePrintedAcrossAsManyPagesAsTheyNeedToBeLegible(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name        string
		days, pages int
	}{
		{"a week on one page", 7, 1},
		{"ninety days on several, rather than too small to read", 90, 7},
	} {
		s := export.Sheet{Name: "Days", Fixed: 1, Columns: []export.Column{{Header: "Code", Width: 40}}}
		for d := range c.days {
			day := monday + wrapcast.Date(d)
			s.Columns = append(s.Columns, export.Column{Day: &day, Width: 10.5})
		}
		f := open(t, []export.Sheet{s})
		props, err := f.GetSheetProps("Days")
		if err != nil || props.FitToPage == nil || !*props.FitToPage {
			t.Errorf("%s: the sheet is not fitted to pages: %v", c.name, err)
		}
		layout, err := f.GetPageLayout("Days")
		if err != nil || *layout.Orientation != "landscape" || *layout.FitToWidth != c.pages || *layout.FitToHeight != 0 {
			t.Errorf("%s: it is laid out %s on %d by %d pages (%v), want %d and as many as its rows need", c.name, *layout.Orientation, *layout.FitToWidth, *layout.FitToHeight, err, c.pages)
		}
		if names := f.GetDefinedName(); !slices.ContainsFunc(names, func(n excelize.DefinedName) bool {
			return n.Name == "_xlnm.Print_Titles" && n.RefersTo == "'Days'!$A:$A,'Days'!$2:$3"
		}) {
			t.Errorf("%s: what stands on every page is %v", c.name, names)
		}
	}
}

func TestLeavesThatDifferByLanguageAreToldApart(t *testing.T) {
	t.Parallel()
	f := forecast()
	f.Leaves[0].Leaf.Language = "lang-de"
	d := wrapcast.Directory{Languages: []wrapcast.Language{{ID: "lang-de", Name: "German"}}}
	var b bytes.Buffer
	if err := export.WriteCSV(&b, export.ForecastTable(d, f, 0.8)); err != nil {
		t.Fatal(err)
	}
	if want := "," + string(f.Leaves[0].Leaf.Media) + " / German,"; !strings.Contains(b.String(), want) {
		t.Errorf("no %s in\n%s", want, b.String())
	}
}
