package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/wrapcast/wrapcast/flow"
)

func (a *app) extractCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "extract",
		Short: "Bring the stored history up to date",
		Long: `Read from the organisation of the settings what of its history is not stored yet, and the last
days again, whose codes may have arrived late. Interrupted, it goes on where it stood.`,
		Example: "  wrapcast extract",
		Args:    args(cobra.NoArgs),
		RunE:    func(c *cobra.Command, _ []string) error { return a.extract(c.Context()) },
	}
}

func (a *app) extract(ctx context.Context) error {
	return a.withSession(ctx, func(s *session, at access) error {
		r, err := s.forecaster.Extract(ctx, at.config.spec())
		s.progress.close()
		if err != nil {
			return err
		}
		return a.showExtract(r)
	})
}

func (a *app) showExtract(r flow.ExtractResult) error {
	if a.json {
		return printJSON(a.stdout, struct {
			Schema string `json:"schema"`
			flow.ExtractResult
		}{"wrapcast.extract/1", r})
	}
	_, err := fmt.Fprintf(a.stdout, "%s stored, %s without a code; %s read, %s changed\n", count(r.Contacts, "contact", "contacts"),
		thousands(int64(r.ContactsWithoutCode)), count(r.Chunks, "interval", "intervals"), count(r.ChangedCells, "cell", "cells"))
	return err
}
