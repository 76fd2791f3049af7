package tables

import (
	"encoding/csv"
	"io"
	"math"
	"strconv"
	"strings"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/plain"
)

// Forecast is the forecast of one series of a File file: Mean, Median and every
// band have one value per step after its last row; NaN is not known.
type Forecast struct {
	Mean   []float64
	Median []float64
	Bands  []wrapcast.Band
}

// WriteForecast writes forecasts of l's series, in their order, as [ForecastWriter] does.
func (l *File) WriteForecast(w io.Writer, forecasts []Forecast) error {
	return NewForecastWriter(w).Write(l, forecasts)
}

// ForecastWriter writes forecasts as a long CSV: series_id, timestamp, mean, median and a lo and a hi column per level
// in per cent. Every forecast must have bands of the same levels. An id that a spreadsheet would take for a formula
// gets an apostrophe before it. Make it with NewForecastWriter.
type ForecastWriter struct {
	out   *csv.Writer
	begun bool
}

// NewForecastWriter begins a long CSV.
func NewForecastWriter(w io.Writer) *ForecastWriter { return &ForecastWriter{out: csv.NewWriter(w)} }

// Write writes the forecasts of a file's series, in their order, below those written before.
func (w *ForecastWriter) Write(l *File, forecasts []Forecast) error {
	if !w.begun {
		w.begun = true
		if err := w.out.Write(longHeader(forecasts)); err != nil {
			return err
		}
	}
	for i, f := range forecasts {
		if err := writeSeries(w.out, l.Series[i], f); err != nil {
			return err
		}
	}
	w.out.Flush()
	return w.out.Error()
}

func longHeader(forecasts []Forecast) []string {
	header := []string{"series_id", "timestamp", "mean", "median"}
	if len(forecasts) > 0 {
		for _, b := range forecasts[0].Bands {
			percent := strconv.FormatFloat(math.Round(b.Level*1e8)/1e6, 'f', -1, 64)
			header = append(header, "lo-"+percent, "hi-"+percent)
		}
	}
	return header
}

func writeSeries(out *csv.Writer, s Series, f Forecast) error {
	record := make([]string, 4+2*len(f.Bands))
	for i, step := range s.Next(len(f.Mean)) {
		record[0], record[1] = quotedID(s.ID), step.Timestamp
		record[2], record[3] = number(f.Mean[i]), number(f.Median[i])
		for j, b := range f.Bands {
			record[4+2*j], record[5+2*j] = number(b.Lower[i]), number(b.Upper[i])
		}
		if err := out.Write(record); err != nil {
			return err
		}
	}
	return nil
}

// quotedID is an id that a spreadsheet cannot take for a formula; a file that is read again has it as it was.
func quotedID(id string) string {
	if plain.Formula(id) {
		return "'" + id
	}
	return id
}

// idOf is the id of a series that was written by quotedID, or by a person.
func idOf(text string) string {
	if id, quoted := strings.CutPrefix(text, "'"); quoted && plain.Formula(id) {
		return id
	}
	return text
}

// number writes nine significant digits: more than any forecast knows. What is not known (NaN) stays empty.
func number(v float64) string {
	if math.IsNaN(v) {
		return ""
	}
	return strconv.FormatFloat(v, 'g', 9, 64)
}
