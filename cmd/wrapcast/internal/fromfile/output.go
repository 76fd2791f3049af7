package fromfile

import (
	"encoding/json"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/cli"
	"github.com/wrapcast/wrapcast/internal/export"
	"github.com/wrapcast/wrapcast/internal/tables"
)

// target says where a forecast is written: --to by the ending of its name, --to-csv as CSV whatever its name.
func (f forecastFlags) target() (path, ending string, err error) {
	ending = strings.ToLower(filepath.Ext(f.to))
	switch {
	case f.to != "" && f.toCSV != "":
		return "", "", cli.Usage("--to and --to-csv both name a file").WithHint("name one")
	case f.to == "-" || f.to == "":
		path, ending = f.to, ".csv"
		if f.toCSV != "" {
			path = f.toCSV
		}
		if end := strings.ToLower(filepath.Ext(path)); slices.Contains([]string{".xlsx", ".xls", ".json"}, end) {
			return "", "", cli.Usage("--to-csv writes CSV, and %s would not be one", path).WithHint("use --to %s", path)
		}
		return path, ending, nil
	case !slices.Contains([]string{".csv", ".xlsx", ".json"}, ending):
		return "", "", cli.Usage("--to %s: its name does not say what it is", f.to).
			WithHint("let it end in .xlsx, .csv or .json")
	}
	return f.to, ending, nil
}

// write writes the forecast as what the name of its file says.
func (cmd Forecast) write(p *filePanel, done fileForecast, f forecastFlags) error {
	path, ending, err := f.target()
	if err != nil {
		return err
	}
	return cmd.Out.WriteFile(path, func(w io.Writer) error {
		switch ending {
		case ".xlsx":
			return export.WriteXLSX(w, export.SeriesSheets(bookOf(p, done, f)))
		case ".json":
			return writeRows(w, p, done)
		}
		return p.File.WriteForecast(w, longForecasts(done.results))
	})
}

// forecastRow is one step of one series in --to FILE.json.
type forecastRow struct {
	ID        string           `json:"series_id"`
	Timestamp string           `json:"timestamp"`
	Mean      wrapcast.Measure `json:"mean"`
	Median    wrapcast.Measure `json:"median"`
	Bands     []rowBand        `json:"bands"`
}

// rowBand is an interval of one step; its level is a fraction.
type rowBand struct {
	Level float64          `json:"level"`
	Lower wrapcast.Measure `json:"lower"`
	Upper wrapcast.Measure `json:"upper"`
}

// writeRows writes a document with a row per series and step, a line each.
func writeRows(w io.Writer, p *filePanel, done fileForecast) error {
	if _, err := fmt.Fprintf(w, "{\"schema\":\"wrapcast.forecast-rows/1\",\"frequency\":%q,\"rows\":[", p.File.Frequency); err != nil {
		return err
	}
	separator := "\n"
	for i, r := range done.results {
		for step, timestamp := range p.Steps(i) {
			row := forecastRow{r.ID, timestamp, wrapcast.Measure(r.Mean[step]), wrapcast.Measure(r.Median[step]), []rowBand{}}
			for _, b := range r.Bands {
				row.Bands = append(row.Bands, rowBand{b.Level, wrapcast.Measure(b.Lower[step]), wrapcast.Measure(b.Upper[step])})
			}
			text, err := json.Marshal(row)
			if err != nil {
				return err
			}
			if _, err := fmt.Fprintf(w, "%s%s", separator, text); err != nil {
				return err
			}
			separator = ",\n"
		}
	}
	_, err := io.WriteString(w, "\n]}\n")
	return err
}

// bookOf is the forecast as a workbook.
func bookOf(p *filePanel, done fileForecast, f forecastFlags) export.SeriesBook {
	freq := p.File.Frequency
	b := export.SeriesBook{Title: "Forecast of " + filepath.Base(f.File), Daily: freq == tables.Daily,
		Dates: freq == tables.Daily || freq == tables.Weekly || freq == tables.Monthly}
	for i, r := range done.results {
		s := export.SeriesForecast{ID: r.ID, Steps: p.Steps(i), Times: p.Times(i)}
		s.Mean, s.Median = r.Mean, r.Median
		for _, band := range r.Bands {
			s.Bands = append(s.Bands, wrapcast.Band{Level: band.Level, Lower: band.Lower, Upper: band.Upper})
		}
		s.Facts = factsOf(p, done, i)
		b.Series = append(b.Series, s)
	}
	b.About = []export.Fact{{Name: "file", Text: f.File}, {Name: "step", Text: string(freq)},
		{Name: "method", Text: f.algorithm}}
	for _, line := range slices.Concat(p.File.Reading.Lines(), p.File.Notes) {
		b.About = append(b.About, export.Fact{Name: "what it was taken for", Text: line})
	}
	return b
}

// factsOf is what is known of a series beside its forecast, the same things for all.
func factsOf(p *filePanel, done fileForecast, i int) []export.Fact {
	r, s := done.results[i], p.File.Series[i]
	facts := []export.Fact{{Name: "first", Text: s.Timestamp(0)}, {Name: "last", Text: s.Timestamp(len(s.Values) - 1)},
		{Name: "method", Text: r.Model}, {Name: "WAPE", Number: wrapcast.Measure(r.Accuracy.WAPE), Percent: true},
		{Name: "MASE", Number: wrapcast.Measure(r.Accuracy.MASE)}}
	for d, days := range done.days {
		name := fmt.Sprintf("next %d days", days)
		sum := export.Fact{Name: name, Number: wrapcast.NotMeasured()}
		low, high := sum, sum
		low.Name, high.Name = name+", low", name+", high"
		if d < len(done.sums[i]) {
			known := done.sums[i][d]
			sum.Number = wrapcast.Measure(known.Mean)
			if len(known.Bands) > 0 {
				low.Number, high.Number = wrapcast.Measure(known.Bands[0].Lower), wrapcast.Measure(known.Bands[0].Upper)
			}
		}
		facts = append(facts, sum, low, high)
	}
	return facts
}
