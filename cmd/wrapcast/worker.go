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
	return &cobra.Command{
		Use:   "worker",
		Short: "Work on schedule without the dashboard",
		Long: `Do the work of wrapcast serve without its dashboard and API: begin the runs that are due, continue what a crash
has interrupted, and send the webhook messages that wait. It may run beside wrapcast serve on one data
directory, on one machine: a run is done by one of them.`,
		Example: "  wrapcast worker",
		Args:    cli.Args(cobra.NoArgs),
		RunE: func(c *cobra.Command, _ []string) error {
			at, err := cmd.sessions.Access(c.Context())
			if err != nil {
				return err
			}
			return cmd.work(c.Context(), at, at.Settings.Spec())
		},
	}
}

// scheduled is the schedule of the command line.
func scheduled(cron string) service.Planned {
	return service.Planned{ID: "command", Source: wrapcast.ScheduleCommand, Cron: cron}
}

// work works on schedule until ctx is done. Credentials that are refused end it at once: it has nothing else to do.
func (cmd workerCommand) work(ctx context.Context, at session.Access, spec steps.Spec, more ...service.Planned) error {
	for _, p := range more {
		if err := schedule.Check(p.Cron); err != nil {
			return err
		}
	}
	at.Background = true
	s, err := cmd.sessions.Open(ctx, at)
	if err != nil {
		return err
	}
	defer s.Close()
	served, err := serveCommand(cmd).startService(ctx, s, at.Settings, spec, more...)
	if err != nil {
		return err
	}
	defer stopService(ctx, served)
	org, err := served.Meet(ctx)
	switch kind := wrapcast.KindOf(err); {
	case err == nil:
		if err := cmd.announceWork(ctx, s, org); err != nil {
			return err
		}
	case ctx.Err() == nil && kind != wrapcast.Unavailable:
		return err
	}
	<-ctx.Done()
	return nil
}

// announceWork says for whom it works and what is due next.
func (cmd workerCommand) announceWork(ctx context.Context, s *session.Session, org wrapcast.Organisation) error {
	var due []wrapcast.Schedule
	err := s.Store.View(ctx, func(tx *store.Tx) (err error) {
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
