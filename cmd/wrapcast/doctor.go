package main

import (
	"context"
	"strings"

	"github.com/spf13/cobra"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/session"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/show"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/terminal"
	"github.com/wrapcast/wrapcast/internal/genesys"
)

// doctorCommand checks that a run would work.
type doctorCommand struct {
	sessions *session.Opener
	out      *terminal.Terminal
}

func (cmd doctorCommand) command() *cobra.Command {
	var readOnly, calls bool
	c := &cobra.Command{
		Use:   "doctor",
		Short: "Check that a run would work, and say what to do where it would not",
		Long: `Check the settings, the data directory, the region, the clock, the credentials, each
permission a run needs and those the client has too many of, the wrap-up codes, the business unit
and the webhook. Nothing that is sent changes anything. What is wrong comes first, with what
to do about it; then what works.`,
		Example: "  wrapcast doctor\n  wrapcast doctor --read-only --json\n  wrapcast doctor --calls",
		Args:    args(cobra.NoArgs),
		RunE: func(c *cobra.Command, _ []string) error {
			if calls {
				return cmd.showCalls()
			}
			return cmd.doctor(c.Context(), readOnly)
		},
	}
	c.Flags().BoolVar(&readOnly, "read-only", false, "leave out what only a submission needs")
	c.Flags().BoolVar(&calls, "calls", false, "list all the calls wrapcast ever makes to the platform, and check nothing")
	return c
}

func (cmd doctorCommand) doctor(ctx context.Context, readOnly bool) error {
	at, err := cmd.sessions.Access()
	if err != nil {
		return err
	}
	client, writer, err := cmd.sessions.Clients(at, nil, nil)
	if err != nil {
		return err
	}
	defer client.Close()
	checks := []wrapcast.Check{cmd.checkStore(ctx)}
	spec := at.Settings.Spec()
	checks = append(checks, client.Check(ctx, genesys.CheckOptions{
		BusinessUnit: wrapcast.UnitChoice(at.Settings.BusinessUnit).String(),
		Codes:        spec.Codes, ReadOnly: readOnly,
		Writer: writer})...)
	checks = append(checks, cmd.checkWebhook(ctx, at))
	if err := cmd.showChecks(checks); err != nil {
		return err
	}
	return verdictOf(checks)
}

func (cmd doctorCommand) checkStore(ctx context.Context) wrapcast.Check {
	s, err := cmd.sessions.Store(ctx)
	if err != nil {
		return wrapcast.Check{Name: "data directory", Status: wrapcast.CheckFailed, Message: err.Error(),
			Advice: wrapcast.Hint(err)}
	}
	defer s.Close()
	return wrapcast.Check{Name: "data directory", Status: wrapcast.CheckOK, Message: s.Path()}
}

// checkWebhook looks whether something answers at the webhook's address, without telling it anything.
func (cmd doctorCommand) checkWebhook(ctx context.Context, at session.Access) wrapcast.Check {
	c := wrapcast.Check{Name: "webhook", Status: wrapcast.CheckSkipped, Message: "none is set"}
	if at.Settings.Webhook.URL == "" {
		return c
	}
	sender, err := cmd.sessions.Sender(at)
	if err == nil {
		err = sender.Probe(ctx, at.Settings.Webhook.URL)
	}
	if err != nil {
		return wrapcast.Check{Name: "webhook", Status: wrapcast.CheckWarning, Message: err.Error(),
			Advice: wrapcast.Hint(err)}
	}
	return wrapcast.Check{Name: "webhook", Status: wrapcast.CheckOK, Message: "something answers at its address"}
}

func (cmd doctorCommand) showChecks(checks []wrapcast.Check) error {
	if cmd.out.JSON {
		return cmd.out.PrintJSON(struct {
			Schema string           `json:"schema"`
			Checks []wrapcast.Check `json:"checks"`
			Calls  []string         `json:"endpoints"`
		}{"wrapcast.doctor/1", checks, endpointNames()})
	}
	return cmd.out.Print(show.Checks(checks))
}

// showCalls lists everything that is ever called, for whoever has to allow it. Nothing is asked for that.
func (cmd doctorCommand) showCalls() error {
	if cmd.out.JSON {
		return cmd.out.PrintJSON(struct {
			Schema string   `json:"schema"`
			Calls  []string `json:"endpoints"`
		}{"wrapcast.calls/1", endpointNames()})
	}
	return cmd.out.Print("These are all the calls wrapcast ever makes to the platform;\n" +
		"none of them asks for anything personal:\n  " + strings.Join(endpointNames(), "\n  ") + "\n")
}

func endpointNames() []string {
	var names []string
	for _, e := range genesys.Endpoints() {
		names = append(names, e.Method+" "+e.Path)
	}
	return names
}

// verdictOf is the error of a doctor who found something that must be mended first.
func verdictOf(checks []wrapcast.Check) error {
	var failed []string
	for _, c := range checks {
		if c.Status == wrapcast.CheckFailed {
			failed = append(failed, c.Name)
		}
	}
	if len(failed) == 0 {
		return nil
	}
	return wrapcast.Errorf(wrapcast.Refused, "doctor", "%s failed: %s", show.Count(len(failed), "check", "checks"),
		strings.Join(failed, ", ")).
		WithHint("fix the items marked above, then run doctor again")
}
