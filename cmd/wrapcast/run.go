package main

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/cli"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/outcome"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/session"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/settings"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/terminal"
	"github.com/wrapcast/wrapcast/internal/steps"
)

// runFlags override settings for one run.
type runFlags struct {
	dryRun    bool
	strict    bool
	accept    bool
	target    string
	horizon   int
	weeks     int
	level     float64
	algorithm string
	every     string
	all       bool
}

const runExample = `# these variables are enough
  export GENESYS_CLIENT_ID=... GENESYS_CLIENT_SECRET=... GENESYS_REGION=eu-central-1
  export WRAPUP_CODE_1=... WRAPUP_CODE_2=... WFM_WEBHOOK_URL=https://wfm.example.com/hook
  wrapcast run --dry-run
  wrapcast run
  wrapcast run --all
  wrapcast run --every "0 2 * * *"`

// runCommand does all steps once, or on a schedule.
type runCommand struct {
	sessions *session.Opener
	out      *terminal.Terminal
}

func (cmd runCommand) command() *cobra.Command {
	var f runFlags
	c := &cobra.Command{
		Use:   "run",
		Short: "Extract, validate, forecast, plan, submit and notify",
		Long: `Do one pass over the steps for the organisation of the settings: extract the history
of wrap-up codes, validate it, forecast every code, plan the next weeks, submit the plan
and notify the webhook. An interrupted run is continued where it stopped.

With --every it keeps running on a schedule, in local time of the business unit; a missed run is
made up for. wrapcast serve does the same and has a dashboard.`,
		Example: runExample,
		Args:    cli.Args(cobra.NoArgs),
		RunE:    func(c *cobra.Command, _ []string) error { return cmd.runOnce(c.Context(), c, f) },
	}
	l := c.Flags()
	l.BoolVar(&f.dryRun, "dry-run", false, "stop after the plan: nothing is submitted, no notification is sent")
	l.BoolVar(&f.strict, "strict", false, "strict mode: refuse codes with a weak history")
	l.BoolVar(&f.accept, "accept-changes", false, "submit even if the plan exceeds the auto-publish limits, or what the platform has cannot be read")
	l.StringVar(&f.target, "target", "", settings.TargetHelp())
	l.IntVar(&f.horizon, "horizon", 0, "days to forecast")
	l.IntVar(&f.weeks, "weeks", 0, "weeks to plan, 1 to 6")
	l.Float64Var(&f.level, "level", 0, "level of the interval in per cent, such as 85")
	l.StringVar(&f.every, "every", "", "keep running on a `schedule`: minute, hour, day of the month, month, weekday, such as \"0 2 * * *\"")
	l.BoolVar(&f.all, "all", false, "run for every organisation of the settings; one that fails does not stop the others")
	l.StringVar(&f.algorithm, "algorithm", "", "auto, exponentialSmoothing, …: see wrapcast forecast --help")
	return c
}

// override puts the flags that were given in the settings' place.
func (f runFlags) override(c *cobra.Command, s *settings.Settings) {
	given := c.Flags().Changed
	if given("target") {
		s.Plan.Target = f.target
	}
	if given("horizon") {
		s.Forecast.HorizonDays = f.horizon
	}
	if given("weeks") {
		s.Plan.Weeks = f.weeks
	}
	if given("level") {
		s.Forecast.Level = f.level / 100
	}
	if given("algorithm") {
		s.Forecast.Algorithm = f.algorithm
	}
	s.Validation.Strict = s.Validation.Strict || f.strict
}

func (cmd runCommand) runOnce(ctx context.Context, c *cobra.Command, f runFlags) error {
	if err := settings.CheckAlgorithm("--algorithm", f.algorithm); err != nil {
		return err
	}
	if f.all {
		return cmd.runAll(ctx, c, f)
	}
	at, err := cmd.sessions.Access(ctx)
	if err != nil {
		return err
	}
	spec, err := f.spec(c, &at)
	if err != nil {
		return err
	}
	if f.every != "" {
		return workerCommand(cmd).workOne(ctx, at, spec, scheduled(f.every))
	}
	return runAndShow(ctx, cmd.sessions, at, spec)
}

// spec is what a run is asked for by the settings and the flags.
func (f runFlags) spec(c *cobra.Command, at *session.Access) (steps.Spec, error) {
	f.override(c, &at.Settings)
	spec := at.Settings.Spec()
	spec.DryRun, spec.AcceptChanges = f.dryRun, f.accept
	return spec, at.Settings.Check()
}

// runAndShow does a run and shows its outcome, also where it ended in an error.
func runAndShow(ctx context.Context, sessions *session.Opener, at session.Access, spec steps.Spec) error {
	s, err := sessions.Open(ctx, at)
	if err != nil {
		return err
	}
	defer s.Close()
	return runSession(ctx, sessions.Terminal, s, spec)
}

func runSession(ctx context.Context, out *terminal.Terminal, s *session.Session, spec steps.Spec) error {
	result, runErr := s.Forecaster.Run(ctx, spec)
	s.Progress.Close()
	return showResult(ctx, out, result, runErr)
}

// showResult shows a run that was begun, also where it ended in an error, and returns that error.
func showResult(ctx context.Context, out *terminal.Terminal, result steps.Outcome, runErr error) error {
	if result.Run.ID == "" {
		return runErr
	}
	if err := showRun(context.WithoutCancel(ctx), out, result); err != nil {
		return err
	}
	return runErr
}

// submitPlans submits stored plans, and shows the run that did.
func submitPlans(
	ctx context.Context, out *terminal.Terminal, s *session.Session, spec steps.Spec, plans ...wrapcast.PlanID,
) error {
	result, err := s.Forecaster.SubmitPlans(ctx, spec, plans...)
	s.Progress.Close()
	return showResult(ctx, out, result, err)
}

// showRun prints the run as JSON or as text.
func showRun(ctx context.Context, out *terminal.Terminal, result steps.Outcome) error {
	if out.JSON {
		document, err := outcome.New(ctx, result)
		if err != nil {
			return err
		}
		return out.PrintJSON(document)
	}
	if out.Quiet {
		return nil
	}
	page := out.Page()
	if err := outcome.Write(ctx, page, result); err != nil {
		return err
	}
	return out.Print(page.String())
}
