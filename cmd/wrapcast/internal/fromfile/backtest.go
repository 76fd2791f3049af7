package fromfile

import (
	"cmp"
	"context"
	"encoding/csv"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/show"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/terminal"
	"github.com/wrapcast/wrapcast/forecast"
	"github.com/wrapcast/wrapcast/internal/plain"
	"github.com/wrapcast/wrapcast/internal/tables"
)

// fileBacktest is what `wrapcast backtest --from-csv --json` prints.
type fileBacktest struct {
	Schema    string              `json:"schema"`
	Frequency tables.Frequency    `json:"frequency"`
	Horizon   int                 `json:"horizon"`
	Methods   []algorithmBacktest `json:"algorithms"`
}

type algorithmBacktest struct {
	Algorithm string            `json:"algorithm"`
	Overall   explainedAccuracy `json:"overall"`
	OWA       wrapcast.Measure  `json:"owa"`
	Leads     []leadBacktest    `json:"leads,omitempty"`
	Series    []seriesBacktest  `json:"series"`
}

type leadBacktest struct {
	Lead     int               `json:"lead"`
	Accuracy explainedAccuracy `json:"accuracy"`
}

type seriesBacktest struct {
	ID       string            `json:"series_id"`
	Accuracy explainedAccuracy `json:"accuracy"`
}

// BacktestFlags are what a backtest of a file is told; zero values are the engine's defaults, no algorithm is auto.
type BacktestFlags struct {
	Flags
	Algorithms []string
	// Origins counts test periods, Stride the steps from the start of one to the next, Scale the steps of the season
	// that errors are scaled by; Leads are the single steps ahead that are judged too.
	Origins, Stride, Scale int
	Leads                  []int
	// ToCSV is the file for the figures of every series, - for standard output; All shows every series.
	ToCSV string
	All   bool
}

// Backtest forecasts the past of every series of a file, by each algorithm asked for, and shows how far it was off.
func Backtest(ctx context.Context, out *terminal.Terminal, f BacktestFlags) error {
	if err := f.spare(f.ToCSV); err != nil {
		return err
	}
	p, err := f.read(out)
	if err != nil {
		return err
	}
	p.options.Horizon = f.Horizon // pasts are forecast on the clock of 24 hours
	if len(f.Algorithms) == 0 {
		f.Algorithms = []string{forecast.Auto}
	}
	r := fileBacktest{Schema: "wrapcast.backtest-file/1", Frequency: p.File.Frequency, Horizon: f.Horizon}
	for _, name := range f.Algorithms {
		p.noteCalendar(out, name)
		p.options.Algorithm = name
		report, err := forecast.Backtest(ctx, p.Series, forecast.BacktestOptions{Options: p.options, Origins: f.Origins,
			Stride: f.Stride, Leads: f.Leads, Season: f.Scale})
		if err != nil {
			return fmt.Errorf("%s: %w", f.File, forecastError(err))
		}
		if report.Overall.Cells == 0 {
			return invalidFile(f)
		}
		r.Methods = append(r.Methods, backtestOf(name, report))
	}
	if f.ToCSV != "" {
		if err := out.WriteFile(f.ToCSV, r.writeCSV); err != nil || f.ToCSV == "-" {
			return err
		}
	}
	if out.JSON {
		return out.PrintJSON(r)
	}
	if out.Quiet {
		return nil
	}
	return out.Print(r.text(f.All))
}

func backtestOf(name string, r *forecast.Report) algorithmBacktest {
	out := algorithmBacktest{Algorithm: name, Overall: accuracyWords(r.Overall), OWA: wrapcast.Measure(r.OWA),
		Series: []seriesBacktest{}}
	for _, l := range r.Leads {
		out.Leads = append(out.Leads, leadBacktest{Lead: l.Lead, Accuracy: accuracyWords(l.Accuracy)})
	}
	for _, s := range r.Series {
		out.Series = append(out.Series, seriesBacktest{ID: s.ID, Accuracy: accuracyWords(s.Accuracy)})
	}
	return out
}

func invalidFile(f BacktestFlags) error {
	return wrapcast.Errorf(wrapcast.InvalidData, "", "%s: no series is long enough for a test period of %s", f.File,
		show.Count(f.Horizon, "step", "steps")).
		WithHint("forecast fewer steps, or bring more history")
}

// shownSeries is how many series a backtest shows unless all are asked for.
const shownSeries = 15

// figures are the columns of an accuracy, the same on the terminal and in CSV.
func figures(a explainedAccuracy) (names []string, values []wrapcast.Measure) {
	names = []string{"wape", "bias", "smape", "mase", "rmsse"}
	values = []wrapcast.Measure{a.WAPE, a.Bias, a.SMAPE, a.MASE, a.RMSSE}
	for _, l := range a.Levels {
		level := percentWords(l.Level)
		names, values = append(names, "coverage-"+level, "msis-"+level), append(values, l.Coverage, l.MSIS)
	}
	return names, values
}

// writeCSV writes one row per algorithm and series, and one over all whose series_id is empty.
func (r fileBacktest) writeCSV(w io.Writer) error {
	out := csv.NewWriter(w)
	names, _ := figures(r.Methods[0].Overall)
	if err := out.Write(slices.Concat([]string{"algorithm", "series_id", "origins", "cells"}, names)); err != nil {
		return err
	}
	for _, m := range r.Methods {
		for _, s := range slices.Concat([]seriesBacktest{{Accuracy: m.Overall}}, m.Series) {
			if err := out.Write(csvRow(m.Algorithm, s)); err != nil {
				return err
			}
		}
	}
	out.Flush()
	return out.Error()
}

func csvRow(algorithm string, s seriesBacktest) []string {
	row := []string{algorithm, plain.Cell(s.ID), strconv.Itoa(s.Accuracy.Origins), strconv.Itoa(s.Accuracy.Cells)}
	_, values := figures(s.Accuracy)
	for _, v := range values {
		if v.Known() {
			row = append(row, strconv.FormatFloat(float64(v), 'g', 8, 64))
		} else {
			row = append(row, "")
		}
	}
	return row
}

// text shows the algorithms side by side, then leads and series of the first.
func (r fileBacktest) text(all bool) string {
	var b strings.Builder
	first := r.Methods[0]
	fmt.Fprintf(&b, "%s, %s ahead, %s compared\n", show.Count(len(first.Series), "series", "series"),
		show.Count(r.Horizon, "step", "steps"),
		show.Count(first.Overall.Cells, "value", "values"))
	t := fileTable("algorithm", first.Overall)
	for _, m := range r.Methods {
		t.Row(fileRow(m.Algorithm, m.Overall)...)
	}
	b.WriteString("\n" + t.String() + "\n")
	if len(first.Leads) > 0 {
		t := fileTable("steps ahead", first.Overall)
		for _, l := range first.Leads {
			t.Row(fileRow(strconv.Itoa(l.Lead), l.Accuracy)...)
		}
		b.WriteString("\n" + t.String() + "\n")
	}
	if len(r.Methods) == 1 && len(first.Series) > 1 {
		b.WriteString("\n" + seriesTable(first, all) + "\n")
	}
	return b.String()
}

// seriesTable shows the series with the largest errors first: these are what one looks for.
func seriesTable(m algorithmBacktest, all bool) string {
	series := slices.DeleteFunc(slices.Clone(m.Series), func(s seriesBacktest) bool { return s.Accuracy.Cells == 0 })
	slices.SortStableFunc(series, func(a, b seriesBacktest) int { return cmp.Compare(rank(b), rank(a)) })
	t := fileTable("the worst series", m.Overall)
	for i, s := range series {
		if all || i < shownSeries {
			t.Row(fileRow(s.ID, s.Accuracy)...)
		}
	}
	if hidden := len(series) - shownSeries; hidden > 0 && !all {
		return t.String() + fmt.Sprintf("\n  … and %s more: --all, or --to-csv FILE",
			show.Count(hidden, "series", "series"))
	}
	return t.String()
}

func rank(s seriesBacktest) float64 {
	if s.Accuracy.MASE.Known() {
		return float64(s.Accuracy.MASE)
	}
	return -1
}

func fileTable(name string, a explainedAccuracy) *show.Grid {
	headers := []string{name, " WAPE", " bias", " MASE", " RMSSE"}
	for _, l := range a.Levels {
		headers = append(headers, " in "+percentWords(l.Level)+" %")
	}
	if n := len(a.Levels); n > 0 {
		headers = append(headers, " MSIS")
	}
	return show.Table(headers...)
}

func fileRow(name string, a explainedAccuracy) []string {
	row := []string{show.Shorten(name, 20), show.Percent(a.WAPE), show.SignedPercent(a.Bias), show.Figure(a.MASE),
		show.Figure(a.RMSSE)}
	for _, l := range a.Levels {
		row = append(row, show.Percent(l.Coverage))
	}
	if n := len(a.Levels); n > 0 {
		row = append(row, show.Figure(a.Levels[n-1].MSIS))
	}
	return row
}
