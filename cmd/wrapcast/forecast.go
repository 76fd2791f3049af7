package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/export"
	"github.com/wrapcast/wrapcast/forecast"
)

// forecastFlags are what `wrapcast forecast --from-csv` is told.
type forecastFlags struct {
	fromCSV, toCSV string
	horizon        int
	freq           string
	seasons        []float64
	levels         []float64
	algorithm      string
	nonNegative    string
	fill           string
	zone           string
	seed           uint64
	workers        int
}

const forecastExample = `  # two weeks of every series in a file
  wrapcast forecast --from-csv history.csv --horizon 14 --to-csv forecast.csv

  # quarter-hours with a day and a week, 80 and 95 per cent intervals
  wrapcast forecast --from-csv calls.csv --horizon 672 --freq 15min --season 96,672 --level 80 --level 95 --to-csv -`

func (a *app) forecastCommand() *cobra.Command {
	var f forecastFlags
	c := &cobra.Command{
		Use:   "forecast --from-csv FILE --horizon N",
		Short: "Forecast series from a CSV file",
		Long: `Forecast every series of a CSV file (series_id,timestamp,value), one row per series
and step in, one row per series and future step out (mean, median and intervals).

Missing rows and empty values are gaps, not zeros. Timestamps are dates, times
without an offset (a uniform 24-hour clock), instants with one, or plain integers.`,
		Example: forecastExample,
		Args:    args(cobra.NoArgs),
		RunE:    func(c *cobra.Command, _ []string) error { return a.forecastFile(c.Context(), f) },
	}
	l := c.Flags()
	l.StringVar(&f.fromCSV, "from-csv", "", "long CSV `file` to read, gzipped or not")
	l.StringVar(&f.toCSV, "to-csv", "", "long CSV `file` to write, - for standard output")
	l.IntVar(&f.horizon, "horizon", 0, "how many steps to forecast")
	l.StringVar(&f.freq, "freq", "", "D, H, 30min, 15min, W or step (default: the commonest step of the file)")
	l.Float64SliceVar(&f.seasons, "season", nil, "lengths of the seasons in steps, such as 7,365.25 (default: by frequency)")
	l.Float64SliceVar(&f.levels, "level", []float64{80, 95}, "level of an interval in per cent; may be repeated")
	l.StringVar(&f.algorithm, "algorithm", forecast.Auto, "auto, or one of: "+strings.Join(forecast.Names(), ", "))
	l.StringVar(&f.nonNegative, "non-negative", "auto", "auto, true or false; auto keeps forecasts above zero where the history is")
	l.StringVar(&f.fill, "fill", "", "zero fills gaps inside a series with zeros")
	l.StringVar(&f.zone, "tz", "", "time `zone` whose days timestamps with an offset belong to, such as America/New_York")
	l.Uint64Var(&f.seed, "seed", 1, "seed of whatever is drawn")
	l.IntVar(&f.workers, "workers", 0, "series forecast at once (default: one per processor); the numbers do not depend on it")
	return c
}

// forecastFile reads, forecasts and writes.
func (a *app) forecastFile(ctx context.Context, f forecastFlags) error {
	o, read, err := f.options()
	if err != nil {
		return err
	}
	in, err := openInput(f.fromCSV)
	if err != nil {
		return err
	}
	defer in.Close()
	file, err := export.ReadLong(in, read)
	if err != nil {
		return fmt.Errorf("%s: %w", f.fromCSV, err)
	}
	results, err := forecast.Run(ctx, panelOf(file), o)
	if err != nil {
		return fmt.Errorf("%s: %w", f.fromCSV, forecastError(err))
	}
	if err := a.writeOutput(f.toCSV, func(w io.Writer) error { return file.WriteForecast(w, longForecasts(results)) }); err != nil {
		return err
	}
	return a.tellForecast(file, results, f)
}

func (f forecastFlags) options() (forecast.Options, export.LongOptions, error) {
	var o forecast.Options
	var r export.LongOptions
	if f.fromCSV == "" {
		return o, r, usage("--from-csv is missing").WithHint("name the file with the history: --from-csv history.csv")
	}
	if f.horizon < 1 {
		return o, r, usage("--horizon is %d", f.horizon).WithHint("say how many steps to forecast: --horizon 28")
	}
	if f.fill != "" && f.fill != "zero" {
		return o, r, usage("--fill is %q", f.fill).WithHint("the only filling is zero")
	}
	levels, err := fractions(f.levels)
	if err != nil {
		return o, r, err
	}
	sign, err := parseNonNegative(f.nonNegative)
	if err != nil {
		return o, r, err
	}
	zone, err := loadZone(f.zone)
	if err != nil {
		return o, r, err
	}
	freq, err := export.ParseFrequency(f.freq)
	if err != nil {
		return o, r, err
	}
	if f.algorithm != forecast.Auto && !slices.Contains(forecast.Names(), f.algorithm) {
		return o, r, usage("--algorithm %q is not known", f.algorithm).WithHint("choose auto or one of %s", strings.Join(forecast.Names(), ", "))
	}
	o = forecast.Options{Horizon: f.horizon, Levels: levels, Seasons: f.seasons, NonNegative: sign,
		Algorithm: f.algorithm, Seed: f.seed, Workers: f.workers}
	return o, export.LongOptions{Frequency: freq, Zone: zone, FillZero: f.fill == "zero"}, nil
}

// fractions turns levels in per cent, as people write them, into fractions in ascending order.
func fractions(percent []float64) ([]float64, error) {
	var levels []float64
	for _, p := range percent {
		if !(p > 0 && p < 100) {
			return nil, usage("--level %v is not between 0 and 100 per cent", p)
		}
		levels = append(levels, p/100)
	}
	slices.Sort(levels)
	return slices.Compact(levels), nil
}

func parseNonNegative(s string) (forecast.NonNegative, error) {
	if s == "auto" {
		return forecast.NonNegativeAuto, nil
	}
	yes, err := strconv.ParseBool(s)
	if err != nil {
		return 0, usage("--non-negative is %q; it is auto, true or false", s)
	}
	if yes {
		return forecast.NonNegativeAlways, nil
	}
	return forecast.NonNegativeNever, nil
}

// loadZone loads a time zone by name; "" is none.
func loadZone(name string) (*time.Location, error) {
	if name == "" {
		return nil, nil //nolint:nilnil // no zone is a valid answer: offsets are kept as written
	}
	zone, err := time.LoadLocation(name)
	if err != nil {
		return nil, usage("there is no time zone %q", name).WithHint("use a name such as America/New_York or Europe/Berlin")
	}
	return zone, nil
}

func usage(format string, args ...any) *wrapcast.Error {
	return wrapcast.Errorf(wrapcast.Usage, "", format, args...)
}

// panelOf hands the file's series to the engine. Each is forecast from its own last row.
func panelOf(file *export.Long) []forecast.Series {
	panel := make([]forecast.Series, len(file.Series))
	for i, s := range file.Series {
		panel[i] = forecast.Series{ID: s.ID, Values: s.Values}
		if step := file.Frequency.Step(); step > 0 {
			panel[i].Start, panel[i].Step = file.Time(s, 0), step
		}
	}
	return panel
}

func longForecasts(results []forecast.Result) []export.LongForecast {
	out := make([]export.LongForecast, len(results))
	for i, r := range results {
		out[i] = export.LongForecast{Mean: r.Mean, Median: r.Median}
		for _, b := range r.Bands {
			out[i].Bands = append(out[i].Bands, wrapcast.Band{Level: b.Level, Lower: b.Lower, Upper: b.Upper})
		}
	}
	return out
}

// forecastError says whose fault it is: an option's or the data's.
func forecastError(err error) error {
	e, ok := errors.AsType[*forecast.Error](err)
	switch {
	case !ok:
		return err
	case e.Option != "":
		return usage("%w", err)
	}
	return wrapcast.Errorf(wrapcast.InvalidData, "", "%w", err)
}

// seriesSummary is one line of what `wrapcast forecast` tells about a file.
type seriesSummary struct {
	ID       string           `json:"series_id"`
	Points   int              `json:"points"`
	Model    string           `json:"model"`
	Fallback string           `json:"fallback,omitempty"`
	WAPE     wrapcast.Measure `json:"wape"`
	MASE     wrapcast.Measure `json:"mase"`
}

type forecastSummary struct {
	Schema    string           `json:"schema"`
	Frequency export.Frequency `json:"frequency"`
	Horizon   int              `json:"horizon"`
	Series    []seriesSummary  `json:"series"`
}

// tellForecast sums up on stderr, so that a CSV on standard output stays a CSV; as JSON on request.
func (a *app) tellForecast(file *export.Long, results []forecast.Result, f forecastFlags) error {
	if a.json && f.toCSV != "" && f.toCSV != "-" {
		return json.NewEncoder(a.stdout).Encode(summarise(file, results, f.horizon))
	}
	if a.quiet {
		return nil
	}
	fallbacks := 0
	for _, r := range results {
		if r.Fallback != "" {
			fallbacks++
		}
	}
	fmt.Fprintf(a.stderr, "%s, %s ahead", count(len(results), "series", "series"), count(f.horizon, "step", "steps"))
	if fallbacks > 0 {
		fmt.Fprintf(a.stderr, "; %d with too little history for more than a simple method", fallbacks)
	}
	fmt.Fprintln(a.stderr)
	return nil
}

func summarise(file *export.Long, results []forecast.Result, horizon int) forecastSummary {
	s := forecastSummary{Schema: "wrapcast.forecast-file/1", Frequency: file.Frequency, Horizon: horizon}
	for i, r := range results {
		s.Series = append(s.Series, seriesSummary{ID: r.ID, Points: len(file.Series[i].Values), Model: r.Model,
			Fallback: r.Fallback, WAPE: wrapcast.Measure(r.Accuracy.WAPE), MASE: wrapcast.Measure(r.Accuracy.MASE)})
	}
	return s
}
