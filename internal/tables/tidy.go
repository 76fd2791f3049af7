package tables

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/wrapcast/wrapcast/internal/tables/internal/cells"
	"github.com/wrapcast/wrapcast/internal/tables/internal/meaning"
)

// LeftOut is a row or a column that was not read because it plainly holds no data of its own.
type LeftOut struct {
	// Line is that of a row, 0 for a column.
	Line int `json:"line,omitempty"`
	// What it is, such as: Total.
	What string `json:"what"`
}

// tidy leaves out rows that are no data (titles repeated, sums, notes below), and writes names down that stand only in
// the first row of a group.
func (t *table) tidy(s *shape) (left []LeftOut) {
	s.readOutline(t)
	kept := make([]cells.Row, 0, len(t.rows))
	for _, r := range t.rows {
		if what := t.noData(s, r); what != "" {
			left = append(left, LeftOut{r.Line, what})
			continue
		}
		kept = append(kept, r)
	}
	t.rows = kept
	s.fillDown(t)
	return append(left, t.sumsAcross(s)...)
}

// noData says what a row is that holds no data of its own, or nothing where it does.
func (t *table) noData(s *shape, r cells.Row) string {
	filled, first := 0, ""
	for _, c := range r.Cells {
		if c.Text == "" {
			continue
		}
		if filled == 0 {
			first = c.Text
		}
		filled++
	}
	if t.headLine > 0 && filled > 1 && t.repeatsHeader(r) {
		return "the header again"
	}
	if s.day < 0 && s.year < 0 && s.clock < 0 { // all times stand in the header
		return ""
	}
	if filled == 1 && len(t.head) > 1 && t.isNote(first) {
		return first
	}
	if t.hasTime(s, r) {
		return ""
	}
	switch label := t.labelOf(s, r); {
	case label != "":
		return label
	case t.valueIsSum(s, r):
		return "a sum over the rows above"
	}
	return ""
}

// isNote reports whether a text that stands alone in its row is neither a number nor meant to be a time.
func (t *table) isNote(text string) bool {
	_, fault := t.words.ReadStamp(text)
	_, number := meaning.ReadNumber(text)
	return fault == meaning.NoStamp && !number
}

func (t *table) repeatsHeader(r cells.Row) bool {
	for i, c := range r.Cells {
		if c.Text != "" && (i >= len(t.head) || c.Text != t.head[i]) {
			return false
		}
	}
	return true
}

// hasTime reports whether any of the cells of a row's time is one, or is meant to be one.
func (t *table) hasTime(s *shape, r cells.Row) bool {
	for _, at := range s.timeColumns() {
		text := cellOf(r, at).Text
		if text != "" && text[0] >= '0' && text[0] <= '9' {
			return true
		}
		if text != "" && !t.words.IsTotal(text) && !t.words.EndsInTotal(text) && strings.ContainsAny(text, "0123456789") {
			return true
		}
	}
	return false
}

// labelOf is the text of a row that may name it a sum: that of its time, its ids, or its first cell.
func (t *table) labelOf(s *shape, r cells.Row) string {
	for _, at := range slices.Concat(s.timeColumns(), s.ids, []int{0}) {
		if text := cellOf(r, at).Text; text != "" && (t.words.IsTotal(text) || t.words.EndsInTotal(text)) {
			return text
		}
	}
	return ""
}

// valueIsSum reports whether a row without a time and without a name has the sum of all others as its value.
func (t *table) valueIsSum(s *shape, r cells.Row) bool {
	if len(s.values) == 0 || &r.Cells[0] != &t.rows[len(t.rows)-1].Cells[0] {
		return false
	}
	for _, id := range s.ids {
		if cellOf(r, id).Text != "" {
			return false
		}
	}
	at := s.values[0].at
	for _, d := range []meaning.Decimal{meaning.Point, meaning.Comma} {
		sum := 0.0
		for _, above := range t.rows[:len(t.rows)-1] {
			sum += numberIn(cellOf(above, at), d)
		}
		if last := numberIn(cellOf(r, at), d); last != 0 && math.Abs(last-sum) < 0.01 {
			return true
		}
	}
	return false
}

// numberIn is a cell's number where numbers are written so; 0 for none.
func numberIn(c cells.Cell, d meaning.Decimal) float64 {
	if c.Kind == cells.Number {
		d = meaning.Point
	}
	n, ok := meaning.ReadNumber(c.Text)
	if !ok {
		return 0
	}
	return n.As(d)
}

// fillDown writes the names of groups into their rows where only the first has it, as pivot tables and merged cells
// show them: where most rows have none and no name comes again.
func (s *shape) fillDown(t *table) {
	for _, id := range append(slices.Clone(s.ids), s.downward()...) {
		if !t.isOncePerGroup(id) {
			continue
		}
		last := cells.Cell{}
		for i := range t.rows {
			r := &t.rows[i]
			if c := cellOf(*r, id); c.Text != "" {
				last = c
				continue
			}
			for len(r.Cells) <= id {
				r.Cells = append(r.Cells, cells.Cell{})
			}
			r.Cells[id] = last
		}
		s.filled = true
	}
}

// downward are columns of time that may stand only in the first row of a group: the day beside its intervals.
func (s *shape) downward() (columns []int) {
	for _, at := range []int{s.day, s.year, s.month, s.week} {
		if at >= 0 && (s.clock >= 0 || s.year >= 0 || len(s.ids) > 0) {
			columns = append(columns, at)
		}
	}
	return columns
}

// isOncePerGroup reports whether a column has its text only in the first row of each group.
func (t *table) isOncePerGroup(column int) bool {
	if len(t.rows) == 0 || cellOf(t.rows[0], column).Text == "" {
		return false
	}
	empty, last, seen := 0, "", map[string]bool{}
	for _, r := range t.rows {
		text := cellOf(r, column).Text
		if text == "" {
			empty++
			continue
		}
		if seen[text] && text == last {
			return false
		}
		last, seen[text] = text, true
	}
	return 2*empty > len(t.rows)
}

// readOutline reads a table whose first column has both names and times: a pivot table in its compact form. The names
// become a column of their own.
func (s *shape) readOutline(t *table) {
	at := s.day
	if at < 0 || len(s.ids) > 0 || len(t.rows) < 3 {
		return
	}
	first := t.isTime(cellOf(t.rows[0], at))
	if !t.isOutline(at, first) {
		return
	}
	id, group, rows := len(t.head), cells.Cell{}, []cells.Row{}
	for _, r := range t.rows {
		c := cellOf(r, at)
		switch {
		case t.words.IsTotal(c.Text):
			rows = append(rows, r)
		case t.isTime(c) == first:
			group = c // a name above its times, or a time above its names
		default:
			for len(r.Cells) <= id {
				r.Cells = append(r.Cells, cells.Cell{})
			}
			r.Cells[id] = group
			if first {
				r.Cells[id], r.Cells[at] = c, group
			}
			rows = append(rows, r)
		}
	}
	t.rows, t.head = rows, append(t.head, t.head[at])
	t.columns = append(t.columns, column{})
	s.ids, s.outline = []int{id}, true
}

// isOutline reports whether a column has both names and times, and every time below a name, or the other way round, has
// a value.
func (t *table) isOutline(at int, timesFirst bool) bool {
	names, times := 0, 0
	for _, r := range t.rows {
		switch c := cellOf(r, at); {
		case t.isTime(c):
			if times++; len(r.Cells) < 2 {
				return false
			}
		case c.Text != "" && !t.words.IsTotal(c.Text):
			names++
		}
	}
	return names > 0 && times > 0 && (!timesFirst || 2*names >= len(t.rows)-names)
}

func (t *table) isTime(c cells.Cell) bool {
	_, fault := t.words.ReadStamp(c.Text)
	return fault == meaning.Fine && (c.Kind != cells.Number || t.headLine == 0)
}

// sumsAcross leaves out what plainly is the sum of the others: a row of a table with times across, a column of one with
// a column per series.
func (t *table) sumsAcross(s *shape) (left []LeftOut) {
	if s.isAcross() && (len(s.ids) > 0 || s.clock >= 0 || s.day >= 0) {
		for i := 0; i < len(t.rows) && len(t.rows) > 2; i++ {
			if label := t.labelOf(s, t.rows[i]); label != "" && t.isSumOfRows(s, i) {
				left = append(left, LeftOut{t.rows[i].Line, label})
				t.rows = slices.Delete(t.rows, i, i+1)
				i--
			}
		}
	}
	for i := len(t.headCells) - 1; i >= 0 && s.isAcross(); i-- { // the sum over the times
		if !s.isValue(i) && t.words.IsTotal(t.head[i]) {
			s.ignored = slices.DeleteFunc(s.ignored, func(n string) bool { return n == t.head[i] })
			s.ids = slices.DeleteFunc(s.ids, func(id int) bool { return id == i })
			left = append(left, LeftOut{What: "column " + t.head[i]})
		}
	}
	if !s.isAcross() && len(s.values) > 2 {
		for i, v := range s.values {
			if t.words.IsTotal(v.id) && t.isSumOfColumns(s, i) {
				left = append(left, LeftOut{What: "column " + v.id})
				s.values = slices.Delete(s.values, i, i+1)
				break
			}
		}
	}
	return left
}

func (t *table) isSumOfRows(s *shape, at int) bool {
	for _, d := range []meaning.Decimal{meaning.Point, meaning.Comma} {
		same := true
		for _, v := range s.values {
			sum := 0.0
			for i, r := range t.rows {
				if i != at && t.labelOf(s, r) == "" {
					sum += numberIn(cellOf(r, v.at), d)
				}
			}
			same = same && math.Abs(sum-numberIn(cellOf(t.rows[at], v.at), d)) < 0.01
		}
		if same {
			return true
		}
	}
	return false
}

func (t *table) isSumOfColumns(s *shape, at int) bool {
	for _, d := range []meaning.Decimal{meaning.Point, meaning.Comma} {
		same := true
		for _, r := range t.rows {
			sum := 0.0
			for i, v := range s.values {
				if i != at {
					sum += numberIn(cellOf(r, v.at), d)
				}
			}
			same = same && math.Abs(sum-numberIn(cellOf(r, s.values[at].at), d)) < 0.01
		}
		if same {
			return true
		}
	}
	return false
}

// leftOutWords tells of what was left out, the first by name.
func leftOutWords(left []LeftOut) string {
	const most = 4
	var words []string
	for i, l := range left {
		if i == most {
			words = append(words, fmt.Sprintf("and %d more", len(left)-most))
			break
		}
		if l.Line > 0 {
			words = append(words, fmt.Sprintf("line %d (%s)", l.Line, shorten(l.What)))
		} else {
			words = append(words, shorten(l.What))
		}
	}
	return strings.Join(words, ", ")
}
