package main

import (
	"context"
	"strings"

	"github.com/spf13/cobra"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/cli"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/session"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/terminal"
	"github.com/wrapcast/wrapcast/internal/store"
)

// codesCommand lists the organisation's wrap-up codes.
type codesCommand struct {
	sessions *session.Opener
	out      *terminal.Terminal
}

func (cmd codesCommand) command() *cobra.Command {
	return &cobra.Command{
		Use:   "codes [SEARCH]",
		Short: "List the organisation's wrap-up codes",
		Long:  "Ask the organisation of the settings for its wrap-up codes, deleted ones included: the ids that WRAPUP_CODE_1 … take.",
		Example: `  wrapcast codes
  wrapcast codes refund`,
		Args: cli.Args(cobra.MaximumNArgs(1)),
		RunE: func(c *cobra.Command, given []string) error {
			return cmd.codes(c.Context(), strings.Join(given, ""))
		},
	}
}

// all are the codes of an organisation, as the platform lists them, or as its files had them.
func (cmd codesCommand) all(ctx context.Context, at session.Access) (all []wrapcast.Code, err error) {
	if at.Files != nil {
		err = cmd.sessions.Stored(ctx, at.Files.Named, func(tx *store.Tx, org wrapcast.Organisation) error {
			d, err := tx.Directory().Of(org.ID)
			all = d.Codes
			return err
		})
		return all, err
	}
	at.Impatient = true
	client, err := cmd.sessions.Client(at, nil)
	if err != nil {
		return nil, err
	}
	defer client.Close()
	if err := at.IsMeant(ctx, client); err != nil {
		return nil, err
	}
	return client.Codes(ctx)
}

func (cmd codesCommand) codes(ctx context.Context, search string) error {
	at, err := cmd.sessions.Access(ctx)
	if err != nil {
		return err
	}
	all, err := cmd.all(ctx, at)
	if err != nil {
		return err
	}
	found := []wrapcast.Code{}
	t := cmd.out.Page().Table("id", "name", "state")
	for _, code := range all {
		if !strings.Contains(strings.ToLower(code.Name), strings.ToLower(search)) {
			continue
		}
		found = append(found, code)
		state := "active"
		if code.Deleted {
			state = "deleted"
		}
		t.Row(string(code.ID), code.Name, state)
	}
	if cmd.out.JSON {
		return cmd.out.PrintJSON(struct {
			Schema string          `json:"schema"`
			Codes  []wrapcast.Code `json:"codes"`
		}{"wrapcast.codes/1", found})
	}
	return cmd.out.Print(t.String() + "\n")
}
