// Package today is `wrapcast intraday`: what is left of today.
package today

import (
	"context"
	"errors"
	"os"
	"time"

	"github.com/spf13/cobra"

	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/cli"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/session"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/terminal"
	"github.com/wrapcast/wrapcast/internal/steps"
	"github.com/wrapcast/wrapcast/internal/today"
)

// Command is `wrapcast intraday`.
type Command struct {
	Sessions *session.Opener
	Out      *terminal.Terminal
}

type flags struct {
	organisation, at, file string
}

// Command returns it for the command line.
func (cmd Command) Command() *cobra.Command {
	var f flags
	c := &cobra.Command{
		Use:   "intraday",
		Short: "What is left of today",
		Long: `What is left of today, from what has come until now: per planning group, queue and wrap-up code,
expected and with bands that narrow as the day goes, the staff it requires, and whether the day goes
off, by a test that aims at 1 % of ordinary days. Overrides for today are proposed, none is stored.

It works on what is stored: "wrapcast extract" reads what came since, and asks the platform for it.
--file takes today's counts by hand: a CSV with the columns time (09:15) and contacts, and queue and
code where they are told apart, a row per quarter-hour or hour.`,
		Example: `  wrapcast extract && wrapcast intraday
  wrapcast intraday --at 14:00
  wrapcast intraday --at "2026-12-01 14:00" --json
  wrapcast intraday --file wallboard.csv`,
		Args: cli.Args(cobra.NoArgs),
		RunE: func(c *cobra.Command, _ []string) error { return cmd.run(c.Context(), f) },
	}
	l := c.Flags()
	cli.OrganisationFlag(c, &f.organisation)
	l.StringVar(&f.at, "at", "", "`time` to look from, such as 14:00 or \"2026-12-01 14:00\" (default: now, or the last reading where nothing was read today)")
	l.StringVar(&f.file, "file", "", "CSV `file` with today's counts, in the place of what is stored")
	return c
}

func (cmd Command) run(ctx context.Context, f flags) error {
	if f.organisation != "" {
		cmd.Sessions.Settings.Organisation = f.organisation
	}
	one, err := cmd.Sessions.Chosen(ctx)
	if err != nil {
		return err
	}
	o := today.Options{Rules: one.Settings.Staffing.Heads()}
	if f.file != "" {
		if o.Given, err = given(f.file); err != nil {
			return err
		}
	}
	return cmd.Sessions.Offline(ctx, f.organisation, func(at session.Offline) error {
		v, err := at.Look(ctx)
		if err != nil {
			return err
		}
		if o.Now, err = moment(f.at, v); err != nil {
			return err
		}
		r, err := today.Of(ctx, v, o)
		if err != nil {
			return err
		}
		return cmd.show(r)
	})
}

func given(file string) (*today.Given, error) {
	in, err := os.Open(file)
	if err != nil {
		return nil, terminal.FileError(file, err)
	}
	g, err := today.ReadGiven(in, file)
	return g, errors.Join(err, in.Close())
}

// moment is the time to look from: that which is named, of the day that is today for the organisation.
func moment(text string, v *steps.View) (time.Time, error) {
	now := today.Moment(v)
	if text == "" {
		return now, nil
	}
	for _, layout := range []string{"2006-01-02 15:04", "2006-01-02T15:04", time.RFC3339} {
		if at, err := time.ParseInLocation(layout, text, v.Zone); err == nil {
			return at, nil
		}
	}
	at, err := time.Parse("15:04", text)
	if err != nil {
		return at, cli.Usage("--at is %q, which is no time", text).WithHint("write 14:00 or \"2026-12-01 14:00\"")
	}
	local := now.In(v.Zone)
	return time.Date(local.Year(), local.Month(), local.Day(), at.Hour(), at.Minute(), 0, 0, v.Zone), nil
}

func (cmd Command) show(r *today.Report) error {
	switch {
	case cmd.Out.JSON:
		return cmd.Out.PrintJSON(r)
	case cmd.Out.Quiet:
		return nil
	}
	return cmd.Out.Print(text(r, cmd.Out.Page()))
}
