// Package auditing has the command "wrapcast audit": the chain listed, verified and exported, its key and checkpoints,
// and evidence packs.
package auditing

import (
	"context"
	"fmt"
	"io"
	"iter"
	"time"

	"github.com/spf13/cobra"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/cli"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/session"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/show"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/terminal"
	"github.com/wrapcast/wrapcast/internal/audit"
	"github.com/wrapcast/wrapcast/internal/store"
)

// Audit is the command that lists, verifies and exports the audit chain.
type Audit struct {
	Sessions *session.Opener
	Out      *terminal.Terminal
}

// Command is `wrapcast audit`.
func (cmd Audit) Command() *cobra.Command {
	var organisation string
	c := &cobra.Command{
		Use:   "audit",
		Short: "List, verify and export the audit trail",
		Long: `Every step of every run leaves an entry in an append-only chain: who, what, when, how long,
with what status and which ids. Each entry holds the hash of the one before it, so that any
change, removal or reordering shows, and digests of what it speaks of: forecasts, plans, submissions,
decisions, history, settings. Signed checkpoints show that nobody recomputed the hashes.

The chain of logins, users and tokens is that of the organisation "installation".`,
		Args: cli.Args(cobra.NoArgs),
	}
	c.PersistentFlags().StringVar(&organisation, "organisation", "",
		"id or name, where the data directory holds several; \"installation\" has logins, users and tokens")
	c.AddCommand(cmd.list(&organisation), cmd.verifyCommand(&organisation), cmd.export(&organisation),
		cmd.checkpoint(&organisation), cmd.key(), cmd.pack(&organisation))
	return c
}

func (cmd Audit) list(organisation *string) *cobra.Command {
	var last int64
	c := &cobra.Command{
		Use:     "list",
		Short:   "List the latest entries",
		Example: "  wrapcast audit list --last 50",
		Args:    cli.Args(cobra.NoArgs),
		RunE: func(c *cobra.Command, _ []string) error {
			if last < 1 {
				return cli.Usage("--last is %d; at least one entry can be shown", last)
			}
			return cmd.withChain(c.Context(), *organisation, func(tx *store.Tx, org wrapcast.OrganisationID,
				length int64) error {
				return cmd.listEntries(tx.Audit().Entries(org, max(1, length-last+1), length))
			})
		},
	}
	c.Flags().Int64Var(&last, "last", 25, "how many")
	return c
}

// withChain runs work on an organisation's chain, or the installation's, of a known length.
func (cmd Audit) withChain(ctx context.Context, organisation string,
	work func(*store.Tx, wrapcast.OrganisationID, int64) error) error {
	with := func(tx *store.Tx, org wrapcast.Organisation) error {
		length, err := tx.Audit().Length(org.ID)
		if err != nil {
			return err
		}
		return work(tx, org.ID, length)
	}
	if organisation == string(wrapcast.Installation) {
		return cmd.Sessions.StoredAll(ctx, func(tx *store.Tx) error {
			return with(tx, wrapcast.Organisation{ID: wrapcast.Installation})
		})
	}
	return cmd.Sessions.Stored(ctx, organisation, with)
}

func (cmd Audit) listEntries(entries iter.Seq2[wrapcast.AuditEntry, error]) error {
	list := []wrapcast.AuditEntry{}
	t := cmd.Out.Page().Table(" #", "time (UTC)", "actor", "action", "status", " took", "what")
	for e, err := range entries {
		if err != nil {
			return err
		}
		list = append(list, e)
		t.Row(fmt.Sprint(e.Seq), e.At.UTC().Format("2006-01-02 15:04:05"), e.Actor, e.Action, e.Status,
			show.Duration(time.Duration(e.LatencyMs)*time.Millisecond), show.Shorten(e.Detail, 70))
	}
	if cmd.Out.JSON {
		return cmd.Out.PrintJSON(struct {
			Schema  string                `json:"schema"`
			Entries []wrapcast.AuditEntry `json:"entries"`
		}{"wrapcast.audit-list/1", list})
	}
	return cmd.Out.Print(t.String() + "\n")
}

func (cmd Audit) export(organisation *string) *cobra.Command {
	var to string
	c := &cobra.Command{
		Use:     "export",
		Short:   "Write the whole chain as JSON Lines, for an auditor",
		Example: "  wrapcast audit export --to audit.jsonl",
		Args:    cli.Args(cobra.NoArgs),
		RunE: func(c *cobra.Command, _ []string) error {
			return cmd.withChain(c.Context(), *organisation, func(tx *store.Tx, org wrapcast.OrganisationID,
				length int64) error {
				err := cmd.Out.WriteFile(to, func(w io.Writer) error {
					return audit.Write(w,
						tx.Audit().Entries(org, 1, length))
				})
				if err == nil && to != "-" && !cmd.Out.Quiet {
					fmt.Fprintf(cmd.Out.Err, "%s written to %s\n", show.Count(int(length), "entry", "entries"), to)
				}
				return err
			})
		},
	}
	c.Flags().StringVar(&to, "to", "-", "`file` to write, - for standard output")
	return c
}
