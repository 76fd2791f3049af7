package export

import (
	"time"

	"github.com/xuri/excelize/v2"

	"github.com/wrapcast/wrapcast/internal/plain"
)

// styles makes the looks of a workbook's cells, each once.
type styles struct {
	file *excelize.File
	made map[look]int
}

// look is what a cell looks like.
type look struct {
	part string // title, group, header, cell
	kind Kind
	mark Mark
	// free says that the column is a day on which planners plan differently: a weekend, or a day with a name; upright
	// that the text stands.
	free, named, upright bool
	// right sets a header flush with the numbers below it, wrap breaks long text, quoted keeps a spreadsheet from
	// taking text for a formula when it is edited or saved as CSV: what an apostrophe typed before it does.
	right, wrap, quoted bool
	// open says that the cell is to be changed by whoever likes to.
	open bool
}

func newStyles(f *excelize.File) *styles { return &styles{file: f, made: map[look]int{}} }

func (s *styles) title(text string) int {
	return s.of(look{part: "title", quoted: plain.Formula(text)})
}

func (s *styles) group(c Column) int {
	return s.of(look{part: "group", named: c.Day != nil, upright: c.Day != nil, quoted: plain.Formula(c.Group)})
}

func (s *styles) header(c Column, right bool) int {
	l := lookOf("header", c)
	l.right, l.quoted = right, plain.Formula(c.Header)
	return s.of(l)
}

// cell is the look of a value in a column.
func (s *styles) cell(v Cell, mark Mark, c Column) int {
	l := lookOf("cell", c)
	l.kind, l.mark, l.wrap, l.open = v.Kind, mark, c.Width >= wrapFrom, v.Open
	l.quoted = v.Kind == cellText && plain.Formula(v.Text)
	return s.of(l)
}

// wrapFrom is the width from which a column holds sentences.
const wrapFrom = 60

func lookOf(part string, c Column) look {
	l := look{part: part}
	if c.Day != nil {
		weekday := c.Day.Weekday()
		l.kind, l.free, l.named = cellDay, weekday == time.Saturday || weekday == time.Sunday, c.Group != ""
	}
	return l
}

func (s *styles) of(l look) int {
	id, ok := s.made[l]
	if !ok {
		var err error
		if id, err = s.file.NewStyle(l.style()); err != nil {
			id = 0 // a workbook without looks is better than none
		}
		if l.quoted {
			id = s.quoted(id)
		}
		s.made[l] = id
	}
	return id
}

// quoted is a look with the mark that its text is no formula, of which excelize has no word.
func (s *styles) quoted(id int) int {
	looks, yes := s.file.Styles.CellXfs, true
	if id >= len(looks.Xf) {
		return id
	}
	marked := looks.Xf[id]
	marked.QuotePrefix = &yes
	looks.Xf = append(looks.Xf, marked)
	looks.Count = len(looks.Xf)
	return looks.Count - 1
}

// The colours: few, and light enough to be printed.
const (
	ink       = "1F2933"
	faintInk  = "7B8794"
	changed   = "1D4ED8"
	alarming  = "B91C1C"
	headFill  = "E4E7EB"
	freeFill  = "F5F7FA"
	namedFill = "FEF3C7"
	hideFill  = "FDE68A"
	openFill  = "ECFDF5"
	openLine  = "A7D7C5"
)

func (l look) style() *excelize.Style {
	style := &excelize.Style{Font: &excelize.Font{Family: "Calibri", Size: 10, Color: ink},
		Alignment: &excelize.Alignment{Vertical: "center"}}
	switch l.part {
	case "title":
		style.Font.Size, style.Font.Bold = 12, true
	case "group":
		style.Font.Bold = true
		if l.upright {
			style.Alignment = &excelize.Alignment{TextRotation: 90, Vertical: "bottom", Horizontal: "center"}
		}
	case "header":
		style.Font.Bold = true
		style.Alignment = &excelize.Alignment{Vertical: "center", WrapText: true}
		style.Border = []excelize.Border{{Type: "bottom", Style: 1, Color: faintInk}}
	case "cell":
		style.Alignment.WrapText = l.wrap
		if l.kind == cellText || l.kind == cellDay {
			style.Alignment.Horizontal = "left"
		}
	}
	l.number(style)
	l.paint(style)
	if l.open {
		l.unlock(style)
	}
	return style
}

// number says how a value is written.
func (l look) number(style *excelize.Style) {
	format := map[Kind]string{cellWhole: "#,##0", cellCount: "#,##0.0", cellRatio: "0.00", cellPercent: "0.0%",
		cellSeconds: "[m]:ss", cellDay: "ddd d mmm yyyy"}[l.kind]
	if l.part == "header" && l.kind == cellDay {
		format = "ddd d mmm"
	}
	if format != "" && l.part != "group" {
		style.CustomNumFmt = &format
	}
	if l.right {
		style.Alignment.Horizontal = "right"
	}
}

// paint gives a cell its colours.
func (l look) paint(style *excelize.Style) {
	switch l.mark {
	case markStrong:
		style.Font.Bold = true
	case markFaint:
		style.Font.Color, style.Font.Italic = faintInk, true
	case markChanged:
		style.Font.Color, style.Font.Bold = changed, true
	case markAlarming:
		style.Font.Color, style.Font.Bold = alarming, true
	case markNone, markHidden:
	}
	fill := ""
	switch {
	case l.mark == markHidden:
		fill = hideFill
	case l.named:
		fill = namedFill
	case l.part == "header":
		fill = headFill
	case l.free:
		fill = freeFill
	}
	if fill != "" {
		style.Fill = excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{fill}}
	}
}

// unlock makes a cell one that can be changed, and look like one. A day with a name keeps its colour.
func (l look) unlock(style *excelize.Style) {
	style.Protection = &excelize.Protection{Locked: false}
	if !l.named {
		style.Fill = excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{openFill}}
	}
	for _, side := range []string{"left", "right", "top", "bottom"} {
		style.Border = append(style.Border, excelize.Border{Type: side, Style: 1, Color: openLine})
	}
}
