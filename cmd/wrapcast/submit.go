package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/wrapcast/wrapcast"
)

func (a *app) submitCommand() *cobra.Command {
	var settle bool
	c := &cobra.Command{
		Use:   "submit --settle",
		Short: "Settle submissions whose outcome is not known",
		Long: `Look at the target for every plan whose outcome is not known: the answer was lost, or nothing
was heard before the deadline. It only looks; nothing is ever sent twice. New plans are
submitted by wrapcast run.`,
		Example: "  wrapcast submit --settle",
		Args:    args(cobra.NoArgs),
		RunE: func(c *cobra.Command, _ []string) error {
			if !settle {
				return usage("submit needs --settle").WithHint("plans are submitted by `wrapcast run`; --settle looks after those in doubt")
			}
			return a.settle(c.Context())
		},
	}
	c.Flags().BoolVar(&settle, "settle", false, "look for what is in doubt")
	return c
}

func (a *app) settle(ctx context.Context) error {
	return a.withSession(ctx, func(s *session, at access) error {
		found, settleErr := s.forecaster.Settle(ctx, at.config.spec())
		s.progress.close()
		if err := a.showSettled(found); err != nil {
			return err
		}
		return settleErr
	})
}

func (a *app) showSettled(found []wrapcast.Submission) error {
	if a.json {
		if found == nil {
			found = []wrapcast.Submission{}
		}
		return printJSON(a.stdout, struct {
			Schema      string                `json:"schema"`
			Submissions []wrapcast.Submission `json:"submissions"`
		}{"wrapcast.settled/1", found})
	}
	for _, s := range found {
		fmt.Fprintf(a.stdout, "plan %s is %s %s\n", s.Plan, s.State, s.TargetForecastID)
	}
	if len(found) == 0 {
		fmt.Fprintln(a.stdout, "nothing is in doubt")
	}
	return nil
}
