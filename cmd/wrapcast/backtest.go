package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/cli"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/fromfile"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/progress"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/session"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/settings"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/show"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/terminal"
	"github.com/wrapcast/wrapcast/forecast"
	"github.com/wrapcast/wrapcast/internal/reports"
)

// backtestFlags are what `wrapcast backtest` is told.
type backtestFlags struct {
	fromfile.BacktestFlags
	organisation string
	specialDays  bool
}

const backtestExample = `  # how good would forecasts of the stored history have been, code by code?
  wrapcast backtest
  wrapcast backtest --horizon 14 --origins 8 --all

  # what is the calendar worth on holidays, closures and event days?
  wrapcast backtest --special-days --origins 13

  # the same for any series of a file, and several methods side by side
  wrapcast backtest history.csv --horizon 14
  wrapcast backtest history.csv --horizon 14 --algorithm auto,ets,weekdayAverage`

// backtestCommand forecasts the past, of the stored history or of a file.
type backtestCommand struct {
	sessions *session.Opener
	out      *terminal.Terminal
}

func (cmd backtestCommand) command() *cobra.Command {
	var f backtestFlags
	c := &cobra.Command{
		Use:   "backtest [FILE --horizon N]",
		Short: "Measure accuracy by forecasting past test periods",
		Long: `Forecast several test periods of the past, each only from the history before it, and compare the
forecasts with the actuals. Without a file the stored history is forecast, code by code, as a run does it: masks,
calendar, engine, sums; and the handle times of planning groups from the mix of codes, compared with the average
over all history and with the weighted average of the last eight weeks. Of a FILE, read as ` + "`wrapcast forecast`" + ` reads
it, every series is forecast by the engine.

WAPE is the sum of absolute errors over the sum of contacts; bias is above zero where forecasts were too high;
MASE is the error over that of repeating last week, so below 1 is better. The share of actuals inside the
interval should be near its level.`,
		Example: backtestExample,
		Args:    cli.Args(cobra.MaximumNArgs(1)),
		RunE: func(c *cobra.Command, args []string) error {
			if err := f.TakeFile(args); err != nil {
				return err
			}
			return cmd.backtest(c.Context(), f)
		},
	}
	cli.OrganisationFlag(c, &f.organisation)
	f.Register(c)
	l := c.Flags()
	l.StringSliceVar(&f.Algorithms, "algorithm", nil, fromfile.AlgorithmHelp+strings.Join(forecast.Names(),
		", ")+"; several are compared (default: that of the settings, or auto)")
	l.IntVar(&f.Origins, "origins", 0, "number of test periods (default: 4)")
	l.IntVar(&f.Stride, "stride", 0, "steps from the start of one test period to the next (default: the horizon)")
	l.IntSliceVar(&f.Leads, "lead", nil, "with --from-csv: also the figures of single steps ahead, such as 1,7,14")
	l.IntVar(&f.Scale, "scale", 0, "with --from-csv: the season MASE, RMSSE and MSIS are scaled by (default: the shortest; 1 for none)")
	l.StringVar(&f.ToCSV, "to-csv", "", "with --from-csv: CSV `file` for the figures of every series, - for standard output")
	l.BoolVar(&f.specialDays, "special-days", false,
		"forecast each test period a second time without the calendar, and compare the two on special days")
	l.BoolVar(&f.All, "all", false, "show every code or series, not only the busiest")
	return c
}

func (cmd backtestCommand) backtest(ctx context.Context, f backtestFlags) error {
	for _, name := range f.Algorithms {
		if err := settings.CheckAlgorithm("--algorithm", name); err != nil {
			return err
		}
	}
	switch {
	case f.Origins < 0:
		return cli.Usage("--origins is %d", f.Origins).WithHint("give the number of test periods: --origins 8")
	case f.Stride < 0:
		return cli.Usage("--stride is %d", f.Stride).WithHint("give the number of steps between two test periods: --stride 7")
	case f.File != "" && f.specialDays:
		return cli.Usage("--special-days is for the stored history, whose calendar is known").WithHint("leave --from-csv out; for a file, compare a backtest with --holidays and one without")
	case f.File != "":
		return fromfile.Backtest(ctx, cmd.out, f.BacktestFlags)
	}
	return cmd.backtestStored(ctx, f)
}

func (cmd backtestCommand) backtestStored(ctx context.Context, f backtestFlags) error {
	if len(f.Algorithms) > 1 {
		return cli.Usage("the stored history is forecast by one algorithm at a time").WithHint("run it once for each, or compare them on a file with --from-csv")
	}
	return cmd.sessions.Offline(ctx, f.organisation, func(o session.Offline) error {
		if len(f.Algorithms) == 1 {
			o.Spec.Algorithm = f.Algorithms[0]
		}
		bars := progress.New(cmd.out, cmd.sessions.Clock.Now)
		o.Report = bars.Report
		v, err := o.Look(ctx)
		if err != nil {
			return err
		}
		r, err := reports.Backtest(ctx, v, reports.BacktestOptions{Days: f.Horizon, Origins: f.Origins,
			Stride: f.Stride, WithoutCalendar: f.specialDays})
		bars.Close()
		if err != nil {
			return err
		}
		return cmd.showBacktest(r, f.All)
	})
}

// shownScores is how many codes or series a backtest shows unless all are asked for.
const shownScores = 15

func (cmd backtestCommand) showBacktest(r reports.BacktestReport, all bool) error {
	if cmd.out.JSON {
		return cmd.out.PrintJSON(r)
	}
	b := cmd.out.Page()
	b.WriteString(b.Wrap(fmt.Sprintf("%s of %s each, from %s on, forecast by %s from the history before each; history since %s.", show.Count(len(r.Origins), "test period", "test periods"),
		show.Count(r.Days, "day", "days"), r.Origins[0], r.Algorithm, r.HistoryFrom), "") + "\n")
	b.WriteString("\n" + accuracyTable(b, r, all) + "\n")
	if len(r.GroupHandleTimes) > 0 {
		b.WriteString("\n" + handleTimesTable(b, r, all) + "\n")
	}
	if r.SpecialDays != nil {
		b.WriteString("\n" + specialDaysTable(b, *r.SpecialDays) + "\n")
	}
	return cmd.out.Print(b.String())
}

func accuracyTable(b *show.Page, r reports.BacktestReport, all bool) string {
	t := b.Table("code", " contacts", " WAPE", " bias", " MASE", fmt.Sprintf(" in %g %%", 100*r.Overall.Level),
		" periods")
	row := func(name string, contacts int, x wrapcast.Accuracy) {
		t.Row(show.Shorten(name, 27), show.Thousands(int64(contacts)), show.Percent(x.WAPE), show.SignedPercent(x.Bias),
			show.Figure(x.MASE), show.Percent(x.Coverage), fmt.Sprint(x.Origins))
	}
	sum := 0
	for _, c := range r.Codes {
		sum += c.Contacts
	}
	row("all codes, one by one", sum, r.Overall)
	row("their total", sum, r.Total)
	for i, q := range r.Queues {
		if all || i < shownScores/3 {
			row("queue "+q.Queue.Name, q.Contacts, q.Accuracy)
		}
	}
	for i, c := range r.Codes {
		if all || i < shownScores {
			row(c.Code.Name, c.Contacts, c.Accuracy)
		}
	}
	if hidden := len(r.Codes) - shownScores; hidden > 0 && !all {
		return t.String() + fmt.Sprintf("\n  … and %s more, smaller ones: --all", show.Count(hidden, "code", "codes"))
	}
	return t.String()
}

// handleTimesTable shows how far handle times were off, as they follow from the mix of codes and by two habits of
// planning.
func handleTimesTable(b *show.Page, r reports.BacktestReport, all bool) string {
	t := b.Table("WAPE of handle times", " contacts", " by mix", " recent weeks", " average")
	row := func(name string, contacts int, x reports.HandleTimeBacktest) {
		t.Row(show.Shorten(name, 27), show.Thousands(int64(contacts)), show.Percent(x.Mix), show.Percent(x.Recent),
			show.Percent(x.Average))
	}
	sum := 0
	for _, g := range r.GroupHandleTimes {
		sum += g.Contacts
	}
	row("all planning groups", sum, r.HandleTime)
	for i, g := range r.GroupHandleTimes {
		if all || i < shownScores/3 {
			row(g.Group.Name, g.Contacts, g.HandleTimeBacktest)
		}
	}
	if hidden := len(r.GroupHandleTimes) - shownScores/3; hidden > 0 && !all {
		return t.String() + fmt.Sprintf("\n  … and %s more: --all", show.Count(hidden, "planning group",
			"planning groups"))
	}
	return t.String()
}

// specialDaysTable shows what the calendar is worth on the days it names: per level, and of the total per name.
func specialDaysTable(b *show.Page, s reports.SpecialDaysBacktest) string {
	if s.Days == 0 {
		return "no test period has a special day"
	}
	t := b.Table("WAPE on "+show.Count(s.Days, "special day", "special days"), " days", " with calendar", " without")
	for _, l := range s.Levels {
		t.Row(kindWords(l.Kind, 2), fmt.Sprint(s.Days), show.Percent(l.With.WAPE), show.Percent(l.Without.WAPE))
	}
	for _, k := range s.Kinds {
		t.Row("  total, "+show.Shorten(k.Name, 27), fmt.Sprint(k.Days), show.Percent(k.With.WAPE),
			show.Percent(k.Without.WAPE))
	}
	return t.String()
}
