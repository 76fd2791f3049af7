// Package cells turns the bytes of a file into sheets of cells: what it is packed in, its encoding, its separator, or
// the workbook. What a cell means is not known here.
package cells

import (
	"bytes"
	"io"

	"github.com/wrapcast/wrapcast"
)

// Kind is what a file itself says of a cell.
type Kind uint8

// The kinds of cell. Only workbooks know more than text.
const (
	// Text is as somebody wrote it.
	Text Kind = iota
	// Number is written with a decimal point and without thousands separators.
	Number
	// Date is written as 2006-01-02, or 2006-01-02 15:04:05 where it has a time of day.
	Date
	// Span is a time of day or a length of time: 15:04:05, with more than 24 hours where it is longer.
	Span
)

// Cell is one cell; an empty text is an empty cell.
type Cell struct {
	Text string
	Kind Kind
}

// Row is a row that is not empty.
type Row struct {
	// Line is that of the file on which it begins, or the number of the row in a workbook, counted from one.
	Line int
	// Cells are those up to the last that is not empty; Width is how many a line of text has with empty ones.
	Cells []Cell
	Width int
}

// Sheet is a table; a text file is one sheet without a name.
type Sheet struct {
	Name   string
	Hidden bool
	Rows   []Row
}

// Book is a file's cells, and how they were kept.
type Book struct {
	// Format is what the file is, for people: "CSV", "Excel workbook".
	Format string
	// Encoding is that of a text file, Separator what stands between its cells, in words.
	Encoding, Separator string
	// Comma is the separator of a text file, 0 of a workbook.
	Comma  rune
	Sheets []Sheet
}

// Limits of what is taken for a table rather than for a mistake or an attack.
const (
	maxBytes = 1 << 30
	maxCells = 40_000_000
	maxField = 4096
)

// Read reads a file. Errors are of kind InvalidData and say what to do.
func Read(r io.Reader) (*Book, error) {
	content, packed, err := unpack(r)
	if err != nil {
		return nil, err
	}
	if err := refuse(content); err != nil {
		return nil, err
	}
	var book *Book
	if bytes.HasPrefix(content, []byte("PK\x03\x04")) {
		book, err = readWorkbook(content)
	} else {
		book, err = readText(content)
	}
	if err == nil && packed {
		book.Format = "gzipped " + book.Format
	}
	return book, err
}

func invalid(format string, args ...any) *wrapcast.Error {
	return wrapcast.Errorf(wrapcast.InvalidData, "", format, args...)
}
