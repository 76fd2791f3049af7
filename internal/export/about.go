package export

import (
	"fmt"
	"time"

	"github.com/wrapcast/wrapcast"
)

// about is a sheet of what a workbook is and where it comes from.
type about struct{ sheet Sheet }

// aboutSheet is the sheet that says what a workbook is and where it comes from.
const aboutSheet = "About"

func newAbout(title string) *about {
	return &about{Sheet{Name: aboutSheet, Title: title, Fixed: 1, Columns: []Column{named("what", 22),
		named("value", 90)}}}
}

func (a *about) say(what, format string, values ...any) {
	a.sheet.Rows = append(a.sheet.Rows, Row{Cells: []Cell{text(what).marked(markStrong),
		text(fmt.Sprintf(format, values...))}})
}

// OfUnit says in the sheet About, the last, whose days and planning groups a workbook has; nothing where the directory
// has no business unit.
func OfUnit(sheets []Sheet, d wrapcast.Directory) []Sheet {
	if !d.HasUnit() {
		return sheets
	}
	a := &about{sheets[len(sheets)-1]}
	a.say("business unit", "%s (%s), whose days are those of %s", d.BusinessUnit.Name, d.BusinessUnit.ID,
		d.BusinessUnit.TimeZone)
	sheets[len(sheets)-1] = a.sheet
	return sheets
}

func (a *about) findings(findings []wrapcast.Finding) {
	for _, f := range findings {
		advice := ""
		if f.Advice != "" {
			advice = " → " + f.Advice
		}
		a.say(string(f.Severity), "%s%s", f.Message, advice)
	}
}

func aboutForecast(f wrapcast.Forecast, level float64) Sheet {
	a := newAbout("What this forecast is")
	a.say("forecast", "%s", f.ID)
	a.say("made at", "%s", f.MadeAt.UTC().Format(time.RFC3339))
	a.say("run", "%s", f.Run)
	a.say("one contact is", "%s", f.CountingRule)
	a.say("days", "%s to %s, those of %s", f.From, f.From+wrapcast.Date(f.Days-1), f.TimeZone)
	a.say("history", "%s to %s", f.HistoryFrom, f.HistoryTo)
	a.say("method", "%s", f.Algorithm)
	a.say("interval", "%.0f %%: actuals fall below it as seldom as above it", 100*level)
	a.say("accuracy", "%s", accuracyWords(f.Accuracy))
	for _, o := range f.Overrides {
		ticket := ""
		if o.Ticket != "" {
			ticket = " (ticket " + o.Ticket + ")"
		}
		a.say("override", "%s to %s, %s %g, by %s: %s%s", o.From, o.To, o.Kind, o.Value, o.Author, o.Reason, ticket)
	}
	a.findings(f.Findings)
	return a.sheet
}

// accuracyWords say what was measured, or that nothing was.
func accuracyWords(a wrapcast.Accuracy) string {
	if !a.WAPE.Known() {
		return "not measured: the history is too short"
	}
	return fmt.Sprintf("by code and day over %d test periods: WAPE %.1f %%, bias %+.1f %%; %.1f %% of actuals fell inside the %.0f %% interval",
		a.Origins, 100*float64(a.WAPE), 100*float64(a.Bias), 100*float64(a.Coverage), 100*a.Level)
}
