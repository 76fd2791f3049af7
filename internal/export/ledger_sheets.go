package export

import (
	"cmp"
	"fmt"
	"strings"
	"time"

	"github.com/wrapcast/wrapcast"
)

// LedgerSheets lay out whether decisions were worth it: a row for each decision whose days are over or begin to be, and
// what decisions of one author, reason and kind did together, with the verdict.
func LedgerSheets(l wrapcast.Ledger) []Sheet {
	days := fmt.Sprintf("%s to %s, in forecasts %s", l.From, l.To, aheadOf(l.Lead))
	each := Sheet{Name: "Decisions", Title: "What each decision did, " + days, Fixed: 2, Columns: []Column{
		named("kind", 10), named("decision", 34), named("author", 16), named("reason", 34), named("ticket", 12),
		named("made", 11), named("from", 11), named("to", 11), named("over", 6)}}
	each.Columns = append(each.Columns, sumColumns()...)
	for _, e := range l.Entries {
		over := ""
		if e.Over {
			over = "yes"
		}
		row := Row{Cells: append([]Cell{text(string(e.Kind)), text(cmp.Or(e.Name, e.ID)), text(e.Author), text(e.Reason),
			text(e.Ticket), text(e.MadeAt.UTC().Format(time.DateOnly)), text(e.From.String()), text(e.To.String()), text(over)},
			sumCells(e.Sum)...)}
		if e.Over && e.Sum.ValueAdded < 0 {
			row.Cells[len(row.Cells)-3].Mark = markAlarming
		}
		each.Rows = append(each.Rows, row)
	}
	return []Sheet{each, verdictSheet(l, days)}
}

// AboutLedger says what the figures of a ledger are.
func AboutLedger(l wrapcast.Ledger) Sheet {
	a := newAbout("What these figures are")
	a.say("days", "%s to %s, those of %s; days whose codes may still arrive are not judged", l.From, l.To, l.TimeZone)
	a.say("forecasts", "those that were %s and held %s", l.Source, aheadOf(l.Lead))
	a.say("with, without", "contacts of what a decision is about, in the forecast with it and without it")
	a.say("error", "absolute, added up over the parts of what a decision is about")
	a.say("value added", "by how many contacts a decision brought the forecast of its days closer to the actual; below zero, further away")
	a.say("counted", "decisions that the test counts: whose last day lies in a week that is over, those of one week that share a day as one")
	a.say("verdict", "of a test that holds however often it is looked at: wrong in at most %.0f %% of tables", 100*l.ErrorRate)
	a.findings(l.Findings)
	return a.sheet
}

// sumColumns head what days add up to.
func sumColumns() []Column {
	return []Column{named("days", 6), named("with", 10), named("without", 10), named("actual", 10),
		named("error with", 10), named("error without", 10), named("value added", 10), named("closer", 8),
		named("further", 8)}
}

func sumCells(s wrapcast.LedgerSum) []Cell {
	return []Cell{whole(float64(s.Days)), contacts(s.With), contacts(s.Without), contacts(s.Actual), contacts(s.ErrorWith),
		contacts(s.ErrorWithout), contacts(s.ValueAdded), whole(float64(s.Closer)), whole(float64(s.Further))}
}

// verdictSheet has a row for each author, reason and kind.
func verdictSheet(l wrapcast.Ledger, days string) Sheet {
	s := Sheet{Name: "Worth it", Title: fmt.Sprintf("Decisions together, %s; a verdict is wrong in at most %.0f %% of tables, "+
		"however often they are looked at", days, 100*l.ErrorRate), Fixed: 2, Columns: []Column{named("by", 10), named("name", 34),
		named("decisions", 10), named("helped", 8), named("hurt", 8), named("counted", 9)}}
	s.Columns = append(append(s.Columns, sumColumns()...), named("verdict", 22), named("evidence", 10))
	for _, by := range []struct {
		name   string
		groups []wrapcast.LedgerGroup
	}{{"author", l.Authors}, {"reason", l.Reasons}, {"kind", l.Kinds}} {
		for _, g := range by.groups {
			cells := append([]Cell{text(by.name), text(g.Name), whole(float64(g.Decisions)), whole(float64(g.Helped)),
				whole(float64(g.Hurt)), whole(float64(g.Independent))}, sumCells(g.Sum)...)
			cells = append(cells, text(string(g.Verdict)), Cell{Kind: cellRatio, Number: g.Evidence})
			s.Rows = append(s.Rows, Row{Cells: cells})
		}
	}
	return s
}

// LedgerTable is each decision on each of its days, a row each, for a CSV.
func LedgerTable(l wrapcast.Ledger) Sheet {
	s := Sheet{Name: "Ledger"}
	for _, h := range strings.Fields("kind id name author reason ticket made_at from to day forecast with without actual " +
		"error_with error_without value_added") {
		s.Columns = append(s.Columns, named(h, 0))
	}
	for _, e := range l.Entries {
		for _, d := range e.Days {
			s.Rows = append(s.Rows, Row{Cells: []Cell{text(string(e.Kind)), text(e.ID), text(e.Name), text(e.Author),
				text(e.Reason), text(e.Ticket), text(e.MadeAt.UTC().Format(time.RFC3339)), text(e.From.String()),
				text(e.To.String()), text(d.Day.String()), text(string(d.Forecast)), contacts(d.With), contacts(d.Without),
				contacts(d.Actual), contacts(d.ErrorWith), contacts(d.ErrorWithout), contacts(d.ValueAdded())}})
		}
	}
	return s
}
