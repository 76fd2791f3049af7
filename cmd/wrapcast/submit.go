package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/session"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/terminal"
)

// submitCommand submits plans, or settles submissions in doubt.
type submitCommand struct {
	sessions *session.Opener
	out      *terminal.Terminal
}

func (cmd submitCommand) command() *cobra.Command {
	var settle, accept bool
	c := &cobra.Command{
		Use:   "submit PLAN...",
		Short: "Submit reviewed plans, or check submissions whose outcome is unknown",
		Long: `Submit plans that wrapcast plan has made, or that a run held back because of the auto-publish limits. A plan is
submitted once, and only while the platform has the forecast it was compared with.

With --settle, look at the target for every plan whose outcome is not known: the answer was
lost, or nothing was heard before the deadline. It only looks; nothing is ever sent twice.`,
		Example: `  wrapcast plan
  wrapcast submit 0192f0c4-6d7e-7b1a-8f00-9a1b2c3d4e5f
  wrapcast submit --settle`,
		Args: args(cobra.ArbitraryArgs),
		RunE: func(c *cobra.Command, given []string) error {
			switch {
			case settle == (len(given) > 0):
				return usage("submit needs a plan or --settle").WithHint("`wrapcast plan` makes plans and names them; --settle checks submissions whose outcome is unknown")
			case settle:
				return cmd.settle(c.Context())
			}
			return cmd.submit(c.Context(), given, accept)
		},
	}
	c.Flags().BoolVar(&settle, "settle", false, "check submissions whose outcome is unknown")
	c.Flags().BoolVar(&accept, "accept-changes", false,
		"submit even if what the platform has for the week cannot be read")
	return c
}

func (cmd submitCommand) submit(ctx context.Context, plans []string, accept bool) error {
	return cmd.sessions.With(ctx, func(s *session.Session, at session.Access) error {
		ids := make([]wrapcast.PlanID, len(plans))
		for i, id := range plans {
			ids[i] = wrapcast.PlanID(id)
		}
		spec := at.Settings.Spec()
		spec.AcceptChanges = accept
		return submitPlans(ctx, cmd.out, s, spec, ids...)
	})
}

func (cmd submitCommand) settle(ctx context.Context) error {
	return cmd.sessions.With(ctx, func(s *session.Session, at session.Access) error {
		found, settleErr := s.Forecaster.Settle(ctx, at.Settings.Spec())
		s.Progress.Close()
		if err := cmd.showSettled(found); err != nil {
			return err
		}
		return settleErr
	})
}

func (cmd submitCommand) showSettled(found []wrapcast.Submission) error {
	if cmd.out.JSON {
		if found == nil {
			found = []wrapcast.Submission{}
		}
		return cmd.out.PrintJSON(struct {
			Schema      string                `json:"schema"`
			Submissions []wrapcast.Submission `json:"submissions"`
		}{"wrapcast.settled/1", found})
	}
	for _, s := range found {
		fmt.Fprintf(cmd.out.Out, "plan %s is %s %s\n", s.Plan, s.State, s.TargetForecastID)
	}
	if len(found) == 0 {
		fmt.Fprintln(cmd.out.Out, "no submission has an unknown outcome")
	}
	return nil
}
