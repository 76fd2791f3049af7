package export

import (
	"fmt"
	"strings"
	"time"

	"github.com/wrapcast/wrapcast"
)

// OverrideState is an override, what it does now in words, and the names of what it is about.
type OverrideState struct {
	wrapcast.AppliedOverride
	State         string
	Codes, Queues []string
}

// OverrideSheets lays out the overrides, and beside them, where it is given, the ledger: whether decisions were worth
// it, one by one and by author, reason and kind. Names has those of the codes and queues of the ledger, by id.
func OverrideSheets(all []OverrideState, l *wrapcast.Ledger, names map[string]string) []Sheet {
	sheets := []Sheet{OverrideTable(all)}
	a := newAbout("What overrides are")
	a.say("an override", "is what a person changed in the forecast; it is never edited, only withdrawn and made anew")
	if l != nil {
		sheets = append(sheets, ledgerGroups(*l), ledgerEntries(*l, names))
		a.say("judged", "%s to %s, in the forecast that held the day before", l.From, l.To)
		a.say("contacts closer", "how much nearer the decision brought the forecast to the actual; below zero it took it further away")
		a.findings(l.Findings)
	}
	return append(sheets, a.sheet)
}

// OverrideTable is every override, a row each.
func OverrideTable(all []OverrideState) Sheet {
	s := Sheet{Name: "Overrides", Title: "Overrides, the latest first", Fixed: 1, Columns: []Column{named("codes", 34),
		named("queues", 28), named("from", 16), named("to", 16), named("change", 14), named("state", 14),
		named("before", 10), named("after", 10), named("reason", 60), named("ticket", 18), named("author", 16),
		named("made on", 16), named("until", 16), named("withdrawn by", 16), named("override", 38)}}
	for _, o := range all {
		row := Row{Cells: []Cell{text(listed(o.Codes, "all codes")), text(listed(o.Queues, "all queues")), dayOf(o.From),
			dayOf(o.To), text(changeWords(o.Override)), text(o.State), contacts(o.Before), contacts(o.After),
			text(o.Reason), text(o.Ticket), text(o.Author), dayOf(wrapcast.DateOf(o.CreatedAt)),
			onDate(o.ExpiresAt), text(o.WithdrawnBy), text(string(o.ID))}}
		if o.State != "in use" {
			row.Mark = markFaint
		}
		s.Rows = append(s.Rows, row)
	}
	return s
}

func listed(names []string, none string) string {
	if len(names) == 0 {
		return none
	}
	return strings.Join(names, ", ")
}

func changeWords(o wrapcast.Override) string {
	switch o.Kind {
	case wrapcast.OverridePercent:
		return fmt.Sprintf("%+g %%", o.Value)
	case wrapcast.OverrideSet:
		return fmt.Sprintf("set to %g a day", o.Value)
	case wrapcast.OverrideAdd:
		return fmt.Sprintf("%+g a day", o.Value)
	}
	return string(o.Kind)
}

// onDate is the UTC day of an instant; nothing of none.
func onDate(at time.Time) Cell {
	if at.IsZero() {
		return Cell{}
	}
	return dayOf(wrapcast.DateOf(at))
}

func ledgerGroups(l wrapcast.Ledger) Sheet {
	s := Sheet{Name: "Was it worth it", Title: fmt.Sprintf("Whether decisions were worth it, %s to %s", l.From, l.To),
		Fixed: 2, Columns: []Column{named("by", 10), named("name", 40), named("verdict", 20),
			named("contacts closer", 16), named("decisions", 10), named("helped", 9), named("hurt", 9)}}
	for _, part := range []struct {
		by     string
		groups []wrapcast.LedgerGroup
	}{{"author", l.Authors}, {"reason", l.Reasons}, {"kind", l.Kinds}} {
		for _, g := range part.groups {
			s.Rows = append(s.Rows, Row{Cells: []Cell{text(part.by), text(g.Name), text(string(g.Verdict)),
				contacts(g.Sum.ValueAdded), whole(float64(g.Decisions)), whole(float64(g.Helped)),
				whole(float64(g.Hurt))}})
		}
	}
	return s
}

func ledgerEntries(l wrapcast.Ledger, names map[string]string) Sheet {
	s := Sheet{Name: "Decision by decision", Title: "Contacts on the days judged", Fixed: 1,
		Columns: []Column{named("decision", 14), named("about", 40), named("author", 16), named("reason", 60),
			named("ticket", 18), named("from", 16), named("to", 16), named("days", 8), named("without", 10),
			named("with", 10), named("actual", 10), named("contacts closer", 16), named("id", 38)}}
	for _, e := range l.Entries {
		about := make([]string, 0, len(e.Codes)+len(e.Queues))
		for _, c := range e.Codes {
			about = append(about, names[string(c)])
		}
		for _, q := range e.Queues {
			about = append(about, names[string(q)])
		}
		if e.Name != "" {
			about = []string{e.Name}
		}
		s.Rows = append(s.Rows, Row{Cells: []Cell{text(string(e.Kind)), text(listed(about, "all codes")), text(e.Author),
			text(e.Reason), text(e.Ticket), dayOf(e.From), dayOf(e.To), whole(float64(e.Sum.Days)),
			contacts(e.Sum.Without), contacts(e.Sum.With), contacts(e.Sum.Actual), contacts(e.Sum.ValueAdded),
			text(e.ID)}})
	}
	return s
}
