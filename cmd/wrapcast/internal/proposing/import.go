// Package proposing reads edited workbooks back: the command `override import`.
package proposing

import (
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/cli"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/session"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/show"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/terminal"
	"github.com/wrapcast/wrapcast/internal/proposals"
	"github.com/wrapcast/wrapcast/internal/steps"
)

// Import is `wrapcast override import`.
type Import struct {
	Sessions *session.Opener
	Out      *terminal.Terminal
}

type importFlags struct {
	forecast, overlap, ticket, expires string
	accept, withoutConflicts           bool
	cli.Signature
}

// Command returns it for the command line; organisation is the flag of the command it belongs to.
func (cmd Import) Command(organisation *string) *cobra.Command {
	var f importFlags
	c := &cobra.Command{
		Use:   "import FILE",
		Short: "Read an edited forecast workbook: what its changed cells would override",
		Long: `Read a workbook that "wrapcast export forecast --to FILE.xlsx" wrote and somebody changed, or a sheet
of it saved as CSV. Each changed cell is shown: what it was, what is wanted, the reason typed beside it;
and what becomes of codes, queues and the total. Nothing is stored until --accept, and then all of it in
one decision.

Cells that cannot be meant are named with their address and what to do, all at once; while there are any
nothing is stored (exit code 3). Where somebody overrode the same since the workbook was written, the
change waits until --overlap says what holds, or --without-conflicts leaves it out. A workbook of an
older forecast is shown with the numbers of both.`,
		Example: `  wrapcast export forecast --to week.xlsx
  wrapcast override import week.xlsx
  wrapcast override import week.xlsx --reason "price letter goes out" --accept`,
		Args: cli.Args(cobra.ExactArgs(1)),
		RunE: func(c *cobra.Command, given []string) error { return cmd.read(c, *organisation, given[0], f) },
	}
	l := c.Flags()
	l.BoolVar(&f.accept, "accept", false, "store the overrides that are shown")
	l.StringVar(&f.overlap, "overlap", "", "`rule` where a change meets one made since, or another of the file: compound, replace or narrower")
	l.BoolVar(&f.withoutConflicts, "without-conflicts", false, "leave out changes that meet overrides made since the file was written")
	l.StringVar(&f.forecast, "forecast", "", "`id` of the forecast that a file is of which does not say so (default: the latest)")
	l.StringVar(&f.ticket, "ticket", "", "where more is written about it: a number or a link")
	l.StringVar(&f.expires, "expires", "", "day from which they are no longer used, even if their days are not over")
	f.Register(c)
	return c
}

func (cmd Import) read(c *cobra.Command, organisation, path string, f importFlags) error {
	return cmd.Sessions.Offline(c.Context(), organisation, func(o session.Offline) error {
		content, err := terminal.ReadFile(path)
		if err != nil {
			return err
		}
		r := proposals.Request{Name: filepath.Base(path), Content: content, Forecast: wrapcast.ForecastID(f.forecast),
			Author: f.Author, Reason: f.Reason, Ticket: f.ticket, Overlap: wrapcast.OverlapRule(f.overlap),
			WithoutConflicts: f.withoutConflicts}
		v, err := o.Look(c.Context())
		if err != nil {
			return err
		}
		if f.expires != "" {
			day, err := cli.Day(f.expires, 0)
			if err != nil {
				return err
			}
			r.ExpiresAt = day.Midnight(v.Zone)
		}
		p, err := proposals.Propose(c.Context(), v, r)
		if err != nil {
			return err
		}
		if f.accept && p.Ready() == nil {
			if p, err = proposals.Accept(c.Context(), v, o.Decisions(), r, p.ID); err != nil {
				return err
			}
		}
		return cmd.show(p, f.accept)
	})
}

// show prints a proposal, and refuses where it was to be kept and is not, or has cells that cannot be meant.
func (cmd Import) show(p proposals.OverrideProposal, accept bool) error {
	var refused error
	if !p.Accepted && (accept || len(p.Problems) > 0) {
		refused = p.Ready()
	}
	if cmd.Out.JSON {
		return errors.Join(cmd.Out.PrintJSON(p), refused)
	}
	if cmd.Out.Quiet {
		return refused
	}
	b := cmd.Out.Page()
	writeHead(b, p)
	if len(p.Changes) > 0 {
		b.WriteString("\n" + changeTable(b, p) + "\n")
		writeConflicts(b, p)
		b.WriteString("\n" + effectTable(b, p) + "\n")
	}
	for _, problem := range p.Problems {
		b.WriteString("\n")
		b.Say(fmt.Sprintf("%s %s", problem.Cell, problem.What), "    ")
		b.Say("    → "+problem.Cure, "      ")
	}
	writeEnd(b, p)
	return errors.Join(cmd.Out.Print(b.String()), refused)
}

func writeHead(b *show.Page, p proposals.OverrideProposal) {
	b.Say(fmt.Sprintf("%s: %s changed; forecast made on %s.", p.File, show.Count(len(p.Changes), "cell", "cells"),
		at(p.ForecastMadeAt)), "")
	for _, n := range p.Notes {
		b.Say("note: "+n, "  ")
	}
}

func at(t time.Time) string { return t.Format("2006-01-02 15:04") }

// maxShown is how many changes a table has; --json has all.
const maxShown = 60

// changeTable shows what was and what is wanted; and what is forecast now, where that is something else.
func changeTable(b *show.Page, p proposals.OverrideProposal) string {
	older := false
	for _, c := range p.Changes {
		older = older || differs(c)
	}
	headers := []string{"cell", "what", "day", " was"}
	if older {
		headers = append(headers, " now")
	}
	t := b.Table(append(headers, " wanted", " becomes", "reason")...)
	for i, c := range p.Changes {
		if i == maxShown {
			t.Row("…", fmt.Sprintf("and %s more", show.Count(len(p.Changes)-i, "change", "changes")))
			break
		}
		wanted, reason := number(c.Wanted), c.Reason
		if c.Percent != nil {
			wanted = fmt.Sprintf("%+g %%", *c.Percent)
		}
		switch {
		case c.Left:
			reason = "left out: overridden since"
		case c.Conflict != nil && c.Conflict.Rule == "":
			reason = "in conflict: overridden since"
		case reason == "":
			reason = "(no reason)"
		}
		row := []string{c.Cell, title(c), c.Day.String(), number(c.Was)}
		if older {
			row = append(row, number(c.Now))
		}
		t.Row(append(row, wanted, number(c.After), reason)...)
	}
	return t.String()
}

// number writes contacts as workbooks show them.
func number(v float64) string { return fmt.Sprintf("%.1f", v) }

// differs says that a change's number is another one by now.
func differs(c proposals.Change) bool { return number(c.Now) != number(c.Was) }

func title(c proposals.Change) string {
	switch {
	case c.QueueName == "":
		return c.CodeName
	case c.CodeName == "":
		return "queue " + c.QueueName
	}
	return c.CodeName + " in " + c.QueueName
}

func writeConflicts(b *show.Page, p proposals.OverrideProposal) {
	seen := map[wrapcast.OverrideID]bool{}
	for _, c := range p.Changes {
		if k := c.Conflict; k != nil && !seen[k.Override] {
			seen[k.Override] = true
			b.Say(fmt.Sprintf("conflict: override %s, by %s on %s (%s), was made since the file was written", k.Override, k.Author,
				at(k.MadeAt), k.Reason), "  ")
		}
	}
}

// shownMoves is how many codes and queues are shown.
const shownMoves = 12

func effectTable(b *show.Page, p proposals.OverrideProposal) string {
	t := b.Table("over all days", " before", " after", " change")
	row := func(name string, m steps.MovedForecast) {
		before, after := sum(m.Before), sum(m.After)
		t.Row(show.Shorten(name, 44), show.Amount(before), show.Amount(after), show.SignedAmount(after-before))
	}
	for _, part := range []struct {
		kind  string
		moved []steps.MovedForecast
	}{{"code", p.Codes}, {"queue", p.Queues}} {
		for i, m := range part.moved {
			if i == shownMoves {
				t.Row(fmt.Sprintf("… and %d more", len(part.moved)-i), "", "", "")
				break
			}
			row(part.kind+" "+m.Name, m)
		}
	}
	row("total", p.Total)
	return t.String()
}

func sum(values []float64) (s float64) {
	for _, v := range values {
		s += v
	}
	return s
}

func writeEnd(b *show.Page, p proposals.OverrideProposal) {
	b.WriteString("\n")
	switch {
	case p.Accepted:
		b.Say(fmt.Sprintf("%s stored in one decision (import %s).", show.Count(len(p.Overrides), "override is", "overrides are"),
			p.Import), "")
	case len(p.Changes) == 0 && len(p.Problems) == 0:
		b.Say("Nothing is changed in it: there is nothing to store.", "")
	case len(p.Problems) > 0:
		b.Say("Nothing is stored: fix the cells that are named and read the file again.", "")
	default:
		b.Say("Nothing is stored yet: --accept stores it, all in one decision.", "")
		if p.WithoutReason > 0 {
			b.Say(fmt.Sprintf("%s no reason: type it in the column reason, or give --reason.",
				show.Count(p.WithoutReason, "change has", "changes have")), "")
		}
		if p.InConflict > 0 {
			b.Say(fmt.Sprintf("%s overrides made since: --overlap replace puts yours in their place, --without-conflicts leaves them out.",
				show.Count(p.InConflict, "change meets", "changes meet")), "")
		}
	}
}
