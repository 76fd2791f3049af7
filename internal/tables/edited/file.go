package edited

import (
	"bytes"
	"slices"
	"strings"
	"time"

	"github.com/xuri/excelize/v2"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/tables/internal/cells"
)

// File is a forecast that people have changed in a spreadsheet.
type File struct {
	// Format is what it is, for people: "Excel workbook", "CSV".
	Format string
	// About is what it says it is of; the zero Identity where it says nothing.
	About Identity
	book  *cells.Book
	// workbook knows formulas and formats, nil of a text file.
	workbook *excelize.File
	// percent says of a style whether it shows numbers in per cent.
	percent map[int]bool
}

// Identity is what a file says it is of.
type Identity struct {
	Organisation, OrganisationName string
	Unit                           wrapcast.BusinessUnitID
	Forecast                       wrapcast.ForecastID
	MadeAt, WrittenAt              time.Time
	Version                        string
	// Overrides are those its numbers have; nil where it does not name them.
	Overrides []wrapcast.OverrideID
}

// Known says that the file says what it is of.
func (i Identity) Known() bool { return i.Forecast != "" }

// identitySheet, and first word of a header: what a file is known by.
const identity = "wrapcast"

// Open reads a file. One that is no table is InvalidData, with what to do.
func Open(content []byte) (*File, error) {
	book, err := cells.Read(bytes.NewReader(content))
	if err != nil {
		return nil, err
	}
	f := &File{Format: book.Format, book: book, percent: map[int]bool{}}
	if book.Comma == 0 {
		if f.workbook, err = excelize.OpenReader(bytes.NewReader(content), excelize.Options{RawCellValue: true}); err != nil {
			f.workbook = nil // cells come from the book; formulas are then not told apart
		}
	}
	f.About = f.identity()
	return f, nil
}

// identity is what the hidden sheet says, else the header of a column of keys.
func (f *File) identity() (id Identity) {
	for _, s := range f.book.Sheets {
		if !strings.EqualFold(s.Name, identity) {
			continue
		}
		for _, row := range s.Rows {
			if len(row.Cells) > 1 {
				id.set(row.Cells[0].Text, row.Cells[1].Text)
			}
		}
	}
	if id.Known() {
		return id
	}
	for _, s := range f.book.Sheets {
		for _, row := range s.Rows[:min(headerWithin, len(s.Rows))] {
			for _, c := range row.Cells {
				if isKeyHeader(c.Text) {
					id.header(c.Text)
					return id
				}
			}
		}
	}
	return id
}

func isKeyHeader(text string) bool {
	return strings.HasPrefix(text, identity+" ") && strings.Contains(text, "forecast=")
}

func (i *Identity) header(text string) {
	for _, part := range strings.Fields(text) {
		if name, value, found := strings.Cut(part, "="); found {
			i.set(name, value)
		}
	}
}

// set takes one field; an instant that is none stays zero.
func (i *Identity) set(name, value string) {
	switch strings.ToLower(strings.TrimSpace(name)) {
	case "organisation":
		i.Organisation = value
	case "organisation name":
		i.OrganisationName = value
	case "business_unit":
		i.Unit = wrapcast.BusinessUnitID(value)
	case "forecast":
		i.Forecast = wrapcast.ForecastID(value)
	case "made_at":
		i.MadeAt, _ = time.Parse(time.RFC3339Nano, value)
	case "written_at":
		i.WrittenAt, _ = time.Parse(time.RFC3339Nano, value)
	case "overrides_version":
		i.Version = value
	case "override":
		i.Overrides = append(i.Overrides, wrapcast.OverrideID(value))
	}
}

// Problem is something in a file that cannot be meant, with the address of its cell and what to do.
type Problem struct {
	Cell string `json:"cell,omitempty"`
	What string `json:"what"`
	Cure string `json:"cure"`
}

// Table is a sheet with rows of a forecast.
type Table struct {
	Sheet string
	Rows  []Row
	// Named are its columns, by what they are headed with in lower case.
	Named []string
	// Decimals is how many decimals its numbers have at most.
	Decimals int
}

// Row is a row of a table.
type Row struct {
	// At is its address: "Codes!12".
	At string
	// Key is what the row is called, "" where it has lost that.
	Key string
	// Names are the texts of its other columns, by their header: code, queue, channel, measure, kind, id.
	Names map[string]string
	// Reason is what was typed as reason.
	Reason string
	// Cells are those of the days that the file has, in its order.
	Cells []Cell
}

// Cell is one day of a row.
type Cell struct {
	// At is its address: "Codes!F12".
	At  string
	Day wrapcast.Date
	Value
}

// Tables reads every sheet that has days of a forecast, which begins on a day and has so many.
func (f *File) Tables(from wrapcast.Date, days int) (tables []Table, problems []Problem) {
	for _, s := range f.book.Sheets {
		if strings.EqualFold(s.Name, identity) {
			continue
		}
		h, found := f.findHeader(s, from, days)
		if !found {
			continue
		}
		problems = append(problems, h.problems...)
		tables = append(tables, f.table(s, h))
	}
	return tables, problems
}

// table reads the rows below a header.
func (f *File) table(s cells.Sheet, h header) Table {
	t := Table{Sheet: s.Name, Named: h.names()}
	comma := f.commaOf(s, h)
	for _, row := range s.Rows {
		if row.Line <= h.line {
			continue
		}
		r := Row{At: f.address(s, 0, row.Line), Names: map[string]string{}}
		for column, name := range h.named {
			if column >= len(row.Cells) {
				continue
			}
			text := unquoted(row.Cells[column].Text)
			switch name {
			case keyName:
				r.Key = text
			case "reason":
				r.Reason = text
			default:
				r.Names[name] = text
			}
		}
		for _, column := range h.order {
			c := cells.Cell{}
			if column < len(row.Cells) {
				c = row.Cells[column]
			}
			cell := Cell{At: f.address(s, column+1, row.Line), Day: h.days[column],
				Value: f.value(s, column+1, row.Line, c, comma)}
			t.Decimals = max(t.Decimals, cell.Decimals)
			r.Cells = append(r.Cells, cell)
		}
		t.Rows = append(t.Rows, r)
	}
	return t
}

// unquoted takes off the apostrophe that a CSV has before what a spreadsheet would take for a formula.
func unquoted(text string) string {
	if rest, found := strings.CutPrefix(text, "'"); found && rest != "" && strings.ContainsRune("=+-@", []rune(rest)[0]) {
		return rest
	}
	return text
}

// address names a cell to people: by sheet in a workbook, by line in a text file. Column 0 names the row.
func (f *File) address(s cells.Sheet, column, line int) string {
	name := "line"
	if column > 0 {
		name, _ = excelize.ColumnNumberToName(column)
	}
	at, _ := excelize.JoinCellName("A", line)
	row := at[1:]
	switch {
	case s.Name == "" && column == 0:
		return "line " + row
	case s.Name == "":
		return name + row
	case column == 0:
		return s.Name + "!" + row
	}
	return s.Name + "!" + name + row
}

// header is where the columns of a table are.
type header struct {
	line  int
	named map[int]string
	days  map[int]wrapcast.Date
	// order are the columns of days from left to right.
	order    []int
	problems []Problem
}

func (h header) names() (names []string) {
	for _, n := range h.named {
		names = append(names, n)
	}
	slices.Sort(names)
	return names
}
