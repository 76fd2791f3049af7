package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/cli"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/session"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/show"
)

// ledgerCommand says whether decisions were worth it.
func (cmd accuracyCommand) ledgerCommand(organisation *string) *cobra.Command {
	var f accuracyFlags
	c := &cobra.Command{
		Use:   "ledger",
		Short: "Were overrides, masks, events and changes of lineage worth it?",
		Long: `For each decision whose days are over: the forecast with it and without it, the actual, and by how
many contacts it brought the forecast closer; then the same by author, reason and kind. Judged is the
forecast that held the day before.

The verdict of an author, reason or kind is "helped" or "hurt" only where a test says so that may be
looked at every day: the probability that any verdict of a table is wrong, ever, is at most 5 %. Until
then there are too few days to say. docs/PLANNING.md has the test.`,
		Example: "  wrapcast accuracy ledger\n  wrapcast accuracy ledger --from 2026-10-01 --json",
		Args:    cli.Args(cobra.NoArgs),
		RunE: func(c *cobra.Command, _ []string) error {
			f.organisation = *organisation
			return cmd.ledger(c, f)
		},
	}
	l := c.Flags()
	l.StringVar(&f.from, "from", "", "first day (default: a year ago)")
	l.StringVar(&f.to, "to", "", "last day (default: the last whose codes have all arrived)")
	l.StringVar(&f.source, "source", "",
		"published (forecasts that were submitted) or made (all forecasts, dry runs included)")
	l.BoolVar(&f.all, "all", false, "list all decisions, and their days")
	return c
}

func (cmd accuracyCommand) ledger(c *cobra.Command, f accuracyFlags) error {
	options, err := f.options()
	if err != nil {
		return err
	}
	return cmd.sessions.Offline(c.Context(), f.organisation, func(o session.Offline) error {
		v, err := o.Look(c.Context())
		if err != nil {
			return err
		}
		if err := v.KeepSnapshots(c.Context()); err != nil {
			return err
		}
		l, err := v.Ledger(c.Context(), options)
		if err != nil {
			return err
		}
		if cmd.out.JSON {
			return cmd.out.PrintJSON(l)
		}
		b := cmd.out.Page()
		writeLedger(b, l, f.all)
		return cmd.out.Print(b.String())
	})
}

func writeLedger(b *show.Page, l wrapcast.Ledger, all bool) {
	what := "published forecasts"
	if l.Source == wrapcast.SourceMade {
		what = "forecasts, published or not"
	}
	b.Say(fmt.Sprintf("%s to %s, in %s that held the day before. Contacts closer: by how much decisions "+
		"brought the forecast closer to the actual, added up over days; below zero they took it further away.", l.From,
		l.To, what), "")
	if len(l.Entries) > 0 {
		for _, by := range []struct {
			name   string
			groups []wrapcast.LedgerGroup
		}{{"author", l.Authors}, {"reason", l.Reasons}, {"kind", l.Kinds}} {
			b.WriteString("\n" + groupsTable(b, "by "+by.name, by.groups) + "\n")
		}
		b.WriteString("\n" + entriesTable(b, l.Entries, all) + "\n")
	}
	b.WriteString("\n")
	writeFindings(b, l.Findings)
}

func groupsTable(b *show.Page, by string, groups []wrapcast.LedgerGroup) string {
	t := b.Table(by, " decisions", " helped", " hurt", " contacts closer", "verdict")
	for _, g := range groups {
		t.Row(show.Shorten(g.Name, 40), fmt.Sprint(g.Decisions), fmt.Sprint(g.Helped), fmt.Sprint(g.Hurt),
			show.SignedAmount(g.Sum.ValueAdded), string(g.Verdict))
	}
	return t.String()
}

// entriesTable lists decisions, the latest first.
func entriesTable(b *show.Page, entries []wrapcast.LedgerEntry, all bool) string {
	t := b.Table("decision", "days", " without", " with", " actual", " contacts closer")
	for i, e := range entries {
		if i == shownSubjects && !all {
			t.Row(fmt.Sprintf("… and %d more (--all)", len(entries)-i), "", "", "", "", "")
			break
		}
		days := fmt.Sprintf("%s, %s", e.From, show.Count(e.Sum.Days, "day", "days"))
		if !e.Over {
			days += " so far"
		}
		t.Row(show.Shorten(strings.TrimSpace(string(e.Kind)+" "+e.Name)+", "+e.Author+": "+e.Reason, 44), days,
			show.Amount(e.Sum.Without), show.Amount(e.Sum.With), show.Amount(e.Sum.Actual),
			show.SignedAmount(e.Sum.ValueAdded))
		for _, d := range e.Days {
			if all {
				t.Row("", d.Day.String(), show.Amount(d.Without), show.Amount(d.With), show.Amount(d.Actual),
					show.SignedAmount(d.ValueAdded()))
			}
		}
	}
	return t.String()
}
