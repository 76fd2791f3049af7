package main

import (
	"context"
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/cli"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/session"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/terminal"
	"github.com/wrapcast/wrapcast/internal/schedule"
	"github.com/wrapcast/wrapcast/internal/service"
	"github.com/wrapcast/wrapcast/internal/steps"
	"github.com/wrapcast/wrapcast/internal/store"
)

// workerCommand works on schedule without the dashboard.
type workerCommand struct {
	sessions *session.Opener
	out      *terminal.Terminal
}

func (cmd workerCommand) command() *cobra.Command {
	var parallel int
	c := &cobra.Command{
		Use:   "worker",
		Short: "Work on schedule without the dashboard",
		Long: `Do the work of wrapcast serve without its dashboard and API, for the organisation of the settings or, with
organisations: there, for all of them: begin the runs that are due, continue what a crash has interrupted, and send the
webhook messages that wait. It keeps nothing itself: any number of workers may run beside wrapcast serve on one data
directory. A step is done by one of them; one that was held up and overtaken writes nothing any more.

--parallel says how many steps compute at once; waiting for platforms needs no place among them.`,
		Example: "  wrapcast worker\n  wrapcast worker --parallel 2\n  wrapcast worker --organisation Harbour",
		Args:    cli.Args(cobra.NoArgs),
		RunE: func(c *cobra.Command, _ []string) error {
			if parallel < 1 {
				return cli.Usage("--parallel is %d; a worker computes at least one step at a time", parallel)
			}
			return cmd.workAll(c.Context(), parallel)
		},
	}
	parallelFlag(c, &parallel)
	return c
}

// workAll works for every organisation of the settings. One that nobody can be worked for is told of and left out.
func (cmd workerCommand) workAll(ctx context.Context, parallel int) error {
	all, err := cmd.sessions.Settings.All()
	if err != nil {
		return err
	}
	fleet, err := cmd.sessions.OpenFleet(ctx, all)
	if err != nil {
		return err
	}
	defer fleet.Close()
	if err := fleet.NeedOne(); err != nil {
		return err
	}
	tellProblems(ctx, cmd.out, all, fleet)
	return cmd.work(ctx, fleet, parallel, func(m session.Member) steps.Spec { return m.Settings.Spec() })
}

// scheduled is the schedule of the command line.
func scheduled(cron string) service.Planned {
	return service.Planned{ID: "command", Source: wrapcast.ScheduleCommand, Cron: cron}
}

// workOne works for one organisation on a schedule of the command line.
func (cmd workerCommand) workOne(ctx context.Context, at session.Access, spec steps.Spec, more service.Planned) error {
	if err := schedule.Check(more.Cron); err != nil {
		return err
	}
	at.Background = true
	s, err := cmd.sessions.Open(ctx, at)
	if err != nil {
		return err
	}
	defer s.Close()
	return cmd.work(ctx, session.FleetOf(at, s), 1, func(session.Member) steps.Spec { return spec }, more)
}

// work works on schedule until ctx is done. Where there is one organisation, credentials that are refused end it at
// once: it has nothing else to do.
func (cmd workerCommand) work(ctx context.Context, fleet *session.Fleet, parallel int,
	spec func(session.Member) steps.Spec, more ...service.Planned) error {
	served, err := serveCommand(cmd).startFleet(ctx, fleet, parallel, spec, more...)
	if err != nil {
		return err
	}
	defer stopFleet(ctx, served)
	services := served.Services()
	if len(services) > 1 {
		cmd.out.Note(fmt.Sprintf("Working for %d organisations. Press Ctrl+C to stop.", len(services)))
		return untilEnd(ctx, served)
	}
	org, err := services[0].Meet(ctx)
	switch kind := wrapcast.KindOf(err); {
	case err == nil:
		if err := cmd.announceWork(ctx, fleet.Store, org); err != nil {
			return err
		}
	case ctx.Err() == nil && kind != wrapcast.Unavailable:
		return err
	}
	return untilEnd(ctx, served)
}

// untilEnd waits until ctx is done, or until nobody may work any more, which is an error.
func untilEnd(ctx context.Context, served *service.Fleet) error {
	select {
	case <-ctx.Done():
		return nil
	case <-served.Ended():
		return served.Why()
	}
}

// announceWork says for whom it works and what is due next.
func (cmd workerCommand) announceWork(ctx context.Context, db *store.Store, org wrapcast.Organisation) error {
	var due []wrapcast.Schedule
	err := db.View(ctx, func(tx *store.Tx) (err error) {
		due, err = tx.Schedules().All(org.ID)
		return err
	})
	if err != nil || cmd.out.Quiet {
		return err
	}
	due = slices.DeleteFunc(due, func(d wrapcast.Schedule) bool { return !d.Enabled || d.NextAt.IsZero() })
	slices.SortFunc(due, func(x, y wrapcast.Schedule) int { return x.NextAt.Compare(y.NextAt) })
	next := "No schedule is set: schedules in the settings file, --every, or the dashboard set one."
	if len(due) > 0 {
		next = fmt.Sprintf("The next run is due %s (%s).", due[0].NextAt.Local().Format("Monday 2 January, 15:04 MST"),
			due[0].Cron)
	}
	_, err = fmt.Fprintf(cmd.out.Err, "Working for %s. %s Press Ctrl+C to stop.\n", org.Name, next)
	return err
}
