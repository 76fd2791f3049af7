package export

import (
	"fmt"

	"github.com/wrapcast/wrapcast"
)

// MaskSheets lays out what is hidden from the models: the history of the codes concerned, days across, with masked days
// and those shown by hand marked; every mask with its rule, reason and effect; what people decided; and what it is.
func MaskSheets(r wrapcast.MaskReport, histories []wrapcast.CodeHistory) []Sheet {
	return []Sheet{historySheet(r, histories), MaskTable(r), editSheet(r), aboutMasks(r)}
}

// MaskTable is every mask, a row each, for a CSV too.
func MaskTable(r wrapcast.MaskReport) Sheet {
	s := Sheet{Name: "Masks", Title: fmt.Sprintf("Masked days, %s to %s", r.From, r.To), Fixed: 2,
		Columns: []Column{named("code", 34), named("day", 16), named("state", 15), named("rule", 9),
			named("contacts", 10), named("reason", 70), named("decision", 38), named("forecast a day",
				10), named("with no mask", 10), named("effect", 9), named("code id", 38)}}
	for _, c := range r.Codes {
		effect := wrapcast.NotMeasured()
		if c.Without > 0 {
			effect = c.With/c.Without - 1
		}
		for _, m := range c.Masks {
			state, mark := "hidden", markNone
			if m.Shown {
				state, mark = "shown by hand", markChanged
			}
			s.Rows = append(s.Rows, Row{Mark: mark, Cells: []Cell{text(c.Code.Name), dayOf(m.Day), text(state),
				text(m.Rule), whole(m.Value), text(m.Reason), text(string(m.Edit)),
				measured(cellCount, c.With), measured(cellCount, c.Without), measured(cellPercent,
					effect), text(string(c.Code.ID))}})
		}
	}
	return s
}

func historySheet(r wrapcast.MaskReport, histories []wrapcast.CodeHistory) Sheet {
	s := Sheet{Name: "Days", Title: "Contacts per day; masked days have a fill, days unmasked by hand are blue",
		Fixed: 2, Columns: []Column{named("code", 34), named("masked", 8)}}
	if len(histories) == 0 {
		return s
	}
	for t := range histories[0].Handled {
		s.Columns = append(s.Columns, onDay(histories[0].From+wrapcast.Date(t)))
	}
	masks := map[wrapcast.CodeID][]wrapcast.MaskEffect{}
	for _, c := range r.Codes {
		masks[c.Code.ID] = c.Masks
	}
	for _, h := range histories {
		row := Row{Cells: []Cell{text(h.Code.Name), {}}}
		for _, v := range h.Handled {
			row.Cells = append(row.Cells, measured(cellWhole, v))
		}
		hidden := 0
		for _, m := range masks[h.Code.ID] {
			mark := markHidden
			if m.Shown {
				mark = markChanged
			}
			if t := int(m.Day - h.From); t >= 0 && t < len(h.Handled) {
				row.Cells[2+t].Mark = mark
				hidden += map[bool]int{true: 0, false: 1}[m.Shown]
			}
		}
		row.Cells[1] = whole(float64(hidden))
		s.Rows = append(s.Rows, row)
	}
	return s
}

func editSheet(r wrapcast.MaskReport) Sheet {
	s := Sheet{Name: "Decided by hand", Title: "Manual decisions about days", Fixed: 1,
		Columns: []Column{named("decision", 38), named("kind", 8), named("from", 16), named("to", 16),
			named("codes", 10), named("author", 16), named("reason", 60), named("made on", 16), named("withdrawn by",
				16), named("on", 16)}}
	for _, m := range r.Edits {
		row := Row{Cells: []Cell{text(string(m.ID)), text(string(m.Kind)), dayOf(m.From), dayOf(m.To), text("all"),
			text(m.Author), text(m.Reason), dayOf(wrapcast.DateOf(m.CreatedAt)), {}, {}}}
		if len(m.Codes) > 0 {
			row.Cells[4] = whole(float64(len(m.Codes)))
		}
		if !m.InUse() {
			row.Mark, row.Cells[8], row.Cells[9] = markFaint, text(m.WithdrawnBy), dayOf(wrapcast.DateOf(m.WithdrawnAt))
		}
		s.Rows = append(s.Rows, row)
	}
	return s
}

func aboutMasks(r wrapcast.MaskReport) Sheet {
	a := newAbout("What masks are")
	a.say("a mask", "hides a day of a code's history from the models, so that an outage is not learned as normal; nothing is deleted")
	a.say("history", "%s to %s", r.From, r.To)
	a.say("forecast a day", "what is forecast of the code per day over the next %d days; with no mask: if none of its days were hidden", r.Days)
	a.say("to change it", "wrapcast validate masks hide | show | remove")
	return a.sheet
}
