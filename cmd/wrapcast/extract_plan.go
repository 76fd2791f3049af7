package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/session"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/show"
	"github.com/wrapcast/wrapcast/internal/source"
	"github.com/wrapcast/wrapcast/internal/steps"
)

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
		return cmd.out.Print(extractionWords(plan, s.Client.Usage()))
	})
}

func extractionWords(p steps.ExtractionPlan, u source.Usage) string {
	var b strings.Builder
	fmt.Fprintf(&b, "History from %s to %s; to be read: %s of it.\n\n", p.From.Format(minuteLayout), p.To.Format(minuteLayout), show.Count(len(p.Gaps), "part", "parts"))
	for _, g := range p.Gaps {
		fmt.Fprintf(&b, "  %s – %s\n", g.From.Format(minuteLayout), g.To.Format(minuteLayout))
	}
	t := show.Table("question", " requests", " fewest queries", " rows", " most rows at once", " longest interval")
	for _, q := range p.Questions {
		t.Row(q.Name, show.Thousands(int64(q.Requests)), show.Thousands(int64(q.Min)), orUnknown(q.Rows), orUnknown(q.MaxRows), fmt.Sprintf("%.3g days", q.MaxDays))
	}
	fmt.Fprintf(&b, "\n%s\n\n%s, about %s at %s a minute", t, show.Count(p.Requests, "request", "requests"),
		show.Duration(time.Duration(p.Minutes*float64(time.Minute))), show.Thousands(int64(p.BudgetPerMinute)))
	if u.PerMonth > 0 {
		fmt.Fprintf(&b, "; %s of %s made this month", show.Thousands(int64(u.MonthRequests)), show.Thousands(int64(u.PerMonth)))
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
