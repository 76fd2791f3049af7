// Package files makes the files that people take away from pages: workbooks and CSV, of reports and of lists.
package files

import (
	"io"
	"slices"
	"strings"
	"unicode"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/export"
	"github.com/wrapcast/wrapcast/internal/reports"
	"github.com/wrapcast/wrapcast/internal/web/internal/api"
)

// Input chooses the form of a file.
type Input struct {
	Format string `query:"format" enum:"xlsx,csv" default:"xlsx" doc:"xlsx: a workbook with a sheet per subject; csv: all of it in one table"`
}

// The types of the files.
const (
	typeXLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
	typeCSV  = "text/csv"
)

// Types are those that an operation answers with.
func Types() []string { return []string{typeXLSX, typeCSV} }

// CSV reports whether one table is asked for, and no workbook.
func (in Input) CSV() bool { return in.Format == "csv" }

// File is a file named after the organisation, what it has, and the days it is of.
func (in Input) File(organisation, what string, e reports.Exported) api.File {
	name := Name(organisation, what, e.From, e.To)
	if in.CSV() {
		return api.File{Name: name + ".csv", ContentType: typeCSV + "; charset=utf-8",
			Write: func(w io.Writer) error { return export.WriteCSV(w, e.Table) }}
	}
	return api.File{Name: name + ".xlsx", ContentType: typeXLSX,
		Write: func(w io.Writer) error { return export.WriteXLSX(w, e.Sheets) }}
}

// Name says whose a file is, what it has, and of which days: one where both are the same.
func Name(organisation, what string, from, to wrapcast.Date) string {
	parts := []string{"wrapcast", InName(organisation), what}
	if from != 0 {
		parts = append(parts, from.String())
	}
	if to != 0 && to != from {
		parts = append(parts, "to", to.String())
	}
	return strings.Join(slices.DeleteFunc(parts, func(p string) bool { return p == "" }), "-")
}

// InName keeps letters and digits of any script; whatever a file system could mind becomes a dash.
func InName(text string) string {
	return strings.Join(strings.FieldsFunc(text, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }),
		"-")
}
