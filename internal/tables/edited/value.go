package edited

import (
	"math"
	"strconv"
	"strings"

	"github.com/wrapcast/wrapcast/internal/tables/internal/cells"
	"github.com/wrapcast/wrapcast/internal/tables/internal/meaning"
)

// Kind says what stands in a cell.
type Kind int

// The kinds of value.
const (
	// Blank: nothing stands there.
	Blank Kind = iota
	// Number is an amount of contacts.
	Number
	// Percent is a share: a hundredth of its per cent.
	Percent
	// Unsure is a number that can be read in two ways: as Number, or as Other.
	Unsure
	// Text is no number.
	Text
	// Formula has no value in the file; Failed is one that has an error in place of it.
	Formula
	Failed
	// Date is a day or a time of day.
	Date
)

// Value is what stands in a cell.
type Value struct {
	Kind Kind
	// Text is how the file writes it.
	Text string
	// Number is its value, Other the second reading of one that is Unsure.
	Number, Other float64
	// Signed says that a plus or a minus stands before it.
	Signed bool
	// Decimals is how many it is written with.
	Decimals int
}

// commaOf is how the texts of a table write numbers: by those that can be read in one way only. Unsure where none says.
func (f *File) commaOf(s cells.Sheet, h header) meaning.Decimal {
	says := map[meaning.Decimal]int{}
	for _, row := range s.Rows {
		if row.Line <= h.line {
			continue
		}
		for _, column := range h.order {
			if column < len(row.Cells) && row.Cells[column].Kind == cells.Text {
				if n, ok := meaning.ReadNumber(row.Cells[column].Text); ok {
					says[n.Says]++
				}
			}
		}
	}
	switch {
	case says[meaning.Comma] > 0 && says[meaning.Point] == 0:
		return meaning.Comma
	case says[meaning.Point] > 0 && says[meaning.Comma] == 0:
		return meaning.Point
	}
	return meaning.Unsure
}

// value reads a cell.
func (f *File) value(s cells.Sheet, column, line int, c cells.Cell, comma meaning.Decimal) Value {
	v := Value{Text: c.Text}
	switch {
	case c.Text == "":
		return f.blank(s, column, line)
	case c.Kind == cells.Date || c.Kind == cells.Span:
		v.Kind = Date
		return v
	case c.Kind == cells.Number:
		v.Kind, v.Decimals = Number, decimals(c.Text)
		v.Number, _ = strconv.ParseFloat(c.Text, 64)
		if f.isPercent(s, column, line) {
			v.Kind, v.Signed = Percent, v.Number < 0
		}
		return v
	case strings.HasPrefix(c.Text, "#") && strings.ToUpper(c.Text) == c.Text:
		v.Kind = Failed
		return v
	case strings.HasPrefix(c.Text, "="):
		v.Kind = Formula
		return v
	}
	return readText(v, comma)
}

// blank is a cell without a value: empty, or a formula nobody has worked out.
func (f *File) blank(s cells.Sheet, column, line int) Value {
	if f.workbook == nil {
		return Value{}
	}
	formula, err := f.workbook.GetCellFormula(s.Name, f.cellOnly(s, column, line))
	if err != nil || formula == "" {
		return Value{}
	}
	return Value{Kind: Formula, Text: "=" + formula}
}

func (f *File) cellOnly(s cells.Sheet, column, line int) string {
	at := f.address(s, column, line)
	return at[strings.LastIndexByte(at, '!')+1:]
}

// isPercent reports whether a cell's format shows its number in per cent.
func (f *File) isPercent(s cells.Sheet, column, line int) bool {
	if f.workbook == nil {
		return false
	}
	id, err := f.workbook.GetCellStyle(s.Name, f.cellOnly(s, column, line))
	if err != nil {
		return false
	}
	shown, known := f.percent[id]
	if !known {
		style, err := f.workbook.GetStyle(id)
		switch {
		case err != nil || style == nil:
		case style.CustomNumFmt != nil:
			shown = strings.Contains(*style.CustomNumFmt, "%")
		default:
			shown = style.NumFmt == 9 || style.NumFmt == 10
		}
		f.percent[id] = shown
	}
	return shown
}

// decimals are those of a number that is written with a point.
func decimals(text string) int {
	if _, fraction, found := strings.Cut(text, "."); found && !strings.ContainsAny(text, "eE") {
		return len(fraction)
	}
	return 0
}

// readText reads a number that somebody typed as text.
func readText(v Value, comma meaning.Decimal) Value {
	text, factor := thousandsOf(strings.TrimSpace(unquoted(v.Text)))
	n, ok := meaning.ReadNumber(text)
	if !ok {
		v.Kind = Text
		return v
	}
	v.Kind, v.Signed = Number, strings.HasPrefix(text, "+") || n.As(meaning.Point) < 0
	if n.Percent {
		v.Kind = Percent
	}
	says := n.Says
	if says == meaning.Unsure && factor == 1 {
		says = comma
	}
	point, other := n.As(meaning.Point)*factor, n.As(meaning.Comma)*factor
	switch {
	case says == meaning.Comma:
		v.Number = other
	case says == meaning.Unsure && factor > 1: // 1.500k: nobody writes thousands of thousands
		v.Number = min(point, other)
	case says == meaning.Unsure:
		v.Kind, v.Number, v.Other = Unsure, point, other
	default:
		v.Number = point
	}
	if v.Decimals = decimals(strconv.FormatFloat(v.Number, 'f', -1, 64)); math.IsNaN(v.Number) || math.IsInf(v.Number, 0) {
		v.Kind = Text
	}
	return v
}

// thousandsOf takes the letter k for thousands off a number: 1.5k.
func thousandsOf(text string) (number string, factor float64) {
	if rest, found := strings.CutSuffix(strings.ToLower(text), "k"); found && rest != "" {
		return strings.TrimSpace(rest), 1000
	}
	return text, 1
}
