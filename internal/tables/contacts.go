package tables

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/tables/internal/cells"
	"github.com/wrapcast/wrapcast/internal/tables/internal/meaning"
)

// ContactOptions say how a file of contacts is read. What they leave out is found in the file, or asked for.
type ContactOptions struct {
	Columns ContactColumns `json:"columns"`
	Writing Writing        `json:"writing"`
	// AddUp adds rows that are the same in every cell; else they are an error.
	AddUp bool `json:"add_up,omitempty"`
}

// ContactColumns name the columns of a file of contacts, by their names, numbers from one, or letters. Code, Queue and
// Channel may be "=" and a text that holds for all rows; several columns of a code are separated by commas.
type ContactColumns struct {
	Time    string `json:"time,omitempty"`
	Code    string `json:"code,omitempty"`
	Queue   string `json:"queue,omitempty"`
	Channel string `json:"channel,omitempty"`
	// Value has the contacts handled, HandleTime how long they took.
	Value      string `json:"value,omitempty"`
	HandleTime string `json:"handle_time,omitempty"`
	// HandleTimeIs is average or total, HandleTimeUnit s, ms or min, where the file leaves them open.
	HandleTimeIs   string `json:"handle_time_is,omitempty"`
	HandleTimeUnit string `json:"handle_time_unit,omitempty"`
	// Sheet is that of a workbook.
	Sheet string `json:"sheet,omitempty"`
	// Count says that each row is one contact.
	Count bool `json:"count,omitempty"`
}

// Check refuses what is none of the ways of writing (Usage).
func (o ContactOptions) Check() error {
	for _, k := range []struct {
		flag, value string
		known       []string
	}{
		{"--aht-is", o.Columns.HandleTimeIs, []string{"", "average", "total"}},
		{"--aht-unit", o.Columns.HandleTimeUnit, []string{"", "s", "ms", "min"}},
	} {
		if !slices.Contains(k.known, k.value) {
			return wrapcast.Errorf(wrapcast.Usage, "", "%s is %q", k.flag, k.value).
				WithHint("it is %s; without it the file decides", strings.Join(k.known[1:], " or "))
		}
	}
	return o.Writing.Check()
}

// Contacts are contacts counted by reason, as a file has them.
type Contacts struct {
	Rows []ContactRow
	// Step is how long the intervals are: 15 minutes to 12 hours, or 24 hours for days.
	Step time.Duration
	// Zoned says that times are instants, not readings of a clock.
	Zoned bool
	// Columns and Writing are those by which it was read: what a mapping keeps.
	Columns ContactColumns
	Writing Writing
	// Header are the names of its columns that are no times.
	Header []string
	// Lacks say what the file does not have and what takes its place, a sentence each.
	Lacks []string
	// Notes say what was made of the file that a reader may not expect.
	Notes   []string
	Reading Reading
}

// ContactRow is what a row says of one interval.
type ContactRow struct {
	Line int
	// At is the begin of the interval: an instant, or the reading of a clock as if it hung in UTC.
	At time.Time
	// Code, Queue and Channel are texts of the file, "" where the cell is empty or there is no such column.
	Code, Queue, Channel string
	// Outbound says that somebody called out.
	Outbound bool
	// Handled, Offered and Abandoned are contacts; NaN where the row does not say. HandleSeconds is the sum of all of
	// them, AfterCallSeconds the part of it after the contacts.
	Handled, Offered, Abandoned, HandleSeconds, AfterCallSeconds float64
}

// ReadContacts reads a file of contacts: a table in text or a workbook, long or wide, a row per interval or per
// contact. Errors are as those of [Read].
func ReadContacts(in io.Reader, o ContactOptions) (*Contacts, error) {
	if err := o.Check(); err != nil {
		return nil, err
	}
	book, err := cells.Read(in)
	if err != nil {
		return nil, err
	}
	t, s, sheet, err := chooseContactSheet(book, o.Columns)
	if err != nil {
		return nil, err
	}
	left := t.tidy(&s.shape)
	return t.readContacts(s, o, book, sheet, left)
}

// contactCandidate is a sheet with times.
type contactCandidate struct {
	*table
	*contactShape
	name string
	err  error
}

// chooseContactSheet finds the sheet that is a table of contacts: the one that is named, or the only one.
func chooseContactSheet(book *cells.Book, named ContactColumns) (*table, *contactShape, string, error) {
	words := meaning.NewWords()
	var all []contactCandidate
	var first error
	for i, sheet := range book.Sheets {
		asked := sameName(sheet.Name, named.Sheet) || fmt.Sprint(i+1) == named.Sheet
		if named.Sheet != "" && !asked || named.Sheet == "" && sheet.Hidden {
			continue
		}
		t := tableOf(words, sheet, named.series())
		s, err := t.contactShapeOf(named)
		if err == nil && len(t.rows) == 0 {
			err = noContacts()
		}
		switch {
		case s != nil && len(t.rows) > 0:
			all = append(all, contactCandidate{t, s, sheet.Name, err})
		case first == nil && len(sheet.Rows) > 0:
			first = err
		}
	}
	switch {
	case len(all) == 1:
		return all[0].table, all[0].contactShape, all[0].name, all[0].err
	case len(all) > 1:
		var names []string
		for _, f := range all[:min(len(all), 6)] {
			names = append(names, fmt.Sprintf("%s (%d rows)", quoted(f.name), len(f.rows)))
		}
		return nil, nil, "", invalid("the workbook has %d sheets with data: %s", len(all), strings.Join(names, ", ")).
			WithHint("say which: --sheet %s", shellWord(all[0].name))
	case first != nil:
		return nil, nil, "", first
	case named.Sheet != "":
		return nil, nil, "", noSheet(book, named.Sheet)
	}
	return nil, nil, "", invalid("the file is empty").
		WithHint("give it a column of times and one of counts, such as: date,interval,queue,code,handled,aht")
}

func noContacts() error {
	return invalid("the file has a header but no rows").WithHint("export it again with data: a row per interval and code, or " +
		"one per contact")
}

// series are the columns as those of a file of series, by which the header is found.
func (c ContactColumns) series() Columns {
	var ids []string
	for _, name := range []string{c.Code, c.Queue, c.Channel} {
		if name != "" && !isConstant(name) {
			ids = append(ids, name)
		}
	}
	return Columns{Time: c.Time, ID: strings.Join(ids, ","), Value: c.Value, Sheet: c.Sheet, Count: c.Count}
}

// isConstant reports whether a name stands for a text that holds for all rows.
func isConstant(name string) bool { return strings.HasPrefix(name, "=") }

// contactReader reads the rows of a table of contacts.
type contactReader struct {
	*collector
	*contactShape
	handle timeReading
	after  timeReading
	out    *Contacts
}

func (t *table) readContacts(s *contactShape, o ContactOptions, book *cells.Book, sheet string,
	left []LeftOut) (*Contacts, error) {
	c := &collector{table: t, shape: &s.shape, across: map[int]meaning.Stamp{}, stamps: map[string]stamped{},
		step: step{freq: QuarterHourly}}
	for _, v := range s.values {
		if v.across {
			c.across[v.at], _ = t.words.ReadStamp(t.headCells[v.at].Text)
		}
	}
	dates, numbers := c.evidence()
	c.numbers = numberReading{decimal: meaning.Point}
	if err := c.settle(dates, numbers, Options{Writing: o.Writing}, book.Comma); err != nil {
		return nil, err
	}
	if c.numbers.spans || c.numbers.percent {
		return nil, invalid("the column %s has no counts of contacts", quoted(t.title(s.values[0].at))).
			WithHint("name the one that has: --value NAME; where each row is one contact: --count")
	}
	r := &contactReader{collector: c, contactShape: s, out: &Contacts{Rows: []ContactRow{}}}
	if err := r.readTimes(o, dates, book.Comma); err != nil {
		return nil, err
	}
	r.readRows()
	if err := c.problems.err(); err != nil {
		return nil, err
	}
	if len(r.out.Rows) == 0 {
		return nil, noContacts()
	}
	if err := r.findStep(); err != nil {
		return nil, err
	}
	if err := r.foldTwins(o.AddUp); err != nil {
		return nil, err
	}
	r.describe(c.reading(book, sheet, left))
	return r.out, nil
}

// readRows reads every row; what it cannot read it notes.
func (r *contactReader) readRows() {
	for _, row := range r.rows {
		if !r.fits(row) {
			continue
		}
		text, stamp, fault := r.rowStamp(row)
		for _, v := range r.values {
			s := stamp
			if v.across {
				s, fault = joined(stamp, fault, r.across[v.at], r.clock >= 0 || r.day >= 0)
			}
			at, ok := r.timeOf(row, text, s, fault)
			if !ok {
				break
			}
			if one, ok := r.contactsIn(row, v); ok {
				one.Line, one.At = row.Line, at.time
				r.out.Rows = append(r.out.Rows, one)
			}
		}
	}
	r.out.Zoned = r.seen.zoned || r.seen.form == meaning.Epoch || r.times.offsets && r.seen.offset
}

// contactsIn is what a cell of counts says, with what its row says beside; false where it says nothing.
func (r *contactReader) contactsIn(row cells.Row, v valueColumn) (ContactRow, bool) {
	nothing := math.NaN()
	one := ContactRow{Code: r.textOf(row, r.codes), Queue: r.textOf(row, one1(r.queue)),
		Channel: r.textOf(row, one1(r.channel)), Outbound: r.isOutbound(row), Handled: 1, Offered: nothing,
		Abandoned: nothing}
	if v.id != "" {
		one.Code = v.id
	}
	if !r.count {
		handled, ok := r.countIn(row, v.at)
		offered, ok1 := r.optionalCount(row, r.offered)
		abandoned, ok2 := r.optionalCount(row, r.abandoned)
		if !ok || !ok1 || !ok2 || math.IsNaN(handled) && math.IsNaN(offered) {
			return one, false
		}
		one.Handled, one.Offered, one.Abandoned = handled, offered, abandoned
	}
	var ok bool
	if one.HandleSeconds, ok = r.secondsIn(row, r.handle, one.Handled); !ok {
		return one, false
	}
	one.AfterCallSeconds, ok = r.secondsIn(row, r.after, one.Handled)
	one.AfterCallSeconds = min(one.AfterCallSeconds, one.HandleSeconds)
	return one, ok
}

// one1 is a column as a list, none where it is -1.
func one1(at int) []int {
	if at < 0 {
		return nil
	}
	return []int{at}
}

func (r *contactReader) textOf(row cells.Row, columns []int) string {
	var parts []string
	for _, at := range columns {
		if text := cellOf(row, at).Text; text != "" && !isNothing(text) {
			parts = append(parts, text)
		}
	}
	return strings.Join(parts, " / ")
}

// isNothing reports whether a text is what programs write where there is none.
func isNothing(text string) bool {
	return slices.Contains([]string{"-", "--", "n/a", "na", "null", "none", "(blank)", "(null)", "(empty)", "[none]"},
		strings.ToLower(text))
}

// isOutbound reports whether a row is of contacts that were begun here.
func (r *contactReader) isOutbound(row cells.Row) bool {
	text := meaning.Fold(cellOf(row, r.direction).Text)
	for _, word := range []string{"outbound", "outgoing", "ausgehend", "sortant", "salient", "saida", "out"} {
		if text == word || len(word) > 3 && strings.HasPrefix(text, word) {
			return true
		}
	}
	return false
}

func (r *contactReader) optionalCount(row cells.Row, at int) (float64, bool) {
	if at < 0 {
		return math.NaN(), true
	}
	return r.countIn(row, at)
}

// countIn is a count of contacts: a whole number, zero or more; NaN where the cell is empty.
func (r *contactReader) countIn(row cells.Row, at int) (float64, bool) {
	v, ok := r.valueOf(row, valueColumn{at: at})
	if !ok || math.IsNaN(v) {
		return v, ok
	}
	p := Problem{Line: row.Line, Column: r.title(at)}
	switch {
	case v < 0:
		p.What = fmt.Sprintf("%s %s is less than nothing", r.title(at), quoted(cellOf(row, at).Text))
	case v != math.Trunc(v):
		p.What = fmt.Sprintf("%s %s is no whole number of contacts", r.title(at), quoted(cellOf(row, at).Text))
	case v > maxContacts:
		p.What = fmt.Sprintf("%s %s is too many for one interval", r.title(at), quoted(cellOf(row, at).Text))
	default:
		return v, true
	}
	p.Cure = "counts are whole numbers; name their column: --value NAME"
	r.problems.add("count", p)
	return 0, false
}

// maxContacts is how many contacts an interval may have.
const maxContacts = 10_000_000

// findStep finds how long the intervals are by the times that the file has; single contacts are counted by
// quarter-hours.
func (r *contactReader) findStep() error {
	days, times, minutes := map[wrapcast.Date]bool{}, map[int]bool{}, 0
	clock, off := false, 0
	for _, row := range r.out.Rows {
		at := row.At.UTC()
		if !r.out.Zoned {
			at = row.At
		}
		minute := at.Hour()*60 + at.Minute()
		days[wrapcast.DateOf(at)] = true
		clock = clock || minute > 0
		if minute%15 != 0 || at.Second() != 0 {
			off++
		}
		minutes = gcd(minutes, minute)
		times[minute] = true
	}
	switch {
	case !clock && (!r.seen.clock || !r.out.Zoned):
		r.out.Step = day
		return r.refuseLong(days)
	case r.count || off > 0:
		if r.out.Step = wrapcast.QuarterHour; off > 0 && !r.count {
			r.out.Notes = append(r.out.Notes, "times between quarter-hours are counted in the quarter-hour in which they lie")
		}
		return nil
	}
	const told = 3 // times of day that tell a step of more than an hour
	step := min(gcd(minutes, 24*60), 12*60)
	if step > 60 && len(times) < told {
		step = gcd(step, 60)
		r.out.Notes = append(r.out.Notes, fmt.Sprintf("too few times of day to tell how long its intervals are: taken for %d minutes", step))
	}
	r.out.Step = time.Duration(step) * time.Minute
	return nil
}

func gcd(a, b int) int {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}

// CheckSteps refuses a series whose rows lie one longer step apart than the file's, such as a weekly one among days:
// between its rows would be zeros. It is the rule of [Read], for who was not told what days without a row are.
func (c *Contacts) CheckSteps() error {
	at := map[string][]int{}
	for _, row := range c.Rows {
		if math.IsNaN(row.Handled) {
			continue
		}
		parts := slices.DeleteFunc([]string{row.Code, row.Queue, row.Channel}, func(s string) bool { return s == "" })
		name := cmp.Or(strings.Join(parts, " / "), AllSeries)
		if row.Outbound {
			name += " / outbound"
		}
		at[name] = append(at[name], int(row.At.Add(c.Step/2).Unix()/int64(c.Step/time.Second)))
	}
	for _, name := range slices.Sorted(maps.Keys(at)) {
		slices.Sort(at[name])
		if own := coarseStep(slices.Compact(at[name]), c.Step); own != "" {
			return coarse(name, own, stepWords(c.Step)).WithHint("export it in the step of the others, or into a file of its own; or " +
				"say what steps without a row mean: --fill zero (nothing came) or --fill none (unknown)")
		}
	}
	return nil
}

func stepWords(step time.Duration) string {
	if step == day {
		return string(Daily)
	}
	return fmt.Sprintf("%d minutes", int(step/time.Minute))
}

// refuseLong refuses weeks and months: what lies between is not known.
func (r *contactReader) refuseLong(days map[wrapcast.Date]bool) error {
	var all []wrapcast.Date
	for d := range days {
		all = append(all, d)
	}
	slices.Sort(all)
	least := wrapcast.Date(0)
	for i := 1; i < len(all); i++ {
		if apart := all[i] - all[i-1]; least == 0 || apart < least {
			least = apart
		}
	}
	form := r.seen.form
	months := form == meaning.Month || form == meaning.Week || form == meaning.SixDigits
	if r.count || !months && (len(all) < 4 || least < 7) {
		return nil
	}
	what := "weeks"
	if least > 7 || form == meaning.Month || form == meaning.SixDigits && !r.times.weeks {
		what = "months"
	}
	return invalid("the file has %s: contacts are kept by days or shorter intervals", what).
		WithHint("export days, or intervals of 15, 30 or 60 minutes; wrapcast forecast FILE forecasts %s as they are", what)
}

// twin is what rows may share.
type twin struct {
	at                   int64
	code, queue, channel string
	outbound             bool
	text                 string
}

// foldTwins refuses rows that are the same in every cell, unless they are to be added up: a file was pasted below
// itself.
func (r *contactReader) foldTwins(addUp bool) error {
	if r.count || addUp || r.isAcross() {
		return nil
	}
	seen := map[twin]int{}
	texts := map[int]string{}
	for _, row := range r.rows {
		var all []string
		for _, c := range row.Cells {
			all = append(all, c.Text)
		}
		texts[row.Line] = strings.Join(all, "\x00")
	}
	twins := 0
	for _, one := range r.out.Rows {
		k := twin{one.At.Unix(), one.Code, one.Queue, one.Channel, one.Outbound, texts[one.Line]}
		if first, ok := seen[k]; ok {
			twins++
			if !r.comesTwice(one.At) {
				r.problems.add("twin", Problem{Line: one.Line, What: fmt.Sprintf("is the same as line %d", first),
					Cure: "take rows out that stand twice; where both count: --add-up"})
			}
			continue
		}
		seen[k] = one.Line
	}
	return r.problems.err()
}

// comesTwice reports whether a clock may show a time twice on that day: between midnight and three of a Sunday, or of
// any day where nobody knows the zone.
func (r *contactReader) comesTwice(at time.Time) bool {
	return !r.out.Zoned && r.seen.clock && at.Hour() < 4
}

// describe says what was read, and what the file does not have.
func (r *contactReader) describe(reading Reading) {
	r.Reading(&reading)
	r.out.Reading = reading
	lack := func(missing bool, sentence string) {
		if missing {
			r.out.Lacks = append(r.out.Lacks, sentence)
		}
	}
	codes := len(r.codes) > 0 || len(r.values) > 1 && !r.isAcross() || isConstant(r.columns.Code)
	lack(!codes, "no code: one code, "+AllSeries)
	lack(r.queue < 0 && !isConstant(r.columns.Queue), "no queue: "+AllSeries)
	lack(r.channel < 0 && !isConstant(r.columns.Channel), "no channel: voice")
	lack(r.handleAt < 0, "no handle time: none planned")
	r.out.Columns, r.out.Header = r.columns, r.headNames()
	if r.times.by != "" {
		r.out.Writing.Dates = r.times.order
	}
	if r.numbers.by != "" || r.handle.numbers.by != "" {
		decimal := r.numbers.decimal
		if r.numbers.by == "" {
			decimal = r.handle.numbers.decimal
		}
		r.out.Writing.Decimal = map[meaning.Decimal]string{meaning.Comma: "comma", meaning.Point: "point"}[decimal]
	}
}

// headNames are the folded names of the columns that are no times.
func (t *table) headNames() []string {
	names := []string{}
	for i, c := range t.headCells {
		if c.Text != "" && !t.isTimeName(c) {
			names = append(names, meaning.Fold(t.head[i]))
		}
	}
	return names
}

// HeaderOf are the folded names of the columns of a file of contacts that are no times: files of one sender have the
// same. It is empty where nobody can tell.
func HeaderOf(in io.Reader, sheet string) []string {
	book, err := cells.Read(in)
	if err != nil {
		return nil
	}
	t, _, _, err := chooseContactSheet(book, ContactColumns{Sheet: sheet})
	if t == nil || err != nil && t.headLine == 0 {
		return nil
	}
	return t.headNames()
}

// Reading completes what the file was taken for.
func (r *contactReader) Reading(out *Reading) {
	series := map[string]bool{}
	for _, one := range r.out.Rows {
		series[one.Code+"\x00"+one.Queue+"\x00"+one.Channel] = true
	}
	out.Series, out.Values = len(series), len(r.out.Rows)
	for _, at := range []int{r.handleAt, r.afterAt, r.offered, r.abandoned, r.direction} {
		if at >= 0 {
			out.Value = append(out.Value, r.title(at))
			out.Ignored = slices.DeleteFunc(out.Ignored, func(n string) bool { return n == r.title(at) })
		}
	}
	if r.handle.words != "" {
		out.Numbers = strings.TrimPrefix(out.Numbers+", handle times "+r.handle.words, ", ")
	}
	out.Shape = cmp.Or(map[bool]string{true: "a row per contact, counted"}[r.count], out.Shape)
}
