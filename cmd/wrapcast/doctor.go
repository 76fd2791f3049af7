package main

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/cli"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/session"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/show"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/terminal"
	"github.com/wrapcast/wrapcast/internal/genesys"
	"github.com/wrapcast/wrapcast/internal/web"
)

// doctorCommand checks that a run would work.
type doctorCommand struct {
	sessions *session.Opener
	out      *terminal.Terminal
}

func (cmd doctorCommand) command() *cobra.Command {
	var o doctorOptions
	c := &cobra.Command{
		Use:   "doctor",
		Short: "Check that a run would work, and say what to do where it would not",
		Long: `Check the settings, the data directory, the region, the clock, the credentials, each
permission a run needs and those the client has too many of, the wrap-up codes, the business unit
and the webhook. Nothing that is sent changes anything. What is wrong comes first, with what
to do about it; then what works.

--role prints the role that the OAuth client needs, with exactly these permissions, as the body of
POST /api/v2/authorization/roles (the platform's API Explorer takes it as it is) or for Terraform. Give
it to the client in the divisions of the queues it has to see (Admin > Integrations > OAuth > Roles).
With two clients, the one that reads needs --role=reads, the one that submits --role=writes.`,
		Example: `  wrapcast doctor
  wrapcast doctor --read-only --json
  wrapcast doctor --all
  wrapcast doctor --calls
  wrapcast doctor --role > role.json
  wrapcast doctor --role=reads --terraform > role.tf`,
		Args: cli.Args(cobra.NoArgs),
		RunE: func(c *cobra.Command, _ []string) error { return cmd.run(c.Context(), o) },
	}
	f := c.Flags()
	f.BoolVar(&o.readOnly, "read-only", false, "leave out what only a submission needs")
	f.BoolVar(&o.all, "all", false, "check every organisation of the settings")
	f.BoolVar(&o.calls, "calls", false, "list all the calls wrapcast ever makes to the platform, and check nothing")
	f.StringVar(&o.role, "role", "", "print the role the OAuth client needs, and check nothing: all, reads or writes")
	f.Lookup("role").NoOptDefVal = "all"
	f.BoolVar(&o.terraform, "terraform", false, "print the role as a resource of the provider genesyscloud")
	return c
}

// doctorOptions are the command's flags; role is all, reads or writes, "" where none is asked for.
type doctorOptions struct {
	readOnly, all, calls, terraform bool
	role                            string
}

func (cmd doctorCommand) run(ctx context.Context, o doctorOptions) error {
	switch {
	case o.calls && o.role != "":
		return cli.Usage("--calls and --role print different things: give one of them")
	case o.calls:
		return cmd.showCalls()
	case o.role != "" || o.terraform:
		return cmd.showRole(o)
	case o.all:
		return cmd.doctorAll(ctx, o.readOnly)
	}
	return cmd.doctor(ctx, o.readOnly)
}

// showRole prints the role to be pasted.
func (cmd doctorCommand) showRole(o doctorOptions) error {
	role := cmp.Or(o.role, "all")
	if !slices.Contains([]string{"all", "reads", "writes"}, role) {
		return cli.Usage("--role is %q; it is all, reads or writes", role)
	}
	wanted := genesys.RoleFor(role != "writes", role != "reads" && !o.readOnly)
	if o.terraform {
		return cmd.out.Printf("%s", wanted.Terraform())
	}
	return cmd.out.PrintJSON(wanted)
}

func (cmd doctorCommand) doctor(ctx context.Context, readOnly bool) error {
	at, err := cmd.sessions.Access(ctx)
	if err != nil {
		return err
	}
	checks := append(cmd.checkStore(ctx), cmd.sessions.CheckPrivate(at.Settings)...)
	checks = append(checks, cmd.checkOrganisation(ctx, at, readOnly)...)
	if err := cmd.showChecks(checks, nil); err != nil {
		return err
	}
	return verdictOf(checks)
}

// checkOrganisation asks the platform and the webhook of one organisation.
func (cmd doctorCommand) checkOrganisation(ctx context.Context, at session.Access, readOnly bool) []wrapcast.Check {
	if at.Files != nil {
		return append(cmd.checkFiles(ctx, at), cmd.checkWebhook(ctx, at))
	}
	client, writer, err := cmd.sessions.Clients(at, nil, nil)
	if err != nil {
		return []wrapcast.Check{failed("settings", err)}
	}
	defer client.Close()
	spec := at.Settings.Spec()
	checks := client.Check(ctx, genesys.CheckOptions{BusinessUnits: spec.BusinessUnits, Known: cmd.unitsPlanned(ctx),
		Codes: spec.Codes, ReadOnly: readOnly, Writer: writer})
	if at.Meant.Accept != nil && !slices.ContainsFunc(checks, isFailed) {
		if err := at.IsMeant(ctx, client); err != nil {
			checks = append(checks, failed("organisation", err))
		}
	}
	return append(checks, cmd.checkWebhook(ctx, at))
}

// checkFiles looks at what an organisation that is fed by files has, and where its files come from.
func (cmd doctorCommand) checkFiles(ctx context.Context, at session.Access) []wrapcast.Check {
	s, err := cmd.sessions.Open(ctx, at)
	if err != nil {
		return []wrapcast.Check{failed("files", err)}
	}
	defer s.Close()
	return s.CheckSource(at.Settings.Spec())(ctx)
}

func isFailed(c wrapcast.Check) bool { return c.Status == wrapcast.CheckFailed }

// failed is the check that an error makes of it.
func failed(name string, err error) wrapcast.Check {
	return wrapcast.Check{Name: name, Status: wrapcast.CheckFailed, Message: err.Error(), Advice: wrapcast.Hint(err),
		Kind: wrapcast.KindOf(err)}
}

// unitsPlanned are the business units that were planned before, by organisation; none where nothing is stored.
func (cmd doctorCommand) unitsPlanned(ctx context.Context) map[wrapcast.OrganisationID][]wrapcast.BusinessUnit {
	s, err := cmd.sessions.Store(ctx)
	if err != nil {
		return nil // its own check says so
	}
	defer s.Close()
	known, _ := session.UnitsPlanned(ctx, s)
	return known
}

// checkStore opens the data directory, and looks whether the clock is behind what was written there.
func (cmd doctorCommand) checkStore(ctx context.Context) []wrapcast.Check {
	name := "data directory"
	if cmd.sessions.URL() != "" {
		name = "database"
	}
	s, err := cmd.sessions.Store(ctx)
	if err != nil {
		return []wrapcast.Check{failed(name, err)}
	}
	defer s.Close()
	checks := append([]wrapcast.Check{{Name: name, Status: wrapcast.CheckOK, Message: s.Path()}},
		cmd.sessions.CheckDatabase(ctx, s)...)
	remarks, err := web.AccessRemarks(ctx, s, cmd.sessions.Clock)
	if err != nil {
		remarks = []string{err.Error()}
	}
	for _, r := range remarks {
		checks = append(checks, wrapcast.Check{Name: "users and tokens", Status: wrapcast.CheckWarning, Message: r,
			Advice: "see Settings, Users and tokens"})
	}
	if behind := cmd.sessions.ClockBehind(ctx, s); behind != "" {
		checks = append(checks, wrapcast.Check{Name: "clock", Status: wrapcast.CheckWarning, Message: behind,
			Advice: session.ClockAdvice})
	}
	return checks
}

// checkWebhook looks whether something answers at the webhook's address, without telling it anything.
func (cmd doctorCommand) checkWebhook(ctx context.Context, at session.Access) wrapcast.Check {
	c := wrapcast.Check{Name: "webhook", Status: wrapcast.CheckSkipped, Message: "none is set"}
	if at.Settings.Webhook.URL == "" {
		return c
	}
	message := "something answers at its address"
	sender, err := cmd.sessions.Sender(at)
	if err == nil {
		if proxy := sender.Through(ctx, at.Settings.Webhook.URL); proxy != "" {
			message += ", through the proxy " + proxy
		}
		err = sender.Probe(ctx, at.Settings.Webhook.URL)
	}
	if err != nil {
		return wrapcast.Check{Name: "webhook", Status: wrapcast.CheckWarning, Message: err.Error(),
			Advice: wrapcast.Hint(err)}
	}
	return wrapcast.Check{Name: "webhook", Status: wrapcast.CheckOK, Message: message}
}

func (cmd doctorCommand) showChecks(checks []wrapcast.Check, each []organisationChecks) error {
	if cmd.out.JSON {
		return cmd.out.PrintJSON(struct {
			Schema        string               `json:"schema"`
			Checks        []wrapcast.Check     `json:"checks"`
			Organisations []organisationChecks `json:"organisations,omitempty"`
			Calls         []string             `json:"endpoints"`
		}{"wrapcast.doctor/1", checks, each, endpointNames()})
	}
	if err := cmd.out.Print(show.Checks(checks)); err != nil {
		return err
	}
	for _, o := range each {
		if err := cmd.out.Print("\n" + o.Name + "\n" + show.Checks(o.Checks)); err != nil {
			return err
		}
	}
	return nil
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

// verdictOf is the error of a doctor who found something that must be mended first, of the kind with which a run would
// end.
func verdictOf(checks []wrapcast.Check) error {
	var failed []string
	kinds := []wrapcast.Kind{}
	for _, c := range checks {
		if c.Status == wrapcast.CheckFailed {
			failed, kinds = append(failed, c.Name), append(kinds, cmp.Or(c.Kind, wrapcast.Refused))
		}
	}
	if len(failed) == 0 {
		return nil
	}
	kind := kinds[0]
	for _, worse := range []wrapcast.Kind{wrapcast.Unavailable, wrapcast.Refused} {
		if slices.Contains(kinds, worse) {
			kind = worse
		}
	}
	return wrapcast.Errorf(kind, "doctor", "%s failed: %s", show.Count(len(failed), "check", "checks"),
		strings.Join(failed, ", ")).
		WithHint("fix the items marked above, then run doctor again")
}
