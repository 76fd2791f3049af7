package export

import (
	"fmt"

	"github.com/wrapcast/wrapcast"
)

// SubjectDay is one local day of a code, a queue, both, or everything: contacts and seconds per contact, each not
// measured where there is none. Forecast, Low and High are of the forecast with overrides, Without of the same without.
type SubjectDay struct {
	Day                           wrapcast.Date
	Actual, ActualHandle          wrapcast.Measure
	Forecast, Without             wrapcast.Measure
	Low, High, ForecastHandleTime wrapcast.Measure
}

// HistorySheets lays out the days of a subject, a row each, and beside them, where they are given, those of its codes,
// days across.
func HistorySheets(subject string, days []SubjectDay, codes []wrapcast.CodeHistory) []Sheet {
	sheets := []Sheet{DayTable(subject, days)}
	if len(codes) > 0 {
		sheets = append(sheets, codeDays(codes))
	}
	a := newAbout("What these days are")
	a.say("of", "%s", subject)
	if len(days) > 0 {
		a.say("days", "%s to %s, local days", days[0].Day, days[len(days)-1].Day)
	}
	a.say("actual", "contacts handled; empty where the platform was never asked, or the day is to come")
	a.say("forecast", "the mean, with the overrides in use; empty on days that are over")
	return append(sheets, a.sheet)
}

// DayTable is the days of a subject, a row each.
func DayTable(subject string, days []SubjectDay) Sheet {
	s := Sheet{Name: "Days", Title: subject + ": contacts per day", Fixed: 1, Columns: []Column{named("day", 16),
		named("actual", 10), named("handle time", 12), named("forecast", 10), named("low", 10), named("high", 10),
		named("without overrides", 18), named("forecast handle time", 20)}}
	for _, d := range days {
		s.Rows = append(s.Rows, Row{Cells: []Cell{dayOf(d.Day), measured(cellWhole, d.Actual),
			measured(cellSeconds, d.ActualHandle), measured(cellCount, d.Forecast),
			measured(cellCount, d.Low).marked(markFaint), measured(cellCount, d.High).marked(markFaint),
			measured(cellCount, d.Without), measured(cellSeconds, d.ForecastHandleTime)}})
	}
	return s
}

// codeDays are the histories of codes, days across; a code whose days begin later has none before.
func codeDays(codes []wrapcast.CodeHistory) Sheet {
	s := Sheet{Name: "Codes", Fixed: 1, Columns: []Column{named("code", 34)}}
	for t := range codes[0].Handled {
		s.Columns = append(s.Columns, onDay(codes[0].From+wrapcast.Date(t)))
	}
	s.Title = fmt.Sprintf("Contacts handled per code and day, %d days", len(codes[0].Handled))
	for _, c := range codes {
		row := Row{Cells: []Cell{text(c.Code.Name)}}
		for _, v := range c.Handled {
			row.Cells = append(row.Cells, measured(cellWhole, v))
		}
		s.Rows = append(s.Rows, row)
	}
	return s
}

// ReportTable is what validation says of each code, a row each.
func ReportTable(r wrapcast.ValidationReport) Sheet {
	s := Sheet{Name: "Data quality", Title: fmt.Sprintf("Data quality by code, %s to %s", r.From, r.To), Fixed: 1,
		Columns: []Column{named("code", 34), named("data", 8), named("reason", 70), named("fallback", 18),
			named("contacts", 10), named("days", 8), named("days not read", 14), named("days of zero", 14),
			named("excluded days", 14), named("weekly pattern", 15), named("code id", 38)}}
	for _, c := range r.Codes {
		s.Rows = append(s.Rows, Row{Cells: []Cell{text(c.Name), text(string(c.Verdict)), text(c.Reason),
			text(c.Fallback), whole(float64(c.Contacts)), whole(float64(c.Days)), whole(float64(c.Gaps)),
			whole(float64(c.Zeros)), whole(float64(len(c.Masks))), measured(cellRatio, c.Seasonality),
			text(string(c.Code))}})
	}
	return s
}

// ReportSheets is what validation says of each code, and of all together.
func ReportSheets(r wrapcast.ValidationReport) []Sheet {
	a := newAbout("What data quality is")
	a.say("days", "%s to %s", r.From, r.To)
	a.say("good", "the code's history passed every check")
	a.say("weak", "it is forecast, with the fallback named")
	a.findings(r.Findings)
	return []Sheet{ReportTable(r), a.sheet}
}
