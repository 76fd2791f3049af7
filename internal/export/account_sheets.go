package export

import (
	"fmt"
	"strings"
	"time"

	"github.com/wrapcast/wrapcast"
)

// ReconciliationSheets lays an account of contacts out: by day and by queue, and what it is.
func ReconciliationSheets(r wrapcast.Reconciliation) []Sheet {
	queues := Sheet{Name: "Queues", Title: accountTitle(r), Fixed: 1, Columns: accountColumns("queue", 34)}
	for _, q := range r.Queues {
		queues.Rows = append(queues.Rows, Row{Cells: accountCells(text(q.Queue.Name), q.ReconciliationSums,
			q.Unexplained)})
	}
	a := newAbout("What reconciliation is")
	a.say("days", "%s to %s, those of %s", r.From, r.To, r.TimeZone)
	a.say("one contact is", "%s", r.CountingRule)
	a.say("platform", "what the platform counts per queue (%s), as of %s", r.Source, r.AsOf.UTC().Format(time.RFC3339))
	a.say("codes", "the sum over wrap-up codes that agents can choose; the columns after it explain the remainder")
	a.say("unexplained", "%d", r.Unexplained)
	a.findings(r.Findings)
	return []Sheet{ReconciliationTable(r), queues, a.sheet}
}

// ReconciliationTable is the account by day, a row each.
func ReconciliationTable(r wrapcast.Reconciliation) Sheet {
	s := Sheet{Name: "Days", Title: accountTitle(r), Fixed: 1,
		Columns: append(accountColumns("day", 16), named("forecast", 10), named("quarter-hours", 14))}
	for _, d := range r.Days {
		s.Rows = append(s.Rows, Row{Cells: append(accountCells(dayOf(d.Day), d.ReconciliationSums, d.Unexplained),
			measured(cellCount, d.Forecast), whole(float64(d.QuarterHours)))})
	}
	return s
}

func accountTitle(r wrapcast.Reconciliation) string {
	return fmt.Sprintf("Contacts accounted for, %s to %s", r.From, r.To)
}

func accountColumns(first string, width float64) []Column {
	all := []Column{named(first, width), named("platform", 10), named("codes", 10)}
	for _, reason := range wrapcast.Reasons() {
		all = append(all, named(strings.ReplaceAll(string(reason), "_", " "), 14))
	}
	return append(all, named("unexplained", 13), named("transferred", 13))
}

func accountCells(first Cell, sums wrapcast.ReconciliationSums, unexplained int) []Cell {
	all := []Cell{first, whole(float64(sums.Platform)), whole(float64(sums.Codes))}
	for _, reason := range wrapcast.Reasons() {
		all = append(all, whole(float64(sums.Reasons[reason])))
	}
	open := whole(float64(unexplained))
	if unexplained != 0 {
		open.Mark = markAlarming
	}
	return append(all, open, whole(float64(sums.Transferred)))
}

// AuditTable is entries of an audit chain, a row each, in the order given.
func AuditTable(entries []wrapcast.AuditEntry) Sheet {
	s := Sheet{Name: "Audit", Title: "Entries of the audit chain, the latest first; times are UTC", Fixed: 2,
		Columns: []Column{named("entry", 8), named("at", 22), named("actor", 18), named("action", 24),
			named("status", 10), named("HTTP", 7), named("took, ms", 10), named("detail", 80), named("run", 38),
			named("plan", 38), named("hash", 66)}}
	for _, e := range entries {
		row := Row{Cells: []Cell{whole(float64(e.Seq)), text(e.At.UTC().Format(time.RFC3339)), text(e.Actor),
			text(e.Action), text(e.Status), {}, whole(float64(e.LatencyMs)), text(e.Detail), text(string(e.Run)),
			text(e.Objects["plan"]), text(e.Hash)}}
		if e.StatusCode != 0 {
			row.Cells[5] = whole(float64(e.StatusCode))
		}
		s.Rows = append(s.Rows, row)
	}
	return s
}

// AuditSheets is entries of an audit chain, and what they are.
func AuditSheets(entries []wrapcast.AuditEntry) []Sheet {
	a := newAbout("What the audit chain is")
	a.say("entries", "%d", len(entries))
	a.say("hash", "each entry has that of the one before; `wrapcast audit verify` checks them all, this sheet cannot")
	return []Sheet{AuditTable(entries), a.sheet}
}
