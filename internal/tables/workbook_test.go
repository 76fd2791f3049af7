package tables_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/tables"
)

// sheetOf writes rows of any values into a sheet; dates get a format of dates.
func sheetOf(t *testing.T, f *excelize.File, name string, rows ...[]any) {
	t.Helper()
	if _, err := f.NewSheet(name); err != nil {
		t.Fatal(err)
	}
	for i, row := range rows {
		for j, v := range row {
			cell, _ := excelize.CoordinatesToCellName(j+1, i+1)
			if err := f.SetCellValue(name, cell, v); err != nil {
				t.Fatal(err)
			}
		}
	}
}

func readBook(t *testing.T, f *excelize.File, o tables.Options) (*tables.File, error) {
	t.Helper()
	_ = f.DeleteSheet("Sheet1")
	b, err := f.WriteToBuffer()
	if err != nil {
		t.Fatal(err)
	}
	return tables.Read(bytes.NewReader(b.Bytes()), o)
}

func march(day, hour, minute int) time.Time {
	return time.Date(2026, 3, day, hour, minute, 0, 0, time.UTC)
}

// days are rows of a series that runs over some days.
func days(n int) (rows [][]any) {
	rows = append(rows, []any{"Datum", "Thema", "Anzahl"})
	for i := range n {
		rows = append(rows, []any{march(1+i, 0, 0), "Kfz", 100 + i})
	}
	return rows
}

func TestAWorkbookIsReadByTheFormatsOfItsCells(t *testing.T) {
	t.Parallel()
	since1904 := excelize.NewFile()
	yes := true
	if err := since1904.SetWorkbookProps(&excelize.WorkbookPropsOptions{Date1904: &yes}); err != nil {
		t.Fatal(err)
	}
	sheetOf(t, since1904, "A", days(6)...)
	merged := excelize.NewFile()
	sheetOf(t, merged, "Bericht", append([][]any{{"Kontakte je Tag"}, {"erstellt am", march(30, 0, 0)}, {}}, append(days(6), []any{"Summe", nil, 615})...)...)
	if err := merged.MergeCell("Bericht", "A1", "C1"); err != nil {
		t.Fatal(err)
	}
	groups := excelize.NewFile()
	rows := [][]any{{"Queue", "Day", "Calls"}}
	for _, q := range []string{"North", "South"} {
		for i := range 4 {
			rows = append(rows, []any{map[bool]any{true: q}[i == 0], march(1+i, 0, 0), 100 + i})
		}
	}
	sheetOf(t, groups, "G", rows...)
	for _, area := range [][2]string{{"A2", "A5"}, {"A6", "A9"}} {
		if err := groups.MergeCell("G", area[0], area[1]); err != nil {
			t.Fatal(err)
		}
	}
	intervals := excelize.NewFile()
	rows = [][]any{{"Date", "Interval", "Offered", "AHT"}}
	for i := range 8 {
		rows = append(rows, []any{march(2, 0, 0), time.Duration(8*4+i) * 15 * time.Minute, 10 + i, 300.5})
	}
	sheetOf(t, intervals, "I", rows...)
	wide := excelize.NewFile()
	sheetOf(t, wide, "W", []any{"Code", march(1, 0, 0), march(2, 0, 0), march(3, 0, 0)}, []any{"Refund", 5, 6, 7}, []any{"Address", 1, nil, 3})
	for name, c := range map[string]struct {
		f    *excelize.File
		want string
	}{
		"dates since 1904":       {since1904, "Kfz 2026-03-01 2026-03-06 [100 101 102 103 104 105]"},
		"titles and a sum":       {merged, "Kfz 2026-03-01 2026-03-06 [100 101 102 103 104 105]"},
		"names merged downwards": {groups, "North 2026-03-01 2026-03-04 [100 101 102 103]; South 2026-03-01 2026-03-04 [100 101 102 103]"},
		"date and interval":      {intervals, "(all) 2026-03-02 08:00 2026-03-02 09:45 [10 11 12 13 14 15 16 17]"},
		"dates across":           {wide, "Refund 2026-03-01 2026-03-03 [5 6 7]; Address 2026-03-01 2026-03-03 [1 NaN 3]"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f, err := readBook(t, c.f, tables.Options{Fill: tables.FillNone})
			if err != nil {
				t.Fatal(err, wrapcast.Hint(err))
			}
			var got []string
			for _, s := range f.Series {
				got = append(got, fmt.Sprint(s.ID, " ", s.Timestamp(0), " ", s.Timestamp(len(s.Values)-1), " ", s.Values))
			}
			if diff := cmp.Diff(c.want, strings.Join(got, "; ")); diff != "" {
				t.Errorf("(-want +got):\n%s\n%v", diff, f.Reading)
			}
		})
	}
}

func TestAWorkbookOfSeveralSheetsIsAskedAbout(t *testing.T) {
	t.Parallel()
	two := func() *excelize.File {
		f := excelize.NewFile()
		sheetOf(t, f, "About", []any{"Calls by topic"}, []any{"made by", "Ann"})
		sheetOf(t, f, "North", days(5)...)
		sheetOf(t, f, "South", days(4)...)
		return f
	}
	_, err := readBook(t, two(), tables.Options{})
	if wrapcast.KindOf(err) != wrapcast.InvalidData || !strings.Contains(wrapcast.Hint(err), "--sheet South") {
		t.Errorf("%v, hint %q", err, wrapcast.Hint(err))
	}
	f, err := readBook(t, two(), tables.Options{Columns: tables.Columns{Sheet: "south"}})
	if err != nil || len(f.Series[0].Values) != 4 || f.Reading.Sheet != "South" {
		t.Errorf("%v, %v", f, err)
	}
	_, err = readBook(t, two(), tables.Options{Columns: tables.Columns{Sheet: "West"}})
	if wrapcast.KindOf(err) != wrapcast.Usage || !strings.Contains(wrapcast.Hint(err), "North") {
		t.Errorf("%v, hint %q", err, wrapcast.Hint(err))
	}
}

// TestDatesThatASheetReadWrongAreNotTrusted is what becomes of 13/04/2026 in a spreadsheet that puts the month first:
// days up to 12 turn into other dates, the rest stays text.
func TestDatesThatASheetReadWrongAreNotTrusted(t *testing.T) {
	t.Parallel()
	f := excelize.NewFile()
	rows := [][]any{{"Date", "Calls"}}
	for d := 10; d < 16; d++ {
		var date any = fmt.Sprintf("%d/04/2026", d)
		if d <= 12 {
			date = time.Date(2026, time.Month(d), 4, 0, 0, 0, 0, time.UTC)
		}
		rows = append(rows, []any{date, 100 + d})
	}
	sheetOf(t, f, "S", rows...)
	_, err := readBook(t, f, tables.Options{})
	if wrapcast.KindOf(err) != wrapcast.InvalidData || !strings.Contains(err.Error(), "13/04/2026") {
		t.Errorf("%v", err)
	}
}
