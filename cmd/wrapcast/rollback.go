package main

import (
	"github.com/spf13/cobra"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/cli"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/session"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/terminal"
)

// rollbackCommand puts back what was planned before.
type rollbackCommand struct {
	sessions *session.Opener
	out      *terminal.Terminal
}

func (cmd rollbackCommand) command() *cobra.Command {
	var f rollbackFlags
	c := &cobra.Command{
		Use:   "rollback",
		Short: "Restore an earlier plan",
		Long: `Import again the plan that was in place before the current one: for one week, or for every week of
the run that submitted last. It is a submission like any other, with its own entry in the audit trail;
nothing at the platform is deleted, and a rollback can itself be undone with --to.`,
		Example: `  wrapcast rollback --dry-run
  wrapcast rollback
  wrapcast rollback --week 2026-11-30 --to 0192f0c4-6d7e-7b1a-8f00-9a1b2c3d4e5f`,
		Args: cli.Args(cobra.NoArgs),
		RunE: func(c *cobra.Command, _ []string) error { return cmd.rollback(c, f) },
	}
	c.Flags().StringVar(&f.week, "week", "", "first day of the week (default: all weeks submitted last)")
	c.Flags().StringVar(&f.to, "to", "", "`plan` to restore (default: the one before the current one)")
	c.Flags().BoolVar(&f.dryRun, "dry-run", false, "show what would change, and submit nothing")
	c.Flags().BoolVar(&f.accept, "accept-changes", false,
		"submit even if what the platform has for the week cannot be read")
	return c
}

type rollbackFlags struct {
	week, to       string
	dryRun, accept bool
}

func (cmd rollbackCommand) rollback(c *cobra.Command, f rollbackFlags) error {
	return cmd.sessions.With(c.Context(), func(s *session.Session, at session.Access) error {
		var named *wrapcast.Date
		if f.week != "" {
			d, err := wrapcast.ParseDate(f.week)
			if err != nil {
				return err
			}
			named = &d
		}
		list, err := s.Forecaster.Rollback(c.Context(), at.Settings.Spec(), named, wrapcast.PlanID(f.to))
		if err != nil {
			return err
		}
		if f.dryRun {
			s.Progress.Close()
			return planCommand(cmd).showPlans(list, false, true)
		}
		ids := make([]wrapcast.PlanID, len(list.Plans))
		for i, plan := range list.Plans {
			ids[i] = plan.ID
		}
		spec := at.Settings.Spec()
		spec.AcceptChanges = f.accept
		return submitPlans(c.Context(), cmd.out, s, spec, ids...)
	})
}
