package main

import (
	"bytes"
	"context"
	"os"

	"github.com/spf13/cobra"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/cli"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/session"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/staff"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/terminal"
	"github.com/wrapcast/wrapcast/internal/export/report"
	"github.com/wrapcast/wrapcast/internal/heads"
	"github.com/wrapcast/wrapcast/internal/plain"
	"github.com/wrapcast/wrapcast/internal/reports"
)

type reportFlags struct {
	organisation, week, out string
	things                  int
}

// reportCommand writes one week as an HTML file.
type reportCommand struct {
	sessions *session.Opener
	out      *terminal.Terminal
}

func (cmd reportCommand) command() *cobra.Command {
	var f reportFlags
	c := &cobra.Command{
		Use:   "report",
		Short: "Write one week as an HTML file to mail or print",
		Long: `Write one week as a single HTML file: the forecast by day, wrap-up code, queue and hour, beside the week before,
and how accurate forecasts have been. Charts are part of the file; it needs no script and no network.

A future week is shown with the overrides in use now; a past one as it was last forecast before it began,
compared with the actuals.`,
		Example: `  wrapcast report
  wrapcast report --week 2026-11-23 --out week.html
  wrapcast report --json`,
		Args: cli.Args(cobra.NoArgs),
		RunE: func(c *cobra.Command, _ []string) error { return cmd.report(c.Context(), f) },
	}
	cli.OrganisationFlag(c, &f.organisation)
	c.Flags().StringVar(&f.week, "week", "", "a day of the `week` (default: the next week)")
	c.Flags().StringVarP(&f.out, "out", "o", "", "the `file`; - is standard output (default wrapcast-WEEK.html)")
	c.Flags().IntVar(&f.things, "things", 0, "how many codes and queues are listed (default 12)")
	return c
}

func (cmd reportCommand) report(ctx context.Context, f reportFlags) error {
	week, err := cli.Day(f.week, 0)
	if err != nil {
		return err
	}
	return cmd.sessions.Offline(ctx, f.organisation, func(o session.Offline) error {
		v, err := o.Look(ctx)
		if err != nil {
			return err
		}
		r, err := reports.WeekReport(ctx, v, reports.WeekReportOptions{Week: week, Listed: f.things,
			Version: programVersion()})
		if err != nil {
			return err
		}
		n, err := cmd.sessions.Chosen(ctx)
		if err != nil {
			return err
		}
		needed, err := staff.Of(ctx, o.WrapUpForecaster, v, heads.Options{Start: r.Week, Rules: n.Settings.Staffing.Heads()})
		if err != nil {
			return err
		}
		r.AddStaff(needed)
		if cmd.out.JSON && f.out == "" {
			return cmd.out.PrintJSON(r)
		}
		return cmd.writeReport(r, f.out)
	})
}

// writeReport writes the whole file or none of it.
func (cmd reportCommand) writeReport(r wrapcast.WeekReport, out string) error {
	var b bytes.Buffer
	if err := report.WriteHTML(&b, r); err != nil {
		return err
	}
	if out == "-" {
		_, err := plain.ForFiles(cmd.out.Out).Write(b.Bytes())
		return err
	}
	if out == "" {
		out = "wrapcast-" + r.Week.String() + ".html"
	}
	if err := terminal.FileError(out, os.WriteFile(out, b.Bytes(), 0o644)); err != nil { //nolint:gosec // it is made to be passed on
		return err
	}
	return cmd.out.Say("%s: the week of %s, %d kB", out, r.Week, b.Len()/1000)
}
