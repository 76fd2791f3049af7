package cells

import (
	"archive/zip"
	"bytes"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/xuri/excelize/v2"
)

// readWorkbook reads a workbook, or the one file of an archive.
func readWorkbook(content []byte) (*Book, error) {
	archive, err := zip.NewReader(bytes.NewReader(content), int64(len(content)))
	if err != nil {
		return nil, damaged(err)
	}
	has := map[string]bool{}
	for _, f := range archive.File {
		has[f.Name] = true
	}
	switch {
	case has["xl/workbook.bin"]:
		return nil, invalid("the file is a binary Excel workbook (.xlsb)").WithHint("save it as .xlsx or as CSV in UTF-8")
	case has["content.xml"] && has["mimetype"]:
		return nil, invalid("the file is an OpenDocument sheet (.ods)").WithHint("save it as .xlsx or as CSV in UTF-8")
	case !has["[Content_Types].xml"]:
		return readArchive(archive)
	}
	f, err := excelize.OpenReader(bytes.NewReader(content), excelize.Options{UnzipSizeLimit: maxBytes, RawCellValue: true})
	if err != nil {
		return nil, damaged(err)
	}
	defer func() { _ = f.Close() }()
	return sheetsOf(f)
}

func damaged(err error) error {
	return invalid("the file is not a workbook that can be read: %w", err).
		WithHint("open it in Excel and save it anew as .xlsx, without a password")
}

// readArchive reads the text file that is alone in an archive.
func readArchive(archive *zip.Reader) (*Book, error) {
	if len(archive.File) != 1 {
		return nil, invalid("the file is an archive of %d files", len(archive.File)).WithHint("unpack it and name one of them")
	}
	in, err := archive.File[0].Open()
	if err != nil {
		return nil, damaged(err)
	}
	defer in.Close()
	content, err := readAll(in)
	if err != nil {
		return nil, damaged(err)
	}
	if err := refuse(content); err != nil {
		return nil, err
	}
	book, err := readText(content)
	if err == nil {
		book.Format = "zipped CSV"
	}
	return book, err
}

// workbook is a workbook that is read.
type workbook struct {
	file *excelize.File
	// epoch is the day of serial number 0.
	epoch   time.Time
	formats map[int]Kind
	all     int // cells so far
}

func sheetsOf(f *excelize.File) (*Book, error) {
	w := workbook{file: f, epoch: time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC), formats: map[int]Kind{}}
	book := &Book{Format: "Excel workbook"}
	if props, err := f.GetWorkbookProps(); err == nil && props.Date1904 != nil && *props.Date1904 {
		w.epoch = time.Date(1904, 1, 1, 0, 0, 0, 0, time.UTC)
		book.Format = "Excel workbook with dates since 1904"
	}
	for _, name := range f.GetSheetList() {
		rows, err := w.rows(name)
		if err != nil {
			return nil, err
		}
		visible, _ := f.GetSheetVisible(name)
		book.Sheets = append(book.Sheets, Sheet{Name: name, Hidden: !visible, Rows: rows})
	}
	return book, nil
}

// rows reads a sheet. A cell that is merged downwards stands in every row of it.
func (w *workbook) rows(sheet string) (rows []Row, err error) {
	in, err := w.file.Rows(sheet)
	if err != nil {
		return nil, nil // a chart has no rows
	}
	defer in.Close()
	down, err := w.merged(sheet)
	if err != nil {
		return nil, damaged(err)
	}
	for line := 1; in.Next(); line++ {
		texts, err := in.Columns()
		if err != nil {
			return nil, damaged(err)
		}
		if w.all += len(texts); w.all > maxCells {
			return nil, tooManyCells()
		}
		if cells := w.cells(sheet, line, texts, down); len(cells) > 0 {
			rows = append(rows, Row{Line: line, Cells: cells})
		}
	}
	return rows, nil
}

// place is a cell by row and column, from one.
type place struct{ row, column int }

// merged are the cells that merged ones cover downwards, with the text that stands in their first row.
func (w *workbook) merged(sheet string) (map[place]place, error) {
	areas, err := w.file.GetMergeCells(sheet)
	if err != nil {
		return nil, err
	}
	down, most := map[place]place{}, 1_000_000
	for _, a := range areas {
		column, from, err1 := excelize.CellNameToCoordinates(a.GetStartAxis())
		_, to, err2 := excelize.CellNameToCoordinates(a.GetEndAxis())
		if err1 != nil || err2 != nil {
			continue
		}
		for row := from + 1; row <= to && len(down) < most; row++ {
			down[place{row, column}] = place{from, column}
		}
	}
	return down, nil
}

func (w *workbook) cells(sheet string, line int, texts []string, down map[place]place) []Cell {
	cells := make([]Cell, 0, len(texts))
	filled := 0
	for i := 0; i < len(texts) || len(down) > 0 && i <= len(texts)+8; i++ {
		text, at := "", place{line, i + 1}
		if i < len(texts) {
			text = texts[i]
		}
		if from, ok := down[at]; ok {
			at = from
			name, _ := excelize.CoordinatesToCellName(at.column, at.row)
			text, _ = w.file.GetCellValue(sheet, name)
		}
		c := w.cell(sheet, at, text)
		cells = append(cells, c)
		if c.Text != "" {
			filled = len(cells)
		}
	}
	return cells[:filled:filled]
}

// cell is a cell with what its format says of it.
func (w *workbook) cell(sheet string, at place, text string) Cell {
	text = strings.TrimSpace(text)
	if text == "" {
		return Cell{}
	}
	v, err := strconv.ParseFloat(text, 64)
	if err != nil || math.IsInf(v, 0) || math.IsNaN(v) {
		return Cell{Text: text}
	}
	name, err := excelize.CoordinatesToCellName(at.column, at.row)
	if err != nil {
		return Cell{Text: text}
	}
	switch kind, _ := w.file.GetCellType(sheet, name); kind {
	case excelize.CellTypeSharedString, excelize.CellTypeInlineString, excelize.CellTypeBool, excelize.CellTypeError,
		excelize.CellTypeDate:
		return Cell{Text: text}
	case excelize.CellTypeUnset, excelize.CellTypeNumber, excelize.CellTypeFormula:
	}
	style, _ := w.file.GetCellStyle(sheet, name)
	return w.number(v, w.kindOf(style))
}

// number writes a number as what its format says it is.
func (w *workbook) number(v float64, kind Kind) Cell {
	const perDay = 24 * 60 * 60
	if kind == Number || v < 0 || v > 2_958_465 { // the last day of 9999
		return Cell{Text: strconv.FormatFloat(v, 'g', 15, 64), Kind: Number}
	}
	seconds := int64(math.Round(v * perDay))
	if kind == Span || v < 1 {
		return Cell{Text: clock(seconds), Kind: Span}
	}
	t := w.epoch.Add(time.Duration(seconds%perDay)*time.Second).AddDate(0, 0, int(seconds/perDay))
	if seconds%perDay == 0 {
		return Cell{Text: t.Format(time.DateOnly), Kind: Date}
	}
	return Cell{Text: t.Format(time.DateTime), Kind: Date}
}

func clock(seconds int64) string {
	two := func(n int64) string { return string([]byte{byte('0' + n/10), byte('0' + n%10)}) }
	return strconv.FormatInt(seconds/3600, 10) + ":" + two(seconds/60%60) + ":" + two(seconds%60)
}

// kindOf is what a style makes of a number.
func (w *workbook) kindOf(style int) Kind {
	if kind, ok := w.formats[style]; ok {
		return kind
	}
	kind := Number
	if s, err := w.file.GetStyle(style); err == nil && s != nil {
		kind = builtIn(s.NumFmt)
		if s.CustomNumFmt != nil {
			kind = custom(*s.CustomNumFmt)
		}
	}
	w.formats[style] = kind
	return kind
}

// builtIn is the kind of a number format that Excel has by number.
func builtIn(id int) Kind {
	switch {
	case id >= 14 && id <= 17, id == 22, id >= 27 && id <= 31, id == 36, id >= 50 && id <= 54, id >= 57 && id <= 58:
		return Date
	case id >= 18 && id <= 21, id >= 32 && id <= 35, id >= 45 && id <= 47, id == 55, id == 56:
		return Span
	}
	return Number
}

// custom is the kind of a number format that is written out: dates have years or days, spans hours or seconds alone.
func custom(format string) Kind {
	format, _, _ = strings.Cut(strings.ToLower(format), ";")
	var plain strings.Builder
	quoted := false
	for i := 0; i < len(format); i++ {
		switch c := format[i]; {
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '\\' || c == '_' || c == '*':
			i++
		case c == '[' && !strings.HasPrefix(format[i:], "[h") && !strings.HasPrefix(format[i:], "[m") && !strings.HasPrefix(format[i:], "[s"):
			if end := strings.IndexByte(format[i:], ']'); end > 0 {
				i += end
			}
		default:
			plain.WriteByte(c)
		}
	}
	letters := strings.ReplaceAll(plain.String(), "general", "")
	switch {
	case strings.ContainsAny(letters, "yd") || strings.Contains(letters, "mmm") || strings.ContainsAny(letters, "jt") && strings.Contains(letters, "mm"):
		return Date
	case strings.ContainsAny(letters, "hs"):
		return Span
	}
	return Number
}
