package tables

import (
	"slices"
	"strconv"
	"strings"

	"github.com/wrapcast/wrapcast/internal/tables/internal/cells"
	"github.com/wrapcast/wrapcast/internal/tables/internal/meaning"
)

// table is a sheet with its header found: the names of its columns, and the rows below.
type table struct {
	words *meaning.Words
	// head are the names, one per column; all are empty where the file has no header.
	head []string
	// headLine is the line of the header, 0 for none.
	headLine int
	// headWidth is how many cells the header's line has, empty ones at its end too.
	headWidth int
	// headCells are the header's cells, which may be dates.
	headCells []cells.Cell
	// above are the rows before the header: titles.
	above   []cells.Row
	rows    []cells.Row
	columns []column
}

// column is what is seen of one column.
type column struct {
	name string
	role meaning.Role
	// Of its cells, so many are empty or missing, days (with a time of day or not), days with one, times of day,
	// numbers, lengths of time, other text.
	empty, days, clocked, clocks, numbers, spans, texts int
	// hours says that its numbers are all from 0 to 24, bare that they are times of day without a sign (0815).
	hours, bare bool
}

func (c column) filled() int { return c.days + c.clocks + c.numbers + c.spans + c.texts }

// mostly reports whether a count is that of most of the cells that are filled.
func (c column) mostly(n int) bool { return n > 0 && 10*n >= 8*c.filled() }

func (c column) isDay() bool   { return c.mostly(c.days) }
func (c column) isClock() bool { return c.mostly(c.clocks) }
func (c column) isNumber() bool {
	return c.mostly(c.numbers) || c.filled() > 0 && c.mostly(c.numbers+c.spans) && c.spans > 0
}

// headerRows is within how many rows a header is looked for.
const headerRows = 60

// tableOf finds the header of a sheet.
func tableOf(words *meaning.Words, sheet cells.Sheet, named Columns) *table {
	t := &table{words: words, rows: sheet.Rows}
	at := t.findHeader(named)
	width := 0
	for _, r := range t.rows {
		width = max(width, len(r.Cells))
	}
	if at >= 0 {
		t.headLine, t.headCells, t.headWidth = t.rows[at].Line, t.rows[at].Cells, t.rows[at].Width
		t.above, t.rows = t.rows[:at], t.rows[at+1:]
	}
	t.head = make([]string, width)
	for i, c := range t.headCells {
		t.head[i] = c.Text
	}
	t.nameByGroup()
	t.profile()
	return t
}

// findHeader is the place of the row that names the columns, -1 where there is none: one with names that are known or
// asked for, or one of text above the first row with a time and a number.
func (t *table) findHeader(named Columns) int {
	asked := slices.Concat(list(named.Time), list(named.ID), list(named.Value))
	for i, r := range t.rows[:min(headerRows, len(t.rows))] {
		named := len(asked) == 0 && t.isHeader(r)
		if named && i+1 < len(t.rows) && t.isHeader(t.rows[i+1]) { // names of groups stand above
			continue
		}
		if len(asked) > 0 && t.hasAll(r, asked) || named || t.hasTimesAcross(i) {
			return i
		}
	}
	for i := range t.rows[:min(headerRows, len(t.rows))] {
		if !t.isData(t.rows[i]) {
			continue
		}
		if i > 0 && t.isNames(t.rows[i-1], len(t.rows[i].Cells)) {
			return i - 1
		}
		return -1
	}
	if len(t.rows) > 0 && t.isNames(t.rows[0], 2) {
		return 0
	}
	return -1
}

// nameByGroup puts the names of groups, which stand above the header, before names that come several times.
func (t *table) nameByGroup() {
	if len(t.above) == 0 {
		return
	}
	times, group := map[string]int{}, ""
	for _, name := range t.head {
		times[meaning.Fold(name)]++
	}
	groups := t.above[len(t.above)-1]
	for i, name := range t.head {
		if text := cellOf(groups, i).Text; text != "" {
			group = text
		}
		if name != "" && group != "" && times[meaning.Fold(name)] > 1 {
			t.head[i] = group + " " + name
		}
	}
}

func (t *table) hasAll(r cells.Row, names []string) bool {
	for _, name := range names {
		found := slices.ContainsFunc(r.Cells, func(c cells.Cell) bool { return sameName(c.Text, name) })
		if _, byPlace := placeOf(name); !found && !byPlace {
			return false
		}
	}
	return slices.ContainsFunc(names, func(name string) bool {
		return slices.ContainsFunc(r.Cells, func(c cells.Cell) bool { return sameName(c.Text, name) })
	})
}

func sameName(a, b string) bool { return a != "" && meaning.Fold(a) == meaning.Fold(b) }

// isHeader reports whether a row is text alone and names a time and something else that is known, or three things that
// are known.
func (t *table) isHeader(r cells.Row) bool {
	known, time := 0, false
	for _, c := range r.Cells {
		if c.Kind != cells.Text {
			return false
		}
		switch role := t.words.RoleOf(c.Text); role {
		case meaning.Unknown:
			if _, ok := meaning.ReadNumber(c.Text); ok {
				return false
			}
		case meaning.Time, meaning.End:
			known, time = known+1, true
		default:
			known++
		}
	}
	return time && known > 1 || known > 2
}

// isNames reports whether a row may name the columns of a table of a width: text alone, in most of them.
func (t *table) isNames(r cells.Row, width int) bool {
	filled := 0
	for _, c := range r.Cells {
		if c.Text == "" {
			continue
		}
		filled++
		if _, fault := t.words.ReadStamp(c.Text); fault == meaning.Fine || c.Kind != cells.Text {
			return false
		}
		if _, ok := meaning.ReadNumber(c.Text); ok {
			return false
		}
	}
	return filled > 0 && 2*filled >= width
}

// isData reports whether a row has a time and a number.
func (t *table) isData(r cells.Row) bool {
	time, number := false, false
	for _, c := range r.Cells {
		_, fault := t.words.ReadStamp(c.Text)
		_, ok := meaning.ReadNumber(c.Text)
		switch {
		case fault == meaning.Fine && !time:
			time = true
		case ok || meaning.Missing(c.Text) && c.Text != "":
			number = true
		}
	}
	return time && number
}

// hasTimesAcross reports whether a row is a header with times across: below each of them stand numbers.
func (t *table) hasTimesAcross(at int) bool {
	row := t.rows[at]
	times, numbers, others := 0, 0, 0
	for i, c := range row.Cells {
		if c.Text == "" {
			continue
		}
		if !t.isTimeName(c) {
			others++
			continue
		}
		times++
		for _, below := range t.rows[at+1 : min(at+4, len(t.rows))] {
			if i >= len(below.Cells) || meaning.Missing(below.Cells[i].Text) {
				continue
			}
			if _, ok := meaning.ReadNumber(below.Cells[i].Text); ok || below.Cells[i].Kind == cells.Span {
				numbers++
			} else {
				return false
			}
		}
	}
	return times >= 2 && numbers > 0 && times >= others
}

// isTimeName reports whether a header's cell is a time rather than a name or a number.
func (t *table) isTimeName(c cells.Cell) bool {
	s, fault := t.words.ReadStamp(c.Text)
	switch {
	case c.Kind == cells.Date || c.Kind == cells.Span:
		return true
	case fault != meaning.Fine || s.Form == meaning.Epoch || s.Form == meaning.SixDigits && c.Kind == cells.Number:
		return false
	}
	return true
}

// sampled is of how many rows a column is judged.
const sampled = 3000

// profile judges every column by its name and by cells from all over the file.
func (t *table) profile() {
	t.columns = make([]column, len(t.head))
	stride := max(1, len(t.rows)/sampled)
	for i := range t.columns {
		c := &t.columns[i]
		c.name, c.role, c.hours, c.bare = t.head[i], t.words.RoleOf(t.head[i]), true, true
		if i < len(t.headCells) && c.role == meaning.Unknown { // without its group's name
			c.role = t.words.RoleOf(t.headCells[i].Text)
		}
		for r := 0; r < len(t.rows); r += stride {
			t.judge(c, cellOf(t.rows[r], i))
		}
	}
}

func cellOf(r cells.Row, column int) cells.Cell {
	if column < 0 || column >= len(r.Cells) {
		return cells.Cell{}
	}
	return r.Cells[column]
}

func (t *table) judge(c *column, cell cells.Cell) {
	switch {
	case meaning.Missing(cell.Text):
		c.empty++
		return
	case cell.Kind == cells.Number:
		c.numbers++
		c.seeHour(cell.Text)
		t.judgeDigits(c, cell.Text)
		return
	}
	s, fault := t.words.ReadStamp(cell.Text)
	_, number := meaning.ReadNumber(cell.Text)
	if number && (fault != meaning.Fine || s.Form >= meaning.SixDigits || cell.Text == digitsOf(cell.Text)) {
		c.numbers++
		c.seeHour(cell.Text)
		t.judgeDigits(c, cell.Text)
		return
	}
	c.seeTime(s, fault, cell.Text)
}

// seeTime takes a text that is no number into account.
func (c *column) seeTime(s meaning.Stamp, fault meaning.Fault, text string) {
	_, span := meaning.ReadSpan(text)
	timed := c.role == meaning.Time || c.role == meaning.End
	switch {
	case fault == meaning.Fine && s.Form == meaning.NoDay && (!span || timed):
		c.clocks++
	case span && (fault != meaning.Fine || s.Form == meaning.NoDay):
		c.spans++
	case fault != meaning.NoStamp && (fault != meaning.NoYear || timed):
		c.days++
		if s.Clock != meaning.None {
			c.clocked++
		}
	default:
		c.texts++
	}
}

// judgeDigits takes digits for times where the column's name says that it has times.
func (t *table) judgeDigits(c *column, text string) {
	s, fault := t.words.ReadStamp(text)
	if c.role != meaning.Time && c.role != meaning.End && c.name != "" || fault != meaning.Fine && fault != meaning.NoSuchDay {
		return
	}
	if c.name == "" && s.Form != meaning.Day || sameName(c.name, "timestamp") && s.Form == meaning.Serial {
		return // without a name only 20260304 is a day
	}
	c.numbers, c.days = c.numbers-1, c.days+1
	part := s.Form == meaning.Serial && s.Number != float64(int(s.Number))
	if s.Clock != meaning.None || s.Form == meaning.Epoch || part {
		c.clocked++
	}
}

func (c *column) seeHour(text string) {
	if hour, minute, found := strings.Cut(text, "."); found && len(hour) <= 2 && len(minute) == 2 { // 8.15
		text = hour + minute
	}
	v, err := strconv.Atoi(text)
	c.hours = c.hours && err == nil && v >= 0 && v <= 24
	c.bare = c.bare && err == nil && v >= 0 && v <= 2400 && v%100 < 60 && v%5 == 0
}

func digitsOf(text string) string {
	return text[:len(text)-len(strings.TrimLeft(text, "0123456789"))]
}

// placeOf is the place of a column that is named by its number from one, or by its letters.
func placeOf(name string) (at int, ok bool) {
	if n, err := strconv.Atoi(name); err == nil {
		return n - 1, n > 0 && n <= 1<<14
	}
	if len(name) > 2 || strings.Trim(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != "" {
		return 0, false
	}
	for _, c := range name {
		at = at*26 + int(c-'A') + 1
	}
	return at - 1, at > 0
}

// title is how a column is called: by its name, else by its number.
func (t *table) title(at int) string {
	if at >= 0 && at < len(t.head) && t.head[at] != "" {
		return t.head[at]
	}
	return strconv.Itoa(at + 1)
}
