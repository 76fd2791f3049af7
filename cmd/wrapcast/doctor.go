package main

import (
	"context"
	"fmt"
	"strings"

	"charm.land/lipgloss/v2"
	"github.com/spf13/cobra"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/show"
	"github.com/wrapcast/wrapcast/internal/genesys"
	"github.com/wrapcast/wrapcast/internal/store"
)

func (a *app) doctorCommand() *cobra.Command {
	var readOnly bool
	c := &cobra.Command{
		Use:   "doctor",
		Short: "Check that a run would work, and say what to do where it would not",
		Long: `Check the settings, the data directory, the region, the clock, the credentials, each
permission a run needs and those the client has too many of, the wrap-up codes, the business unit
and the webhook. Nothing that is sent changes anything.`,
		Example: "  wrapcast doctor\n  wrapcast doctor --read-only --json",
		Args:    args(cobra.NoArgs),
		RunE:    func(c *cobra.Command, _ []string) error { return a.doctor(c.Context(), readOnly) },
	}
	c.Flags().BoolVar(&readOnly, "read-only", false, "leave out what only a submission needs")
	return c
}

func (a *app) doctor(ctx context.Context, readOnly bool) error {
	at, err := a.accessFromConfig()
	if err != nil {
		return err
	}
	client, writer, err := a.newClients(at, at.config.API.budget(nil), nil)
	if err != nil {
		return err
	}
	defer client.Close()
	checks := []wrapcast.Check{a.checkStore(ctx)}
	spec := at.config.spec()
	checks = append(checks, client.Check(ctx, genesys.CheckOptions{BusinessUnit: at.config.BusinessUnit, Codes: spec.Codes, ReadOnly: readOnly,
		Writer: writer})...)
	checks = append(checks, a.checkWebhook(ctx, at))
	if err := a.showChecks(checks); err != nil {
		return err
	}
	return verdictOf(checks)
}

func (a *app) checkStore(ctx context.Context) wrapcast.Check {
	s, err := store.Open(ctx, store.Options{Dir: a.dataDir})
	if err != nil {
		return wrapcast.Check{Name: "data directory", Status: wrapcast.CheckFailed, Message: err.Error(), Advice: wrapcast.Hint(err)}
	}
	defer s.Close()
	return wrapcast.Check{Name: "data directory", Status: wrapcast.CheckOK, Message: s.Path()}
}

// checkWebhook looks whether something answers at the webhook's address, without telling it anything.
func (a *app) checkWebhook(ctx context.Context, at access) wrapcast.Check {
	c := wrapcast.Check{Name: "webhook", Status: wrapcast.CheckSkipped, Message: "none is set"}
	if at.config.Webhook.URL == "" {
		return c
	}
	sender, err := a.newSender(at)
	if err == nil {
		err = sender.Probe(ctx, at.config.Webhook.URL)
	}
	if err != nil {
		return wrapcast.Check{Name: "webhook", Status: wrapcast.CheckWarning, Message: err.Error(), Advice: wrapcast.Hint(err)}
	}
	return wrapcast.Check{Name: "webhook", Status: wrapcast.CheckOK, Message: "something answers at its address"}
}

func (a *app) showChecks(checks []wrapcast.Check) error {
	if a.JSON {
		return a.PrintJSON(struct {
			Schema string           `json:"schema"`
			Checks []wrapcast.Check `json:"checks"`
			Calls  []string         `json:"endpoints"`
		}{"wrapcast.doctor/1", checks, endpointNames()})
	}
	var b strings.Builder
	for _, c := range checks {
		fmt.Fprintf(&b, "%s %-44s %s\n", checkMark(c.Status), c.Name, c.Message)
		if c.Advice != "" {
			fmt.Fprintf(&b, "  → %s\n", c.Advice)
		}
	}
	if !a.Quiet {
		fmt.Fprintf(&b, "\nThese are all the calls wrapcast ever makes to the platform; none of them asks for anything personal:\n")
		for _, name := range endpointNames() {
			fmt.Fprintf(&b, "  %s\n", name)
		}
	}
	return a.Print(b.String())
}

func checkMark(s wrapcast.CheckStatus) string {
	colour := map[wrapcast.CheckStatus]string{wrapcast.CheckOK: "2", wrapcast.CheckWarning: "3", wrapcast.CheckFailed: "1", wrapcast.CheckSkipped: "8"}[s]
	return lipgloss.NewStyle().Foreground(lipgloss.Color(colour)).Render(fmt.Sprintf("%-7s", s))
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
	return wrapcast.Errorf(wrapcast.Refused, "doctor", "%s failed: %s", show.Count(len(failed), "check", "checks"), strings.Join(failed, ", ")).
		WithHint("fix the items marked above, then run doctor again")
}
