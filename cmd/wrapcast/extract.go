package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/show"
	"github.com/wrapcast/wrapcast/internal/genesys"
	"github.com/wrapcast/wrapcast/internal/steps"
)

func (a *app) extractCommand() *cobra.Command {
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
				return a.planExtraction(c.Context())
			}
			return a.extract(c.Context())
		},
	}
	c.Flags().BoolVar(&plan, "plan", false, "show what it would take, and read nothing")
	return c
}

func (a *app) extract(ctx context.Context) error {
	return a.withSession(ctx, func(s *session, at access) error {
		r, err := s.forecaster.Extract(ctx, at.config.spec())
		s.progress.Close()
		if err != nil {
			return err
		}
		return a.showExtract(r, s.client.Usage())
	})
}

func (a *app) showExtract(r steps.ExtractResult, u genesys.Usage) error {
	if a.JSON {
		return a.PrintJSON(struct {
			Schema string `json:"schema"`
			steps.ExtractResult
			Usage genesys.Usage `json:"usage"`
		}{"wrapcast.extract/1", r, u})
	}
	_, err := fmt.Fprintf(a.Out, "%s stored, %s without a code; %s read, %s changed%s\n%s\n", show.Count(r.Contacts, "contact", "contacts"),
		show.Thousands(int64(r.ContactsWithoutCode)), show.Count(r.Chunks, "interval", "intervals"), show.Count(r.ChangedCells, "cell", "cells"),
		revisedWords(r.Revised), usageWords(u))
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
