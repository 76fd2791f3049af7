package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

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
		Args:    args(cobra.NoArgs),
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
		return cmd.showExtract(r, s.Client.Usage())
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
	_, err := fmt.Fprintf(cmd.out.Out, "%s stored, %s without a code; %s read, %s changed%s\n%s\n", show.Count(r.Contacts, "contact", "contacts"),
		show.Thousands(int64(r.ContactsWithoutCode)), show.Count(r.Chunks, "interval", "intervals"), show.Count(r.ChangedCells, "cell", "cells"),
		revisedWords(r.Revised), outcome.UsageWords(u))
	return err
}

// revisedWords says on which days cells changed that had been read before: their codes came late or were corrected.
func revisedWords(byAge []int) string {
	var parts []string
	for age, cells := range byAge {
		if cells > 0 {
			parts = append(parts, fmt.Sprintf("%s of %s ago", show.Thousands(int64(cells)), show.Count(age, "day", "days")))
		}
	}
	if len(parts) == 0 {
		return ""
	}
	return ", of days read before " + strings.Join(parts, ", ")
}
