package export

import (
	"fmt"
	"slices"
	"strings"

	"github.com/wrapcast/wrapcast"
)

// AccuracySheets lays a report of accuracy out: all subjects of a level at every lead; each code, queue and planning
// group with its leads side by side; forecast and actual at one lead, days across; the alarms; and what the figures
// are.
func AccuracySheets(r wrapcast.AccuracyReport, s wrapcast.ForecastVsActual) []Sheet {
	title := fmt.Sprintf("Accuracy of %s forecasts, %s to %s", r.Source, r.From, r.To)
	sheets := []Sheet{levelSheet(r, title)}
	for _, kind := range wrapcast.AccuracyLevels() {
		if kind != wrapcast.LevelTotal {
			sheets = append(sheets, subjectSheet(r, kind, title))
		}
	}
	return append(sheets, forecastVsActualSheet(s), alarmSheet(r), aboutAccuracy(r))
}

// AccuracyTable is each subject at each lead, a row each, for a CSV.
func AccuracyTable(r wrapcast.AccuracyReport) Sheet {
	s := Sheet{Name: "Accuracy"}
	for _, h := range strings.Fields("kind id name contacts lead age wape bias mase coverage level handle_time cells forecasts overridden wape_without_overrides bias_without_overrides") {
		s.Columns = append(s.Columns, named(h, 0))
	}
	for _, t := range r.Subjects {
		for _, l := range t.Leads {
			without := wrapcast.Accuracy{WAPE: wrapcast.NotMeasured(), Bias: wrapcast.NotMeasured()}
			if l.Without != nil {
				without = *l.Without
			}
			s.Rows = append(s.Rows, Row{Cells: []Cell{text(string(t.Kind)), text(t.ID), text(t.Name), whole(t.Contacts),
				whole(float64(l.Lead)), measured(cellRatio, l.Age),
				measured(cellPercent, l.WAPE), measured(cellPercent, l.Bias), measured(cellRatio,
					l.MASE), measured(cellPercent, l.Coverage), {Kind: cellPercent, Number: l.Level},
				measured(cellPercent, l.HandleTime), whole(float64(l.Cells)), whole(float64(l.Origins)),
				whole(float64(l.Overridden)),
				measured(cellPercent, without.WAPE), measured(cellPercent, without.Bias)}})
		}
	}
	return s
}

// levelSheet has a row per level and lead.
func levelSheet(r wrapcast.AccuracyReport, title string) Sheet {
	s := Sheet{Name: "Accuracy", Title: title, Fixed: 2, Columns: []Column{named("all of", 18), named("days ahead", 8),
		named("how old", 8), named("WAPE", 8), named("bias", 8),
		named("MASE", 8), named(inBand(r.Level), 9), named("AHT error", 8), named("WAPE without overrides",
			12), named("cells", 8), named("forecasts", 10)}}
	for _, level := range r.Levels {
		for _, l := range level.Leads {
			without := wrapcast.NotMeasured()
			if l.Without != nil {
				without = l.Without.WAPE
			}
			s.Rows = append(s.Rows, Row{Cells: []Cell{text(kindName(level.Kind)), whole(float64(l.Lead)),
				measured(cellCount, l.Age), measured(cellPercent, l.WAPE), measured(cellPercent, l.Bias),
				measured(cellRatio, l.MASE), measured(cellPercent, l.Coverage), measured(cellPercent,
					l.HandleTime), measured(cellPercent, without), whole(float64(l.Cells)), whole(float64(l.Origins))}})
		}
	}
	return s
}

func inBand(level float64) string { return fmt.Sprintf("in %.0f %% interval", 100*level) }

func kindName(kind wrapcast.AccuracyLevel) string {
	return map[wrapcast.AccuracyLevel]string{wrapcast.LevelCode: "codes", wrapcast.LevelQueue: "queues",
		wrapcast.LevelGroup: "planning groups", wrapcast.LevelTotal: "total"}[kind]
}

// subjectSheet has a row per subject, its leads side by side.
func subjectSheet(r wrapcast.AccuracyReport, kind wrapcast.AccuracyLevel, title string) Sheet {
	name := kindName(kind)
	s := Sheet{Name: strings.ToUpper(name[:1]) + name[1:], Title: title, Fixed: 2,
		Columns: []Column{named(name, 34), named("contacts", 10), named("alarm", 8)}}
	for _, lead := range r.Leads {
		for _, h := range []string{"WAPE", "bias", inBand(r.Level), "AHT error"} {
			s.Columns = append(s.Columns, Column{Header: h, Group: aheadOf(lead), Width: 8})
		}
	}
	for _, t := range r.Subjects {
		if t.Kind == kind {
			s.Rows = append(s.Rows, subjectRow(r, t))
		}
	}
	return s
}

func aheadOf(lead int) string {
	if lead == 1 {
		return "1 day ahead"
	}
	return fmt.Sprintf("%d days ahead", lead)
}

func subjectRow(r wrapcast.AccuracyReport, t wrapcast.SubjectAccuracy) Row {
	row := Row{Cells: []Cell{text(t.Name), whole(t.Contacts), {}}}
	for _, a := range r.Watch.Alarms {
		if a.Kind == t.Kind && a.ID == t.ID {
			row.Cells[2] = text("alarm").marked(markAlarming)
		}
	}
	for _, lead := range r.Leads {
		cells := make([]Cell, 4)
		for _, l := range t.Leads {
			if l.Lead == lead {
				cells = []Cell{measured(cellPercent, l.WAPE), measured(cellPercent, l.Bias),
					measured(cellPercent, l.Coverage), measured(cellPercent, l.HandleTime)}
			}
		}
		row.Cells = append(row.Cells, cells...)
	}
	return row
}

// forecastVsActualSheet lays the forecasts of one lead beside the actuals, days across; actuals outside the interval
// are marked. Days that could not be judged are left out.
func forecastVsActualSheet(f wrapcast.ForecastVsActual) Sheet {
	s := Sheet{Name: "Forecast " + aheadOf(f.Lead), Fixed: 4, Columns: []Column{named("of", 15), named("name", 34),
		named("measure", 12), named("all days", 10)},
		Title: fmt.Sprintf("Forecast %s (the median and its %.0f %% interval) vs actual", aheadOf(f.Lead), 100*f.Level)}
	judged := judgedDays(f)
	for _, t := range judged {
		s.Columns = append(s.Columns, onDay(f.From+wrapcast.Date(t)))
	}
	for _, series := range f.Subjects {
		s.Rows = append(s.Rows, forecastVsActualRows(series, judged)...)
	}
	return s
}

// judgedDays are the days, by number, for which any subject has a forecast.
func judgedDays(f wrapcast.ForecastVsActual) (days []int) {
	for t := range f.Days {
		if slices.ContainsFunc(f.Subjects, func(s wrapcast.SubjectSeries) bool { return s.Forecast[t].Known() }) {
			days = append(days, t)
		}
	}
	return days
}

func forecastVsActualRows(series wrapcast.SubjectSeries, days []int) []Row {
	var rows []Row
	for _, part := range []struct {
		measure string
		values  []wrapcast.Measure
		mark    Mark
	}{{"actual", series.Actual, markStrong}, {"forecast", series.Forecast, markNone}, {"low", series.Lower,
		markFaint}, {"high", series.Upper, markFaint}} {
		cells, all := []Cell{}, 0.0
		for _, t := range days {
			v := part.values[t]
			cell := measured(cellCount, v)
			if v.Known() {
				all += float64(v)
			}
			if part.measure == "actual" && (v < series.Lower[t] || v > series.Upper[t]) {
				cell.Mark = markAlarming
			}
			cells = append(cells, cell)
		}
		over := contacts(all)
		if part.mark == markFaint {
			over = Cell{}
		}
		rows = append(rows, Row{Cells: append([]Cell{text(kindName(series.Kind)), text(series.Name), text(part.measure),
			over}, cells...), Mark: part.mark})
	}
	return rows
}

func alarmSheet(r wrapcast.AccuracyReport) Sheet {
	s := Sheet{Name: "Alarms", Title: fmt.Sprintf("Outside their %.0f %% interval more often than its level allows, %s to %s", 100*r.Watch.Level, r.Watch.From, r.Watch.To), Fixed: 2,
		Columns: []Column{named("of", 15), named("name", 34), named("days", 8), named("above", 8), named("below", 8),
			named("allowed", 9), named("probability", 12), named("rate", 12)}}
	for _, a := range r.Watch.Alarms {
		s.Rows = append(s.Rows, Row{Cells: []Cell{text(kindName(a.Kind)), text(a.Name), whole(float64(a.Days)),
			whole(float64(a.Above)), whole(float64(a.Below)), contacts(a.Expected),
			text(fmt.Sprintf("%.2g", a.PValue)), text(fmt.Sprintf("%.2g", a.QValue))}})
	}
	return s
}

func aboutAccuracy(r wrapcast.AccuracyReport) Sheet {
	a := newAbout("What these figures are")
	a.say("days", "%s to %s, those of %s; days whose codes may still arrive are not scored", r.From, r.To, r.TimeZone)
	a.say("forecasts", "%d that were %s", r.Forecasts, r.Source)
	a.say("one contact is", "%s", r.CountingRule)
	a.say("days ahead", "how many days before a day its forecast was current; how old: the average age of these forecasts in days")
	a.say("WAPE", "the sum of absolute errors of the median over the sum of contacts")
	a.say("bias", "sum of (mean forecast − actual) over the sum of contacts: above zero, forecasts were too high")
	a.say("MASE", "the error over that of repeating the week before, in the history known then")
	a.say("AHT error", "the sum of absolute errors of the handle time over the sum of handle times, by contact")
	a.say("value added", "of a decision: by how many contacts it brought the forecast of its days closer to the actual; below "+
		"zero, further away")
	a.say("alarm", "exact binomial test of %d series from %s to %s, %d day ahead; false discovery rate %.0f %% within each kind (Benjamini and Hochberg 1995)",
		r.Watch.Tested, r.Watch.From, r.Watch.To, r.Watch.Lead, 100*r.Watch.Rate)
	a.findings(r.Findings)
	return a.sheet
}
