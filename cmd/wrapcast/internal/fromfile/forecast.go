package fromfile

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/cli"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/settings"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/terminal"
	"github.com/wrapcast/wrapcast/forecast"
	"github.com/wrapcast/wrapcast/internal/tables"
)

// forecastFlags are what `wrapcast forecast --from-csv` is told.
type forecastFlags struct {
	Flags
	to, toCSV string
	algorithm string
	explain   bool
	series    string
}

const forecastExample = `  # two weeks of every series in a file, whatever Excel, an ACD or a BI tool wrote
  wrapcast forecast calls.xlsx --horizon 14 --to forecast.xlsx

  # what is it taken for? and where its columns are not found by their names
  wrapcast forecast calls.csv --explain-file
  wrapcast forecast calls.csv --time Date --id Queue --value Offered --horizon 14

  # quarter-hours with a day and a week, 80 and 95 per cent intervals
  wrapcast forecast calls.csv --horizon 672 --freq 15min --season 96,672 --level 80 --level 95 --to-csv -

  # why this forecast? members with their errors and weights, and the parts it is made of
  wrapcast forecast history.csv --horizon 14 --holidays US-MA --explain --series Refund`

// Forecast is the command that forecasts the series of a file. Make it with NewForecast.
type Forecast struct {
	Out *terminal.Terminal
	// Now is the time, by which progress says what is left.
	Now func() time.Time
	// size is how many series are held at once.
	size int
}

// NewForecast makes the command.
func NewForecast(out *terminal.Terminal, now func() time.Time) Forecast {
	return Forecast{Out: out, Now: now, size: blockSeries}
}

// Command is `wrapcast forecast`.
func (cmd Forecast) Command() *cobra.Command {
	var f forecastFlags
	c := &cobra.Command{
		Use:   "forecast FILE --horizon N",
		Short: "Forecast the series of a file: CSV or Excel",
		Long: `Forecast every series of a file, - for standard input: CSV in any encoding and with any
separator, gzipped or not, or an Excel workbook; a row per series and time, times across,
or a column per series. Its columns are found by their names in five languages, or named
by --time, --id and --value. What the file is taken for is said; where it can be read in two
ways that give different numbers (3/4/2026, 1.234) nothing is guessed: the option that
settles it is named. One row per series and future step comes out (mean, median, intervals).
What the next 7 and 28 days come to is shown with intervals of their own, which are
narrower than those of the days added up. --json prints all of it as one document, in
place of the CSV unless --to-csv names a file for that.

Missing rows and empty values are gaps, not zeros, unless the file's pattern plainly says
zero: a weekday or an hour that is never there, a rare count with rows only where something
came. What was made of them is said, and --fill decides. Timestamps are dates, times without
an offset, instants with one, or plain integers; --tz says on whose wall they are read, so
that hours keep their place where the clocks change.`,
		Example: forecastExample,
		Args:    cli.Args(cobra.MaximumNArgs(1)),
		RunE: func(c *cobra.Command, args []string) error {
			if err := f.TakeFile(args); err != nil {
				return err
			}
			return cmd.forecastFile(c.Context(), f)
		},
	}
	f.Register(c)
	l := c.Flags()
	l.StringVar(&f.to, "to", "", "`file` to write: .xlsx a workbook, .csv long CSV, .json rows; - is CSV on standard output")
	l.StringVar(&f.toCSV, "to-csv", "", "long CSV `file` to write, - for standard output (the default without --json)")
	l.StringVar(&f.algorithm, "algorithm", forecast.Auto, AlgorithmHelp+strings.Join(forecast.Names(), ", "))
	l.BoolVar(&f.explain, "explain", false,
		"show what the forecast of one series is made of: members, errors, weights, components")
	l.StringVar(&f.series, "series", "", "`series` that --explain explains (default: the first of the file)")
	return c
}

// forecastFile reads, forecasts and writes: a large file in blocks, any other as a whole.
func (cmd Forecast) forecastFile(ctx context.Context, f forecastFlags) error {
	if err := settings.CheckAlgorithm("--algorithm", f.algorithm); err != nil {
		return err
	}
	if f.explainFile {
		return cmd.explainFile(f)
	}
	target, ending, err := f.target()
	if err != nil {
		return err
	}
	if err := f.spare(target); err != nil {
		return err
	}
	if done, err := cmd.inBlocks(ctx, f, target, ending); done || err != nil {
		return err
	}
	return cmd.asAWhole(ctx, f, target, ending)
}

// asAWhole forecasts all series of a file together.
func (cmd Forecast) asAWhole(ctx context.Context, f forecastFlags, target, ending string) error {
	p, err := f.read(cmd.Out)
	if err != nil {
		return err
	}
	at, err := p.find(f.series)
	if err != nil {
		return err
	}
	if f.explain && !p.Known(at) {
		return cli.Usage("series %q has no value: there is nothing to explain", p.Series[at].ID).
			WithHint("name another by --series")
	}
	p.noteCalendar(cmd.Out, f.algorithm)
	p.options.Algorithm, p.options.Explain = f.algorithm, f.explain
	done, err := p.run(ctx, !f.explain && (cmd.Out.JSON || !cmd.Out.Quiet || ending == ".xlsx"))
	if err != nil {
		return fmt.Errorf("%s: %w", f.File, forecastError(err))
	}
	if target != "" || !f.explain && !cmd.Out.JSON {
		if err := cmd.write(p, done, f); err != nil {
			return err
		}
	}
	if f.explain {
		return cmd.explain(p, at, done.results[at], target == "-")
	}
	return cmd.showSummary(p, done, f, target)
}

// find is the place of a series by its id; 0 where none is asked for.
func (p *filePanel) find(id string) (int, error) {
	var near []string
	for i, s := range p.Series {
		if s.ID == id || id == "" {
			return i, nil
		}
		if strings.Contains(strings.ToLower(s.ID), strings.ToLower(id)) && len(near) < 5 {
			near = append(near, s.ID)
		}
	}
	if id == "" {
		return 0, nil
	}
	e := cli.Usage("the file has no series %q", id)
	if len(near) > 0 {
		return 0, e.WithHint("did you mean %s?", strings.Join(near, ", "))
	}
	return 0, e.WithHint("--series takes a series_id of the file")
}

func longForecasts(results []forecast.Result) []tables.Forecast {
	out := make([]tables.Forecast, len(results))
	for i, r := range results {
		out[i] = tables.Forecast{Mean: r.Mean, Median: r.Median}
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
		return cli.Usage("%w", err)
	}
	return wrapcast.Errorf(wrapcast.InvalidData, "", "%w", err)
}
