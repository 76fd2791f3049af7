package tables

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/tables/internal/cells"
	"github.com/wrapcast/wrapcast/internal/tables/internal/meaning"
)

// Read reads a file of series: a table in text or a workbook, long or wide, as people have them. What its rows leave
// open it asks for: errors are of kind InvalidData, name lines, and say what to do. A column or a sheet that is named
// and is not there is Usage.
func Read(in io.Reader, o Options) (*File, error) {
	if err := o.Writing.Check(); err != nil {
		return nil, err
	}
	if o.Columns.Count {
		o = o.counting()
	}
	source, err := again(in)
	if err != nil {
		return nil, err
	}
	rows, reading, err := readEither(source, o)
	if err != nil {
		return nil, err
	}
	if o.AddUp {
		rows.addUp()
	}
	l, err := rows.onGrids(o)
	if err != nil {
		return nil, reading.tellApart(err)
	}
	l.Reading = reading
	l.Reading.Series = len(rows.series)
	for _, s := range rows.series {
		l.Reading.Values += len(s.rows)
	}
	return l, nil
}

// tellApart says of rows that share a series and a time which columns may tell them apart, and how they are added up.
func (r Reading) tellApart(err error) error {
	if !strings.Contains(err.Error(), " twice, first on line ") || r.Plain {
		return err
	}
	hint := wrapcast.Hint(err) + "; or add such rows up: --add-up"
	if len(r.Ignored) > 0 {
		hint += "; or name a column that tells them apart, of " + names(r.Ignored, "") + ": --id " +
			shellWord(strings.Join(append(slices.Clone(r.ID), r.Ignored[0]), ","))
	}
	return wrapcast.Errorf(wrapcast.KindOf(err), "", "%w", err).WithHint("%s", hint)
}

// readEither reads a long CSV with the columns series_id, timestamp and value row by row; everything else, and such a
// file with something in it that is not plain, as a whole.
func readEither(source io.ReadSeeker, o Options) (*rowFile, Reading, error) {
	if !o.Columns.given() && o.Writing == (Writing{}) {
		rows, err := readRows(source, o.Frequency)
		if err == nil && !rows.isOtherThanSteps(o.Frequency) {
			return rows, plainReading(), nil
		}
		if _, err := source.Seek(0, io.SeekStart); err != nil {
			return nil, Reading{}, wrapcast.Errorf(wrapcast.Internal, "", "reading the file again: %w", err)
		}
	}
	return readAny(source, o)
}

// isOtherThanSteps reports whether whole numbers are months or weeks of years rather than steps.
func (f *rowFile) isOtherThanSteps(asked Frequency) bool {
	return f.notation.layout == "" && (asked == "" && f.checkNumbers() != nil || asked == Monthly || asked == Weekly)
}

// again is a file that can be read twice: as it is, or kept where it comes through a pipe.
func again(in io.Reader) (io.ReadSeeker, error) {
	if s, ok := in.(io.ReadSeeker); ok {
		if _, err := s.Seek(0, io.SeekCurrent); err == nil {
			return s, nil
		}
	}
	content, err := io.ReadAll(in)
	if err != nil {
		return nil, wrapcast.Errorf(wrapcast.Internal, "", "reading: %w", err)
	}
	return bytes.NewReader(content), nil
}

// readAny reads a table of any shape.
func readAny(in io.Reader, o Options) (*rowFile, Reading, error) {
	book, err := cells.Read(in)
	if err != nil {
		return nil, Reading{}, err
	}
	t, s, sheet, err := chooseSheet(book, o.Columns)
	if err != nil {
		return nil, Reading{}, err
	}
	left := t.tidy(s)
	rows, c, err := t.read(s, o, book.Comma)
	if err != nil {
		return nil, Reading{}, err
	}
	return rows, c.reading(book, sheet, left), nil
}

// candidate is a sheet with times, or an error where something of it is open.
type candidate struct {
	*table
	*shape
	name string
	err  error
}

// chooseSheet finds the sheet that is a table: the one that is named, or the only one.
func chooseSheet(book *cells.Book, named Columns) (*table, *shape, string, error) {
	all, first := candidates(book, named)
	switch {
	case len(all) == 1:
		return all[0].table, all[0].shape, all[0].name, all[0].err
	case len(all) > 1:
		var names, options []string
		for _, f := range all[:min(len(all), 6)] {
			names = append(names, fmt.Sprintf("%s (%d rows)", quoted(f.name), len(f.rows)))
			options = append(options, "--sheet "+shellWord(f.name))
		}
		return nil, nil, "", invalid("the workbook has %d sheets with data: %s", len(all), strings.Join(names, ", ")).
			WithHint("say which: %s", strings.Join(options, ", or "))
	case first != nil:
		return nil, nil, "", first
	case named.Sheet != "":
		return nil, nil, "", noSheet(book, named.Sheet)
	}
	return nil, nil, "", invalid("the file is empty").
		WithHint("the first line must be: series_id,timestamp,value, or other names of columns")
}

// candidates are the sheets with times, of those that are named or can be seen; without any there is the error of the
// first that has anything.
func candidates(book *cells.Book, named Columns) (all []candidate, first error) {
	words := meaning.NewWords()
	for i, sheet := range book.Sheets {
		asked := sameName(sheet.Name, named.Sheet) || fmt.Sprint(i+1) == named.Sheet
		if named.Sheet != "" && !asked || named.Sheet == "" && sheet.Hidden {
			continue
		}
		t := tableOf(words, sheet, named)
		s, err := t.shapeOf(named)
		if err == nil && len(t.rows) == 0 {
			err = noRows()
		}
		switch {
		case s != nil && len(t.rows) > 0:
			all = append(all, candidate{t, s, sheet.Name, err})
		case first == nil && len(sheet.Rows) > 0 || wrapcast.KindOf(first) == wrapcast.Usage:
			if first = err; sheet.Name != "" {
				first = wrapcast.Errorf(wrapcast.KindOf(err), "", "%s, sheet %s: %w", book.Format, quoted(sheet.Name), err)
			}
		}
	}
	return all, first
}

func noSheet(book *cells.Book, name string) error {
	var names []string
	for _, s := range book.Sheets {
		names = append(names, quoted(s.Name))
	}
	if book.Comma != 0 {
		return wrapcast.Errorf(wrapcast.Usage, "", "--sheet is for workbooks, and the file is a CSV").WithHint("leave it out")
	}
	return wrapcast.Errorf(wrapcast.Usage, "", "the workbook has no sheet %s", quoted(name)).
		WithHint("its sheets are %s", strings.Join(names, ", "))
}

// reading is what the file was taken for.
func (c *collector) reading(book *cells.Book, sheet string, left []LeftOut) Reading {
	r := Reading{Schema: ReadingSchema, Format: book.Format, Encoding: book.Encoding, Separator: book.Separator,
		Sheet: sheet, HeaderLine: c.headLine, Time: []string{}, ID: []string{}, Value: []string{},
		Ignored: append([]string{}, c.shape.ignored...), Shape: "a row per series and time",
		LeftOut: append([]LeftOut{}, left...)}
	for _, at := range c.shape.timeColumns() {
		if at >= 0 {
			r.Time = append(r.Time, c.title(at))
		}
	}
	for _, at := range c.shape.ids {
		r.ID = append(r.ID, c.title(at))
	}
	for _, v := range c.shape.values {
		r.Value = append(r.Value, c.title(v.at))
	}
	if c.shape.count {
		r.Shape, r.Value = "a row per contact, counted", []string{"rows"}
	}
	switch {
	case c.shape.isAcross():
		r.Shape, r.Value = "times across", []string{}
	case len(c.shape.values) > 1:
		r.Shape = "a column per series"
	case c.shape.outline:
		r.Shape = "a pivot table, names and times in one column"
	case c.shape.filled:
		r.Shape += ", names in the first row of their group"
	}
	r.Dates, r.Numbers = c.datesWords(), c.numbersWords()
	return r
}

func (c *collector) datesWords() string {
	words := ""
	if c.times.by != "" {
		words = orderWords(c.times) + " (" + c.times.by + ")"
	}
	if c.times.early > 0 {
		words = strings.TrimPrefix(words+", named by the end of the interval", ", ")
	}
	return words
}

func (c *collector) numbersWords() string {
	words := ""
	switch {
	case c.numbers.spans:
		words = "as h:mm:ss, in seconds"
	case c.numbers.by != "" && c.numbers.decimal == meaning.Comma:
		words = "with a decimal comma"
	case c.numbers.by != "":
		words = "with a decimal point"
	}
	if c.numbers.by != "" {
		words += " (" + c.numbers.by + ")"
	}
	if c.numbers.percent {
		words = strings.TrimPrefix(words+", per cents as fractions: 85 % is 0.85", ", ")
	}
	return words
}

func hintOf(err error) string {
	if e, ok := errors.AsType[*wrapcast.Error](err); ok {
		return wrapcast.Hint(e)
	}
	return ""
}
