package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/cli"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/session"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/show"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/terminal"
	"github.com/wrapcast/wrapcast/internal/validate"
)

// validateCommand judges the stored history of each code.
type validateCommand struct {
	sessions *session.Opener
	out      *terminal.Terminal
}

func (cmd validateCommand) command() *cobra.Command {
	var organisation string
	var strict, all bool
	c := &cobra.Command{
		Use:   "validate",
		Short: "Check the data quality of each wrap-up code",
		Long: `Check whether the stored history of each code is good enough for a forecast: days of history, gaps,
outliers, weekly pattern, level shifts; with the reason, the fallback that will be used and the
cheapest fix. No request is sent to the platform.`,
		Example: `  wrapcast validate
  wrapcast validate --strict --json
  wrapcast validate queues
  wrapcast validate masks --code Refund
  wrapcast validate calendar calendar.yaml`,
		Args: cli.Args(cobra.NoArgs),
		RunE: func(c *cobra.Command, _ []string) error { return cmd.validate(c.Context(), organisation, strict, all) },
	}
	cli.OrganisationFlag(c, &organisation)
	c.Flags().BoolVar(&strict, "strict", false, "exit with 3 if a code's history is weak")
	c.Flags().BoolVar(&all, "all", false, "show good codes as well")
	c.AddCommand(queuesCommand(cmd).command(&organisation), masksCommand(cmd).command(&organisation),
		calendarCommand(cmd).command(&organisation))
	return c
}

func (cmd validateCommand) validate(ctx context.Context, organisation string, strict, all bool) error {
	return cmd.sessions.Offline(ctx, organisation, func(o session.Offline) error {
		v, err := o.Look(ctx)
		if err != nil {
			return err
		}
		report, err := v.Validate(ctx)
		if err != nil {
			return err
		}
		if err := cmd.showReport(report, all); err != nil || !strict {
			return err
		}
		return validate.Refuse(report)
	})
}

func (cmd validateCommand) showReport(r wrapcast.ValidationReport, all bool) error {
	if cmd.out.JSON {
		return cmd.out.PrintJSON(r)
	}
	good := 0
	b := cmd.out.Page()
	t := b.Table("wrap-up code", "verdict", " contacts", " days", " masked", " weekly pattern", "why")
	for _, c := range r.Codes {
		if c.Verdict == wrapcast.Good {
			good++
			if !all {
				continue
			}
		}
		t.Row(show.Shorten(c.Name, 34), string(c.Verdict), show.Thousands(int64(c.Contacts)),
			show.Thousands(int64(c.Days)), fmt.Sprint(len(c.Masks)),
			show.Figure(c.Seasonality), show.Shorten(c.Reason, 60))
	}
	b.Line(fmt.Sprintf("%s to %s: %d of %s have a good history", r.From, r.To, good,
		show.Count(len(r.Codes), "code", "codes")), "  ")
	if good < len(r.Codes) || all {
		b.WriteString("\n" + t.String() + "\n")
	}
	for _, f := range r.Findings {
		b.Line(fmt.Sprintf("%s: %s", f.Severity, f.Message), "  ")
		if f.Advice != "" {
			b.Line("  → "+f.Advice, "    ")
		}
	}
	return cmd.out.Print(b.String())
}
