package export

import (
	"fmt"
	"slices"
)

// measuredRow is one measure of a subject on every day.
type measuredRow struct {
	measure string
	// over is what the days come to together: their sum, or their mean by contact.
	over  Cell
	cells []Cell
	mark  Mark
}

// rows are the measures of a subject: contacts, the interval, what it was without overrides, handle time.
func (x *forecastSheets) rows(t forecastSubject) []measuredRow {
	contactsRow := measuredRow{measure: "contacts", over: contacts(sum(t.daily.Mean))}
	for i, v := range t.daily.Mean {
		c := contacts(v)
		if t.base[i] != v {
			c.Mark = markChanged
		}
		contactsRow.cells = append(contactsRow.cells, c)
	}
	if t.strong {
		contactsRow.mark = markStrong
	}
	rows := append([]measuredRow{contactsRow}, x.bounds(t)...)
	if !slices.Equal(t.base, t.daily.Mean) {
		without := measuredRow{measure: "without overrides", over: contacts(sum(t.base)), mark: markFaint}
		for _, v := range t.base {
			without.cells = append(without.cells, contacts(v))
		}
		rows = append(rows, without)
	}
	return append(rows, handleRow(t))
}

// bounds are those of the interval of the level; of all intervals where no level is chosen.
func (x *forecastSheets) bounds(t forecastSubject) (all []measuredRow) {
	for _, b := range t.daily.Bands {
		if b.Level != x.level && x.level != 0 {
			continue
		}
		rows := []measuredRow{{measure: fmt.Sprintf("low %.0f %%", 100*b.Level), mark: markFaint},
			{measure: fmt.Sprintf("high %.0f %%", 100*b.Level), mark: markFaint}}
		for i := range b.Lower {
			rows[0].cells, rows[1].cells = append(rows[0].cells, contacts(b.Lower[i])), append(rows[1].cells,
				contacts(b.Upper[i]))
		}
		all = append(all, rows...)
	}
	return all
}

// handleRow is the handle time per day, and over all days by contact.
func handleRow(t forecastSubject) measuredRow {
	row := measuredRow{measure: "handle time", mark: markFaint}
	work := 0.0
	for i, s := range t.daily.HandleSeconds {
		row.cells = append(row.cells, seconds(s))
		work += s * t.daily.Mean[i]
	}
	if all := sum(t.daily.Mean); all > 0 {
		row.over = seconds(work / all)
	}
	return row
}

// sheet lays subjects out with days across.
func (x *forecastSheets) sheet(l layout) Sheet {
	fixed := append(l.names[:len(l.names):len(l.names)], named("measure", 17), named("all days", 10))
	s := Sheet{Name: l.name, Title: x.title, Fixed: len(fixed)}
	if x.editing != nil {
		fixed = append(fixed, named(ReasonColumn, 26))
	}
	s.Columns = append(fixed, x.days...)
	for _, t := range l.subjects {
		names := []Cell{text(t.name), text(t.queue), text(t.channel)}[:len(l.names)]
		for _, r := range x.rows(t) {
			cells := append(names[:len(names):len(names)], text(r.measure), r.over)
			if x.editing != nil {
				cells = append(cells, Cell{})
			}
			s.Rows = append(s.Rows, Row{Cells: append(cells, r.cells...), Mark: r.mark})
		}
	}
	if x.editing != nil {
		x.edit(&s, l)
	}
	return s
}
