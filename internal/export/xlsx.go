package export

import (
	"errors"
	"fmt"
	"io"
	"math"
	"time"

	"github.com/xuri/excelize/v2"

	"github.com/wrapcast/wrapcast"
)

// What a worksheet holds at most.
const (
	maxRows    = 1 << 20
	maxColumns = 1 << 14
)

// tableTop is the row, from one, of a sheet's column names: below its title and what groups its columns.
const tableTop = 3

// WriteXLSX writes sheets as one workbook. Every sheet has a title, filters on its columns and frozen panes; rows are
// streamed, so that memory does not grow with them.
func WriteXLSX(w io.Writer, sheets []Sheet) error {
	f := excelize.NewFile()
	defer func() { _ = f.Close() }()
	styles := newStyles(f)
	for i, s := range sheets {
		if err := writeSheet(f, i, s, styles); err != nil {
			return fmt.Errorf("sheet %s: %w", s.Name, err)
		}
	}
	f.SetActiveSheet(0)
	return f.Write(w)
}

func writeSheet(f *excelize.File, i int, s Sheet, styles *styles) error {
	if len(s.Rows)+tableTop > maxRows || len(s.Columns) > maxColumns {
		return wrapcast.Errorf(wrapcast.Usage, "export", "%d rows of %d columns do not fit into a sheet", len(s.Rows),
			len(s.Columns)).
			WithHint("choose fewer days with --from and --to, or write a CSV")
	}
	if err := addSheet(f, i, s); err != nil {
		return err
	}
	out, err := f.NewStreamWriter(s.Name)
	if err != nil {
		return err
	}
	if err := layOut(out, s); err != nil {
		return err
	}
	if err := writeHead(out, s, styles); err != nil {
		return err
	}
	for r, row := range s.Rows {
		if err := out.SetRow(cellName(1, tableTop+1+r), values(s, row, styles),
			excelize.RowOpts{Height: rowHeight(s, row)}); err != nil {
			return err
		}
	}
	return out.Flush()
}

// addSheet makes the sheet, with what can only be said before it is streamed: its filters and how it is printed.
func addSheet(f *excelize.File, i int, s Sheet) error {
	var err error
	if i == 0 {
		err = f.SetSheetName("Sheet1", s.Name)
	} else {
		_, err = f.NewSheet(s.Name)
	}
	if err != nil {
		return err
	}
	if err := protect(f, s); err != nil || s.Hidden {
		return errors.Join(err, hide(f, s))
	}
	last := cellName(len(s.Columns), tableTop+max(len(s.Rows), 1))
	if err := f.AutoFilter(s.Name, cellName(1, tableTop)+":"+last, nil); err != nil {
		return err
	}
	if err := fitToPages(f, s); err != nil {
		return err
	}
	// on every printed page stand the same columns that stay when scrolled
	fixed, _ := excelize.ColumnNumberToName(max(s.Fixed, 1))
	return f.SetDefinedName(&excelize.DefinedName{Name: "_xlnm.Print_Titles", Scope: s.Name,
		RefersTo: fmt.Sprintf("'%s'!$A:$%s,'%s'!$%d:$%d", s.Name, fixed, s.Name, tableTop-1, tableTop)})
}

// legible is how many characters stand beside each other on a printed page before they become too small to read.
const legible = 180

// fitToPages prints a sheet on as many pages beside each other as it needs to be legible, mostly one, and as many below
// each other as there are rows.
func fitToPages(f *excelize.File, s Sheet) error {
	landscape, fit, wide, long := "landscape", true, 1, 0
	width, fixed := 0.0, 0.0
	for i, c := range s.Columns {
		width += c.width()
		if i < s.Fixed {
			fixed += c.width() // stands on every page
		}
	}
	if width > legible {
		wide = int(math.Ceil((width - fixed) / max(legible-fixed, legible/2)))
	}
	if err := f.SetSheetProps(s.Name, &excelize.SheetPropsOptions{FitToPage: &fit}); err != nil {
		return err
	}
	return f.SetPageLayout(s.Name, &excelize.PageLayoutOptions{Orientation: &landscape, FitToWidth: &wide,
		FitToHeight: &long})
}

// layOut sets widths and freezes what stays.
func layOut(out *excelize.StreamWriter, s Sheet) error {
	for i, c := range s.Columns {
		if err := out.SetColWidth(i+1, i+1, c.width()); err != nil {
			return err
		}
		if c.Hidden {
			if err := out.SetColVisible(i+1, i+1, false); err != nil {
				return err
			}
		}
	}
	return out.SetPanes(&excelize.Panes{Freeze: true, XSplit: s.Fixed, YSplit: tableTop,
		TopLeftCell: cellName(s.Fixed+1, tableTop+1), ActivePane: "bottomRight"})
}

// writeHead writes the title, the row of groups and the names of the columns.
func writeHead(out *excelize.StreamWriter, s Sheet, styles *styles) error {
	if err := out.SetRow("A1", []any{excelize.Cell{Value: s.Title, StyleID: styles.title(s.Title)}}); err != nil {
		return err
	}
	groups, names := make([]any, len(s.Columns)), make([]any, len(s.Columns))
	for i, c := range s.Columns {
		repeated := i > 0 && c.Day == nil && s.Columns[i-1].Group == c.Group
		if c.Group != "" && !repeated {
			groups[i] = excelize.Cell{Value: c.Group, StyleID: styles.group(c)}
		}
		names[i] = excelize.Cell{Value: c.Header, StyleID: styles.header(c, s.isNumber(i))}
		if c.Day != nil {
			names[i] = excelize.Cell{Value: dateOf(*c.Day), StyleID: styles.header(c, true)}
		}
	}
	if err := out.SetRow(cellName(1, tableTop-1), groups, excelize.RowOpts{Height: groupHeight(s)}); err != nil {
		return err
	}
	return out.SetRow(cellName(1, tableTop), names, excelize.RowOpts{Height: 32})
}

// groupHeight leaves room for names of days, which stand upright.
func groupHeight(s Sheet) float64 {
	height := 15.0
	for _, c := range s.Columns {
		if c.Day != nil && c.Group != "" {
			height = 110
		}
	}
	return height
}

// rowHeight leaves room for sentences that are broken into lines; 0 is a row's usual height.
func rowHeight(s Sheet, row Row) float64 {
	lines := 1
	for i, c := range row.Cells {
		if width := s.Columns[i].Width; width >= wrapFrom {
			lines = max(lines, 1+len(c.Text)/int(width))
		}
	}
	if lines == 1 {
		return 0
	}
	return 13.5 * float64(lines)
}

// values turns a row into what the stream takes.
func values(s Sheet, row Row, styles *styles) []any {
	out := make([]any, len(s.Columns))
	for i, c := range row.Cells {
		mark := c.Mark
		if mark == markNone {
			mark = row.Mark
		}
		cell := excelize.Cell{StyleID: styles.cell(c, mark, s.Columns[i]), Formula: c.Formula}
		switch c.Kind {
		case cellText:
			cell.Value = c.Text
		case cellWhole, cellCount, cellRatio, cellPercent:
			cell.Value = c.Number
		case cellSeconds:
			cell.Value = c.Number / (24 * 60 * 60)
		case cellDay:
			cell.Value = dateOf(c.Day)
		case cellEmpty:
		}
		out[i] = cell
	}
	return out
}

func dateOf(d wrapcast.Date) time.Time { return d.Midnight(time.UTC) }

// cellName is the name of a cell by column and row, from one.
func cellName(column, row int) string {
	name, _ := excelize.CoordinatesToCellName(column, row) // writeSheet has checked that they fit
	return name
}

// protect lets nobody change what is not open by mistake; filters and the width of columns stay everybody's.
func protect(f *excelize.File, s Sheet) error {
	if !s.Locked {
		return nil
	}
	return f.ProtectSheet(s.Name, &excelize.SheetProtectionOptions{AutoFilter: true, FormatColumns: true,
		FormatRows: true, SelectLockedCells: true, SelectUnlockedCells: true, Sort: true})
}

// hide takes a sheet out of sight.
func hide(f *excelize.File, s Sheet) error {
	if !s.Hidden {
		return nil
	}
	return f.SetSheetVisible(s.Name, false)
}
