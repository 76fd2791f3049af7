package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/cli"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/outcome"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/session"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/show"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/terminal"
	"github.com/wrapcast/wrapcast/internal/source"
	"github.com/wrapcast/wrapcast/internal/steps"
)

// extractCommand brings the stored history up to date.
type extractCommand struct {
	sessions *session.Opener
	out      *terminal.Terminal
}

func (cmd extractCommand) command() *cobra.Command {
	var plan bool
	c := &cobra.Command{
		Use:   "extract",
		Short: "Bring the stored history up to date",
		Long: `Read the history that is not stored yet from Genesys Cloud, and the last days again, because codes
arrive late. If it is interrupted, run it again: it continues where it stopped.

With --plan, read nothing and show what it would take: requests of each kind and time, estimated
from earlier extractions.`,
		Example: "  wrapcast extract\n  wrapcast extract --plan",
		Args:    cli.Args(cobra.NoArgs),
		RunE: func(c *cobra.Command, _ []string) error {
			if plan {
				return cmd.planExtraction(c.Context())
			}
			return cmd.extract(c.Context())
		},
	}
	c.Flags().BoolVar(&plan, "plan", false, "show what it would take, and read nothing")
	return c
}

func (cmd extractCommand) extract(ctx context.Context) error {
	return cmd.sessions.With(ctx, func(s *session.Session, at session.Access) error {
		r, err := s.Forecaster.Extract(ctx, at.Settings.Spec())
		s.Progress.Close()
		if err != nil {
			return err
		}
		return cmd.showExtract(r, s.Forecaster.Usage())
	})
}

func (cmd extractCommand) showExtract(r steps.ExtractResult, u source.Usage) error {
	if cmd.out.JSON {
		return cmd.out.PrintJSON(struct {
			Schema string `json:"schema"`
			steps.ExtractResult
			Usage source.Usage `json:"usage"`
		}{"wrapcast.extract/1", r, u})
	}
	p := cmd.out.Page()
	p.Line(fmt.Sprintf("%s stored, %s without a code; %s read, %s changed%s%s", show.Count(r.Contacts, "contact", "contacts"),
		show.Thousands(int64(r.ContactsWithoutCode)), show.Count(r.Chunks, "interval", "intervals"),
		show.Count(r.ChangedCells, "cell", "cells"), revisedWords(r.Revised), r.SightWords()), "  ")
	p.WriteString(outcome.BeginsWords(p, r) + outcome.RemarkLines(p, r))
	if u.PerMinute > 0 { // files are asked of nobody
		p.Line(outcome.UsageWords(u), "  ")
	}
	return cmd.out.Print(p.String())
}

// revisedWords says on which days cells changed that had been read before: their codes came late or were corrected.
func revisedWords(byAge []int) string {
	var parts []string
	for age, cells := range byAge {
		if cells > 0 {
			parts = append(parts, fmt.Sprintf("%s of %s ago", show.Thousands(int64(cells)),
				show.Count(age, "day", "days")))
		}
	}
	if len(parts) == 0 {
		return ""
	}
	return ", of days read before " + strings.Join(parts, ", ")
}

// planExtraction shows what bringing the history up to date would take.
func (cmd extractCommand) planExtraction(ctx context.Context) error {
	return cmd.sessions.With(ctx, func(s *session.Session, at session.Access) error {
		plan, err := s.Forecaster.PlanExtraction(ctx, at.Settings.Spec())
		s.Progress.Close()
		if err != nil {
			return err
		}
		if cmd.out.JSON {
			return cmd.out.PrintJSON(struct {
				Schema string `json:"schema"`
				steps.ExtractionPlan
			}{"wrapcast.extraction_plan/1", plan})
		}
		return cmd.out.Print(extractionWords(cmd.out.Page(), plan, s.Forecaster.Usage()))
	})
}

func extractionWords(b *show.Page, p steps.ExtractionPlan, u source.Usage) string {
	fmt.Fprintf(b, "History from %s to %s; to be read: %s of it.\n\n", p.From.Format(minuteLayout),
		p.To.Format(minuteLayout), show.Count(len(p.Gaps), "part", "parts"))
	for _, g := range p.Gaps {
		fmt.Fprintf(b, "  %s – %s\n", g.From.Format(minuteLayout), g.To.Format(minuteLayout))
	}
	if a := p.Again; a != nil {
		b.WriteString(b.Wrap(fmt.Sprintf("Of this %s to %s is stored and would be read again, once: it does not tell "+
			"contacts apart by %s.", a.From.Format(minuteLayout), a.To.Format(minuteLayout), strings.Join(a.By, ", ")), "") +
			"\n")
	}
	t := b.Table("question", " requests", " fewest queries", " rows", " most rows at once", " longest interval")
	for _, q := range p.Questions {
		t.Row(q.Name, show.Thousands(int64(q.Requests)), show.Thousands(int64(q.Min)), orUnknown(q.Rows),
			orUnknown(q.MaxRows), fmt.Sprintf("%.3g days", q.MaxDays))
	}
	fmt.Fprintf(b, "\n%s\n\n%s, about %s at %s a minute", t, show.Count(p.Requests, "request", "requests"),
		show.Duration(time.Duration(p.Minutes*float64(time.Minute))), show.Thousands(int64(p.BudgetPerMinute)))
	if u.PerMonth > 0 {
		fmt.Fprintf(b, "; %s of %s made this month", show.Thousands(int64(u.MonthRequests)),
			show.Thousands(int64(u.PerMonth)))
	}
	b.WriteString(".\n")
	if !p.Known {
		b.WriteString("Nothing was read yet: how much the platform returns per query will be learned from its answers; queries that are too large are split.\n")
	}
	return b.String()
}

// minuteLayout is how instants of history are shown, in UTC.
const minuteLayout = "2006-01-02 15:04 UTC"

// orUnknown writes a number that is 0 where it is not known.
func orUnknown(n int) string {
	if n == 0 {
		return "not known"
	}
	return show.Thousands(int64(n))
}
