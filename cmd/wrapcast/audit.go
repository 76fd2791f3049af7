package main

import (
	"context"
	"fmt"
	"io"
	"iter"
	"os"
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

// auditCommand lists, verifies and exports the audit chain.
type auditCommand struct {
	sessions *session.Opener
	out      *terminal.Terminal
}

func (cmd auditCommand) command() *cobra.Command {
	var organisation string
	c := &cobra.Command{
		Use:   "audit",
		Short: "List, verify and export the audit trail",
		Long: `Every step of every run leaves an entry in an append-only chain: who, what, when, how long,
with what status and which ids. Each entry holds the hash of the one before it, so that any
change, removal or reordering shows.`,
		Args: cli.Args(cobra.NoArgs),
	}
	c.PersistentFlags().StringVar(&organisation, "organisation", "",
		"id or name, where the data directory holds several")
	c.AddCommand(cmd.auditList(&organisation), cmd.auditVerify(&organisation), cmd.auditExport(&organisation))
	return c
}

func (cmd auditCommand) auditList(organisation *string) *cobra.Command {
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

// withChain runs work on an organisation's chain of a known length.
func (cmd auditCommand) withChain(ctx context.Context, organisation string,
	work func(*store.Tx, wrapcast.OrganisationID, int64) error) error {
	return cmd.sessions.Stored(ctx, organisation, func(tx *store.Tx, org wrapcast.Organisation) error {
		length, err := tx.Audit().Length(org.ID)
		if err != nil {
			return err
		}
		return work(tx, org.ID, length)
	})
}

func (cmd auditCommand) listEntries(entries iter.Seq2[wrapcast.AuditEntry, error]) error {
	list := []wrapcast.AuditEntry{}
	t := cmd.out.Page().Table(" #", "time (UTC)", "actor", "action", "status", " took", "what")
	for e, err := range entries {
		if err != nil {
			return err
		}
		list = append(list, e)
		t.Row(fmt.Sprint(e.Seq), e.At.UTC().Format("2006-01-02 15:04:05"), e.Actor, e.Action, e.Status,
			show.Duration(time.Duration(e.LatencyMs)*time.Millisecond), show.Shorten(e.Detail, 70))
	}
	if cmd.out.JSON {
		return cmd.out.PrintJSON(struct {
			Schema  string                `json:"schema"`
			Entries []wrapcast.AuditEntry `json:"entries"`
		}{"wrapcast.audit-list/1", list})
	}
	return cmd.out.Print(t.String() + "\n")
}

func (cmd auditCommand) auditVerify(organisation *string) *cobra.Command {
	var file, against string
	c := &cobra.Command{
		Use:   "verify",
		Short: "Check that nobody changed, removed or reordered an entry",
		Long: `Recompute the chain of hashes. A chain alone cannot show that its end was cut off: keep the
checkpoint printed here elsewhere, and pass it with --against later.`,
		Example: `  wrapcast audit verify
  wrapcast audit verify --file audit.jsonl --against checkpoint.txt`,
		Args: cli.Args(cobra.NoArgs),
		RunE: func(c *cobra.Command, _ []string) error {
			checkpoint, err := readCheckpoint(against)
			if err != nil {
				return err
			}
			if file != "" {
				return cmd.verifyFile(file, checkpoint)
			}
			return cmd.withChain(c.Context(), *organisation, func(tx *store.Tx, org wrapcast.OrganisationID,
				_ int64) error {
				return cmd.verify(tx.Audit().Entries(org, 1, 0), checkpoint)
			})
		},
	}
	c.Flags().StringVar(&file, "file", "", "an exported `file` instead of the data directory")
	c.Flags().StringVar(&against, "against", "", "`file` with an earlier checkpoint")
	return c
}

// readCheckpoint reads an earlier checkpoint; nil where none is named.
func readCheckpoint(path string) (*audit.Checkpoint, error) {
	if path == "" {
		return nil, nil //nolint:nilnil // none is a valid answer
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, cli.Usage("%w", err).WithHint("--against takes the file with what `wrapcast audit verify` printed earlier")
	}
	checkpoint, err := audit.ParseCheckpoint(string(text))
	return &checkpoint, err
}

func (cmd auditCommand) verifyFile(path string, checkpoint *audit.Checkpoint) error {
	f, err := terminal.OpenFile(path)
	if err != nil {
		return err
	}
	defer f.Close()
	return cmd.verify(audit.Read(f), checkpoint)
}

func (cmd auditCommand) verify(entries iter.Seq2[wrapcast.AuditEntry, error], earlier *audit.Checkpoint) error {
	var now audit.Checkpoint
	var err error
	if earlier != nil {
		now, err = audit.VerifyAgainst(*earlier, entries)
	} else {
		now, err = audit.Verify(entries)
	}
	if err != nil {
		return err
	}
	if cmd.out.JSON {
		return cmd.out.PrintJSON(struct {
			Schema     string `json:"schema"`
			Valid      bool   `json:"valid"`
			Entries    int64  `json:"entries"`
			Hash       string `json:"hash"`
			Checkpoint string `json:"checkpoint"`
		}{"wrapcast.audit-verification/1", true, now.Seq, now.Hash, now.String()})
	}
	_, err = fmt.Fprintf(cmd.out.Out, "%s, unchanged. Checkpoint:\n\n%s", show.Count(int(now.Seq), "entry", "entries"),
		now)
	return err
}

func (cmd auditCommand) auditExport(organisation *string) *cobra.Command {
	var to string
	c := &cobra.Command{
		Use:     "export",
		Short:   "Write the whole chain as JSON Lines, for an auditor",
		Example: "  wrapcast audit export --to audit.jsonl",
		Args:    cli.Args(cobra.NoArgs),
		RunE: func(c *cobra.Command, _ []string) error {
			return cmd.withChain(c.Context(), *organisation, func(tx *store.Tx, org wrapcast.OrganisationID,
				length int64) error {
				err := cmd.out.WriteFile(to, func(w io.Writer) error {
					return audit.Write(w,
						tx.Audit().Entries(org, 1, length))
				})
				if err == nil && to != "-" && !cmd.out.Quiet {
					fmt.Fprintf(cmd.out.Err, "%s written to %s\n", show.Count(int(length), "entry", "entries"), to)
				}
				return err
			})
		},
	}
	c.Flags().StringVar(&to, "to", "-", "`file` to write, - for standard output")
	return c
}
