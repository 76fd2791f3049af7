package tables

import (
	"fmt"
	"strings"
)

// ReadingSchema names the document of a Reading.
const ReadingSchema = "wrapcast.file-reading/1"

// Reading is what a file was taken for.
type Reading struct {
	Schema string `json:"schema"`
	// Format, Encoding and Separator are how it is kept; Sheet is that of a workbook.
	Format    string `json:"format"`
	Encoding  string `json:"encoding,omitempty"`
	Separator string `json:"separator,omitempty"`
	Sheet     string `json:"sheet,omitempty"`
	// HeaderLine is the line that names the columns, 0 where none does.
	HeaderLine int    `json:"header_line"`
	Shape      string `json:"shape"`
	// Time, ID and Value are the columns that were read, Ignored those that were not.
	Time    []string `json:"time"`
	ID      []string `json:"id"`
	Value   []string `json:"value"`
	Ignored []string `json:"ignored"`
	// Dates, Numbers say how they are written, and what settles it.
	Dates   string    `json:"dates"`
	Numbers string    `json:"numbers"`
	LeftOut []LeftOut `json:"left_out"`
	// Series and Values are how many were read.
	Series int `json:"series"`
	Values int `json:"values"`
	// Plain says that the file is a long CSV with the names of its columns as wrapcast writes them.
	Plain bool `json:"plain"`
}

func plainReading() Reading {
	return Reading{Schema: ReadingSchema, Format: "CSV", Encoding: "UTF-8", Separator: "commas", HeaderLine: 1,
		Shape: "a row per series and time", Time: []string{"timestamp"}, ID: []string{"series_id"}, Value: []string{"value"},
		Ignored: []string{}, Dates: "as the first is written", Numbers: "with a decimal point", LeftOut: []LeftOut{}, Plain: true}
}

// Lines tell in three sentences what a file was taken for.
func (r Reading) Lines() []string {
	kept := r.Format
	if r.Encoding != "" {
		kept += " in " + r.Encoding
	}
	if r.Separator != "" {
		kept += " with " + r.Separator
	}
	if r.Sheet != "" {
		kept += ", sheet " + shorten(r.Sheet)
	}
	header := "no header"
	if r.HeaderLine > 0 {
		header = fmt.Sprintf("header on line %d", r.HeaderLine)
	}
	columns := "time " + names(r.Time, "in the header") + "; series " + names(r.ID, "none, one series") + "; values " +
		names(r.Value, "below the times")
	if len(r.Ignored) > 0 {
		columns += "; not read: " + names(r.Ignored, "")
	}
	written := fmt.Sprintf("%d series, %d values", r.Series, r.Values)
	for _, k := range []struct{ name, how string }{{"dates ", r.Dates}, {"numbers ", r.Numbers}} {
		if k.how != "" {
			written += "; " + k.name + k.how
		}
	}
	if len(r.LeftOut) > 0 {
		written += "; left out: " + leftOutWords(r.LeftOut)
	}
	return []string{"read as " + kept + ", " + header + ": " + r.Shape, "columns: " + columns, written}
}

// names lists names of columns, the first ones of many.
func names(all []string, none string) string {
	const most = 5
	if len(all) == 0 {
		return none
	}
	var shown []string
	for i, n := range all {
		if i == most {
			shown = append(shown, fmt.Sprintf("and %d more", len(all)-most))
			break
		}
		shown = append(shown, shorten(n))
	}
	return strings.Join(shown, ", ")
}
