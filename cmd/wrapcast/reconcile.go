package main

import (
	"context"
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/cli"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/session"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/show"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/terminal"
	"github.com/wrapcast/wrapcast/internal/reports"
	"github.com/wrapcast/wrapcast/internal/steps"
)

type reconcileFlags struct {
	organisation, from, to string
	stored, all            bool
}

// reconcileCommand accounts for every contact.
type reconcileCommand struct {
	sessions *session.Opener
	out      *terminal.Terminal
}

func (cmd reconcileCommand) command() *cobra.Command {
	var f reconcileFlags
	c := &cobra.Command{
		Use:   "reconcile",
		Short: "Account for every contact: the platform's queues against the codes",
		Long: `Set side by side, per day, what the platform counts per queue, the sum over the codes agents choose, and
what was forecast; and give a reason for every contact of the remainder: no code, timed out, a
system code, a deleted code, not visible to the OAuth client, a direction that does not count (outbound,
unless history.directions names it), arrived late.

A contact is a handled leg (tHandle.count): one that is transferred is handled twice and counts twice,
with a code each time; the report says how many were.

Where credentials are set the platform is asked again for all of it, with as many requests as an
extraction of these days; otherwise its figures are those of the last reading.`,
		Example: `  wrapcast reconcile
  wrapcast reconcile --from 2026-11-01 --to 2026-11-07 --all
  wrapcast reconcile --stored --json`,
		Args: cli.Args(cobra.NoArgs),
		RunE: func(c *cobra.Command, _ []string) error { return cmd.reconcile(c, f) },
	}
	cli.OrganisationFlag(c, &f.organisation)
	c.Flags().StringVar(&f.from, "from", "", "first day (default: the first stored)")
	c.Flags().StringVar(&f.to, "to", "", "last day (default: the last complete one)")
	c.Flags().BoolVar(&f.stored, "stored", false, "send no request to the platform")
	c.Flags().BoolVar(&f.all, "all", false, "show every day and queue")
	return c
}

func (cmd reconcileCommand) reconcile(c *cobra.Command, f reconcileFlags) error {
	o := reports.ReconcileOptions{}
	var err error
	if o.From, err = cli.Day(f.from, 0); err != nil {
		return err
	}
	if o.To, err = cli.Day(f.to, 0); err != nil {
		return err
	}
	if f.organisation != "" {
		cmd.sessions.Settings.Organisation = f.organisation
	}
	one, err := cmd.sessions.Chosen(c.Context())
	if err != nil {
		return err
	}
	config := one.Settings
	secret, err := cmd.sessions.Settings.ClientSecret(config)
	if err != nil {
		return err
	}
	if !f.stored && config.NeedCredentials(secret) == nil {
		return cmd.sessions.With(c.Context(), func(s *session.Session, at session.Access) error {
			if err := at.IsMeant(c.Context(), s.Client); err != nil {
				return err
			}
			org, err := s.Client.Organisation(c.Context())
			if err != nil {
				return err
			}
			v, err := s.Forecaster.View(c.Context(), org.ID, at.Settings.Spec())
			if err != nil {
				return err
			}
			o.Ask = s.Forecaster
			r, err := reports.Reconcile(c.Context(), v, o)
			s.Progress.Close()
			if err != nil {
				return err
			}
			return cmd.showReconciliation(c.Context(), r, v, f.all)
		})
	}
	return cmd.sessions.Offline(c.Context(), f.organisation, func(off session.Offline) error {
		v, err := off.Look(c.Context())
		if err != nil {
			return err
		}
		r, err := reports.Reconcile(c.Context(), v, o)
		if err != nil {
			return err
		}
		return cmd.showReconciliation(c.Context(), r, v, f.all)
	})
}

// shownDays and shownQueues are how many an account shows unless all are asked for.
const (
	shownDays   = 14
	shownQueues = 10
	// longestName is how many characters of a queue's name are shown.
	longestName = 44
)

func (cmd reconcileCommand) showReconciliation(
	ctx context.Context, r wrapcast.Reconciliation, v *steps.View, all bool,
) error {
	if cmd.out.JSON {
		return cmd.out.PrintJSON(r)
	}
	unit, err := session.UnitWords(ctx, v.Store, v.Directory)
	if err != nil {
		return err
	}
	b := cmd.out.Page()
	source := "the platform's figures are those of the last reading"
	if r.Source == "platform" {
		source = "the platform was asked again"
	}
	b.Say(fmt.Sprintf("%s to %s, %s, in contacts counted as %s%s; %s.", r.From, r.To,
		show.Count(len(r.Days), "day", "days"), r.CountingRule, behind("; in days of ", unit), source), "")
	b.WriteString("\n" + reasonsTable(b, r) + "\n")
	b.WriteString("\n" + daysTable(b, r, all) + "\n")
	b.WriteString("\n" + queuesTable(b, r, all) + "\n")
	if r.Transferred > 0 {
		b.WriteString("\n")
		b.Say(fmt.Sprintf("%s were transferred and are handled again elsewhere, with a code of their own: about %s conversations.",
			show.Count(r.Transferred, "contact", "contacts"), show.Thousands(int64(r.Platform-r.Transferred))), "")
	}
	writeSome(b, "What to do:", withAdvice(r.Findings), true)
	return cmd.out.Print(b.String())
}

// withAdvice puts advice behind what was found.
func withAdvice(findings []wrapcast.Finding) []wrapcast.Finding {
	var out []wrapcast.Finding
	for _, f := range findings {
		if f.Advice != "" {
			f.Message += ": " + f.Advice
		}
		out = append(out, f)
	}
	return out
}

// reasonWords say a reason in words.
func reasonWords(r wrapcast.Reason) string {
	switch r {
	case wrapcast.ReasonNoCode:
		return "no code"
	case wrapcast.ReasonTimedOut:
		return "timed out"
	case wrapcast.ReasonSystem:
		return "system code"
	case wrapcast.ReasonDeleted:
		return "deleted code"
	case wrapcast.ReasonNotVisible:
		return "not visible to the OAuth client"
	case wrapcast.ReasonDirection:
		return "outbound, or other direction"
	case wrapcast.ReasonLate:
		return "arrived late"
	}
	return string(r)
}

func reasonsTable(p *show.Page, r wrapcast.Reconciliation) string {
	t := p.Table("in all", " contacts", " share")
	row := func(what string, n int) {
		t.Row(what, show.Thousands(int64(n)), show.Percent(wrapcast.Measure(float64(n)/float64(max(r.Platform, 1)))))
	}
	row("counted by the platform per queue", r.Platform)
	row("with a code that agents choose", r.Codes)
	for _, reason := range wrapcast.Reasons() {
		row("  "+reasonWords(reason), r.Reasons[reason])
	}
	row("unexplained", r.Unexplained)
	return t.String()
}

// daysTable shows the last days, and every day that leaves something unexplained.
func daysTable(p *show.Page, r wrapcast.Reconciliation, all bool) string {
	shown := slices.Clone(r.Days)
	if !all {
		shown = slices.DeleteFunc(shown, func(d wrapcast.ReconciledDay) bool {
			return d.Day < r.To-shownDays+1 && d.Unexplained == 0
		})
	}
	headers := []string{"day", " platform", " codes", " remainder", " unexplained", " forecast"}
	if slices.ContainsFunc(shown, func(d wrapcast.ReconciledDay) bool { return d.QuarterHours != 96 }) {
		headers = append(headers, "clocks")
	}
	t := p.Table(headers...)
	for _, d := range shown {
		forecast, note := "–", ""
		if d.Forecast.Known() {
			forecast = show.Amount(float64(d.Forecast))
		}
		if d.QuarterHours != 96 {
			note = fmt.Sprintf("%d hours", d.QuarterHours/4)
		}
		row := []string{d.Day.String() + " " + d.Day.Weekday().String()[:2], show.Thousands(int64(d.Platform)),
			show.Thousands(int64(d.Codes)), show.Thousands(int64(d.Platform - d.Codes)),
			show.Thousands(int64(d.Unexplained)), forecast, note}
		t.Row(row[:len(headers)]...)
	}
	hidden := len(r.Days) - len(shown)
	if hidden > 0 {
		return t.String() + fmt.Sprintf("\n  … and %s before, with nothing unexplained",
			show.Count(hidden, "day", "days"))
	}
	return t.String()
}

func queuesTable(p *show.Page, r wrapcast.Reconciliation, all bool) string {
	t := p.Table("queue", " platform", " codes", " no code", " other", " unexplained")
	for i, q := range r.Queues {
		if i == shownQueues && !all {
			return t.String() + fmt.Sprintf("\n  … and %s more", show.Count(len(r.Queues)-i, "queue", "queues"))
		}
		none := q.Reasons[wrapcast.ReasonNoCode]
		t.Row(show.Shorten(q.Queue.Name, longestName), show.Thousands(int64(q.Platform)), show.Thousands(int64(q.Codes)),
			show.Thousands(int64(none)),
			show.Thousands(int64(q.Platform-q.Codes-none)), show.Thousands(int64(q.Unexplained)))
	}
	return t.String()
}
