package export

import (
	"slices"

	"github.com/wrapcast/wrapcast"
)

// WithStaff adds the sheet of required staff to those of a workbook, before the one that says what it is; nothing where
// nothing was counted.
func WithStaff(sheets []Sheet, weeks []wrapcast.RequiredStaff) []Sheet {
	if len(weeks) == 0 {
		return sheets
	}
	at := slices.IndexFunc(sheets, func(s Sheet) bool { return s.Name == aboutSheet })
	if at < 0 {
		at = len(sheets)
	}
	return slices.Insert(slices.Clone(sheets), at, staffSheet(weeks))
}

// staffSheet is how many people weeks need: a row per planning group and week, and one for each of its days.
func staffSheet(weeks []wrapcast.RequiredStaff) Sheet {
	s := Sheet{Name: "Required staff", Fixed: 1,
		Title: "Required staff by planning group, expected and surer; hours of people who are there, and of those paid for",
		Columns: []Column{named("Planning group", 30), named("From", 11), named("To", 11), named("Contacts", 10),
			named("Busiest", 9), named("Busiest, surer", 14), named("Hours", 10), named("Hours, surer", 13),
			named("Rostered hours", 14)}}
	priced := false
	for _, w := range weeks {
		priced = priced || w.Total.Cost != nil
	}
	if priced {
		s.Columns = append(s.Columns, named("Cost "+weeks[0].Currency, 12))
	}
	s.Columns = append(s.Columns, named("Goal", 11))
	for _, w := range weeks {
		for _, g := range w.Groups {
			s.Rows = append(s.Rows, staffRow(g.Name, g.Week, g.Indicative, priced, markNone))
			for _, d := range g.Days {
				s.Rows = append(s.Rows, staffRow(g.Name, d, g.Indicative, priced, markFaint))
			}
		}
		s.Rows = append(s.Rows, staffRow("All together", w.Total, w.Indicative > 0, priced, markStrong))
	}
	return s
}

func staffRow(name string, s wrapcast.StaffStretch, indicative, priced bool, mark Mark) Row {
	goal := ""
	if indicative {
		goal = "indicative"
	}
	cells := []Cell{text(name), dayOf(s.From), dayOf(s.To), contacts(s.Contacts), whole(s.Peak),
		measured(cellWhole, s.PeakSurer), contacts(s.Hours), measured(cellCount, s.HoursSurer), contacts(s.Rostered)}
	if priced {
		cost := Cell{}
		if s.Cost != nil {
			cost = whole(*s.Cost)
		}
		cells = append(cells, cost)
	}
	return Row{Cells: append(cells, text(goal)), Mark: mark}
}
