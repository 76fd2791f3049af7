package export

import (
	"encoding/csv"
	"io"
	"strconv"

	"github.com/wrapcast/wrapcast/internal/plain"
)

// WriteCSV writes a sheet as CSV: one header, then its rows. Days are written as 2026-11-23, handle times in seconds,
// shares as fractions, numbers with a point, whatever a spreadsheet would make of them. Text that a spreadsheet would
// take for a formula, in any width, gets an apostrophe before it: a wrap-up code's name must not be able to run
// anything. Controls are written as escapes.
func WriteCSV(w io.Writer, s Sheet) error {
	out := csv.NewWriter(w)
	header := make([]string, len(s.Columns))
	for i, c := range s.Columns {
		header[i] = c.title()
	}
	if err := out.Write(header); err != nil {
		return err
	}
	for _, row := range s.Rows {
		record := make([]string, len(s.Columns))
		for i, cell := range row.Cells {
			record[i] = cell.plain()
		}
		if err := out.Write(record); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

// title is the name of a column in a CSV.
func (c Column) title() string {
	if c.Day != nil {
		return c.Day.String()
	}
	return plain.Cell(c.Header)
}

func (c Cell) plain() string {
	switch c.Kind {
	case cellText:
		return plain.Cell(c.Text)
	case cellWhole:
		return strconv.FormatFloat(c.Number, 'f', -1, 64)
	case cellCount, cellRatio, cellPercent, cellSeconds:
		return strconv.FormatFloat(c.Number, 'g', 6, 64)
	case cellDay:
		return c.Day.String()
	case cellEmpty:
	}
	return ""
}
