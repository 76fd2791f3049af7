package export

import (
	"fmt"
	"time"

	"github.com/wrapcast/wrapcast"
)

// PlanSheets lays out a plan: what it changes per planning group and day, its quarter-hours, and its checks. A payload
// has its codes per day instead. The zone is that of the plan's business unit.
func PlanSheets(p wrapcast.Plan, zone *time.Location) []Sheet {
	sheets := []Sheet{PlanTable(p)}
	if p.Week != nil {
		sheets = append(sheets, quarterHourSheet(*p.Week, zone))
	}
	return append(sheets, aboutPlan(p))
}

// PlanTable is what a plan has per day, and where it was compared with the target, what that has.
func PlanTable(p wrapcast.Plan) Sheet {
	s := Sheet{Name: "Plan", Title: planTitle(p), Fixed: 2,
		Columns: []Column{named("planning group", 34), named("measure", 22)}}
	switch {
	case p.Diff != nil:
		s.compare(*p.Diff, p.Current != nil)
	case p.Payload != nil:
		s.Columns[0].Header = "code"
		s.payload(p.Payload.Metadata.Wrapcast)
	case p.Week != nil:
		s.alone(*p.Week)
	}
	return s
}

func planTitle(p wrapcast.Plan) string {
	if p.Week == nil {
		return "Payload for " + string(p.Target)
	}
	return fmt.Sprintf("Plan of the week from %s, made on %s", p.Week.Start, p.MadeAt.Format("2 January 2006"))
}

// compare has the days of each planning group, with those of the target below where it has a forecast.
func (s *Sheet) compare(d wrapcast.WeekDiff, there bool) {
	for _, day := range d.Total {
		s.Columns = append(s.Columns, onDay(day.Day))
	}
	add := func(name string, days []wrapcast.DayDiff, mark Mark) {
		rows := map[string]func(wrapcast.DayDiff) Cell{
			"contacts":           func(x wrapcast.DayDiff) Cell { return contacts(x.NewOffered) },
			"contacts there now": func(x wrapcast.DayDiff) Cell { return contacts(x.OldOffered) },
			"change":             func(x wrapcast.DayDiff) Cell { return contacts(x.Change()) },
			"handle time":        func(x wrapcast.DayDiff) Cell { return handled(x.NewOffered, x.NewHandleSeconds) },
			"handle time there":  func(x wrapcast.DayDiff) Cell { return handled(x.OldOffered, x.OldHandleSeconds) },
		}
		measures := []string{"contacts", "handle time"}
		if there {
			measures = []string{"contacts", "contacts there now", "change", "handle time", "handle time there"}
		}
		for i, m := range measures {
			row := Row{Cells: []Cell{text(name), text(m)}, Mark: mark}
			if i > 0 {
				row.Mark = markFaint
			}
			for _, x := range days {
				row.Cells = append(row.Cells, rows[m](x))
			}
			s.Rows = append(s.Rows, row)
		}
	}
	add("all", d.Total, markStrong)
	for _, g := range d.Groups {
		add(g.Name, g.Days, markNone)
	}
}

// handled is a handle time; nothing of no contacts.
func handled(contacts, sec float64) Cell {
	if contacts == 0 {
		return Cell{}
	}
	return seconds(sec)
}

// alone has the days of each planning group, where nothing was compared: by the wall clock's ninety-six quarter-hours.
func (s *Sheet) alone(w wrapcast.WeekPlan) {
	for t := range wrapcast.QuarterHoursInWeekPlan / wrapcast.QuarterHoursInDay {
		s.Columns = append(s.Columns, onDay(w.Start+wrapcast.Date(t)))
	}
	for _, g := range w.Groups {
		row := Row{Cells: []Cell{text(g.Name), text("contacts")}}
		for t := range len(s.Columns) - 2 {
			from := min(t*wrapcast.QuarterHoursInDay, len(g.Offered))
			row.Cells = append(row.Cells, contacts(sum(g.Offered[from:min(from+wrapcast.QuarterHoursInDay,
				len(g.Offered))])))
		}
		s.Rows = append(s.Rows, row)
	}
}

func (s *Sheet) payload(p wrapcast.PayloadWrapcast) {
	for _, day := range p.Days {
		s.Columns = append(s.Columns, onDay(day))
	}
	for _, c := range p.Codes {
		row := Row{Cells: []Cell{text(c.Name), text("contacts")}}
		for _, v := range c.Mean {
			row.Cells = append(row.Cells, contacts(v))
		}
		s.Rows = append(s.Rows, row)
	}
}

// quarterHourSheet has a row per quarter-hour, by the wall clock of the unit, and per planning group its contacts and
// handle time.
func quarterHourSheet(w wrapcast.WeekPlan, zone *time.Location) Sheet {
	s := Sheet{Name: "Quarter-hours", Title: "Contacts and handle time per quarter-hour, times in " +
		w.BusinessUnit.TimeZone, Fixed: 2, Columns: []Column{named("day", 16), named("time", 9)}}
	length := 0
	for _, g := range w.Groups {
		s.Columns = append(s.Columns, Column{Header: "contacts", Group: g.Name, Width: 16},
			Column{Header: "handle time", Group: g.Name, Width: 16})
		length = max(length, len(g.Offered))
	}
	start := w.Start.Midnight(zone)
	for i := range length {
		at := start.Add(time.Duration(i) * wrapcast.QuarterHour).In(zone)
		row := Row{Cells: []Cell{dayOf(wrapcast.DateOf(at)), text(at.Format("15:04"))}}
		for _, g := range w.Groups {
			if i >= len(g.Offered) {
				row.Cells = append(row.Cells, Cell{}, Cell{})
				continue
			}
			row.Cells = append(row.Cells, contacts(g.Offered[i]), handled(g.Offered[i], g.HandleSeconds[i]))
		}
		s.Rows = append(s.Rows, row)
	}
	return s
}

func aboutPlan(p wrapcast.Plan) Sheet {
	a := newAbout("What this plan is")
	a.say("plan", "%s", p.ID)
	a.say("forecast", "%s", p.Forecast)
	a.say("made at", "%s", p.MadeAt.UTC().Format(time.RFC3339))
	a.say("target", "%s", p.Target)
	a.say("one contact is", "%s", p.CountingRule)
	if p.Current != nil {
		a.say("there now", "%s, by %s", p.Current.Description, p.Current.MadeBy())
	}
	if p.Unchanged {
		a.say("unchanged", "the target has the same numbers: nothing would be submitted")
	}
	a.findings(p.Refusals)
	a.findings(p.Stops)
	a.findings(p.Findings)
	return a.sheet
}
