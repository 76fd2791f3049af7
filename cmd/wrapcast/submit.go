package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/cli"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/session"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/show"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/terminal"
)

// submitCommand submits plans, or settles submissions in doubt.
type submitCommand struct {
	sessions *session.Opener
	out      *terminal.Terminal
}

func (cmd submitCommand) command() *cobra.Command {
	var f submitFlags
	c := &cobra.Command{
		Use:   "submit [PLAN...]",
		Short: "Submit reviewed plans, or check submissions whose outcome is unknown",
		Long: `Submit plans that wrapcast plan has made, or that a run held back because of the auto-publish limits. A plan is
submitted once, and only while the platform has the forecast it was compared with.

With --weeks N, submit what waits for the next N weeks, the plan of each made last: it shows what changes per week
and asks once.

With --settle, look at the target for every plan whose outcome is not known: the answer was
lost, or nothing was heard before the deadline. It only looks; nothing is ever sent twice.`,
		Example: `  wrapcast plan
  wrapcast submit 0192f0c4-6d7e-7b1a-8f00-9a1b2c3d4e5f
  wrapcast plan --weeks 6 && wrapcast submit --weeks 6
  wrapcast submit --settle`,
		Args: cli.Args(cobra.ArbitraryArgs),
		RunE: func(c *cobra.Command, given []string) error {
			asked := 0
			for _, this := range []bool{f.settle, f.weeks != 0, len(given) > 0} {
				if this {
					asked++
				}
			}
			switch {
			case asked != 1:
				return cli.Usage("submit needs plans, or --weeks, or --settle").WithHint("`wrapcast plan` makes plans and " +
					"names them; --weeks takes what waits; --settle checks submissions whose outcome is unknown")
			case f.settle:
				return cmd.settle(c.Context())
			case f.weeks != 0:
				return cmd.submitWeeks(c.Context(), f)
			}
			return cmd.submit(c.Context(), given, f.accept)
		},
	}
	c.Flags().IntVar(&f.weeks, "weeks", 0, "submit what waits for so many weeks, 1 to 6, after one question")
	c.Flags().BoolVar(&f.yes, "yes", false, "with --weeks: do not ask")
	c.Flags().BoolVar(&f.settle, "settle", false, "check submissions whose outcome is unknown")
	c.Flags().BoolVar(&f.accept, "accept-changes", false,
		"submit even if what the platform has for the week cannot be read")
	return c
}

type submitFlags struct {
	weeks               int
	settle, accept, yes bool
}

// submitWeeks shows what waits for the coming weeks, asks once, and submits all of it.
func (cmd submitCommand) submitWeeks(ctx context.Context, f submitFlags) error {
	return cmd.sessions.With(ctx, func(s *session.Session, at session.Access) error {
		at.Settings.Plan.Weeks = f.weeks
		if err := at.Settings.Check(); err != nil {
			return err
		}
		spec := at.Settings.Spec()
		spec.AcceptChanges = f.accept
		list, err := s.Forecaster.Waiting(ctx, spec)
		s.Progress.Close()
		if err != nil {
			return err
		}
		if err := cmd.confirm(list.Plans, f.yes); err != nil {
			return err
		}
		ids := make([]wrapcast.PlanID, len(list.Plans))
		for i, plan := range list.Plans {
			ids[i] = plan.ID
		}
		return submitPlans(ctx, cmd.out, s, spec, ids...)
	})
}

// confirm shows what changes per week and asks whether to submit it; without a terminal only --yes answers.
func (cmd submitCommand) confirm(plans []wrapcast.Plan, yes bool) error {
	if !cmd.out.JSON && !cmd.out.Quiet {
		if err := cmd.out.Print("\n" + weeksTable(cmd.out.Page(), plans) + "\n"); err != nil {
			return err
		}
	}
	if yes {
		return nil
	}
	question := fmt.Sprintf("Submit %s? [y/N] ", show.Count(len(plans), "plan", "plans"))
	if !cmd.out.Interactive {
		return cli.Usage("nobody answered: %s", strings.TrimSuffix(question, " [y/N] ")).WithHint("answer with --yes")
	}
	fmt.Fprint(cmd.out.Err, question)
	answer, err := bufio.NewReader(cmd.out.In).ReadString('\n')
	if answer = strings.ToLower(strings.TrimSpace(answer)); answer == "y" || answer == "yes" {
		return nil
	}
	return errors.Join(cli.Usage("nothing was submitted").WithHint("the plans are kept; `wrapcast submit --weeks` asks again"),
		notTheEnd(err))
}

// notTheEnd is an error of reading, unless it is that there is nothing more to read.
func notTheEnd(err error) error {
	if errors.Is(err, io.EOF) {
		return nil
	}
	return err
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
