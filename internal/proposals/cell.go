package proposals

import (
	"fmt"
	"math"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/export"
	"github.com/wrapcast/wrapcast/internal/tables/edited"
)

// maxTimes is from how many times the forecast on a number is told of: a digit too many is a slip.
const (
	maxTimes    = 10
	maxContacts = 1e7
)

// cell compares one day of a row.
func (c *comparison) cell(t edited.Table, row edited.Row, at int, cell edited.Cell) {
	was := c.was[at]
	day := int(cell.Day - c.made.From)
	before := was.Values[day]
	lock := c.lockOf(was, cell.Day)
	if c.twice(at, cell) {
		return
	}
	c.sum(t, was, cell)
	if cell.Kind == edited.Number || cell.Kind == edited.Unsure {
		c.read++
		if same(cell.Value, before, t.Decimals) {
			c.same++
			return
		}
	}
	if lock != "" {
		c.locked(t, was, cell, before, lock)
		return
	}
	wanted, percent, ok := c.wanted(cell, before)
	if !ok {
		return
	}
	change := Change{Cell: cell.At, Kind: was.Kind, Day: cell.Day, Was: before, Wanted: wanted, Percent: percent,
		Reason: row.Reason}
	if change.Reason == "" {
		change.Reason = c.request.Reason
	}
	c.describe(&change, was)
	if math.Abs(change.Now-wanted) <= 1e-6*max(1, wanted) {
		c.already++
		return
	}
	if before > 0 && wanted > maxTimes*before && wanted > before+100 {
		c.p.Notes = append(c.p.Notes, fmt.Sprintf("%s: %s is %.0f times the forecast of %s: is there a digit too many?", cell.At,
			amount(wanted), wanted/before, amount(before)))
	}
	c.p.Changes = append(c.p.Changes, change)
}

// describe says which code and queue a change is of, and what is forecast of it now.
func (c *comparison) describe(change *Change, was export.EditableRow) {
	change.key = was.Key
	change.CodeName, change.QueueName = was.Name, was.Queue
	if was.Kind == "queue" {
		change.CodeName, change.QueueName = "", was.Name
	}
	if len(was.Codes) > 0 {
		change.Code = was.Codes[0]
	}
	if len(was.Queues) > 0 {
		change.Queue = was.Queues[0]
	}
	change.Now = c.present[was.Key].Values[change.Day-c.latest.From]
}

// lockOf says why a day of a row may not be changed now, "" where it may.
func (c *comparison) lockOf(was export.EditableRow, day wrapcast.Date) string {
	now, there := c.present[was.Key]
	at := int(day - c.latest.From)
	switch {
	case was.Measure != "contacts" && was.Measure != "":
		return was.Locks[day-c.made.From]
	case day < c.editing.Today:
		return "is of a day that is over"
	case !there:
		return "is of a code or queue that is forecast no more"
	case at < 0 || at >= len(now.Locks):
		return "is of a day that the latest forecast does not reach"
	}
	return now.Locks[at]
}

// twice reports whether the row was read before, as a copy is. Two that differ are a problem.
func (c *comparison) twice(at int, cell edited.Cell) bool {
	if c.was[at].Kind == "total" {
		return false // it stands in two sheets
	}
	key := cellOf{at, cell.Day}
	first, read := c.typed[key]
	if !read {
		c.typed[key] = cell
		return false
	}
	if first.Kind != cell.Kind || first.Text != cell.Text {
		c.problem(cell.At, fmt.Sprintf("has %q, and %s, which is the same code or queue and day, has %q", cell.Text, first.At,
			first.Text), "keep one of the two rows")
	}
	return true
}

// sum adds a cell to the contacts of its sheet.
func (c *comparison) sum(t edited.Table, was export.EditableRow, cell edited.Cell) {
	if was.Measure == "contacts" && was.Kind != "total" {
		c.sums[sumOf{t.Sheet, cell.Day}] += cell.Number
	}
}

// same reports whether a number is the one that was written, as it was or as it was displayed: with one decimal, or
// with as few as the file has.
func same(v edited.Value, before float64, decimals int) bool {
	shown := max(v.Decimals, min(1, decimals))
	slack := max(0.5*math.Pow10(-shown)*(1+1e-6), 5.1e-6*math.Abs(before))
	return math.Abs(v.Number-before) <= slack || v.Kind == edited.Unsure && math.Abs(v.Other-before) <= slack
}

// locked tells of a cell that was changed where it makes no sense. Totals are looked at when all rows are known.
func (c *comparison) locked(t edited.Table, was export.EditableRow, cell edited.Cell, before float64, lock string) {
	switch cell.Kind {
	case edited.Blank, edited.Formula:
		return // a sum that nobody has worked out, a bound that somebody took away: nothing is asked for
	case edited.Number, edited.Unsure:
		if was.Kind == "total" && was.Measure == "contacts" {
			c.totals = append(c.totals, total{sumOf{t.Sheet, cell.Day}, cell, before})
			return
		}
	case edited.Percent, edited.Text, edited.Failed, edited.Date:
		if was.Measure != "contacts" {
			return // handle times are dates to some
		}
	}
	c.problem(cell.At, fmt.Sprintf("has %s and cannot be changed: it %s", cell.Text, lock), "put back "+amount(before))
}

// wanted is what a cell asks for: so many contacts, or a change in per cent. What cannot be meant is a problem.
func (c *comparison) wanted(cell edited.Cell, before float64) (contacts float64, percent *float64, ok bool) {
	switch cell.Kind {
	case edited.Blank:
		c.problem(cell.At, "is empty", fmt.Sprintf("write 0 if no contacts are expected, or put back %s", amount(before)))
		return 0, nil, false
	case edited.Formula:
		c.problem(cell.At, fmt.Sprintf("is the formula %s, and the file does not have its value", cell.Text),
			"open the file in a spreadsheet, let it calculate, and save it")
		return 0, nil, false
	case edited.Failed:
		c.problem(cell.At, fmt.Sprintf("has the error %s in place of a number", cell.Text), "write the number of contacts")
		return 0, nil, false
	case edited.Text, edited.Date:
		c.problem(cell.At, fmt.Sprintf("has %q, which is no number of contacts", cell.Text),
			fmt.Sprintf("write a number such as %s", amount(before)))
		return 0, nil, false
	case edited.Unsure:
		c.problem(cell.At, fmt.Sprintf("has %q, which is %s or %s", cell.Text, plainNumber(cell.Number), plainNumber(cell.Other)),
			"write it without a separator of thousands")
		return 0, nil, false
	case edited.Percent:
		return c.inPerCent(cell, before)
	case edited.Number:
	}
	switch {
	case cell.Number < 0:
		c.problem(cell.At, fmt.Sprintf("has %s: fewer than no contacts", cell.Text), "write 0, or more")
		return 0, nil, false
	case cell.Number > maxContacts:
		c.problem(cell.At, fmt.Sprintf("has %s contacts on one day", cell.Text), "write a number of contacts a day")
		return 0, nil, false
	}
	return cell.Number, nil, true
}

// inPerCent reads a share. With a sign it can only be a change: +10 %, -20 %. Without one it may as well be a part of
// what is forecast.
func (c *comparison) inPerCent(cell edited.Cell, before float64) (contacts float64, percent *float64, ok bool) {
	p := 100 * cell.Number
	switch {
	case !cell.Signed:
		c.problem(cell.At, fmt.Sprintf("has %s %%: %s would be so much more, %s such a part of it", plainNumber(p),
			amount(before*(1+cell.Number)), amount(before*cell.Number)), "write the number of contacts")
		return 0, nil, false
	case p < -100:
		c.problem(cell.At, fmt.Sprintf("has %s %%: less than no contacts", plainNumber(p)), "write the number of contacts")
		return 0, nil, false
	}
	return before * (1 + cell.Number), &p, true
}

func plainNumber(v float64) string { return fmt.Sprintf("%.6g", v) }
