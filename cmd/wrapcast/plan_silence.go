package main

import (
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/cli"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/session"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/show"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/terminal"
	"github.com/wrapcast/wrapcast/internal/silence"
	"github.com/wrapcast/wrapcast/internal/steps"
)

// silenceCommand accepts queues and planning groups without contacts, lists them, and withdraws what was accepted.
type silenceCommand struct {
	sessions *session.Opener
	out      *terminal.Terminal
}

type silenceFlags struct {
	organisation string
	list         bool
	withdraw     string
	until        string
	cli.Signature
}

func (cmd silenceCommand) command() *cobra.Command {
	var f silenceFlags
	c := &cobra.Command{
		Use:   "accept-silence [NAME...]",
		Short: "Accept that a queue or planning group has no contacts",
		Long: `Accept that a queue or planning group has no contacts, so that a plan of none may be submitted for it.
No contacts where some are expected stop every submission: the platform answers nothing, and no error,
where a role is not granted in the contacts' division. Each is accepted by its own name or id. A queue
covers its planning groups, the organisation's name everything.

What was accepted ends with --until, with --withdraw, and with the next contact: a silence after that
is a new one. --accept-changes does not accept silence.`,
		Example: `  wrapcast plan accept-silence --list
  wrapcast plan accept-silence Claims --reason "closed on 1 November"
  wrapcast plan accept-silence 'Sales Voice' 'Sales Chat' --reason "starts in May" --until 2027-04-30
  wrapcast plan accept-silence --withdraw 0192f0c4-…`,
		Args: cli.Args(cobra.ArbitraryArgs),
		RunE: func(c *cobra.Command, names []string) error { return cmd.do(c, f, names) },
	}
	cli.OrganisationFlag(c, &f.organisation)
	l := c.Flags()
	l.BoolVar(&f.list, "list", false, "list what is silent now, and what was accepted")
	l.StringVar(&f.withdraw, "withdraw", "", "withdraw the acceptance of this `id`: it holds submissions again")
	l.StringVar(&f.until, "until", "", "last day on which it is accepted, 2027-04-30 (default: no end)")
	f.Register(c)
	return c
}

func (cmd silenceCommand) do(c *cobra.Command, f silenceFlags, names []string) error {
	asked := 0
	for _, given := range []bool{f.list, f.withdraw != "", len(names) > 0} {
		if given {
			asked++
		}
	}
	if asked != 1 {
		return cli.Usage("accept-silence takes names, or --list, or --withdraw ID").
			WithHint("see wrapcast plan accept-silence --help")
	}
	return cmd.sessions.Offline(c.Context(), f.organisation, func(o session.Offline) error {
		switch {
		case f.list:
			return cmd.show(c, o)
		case f.withdraw != "":
			return cmd.withdraw(c, o, f)
		}
		return cmd.accept(c, o, f, names)
	})
}

func (cmd silenceCommand) withdraw(c *cobra.Command, o session.Offline, f silenceFlags) error {
	err := steps.WithdrawDecision[wrapcast.AcceptedSilence](c.Context(), o.Decisions(), o.Org, f.withdraw, f.Author)
	if err != nil {
		return err
	}
	if cmd.out.JSON {
		v, err := o.Look(c.Context())
		if err != nil {
			return err
		}
		return cmd.printReport(c, v)
	}
	return cmd.out.Say("acceptance %s is withdrawn: its silence holds submissions again", f.withdraw)
}

// accept keeps one decision for each name; where one of them cannot be meant, none is kept.
func (cmd silenceCommand) accept(c *cobra.Command, o session.Offline, f silenceFlags, names []string) error {
	until, err := cli.Day(f.until, 0)
	if err != nil {
		return err
	}
	v, err := o.Look(c.Context())
	if err != nil {
		return err
	}
	known, err := v.Silent(c.Context())
	if err != nil {
		return err
	}
	var wanted []wrapcast.AcceptedSilence
	for _, name := range names {
		found, err := known.Find(name)
		if err != nil {
			return err
		}
		wanted = append(wanted, found...)
	}
	for i := range wanted {
		wanted[i].Author, wanted[i].Reason, wanted[i].Until = f.Author, f.Reason, until
	}
	kept, err := o.Decisions().AcceptSilences(c.Context(), known, wanted)
	if err != nil {
		return err
	}
	if cmd.out.JSON {
		return cmd.out.PrintJSON(struct {
			Schema   string                     `json:"schema"`
			Accepted []wrapcast.AcceptedSilence `json:"accepted"`
		}{"wrapcast.accepted-silences/1", kept})
	}
	for _, a := range kept {
		if err := cmd.out.Say("%s: accepted as silent%s (%s)", what(a.Kind, a.Name), untilWords(a), a.ID); err != nil {
			return err
		}
	}
	return nil
}

func (cmd silenceCommand) printReport(c *cobra.Command, v *steps.View) error {
	report, err := v.Silences(c.Context())
	if err != nil {
		return err
	}
	return cmd.out.PrintJSON(report)
}

func (cmd silenceCommand) show(c *cobra.Command, o session.Offline) error {
	v, err := o.Look(c.Context())
	if err != nil {
		return err
	}
	if cmd.out.JSON {
		return cmd.printReport(c, v)
	}
	report, err := v.Silences(c.Context())
	if err != nil {
		return err
	}
	b := cmd.out.Page()
	fmt.Fprintf(b, "As read on %s:\n", report.AsOf.In(v.Zone).Format("2 January 2006, 15:04"))
	for _, s := range report.Silences {
		state := "holds submissions"
		if s.Accepted != "" {
			state = "accepted"
		}
		name := what(s.Kind, s.Name)
		if from, ok := o.Directory.From(s.BusinessUnit); ok && s.BusinessUnit != "" {
			name += " of " + from.BusinessUnit.Name
		}
		b.WriteString("\n")
		b.Line(fmt.Sprintf("%s (%s): %s", name, s.ID, state), "  ")
		b.WriteString("  " + b.Wrap(s.Message+"; "+s.Likely, "  ") + "\n")
		b.WriteString("  " + b.Wrap("→ "+s.Advice, "    ") + "\n")
	}
	if len(report.Silences) == 0 {
		b.WriteString("nothing is silent\n")
	}
	writeAccepted(b, report.Accepted, o.Clock.Now())
	return cmd.out.Print(b.String())
}

func writeAccepted(b *show.Page, all []wrapcast.AcceptedSilence, now time.Time) {
	if len(all) > 0 {
		b.WriteString("\nAccepted by name:\n")
	}
	for _, a := range all {
		state := ""
		switch {
		case a.WithdrawnBy != "":
			state = ", withdrawn by " + a.WithdrawnBy + " on " + a.WithdrawnAt.Format(time.DateOnly)
		case !a.Holds(now):
			state = ", over"
		}
		b.WriteString("  " + b.Wrap(fmt.Sprintf("%s %s%s: %s (%s)%s", a.ID, what(a.Kind, a.Name), untilWords(a),
			a.Reason, a.Author, state), "    ") + "\n")
	}
}

// what names something that is silent: "planning group Sales Voice".
func what(kind wrapcast.AccuracyLevel, name string) string { return silence.Named(kind, name) }

func untilWords(a wrapcast.AcceptedSilence) string {
	if a.Until == 0 {
		return ""
	}
	return " until " + a.Until.String()
}
