package tables

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/wrapcast/wrapcast/internal/tables/internal/cells"
	"github.com/wrapcast/wrapcast/internal/tables/internal/meaning"
)

// AllSeries is the name of the series of a file that has one and does not name it.
const AllSeries = "(all)"

// collector reads the cells of a table as rows of series.
type collector struct {
	*table
	shape   *shape
	times   calendarReading
	numbers numberReading
	// across are the times of the header, by column.
	across map[int]meaning.Stamp
	// step is what rows are counted by.
	step step
	seen seenTimes
	// stamps are times that were read already: those of one series come again in the next.
	stamps   map[string]stamped
	problems problems
}

// seenTimes is what the times of a file have.
type seenTimes struct {
	clock, second, until, zoned, naive, z, offset bool
	form                                          meaning.Form
	firstText                                     string
	any                                           bool
}

func (s *seenTimes) see(text string, stamp meaning.Stamp) {
	if !s.any {
		s.any, s.form, s.firstText = true, stamp.Form, text
	}
	s.clock = s.clock || stamp.Clock > 0
	s.second = s.second || stamp.Clock > 0 && stamp.Clock%60 != 0
	s.until = s.until || stamp.Until != meaning.None && !stamp.MaybeOffset
	zoned := stamp.Zoned && !stamp.MaybeOffset
	s.zoned, s.naive = s.zoned || zoned, s.naive || !stamp.Zoned
	s.z, s.offset = s.z || zoned && stamp.UTC, s.offset || stamp.Zoned && !stamp.UTC
	if stamp.Form == meaning.Serial && stamp.Number != math.Trunc(stamp.Number) {
		s.clock = true
		s.second = s.second || int64(stamp.Number*86400+0.5)%60 != 0
	}
}

// read settles how times and numbers are written, and reads all cells.
func (t *table) read(s *shape, o Options, comma rune) (*rowFile, *collector, error) {
	c := &collector{table: t, shape: s, across: map[int]meaning.Stamp{}, step: step{freq: o.Frequency, zone: o.Zone},
		stamps: map[string]stamped{}}
	for _, v := range s.values {
		if v.across {
			c.across[v.at], _ = t.words.ReadStamp(t.headCells[v.at].Text)
		}
	}
	dates, numbers := c.evidence()
	if err := c.settle(dates, numbers, o, comma); err != nil {
		return nil, c, err
	}
	file := c.rowFile()
	if err := c.problems.err(); err != nil {
		return nil, c, err
	}
	if len(file.series) == 0 {
		return nil, c, noRows()
	}
	return file, c, nil
}

// evidence looks at every time and every number that is read.
func (c *collector) evidence() (*dateEvidence, *numberEvidence) {
	dates, numbers := newDateEvidence(), &numberEvidence{}
	for _, v := range c.shape.values {
		if s, ok := c.across[v.at]; ok {
			dates.see(s, place{c.headLine, c.headCells[v.at].Text})
			c.seen.see(c.headCells[v.at].Text, s)
		}
	}
	for _, r := range c.rows {
		if text, s, fault := c.rowStamp(r); fault == meaning.Fine {
			dates.see(s, place{r.Line, text})
			c.seen.see(text, s)
			if dates.cell.line == 0 && cellOf(r, c.shape.day).Kind == cells.Date {
				dates.cell = place{r.Line, text}
			}
		}
		for _, v := range c.shape.values {
			numbers.see(cellOf(r, v.at), r.Line)
		}
	}
	c.moreEvidence(dates, numbers)
	return dates, numbers
}

// moreEvidence looks at the rest of the file where what is read does not settle how it is written: titles, ends of
// intervals, other numbers.
func (c *collector) moreEvidence(dates *dateEvidence, numbers *numberEvidence) {
	openDates := dates.numeric.line > 0 && dates.dayFirst.line+dates.monthFirst.line == 0
	openNumbers := numbers.unsure.line > 0 && numbers.point.line+numbers.comma.line == 0
	if !openDates && !openNumbers {
		return
	}
	for _, r := range slices.Concat(c.above, c.rows) {
		for i, cell := range r.Cells {
			if cell.Kind != cells.Text {
				continue
			}
			if openDates {
				c.moreDates(dates, r.Line, cell.Text)
			}
			if openNumbers && i < len(c.columns) && c.columns[i].isNumber() && !c.shape.names(i) {
				numbers.more(cell, r.Line)
			}
		}
	}
}

// names reports whether a column has times or names of series.
func (s *shape) names(at int) bool {
	return slices.Contains(s.timeColumns(), at) || slices.Contains(s.ids, at)
}

// moreDates looks for days in a text of several words.
func (c *collector) moreDates(dates *dateEvidence, line int, text string) {
	for word := range strings.FieldsSeq(text) {
		s, fault := c.words.ReadStamp(strings.Trim(word, ",;()"))
		if fault == meaning.Fine && s.Form == meaning.Numeric && !s.ShortYear {
			dates.seeNumeric(s, place{line, word})
		}
	}
}

// settle decides how times and numbers are read. Both questions are asked at once.
func (c *collector) settle(dates *dateEvidence, numbers *numberEvidence, o Options, comma rune) error {
	var err1, err2, err3 error
	c.times.order, c.times.by, err1 = dates.order(o.Writing.Dates)
	c.times.offsets = dates.isOffsets()
	c.seen.until = c.seen.until || len(dates.ends) > 0 && !c.times.offsets
	c.times.early = dates.namedByEnd(c.shape.end, c.seen.until)
	name := ""
	if c.shape.day >= 0 {
		name = c.title(c.shape.day)
	}
	if c.times.weeks, err2 = dates.sixDigits(name, o.Frequency); err2 != nil && err1 == nil {
		err1 = err2
	}
	c.numbers, err3 = numbers.reading(o.Writing, c.habitOf(dates, numbers, comma))
	return together(err1, err3)
}

// habitOf is how a file whose numbers leave it open writes them by its other habits.
func (c *collector) habitOf(dates *dateEvidence, numbers *numberEvidence, comma rune) func() (meaning.Decimal, string) {
	return func() (meaning.Decimal, string) {
		switch {
		case comma == ',' && c.isOwn() && strings.Contains(numbers.unsure.text, "."):
			return meaning.Point, "the columns are wrapcast's own"
		case comma != ',' && comma != 0 && dates.dots.line > 0:
			return meaning.Comma, separatorName(comma) + " and dates with points"
		case comma == ',' && c.times.order == "mdy":
			return meaning.Point, "commas and dates with the month first"
		}
		return meaning.Either, ""
	}
}

// isOwn reports whether the columns are named as wrapcast names them.
func (c *collector) isOwn() bool {
	for _, name := range []string{"series_id", "timestamp", "value"} {
		if !slices.ContainsFunc(c.head, func(h string) bool { return strings.EqualFold(h, name) }) {
			return false
		}
	}
	return true
}

func separatorName(comma rune) string {
	return map[rune]string{';': "semicolons", '\t': "tabs", '|': "bars"}[comma]
}

// together is one error of two, with what to do about both.
func together(a, b error) error {
	if a == nil || b == nil {
		if a == nil {
			return b
		}
		return a
	}
	var p []string
	for _, err := range []error{a, b} {
		p = append(p, hintOf(err))
	}
	return invalid("%s; %s", a.Error(), b.Error()).WithHint("%s; %s", p[0], p[1])
}

// rowStamp is the time that a row says, with its text. Where all times stand in the header it has none.
func (c *collector) rowStamp(r cells.Row) (text string, s meaning.Stamp, fault meaning.Fault) {
	shape := c.shape
	none := meaning.Stamp{Weekday: meaning.AnyDay, Clock: meaning.None, Until: meaning.None}
	switch {
	case shape.year >= 0:
		text = c.parts(r)
		s, fault = c.words.ReadStamp(text)
	case shape.day >= 0:
		text = cellOf(r, shape.day).Text
		s, fault = c.stamp(text)
	default:
		s, fault = none, meaning.NoStamp
	}
	if shape.clock < 0 {
		return text, s, fault
	}
	clockText := bareClock(cellOf(r, shape.clock).Text)
	clock, clockFault := c.stamp(clockText)
	if text = strings.TrimSpace(text + " " + clockText); clockFault != meaning.Fine {
		return text, s, clockFault
	}
	if shape.day < 0 && shape.year < 0 {
		return text, clock, meaning.Fine
	}
	s.Clock, s.Until = clock.Clock, clock.Until
	s.Zoned, s.UTC, s.Offset = s.Zoned || clock.Zoned, s.UTC || clock.UTC, s.Offset+clock.Offset
	return text, s, fault
}

// stamped is a text read as a time.
type stamped struct {
	meaning.Stamp
	fault meaning.Fault
}

// maxStamps is how many times are kept to be found again.
const maxStamps = 50_000

// stamp reads a time, or finds it where it was read before.
func (c *collector) stamp(text string) (meaning.Stamp, meaning.Fault) {
	if known, ok := c.stamps[text]; ok {
		return known.Stamp, known.fault
	}
	s, fault := c.words.ReadStamp(text)
	if len(c.stamps) < maxStamps {
		c.stamps[text] = stamped{s, fault}
	}
	return s, fault
}

// bareClock is a time of day with the sign that a bare hour, or hours and minutes without one, lack.
func bareClock(text string) string {
	if hour, minute, found := strings.Cut(text, "."); found && len(hour) <= 2 && len(minute) == 2 {
		return hour + ":" + minute
	}
	if text == "" || strings.Trim(text, "0123456789") != "" {
		return text
	}
	switch len(text) {
	case 1, 2:
		return text + ":00"
	case 3, 4:
		return text[:len(text)-2] + ":" + text[len(text)-2:]
	}
	return text
}

// parts is a day that stands in columns of its own: year, and month and day, or week.
func (c *collector) parts(r cells.Row) string {
	year := cellOf(r, c.shape.year).Text
	if c.shape.week >= 0 {
		return year + "-W" + strings.TrimLeft(cellOf(r, c.shape.week).Text, "KkCcWw .")
	}
	month, date := cellOf(r, c.shape.month).Text, ""
	if c.shape.date >= 0 {
		date = cellOf(r, c.shape.date).Text
	}
	if strings.Trim(month, "0123456789") != "" {
		return strings.TrimSpace(date + " " + month + " " + year)
	}
	if len(month) == 1 {
		month = "0" + month
	}
	if date == "" {
		return year + "-" + month
	}
	return year + "-" + month + "-" + date
}

// rowFile reads every value; what it cannot read it notes.
func (c *collector) rowFile() *rowFile {
	file, byID := &rowFile{notation: c.notation()}, map[string]*rowSeries{}
	for _, r := range c.rows {
		if !c.fits(r) {
			continue
		}
		text, stamp, fault := c.rowStamp(r)
		for _, v := range c.shape.values {
			s := stamp
			if v.across {
				s, fault = joined(stamp, fault, c.across[v.at], c.shape.clock >= 0 || c.shape.day >= 0)
			}
			at, ok := c.timeOf(r, text, s, fault)
			if !ok {
				break
			}
			id, ok := c.idOf(r, v)
			if !ok {
				break
			}
			value, ok := c.valueOf(r, v)
			if !ok || v.across && math.IsNaN(value) && cellOf(r, v.at).Text == "" {
				continue
			}
			series := byID[id]
			if series == nil {
				series = &rowSeries{id: id}
				byID[id] = series
				file.series = append(file.series, series)
			}
			series.rows = append(series.rows, row{line: r.Line, at: at, value: value})
		}
	}
	return file
}

// joined is the time of a cell below a time in the header: the day of one and the time of day of the other.
func joined(inRow meaning.Stamp, fault meaning.Fault, inHead meaning.Stamp, both bool) (meaning.Stamp, meaning.Fault) {
	if !both {
		return inHead, meaning.Fine
	}
	if inHead.Form == meaning.NoDay {
		inRow.Clock, inRow.Until = inHead.Clock, inHead.Until
		return inRow, fault
	}
	inHead.Clock, inHead.Until = inRow.Clock, inRow.Until
	return inHead, fault
}

// fits refuses a row that has more cells than the header, or none where its value should stand.
func (c *collector) fits(r cells.Row) bool {
	width := len(c.head)
	if c.headLine > 0 {
		width = max(c.headWidth, len(c.headCells))
	}
	if c.headLine == 0 || r.Width == 0 || c.shape.outline {
		return true
	}
	short := !c.shape.isAcross() && len(c.shape.values) == 1 && r.Width <= c.shape.values[0].at
	if !short && len(r.Cells) <= width {
		return true
	}
	c.problems.add("width", Problem{Line: r.Line, What: fmt.Sprintf("wrong number of fields: %d, and the header has %d", r.Width, width),
		Cure: "look for a separator that is part of a text or a number there: it needs quotes around it"})
	return false
}

func (c *collector) timeOf(r cells.Row, text string, s meaning.Stamp, fault meaning.Fault) (at tick, ok bool) {
	if c.shape.steps {
		if at, ok = (notation{}).parse(text); ok {
			return at, true
		}
	}
	column := ""
	if c.shape.day >= 0 {
		column = c.title(c.shape.day)
	}
	p := c.timeProblem(text, s, fault)
	if p.What == "" {
		if t, ok := c.times.tickOf(s); ok && t.Year() > 0 && t.Year() < 10_000 {
			if c.shape.count {
				c.step.instants = c.seen.zoned || c.seen.form == meaning.Epoch
				t = c.step.floor(t)
			}
			return tick{time: t}, true
		}
		p.What, p.Cure = fmt.Sprintf("there is no %s, %s", quoted(text), orderWords(c.times)), "look for a mistyped day"
	}
	p.Line, p.Column = r.Line, column
	c.problems.add("time", p)
	return at, false
}

// timeProblem is what is wrong with a text that should be a time; it says nothing where nothing is.
func (c *collector) timeProblem(text string, s meaning.Stamp, fault meaning.Fault) (p Problem) {
	switch {
	case text == "":
		if !c.shape.isAcross() || c.shape.day >= 0 || c.shape.clock >= 0 {
			p.What, p.Cure = "has no time", "every row needs one"
		}
	case fault == meaning.NoSuchDay:
		p.What, p.Cure = "there is no "+quoted(text), "look for a mistyped day; midnight is 00:00 of the day that begins"
	case fault == meaning.NoYear:
		p.What, p.Cure = quoted(text)+" has no year", "write dates with their year: 2026-11-23"
	case fault == meaning.ZoneName:
		p.What, p.Cure = quoted(text)+" names a time zone by letters that several share",
			"leave the letters out and say the zone by --tz America/New_York, or write the offset: -05:00"
	case fault != meaning.Fine || s.Form == meaning.NoDay:
		p.What, p.Cure = quoted(text)+" is not a timestamp",
			"write 2026-11-23, 2026-11-23T14:15:00, 2026-11-23T14:15:00-05:00, or plain integers"
	case c.seen.zoned && !s.Zoned:
		p.What = fmt.Sprintf("timestamp %s is written in another way than those above", quoted(text))
		p.Cure = "write every timestamp of a file in the same way, with an offset or without"
	}
	return p
}

// idOf is the name of the series of a cell.
func (c *collector) idOf(r cells.Row, v valueColumn) (string, bool) {
	var parts []string
	for _, at := range c.shape.ids {
		if text := cellOf(r, at).Text; text != "" {
			parts = append(parts, text)
		}
	}
	if len(c.shape.ids) > 0 && len(parts) == 0 {
		c.problems.add("id", Problem{Line: r.Line, Column: c.title(c.shape.ids[0]), What: "has no " + c.title(c.shape.ids[0]),
			Cure: "name the series in every row"})
		return "", false
	}
	if v.id != "" {
		parts = append(parts, v.id)
	}
	if len(parts) == 0 {
		return AllSeries, true
	}
	return idOf(strings.Join(parts, " / ")), true
}

func (c *collector) valueOf(r cells.Row, v valueColumn) (float64, bool) {
	if c.shape.count {
		return 1, true
	}
	cell := cellOf(r, v.at)
	p := Problem{Line: r.Line, Column: c.title(v.at)}
	value, ok := c.numbers.value(cell)
	switch {
	case !ok && isInfinite(cell.Text), ok && math.Abs(value) > math.MaxFloat64/1e16:
		p.What = fmt.Sprintf("%s %s is infinite or too large to forecast", c.title(v.at), quoted(cell.Text))
		p.Cure = "leave the value empty where nothing was measured"
	case !ok:
		p.What = fmt.Sprintf("%s %s is not a number", c.title(v.at), quoted(cell.Text))
		p.Cure = "write numbers as 1234.5; leave the value empty for a gap"
	default:
		return value, true
	}
	c.problems.add("value", p)
	return 0, false
}

func isInfinite(text string) bool {
	return slices.Contains([]string{"inf", "infinity", "∞"}, strings.ToLower(strings.TrimLeft(text, "+-")))
}

func orderWords(r calendarReading) string {
	switch r.order {
	case "mdy":
		return "with the month first"
	case "ymd":
		return "with the year first"
	}
	return "with the day first"
}

// notation is how the times of the file are written where they come out again: as they came, or by ISO 8601.
func (c *collector) notation() notation {
	s := c.seen
	if c.shape.steps {
		return notation{}
	}
	if n, ok := c.asItCame(); ok {
		return n
	}
	n := notation{layout: time.DateOnly, written: time.DateOnly}
	switch {
	case s.form == meaning.Epoch:
		return notation{layout: time.RFC3339, written: time.RFC3339, offset: true, utc: true}
	case s.zoned || c.times.offsets && s.offset:
		n = notation{layout: time.RFC3339, written: "2006-01-02T15:04:05-07:00", offset: true, utc: !s.offset}
		if s.z {
			n.written = time.RFC3339
		}
	case s.form == meaning.Week || s.form == meaning.SixDigits && c.times.weeks:
		n.written = weekLayout
	case s.form == meaning.Month || s.form == meaning.SixDigits:
		n.written = "2006-01"
	case !c.shape.count || !c.step.freq.byDate():
		n.written = c.naiveLayout()
	}
	return n
}

// naiveLayout is how times without an offset are written: with seconds, minutes or none, as they have them.
func (c *collector) naiveLayout() string {
	switch s := c.seen; {
	case s.second && !c.shape.count:
		return time.DateTime
	case s.clock && c.times.early != 24*60*60:
		return "2006-01-02 15:04"
	}
	return time.DateOnly
}

// asItCame is the notation of the file's first time, where that is ISO 8601 or digits and all of the time.
func (c *collector) asItCame() (notation, bool) {
	s := c.seen
	if c.shape.count || c.shape.day < 0 || c.shape.clock >= 0 || c.shape.isAcross() || c.times.early != 0 || s.until {
		return notation{}, false
	}
	n, ok := detect(s.firstText, "")
	day := !strings.Contains(n.layout, ":") && len(n.layout) < len("200601021504")
	if !ok || n.layout == "" || s.clock && day {
		return n, false
	}
	zone := "-07:00"
	if s.z {
		zone = "Z07:00"
	}
	n.written, n.utc = strings.Replace(n.written, "Z07:00", zone, 1), !s.offset && s.z
	return n, true
}
